"""Stage 7: Document -> CSV (RFC 4180) of its tables, one function for each."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from .document import Document
from .escape import csv_cell
from .views import crossings, lines_by_boundary, table_use

__all__ = ["csv_boundaries", "csv_modules", "csv_seams", "csv_steps", "csv_tables"]


def csv_boundaries(document: Document) -> str:
    """One row for each boundary: its size, and the seams into and out of it."""
    every = crossings(document)
    weights = lines_by_boundary(document)
    return _csv(
        "boundary modules lines tables seams_in seams_out why",
        (
            (
                row["name"],
                *weights[row["name"]],
                sum(one.total for one in every if one.target == row["name"]),
                sum(one.total for one in every if one.source == row["name"]),
                row["why"],
            )
            for row in document["boundaries"]
        ),
    )


def csv_modules(document: Document) -> str:
    """One row for each module."""
    head = "name path kind lines partial boundary"
    rows: Iterable[Any] = document["modules"]
    return _csv(head, ([row[key] for key in head.split()] for row in rows))


def csv_tables(document: Document) -> str:
    """One row for each table and boundary that touches it."""
    use = table_use(document)
    return _csv(
        "table owner boundary writes reads",
        (
            (row["name"], row["owner"], home, ops["write"], ops["read"])
            for row in document["tables"]
            for home, ops in use.get(row["name"], {}).items()
        ),
    )


def csv_seams(document: Document) -> str:
    """One row for each place of each seam."""
    return _csv(
        "id kind from_boundary from_module to_boundary to names file line function",
        (
            (
                seam["id"],
                seam["kind"],
                *seam["from"].values(),
                seam["to"]["boundary"],
                seam["to"].get("table") or seam["to"].get("module"),
                " ".join(seam["names"]),
                place["file"],
                place["line"],
                place["function"],
            )
            for seam in document["seams"]
            for place in seam["evidence"]
        ),
    )


def csv_steps(document: Document) -> str:
    """One row for each step of the plan."""
    head = "step boundary extract modules lines effort remaining score"
    rows: Iterable[Any] = document["plan"]
    return _csv(head, ([step[key] for key in head.split()] for step in rows))


def _csv(head: str, rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head.split())
    writer.writerows(
        [one if isinstance(one, int | float) else csv_cell("" if one is None else one) for one in row] for row in rows
    )
    return text.getvalue()
