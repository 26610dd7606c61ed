"""Tables and accesses against what running applications were seen to do, and what extraction costs beside parsing.

    python -m benchmarks.tables truth TRUTH.json=CHECKOUT ...     recall and precision, one row an application
    python -m benchmarks.tables cost CHECKOUT ...                 CPU seconds of extraction over those of `ast.parse`

TRUTH.json lists the tables of an application and the triples (module, table, read or write) that its own tests were
seen to execute; CHECKOUT is the repository at the commit that the file names. History is not read by either.
"""

import ast
import gc
import json
import sys
import time
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from decompose.extract import ExtractOptions, extract
from decompose.extract.file import says
from decompose.extract.source import contents, open_tree
from decompose.model.facts import Facts, Origin

__all__ = ["cost", "main", "truth"]

Triple = tuple[str, str, str]


def truth(file: Path, checkout: Path) -> dict[str, float | str]:
    """One row: recall of own tables, of executed triples and of main-table pairs, and precision where code ran."""
    seen = json.loads(file.read_text())
    facts = extract(checkout, ExtractOptions(packages=tuple(seen["packages"])))
    own = {table["name"] for table in seen["tables"] if table["owner"] == "own"}
    known = {table["name"] for table in seen["tables"]}
    declared = {fact.table.name for fact in facts.tables if fact.origin is Origin.OWN}
    predicted = {triple for triple in _triples(facts) if triple[1] in own or triple[1] not in known}
    rows = [row for row in seen["observed"] if row["table"] in own]
    inner = _observed(row for row in rows if row["depth"] == "innermost")
    main = {triple[:2] for triple in _observed(row for row in rows if _is_main(row))}
    ran = {triple for triple in predicted if triple[0] in set(seen["executed_modules"])}
    built = _observed(row for row in rows if row["depth"] not in ("stack", "passthrough"))
    return {
        "application": seen["app"],
        "tables recall": len(declared & own) / len(own),
        "tables precision": len(declared & own) / max(1, len(declared)),
        "triples recall": len(inner & predicted) / len(inner),
        "main pairs recall": len(main & {triple[:2] for triple in predicted}) / len(main),
        "precision built": len(ran & built) / max(1, len(ran)),
        "precision any depth": len(ran & _observed(rows)) / max(1, len(ran)),
    }


def _triples(facts: Facts) -> set[Triple]:
    return {(one.module.name, one.table.name, one.op.value) for one in facts.accesses}


def _observed(rows: Iterable[dict[str, Any]]) -> set[Triple]:
    return {(row["module"], row["table"], row["op"]) for row in rows}


def _is_main(row: dict[str, Any]) -> bool:
    """Straight from the module into the library, on the table that the statement is about."""
    if row["depth"] != "innermost" or not row["via"].get("direct"):
        return False
    along = row["flags"].get("cascade", 0) + row["flags"].get("prefetch", 0)
    return bool(row["role"].get("from") or row["role"].get("target")) and along < row["n"]


def cost(checkout: Path) -> dict[str, float | str]:
    """One row: CPU seconds of `ast.parse` alone, and of reading and understanding the same files, in one process."""
    tree = open_tree(checkout)
    paths = [path for path in tree.paths if path.endswith(".py")]
    files = [(path, data) for path, data in contents(tree, paths) if isinstance(data, bytes)]
    start = time.process_time()
    for _, data in files:
        _parse(data)
    parsed = time.process_time()
    for path, data in files:
        says(path, data)
    read = time.process_time()
    extract(checkout, ExtractOptions())
    done = time.process_time()
    alone, reading, everything = parsed - start, read - parsed, done - read
    return {
        "application": checkout.name,
        "ast.parse": alone,
        "one file": reading / alone,
        "with history": everything / alone,
    }


def _parse(data: bytes) -> None:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError):
        return


def main(arguments: Sequence[str]) -> None:
    """Print one table."""
    gc.disable()
    warnings.simplefilter("ignore")
    kind, *rest = arguments
    for argument in rest:
        if kind == "truth":
            file, _, checkout = argument.partition("=")
            row = truth(Path(file), Path(checkout))
        else:
            row = cost(Path(argument))
        print(
            "  ".join(f"{name} {value:.3f}" if isinstance(value, float) else str(value) for name, value in row.items())
        )


if __name__ == "__main__":
    main(sys.argv[1:])
