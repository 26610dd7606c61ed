"""Bottlenecks that a split would not remove: Facts -> Walls. One finder for each kind of wall in `FINDERS`.

Every wall is a hypothesis; `Wall.why` states the definition that it met.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..model.counts import count
from ..model.facts import Access, Evidence, Facts, ForeignKey, ModuleKind, Op, Origin, Query, TableFact, Via
from ..model.judgements import Wall, WallKind
from ..model.names import Module, Table
from .calls import ONE_OF
from .indexes import Indexes, Lack
from .links import Links
from .loops import Loop, find_loops
from .reach import SEVERAL, Place, Reach
from .writers import writers, writing_requests

__all__ = ["FINDERS", "find_walls"]

MANY_TABLES = 5
"""Tables that a module must read before a replica of its own is worth proposing."""

WIDE = 3
"""Tables in one query from which on it counts as a wide join."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """The facts of source modules, which requests reach them, and which `calls` surely run."""

    facts: Facts
    queries: tuple[Query, ...]
    accesses: tuple[Access, ...]
    tables: Mapping[Table, TableFact]
    reach: Reach
    calls: Reach
    loops: tuple[Loop, ...]
    counting: frozenset[Place]  # functions with an aggregate in a loop over rows


_Finder = Callable[[_Scene], Iterator[Wall]]


def n_plus_one(scene: _Scene) -> Iterator[Wall]:
    for loop in scene.loops:
        tables = _some(loop.tables)
        yield Wall(
            kind=WallKind.N_PLUS_ONE,
            subject=_where(loop.place),
            module=loop.module,
            tables=loop.tables,
            hot=scene.reach.hot(loop.module, loop.function, in_loop=True),
            why=f"for each row of a query, this loop goes back to {tables}",
            proposal=f"{_in_bulk(loop)} once for all rows, outside of the loop",
            sketch=_once_for_all(loop.items[0]),
            evidence=(Evidence(loop.file, loop.line, loop.function),),
            related=_lines(loop.items),
        )


def _in_bulk(loop: Loop) -> str:
    # "fetch orders, and write lines, payments"
    done = {op: tuple(sorted({one.table for one in loop.items if one.op is op})) for op in (Op.READ, Op.WRITE)}
    verbs = (("fetch", done[Op.READ]), ("write", done[Op.WRITE]))
    return ", and ".join(f"{verb} {_some(tables)}" for verb, tables in verbs if tables)


def _once_for_all(access: Access) -> str:
    if access.op is Op.WRITE:
        return f"INSERT INTO {access.table} ... VALUES (...), (...)  -- one bulk statement after the loop"
    return f"SELECT ... FROM {access.table} WHERE ... IN (<ids of all rows>)  -- a dict by id, looked up in the loop"


def missing_index(scene: _Scene) -> Iterator[Wall]:
    """One wall for each column without an index that some query needs to filter, join or sort by."""
    found: defaultdict[str, list[tuple[Query, Lack]]] = defaultdict(list)
    indexes = Indexes(scene.facts)
    for query in scene.queries:
        for lack in indexes.lacking(query):
            found[lack.column].append((query, lack))
    for column, asked in sorted(found.items()):
        table, _, name = column.rpartition(".")
        queries = [query for query, _ in asked]
        needing = {_at(query): lack.beside for query, lack in asked if lack.needed}
        if not needing:
            continue
        # alone where nothing else finds the rows of all queries
        first = min(frozenset.intersection(*needing.values()), default="")
        names = [first, name] if first else [name]
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
            evidence=(*sorted(needing), *sorted({_at(query) for query in queries} - needing.keys())),
            related=_declaration(scene.tables[Table(table)]),
        )


def _declaration(fact: TableFact) -> tuple[Evidence, ...]:
    return (Evidence(fact.file, fact.line),) if fact.file else ()


def wide_join(scene: _Scene) -> Iterator[Wall]:
    """Queries for many rows: what a key finds is joined quickly, and no view would help it."""
    links, indexes = Links(scene.facts), Indexes(scene.facts)
    for query in scene.queries:
        tables = links.joined(query)
        spared = len(tables) < WIDE or query.locks or indexes.by_key(query)
        if not spared and scene.reach.entries(query.module, query.function):
            yield Wall(
                kind=WallKind.WIDE_JOIN,
                subject=_where((query.module, query.function)),
                module=query.module,
                tables=tables,
                hot=scene.reach.hot(query.module, query.function, query.in_loop),
                why=f"one query joins {len(tables)} tables ({_names(tables)}) on the path of a request",
                proposal="replace it by one denormalised view that the writers of these tables keep up to date",
                sketch=_view(query, tables, scene.facts.foreign_keys),
                evidence=(_at(query),),
                related=_writes(tables, scene.accesses),
            )


def _view(query: Query, tables: tuple[Table, ...], keys: Iterable[ForeignKey]) -> str:
    between = [key for key in keys if key.table in tables and key.to_table in tables]
    named = [key for key in between if f"{key.table}.{key.column}" in query.joined]  # SQL says by which keys it joins
    links = [f"{key.table}.{key.column} = {key.to_table}.id" for key in named or between]
    columns = list(dict.fromkeys((*query.filtered, *query.ordered))) or [f"{table}.id" for table in tables]
    where = f"\nWHERE {' AND '.join(sorted(set(links)))}" if links else ""
    name = query.function.rpartition(".")[2] or "query"
    select = f"SELECT {', '.join(columns)}, ...\nFROM {_names(tables)}{where};"
    return f"CREATE MATERIALIZED VIEW {name}_view AS\n{select}"


def replica(scene: _Scene) -> Iterator[Wall]:
    reads: defaultdict[Module, list[Access]] = defaultdict(list)
    writing, handed = writers(scene.facts, scene.accesses, scene.reach), _handed(scene.accesses)
    for access in scene.accesses:
        if access.module not in writing and (access.file, access.line) not in handed:
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
                why=f"{module} reads {len(tables)} tables, and writes none by itself, its bases or what it calls",
                proposal="let it read from a replica; it must bear answers that are seconds old",
                sketch=f"route the reads of {module} to the replica's connection",
                evidence=_lines(reads[module]),
            )


def _handed(accesses: Iterable[Access]) -> frozenset[tuple[str, int]]:
    """The lines that read any of many tables: whoever calls says which, `def count_related(model): ...`"""
    found: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
    for access in accesses:
        if access.op is Op.READ and access.via is Via.ORM:
            found[access.file, access.line].add(access.table)
    return frozenset(line for line in found if len(found[line]) >= ONE_OF)


def cacheable(scene: _Scene) -> Iterator[Wall]:
    """Costly reads of requests that write nothing, over tables that fewer functions write than read."""
    costly = _costly(scene)
    readers, writers = _paths(scene.accesses, Op.READ), _paths(scene.accesses, Op.WRITE)
    always = [access for access in scene.accesses if not access.seldom]
    changing = set().union(*_paths(always, Op.WRITE).values())
    looking = scene.reach.without(writing_requests(scene.facts, changing, scene.reach, scene.calls))
    for place in sorted(costly):
        module, function = place
        tables, lines, what = costly[place]
        reading = len(set().union(*(readers[table] for table in tables)))
        writing = len(set().union(*(writers[table] for table in tables)))
        if looking.entries(module, function) and writing < reading:
            yield Wall(
                kind=WallKind.CACHEABLE,
                subject=_where(place),
                module=module,
                tables=tables,
                hot=scene.reach.hot(module, function, in_loop=True),
                why=(
                    f"{what} over {_some(tables)} for each request, though "
                    f"{count(writing, 'function writes', 'functions write')} these tables and {reading} read them"
                ),
                proposal="keep the result in a cache, and invalidate it at the writes listed",
                sketch=f"key {function or module}:<arguments>, deleted after each commit of these writes",
                evidence=lines,
                related=_writes(tables, scene.accesses),
            )


def raw_connection(scene: _Scene) -> Iterator[Wall]:
    """A driver's own `connect` in a program whose models already have an engine that keeps connections."""
    if not any(fact.origin is Origin.OWN and fact.model for fact in scene.facts.tables):
        return
    touched: defaultdict[Module, set[Table]] = defaultdict(set)
    for access in scene.accesses:
        if access.via is Via.SQL:
            touched[access.module].add(access.table)
    for one in scene.facts.connections:
        tables = tuple(sorted(touched[one.module]))
        ours = f"its module has SQL over {_names(tables)}" if tables else "no table of this program is named beside it"
        yield Wall(
            kind=WallKind.RAW_CONNECTION,
            subject=_where((one.module, one.function)),
            module=one.module,
            tables=tables,
            hot=scene.reach.hot(one.module, one.function, in_loop=False),
            why=f"{one.driver} opens a connection that the engine's pool does not count; {ours}",
            proposal="take the connection from the engine; to another database, from a pool of its own with a limit",
            sketch=f"with engine.connect() as connection: ...  # in place of {one.driver}(...)",
            evidence=(Evidence(one.file, one.line, one.function),),
        )


