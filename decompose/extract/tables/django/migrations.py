"""Stage 1, whole project: what Django's migrations make: tables of models that are gone, indexes by SQL -> Schema."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias, TypeVar

from ....model.facts import Column, Origin
from ...code import Assign, Attr, Call, Class, Const, Dict, Display, Expr, Operation, Stmt
from ...infer import Machine
from ...program import Scope
from .. import scripts
from ..inventory import Inventory
from ..mapping import Key, TableEntry
from ..schema import Schema
from .meta import leading

__all__ = ["calls_in", "fields_in", "given", "in_order", "last_name", "run"]

_Key = TypeVar("_Key", str, tuple[str, str])

_KEYS = frozenset({"ForeignKey", "OneToOneField"})
_NO_COLUMNS = frozenset({"ManyToManyField", "GenericForeignKey", "GenericRelation"})


def run(machine: Machine, inventory: Inventory, schema: Schema, scopes: Sequence[Scope]) -> None:
    """Apply every migration, each after those that it depends on."""
    labels = {info.scope.package: label for (label, _), info in inventory.labels.items()}
    found: dict[tuple[str, str], _Migration] = {}
    models: dict[tuple[str, str], _Model] = {}
    for scope in scopes:
        folder, _, name = scope.source.dotted.rpartition(".")
        package = folder.rpartition(".")[0]
        label = labels.get(package) or labels.get(f"{package}.models") or package.rpartition(".")[2]
        for node in scope.body if package else ():
            stated = dict(_assigned(node.body)) if isinstance(node, Class) and node.name == "Migration" else {}
            if "operations" in stated:  # South's have none
                around = dict(_assigned(scope.body))
                found[label, name] = _Migration(machine, inventory, schema, scope, label, models, stated, around)
    before = {key: [one for one in migration.dependencies() if one in found] for key, migration in found.items()}
    for key in in_order(before):
        found[key].operations("operations")


def in_order(before: Mapping[_Key, Sequence[_Key]]) -> list[_Key]:
    """Each after those that are `before` it; where that is a circle, by their names."""
    keys = {key: sorted(before[key]) for key in sorted(before)}
    try:
        return list(TopologicalSorter(keys).static_order())
    except CycleError:
        return list(keys)


@dataclass(slots=True)
class _Model:
    """A model as its migrations have made it so far."""

    name: str
    table: str
    fields: list[tuple[str, Call]]


@dataclass(slots=True)
class _Migration:
    machine: Machine
    inventory: Inventory
    schema: Schema
    scope: Scope
    label: str
    models: dict[tuple[str, str], _Model]
    stated: dict[str, Expr | None]  # what the class assigns, and its module; a list of operations is taken out once
    around: dict[str, Expr | None]
    recorded: bool = False  # only Django's record of the models changes, not the database

    def dependencies(self) -> Iterator[tuple[str, str]]:
        # dependencies = [("orders", "0001_initial")]
        node = self.stated.get("dependencies")
        for item in node.items if isinstance(node, Display) else ():
            match item:
                case Display(_, (Const(str(label)), Const(str(name)))):
                    yield label, name

    def operations(self, node: Expr | None) -> None:
        if isinstance(node, str):  # operations = operations: the module's
            self.operations((self.stated if node in self.stated else self.around).pop(node, None))
        if isinstance(node, Operation):
            self.operations(node.left)
            self.operations(node.right)
        for call in node.items if isinstance(node, Display) else ():
            if isinstance(call, Call) and (operation := _OPERATIONS.get(self.kind(call))):
                operation(self, call)

    def kind(self, call: Call) -> str:
        """CreateModel, also of a class of this file that inherits from it."""
        name = last_name(call.func)
        bases = [node.bases for node in self.scope.body if isinstance(node, Class) and node.name == name]
        return last_name(bases[0][0]) if bases and bases[0] else name

    def separate(self, call: Call) -> None:
        self.operations(given(call, 0, "database_operations"))
        self.recorded = True
        self.operations(given(call, 1, "state_operations"))
        self.recorded = False

    def create(self, call: Call) -> None:
        name = self.text(given(call, 0, "name"))
        fields, options = given(call, 1, "fields"), given(call, 2, "options")
        stated = _entries(options)
        if not name or stated.get("proxy") == Const(True) or stated.get("managed") == Const(False):
            return
        table = self.text(stated.get("db_table")) or f"{self.label}_{name.lower()}"
        self.models[self.label, name.lower()] = model = _Model(name, table, list(fields_in(fields)))
        if not self.recorded and (self.label, name.lower()) not in self.inventory.labels:
            path, line = self.scope.source.path, call.line
            self.schema.create(table, lambda inventory, name: self.enter(inventory, name, model, path, line))
        for index in calls_in(stated.get("indexes")):
            self.index(table, index)

    def enter(self, inventory: Inventory, name: str, model: _Model, path: str, line: int) -> None:
        columns = {column.name: column for column in map(_column, model.fields) if column is not None}
        if not any(column.primary for column in columns.values()):
            columns = {"id": Column("id", "AutoField", False, True, True, True), **columns}
        inventory.add(TableEntry(name, model.name, None, Origin.OWN, columns, line, None, path))
        for attribute, call in model.fields:
            target = self.table_of(self.text(given(call, 99, "to"))) if last_name(call.func) in _KEYS else ""
            if target:
                rule = last_name(given(call, 99, "on_delete")).lower()
                inventory.keys.append(Key(name, f"{attribute}_id", target, rule, None, line, path))

    def table_of(self, written: str) -> str:
        label, _, name = written.rpartition(".")
        key = label or self.label, name.lower()
        info = self.inventory.labels.get(key)
        if info is not None and info.mapped.table:
            return str(info.mapped.table)
        return self.models[key].table if key in self.models else ""

    def model(self, call: Call, position: int, name: str) -> _Model | None:
        return self.models.get((self.label, self.text(given(call, position, name)).lower()))

    def delete(self, call: Call) -> None:
        model = self.models.pop((self.label, self.text(given(call, 0, "name")).lower()), None)
        if model is not None:
            self.schema.drop(model.table)

    def rename(self, call: Call) -> None:
        model, new = self.model(call, 0, "old_name"), self.text(given(call, 1, "new_name"))
        if model is not None and new:
            self.models[self.label, new.lower()] = self.models.pop((self.label, model.name.lower()))
            if model.table == f"{self.label}_{model.name.lower()}":
                self.moved(model, f"{self.label}_{new.lower()}")
            model.name = new

    def rename_table(self, call: Call) -> None:
        model, table = self.model(call, 0, "name"), given(call, 1, "table")
        if model is not None:
            self.moved(model, self.text(table) or f"{self.label}_{model.name.lower()}")

    def moved(self, model: _Model, table: str) -> None:
        if (self.label, model.name.lower()) in self.inventory.labels:
            self.schema.drop(table)
        self.schema.rename(model.table, table)
        model.table = table

    def add_field(self, call: Call) -> None:
        model, field = self.model(call, 0, "model_name"), given(call, 2, "field")
        if model is not None and isinstance(field, Call):
            model.fields.append((self.text(given(call, 1, "name")), field))

    def remove_field(self, call: Call) -> None:
        model = self.model(call, 0, "model_name")
        if model is not None:
            name = self.text(given(call, 1, "name"))
            model.fields = [one for one in model.fields if one[0] != name]

    def add_index(self, call: Call) -> None:
        model, index = self.model(call, 0, "model_name"), given(call, 1, "index") or given(call, 1, "constraint")
        if model is not None and isinstance(index, Call) and not self.recorded:
            self.index(model.table, index)

    def index(self, table: str, call: Call) -> None:
        name = self.text(given(call, 99, "name"))
        for field_name in leading(call):
            self.schema.add_index(table, name, field_name)
            self.schema.add_index(table, f"{name} of a key", f"{field_name}_id")

    def remove_index(self, call: Call) -> None:
        name = self.text(given(call, 1, "name"))
        if name and not self.recorded:
            self.schema.drop_index(name)
            self.schema.drop_index(f"{name} of a key")

    def run_sql(self, call: Call) -> None:
        if self.recorded:
            return
        written = given(call, 0, "sql")
        for item in written.items if isinstance(written, Display) else (written,):
            first = item.items[0] if isinstance(item, Display) and item.items else item
            scripts.define(self.schema, self.text(first), self.scope.source.path, call.line)
        self.operations(given(call, 2, "state_operations"))

    def text(self, node: Expr | None) -> str:
        if node is None:
            return ""
        return next((one.of for one in self.machine.eval_in(self.scope, node) if one.kind == "text"), "")


_Apply: TypeAlias = Callable[[_Migration, Call], None]
_OPERATIONS: Mapping[str, _Apply] = {
    "CreateModel": _Migration.create,
    "DeleteModel": _Migration.delete,
    "RenameModel": _Migration.rename,
    "AlterModelTable": _Migration.rename_table,
    "AddField": _Migration.add_field,
    "RemoveField": _Migration.remove_field,
    "AddIndex": _Migration.add_index,
    "AddIndexConcurrently": _Migration.add_index,
    "AddConstraint": _Migration.add_index,
    "RemoveIndex": _Migration.remove_index,
    "RemoveIndexConcurrently": _Migration.remove_index,
    "RemoveConstraint": _Migration.remove_index,
    "RunSQL": _Migration.run_sql,
    "SeparateDatabaseAndState": _Migration.separate,
}


def _assigned(body: Sequence[Stmt]) -> Iterator[tuple[str, Expr | None]]:
    for one in body:
        if isinstance(one, Assign) and isinstance(one.targets[0], str):
            yield one.targets[0], one.value


def given(call: Call, position: int, name: str) -> Expr | None:
    """The argument of a call by its place or its name."""
    if position < len(call.args):
        return call.args[position]
    return next((value for key, value in call.keywords if key == name), None)


def last_name(node: Expr | None) -> str:
    """The last name of a dotted one."""
    return node.name if isinstance(node, Attr) else node if isinstance(node, str) else ""


def _entries(node: Expr | None) -> dict[str, Expr]:
    if not isinstance(node, Dict):
        return {}
    return {str(key.value): value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, Const)}


def calls_in(node: Expr | None) -> Iterator[Call]:
    """The calls that a list or tuple is made of."""
    if isinstance(node, Display):
        yield from (item for item in node.items if isinstance(item, Call))


def fields_in(node: Expr | None) -> Iterator[tuple[str, Call]]:
    """The names and fields of a model that is made."""
    # [("id", models.AutoField(...)), ...]
    for item in node.items if isinstance(node, Display) else ():
        match item:
            case Display(_, (Const(str(name)), Call() as call)):
                yield name, call


def _column(one: tuple[str, Call]) -> Column | None:
    name, call = one
    kind = last_name(call.func)
    if kind in _NO_COLUMNS:
        return None
    flags = {key for key, value in call.keywords if value == Const(True)}
    stated = next(
        (value.value for key, value in call.keywords if key == "db_column" and isinstance(value, Const)), None
    )
    unique = "unique" in flags or "primary_key" in flags or kind == "OneToOneField"
    indexed = unique or "db_index" in flags or kind in _KEYS or kind == "SlugField"
    default = f"{name}_id" if kind in _KEYS else name
    return Column(stated or default, kind, "null" in flags, indexed, unique, "primary_key" in flags)
