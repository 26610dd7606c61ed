"""Stage 1, whole project: the attributes and names that lines use -> columns, and what modules define."""

from collections.abc import Iterable, Iterator
from typing import Any

from ...model.facts import ColumnUse, How, OwnUse
from ...model.names import Table
from ..code import Assign, Class, Function
from ..infer import Machine
from ..program import ClassInfo, Scope
from .inventory import Inventory, inventory_of
from .pointed import id_of

__all__ = ["column_uses", "own_uses"]


def column_uses(machine: Machine, listed: Iterable[ColumnUse] = ()) -> tuple[ColumnUse, ...]:
    """What of tables each function of the project reads and gives, and what is `listed`, sorted."""
    inventory = inventory_of(machine)
    known: dict[tuple[Any, str], tuple[tuple[str, str], ...]] = {}
    found: dict[ColumnUse, None] = dict.fromkeys(listed)
    for unit in machine.units:
        source = unit.scope.source
        if source.library:
            continue
        looked_up = ((*key[:2], How.READ, key[2]) for key in unit.attributes)
        for target, name, how, line in (*unit.columns, *looked_up):
            key = target, id_of(target, name) if how is How.BEHIND else name
            if key not in known:
                known[key] = tuple(_columns(inventory, *key))
            for table, column in known[key]:
                found[ColumnUse(source.module, unit.name, Table(table), column, how, line)] = None
    return tuple(sorted(found, key=lambda one: (one.module, one.line, one.function, one.table, one.column, one.how)))


def _columns(inventory: Inventory, target: Any, name: str) -> Iterator[tuple[str, str]]:
    """The tables and columns that an attribute of rows stands for; "" stands for the rows themselves."""
    tables = [inventory.tables[one] for one in inventory.tables_of(target) if one in inventory.tables]
    if not name:
        yield from ((entry.name, "") for entry in tables)
        return
    column = _column(inventory, target, name) if isinstance(target, ClassInfo) else name
    for entry in tables:
        keys = [one.name for one in entry.columns.values() if one.primary]
        for one in keys if name == "pk" else [column]:
            if one in entry.columns:
                yield entry.name, one


def _column(inventory: Inventory, info: ClassInfo, name: str) -> str:
    # order.customer, order.customer_id: customer_id
    relation = inventory.relation(info, name) or inventory.relation(info, name.removesuffix("_id"))
    if relation is not None and relation.kind == "one" and relation.column:
        return relation.column
    declared = (one.mapped.columns.get(name) for one in info.line() if one.mapped)
    return next((column.name for column in declared if column is not None), name)


def own_uses(machine: Machine) -> tuple[OwnUse, ...]:
    """What of its own module's body each function looks up, sorted."""
    found = {
        OwnUse(scope.source.module, unit.name, name)
        for scope in machine.program.scopes
        if not scope.source.library
        for name in _defined(scope)
        if name in scope.cells
        for unit in scope.cells[name].readers_of()
        if unit.scope is scope and unit.fn is not None and unit.name != name
    }
    return tuple(sorted(found, key=lambda one: (one.module, one.function, one.name)))


def _defined(scope: Scope) -> set[str]:
    names = {one.name for one in scope.body if isinstance(one, Class | Function)}
    return names | {name for one in scope.body if isinstance(one, Assign) for name in one.targets if type(name) is str}
