"""What runs inside a transaction because a signal says so: Facts + Reach -> Transactions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..model.facts import Access, Call, Facts, Op, Transaction, WireKind
from ..model.names import Table
from .reach import Place, Reach

__all__ = ["with_receivers"]


def with_receivers(facts: Facts, reach: Reach) -> tuple[Transaction, ...]:
    """The transactions of `facts`, each with what the receivers of its rows' signals write too, and theirs."""
    receivers = _receivers(facts)
    if not receivers:
        return facts.transactions
    writes: defaultdict[Place, list[Access]] = defaultdict(list)
    for access in facts.accesses:
        if access.op is Op.WRITE and not access.seldom:
            writes[access.module, access.function].append(access)
    calls: defaultdict[Place, list[Call]] = defaultdict(list)
    for call in facts.calls:
        calls[call.module, call.function].append(call)
    return tuple(_widened(scope, calls, reach, receivers, writes) for scope in facts.transactions)


_Receivers = Mapping[Table, frozenset[Place]]


def _widened(
    scope: Transaction,
    calls: Mapping[Place, Iterable[Call]],
    reach: Reach,
    receivers: _Receivers,
    writes: Mapping[Place, Iterable[Access]],
) -> Transaction:
    inside = range(scope.line, scope.end_line + 1)
    here = scope.module, scope.function
    starts = {(call.called, call.callee) for call in calls.get(here, ()) if call.line in inside}
    written = [one for one in writes.get(here, ()) if one.line in inside]
    more: set[Table] = set()
    seen: set[Place] = set()
    waiting = list(reach.closure(*starts))
    while waiting or written:
        for table in {one.table for one in written if not one.bulk}:
            waiting.extend(reach.closure(*receivers.get(table, ())) - seen)
        written = [one for place in waiting if place not in seen for one in writes.get(place, ())]
        more |= {one.table for one in written}
        seen.update(waiting)
        waiting = []
    if more <= set(scope.writes):
        return scope
    return replace(scope, writes=tuple(sorted({*scope.writes, *more})), kind=f"{scope.kind} + signal")


def _receivers(facts: Facts) -> _Receivers:
    """The functions that are called when a row of a table is saved or deleted."""
    # @receiver(post_save, sender="shop.Order") above the function, or post_save.connect(function, sender=Order)
    models = {(fact.module, fact.model): fact.table for fact in facts.tables if fact.module}
    wires = [wire for wire in facts.wires if wire.kind is WireKind.SIGNAL]
    sources = {wire.source for wire in wires}
    functions = sorted(
        (one.line, one.module, one.name)
        for one in facts.definitions
        if one.module in sources and one.kind == "function"
    )
    found: defaultdict[Table, set[Place]] = defaultdict(set)
    for wire in wires:
        table = models.get((wire.target, wire.name.rpartition(".")[2]))
        below = (name for line, module, name in functions if module == wire.source and line >= wire.line)
        if table and (name := next(below, None)):
            found[table].add((wire.source, name))
    return {table: frozenset(found[table]) for table in found}
