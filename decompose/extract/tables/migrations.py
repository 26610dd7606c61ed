"""Stage 1, whole project: migrations -> the tables that no class declares, and the indexes that only they know.

What is dropped, renamed or removed later is gone: `upgrade()` of Alembic's revisions in their order, and the operations
of Django's migrations by their names. Models say the rest, and nothing here contradicts them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ...model.facts import ModuleKind
from ..code import Assign, Attr, Call, Class, Const, Display, Expr, For, Function, If, Stmt, Try, With, calls_within
from ..infer import Machine
from ..program import Scope
from . import scripts
from .django import migrations as django_migrations
from .inventory import Inventory
from .schema import Schema
from .sqlalchemy import indexes as sqlalchemy_indexes
from .sqlalchemy.core import enter_table
from .written import last

__all__ = ["declare"]


def declare(machine: Machine, inventory: Inventory) -> None:
    """Enter what migrations leave behind in a database and no class declares; add the indexes that they make."""
    scopes = [scope for scope in machine.program.scopes if scope.source.kind is ModuleKind.MIGRATION]
    schema = Schema()
    for scope in _in_order(scopes):
        _Revision(machine, schema, scope).run()
    django_migrations.run(machine, inventory, schema, scopes)
    schema.enter(inventory)


def _in_order(scopes: Sequence[Scope]) -> list[Scope]:
    """Alembic's revisions, each after those that it names as the ones before it."""
    by_name = {name: scope for scope in scopes for name in _named(scope, "revision")[:1]}
    before = {
        name: [one for one in _named(scope, "down_revision") if one in by_name] for name, scope in by_name.items()
    }
    return [by_name[name] for name in django_migrations.in_order(before)]


def _named(scope: Scope, name: str) -> list[str]:
    # down_revision = "5345b1bc8b9"      down_revision: str | None = ("a", "b")
    for node in scope.body:
        if isinstance(node, Assign) and node.targets[0] == name and node.value is not None:
            items = node.value.items if isinstance(node.value, Display) else (node.value,)
            return [item.value for item in items if isinstance(item, Const) and isinstance(item.value, str)]
    return []


