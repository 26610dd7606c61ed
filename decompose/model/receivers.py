"""Who is called when a row is saved or deleted: Facts -> functions, by table."""

from collections import defaultdict
from collections.abc import Mapping

from .facts import Facts, WireKind
from .names import Module, Table

__all__ = ["receivers"]


def receivers(facts: Facts) -> Mapping[Table, frozenset[tuple[Module, str]]]:
    """The functions that are called when a row of a table is saved or deleted, by the wiring of signals."""
    # @receiver(post_save, sender="shop.Order") above the function, or post_save.connect(function, sender=Order)
    models = {(fact.module, fact.model): fact.table for fact in facts.tables if fact.module}
    wires = [wire for wire in facts.wires if wire.kind is WireKind.SIGNAL]
    sources = {wire.source for wire in wires}
    functions = sorted(
        (one.line, one.module, one.name)
        for one in facts.definitions
        if one.module in sources and one.kind == "function"
    )
    found: defaultdict[Table, set[tuple[Module, str]]] = defaultdict(set)
    for wire in wires:
        table = models.get((wire.target, wire.name.rpartition(".")[2]))
        below = (name for line, module, name in functions if module == wire.source and line >= wire.line)
        if table and (name := next(below, None)):
            found[table].add((wire.source, name))
    return {table: frozenset(found[table]) for table in found}
