"""How good the boundaries are beside packages and chance, and how firmly each stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.counts import count
from ..definitions import MEASURES
from ..document import Document
from ..escape import cell, markdown
from .table import table

__all__ = ["quality_section"]


def quality_section(document: Document) -> str:
    """The heading and its tables; "" where the document has no metrics."""
    found = document["metrics"]
    parts = [
        _count(document),
        _groupings(found.get("groupings", ())),
        _standing(found.get("boundaries", ())),
    ]
    return "\n\n".join(["## How good the boundaries are", *filter(None, parts)]) if any(parts) else ""


def _count(document: Document) -> str:
    others = document["metrics"].get("alternatives", ())
    if not others:
        return ""
    said = " and ".join(
        f"{count(row['boundaries'], 'boundary', 'boundaries')} at resolution {row['resolution']:g}" for row in others
    )
    proposed = count(len(document["boundaries"]), "boundary is", "boundaries are")
    return f"{proposed} proposed; clustering the same evidence more coarsely or finely gives {said}."


def _groupings(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    head = ["measure", *(f">{markdown(row['name'])} ({row['groups']})" for row in rows), "better", "meaning"]
    return table(
        head,
        [
            [name, *(f"{row[key]:.3f}" for row in rows), better, meaning]
            for key, name, better, meaning in MEASURES
            if key in rows[0]
        ],
    )


def _standing(rows: Sequence[Mapping[str, Any]], limit: int = 40) -> str:
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
