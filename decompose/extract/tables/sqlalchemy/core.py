"""Stage 1, whole project: Table objects, and classes that are mapped to them from outside."""

from collections.abc import Iterable, Iterator

from ....model.facts import Column, ModuleKind
from ...code import Assign, Call, Class, Do, Function, If, Stmt
from ...infer import Machine
from ...program import ClassInfo, Scope
from ...types import Type, Types
from ..inventory import Inventory
from ..mapping import Mapped, TableEntry, origin_of
from ..written import called, keyword, last, text
from . import indexes
from .columns import add_keys, column_of, lead
from .fields import Declared, Models, fields_of, properties

__all__ = ["core_tables", "enter_table"]


def core_tables(models: Models) -> None:
    """Enter every Table of modules and classes, and map the classes that are given one."""
    for scope in models.machine.program.scopes:
        if scope.source.kind is ModuleKind.MIGRATION:
            continue  # what a migration calls a table is only what it needs of it
        for node, owner in _placed(models.machine, scope.body):
            call = node.value
            if isinstance(call, Call) and called(models.machine, scope, call.func) == "Table" and call.args:
                name = text(models.machine, scope, call.args[0])
                if name:
                    entry = enter_table(models.machine, models.inventory, scope, name, call)
                    for target in node.targets:
                        if isinstance(target, str):
                            _keep(models.machine, scope, owner, target, (Type("core_table", entry),))
        _imperative(models, scope)


def enter_table(machine: Machine, inventory: Inventory, scope: Scope, name: str, call: Call) -> TableEntry:
    """A `Table("name", metadata, Column(...), ...)`."""
    known = inventory.core.get(id(call))
    if known is None:
        schema = text(machine, scope, keyword(call, "schema"))
        known = _core_table(Models(machine, inventory, {}), scope, f"{schema}.{name}" if schema else name, call)
        inventory.core[id(call)] = known
    return known


def _core_table(models: Models, scope: Scope, name: str, call: Call) -> TableEntry:
    columns: dict[str, Column] = {}
    for arg in call.args[1:]:
        if isinstance(arg, Call) and called(models.machine, scope, arg.func) == "Column" and arg.args:
            column = text(models.machine, scope, arg.args[0])
            if column:
                field = Declared(column, arg, None, _NO_CLASS, call.line)
                columns[column] = column_of(field)
                add_keys(models, name, column, scope, arg, arg.line)
    for column in indexes.of_table(call):
        lead(columns, column)
    entry = TableEntry(name, "", scope, origin_of(scope), columns, call.line)
    models.inventory.add(entry)
    return entry


def _placed(
    machine: Machine, body: Iterable[Stmt], owner: ClassInfo | None = None
) -> Iterator[tuple[Assign, ClassInfo | None]]:
    """The assignments of a module and of its classes, each with its class."""
    for node in body:
        if isinstance(node, Assign):
            yield node, owner
        elif isinstance(node, If):
            yield from _placed(machine, (*node.body, *node.orelse), owner)
        elif isinstance(node, Class):
            info = machine.program.by_node[id(node)]
            yield from _placed(machine, node.body, info if isinstance(info, ClassInfo) else None)


def _keep(machine: Machine, scope: Scope, owner: ClassInfo | None, name: str, types: Types) -> None:
    if owner is None:
        machine.write(scope.cell(name), types)
    else:
        machine.write_attribute(owner, name, types)


def _imperative(models: Models, scope: Scope) -> None:
    # mapper(Order, orders)      registry.map_imperatively(Order, orders, properties={...})
    for node in _calls(scope.body):
        if last(node.func) not in ("mapper", "map_imperatively") or len(node.args) < 2:
            continue
        classes = [one.of for one in models.machine.eval_in(scope, node.args[0]) if one.kind == "class"]
        tables = [one.of for one in models.machine.eval_in(scope, node.args[1]) if one.kind == "core_table"]
        if classes and tables and classes[0].mapped is None:
            info, entry = classes[0], tables[0]
            mapped = Mapped("sqlalchemy", entry.name, columns=dict(entry.columns))
            models.inventory.declare(info, mapped)
            entry.model, entry.info = info.name, info
            info.lookups["fields"] = [*fields_of(info), *properties(node, info)]


_NO_CLASS = ClassInfo.__new__(ClassInfo)


def _calls(body: Iterable[Stmt]) -> Iterator[Call]:
    for node in body:
        if isinstance(node, Function | If):
            yield from _calls(node.body)
        elif isinstance(node, Do | Assign) and isinstance(node.value, Call):
            yield node.value