@dataclass(slots=True)
class _Revision:
    """One `upgrade()`: what its names stand for while its statements are read in their order."""

    machine: Machine
    schema: Schema
    scope: Scope
    local: dict[str, Expr] = field(default_factory=dict)
    batches: dict[str, str] = field(default_factory=dict)  # name of a batch -> its table

    def run(self) -> None:
        for node in self.scope.body:
            if isinstance(node, Function) and node.name == "upgrade":
                self.block(node.body)

    def block(self, body: Sequence[Stmt]) -> None:
        for node in body:
            if isinstance(node, If):
                self.block(node.body)
                self.block(node.orelse)
            elif isinstance(node, Try):
                self.block(node.body)
            elif isinstance(node, With):
                self.opened(node)
            elif isinstance(node, For):
                # for name in ("orders", "lines"): op.drop_table(name)
                for item in node.iter.items if isinstance(node.iter, Display) else ():
                    if isinstance(node.target, str):
                        self.local[node.target] = item
                    self.block(node.body)
            elif not isinstance(node, Function | Class):
                if isinstance(node, Assign) and isinstance(node.targets[0], str) and node.value is not None:
                    self.local[node.targets[0]] = node.value
                for call in calls_within(node):
                    self.call(call)

    def opened(self, node: With) -> None:
        # with op.batch_alter_table("orders") as batch: batch.create_index("ix", ["total"])
        for manager, target in node.items:
            if isinstance(manager, Call) and last(manager.func) == "batch_alter_table" and isinstance(target, str):
                self.batches[target] = self.text(manager.args[0]) if manager.args else ""
        self.block(node.body)

    def call(self, call: Call) -> None:
        func = call.func
        if not isinstance(func, Attr) or not isinstance(func.base, str):
            return
        if func.base in self.batches:
            name = func.name
            table = Const(self.batches[func.base])
            first = 1 if name in ("create_index", "drop_index", "create_unique_constraint", "drop_constraint") else 0
            call = call._replace(args=(*call.args[:first], table, *call.args[first:]))
        elif func.base != "op":
            return
        operation = _OPERATIONS.get(func.name)
        if operation is not None:
            operation(self, call)

    def given(self, call: Call, position: int, *names: str) -> Expr | None:
        if position < len(call.args):
            return call.args[position]
        return next((value for key, value in call.keywords if key in names), None)

    def text(self, node: Expr | None) -> str:
        """A text that is constant here; of an f-string with unknown pieces those are holes."""
        if isinstance(node, str) and node in self.local:
            held = self.local.pop(node)
            found = self.text(held)
            self.local[node] = held
            return found
        if isinstance(node, Call) and last(node.func) in ("f", "text", "dedent") and node.args:
            return self.text(node.args[0])
        if node is None:
            return ""
        return next((one.of for one in self.machine.eval_in(self.scope, node) if one.kind == "text"), "")

    def texts(self, node: Expr | None) -> list[str]:
        if isinstance(node, Display):
            return [self.text(item) for item in node.items]
        return [self.text(node)] if node is not None else []

    # -- operations --------------------------------------------------------------------------------------------

    def create_table(self, call: Call) -> None:
        name = self.qualified(call, self.text(self.given(call, 0, "table_name")))
        if not name:
            return
        # op.create_table("orders", Column ...) as Table("orders", metadata, Column ...)
        keywords = tuple(one for one in call.keywords if one[0] != "schema")  # stands in the name already
        made = call._replace(args=(*call.args[:1], Const(None), *call.args[1:]), keywords=keywords)
        self.schema.create(name, lambda inventory, name: self.enter(inventory, name, made))
        for part in call.args[1:]:
            if isinstance(part, Call):
                label = self.text(part.args[0]) if part.args else ""
                for column in sqlalchemy_indexes.leading(part):
                    self.schema.add_index(name, label, column)
                self.indexed_column(name, part)

    def enter(self, inventory: Inventory, name: str, call: Call) -> None:
        entry = enter_table(self.machine, inventory, self.scope, name, call)
        entry.scope, entry.file = None, self.scope.source.path  # a migration owns no table

    def add_column(self, call: Call) -> None:
        column = self.given(call, 1, "column")
        if isinstance(column, Call):
            self.indexed_column(self.qualified(call, self.text(self.given(call, 0, "table_name"))), column)

    def indexed_column(self, table: str, part: Call) -> None:
        flagged = any(key in ("index", "unique") and value == Const(True) for key, value in part.keywords)
        if flagged and part.args and (column := self.text(part.args[0])):
            self.schema.add_index(table, f"ix_{table}_{column}", column)

    def drop_table(self, call: Call) -> None:
        self.schema.drop(self.qualified(call, self.text(self.given(call, 0, "table_name"))))

    def rename_table(self, call: Call) -> None:
        old, new = (self.text(self.given(call, number, "")) for number in (0, 1))
        self.schema.rename(self.qualified(call, old), self.qualified(call, new))

    def create_index(self, call: Call) -> None:
        table = self.qualified(call, self.text(self.given(call, 1, "table_name")))
        columns = self.texts(self.given(call, 2, "columns"))
        if columns and columns[0].isidentifier():
            self.schema.add_index(table, self.text(self.given(call, 0, "index_name")), columns[0])

    def drop_index(self, call: Call) -> None:
        self.schema.drop_index(self.text(self.given(call, 0, "index_name", "constraint_name")))

    def alter_column(self, call: Call) -> None:
        new = self.text(self.given(call, 9, "new_column_name"))
        if new:
            table = self.qualified(call, self.text(self.given(call, 0, "table_name")))
            self.schema.rename_column(table, self.text(self.given(call, 1, "column_name")), new)

    def drop_column(self, call: Call) -> None:
        table = self.qualified(call, self.text(self.given(call, 0, "table_name")))
        self.schema.rename_column(table, self.text(self.given(call, 1, "column_name")), "")

    def execute(self, call: Call) -> None:
        scripts.define(self.schema, self.text(self.given(call, 0, "sqltext")), self.scope.source.path, call.line)

    def qualified(self, call: Call, name: str) -> str:
        schema = self.text(next((value for key, value in call.keywords if key == "schema"), None))
        return f"{schema}.{name}" if schema and name else name


_OPERATIONS: Mapping[str, Callable[[_Revision, Call], None]] = {
    "create_table": _Revision.create_table,
    "drop_table": _Revision.drop_table,
    "rename_table": _Revision.rename_table,
    "add_column": _Revision.add_column,
    "alter_column": _Revision.alter_column,
    "drop_column": _Revision.drop_column,
    "create_index": _Revision.create_index,
    "create_unique_constraint": _Revision.create_index,
    "drop_index": _Revision.drop_index,
    "drop_constraint": _Revision.drop_index,
    "execute": _Revision.execute,
}
