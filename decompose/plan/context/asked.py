"""By which queries, and beside which tables, each line reads: Facts -> Asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...model.facts import Evidence, Facts, Op, Query, Via
from ...model.names import Table

__all__ = ["Asked", "asked"]

_Line = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """The queries of each line and of each function, by its file, the tables that a line reads by relations, and by
    table the lines that read it at all, in the order of files.
    """

    lines: Mapping[_Line, tuple[Query, ...]]
    inside: Mapping[tuple[str, str], tuple[Query, ...]]
    along: Mapping[_Line, frozenset[Table]]
    reading: Mapping[Table, tuple[_Line, ...]]

    def at(self, at: Evidence, tables: Iterable[Table] = ()) -> Query | None:
        """The query of a line that has `tables`, or the first of all."""
        found, wanted = self.lines.get((at.file, at.line), ()), set(tables)
        return next((one for one in found if wanted <= set(one.tables)), found[0] if found and not wanted else None)

    def brings(self, at: Evidence, table: Table) -> bool:
        """Does a query of a line bring rows of the table along for all of its own?"""
        return any(table in one.prefetched for one in self.lines.get((at.file, at.line), ()))

    def sent(self, at: Evidence, table: Table) -> Query | None:
        """The query that a line sends, though it may have been begun on another line of the function."""
        if query := self.at(at, (table,)):
            return query
        begun = (one for one in self.inside.get((at.file, at.function), ()) if table in one.tables)
        return min(begun, key=lambda one: (abs(one.line - at.line), one.line), default=None)


def asked(facts: Facts) -> Asked:
    """Looked up once for all remedies."""
    lines: defaultdict[_Line, list[Query]] = defaultdict(list)
    inside: defaultdict[tuple[str, str], list[Query]] = defaultdict(list)
    for query in facts.queries:
        lines[query.file, query.line].append(query)
        inside[query.file, query.function].append(query)
    along: defaultdict[_Line, set[Table]] = defaultdict(set)
    reading: defaultdict[Table, set[_Line]] = defaultdict(set)
    for one in facts.accesses:
        if one.op is Op.READ:
            reading[one.table].add((one.file, one.line))
            if one.via is Via.RELATION:
                along[one.file, one.line].add(one.table)
    return Asked(
        {at: tuple(found) for at, found in lines.items()},
        {place: tuple(found) for place, found in inside.items()},
        {at: frozenset(tables) for at, tables in along.items()},
        {table: tuple(sorted(found)) for table, found in reading.items()},
    )
