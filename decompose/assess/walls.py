"""Bottlenecks that a split would not remove: Facts -> Walls. One finder for each kind of wall in `FINDERS`.

Every wall is a hypothesis; `Wall.why` states the definition that it met.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..model.facts import Access, Evidence, Facts, ModuleKind, Op, Origin, Via
from ..model.judgements import Wall, WallKind
from ..model.names import Module, Table
from .asked import missing_index, wide_join
from .bulk import Bulk
from .calls import ONE_OF
from .costly import cacheable
from .growing import growing
from .loops import Loop, by_hand, find_loops
from .reach import SEVERAL, Place, Reach, around, reach, tasks
from .scene import Scene, by_kind, called, fresh, kept, lines_of, named, some_of
from .writers import changing, heirs, writers

__all__ = ["FINDERS", "find_walls"]

MANY_TABLES = 5
"""Tables that a module must read before a replica of its own is worth proposing."""

_Finder = Callable[[Scene], Iterator[Wall]]


def n_plus_one(scene: Scene) -> Iterator[Wall]:
    """One wall for all loops of a function that go back to the same tables: what is fetched once serves them all."""
    bulk = Bulk(scene)
    alike: defaultdict[tuple[Place, tuple[Table, ...]], list[Loop]] = defaultdict(list)
    for loop in scene.loops:
        alike[loop.place, loop.tables].append(loop)
    for (place, tables), loops in alike.items():
        items = tuple(dict.fromkeys(one for loop in loops for one in loop.items))
        yield Wall(
            kind=WallKind.N_PLUS_ONE,
            subject=called(place),
            module=place[0],
            tables=tables,
            hot=scene.reach.hot(*place, in_loop=True),
            why=f"this loop goes back to {some_of(tables)} for each row",
            proposal=f"{_in_bulk(items)} once for all rows, outside of the loop",
            sketch=bulk(loops[0]),
            evidence=tuple(Evidence(loop.file, loop.line, loop.function) for loop in loops),
            related=lines_of(items),
        )


def _in_bulk(items: Iterable[Access]) -> str:
    # "fetch orders, and write lines, payments"
    done = {op: tuple(sorted({one.table for one in items if one.op is op})) for op in (Op.READ, Op.WRITE)}
    verbs = (("fetch", done[Op.READ]), ("write", done[Op.WRITE]))
    return ", and ".join(f"{verb} {some_of(tables)}" for verb, tables in verbs if tables)


def replica(scene: Scene) -> Iterator[Wall]:
    reads: defaultdict[Module, list[Access]] = defaultdict(list)
    writing, handed = writers(scene.facts, scene.accesses, scene.wide), _handed(scene.accesses)
    late = _Late(scene)
    for access in scene.accesses:
        if access.module not in writing and (access.file, access.line) not in handed and late(access):
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
                evidence=lines_of(reads[module]),
            )


class _Late:
    """Knows what may be answered seconds late: what is read for requests that write nothing, and for which no cache
    answers, as it would keep what is late, and for tasks that nobody gives anything, and for no request or task that
    writes, as far as is known. A task that is given a key is told of a row that has just been written.

    Not what a caller gives, nor by forms, which are there to write, nor by managers and filters, of which everybody
    asks, nor for every request. What names its database already is routed.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        queued = tasks(scene.facts)
        told = {(one.module, one.name) for one in scene.facts.definitions if _is_told(one.signature)} | scene.changing
        self._tasks = scene.reach.closure(*(queued - told))
        self._told = scene.reach.closure(*(queued & told))
        self._forms = heirs(scene.facts.definitions, (), _FORM)
        self._rows = heirs(scene.facts.definitions, (), _ROWS)
        # what finds rows by a query that somebody else began reads where that says
        self._routed = {(query.module, query.function) for query in scene.queries if query.routed or query.given}

    def __call__(self, access: Access) -> bool:
        place = access.module, access.function
        inside = {(access.module, name) for name in around(access.function)}
        if (
            access.of  # what a caller gave is read where its query said
            or place in self._routed
            or not self._told.isdisjoint(inside)
            or inside & (self._forms | self._rows)
            or _FOR_ALL(access.module.name)
            or _FOR_ALL(access.function)
        ):
            return False
        shown = bool(self._scene.fresh.entries(*place)) or bool(inside & self._tasks)
        return shown and not self._scene.writing.entries(*place)


_FORM = re.compile(r"Form(Set)?(Mixin)?$")
_ROWS = re.compile(r"(QuerySet|Manager|Filter(Set)?)$")
_FOR_ALL = re.compile("middleware", re.I).search


def _is_told(signature: str) -> bool:
    """Must whoever calls it give it something?"""
    # (order_id: int)      (self, order, *, rate=None)      and not (self: Task, batch=10, *args)
    inside = _INNER.sub("", signature.partition(" -> ")[0][1:-1])
    names = [one.strip() for one in inside.split(",") if "=" not in one]
    return any(name and name[0] not in "*/" and name.partition(":")[0] not in ("self", "cls") for name in names)


