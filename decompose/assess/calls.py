"""What a function surely runs: Facts -> Reach along calls of known types, and the transactions that they leave."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..model.facts import Access, Call, Facts, Op, Transaction, Via
from ..model.names import Module, Table
from .reach import Place, Reach, Unrun

__all__ = ["ONE_OF", "Run", "Runs", "surely", "typed", "written"]

ANYTHING = 5
"""Functions of different names that one line calls, from which on it calls what it is given."""

ONE_OF = 4
"""Tables that one line writes by its rows' own class, from which on it writes one of them each time."""


def typed(facts: Facts, most: int = ANYTHING) -> Reach:
    """Who calls whom as far as types tell: what is only passed on may never run.

    def run_later(job): job()    calls whatever anybody passes: that says nothing of what one caller passes. Lines that
    call functions of `most` different names are left out.
    """
    found: defaultdict[Place, set[Place]] = defaultdict(set)
    for call in _typed(facts, most):
        found[call.module, call.function].add((call.called, call.callee))
    return Reach({place: tuple(sorted(found[place])) for place in found}, {})


def _typed(facts: Facts, most: int) -> Iterator[Call]:
    lines: defaultdict[tuple[Place, int], list[Call]] = defaultdict(list)
    for call in facts.calls:
        lines[(call.module, call.function), call.line].append(call)
    for calls in lines.values():
        if len(calls) < most or len({one.callee.rpartition(".")[2] for one in calls}) < most:
            yield from calls


Run = tuple[Module, str, tuple[tuple[int, int], ...]]
"""A function of a module that is called, and the lines of it that the call leaves out."""


class Runs:
    """What runs while a stretch of lines does, as far as types tell."""

    def __init__(self, facts: Facts, most: int = ANYTHING) -> None:
        self._calls: defaultdict[Place, list[Call]] = defaultdict(list)
        for call in _typed(facts, most):
            self._calls[call.module, call.function].append(call)

    def within(self, scope: Transaction) -> set[Run]:
        """What the lines of a scope lead to."""
        calls = self._calls.get((scope.module, scope.function), ())
        return self.closure(_run(one) for one in calls if scope.line <= one.line <= scope.end_line)

    def closure(self, starts: Iterable[Run]) -> set[Run]:
        """`starts` and all that they lead to."""
        found: set[Run] = set()
        waiting = list(starts)
        while waiting:
            if (run := waiting.pop()) not in found:
                found.add(run)
                calls = self._calls.get(run[:2], ())
                waiting.extend(_run(one) for one in calls if not _is_left_out(run, one.line))
        return found


def _run(call: Call) -> Run:
    return call.called, call.callee, call.spared


def _is_left_out(run: Run, line: int) -> bool:
    return any(first <= line <= last for first, last in run[2])


def written(writes: Mapping[Place, Sequence[Access]], runs: Iterable[Run]) -> Iterator[Access]:
    """Those of `writes` that `runs` come to."""
    yield from (one for run in runs for one in writes.get(run[:2], ()) if not _is_left_out(run, one.line))


def surely(facts: Facts) -> Iterator[Transaction]:
    """The transactions of `facts` with the tables that one run of them writes, not one of many that it could.

    What the receivers of signals write is among them.
    """
    lines = _writes(facts.accesses)
    alone = (line for line in lines if len({one.table for one in line if one.via is Via.ORM}) < ONE_OF)
    unrun = Unrun(facts.calls)
    certain = _by_place(
        [one for one in line if not one.seldom and not unrun((one.module, one.function), one.line)] for line in alone
    )
    every = _by_place(lines)
    runs, anything = Runs(facts), Runs(facts, most=len(facts.calls) + 1)
    for scope in facts.transactions:
        could = list(_inside(scope, every, anything.within(scope)))
        doubtful: set[Table] = set()
        if len(scope.writes) > 1:
            doubtful = {one.table for one in could}
            doubtful.difference_update(one.table for one in _inside(scope, certain, runs.within(scope)))
        writes = tuple(table for table in scope.writes if table not in doubtful)
        heard = () if _alternatives(could) else scope.heard
        kind = f"{scope.kind} + signal" if heard else scope.kind
        yield replace(scope, writes=_alternatives(could) or tuple(sorted({*writes, *heard})), kind=kind)


_ByPlace = Mapping[Place, Sequence[Access]]


def _alternatives(writes: Iterable[Access]) -> tuple[Table, ...]:
    """One table that may be all that is written: each line writes it, or one of it and others; () where there is none.

    cart_or_order.lines.create(...)
    """
    lines: defaultdict[object, set[Table]] = defaultdict(set)
    for one in writes:
        lines[one if one.via in (Via.CASCADE, Via.SQL) else (one.file, one.line)].add(one.table)
    common = set.intersection(*lines.values()) if lines else set()
    return tuple(sorted(common)[:1]) if len(set().union(*lines.values())) > 1 else ()


def _inside(scope: Transaction, writes: _ByPlace, runs: Iterable[Run]) -> Iterator[Access]:
    """The writes of a scope, by its own lines and by what `runs` there."""
    own = writes.get((scope.module, scope.function), ())
    yield from (one for one in own if scope.line <= one.line <= scope.end_line)
    yield from written(writes, runs)


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
