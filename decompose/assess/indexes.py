"""Which columns of a query no index finds: Query + TableFacts + keys -> columns."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..model.facts import Column, Facts, Origin, Query, TableFact
from ..model.names import Table

__all__ = ["Indexes"]

FEW = 5
"""Values of a column, declared as its choices, from which on an index on it is worth proposing."""


class Lack(NamedTuple):
    """A column ("table.name"), the columns by which an index finds some of its rows, and whether that is too few."""

    column: str
    beside: frozenset[str]
    needed: bool


class Indexes:
    """Knows the columns of all tables, and those that name the row of another table of the project."""

    def __init__(self, facts: Facts) -> None:
        self._tables = {fact.table: fact for fact in facts.tables}
        own = {fact.table for fact in facts.tables if fact.origin is Origin.OWN}
        self._parents = {f"{key.table}.{key.column}" for key in facts.foreign_keys if key.to_table in own}

    def lacking(self, query: Query) -> Iterator[Lack]:
        """The columns that no index finds.

        Of a table whose rows a key or a whole index of several columns finds, none, nor of one that is joined to those.
        The rows of one other row (`order=order`) are few but for what time adds to them: other columns than a date may
        do without.
        """
        ordered = () if query.aggregates else query.ordered  # what is grouped is sorted afterwards
        wanted = [name for name in (*query.filtered, *query.joined, *ordered) if name not in query.scanned]
        found = {name: column for name in wanted if (column := _own_column(name, self._tables))}
        asked = self._asked(query)
        led = {table for table, columns in asked.items() if any(map(_leads, columns))}
        of_a_row = {_owner(name) for name in query.filtered if name in found and name in self._parents}
        for name, column in found.items():
            table = _owner(name)
            joined = led and table not in led  # its rows are found by the key that leads to it
            whole = column.behind and {f"{table}.{one}" for one in column.behind} <= {*query.filtered, *ordered}
            few = table in of_a_row and not _TIME(column.type)
            if not (joined or whole or _seldom_helps(column) or _leads(column) or _is_narrow(asked[table])):
                yield Lack(name, frozenset(one.name for one in asked[table] if _leads(one)), needed=not few)

    def by_key(self, query: Query) -> bool:
        """Does the query ask for rows by the key of a table, or by a whole index of several columns?"""
        return any(map(_is_narrow, self._asked(query).values()))

    def _asked(self, query: Query) -> defaultdict[Table, list[Column]]:
        """The columns of each table by which an index could find the rows."""
        asked: defaultdict[Table, list[Column]] = defaultdict(list)
        for name in query.filtered:
            if name not in query.scanned and (column := _own_column(name, self._tables)):
                asked[_owner(name)].append(column)
        return asked


_TIME = re.compile(r"date|time", re.I).search


def _seldom_helps(column: Column) -> bool:
    """An index on a flag, a column of few values, or one of whole texts."""
    return "bool" in column.type.lower() or 0 < column.choices < FEW or column.type == "TextField"


def _is_narrow(asked: Iterable[Column]) -> bool:
    asked = tuple(asked)
    names = {one.name for one in asked}
    return any(_is_key(one) or (one.behind and names.issuperset(one.behind)) for one in asked)


def _owner(name: str) -> Table:
    return Table(name.rpartition(".")[0])


def _own_column(name: str, tables: Mapping[Table, TableFact]) -> Column | None:
    fact = tables.get(_owner(name))
    columns = fact.columns if fact and fact.origin is Origin.OWN else ()
    return next((one for one in columns if one.name == name.rpartition(".")[2]), None)


def _is_key(column: Column) -> bool:
    return column.unique or column.primary


def _leads(column: Column) -> bool:
    return column.indexed or _is_key(column)
