"""Which columns of a query no index finds: Query + TableFacts + keys -> columns."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..model.facts import Column, Facts, Origin, Query, TableFact
from ..model.names import Module, Table
from .growing import people

__all__ = ["Indexes", "one_each", "whole"]

FEW = 20
"""Values of a column, declared as its choices, from which on an index on it is worth proposing: it then finds a
twentieth of the rows, where they are spread evenly."""


class Lack(NamedTuple):
    """A column ("table.name"), the columns by which an index finds some of its rows, and whether that is too few."""

    column: str
    beside: frozenset[str]
    needed: bool


class Indexes:
    """Knows the columns of all tables, and those that name the row of another table of the project."""

    def __init__(self, facts: Facts, growing: frozenset[Table] = frozenset()) -> None:
        self._people = frozenset(people(facts))
        self._tables = {fact.table: fact for fact in facts.tables}
        own = {fact.table for fact in facts.tables if fact.origin is Origin.OWN}
        self._keys, self._growing = facts.foreign_keys, growing
        self._to = {f"{key.table}.{key.column}": key.to_table for key in facts.foreign_keys}
        types = (key for key in facts.foreign_keys if key.to_table.name == "django_content_type")
        self._types = {f"{key.table}.{key.column}" for key in types}  # beside the id of a row of that type
        self._parents = {f"{key.table}.{key.column}" for key in facts.foreign_keys if key.to_table in own} - self._types

    def lacking(self, query: Query) -> Iterator[Lack]:
        """The columns that no index finds.

        Of a table whose rows a key or a whole index of several columns finds, none, nor of one that is joined to those.
        The rows of one other row (`order=order`) are few where that row's table grows, too; of others they are few but
        for what time adds to them: other columns than a date may do without. Those of one person stay few. What an
        index finds by a value that is no kind of row is few. To sort, an index is needed by time alone, where one key
        and nothing else finds the rows: how many of a whole table are wanted is not known.
        """
        ordered = () if query.aggregates else query.ordered  # what is grouped is sorted afterwards
        wanted = [name for name in (*query.filtered, *query.joined, *ordered) if name not in query.scanned]
        found = {name: column for name in wanted if (column := _own_column(name, self._tables))}
        asked = self._asked(query)
        led = {table for table, columns in asked.items() if any(map(_leads, columns))}
        of_a_row = {_owner(name) for name in query.filtered if name in found and name in self._parents}
        of_a_type = {_owner(name) for name in query.filtered if name in found and name in self._types}
        leading = [name for name in query.filtered if name in found and _leads(found[name])]
        by_row = {_owner(name) for name in leading if self._to.get(name) in self._growing}
        by_person = {_owner(name) for name in leading if self._to.get(name) in self._people}
        by_value = {_owner(name) for name in leading if name not in self._to and not _is_a_kind(found[name])}
        between = {_owner(name) for name in query.filtered if name.endswith(".")}  # by a table between two others
        sought = [name for name in query.filtered if name in found]
        alone = len(sought) == 1 and _leads(found[sought[0]])
        asked_for = {*query.filtered, *ordered}
        for name, column in found.items():
            table = _owner(name)
            joined = led and table not in led  # its rows are found by the key that leads to it
            whole = any({f"{table}.{one}" for one in before} <= asked_for for before in column.behind)
            if joined or whole or _seldom_helps(column) or _leads(column) or _is_narrow(asked[table]):
                continue
            if table not in self._growing or self._takes_what_is_past(query, column):
                continue
            sorts = name not in (*query.filtered, *query.joined)
            timed = _TIME(column.type) and (alone or not sorts)
            typed = table in of_a_type and not name.endswith("_id")
            few = table in between or ((table in of_a_row or typed) and not timed) or (sorts and self._is_kept(sought))
            few = few or table in by_value | by_person or (table in by_row and not sorts)
            beside = frozenset(one.name for one in asked[table] if _leads(one) and not one.choices)
            yield Lack(name, beside, needed=not few and not (sorts and not (timed and len(ordered) == 1)))

    def _takes_what_is_past(self, query: Query, column: Column) -> bool:
        """A job that deletes all that is past, and asks for flags beside it at most.

        Hold.objects.filter(released=False, until__lt=now).delete()
        """
        found = {name: _own_column(name, self._tables) for name in query.filtered}
        sought = [
            name for name in found if not (name in query.scanned or ((one := found[name]) and _seldom_helps(one)))
        ]
        return query.locks and len(sought) == 1 and bool(_TIME(column.type))

    def _is_kept(self, sought: Iterable[str]) -> bool:
        """Does a key to a table that does not grow find the rows? Of those of an app or a channel some are kept."""
        return any(name in self._parents and self._to[name] not in self._growing for name in sought)

    def is_time(self, name: str) -> bool:
        """Does the column hold moments? They are asked for from one on, or up to one."""
        column = _own_column(name, self._tables)
        return column is not None and bool(_TIME(column.type))

    def by_key(self, query: Query) -> bool:
        """Does it ask for one row, or those of one row, of the table whose keys lead to all others?

        By its key, a whole index of several columns, or a key to another table of the project: one that nothing else
        leads to, or that leads only to those. The rows of a row of a row are few, too.
        """
        asked = self._asked(query)
        joined = [key for key in self._keys if f"{key.table}.{key.column}" in query.joined]
        between = [
            (key.table, key.to_table) for key in joined if key.table != key.to_table and key.table in query.tables
        ]
        led_to = {target for _, target in between}
        far = {target for source, target in between if source in led_to}
        return any(
            table not in far
            and (_is_narrow(asked[table]) or any(f"{table}.{one.name}" in self._parents for one in asked[table]))
            for table in asked
        )

    def is_plain(self, name: str) -> bool:
        """Is it a column, as no annotation or relation is, and no key?"""
        return _own_column(name, self._tables) is not None and not self.is_key(name)

    def is_key(self, name: str) -> bool:
        """Does the column name one row of its table, or that of another?"""
        column = _own_column(name, self._tables)
        return name in self._to or (column is not None and _is_key(column))

    def is_text(self, name: str) -> bool:
        """Does the column hold short texts?"""
        column = _own_column(name, self._tables)
        return column is not None and bool(_TEXT(column.type))

    def _asked(self, query: Query) -> defaultdict[Table, list[Column]]:
        """The columns of each table by which an index could find the rows."""
        asked: defaultdict[Table, list[Column]] = defaultdict(list)
        for name in query.filtered:
            if name not in query.scanned and (column := _own_column(name, self._tables)):
                asked[_owner(name)].append(column)
        return asked


def whole(queries: Iterable[Query]) -> Iterator[Query]:
    """Without what goes on with another one of the function: late = orders.filter(...), then late.filter(shop=shop).

    Of those that ask for the same, the first; of one that asks for more, that one.
    """
    by_place: defaultdict[tuple[Module, str], list[Query]] = defaultdict(list)
    for query in queries:
        by_place[query.module, query.function].append(query)
    for found in by_place.values():
        asked = [(query, _asks(query)) for query in sorted(found, key=lambda one: one.line)]
        for number, (query, sets) in enumerate(asked):
            before, after = asked[:number], asked[number + 1 :]
            if not query.filtered or not (
                any(sets == other for _, other in before)
                or any(sets != other and _within(sets, other) for _, other in after)
            ):
                yield query


def _asks(query: Query) -> tuple[frozenset[object], ...]:
    return tuple(map(frozenset, (query.tables, query.filtered, query.joined, query.ordered)))


def _within(sets: tuple[frozenset[object], ...], more: tuple[frozenset[object], ...]) -> bool:
    return all(mine <= theirs for mine, theirs in zip(sets, more, strict=True))


_Asked = dict[str, list[tuple[Query, Lack]]]


def one_each(indexes: Indexes, queries: Iterable[Query]) -> _Asked:
    """The columns that most queries need an index on, with all that ask for them: of each table one for a query."""
    asked: defaultdict[str, list[tuple[Query, Lack]]] = defaultdict(list)
    for query in queries:
        for lack in indexes.lacking(query):
            asked[lack.column].append((query, lack))
    waiting = {name: {query for query, lack in asked[name] if lack.needed} for name in asked}
    found: _Asked = {}
    while left := [name for name in waiting if waiting[name]]:
        # texts tell rows apart best
        best = min(left, key=lambda name: (-len(waiting[name]), not indexes.is_text(name), name))
        found[best] = asked[best]
        served = waiting.pop(best)
        for name in waiting:
            waiting[name] -= served if _owner(name) == _owner(best) else set()
    return found


_TIME = re.compile(r"date|time", re.I).search

_TEXT = re.compile(r"char|slug|mail|url|uuid|string|text", re.I).search

_KIND = re.compile(r"(^|_)(status|state|kind|type|level|source|category|role|stage)$", re.I).search

_CODES = re.compile(r"(^|_)(currency|language|locale)(_code)?$").search  # of which a program uses a few


def _seldom_helps(column: Column) -> bool:
    """An index on a flag, a column of few values, or one of whole texts or documents."""
    whole = column.type in ("TextField", "JSONField")
    return "bool" in column.type.lower() or 0 < column.choices < FEW or whole or bool(_CODES(column.name))


def _is_a_kind(column: Column) -> bool:
    """Has it few values, as far as its name and type say, or times?"""
    return _seldom_helps(column) or bool(_TIME(column.type) or _KIND(column.name))


def _is_narrow(asked: Iterable[Column]) -> bool:
    asked = tuple(asked)
    names = {one.name for one in asked}
    return any(_is_key(one) or any(map(names.issuperset, one.behind)) for one in asked)


def _owner(name: str) -> Table:
    return Table(name.rpartition(".")[0])


def _own_column(name: str, tables: Mapping[Table, TableFact]) -> Column | None:
    fact = tables.get(_owner(name))
    columns = fact.columns if fact and fact.origin is Origin.OWN else ()
    last = name.rpartition(".")[2]
    return next((one for one in columns if one.name == last or (last == "pk" and one.primary)), None)


def _is_key(column: Column) -> bool:
    return column.unique or column.primary


def _leads(column: Column) -> bool:
    return column.indexed or _is_key(column)
