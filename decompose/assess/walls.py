"""Bottlenecks that a split would not remove: Facts -> Walls. One finder for each kind of wall in `FINDERS`.

Every wall is a hypothesis; `Wall.why` states the definition that it met.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..model.facts import Access, Evidence, Facts, ForeignKey, ModuleKind, Op, Origin, Query, TableFact
from ..model.judgements import Wall, WallKind
from ..model.names import Module, Table
from .reach import Reach, reach

__all__ = ["FINDERS", "find_walls"]

MANY_TABLES = 5
"""Tables that a module must read before a replica of its own is worth proposing."""

WIDE = 3
"""Tables in one query from which on it counts as a wide join."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """The facts of source modules, and which requests reach them."""

    facts: Facts
    queries: tuple[Query, ...]
    accesses: tuple[Access, ...]
    tables: Mapping[Table, TableFact]
    reach: Reach


_Finder = Callable[[_Scene], Iterator[Wall]]


def n_plus_one(scene: _Scene) -> Iterator[Wall]:
    for query in scene.queries:
        if query.per_item:
            tables = _names(query.tables)
            yield Wall(
                kind=WallKind.N_PLUS_ONE,
                subject=_where(query),
                module=query.module,
                tables=query.tables,
                hot=scene.reach.hot(query.module, query.function, in_loop=True),
                why=f"a query on {tables} runs once for each item of a loop over another query",
                proposal=f"fetch {tables} for all items before the loop",
                sketch=_fetch_before(query),
                evidence=(_at(query),),
            )


def _fetch_before(query: Query) -> str:
    table = query.tables[-1] if query.tables else "table"
    key = next(iter(query.filtered), f"{table}.id").rpartition(".")[2]
    return f"SELECT ... FROM {table} WHERE {key} IN (<ids of all items>)  -- then a dict by {key} inside the loop"


def missing_index(scene: _Scene) -> Iterator[Wall]:
    """One wall for each column that some query must filter or join by, with no index to help it."""
    found: defaultdict[str, list[Query]] = defaultdict(list)
    for query in scene.queries:
        for column in _unindexed(query, scene.tables):
            found[column].append(query)
    for column, queries in sorted(found.items()):
        table, _, name = column.rpartition(".")
        yield Wall(
            kind=WallKind.MISSING_INDEX,
            subject=column,
            module=scene.tables[Table(table)].module,
            tables=(Table(table),),
            hot=any(scene.reach.hot(query.module, query.function, query.in_loop) for query in queries),
            why=f"{len(queries)} queries filter or join by {column}, and no index leads with a column that they use",
            proposal=f"add an index on {column}",
            sketch=f"CREATE INDEX {table.replace('.', '_')}_{name} ON {table} ({name});",
            evidence=tuple(sorted({_at(query) for query in queries})),
            related=_declaration(scene.tables[Table(table)]),
        )


def _declaration(fact: TableFact) -> tuple[Evidence, ...]:
    return (Evidence(fact.file, fact.line),) if fact.file else ()


def _unindexed(query: Query, tables: Mapping[Table, TableFact]) -> Iterator[str]:
    """The columns of each table that the query filters or joins by, when none of them is indexed."""
    wanted: defaultdict[Table, list[str]] = defaultdict(list)
    for column in dict.fromkeys((*query.filtered, *query.joined)):
        owner, _, name = column.rpartition(".")
        wanted[Table(owner)].append(name)
    for table, names in wanted.items():
        fact = tables.get(table)
        columns = {column.name: column for column in fact.columns} if fact and fact.origin is Origin.OWN else {}
        used = [columns[name] for name in names if name in columns]
        if len(used) == len(names) and not any(c.indexed or c.unique or c.primary for c in used):
            # an index on a flag seldom helps
            yield from (f"{table}.{column.name}" for column in used if "bool" not in column.type.lower())


def wide_join(scene: _Scene) -> Iterator[Wall]:
    for query in scene.queries:
        entries = scene.reach.entries(query.module, query.function)
        if len(query.tables) >= WIDE and entries:
            yield Wall(
                kind=WallKind.WIDE_JOIN,
                subject=_where(query),
                module=query.module,
                tables=query.tables,
                hot=scene.reach.hot(query.module, query.function, query.in_loop),
                why=f"one query joins {len(query.tables)} tables ({_names(query.tables)}) on the path of a request",
                proposal="replace it by one denormalised view that the writers of these tables keep up to date",
                sketch=_view(query, scene.facts.foreign_keys),
                evidence=(_at(query),),
                related=_writes(query.tables, scene.accesses),
            )


def _view(query: Query, keys: Iterable[ForeignKey]) -> str:
    tables = set(query.tables)
    links = [f"{k.table}.{k.column} = {k.to_table}.id" for k in keys if k.table in tables and k.to_table in tables]
    columns = list(dict.fromkeys((*query.filtered, *query.ordered))) or [f"{table}.id" for table in query.tables]
    where = f"\nWHERE {' AND '.join(sorted(set(links)))}" if links else ""
    name = query.function.rpartition(".")[2] or "query"
    select = f"SELECT {', '.join(columns)}, ...\nFROM {_names(query.tables)}{where};"
    return f"CREATE MATERIALIZED VIEW {name}_view AS\n{select}"


def replica(scene: _Scene) -> Iterator[Wall]:
    reads: defaultdict[Module, list[Access]] = defaultdict(list)
    writers = {access.module for access in scene.accesses if access.op is Op.WRITE}
    for access in scene.accesses:
        if access.module not in writers:
            reads[access.module].append(access)
    for module in sorted(reads):
        tables = tuple(sorted({access.table for access in reads[module]}))
        if len(tables) >= MANY_TABLES:
            yield Wall(
                kind=WallKind.REPLICA,
                subject=module.name,
                module=module,
                tables=tables,
                hot=any(scene.reach.hot(one.module, one.function, one.in_loop) for one in reads[module]),
                why=f"{module} reads {len(tables)} tables and writes none",
                proposal="let it read from a replica; it must bear answers that are seconds old",
                sketch=f"route the reads of {module} to the replica's connection",
                evidence=_lines(reads[module]),
            )


def cacheable(scene: _Scene) -> Iterator[Wall]:
    """Aggregates that a request computes anew, over tables that fewer functions write than read."""
    readers, writers = _paths(scene.accesses, Op.READ), _paths(scene.accesses, Op.WRITE)
    for query in scene.queries:
        reading = sum(len(readers[table]) for table in query.tables)
        writing = sum(len(writers[table]) for table in query.tables)
        if query.aggregates and scene.reach.entries(query.module, query.function) and writing < reading:
            yield Wall(
                kind=WallKind.CACHEABLE,
                subject=_where(query),
                module=query.module,
                tables=query.tables,
                hot=scene.reach.hot(query.module, query.function, query.in_loop),
                why=(
                    f"an aggregate over {_names(query.tables)} is computed for each request, "
                    f"though {writing} functions write these tables and {reading} read them"
                ),
                proposal="keep the result in a cache, and invalidate it at the writes listed",
                sketch=f"key {query.function or query.module}:<arguments>, deleted after each commit of these writes",
                evidence=(_at(query),),
                related=_writes(query.tables, scene.accesses),
            )


def _paths(accesses: Iterable[Access], op: Op) -> defaultdict[Table, set[tuple[Module, str]]]:
    found: defaultdict[Table, set[tuple[Module, str]]] = defaultdict(set)
    for access in accesses:
        if access.op is op:
            found[access.table].add((access.module, access.function))
    return found


FINDERS: tuple[_Finder, ...] = (n_plus_one, missing_index, wide_join, replica, cacheable)


def find_walls(facts: Facts) -> tuple[Wall, ...]:
    """All walls, the hot ones first in each kind."""
    source = {fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    scene = _Scene(
        facts=facts,
        queries=tuple(query for query in facts.queries if query.module in source),
        accesses=tuple(access for access in facts.accesses if access.module in source),
        tables={fact.table: fact for fact in facts.tables},
        reach=reach(facts),
    )
    found = [wall for finder in FINDERS for wall in finder(scene)]
    return tuple(sorted(found, key=lambda wall: (wall.kind, not wall.hot, wall.subject, wall.evidence)))


def _names(tables: Iterable[Table]) -> str:
    return ", ".join(table.name for table in tables)


def _where(query: Query) -> str:
    return f"{query.module}:{query.function}" if query.function else query.module.name


def _at(query: Query) -> Evidence:
    return Evidence(query.file, query.line, query.function)


def _lines(accesses: Iterable[Access]) -> tuple[Evidence, ...]:
    return tuple(sorted({Evidence(access.file, access.line, access.function) for access in accesses}))


def _writes(tables: Iterable[Table], accesses: Iterable[Access]) -> tuple[Evidence, ...]:
    wanted = frozenset(tables)
    return _lines(access for access in accesses if access.op is Op.WRITE and access.table in wanted)