_Costly = tuple[tuple[Table, ...], tuple[Evidence, ...], str]


def _costly(scene: _Scene) -> dict[Place, _Costly]:
    """Functions that aggregate for each row, walk a tree, or aggregate over a wide join; the outermost of those."""
    reading = {(one.module, one.function) for one in scene.accesses if one.op is Op.READ}
    writing = {(one.module, one.function) for one in scene.accesses if one.op is Op.WRITE}
    found: dict[Place, _Costly] = {}
    links = Links(scene.facts)
    for query in scene.queries:
        tables = links.joined(query)
        if query.aggregates and len(tables) >= WIDE and (query.module, query.function) not in writing:
            found[query.module, query.function] = tables, (_at(query),), "a wide join is aggregated"
    aggregating = {(query.module, query.function) for query in scene.queries if query.aggregates}
    inner: set[Place] = set()
    for loop in scene.loops:
        if not writing.isdisjoint({loop.place, *loop.through}):
            continue  # no read: it has to run
        walks = any(place in reading and place in scene.calls.calls.get(place, ()) for place in loop.called)
        if walks or loop.place in scene.counting or not aggregating.isdisjoint(loop.called):
            what = "a tree is walked with queries" if walks else "aggregates are worked out row by row"
            lines = (Evidence(loop.file, loop.line, loop.function), *_lines(loop.items))
            found[loop.place] = tuple(sorted({*loop.tables, *_read_at(loop, scene.accesses)})), lines, what
            inner |= loop.through - {loop.place}
    return {place: found[place] for place in found if place not in inner}


