"""Costly reads that requests work out again and again, though what they rest on rarely changes: Scene -> Walls."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..model.counts import count
from ..model.facts import Access, Evidence, Op, Query, Via
from ..model.judgements import Wall, WallKind
from ..model.names import Table
from .asked import WIDE
from .indexes import Indexes
from .links import Links
from .loops import Loop
from .reach import Place, is_in
from .scene import Scene, called, functions_of, is_shown, line_of, lines_of, some_of, takes_many, written_at

__all__ = ["FEW_WRITERS", "STATISTICS", "cacheable", "walking"]

STATISTICS = 4
"""Aggregates over whole tables in one function from which on it works out statistics."""

FEW_WRITERS = 40
"""Functions that write what a cache would rest on, up to which each of them can be made to invalidate it."""


def cacheable(scene: Scene) -> Iterator[Wall]:
    """Costly reads for requests that write nothing, over tables that fewer functions write than read.

    Not what is given rows or a set of anything, which is no key, nor numbers that a request asks for before it writes,
    nor what a cache keeps already, there or on the way.
    """
    costly, many = _costly(scene), takes_many(scene.facts)
    writes = scene.reach.seeds - scene.looking.seeds
    before = scene.calls.closure(*writes, *(place for place in scene.changing if is_in(writes, place)))
    taking = {(one.module, one.name) for one in scene.facts.definitions if _of_request(one.signature)} if costly else ()
    unlisted = {one.table for one in scene.accesses if one.via is Via.FRAMEWORK and one.op is Op.WRITE}
    readers, writers = functions_of(scene.accesses, Op.READ), functions_of(scene.accesses, Op.WRITE)
    for place in sorted(costly):
        module, function = place
        tables, lines, what = costly[place]
        reading = len(set().union(*(readers[table] for table in tables)))
        writing = len(set().union(*(writers[table] for table in tables)))
        read_only = is_shown(scene, place) and (what is _TREE or place not in before)
        if what is _EACH and place in taking:
            continue  # a page of one visitor's
        keyed = place not in many and "<locals>" not in function  # what is inside of a function sees its names
        if read_only and keyed and writing < reading and writing <= FEW_WRITERS:
            more = tuple(table for table in tables if table in unlisted)
            yield Wall(
                kind=WallKind.CACHEABLE,
                subject=called(place),
                module=module,
                tables=tables,
                hot=scene.reach.hot(module, function, in_loop=True),
                why=(
                    f"{what} over {some_of(tables)} for each request, though "
                    f"{count(writing, 'function writes', 'functions write')} these tables and {reading} read them"
                ),
                proposal=(
                    "keep the result in a cache that expires, and invalidate it at the writes listed"
                    + (f", and where admin pages and forms write {some_of(more)}" if more else "")
                ),
                sketch=f"key {function or module}:<arguments>, deleted after each commit of these writes",
                evidence=lines,
                related=written_at(tables, scene.accesses),
            )


_EACH, _TREE = "aggregates are worked out row by row", "a tree is walked with queries"

_of_request = re.compile(r"\brequest\b").search

_Costly = tuple[tuple[Table, ...], tuple[Evidence, ...], str]


def _costly(scene: Scene) -> dict[Place, _Costly]:
    """Functions that work out statistics, aggregate for each row or over a wide join, or walk a tree; the outermost."""
    writing = {(one.module, one.function) for one in scene.accesses if one.op is Op.WRITE}
    found: dict[Place, _Costly] = dict(_statistics(scene))
    links = Links(scene.facts, wide=True)
    for query in scene.queries:
        sent = query.via is Via.SQL  # what an ORM's query sums up may be handed on, to be narrowed before it is sent
        place, tables = (query.module, query.function), links.joined(query) if sent and query.aggregates else ()
        if len(tables) >= WIDE and place not in writing:
            found[place] = tables, (line_of(query),), "a wide join is aggregated"
    aggregating = {(query.module, query.function) for query in scene.queries if query.aggregates}
    inner: set[Place] = set()
    trees = walking(scene)
    for loop in scene.loops:
        if not writing.isdisjoint({loop.place, *loop.through}):
            continue  # no read: it has to run
        walks = not trees.isdisjoint(loop.called)
        if walks or loop.place in scene.counting or not aggregating.isdisjoint(loop.called):
            what = _TREE if walks else _EACH
            lines = (Evidence(loop.file, loop.line, loop.function), *lines_of(loop.items))
            found[loop.place] = tuple(sorted({*loop.tables, *_read_at(loop, scene.accesses)})), lines, what
            inner |= loop.through - {loop.place}
    return {place: found[place] for place in found if place not in inner}


def _statistics(scene: Scene) -> Iterator[tuple[Place, _Costly]]:
    """What counts or sums up whole tables that grow, several times: no key finds the rows of any of them."""
    indexes = Indexes(scene.facts)
    asked: defaultdict[Place, list[Query]] = defaultdict(list)
    for query in scene.queries:
        sought = set(query.filtered).difference(query.scanned)  # parent=None asks for no parent's rows
        whole = not any(name.endswith(".") or indexes.is_key(name) for name in sought)
        if query.aggregates and whole and not query.given and not scene.growing.isdisjoint(query.tables):
            asked[query.module, query.function].append(query)
    for place, queries in asked.items():
        lines = {query.line: line_of(query) for query in queries}
        if len(lines) >= STATISTICS:
            tables = tuple(sorted({table for query in queries for table in query.tables}))
            what = f"{len(lines)} aggregates are worked out"
            yield place, (tables, tuple(lines[line] for line in sorted(lines)), what)


def walking(scene: Scene) -> set[Place]:
    """The functions that go from each row of a table to others of it: for child in node.children: walk(child)"""
    own = {key.table for key in scene.facts.foreign_keys if key.table == key.to_table}
    reading = {(one.module, one.function) for one in scene.accesses if one.op is Op.READ and one.table in own}
    again = (one for one in scene.facts.calls if one.repeats and (one.module, one.function) == (one.called, one.callee))
    return {(one.module, one.function) for one in again} & reading


def _read_at(loop: Loop, accesses: Iterable[Access]) -> set[Table]:
    return {one.table for one in accesses if (one.file, one.line) == (loop.file, loop.line) and one.op is Op.READ}
