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
_COST = {
    "total_exec_time": "ms",
    "total_time": "ms",
    "total_ms": "ms",
    "cumtime": "s",
    "calls": "calls",
    "count": "calls",
}
"""The columns that hold a cost, the first that is there counts, and their units."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One statement or function (`module:function` or `module.function`), and its calls or its time in `unit`s."""

    subject: str
    cost: float
    unit: str = "calls"


def read_runtime(text: str) -> tuple[Measured, ...]:
    """Read CSV with a header line, or a JSON list of objects; time is taken where it is given, else the calls.

    Raises InputError, with the row, where a subject or a number is missing.
    """
    text = text.removeprefix("\ufeff")
    rows = _json(text) if text.lstrip().startswith(("[", "{")) else _csv(text)
    if not rows:
        return ()
    subject = _column(rows[0], _SUBJECT, "a statement or function")
    cost = _column(rows[0], _COST, "a time or a count")
    return tuple(_row(row, subject, cost, number) for number, row in enumerate(rows, 1))


def _csv(text: str) -> list[Mapping[str, Any]]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a statement may be longer than what is usual
    try:
        return list(csv.DictReader(io.StringIO(text)))
    except csv.Error as error:
        raise InputError(f"The runtime file is not CSV: {error}") from None


def _json(text: str) -> list[Mapping[str, Any]]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise InputError(f"The runtime file is not JSON: {error}") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("The runtime file must hold a JSON list of objects")
    return rows


def _column(row: Mapping[str, Any], names: Iterable[str], what: str) -> str:
    for name in names:
        if name in row:
            return name
    raise InputError(f"The runtime file names no column for {what}: expected one of {', '.join(names)}")


def _row(row: Mapping[str, Any], subject: str, cost: str, number: int) -> Measured:
    try:
        return Measured(str(row[subject]), max(0.0, float(row[cost])), _COST[cost])
    except (KeyError, TypeError, ValueError):
        raise InputError(f"Row {number} of the runtime file has no number in {cost}") from None


def measure(walls: Iterable[Wall], rows: Sequence[Measured], tables: Iterable[Table]) -> tuple[Wall, ...]:
    """Say what was measured of each wall, and decide by it what is hot; the costliest come first in each kind.

    `tables` are all that the program has. What the rows cannot tell of stays a guess.
    """
    total = sum(row.cost for row in rows) or 1.0
    known = frozenset(map(_bare, tables))
    statements = [_statement(row, known) for row in rows if _SQL.match(row.subject)]
    functions = [row for row in rows if _FUNCTION.fullmatch(row.subject)]
    found = [_measured(wall, statements, functions, total) for wall in walls]
    return tuple(sorted(found, key=lambda wall: (wall.kind, -(wall.measured or 0.0), wall.subject, wall.evidence)))


_SQL = re.compile(r"[\s(]*(?:/\*.*?\*/\s*)?(SELECT|UPDATE|DELETE|INSERT|WITH|MERGE)\b", re.I | re.S)

_FUNCTION = re.compile(r"\w+(?:[.:][\w<>]+)+")  # and no BEGIN, COMMIT or <insufficient privilege>


@dataclass(frozen=True, slots=True)
class _Statement:
    """`tables` are those of the program that it names, `sought` all names after its first FROM, SET or INTO."""

    row: Measured
    tables: frozenset[str]
    sought: frozenset[str]


def _statement(row: Measured, known: frozenset[str]) -> _Statement:
    rest = re.split(r"\b(?:FROM|SET|INTO)\b", row.subject, maxsplit=1, flags=re.I)[1:]
    return _Statement(row, _words(row.subject) & known, _words(rest[0]) if rest else frozenset())


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


def _measured(wall: Wall, statements: Sequence[_Statement], functions: Sequence[Measured], total: float) -> Wall:
    of_lines = wall.kind in (WallKind.REPLICA, WallKind.RAW_CONNECTION)  # no statement is theirs alone
    if not functions and of_lines:
        return wall
    called = [row for row in functions if row.subject.replace(":", ".") == wall.subject.replace(":", ".")]
    sent = [] if of_lines else [one.row for one in statements if _is_about(wall, one)]
    cost = sum(row.cost for row in (*called, *sent))
    return replace(wall, measured=cost, hot=cost / total >= HOT_SHARE, why=f"{wall.why}; {_said(called, sent, total)}")


def _said(called: Sequence[Measured], sent: Sequence[Measured], total: float) -> str:
    """Who sent a statement is not known: others may send the same."""
    if not (called or sent):
        return "nothing like it was measured"
    cost = sum(row.cost for row in (*called, *sent))
    who = "such statements" if sent else "it"
    return f"{who} took {100 * cost / total:.1f} % of all that was measured ({cost:,.0f} {(*called, *sent)[0].unit})"


def _is_about(wall: Wall, statement: _Statement) -> bool:
    """A join names all its tables, a column is sought; what goes back for each row is asked of a table at a time."""
    tables = frozenset(map(_bare, wall.tables))
    if wall.kind is WallKind.WIDE_JOIN:
        return tables <= statement.tables
    if wall.kind is WallKind.MISSING_INDEX:
        return tables <= statement.tables and wall.subject.rpartition(".")[2] in statement.sought
    return bool(statement.tables) and statement.tables <= tables


def _bare(table: Table) -> str:
    return table.name.rpartition(".")[2]
