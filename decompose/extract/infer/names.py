"""Stage 1, whole project: what a name stands for, and what imports bind."""

import builtins
from typing import TYPE_CHECKING

from .. import code
from ..program import Scope
from ..types import NONE, Type, Types
from .values import Unit

if TYPE_CHECKING:
    from .machine import Machine

_OF_PYTHON = frozenset(dir(builtins))

__all__ = ["external_member", "global_name", "import_", "module_member", "name"]


def name(machine: "Machine", name: str) -> Types:
    """A name as it is seen where evaluation stands; builtins are NONE."""
    if machine.klass is not None and name in machine.klass.attributes:
        return machine.read(machine.klass.attributes[name])
    if machine.klass is not None and name in machine.klass.inner:
        return (machine.klass.inner[name].value,)
    if machine.klass is not None and name in machine.klass.methods:  # form_invalid = form_valid
        return (Type("function", machine.klass.methods[name]),)
    unit: Unit | None = machine.unit
    while unit is not None:
        if name in unit.env:
            return unit.env[name]
        unit = unit.parent
    if name in _OF_PYTHON and name not in machine.unit.scope.cells:
        return NONE
    return global_name(machine, machine.unit.scope, name)


def global_name(machine: "Machine", scope: Scope, name: str, seen: tuple[Scope, ...] = ()) -> Types:
    """A name of a module, its star imports included."""
    types = machine.read(scope.cell(name))
    if types or not scope.stars:
        return types
    for star in scope.stars:
        if star not in seen:
            types = global_name(machine, star, name, (*seen, scope))
            if types:
                return types
    return NONE


def import_(machine: "Machine", node: code.Import) -> None:
    """An import statement: names are bound, a star is remembered."""
    scope = machine.unit.scope
    if node.name == "*":
        found = machine.program.find(absolute(machine, node), scope.source.root)
        if found is not None and found is not scope and found not in scope.stars:
            if not machine.whole:
                machine.demand(machine.module_units[found])
            scope.stars.append(found)
            for cell in list(scope.cells.values()):
                for unit in cell.readers_of():
                    machine.push(unit)
        return
    machine.bind(node.bound, imported(machine, node))


def absolute(machine: "Machine", node: code.Import) -> str:
    if not node.level:
        if node.module.partition(".")[0] in machine.described and not machine.unit.scope.source.library:
            machine.relies = True
        return node.module
    parts = machine.unit.scope.package.split(".")
    kept = parts[: len(parts) - (node.level - 1)]
    return ".".join([*kept, node.module] if node.module else kept)


def imported(machine: "Machine", node: code.Import) -> Types:
    module = absolute(machine, node)
    root = machine.unit.scope.source.root
    if not node.name:
        found = machine.program.find(module, root)
        return (Type("module", found),) if found else (Type("external", module),)
    found = machine.program.find(module, root)
    if found is not None:
        if not machine.whole:
            machine.demand(machine.module_units[found])
        types = global_name(machine, found, node.name)
        if types:
            return types
        if found.source.library:
            found = None
    submodule = machine.program.find(f"{module}.{node.name}", root)
    if submodule is not None:
        return (Type("module", submodule),)
    return NONE if found is not None else (Type("external", f"{module}.{node.name}"),)


def module_member(machine: "Machine", scope: Scope, name: str) -> Types:
    """`module.name`: a name of it, or a submodule."""
    types = global_name(machine, scope, name)
    if types:
        return types
    submodule = machine.program.find(f"{scope.source.dotted}.{name}", scope.source.root)
    if submodule is None and scope.source.library:
        return (Type("external", f"{scope.source.dotted}.{name}"),)
    return (Type("module", submodule),) if submodule else NONE


def external_member(machine: "Machine", dotted: str) -> Types:
    """An attribute of a library: followed where some `Library` wants it."""
    if machine.whole and dotted.partition(".")[0] not in machine.roots:
        return NONE
    described = machine.program.find(dotted)
    if described is not None and described.source.library:
        return (Type("module", described),)
    return (Type("external", dotted),) if dotted.count(".") < 9 else NONE
