"""What runs inside a transaction because a signal says so: Facts -> Transactions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model.facts import Access, Facts, Op, Transaction, WireKind
from ..model.names import Table
from .calls import Run, Runs, written
from .reach import Place

__all__ = ["with_receivers"]


def with_receivers(facts: Facts) -> tuple[Transaction, ...]:
    """The transactions of `facts`, each with what the receivers of its rows' signals write too, and theirs."""
    receivers = _receivers(facts)
    if not receivers:
        return facts.transactions
    writes: defaultdict[Place, list[Access]] = defaultdict(list)
    for access in facts.accesses:
        if access.op is Op.WRITE and not access.seldom:
            writes[access.module, access.function].append(access)
    runs = Runs(facts)
    return tuple(_widened(scope, runs, receivers, writes) for scope in facts.transactions)


_Receivers = Mapping[Table, frozenset[Run]]


def _widened(
    scope: Transaction, runs: Runs, receivers: _Receivers, writes: Mapping[Place, Sequence[Access]]
) -> Transaction:
    own = (one for one in writes.get((scope.module, scope.function), ()) if scope.line <= one.line <= scope.end_line)
    seen = runs.within(scope)
    fresh = [one for one in (*own, *written(writes, seen)) if one.table in scope.writes]
    more: set[Table] = set()
    while fresh:
        heard = (run for table in {one.table for one in fresh if not one.bulk} for run in receivers.get(table, ()))
        called = runs.closure(heard) - seen
        fresh = list(written(writes, called))
        more |= {one.table for one in fresh}
        seen |= called
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
    found: defaultdict[Table, set[Run]] = defaultdict(set)
    for wire in wires:
        table = models.get((wire.target, wire.name.rpartition(".")[2]))
        below = (name for line, module, name in functions if module == wire.source and line >= wire.line)
        if table and (name := next(below, None)):
            found[table].add((wire.source, name, ()))
    return {table: frozenset(found[table]) for table in found}
