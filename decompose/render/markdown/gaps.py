"""What could not be read or resolved."""

from ...model.counts import count
from ..document import Document
from ..escape import cell, markdown
from ..views import cut, partial

__all__ = ["gaps_section"]


def gaps_section(document: Document, limit: int = 20) -> str:
    """Problems, open references by kind, and the modules with the most of them."""
    problems = [f"- {cell(row['file'])}:{row['line']} {markdown(row['message'])}" for row in document["problems"]]
    kinds: dict[str, int] = {}
    for row in document["unresolved"]:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + 1
    open_ends = [f"- {markdown(kind.replace('_', ' '))}: {number:,}" for kind, number in sorted(kinds.items())]
    parts = [
        f"{read_in_part}." if (read_in_part := partial(document)) else "",
        f"{count(len(problems), 'problem')}:\n\n" + "\n".join(cut(problems, limit, "- and {} more"))
        if problems
        else "",
        f"{count(len(document['unresolved']), 'reference')} not resolved, by kind:\n\n" + "\n".join(open_ends)
        if open_ends
        else "",
        _resolved(document),
    ]
    found = "\n\n".join(filter(None, parts)) or "Nothing: every file was read, and every reference resolved."
    return f"## What could not be read or resolved\n\n{found}"


def _resolved(document: Document, limit: int = 10) -> str:
    """The share of lines whose tables are all known, and the modules with the largest gaps."""
    found = document.get("resolution")
    if not found or not found["unresolved"]:
        return ""
    lines = found["resolved"] + found["unresolved"]
    gaps = sorted((row for row in found["modules"] if row["unresolved"]), key=lambda row: -row["unresolved"])
    rows = [
        f"- {cell(row['module'])}: {row['unresolved']:,} of {count(row['resolved'] + row['unresolved'], 'line')}"
        for row in gaps
    ]
    return (
        f"Of {count(lines, 'line')} that touch tables, {found['share']:.1%} are resolved. Most gaps:\n\n"
        + "\n".join(cut(rows, limit, "- and {} more modules"))
    )
