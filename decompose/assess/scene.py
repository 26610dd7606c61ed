"""What finders of walls look at, and how they name it: Facts -> Scene."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ..model.facts import Access, Evidence, Facts, Op, Query, TableFact, Via
from ..model.names import Table
from .loops import Loop
from .reach import Place, Reach, is_in
from .writers import heirs, writing_requests

__all__ = [
    "Scene", "by_kind", "called", "fresh", "functions_of", "is_shown", "kept", "line_of", "lines_of", "named",
    "some_of", "takes_many", "written_at",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts of source modules, which requests reach them, and which `calls` surely run."""

    facts: Facts
    queries: tuple[Query, ...]
    accesses: tuple[Access, ...]
    tables: Mapping[Table, TableFact]
    reach: Reach
    wide: Reach  # also by the methods of a class of rows that somebody names
    calls: Reach
    loops: tuple[Loop, ...]
    growing: frozenset[Table]  # those that have more rows the more people use the program
    by_hand: Container[Place]  # functions that commands alone come to
    changing: Set[Place]  # functions that surely come to write
    looking: Reach  # what requests that write nothing reach
    writing: Reach  # what requests that write reach
    kept: frozenset[Place]  # what a cache answers for
    fresh: Reach  # what those requests reach that no cache answers on the way
    counting: frozenset[Place]  # functions with an aggregate in a loop over rows


def by_kind(facts: Facts, reached: Reach, changing: Set[Place]) -> tuple[Reach, Reach]:
    """What requests that write nothing reach, and what those that write do; of a class that answers several kinds, the
    methods that only show are of the first."""
    writing = writing_requests(facts, reached, changing)
    methods = {place: owner for place, owner in _methods(facts) if owner in writing}
    showing = {place for place in methods if not _is_to_write(place[1])} - changing
    rest = (writing - set(methods.values())) | (methods.keys() - showing)
    return reached.only((reached.seeds - writing) | showing), reached.only(rest)


def _methods(facts: Facts) -> Iterator[tuple[Place, Place]]:
    for one in facts.definitions:
        if owner := one.name.rpartition(".")[0]:
            yield (one.module, one.name), (one.module, owner)


_is_to_write = re.compile(
    r"\.(_\w*|post|put|patch|delete|create|update|partial_update|destroy|perform_\w+|form_\w+)$"
).search


def kept(facts: Facts) -> frozenset[Place]:
    """The functions that a cache answers for, and the classes whose requests one answers, with all that inherit."""
    cached = {(one.module, one.name) for one in facts.definitions if one.cached}
    answering = {(module, name.rpartition(".")[0]) for module, name in cached if name.rpartition(".")[2] in _ANSWERS}
    return frozenset(cached | heirs(facts.definitions, cached | answering))


_ANSWERS = ("get", "list", "retrieve", "dispatch", "__call__", "_process")


def fresh(looking: Reach, kept: Set[Place]) -> Reach:
    """What these requests reach that no cache answers on the way."""
    return looking.only({seed for seed in looking.seeds if not is_in(kept, seed)}, kept)


def is_shown(scene: Scene, place: Place) -> bool:
    """Is it worked out for requests that write nothing, by no function that writes, and does no cache answer for it?"""
    asked = bool(scene.fresh.entries(*place))
    return asked and place not in scene.changing and not is_in(scene.kept, place)


def functions_of(accesses: Iterable[Access], op: Op) -> defaultdict[Table, set[Place]]:
    """The functions that read or write each table; admin pages and the like are not counted."""
    found: defaultdict[Table, set[Place]] = defaultdict(set)
    for access in accesses:
        if access.op is op and access.via is not Via.FRAMEWORK:
            found[access.table].add((access.module, access.function))
    return found


# (variants: QuerySet, seen: set[int], queryset): what they hold is no key
_HOLDS = re.compile(
    r"\b(QuerySet|Iterable|Iterator|Sequence|Collection|[Ll]ist|[Ss]et|[Dd]ict|Mapping)\b|\b(\w*queryset|qs|rows)\b"
).search


def takes_many(facts: Facts) -> set[Place]:
    """The functions that are given rows or containers, as far as they say."""
    return {(one.module, one.name) for one in facts.definitions if _HOLDS(one.signature.partition(") ->")[0])}


def named(tables: Iterable[Table]) -> str:
    """The names of `tables`, as a sentence lists them."""
    return ", ".join(table.name for table in tables)


def some_of(tables: Sequence[Table], most: int = 5) -> str:
    """The first names of `tables`, and how many more there are."""
    return named(tables[:most]) + (f" and {len(tables) - most} more tables" if len(tables) > most else "")


def called(place: Place) -> str:
    """How a function is called: shop.orders:Order.pay, or its module where it is the module's own code."""
    module, function = place
    return f"{module}:{function}" if function else module.name


def line_of(query: Query) -> Evidence:
    """Where the query stands."""
    return Evidence(query.file, query.line, query.function)


def lines_of(accesses: Iterable[Access]) -> tuple[Evidence, ...]:
    """Where the accesses stand, each place once, in order."""
    return tuple(sorted({Evidence(access.file, access.line, access.function) for access in accesses}))


def written_at(tables: Iterable[Table], accesses: Iterable[Access]) -> tuple[Evidence, ...]:
    """Where hand-written code writes `tables`."""
    wanted = frozenset(tables)
    writes = (access for access in accesses if access.op is Op.WRITE and access.via is not Via.FRAMEWORK)
    return lines_of(access for access in writes if access.table in wanted)
