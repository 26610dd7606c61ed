"""What a function surely runs: Facts -> Reach along calls of known types, and the transactions that they leave."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..model.facts import Access, Call, Facts, Op, Transaction, Via
from ..model.names import Table
from .reach import Place, Reach

__all__ = ["ONE_OF", "surely", "typed"]

ANYTHING = 5
"""Functions of different names that one line calls, from which on it calls what it is given."""

ONE_OF = 4
"""Tables that one line writes by its rows' own class, from which on it writes one of them each time."""


def typed(facts: Facts, most: int = ANYTHING) -> Reach:
    """Who calls whom as far as types tell: what is only passed on may never run.

    def run_later(job): job()    calls whatever anybody passes: that says nothing of what one caller passes. Lines that
    call functions of `most` different names are left out.
    """
    lines: defaultdict[tuple[Place, int], set[Place]] = defaultdict(set)
    for call in facts.calls:
        lines[(call.module, call.function), call.line].add((call.called, call.callee))
    found: defaultdict[Place, set[Place]] = defaultdict(set)
    for (place, _), called in lines.items():
        if len(called) < most or len({name.rpartition(".")[2] for _, name in called}) < most:
            found[place] |= called
    return Reach({place: tuple(found[place]) for place in found}, {})


def surely(facts: Facts, calls: Reach) -> Iterator[Transaction]:
    """The transactions of `facts` with the tables that one run of them writes, not one of many that it could."""
    lines = _writes(facts.accesses)
    alone = (line for line in lines if len({one.table for one in line if one.via is Via.ORM}) < ONE_OF)
    certain = _by_place([one for one in line if not one.seldom] for line in alone)
    every = _by_place(lines)
    anything = typed(facts, most=len(facts.calls) + 1)
    called: defaultdict[Place, list[Call]] = defaultdict(list)
    for call in facts.calls:
        called[call.module, call.function].append(call)
    for scope in facts.transactions:
        inside = range(scope.line, scope.end_line + 1)
        here = scope.module, scope.function
        starts = {(one.called, one.callee) for one in called[here] if one.line in inside}
        could = _written(scope, every, anything.closure(*starts)) if len(scope.writes) > 1 else set()
        doubtful = could - _written(scope, certain, calls.closure(*starts)) if could else could
        writes = tuple(table for table in scope.writes if table not in doubtful)
        yield replace(scope, writes=_alternatives(scope, every, anything.closure(*starts)) or writes)


_ByPlace = Mapping[Place, Sequence[Access]]


def _alternatives(scope: Transaction, writes: _ByPlace, places: Iterable[Place]) -> tuple[Table, ...]:
    """One table that may be all that is written: each line writes it, or one of it and others; () where there is none.

    cart_or_order.lines.create(...)
    """
    lines: defaultdict[object, set[Table]] = defaultdict(set)
    for one in _inside(scope, writes, places):
        lines[one if one.via in (Via.CASCADE, Via.SQL) else (one.file, one.line)].add(one.table)
    common = set.intersection(*lines.values()) if lines else set()
    return tuple(sorted(common)[:1]) if len(set().union(*lines.values())) > 1 else ()


def _written(scope: Transaction, writes: _ByPlace, places: Iterable[Place]) -> set[Table]:
    return {one.table for one in _inside(scope, writes, places)}


def _inside(scope: Transaction, writes: _ByPlace, places: Iterable[Place]) -> Iterator[Access]:
    """The writes of a scope, by its own lines and by the functions at `places`."""
    own = writes.get((scope.module, scope.function), ())
    yield from (one for one in own if scope.line <= one.line <= scope.end_line)
    yield from (one for place in places for one in writes.get(place, ()))


def _writes(accesses: Iterable[Access]) -> Collection[Sequence[Access]]:
    """What each line writes; where `self`, of whatever class, saves or deletes itself, that is one of many tables."""
    found: defaultdict[tuple[str, int], list[Access]] = defaultdict(list)
    for access in accesses:
        if access.op is Op.WRITE:
            found[access.file, access.line].append(access)
    return found.values()


def _by_place(lines: Iterable[Sequence[Access]]) -> _ByPlace:
    found: defaultdict[Place, list[Access]] = defaultdict(list)
    for line in lines:
        for access in line:
            found[access.module, access.function].append(access)
    return found
