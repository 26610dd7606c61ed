"""Walls of single queries: Facts -> Walls for columns without an index, and for wide joins."""

from collections import defaultdict
from collections.abc import Iterator

from ..model.counts import count
from ..model.facts import Evidence, Query, TableFact, Via
from ..model.judgements import Wall, WallKind
from ..model.names import Table
from ..model.sql import Schema, by_table, select
from .indexes import Indexes, one_each, whole
from .links import Links
from .reach import Place, Unrun
from .scene import Scene, called, is_shown, line_of, named, takes_many, written_at

__all__ = ["WIDE", "missing_index", "wide_join"]

WIDE = 3
"""Tables in one query from which on it counts as a wide join."""


def missing_index(scene: Scene) -> Iterator[Wall]:
    """One wall for each column without an index that some query needs to filter, join or sort by; one a query."""
    sent = (query for query in whole(scene.queries) if (query.module, query.function) not in scene.by_hand)
    indexes = Indexes(scene.facts, scene.growing)
    for column, asked in sorted(one_each(indexes, sent).items()):
        table, _, name = column.rpartition(".")
        queries = [query for query, _ in asked]
        needing = {line_of(query): lack.beside for query, lack in asked if lack.needed}
        # alone where nothing else finds the rows of all queries
        first = min(frozenset.intersection(*needing.values()), default="")
        # what is equal goes before a span: WHERE kind = 'paid' AND placed > yesterday
        names = sorted(filter(None, (first, name)), key=lambda one: indexes.is_time(f"{table}.{one}"))
        known = f", and none that leads with {first} holds it" if first else ""
        yield Wall(
            kind=WallKind.MISSING_INDEX,
            subject=column,
            module=scene.tables[Table(table)].module,
            tables=(Table(table),),
            hot=any(scene.reach.hot(query.module, query.function, query.in_loop) for query in queries),
            why=(
                f"{count(len(queries), 'query filters, joins or sorts', 'queries filter, join or sort')} by {column}, "
                f"and no index leads with it{known}"
            ),
            proposal=f"add an index on {', '.join(f'{table}.{one}' for one in names)}",
            sketch=f"CREATE INDEX {'_'.join([table.replace('.', '_'), *names])} ON {table} ({', '.join(names)});",
            evidence=(*sorted(needing), *sorted({line_of(query) for query in queries} - needing.keys())),
            related=_declaration(scene.tables[Table(table)]),
        )


def _declaration(fact: TableFact) -> tuple[Evidence, ...]:
    return (Evidence(fact.file, fact.line),) if fact.file else ()


def wide_join(scene: Scene) -> Iterator[Wall]:
    """Queries for many rows: what a key finds is joined quickly, and no view would help it.

    One wall for all queries of a function that join the same tables; of those of one line, the widest.
    """
    links, indexes, many = Links(scene.facts, wide=True), Indexes(scene.facts), takes_many(scene.facts)
    schema = Schema(scene.tables, by_table(scene.facts.foreign_keys))
    unrun = Unrun(call for call in scene.facts.calls if scene.fresh.entries(call.module, call.function))
    widest: dict[tuple[Place, int], tuple[tuple[Table, ...], Query]] = {}
    for query in whole(scene.queries):
        if len(query.tables) < WIDE:
            continue
        tables, place = _needed(query, links.joined(query)), (query.module, query.function)
        spared = len(tables) < WIDE or query.locks or indexes.by_key(query) or not _spread(query, tables, indexes)
        spared = spared or place in many or (query.given and not _tells(query, tables, indexes))
        if not spared and is_shown(scene, place) and not unrun(place, query.line):
            other = widest.get((place, query.line))
            if other is None or len(other[0]) < len(tables):
                widest[place, query.line] = tables, query
    alike: defaultdict[tuple[Place, tuple[Table, ...]], list[Query]] = defaultdict(list)
    for (place, _), (tables, query) in widest.items():
        alike[place, tables].append(query)
    for (place, tables), queries in alike.items():
        yield Wall(
            kind=WallKind.WIDE_JOIN,
            subject=called(place),
            module=place[0],
            tables=tables,
            hot=any(scene.reach.hot(*place, query.in_loop) for query in queries),
            why=f"one query joins {len(tables)} tables ({named(tables)}) on the path of a request",
            proposal="replace it by one denormalised view that the writers of these tables keep up to date",
            sketch=_view(queries[0], tables, schema),
            evidence=tuple(line_of(query) for query in queries),
            related=written_at(tables, scene.accesses),
        )


def _needed(query: Query, tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """Without those that only come along with the rows: a key finds them."""
    asked = {Table(name.rpartition(".")[0]) for name in (*query.filtered, *query.joined, *query.ordered)}
    return tuple(table for table in tables if table in asked or table not in query.prefetched)


def _spread(query: Query, tables: tuple[Table, ...], indexes: Indexes) -> bool:
    """Does it find, sort or sum up rows by what several tables hold? Else the index of one, or keys find them."""
    sought = set(query.filtered).union(query.ordered).difference(query.scanned)
    asked = {Table(name.rpartition(".")[0]) for name in sought if indexes.is_plain(name)}
    return query.aggregates or query.via is Via.SQL or len(asked.intersection(tables)) > 1


def _tells(query: Query, tables: tuple[Table, ...], indexes: Indexes) -> bool:
    """Is it known what finds most of its rows, though it goes on with others'? It is text, or sums up what columns of
    several tables leave of them.

    def totals(self): return self.filter(order__open=True, product__sold=True).annotate(sum=Sum("order__lines__sum"))
    """
    asked = {Table(name.rpartition(".")[0]) for name in query.filtered if indexes.is_plain(name)}
    return query.via is Via.SQL or (query.aggregates and len(asked.intersection(tables)) > 1)


def _view(query: Query, tables: tuple[Table, ...], schema: Schema) -> str:
    name = query.function.rpartition(".")[2].strip("_") or "query"
    return "\n".join([f"CREATE MATERIALIZED VIEW {name}_view AS", *select(tables, query, schema)])
