"""Stage 1, whole project: columns, foreign keys and indexes of mapped classes and of Table objects."""

from dataclasses import replace

from ....model.facts import Column
from ...code import Attr, Call, Const, Expr, Item
from ...program import ClassInfo, Scope
from ..mapping import Key, Mapped, TableEntry, origin_of
from ..written import as_written, called, flag, is_false, keyword, last, text
from . import indexes
from .fields import Declared, Models, annotated_target, fields_of

__all__ = ["add_columns", "add_keys", "column_of", "enter", "index", "lead"]

_COLUMNS = frozenset({"Column", "mapped_column", "Field", "column_property", "deferred"})


def add_columns(models: Models, info: ClassInfo) -> None:
    """Give the class its columns and those of its mixins."""
    mapped: Mapped = info.mapped
    if mapped.notes.get("single"):
        return
    for above in info.line():
        if above is not info and above.mapped and above.mapped.table and above.mapped.table != mapped.table:
            continue
        for field in fields_of(above):
            if field.name not in mapped.columns and _is_column(models, field):
                mapped.columns[field.name] = column_of(field)


def enter(models: Models, info: ClassInfo) -> None:
    """Enter the table of the class with its columns and keys."""
    mapped: Mapped = info.mapped
    if mapped.table is None or mapped.notes.get("single"):
        return
    columns = {column.name: column for column in mapped.columns.values()}
    for name in indexes.of_class(info):
        lead(columns, mapped.columns[name].name if name in mapped.columns else name)
    origin = origin_of(info.scope)
    models.inventory.add(TableEntry(mapped.table, info.name, info.scope, origin, columns, info.node.line, info))
    for above in info.line():
        for field in fields_of(above):
            if field.name in mapped.columns and field.call is not None:
                add_keys(
                    models, mapped.table, mapped.columns[field.name].name, field.info.scope, field.call, field.line
                )


def index(models: Models, scope: Scope) -> None:
    """Mark the columns that indexes outside of classes lead with."""
    for written, name in indexes.of_module(scope.body):
        for one in models.machine.eval_in(scope, written):
            if one.kind == "class" and one.of.mapped and one.of.mapped.table in models.inventory.tables:
                entry = models.inventory.tables[one.of.mapped.table]
                known = one.of.mapped.columns.get(name)
                lead(entry.columns, known.name if known else name)
            elif one.kind == "core_table":
                lead(one.of.columns, name)


def add_keys(models: Models, table: str, column: str, scope: Scope, call: Call, line: int) -> None:
    """Enter the foreign keys that a column's call states."""
    for inner in (*call.args, *(value for _, value in call.keywords)):
        target = ""
        if isinstance(inner, Call) and called(models.machine, scope, inner.func) == "ForeignKey" and inner.args:
            target = _key_target(models, scope, inner.args[0])
            rule = text(models.machine, scope, keyword(inner, "ondelete")).lower().replace(" ", "_")
            if target:
                models.inventory.keys.append(Key(table, column, target, rule, scope, line))
    # Field(foreign_key="user.id")
    stated = text(models.machine, scope, keyword(call, "foreign_key"))
    if "." in stated:
        rule = text(models.machine, scope, keyword(call, "ondelete")).lower().replace(" ", "_")
        models.inventory.keys.append(Key(table, column, stated.rpartition(".")[0], rule, scope, line))


def column_of(field: Declared) -> Column:
    """What a Column(...), mapped_column(...) or annotation says."""
    call = field.call or Call("Column", (), (), field.line)
    stated = (
        call.args[0].value
        if last(call.func) in _COLUMNS
        and call.args
        and isinstance(call.args[0], Const)
        and isinstance(call.args[0].value, str)
        else ""
    )
    kinds = [last(arg.func if isinstance(arg, Call) else arg) for arg in call.args]
    kind = next((one for one in kinds if one and one not in ("ForeignKey", "Sequence", "Identity", "Computed")), "")
    kind = kind or as_written(field.annotation)
    primary = flag(call, "primary_key") or (last(call.func) or "").startswith("primary")
    unique = primary or flag(call, "unique")
    typed = as_written(field.annotation)
    optional = field.annotation is None or "None" in typed or "Optional" in typed
    nullable = not primary and optional and not is_false(keyword(call, "nullable"))
    return Column(stated or field.name, kind, nullable, unique or flag(call, "index"), unique, primary)


def _is_column(models: Models, field: Declared) -> bool:
    if field.call is not None:
        return called(models.machine, field.info.scope, field.call.func) in _COLUMNS or _is_key_helper(field.call)
    mapped = isinstance(field.annotation, Item) and last(field.annotation.base) == "Mapped"
    return (mapped or _is_plain(field.info)) and not annotated_target(models, field)


def _is_plain(info: ClassInfo) -> bool:
    """Of SQLModel every annotated attribute is a column, unless it names another model."""
    return any(base.startswith("sqlmodel.") for base in info.externals())


def _key_target(models: Models, scope: Scope, node: Expr) -> str:
    stated = text(models.machine, scope, node)
    if "." in stated:
        return stated.rpartition(".")[0]
    if isinstance(node, Attr):  # ForeignKey(User.id), ForeignKey(users.c.id)
        for one in models.machine.eval_in(scope, node.base):
            if one.kind == "class" and one.of.mapped and one.of.mapped.table:
                return str(one.of.mapped.table)
            if one.kind == "core_table":
                return str(one.of.name)
        return _key_target(models, scope, node.base) if isinstance(node.base, Attr) else ""
    return ""


def lead(columns: dict[str, Column], name: str) -> None:
    """An index leads with the column."""
    if name in columns:
        columns[name] = replace(columns[name], indexed=True)


def _is_key_helper(call: Call) -> bool:
    """primary_key("Order"): by its name a project's helper that makes a column."""
    return (last(call.func) or "") in ("primary_key", "PrimaryKey", "pk_column", "foreign_key")