def _read_at(loop: Loop, accesses: Iterable[Access]) -> set[Table]:
    return {one.table for one in accesses if (one.file, one.line) == (loop.file, loop.line) and one.op is Op.READ}


def _paths(accesses: Iterable[Access], op: Op) -> defaultdict[Table, set[Place]]:
    """The functions that read or write each table; admin pages and the like are not counted."""
    found: defaultdict[Table, set[Place]] = defaultdict(set)
    for access in accesses:
        if access.op is op and access.via is not Via.FRAMEWORK:
            found[access.table].add((access.module, access.function))
    return found


FINDERS: tuple[_Finder, ...] = (n_plus_one, missing_index, wide_join, replica, cacheable, raw_connection)


def find_walls(facts: Facts, reached: Reach, calls: Reach) -> tuple[Wall, ...]:
    """All walls, the hot ones first in each kind; `calls` are those of known types alone."""
    paths = {fact.module: fact.path for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    accesses = tuple(access for access in facts.accesses if access.module in paths)
    queries = tuple(query for query in facts.queries if query.module in paths)
    scene = _Scene(
        facts=facts,
        queries=queries,
        accesses=accesses,
        tables={fact.table: fact for fact in facts.tables},
        reach=reached,
        calls=calls,
        loops=find_loops(facts, accesses, reached, calls, paths),
        counting=frozenset((query.module, query.function) for query in queries if query.aggregates and query.per_item),
    )
    modules = {path: module for module, path in paths.items()}
    found = [_reached(wall, modules, reached) for finder in FINDERS for wall in finder(scene)]
    return tuple(sorted(found, key=lambda wall: (wall.kind, not wall.hot, wall.subject, wall.evidence)))


def _reached(wall: Wall, modules: Mapping[str, Module], reached: Reach) -> Wall:
    places = {(modules[line.file], line.function) for line in wall.evidence if line.file in modules}
    entries = sorted(frozenset().union(*(reached.entries(*place) for place in places)))
    return replace(wall, requests=tuple(_where(entry) for entry in entries[:SEVERAL]))


def _names(tables: Iterable[Table]) -> str:
    return ", ".join(table.name for table in tables)


def _some(tables: Sequence[Table], most: int = 5) -> str:
    return _names(tables[:most]) + (f" and {len(tables) - most} more tables" if len(tables) > most else "")


def _where(place: Place) -> str:
    module, function = place
    return f"{module}:{function}" if function else module.name


def _at(query: Query) -> Evidence:
    return Evidence(query.file, query.line, query.function)


def _lines(accesses: Iterable[Access]) -> tuple[Evidence, ...]:
    return tuple(sorted({Evidence(access.file, access.line, access.function) for access in accesses}))


def _writes(tables: Iterable[Table], accesses: Iterable[Access]) -> tuple[Evidence, ...]:
    """Where hand-written code writes `tables`."""
    wanted = frozenset(tables)
    writes = (access for access in accesses if access.op is Op.WRITE and access.via is not Via.FRAMEWORK)
    return _lines(access for access in writes if access.table in wanted)
