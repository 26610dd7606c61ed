"""Stage 1, whole project: who hears of the rows of libraries' tables -> Heard."""

from ...model.facts import Heard
from ...model.names import Table
from .inventory import Inventory

__all__ = ["heard"]


def heard(inventory: Inventory) -> tuple[Heard, ...]:
    """In the order of files and lines."""
    found = {
        Heard(scope.source.module, fn.name, Table(table), info.name, signal, scope.source.path, line)
        for (fn, info, signal), (scope, line) in inventory.heard.items()
        if (table := info.mapped.table) and not scope.source.library
    }
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.function, one.table, one.signal)))