_INNER = re.compile(r"[\[(][^\[\]()]*[\])]")  # dict[str, int]


def _handed(accesses: Iterable[Access]) -> frozenset[tuple[str, int]]:
    """The lines that read any of many tables: whoever calls says which, `def count_related(model): ...`"""
    found: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
    for access in accesses:
        if access.op is Op.READ and access.via is Via.ORM:
            found[access.file, access.line].add(access.table)
    return frozenset(line for line in found if len(found[line]) >= ONE_OF)


def raw_connection(scene: Scene) -> Iterator[Wall]:
    """A driver's own `connect` in a program whose models already have an engine that keeps connections."""
    if not any(fact.origin is Origin.OWN and fact.model for fact in scene.facts.tables):
        return
    touched: defaultdict[Module, set[Table]] = defaultdict(set)
    for access in scene.accesses:
        if access.via is Via.SQL:
            touched[access.module].add(access.table)
    for one in scene.facts.connections:
        tables = tuple(sorted(touched[one.module]))
        ours = f"its module has SQL over {named(tables)}" if tables else "no table of this program is named beside it"
        yield Wall(
            kind=WallKind.RAW_CONNECTION,
            subject=called((one.module, one.function)),
            module=one.module,
            tables=tables,
            hot=scene.reach.hot(one.module, one.function, in_loop=False),
            why=f"{one.driver} opens a connection that the engine's pool does not count; {ours}",
            proposal="take the connection from the engine; to another database, from a pool of its own with a limit",
            sketch=f"with engine.connect() as connection: ...  # in place of {one.driver}(...)",
            evidence=(Evidence(one.file, one.line, one.function),),
        )


FINDERS: tuple[_Finder, ...] = (n_plus_one, missing_index, wide_join, replica, cacheable, raw_connection)


def find_walls(facts: Facts, reached: Reach, calls: Reach) -> tuple[Wall, ...]:
    """All walls, the hot ones first in each kind; `calls` are those of known types alone."""
    paths = {fact.module: fact.path for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    accesses = tuple(access for access in facts.accesses if access.module in paths)
    queries = tuple(query for query in facts.queries if query.module in paths)
    wide = reach(facts, wide=True)
    hand = by_hand(facts, wide)
    loops = find_loops(facts, accesses, reached, calls, paths, hand)
    changes, cached = changing(facts, accesses, calls), kept(facts)
    looking, writing = by_kind(facts, reached, changes)
    scene = Scene(
        facts=facts,
        queries=queries,
        accesses=accesses,
        tables={fact.table: fact for fact in facts.tables},
        reach=reached,
        wide=wide,
        calls=calls,
        changing=changes,
        looking=looking,
        writing=writing,
        kept=cached,
        fresh=fresh(looking, cached),
        loops=loops,
        growing=growing(facts, [one for one in accesses if (one.module, one.function) not in hand], loops),
        by_hand=hand,
        counting=frozenset((query.module, query.function) for query in queries if query.aggregates and query.per_item),
    )
    modules = {path: module for module, path in paths.items()}
    told = _beside([wall for finder in FINDERS for wall in finder(scene)])
    found = [_reached(wall, modules, reached) for wall in told]
    return tuple(sorted(found, key=lambda wall: (wall.kind, not wall.hot, wall.subject, wall.evidence)))


_BESIDE: Mapping[tuple[WallKind, WallKind], str] = {
    (WallKind.CACHEABLE, WallKind.N_PLUS_ONE): "only where asking once for all rows (see its n_plus_one) does not do",
    (WallKind.CACHEABLE, WallKind.WIDE_JOIN): "this or the view of its wide_join: one of both does",
    (WallKind.WIDE_JOIN, WallKind.CACHEABLE): "this or the cache (see its cacheable): one of both does",
}
"""What is said of a remedy where another kind of wall is told of the same function."""


def _beside(walls: Sequence[Wall]) -> Iterator[Wall]:
    kinds: defaultdict[str, set[WallKind]] = defaultdict(set)
    for wall in walls:
        kinds[wall.subject].add(wall.kind)
    for wall in walls:
        said = [_BESIDE[wall.kind, kind] for kind in sorted(kinds[wall.subject]) if (wall.kind, kind) in _BESIDE]
        yield replace(wall, proposal="; ".join([wall.proposal, *said]))


def _reached(wall: Wall, modules: Mapping[str, Module], reached: Reach) -> Wall:
    places = {(modules[line.file], line.function) for line in wall.evidence if line.file in modules}
    # those that come to the functions themselves, before those that name the class around them
    entries = sorted(frozenset().union(*(reached.requests.get(place) or reached.entries(*place) for place in places)))
    return replace(wall, requests=tuple(called(entry) for entry in entries[:SEVERAL]))
