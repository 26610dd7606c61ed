"""Tables and accesses against what running applications were seen to do, and what extraction costs beside parsing.

    python -m benchmarks.tables truth TRUTH.json=CHECKOUT ... [--misses]
                                                                  recall and precision, one row an application; and
                                                                  what was missed (most executed first) and never seen
    python -m benchmarks.tables drawn SEED CHECKOUT ...           twenty accesses drawn at random, to read in the code
    python -m benchmarks.tables cost CHECKOUT ...                 CPU seconds of extraction over those of `ast.parse`

TRUTH.json lists the tables of an application and the triples (module, table, read or write) that its own tests were
seen to execute; CHECKOUT is the repository at the commit that the file names. History is not read by either.
"""

import ast
import gc
import json
import random
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from decompose.extract import ExtractOptions, extract
from decompose.extract.file import says
from decompose.extract.source import contents, open_tree
from decompose.model.facts import Facts, Origin

__all__ = ["cost", "drawn", "main", "misses", "truth"]

Triple = tuple[str, str, str]

_ONCE: dict[str, Any] = {"n": 1, "via": {}, "role": {}, "flags": {}}


def truth(seen: dict[str, Any], facts: Facts) -> dict[str, float | str]:
    """One row: recall of own tables, of executed triples and of main-table pairs, and precision where code ran.

    `fixed` takes what a flush alone sent where the object was made or changed, and leaves out rows that were only read
    again since a commit had let them expire. `relaxed` takes a module on the
    same stack, or one that built the query, for the one that sent it.
    """
    own = {table["name"] for table in seen["tables"] if table["owner"] == "own"}
    declared = {fact.table.name for fact in facts.tables if fact.origin is Origin.OWN}
    predicted = _predicted(seen, facts)
    rows = [row for row in _rows(seen) if row["table"] in own]
    innermost = [row for row in rows if row["depth"] == "innermost"]
    inner = _observed(innermost)
    main = {triple[:2] for triple in _observed(row for row in rows if _is_main(row))}
    ran = {triple for triple in predicted if triple[0] in set(seen["executed_modules"])}
    built = _observed(row for row in rows if row["depth"] not in ("stack", "passthrough"))
    told = {triple[:2] for triple in predicted}
    changed = _observed(row for row in rows if row["depth"] == "origin" or (_is_main(row) and not _is_flushed(row)))
    main_fixed = {triple[:2] for triple in changed}
    fixed = _observed(row for row in rows if row["depth"] == "origin" or (row in innermost and not _is_flushed(row)))
    near = [row for row in innermost if any((one, row["table"], row["op"]) in predicted for one in row["near"])]
    return {
        "application": seen["app"],
        "tables recall": len(declared & own) / len(own),
        "tables precision": len(declared & own) / max(1, len(declared)),
        "main pairs recall": len(main & told) / len(main),
        "main pairs fixed": len(main_fixed & told) / len(main_fixed),
        "triples recall": len(inner & predicted) / len(inner),
        "triples fixed": len(fixed & predicted) / len(fixed),
        "relaxed": len(near) / len(innermost),
        "precision built": len(ran & built) / max(1, len(ran)),
        "precision any depth": len(ran & _observed(rows)) / max(1, len(ran)),
    }


def misses(seen: dict[str, Any], facts: Facts) -> list[str]:
    """One line for each triple of an innermost module that is not predicted, and for each that was never seen."""
    predicted = _predicted(seen, facts)
    own = {table["name"] for table in seen["tables"] if table["owner"] == "own"}
    rows = [row for row in _rows(seen) if row["table"] in own]
    lines = [
        f"missed {row['n']:6d} {row['module']} {row['table']} {row['op']} {row['via']} {row['role']} {row['flags']}"
        f" {row.get('funcs', '')}{'' if not _is_main(row) else ' main'}"
        for row in sorted(rows, key=lambda row: -row["n"])
        if row["depth"] == "innermost" and (row["module"], row["table"], row["op"]) not in predicted
    ]
    ran = {triple for triple in predicted if triple[0] in set(seen["executed_modules"])}
    places: dict[Triple, list[str]] = {triple: [] for triple in sorted(ran - _observed(rows))}
    for one in (*facts.accesses, *facts.shared):
        triple = (one.module.name, one.table.name, one.op.value)
        if triple in places:
            places[triple].append(f"{one.function}:{one.line} {one.via.value} {one.confidence.value}")
    return lines + [f"unseen {' '.join(triple)}: {'; '.join(where[:3])}" for triple, where in places.items()]


def drawn(seed: int, checkout: Path, count: int = 20) -> list[str]:
    """Accesses chosen at random, one a line."""
    facts = extract(checkout, ExtractOptions())
    lines = sorted(
        (one.file, one.line, one.function, one.table.name, one.op.value, one.via.value, one.confidence.value)
        for one in facts.accesses
    )
    return [" ".join(map(str, one)) for one in random.Random(seed).sample(lines, min(count, len(lines)))]


def _predicted(seen: dict[str, Any], facts: Facts) -> set[Triple]:
    """Of own tables, and of those that the application's database does not have, but for what its tests declare."""
    others = {table["name"] for table in seen["tables"] if table["owner"] != "own"}
    others |= {fact.table.name for fact in facts.tables if fact.origin is Origin.TEST}
    return {triple for triple in _triples(facts) if triple[1] not in others}


def _triples(facts: Facts) -> set[Triple]:
    return {(one.module.name, one.table.name, one.op.value) for one in (*facts.accesses, *facts.shared)}


def _observed(rows: Iterable[dict[str, Any]]) -> set[Triple]:
    return {(row["module"], row["table"], row["op"]) for row in rows}


def _is_main(row: dict[str, Any]) -> bool:
    """Straight from the module into the library, on the table that the statement is about."""
    if row["depth"] != "innermost" or not row["via"].get("direct"):
        return False
    along = row["flags"].get("cascade", 0) + row["flags"].get("prefetch", 0)
    return bool(row["role"].get("from") or row["role"].get("target")) and along < row["n"]


def _is_flushed(row: dict[str, Any]) -> bool:
    """Written by a flush alone, which changed nothing itself, or read again alone, after a commit."""
    flags = row["flags"]
    flushed = flags.get("flush", 0) + flags.get("autoflush", 0) if row["op"] == "write" else flags.get("reload", 0)
    return bool(flushed >= row["n"])


def _rows(seen: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What was observed: a kept truth tells several tables in one row, and modules by their place in the list."""
    modules = seen["executed_modules"]
    for row in seen["observed"]:
        near = [modules[one] if isinstance(one, int) else one for one in (*row.get("co", ()), *row.get("built", ()))]
        for table in row.get("tables") or [row["table"]]:
            yield {**_ONCE, **row, "table": table, "near": [row["module"], *near]}


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
    kind, *rest = [argument for argument in arguments if argument != "--misses"]
    for argument in rest[1:] if kind == "drawn" else rest:
        if kind == "drawn":
            print(*drawn(int(rest[0]), Path(argument)), sep="\n")
        elif kind == "cost":
            print(_row(cost(Path(argument))))
        else:
            file, _, checkout = argument.partition("=")
            seen = json.loads(Path(file).read_text())
            facts = extract(Path(checkout), ExtractOptions(packages=tuple(seen["packages"])))
            print(_row(truth(seen, facts)))
            if "--misses" in arguments:
                print(*misses(seen, facts), sep="\n")


def _row(values: dict[str, float | str]) -> str:
    return "  ".join(
        f"{name} {value:.3f}" if isinstance(value, float) else str(value) for name, value in values.items()
    )


if __name__ == "__main__":
    main(sys.argv[1:])
