"""Stage 7: the metrics of a Document -> the part of report.md that says how good the boundaries are, and how firm."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..model.counts import count
from .document import Document
from .escape import cell, markdown

__all__ = ["quality_section"]

_NUMBERS = (
    ("sm", "SM", "higher"),
    ("icp", "ICP", "lower"),
    ("ifn", "IFN", "lower"),
    ("ned", "NED", "lower"),
    ("coupling", "coupling", "lower"),
    ("cohesion", "cohesion", "higher"),
    ("modularity", "modularity", "higher"),
    ("dtp", "DTP", "higher"),
    ("rei", "REI", "lower"),
)

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def quality_section(document: Document, table: Table) -> str:
    """The heading and its tables; "" where the document has no metrics."""
    found = document["metrics"]
    parts = [
        _count(document),
        _groupings(found.get("groupings", ()), table),
        _standing(found.get("boundaries", ()), table),
    ]
    return "\n\n".join(["## How good the boundaries are", *filter(None, parts)]) if any(parts) else ""


def _count(document: Document) -> str:
    others = document["metrics"].get("alternatives", ())
    if not others:
        return ""
    said = ", ".join(f"{row['boundaries']} at {row['resolution']:g}" for row in others)
    return (
        f"{count(len(document['boundaries']), 'boundary is', 'boundaries are')} proposed."
        f" The same evidence makes {said}: half and twice the"
        " resolution of modularity."
    )


def _groupings(rows: Sequence[Mapping[str, Any]], table: Table) -> str:
    if not rows:
        return ""
    head = ["grouping", ">groups", *(f">{name} ({better})" for _, name, better in _NUMBERS)]
    return table(
        head,
        [[markdown(row["name"]), f"{row['groups']}", *(f"{row[key]:.3f}" for key, *_ in _NUMBERS)] for row in rows],
    )


def _standing(rows: Sequence[Mapping[str, Any]], table: Table, limit: int = 40) -> str:
    if not rows:
        return ""
    head = [
        "boundary",
        ">runs agree",
        ">ties inside (by chance)",
        "nearest",
        ">joining it gains (by chance)",
        ">a halving cuts",
    ]
    lines = [
        [
            cell(row["boundary"]),
            f"{row['agreed']:.0%}",
            f"{row['kept']:.0%} ({row['kept_by_chance']:.0%})",
            cell(row["nearest"] or ""),
            f"{row['joined']:.0%} ({row['joined_by_chance']:.0%})" if row["nearest"] else "",
            f"{row['cut']:.0%}",
        ]
        for row in rows[:limit]
    ]
    return (
        "Shares of the weight of a boundary's ties: what stays inside, what joining its nearest neighbour would bring"
        " inside, both beside a random graph of the same degrees; and what a halving would put across.\n\n"
        + table(head, lines)
    )
