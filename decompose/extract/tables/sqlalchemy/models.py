"""Stage 1, whole project: SQLAlchemy's mapped classes and Table objects -> tables, columns and relations."""

from collections.abc import Iterable, Iterator

from ....model.facts import ModuleKind
from ...code import (
    Assign,
    Call,
    Class,
    If,
    Stmt,
)
from ...infer import Machine
from ..inventory import Inventory
from .columns import add_columns, enter, index
from .core import core_tables
from .fields import Models
from .names import is_mapped, name_table
from .relations import guess_keys, relate

__all__ = ["declare"]


def declare(machine: Machine, inventory: Inventory) -> None:
    """Declare every mapped class and every Table, then how they hang together."""
    models = Models(machine, inventory, {})
    core_tables(models)
    _tell_reflected(machine)
    for info in machine.program.classes:
        # a migration repeats as much of a model as it needs
        if info.mapped is None and info.scope.source.kind is not ModuleKind.MIGRATION and is_mapped(info):
            name_table(models, info)
    mapped = [info for info in inventory.mapped if info.mapped.library == "sqlalchemy"]
    for info in mapped:
        if info.mapped.table:
            models.names.setdefault(info.name.rpartition(".")[2], []).append(info)
    for info in mapped:
        add_columns(models, info)
    for info in mapped:
        enter(models, info)
    for scope in machine.program.scopes:
        index(models, scope)
    for info in mapped:
        relate(models, info)
    for info in mapped:
        guess_keys(models, info)


def _tell_reflected(machine: Machine) -> None:
    """Base = automap_base(): its classes are made of a database that nobody here can see."""
    for scope, unit in machine.module_units.items():
        for node in _flat(scope.body):
            for one in machine.eval_in(scope, node.value.func) if isinstance(node.value, Call) else ():
                if one.kind == "external" and one.of.startswith("sqlalchemy.") and one.of.endswith(".automap_base"):
                    unit.reflected[node.line] = None


def _flat(body: Iterable[Stmt]) -> Iterator[Assign]:
    for node in body:
        if isinstance(node, Assign):
            yield node
        elif isinstance(node, If):
            yield from _flat((*node.body, *node.orelse))
        elif isinstance(node, Class):
            yield from _flat(node.body)
