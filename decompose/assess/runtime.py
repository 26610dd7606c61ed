"""Measured counts in place of guesses: the text of a runtime file + Walls -> Walls."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import InputError
from ..model.judgements import Wall, WallKind
from ..model.names import Table

__all__ = ["HOT_SHARE", "Measured", "measure", "read_runtime"]

HOT_SHARE = 0.01
"""Share of everything measured from which on a wall is hot."""

_SUBJECT = ("query", "statement", "function", "name")
_COST = ("total_exec_time", "total_time", "total_ms", "cumtime", "calls", "count")


@dataclass(frozen=True, slots=True)
class Measured:
    """One statement or function (`module:function` or `module.function`), and its calls or its time in one unit."""

    subject: str
    cost: float


def read_runtime(text: str) -> tuple[Measured, ...]:
    """Read CSV with a header line, or a JSON list of objects; time is taken where it is given, else the calls.

    Raises InputError, with the row, where a subject or a number is missing.
    """
    rows = _json(text) if text.lstrip().startswith(("[", "{")) else list(csv.DictReader(io.StringIO(text)))
    if not rows:
        return ()
    subject = _column(rows[0], _SUBJECT, "a statement or function")
    cost = _column(rows[0], _COST, "a time or a count")
    return tuple(_row(row, subject, cost, number) for number, row in enumerate(rows, 1))


def _json(text: str) -> list[Mapping[str, Any]]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise InputError(f"The runtime file is not JSON: {error}") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("The runtime file must hold a JSON list of objects")
    return rows


def _column(row: Mapping[str, Any], names: Sequence[str], what: str) -> str:
    for name in names:
        if name in row:
            return name
    raise InputError(f"The runtime file names no column for {what}: expected one of {', '.join(names)}")


def _row(row: Mapping[str, Any], subject: str, cost: str, number: int) -> Measured:
    try:
        return Measured(str(row[subject]), max(0.0, float(row[cost])))
    except (KeyError, TypeError, ValueError):
        raise InputError(f"Row {number} of the runtime file has no number in {cost}") from None


def measure(walls: Iterable[Wall], rows: Sequence[Measured]) -> tuple[Wall, ...]:
    """Say what was measured of each wall, and decide by it what is hot; the costliest come first in each kind."""
    total = sum(row.cost for row in rows) or 1.0
    read = [(row, frozenset(re.findall(r"[\w.]+", row.subject))) for row in rows]
    found = [_measured(wall, read, total) for wall in walls]
    return tuple(sorted(found, key=lambda wall: (wall.kind, -(wall.measured or 0.0), wall.subject, wall.evidence)))


def _measured(wall: Wall, rows: Sequence[tuple[Measured, frozenset[str]]], total: float) -> Wall:
    cost = sum(row.cost for row, words in rows if _is_about(wall, row.subject, words))
    return replace(wall, measured=cost, hot=cost / total >= HOT_SHARE)


def _is_about(wall: Wall, subject: str, words: frozenset[str]) -> bool:
    """A function by its name; a statement by its tables, and by the column where an index is missing."""
    if subject.replace(":", ".") == wall.subject.replace(":", "."):
        return True
    if wall.kind is WallKind.REPLICA or not wall.tables or not _is_sql(words):
        return False
    names = {part for word in words for part in (word, word.rpartition(".")[2])}
    named = all(_bare(table) in names for table in wall.tables)
    return named and (wall.kind is not WallKind.MISSING_INDEX or wall.subject.rpartition(".")[2] in names)


def _is_sql(words: frozenset[str]) -> bool:
    return not words.isdisjoint({"SELECT", "select", "UPDATE", "update", "DELETE", "delete", "INSERT", "insert"})


def _bare(table: Table) -> str:
    return table.name.rpartition(".")[2]
