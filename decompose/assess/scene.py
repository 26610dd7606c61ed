"""What finders of walls look at, and how they name it: Facts -> Scene."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model.facts import Access, Evidence, Facts, Op, Query, TableFact, Via
from ..model.names import Table
from .loops import Loop
from .reach import Place, Reach
from .writers import writing_requests

__all__ = ["Scene", "called", "functions_of", "line_of", "lines_of", "looking_only", "named", "some_of", "written_at"]


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts of source modules, which requests reach them, and which `calls` surely run."""

    facts: Facts
    queries: tuple[Query, ...]
    accesses: tuple[Access, ...]
    tables: Mapping[Table, TableFact]
    reach: Reach
    calls: Reach
    loops: tuple[Loop, ...]
    growing: frozenset[Table]  # those that have more rows the more people use the program
    by_hand: Container[Place]  # functions that commands alone come to
    looking: Reach  # what requests that write nothing reach
    counting: frozenset[Place]  # functions with an aggregate in a loop over rows


def looking_only(facts: Facts, accesses: Iterable[Access], reached: Reach, calls: Reach) -> Reach:
    """What requests that write nothing reach."""
    always = [access for access in accesses if not access.seldom]
    changing = set().union(*functions_of(always, Op.WRITE).values())
    return reached.without(writing_requests(facts, changing, reached, calls))


def functions_of(accesses: Iterable[Access], op: Op) -> defaultdict[Table, set[Place]]:
    """The functions that read or write each table; admin pages and the like are not counted."""
    found: defaultdict[Table, set[Place]] = defaultdict(set)
    for access in accesses:
        if access.op is op and access.via is not Via.FRAMEWORK:
            found[access.table].add((access.module, access.function))
    return found


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
