"""Who is called when a row is saved or deleted: Facts -> functions, by table."""

from collections import defaultdict
from collections.abc import Mapping

from .facts import Facts, WireKind
from .names import Module, Table

__all__ = ["DELETIONS", "receivers", "signals"]

_Named = tuple[Module, str]

DELETIONS = frozenset({"pre_delete", "post_delete", "before_delete", "after_delete"})
"""The signals of Django and the events of SQLAlchemy that say that a row goes."""


def receivers(facts: Facts) -> Mapping[Table, frozenset[_Named]]:
    """The functions that are called when a row of a table is saved or deleted, by the wiring of signals."""
    return {table: frozenset(found) for table, found in signals(facts).items()}


def signals(facts: Facts) -> Mapping[Table, Mapping[_Named, frozenset[str]]]:
    """By which signals each of them hears of a table's rows."""
    # @receiver(post_save, sender="shop.Order") above the function, or post_save.connect(function, sender=Order)
    models = {(fact.module, fact.model): fact.table for fact in facts.tables if fact.module}
    wires = [wire for wire in facts.wires if wire.kind is WireKind.SIGNAL]
    sources = {wire.source for wire in wires}
    functions = sorted(
        (one.line, one.module, one.name)
        for one in facts.definitions
        if one.module in sources and one.kind == "function"
    )
    found: defaultdict[Table, defaultdict[_Named, set[str]]] = defaultdict(lambda: defaultdict(set))
    for wire in wires:
        table = models.get((wire.target, wire.name.rpartition(".")[2]))
        below = (name for line, module, name in functions if module == wire.source and line >= wire.line)
        if table and (name := next(below, None)):
            found[table][wire.source, name].add(wire.signal)
    for one in facts.heard:
        found[one.table][one.module, one.function].add(one.signal)
    return {table: {one: frozenset(found[table][one]) for one in sorted(found[table])} for table in found}
