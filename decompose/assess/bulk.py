"""What the statements of a loop over rows become, sent once for all of them: Loop + Scene -> lines of SQL."""

from collections import defaultdict

from ..model.facts import Access, Op, Query, Via
from ..model.names import Table
from ..model.sql import Schema, by_table, joins, real
from .calls import ONE_OF
from .costly import walking
from .loops import Loop
from .scene import Scene

__all__ = ["Bulk"]

_MOST = 4
"""Statements that a sketch shows."""

_ALL = "IN (<ids of all rows>)"


class Bulk:
    """Knows by which columns the queries of a loop find their rows, and which functions walk a tree."""

    def __init__(self, scene: Scene) -> None:
        keys = scene.facts.foreign_keys
        self._schema = Schema(scene.tables, by_table(keys))
        self._targets = {f"{key.table}.{key.column}": key.to_table for key in keys}
        self._own = {key.table: key.column for key in keys if key.table == key.to_table}
        self._walking = walking(scene)
        self._sent: dict[tuple[str, int, Table], Query] = {}
        for query in scene.queries:
            for table in query.tables:
                self._sent.setdefault((query.file, query.line, table), query)
        self._read: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
        self._asked_for: dict[tuple[str, int], Table] = {}  # of the tables of a line, the one whose rows are asked for
        for access in scene.accesses:
            if access.op is Op.READ:
                self._read[access.file, access.line].add(access.table)
                if access.via is Via.ORM:
                    self._asked_for.setdefault((access.file, access.line), access.table)

    def __call__(self, loop: Loop) -> str:
        """The first statements that take the place of those that the loop sends for each row."""
        found = dict.fromkeys(self._once(access, loop) for access in loop.items)
        return "\n".join(list(found)[:_MOST])

    def _once(self, access: Access, loop: Loop) -> str:
        table, place = access.table, (access.module, access.function)
        if access.op is Op.WRITE and access.bulk:
            return f"UPDATE {table} SET ... WHERE ... {_ALL}  -- or DELETE: one statement for all"
        if access.op is Op.WRITE:
            return f"INSERT INTO {table} ... VALUES (...), (...)  -- or UPDATE, DELETE: one statement after the loop"
        if place in self._walking and table in self._own and place in {loop.place, *loop.called}:
            return f"SELECT ... FROM {table}  -- the whole tree once, its rows by {self._own[table]}; or WITH RECURSIVE"
        query = self._sent.get((access.file, access.line, table))
        of = self._read[loop.file, loop.line] - {table}
        of = of if len(of) < ONE_OF else set()  # rows of whatever class, and so of no one key
        return self._asked(query, table, of) if query else self._followed(table, of)

    def _followed(self, table: Table, of: set[Table]) -> str:
        """The rows that a relation of rows `of` leads to, by whichever side has the key."""
        ours = self._leading(table, of)
        there = any(key.to_table == table for one in of for key in self._schema.keys.get(one, ()))
        if ours and not there:
            return f"SELECT ... FROM {table} WHERE {ours} {_ALL}  -- lists by {ours.rpartition('.')[2]}"
        by = real([f"{table}.pk"], self._schema)[0] if there else "..."
        return f"SELECT ... FROM {table} WHERE {by} {_ALL}  -- a dict, looked up in the loop"

    def _asked(self, query: Query, table: Table, of: set[Table]) -> str:
        """The rows of all rows `of` the loop's tables; counts and sums are grouped by the key that finds them."""
        keys = [name for name in query.filtered if name in self._targets]
        primary = real([f"{table}.pk"], self._schema)[0]
        by = min((name for name in keys if self._targets[name] in of), default=min(keys, default=""))
        if not by and not {primary, f"{table}.pk"}.isdisjoint(query.filtered):
            by = primary
        by = by or self._leading(table, of)
        tables: tuple[Table, ...] = (table,)
        if query.aggregates or (by and not by.startswith(f"{table}.")):
            first = self._asked_for.get((query.file, query.line), table)
            tables = tuple(sorted(query.tables, key=lambda one: one != first))
        source = f"{' '.join(joins(tables, query, self._schema))} WHERE {by or '...'} {_ALL}"
        if query.aggregates:
            return f"SELECT {by or '...'}, <the sums> {source} GROUP BY {by or '...'}  -- a dict of the sums"
        held = "a dict" if by == primary else "lists"
        return f"SELECT ... {source}  -- {held} by {by.rpartition('.')[2] or 'that key'}"

    def _leading(self, table: Table, of: set[Table]) -> str:
        """The one key of `table` to a table `of` those."""
        keys = [f"{key.table}.{key.column}" for key in self._schema.keys.get(table, ()) if key.to_table in of]
        return keys[0] if len(keys) == 1 else ""
