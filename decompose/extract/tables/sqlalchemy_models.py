"""Stage 1, whole project: SQLAlchemy's mapped classes and Table objects -> tables, columns and relations."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ...model.facts import Column, ModuleKind, Origin
from ..code import (
    Assign,
    Attr,
    Call,
    Class,
    Const,
    Dict,
    Display,
    Do,
    Expr,
    Function,
    If,
    Item,
    Lambda,
    Return,
    Star,
    Stmt,
)
from ..infer import Machine
from ..program import ClassInfo, Fn, Scope
from ..types import Type, Types
from . import sqlalchemy_indexes as indexes
from .inventory import Inventory, Key, Mapped, Relation, TableEntry

__all__ = ["declare", "enter_table", "last"]

_ROOTS = ("sqlalchemy", "flask_sqlalchemy", "sqlmodel", "flask_sqlalchemy_lite", "oslo_db", "advanced_alchemy")
_BASES = frozenset(
    {"Model", "DeclarativeBase", "DeclarativeBaseNoMeta", "MappedAsDataclass", "declarative_base", "SQLModel"}
    | {"as_declarative", "generate_base", "ModelBase", "AsyncAttrs", "UUIDBase", "BigIntBase"}
)
_COLUMNS = frozenset({"Column", "mapped_column", "Field", "column_property", "deferred"})
_EAGER = ("joined", "selectin", "subquery", "immediate")
"""Values of `lazy` by which the related rows come with their own row's query, or with one more for all rows."""

_RELATIONS = frozenset({"relationship", "relation", "Relationship", "dynamic_loader"})
_MAPPED = frozenset({"Mapped", "DynamicMapped", "WriteOnlyMapped"})


class _Declared(NamedTuple):
    """One attribute of a mapped class or mixin."""

    name: str
    call: Call | None
    annotation: Expr | None
    info: ClassInfo
    line: int


def declare(machine: Machine, inventory: Inventory) -> None:
    """Declare every mapped class and every Table, then how they hang together."""
    reader = _Models(machine, inventory)
    reader.declare()


def enter_table(machine: Machine, inventory: Inventory, scope: Scope, name: str, call: Call) -> TableEntry:
    """A `Table("name", metadata, Column(...), ...)`."""
    known = inventory.core.get(id(call))
    if known is None:
        reader = _Models(machine, inventory)
        schema = reader.text(scope, _keyword(call, "schema"))
        known = reader.core_table(scope, f"{schema}.{name}" if schema else name, call)
        inventory.core[id(call)] = known
    return known


class _Models:
    """Declaring goes in steps over all classes; this holds what the steps share."""

    def __init__(self, machine: Machine, inventory: Inventory) -> None:
        self.machine, self.inventory = machine, inventory
        self.names: dict[str, list[ClassInfo]] = {}
        self.declared: dict[ClassInfo, list[_Declared]] = {}

    def declare(self) -> None:
        self.core_tables()
        self.tell_reflected()
        for info in self.machine.program.classes:
            if info.mapped is None and self.is_mapped(info):
                self.name_table(info)
        mapped = [info for info in self.inventory.mapped if info.mapped.library == "sqlalchemy"]
        for info in mapped:
            if info.mapped.table:
                self.names.setdefault(info.name.rpartition(".")[2], []).append(info)
        for info in mapped:
            self.add_columns(info)
        for info in mapped:
            self.enter(info)
        for scope in self.machine.program.scopes:
            self.index(scope)
        for info in mapped:
            self.relate(info)
        for info in mapped:
            self.guess_keys(info)

    def tell_reflected(self) -> None:
        """Base = automap_base(): its classes are made of a database that nobody here can see."""
        for scope, unit in self.machine.module_units.items():
            for node in _flat(scope.body):
                for one in self.machine.eval_in(scope, node.value.func) if isinstance(node.value, Call) else ():
                    if one.kind == "external" and one.of.startswith("sqlalchemy.") and one.of.endswith(".automap_base"):
                        unit.reflected[node.line] = None

    # -- which classes, and what their tables are called -----------------------------------------------------------

    def is_mapped(self, info: ClassInfo) -> bool:
        if "table" in dict(info.node.keywords) or "__table__" in info.attributes:
            return True
        if any(_is_base(base) for base in info.externals()):
            return True
        return "__tablename__" in info.attributes and bool(info.bases)

    def name_table(self, info: ClassInfo) -> None:
        externals = info.externals()
        own = self.own_name(info)
        parents = [one for one in info.line()[1:] if one.mapped and one.mapped.table]
        if _is_declarative_base(info) or "__abstract__" in {
            name for name, value in _constants(info.node.body) if value is True
        }:
            own, parents = "", []
            self.inventory.declare(info, Mapped("sqlalchemy", None))
            return
        if not own and not parents:
            own = self.generated_name(info, externals)
        if not own and parents:
            self.inventory.declare(info, Mapped("sqlalchemy", parents[0].mapped.table, notes={"single": True}))
            return
        mapped = Mapped("sqlalchemy", own or None)
        if own and parents and parents[0].mapped.table != own and not parents[0].mapped.notes.get("mixin"):
            mapped.parents.append(parents[0])
        self.inventory.declare(info, mapped)

    def own_name(self, info: ClassInfo) -> str:
        schema = self.schema(info)
        prefix = f"{schema}." if schema else ""
        for one in info.attributes.get("__table__", _NOTHING).types:
            if one.kind == "core_table":
                return str(one.of.name)
        for one in info.attributes.get("__tablename__", _NOTHING).types:
            if one.kind == "text" and not one.extra:
                return prefix + str(one.of)
        for above in info.line():
            if "__tablename__" in above.methods:
                return prefix + _computed_name(above.methods["__tablename__"].node, info)
        return ""

    def schema(self, info: ClassInfo) -> str:
        # __table_args__ = {"schema": "x"}      __table_args__ = (Index(...), {"schema": "x"})
        for name, value in _values(info.node.body):
            if name != "__table_args__":
                continue
            for part in value.items if isinstance(value, Display) else (value,):
                if isinstance(part, Dict):
                    for key, text in zip(part.keys, part.values, strict=True):
                        if key == Const("schema"):
                            return self.text(info.scope, text)
        return ""

    def generated_name(self, info: ClassInfo, externals: list[str]) -> str:
        """The name that a library makes of the class's where none is stated."""
        name = info.name.rpartition(".")[2]
        if "table" in dict(info.node.keywords):  # class Order(SQLModel, table=True)
            return name.lower()
        if any(base.startswith("flask_sqlalchemy") and base.endswith(".Model") for base in externals):
            return _snake(name) if self.has_primary_key(info) else ""
        if any(base.startswith("advanced_alchemy") for base in externals):
            return _snake(name)
        return ""

    def has_primary_key(self, info: ClassInfo) -> bool:
        return any(
            field.call is not None
            and (_keyword(field.call, "primary_key") == Const(True) or "primary" in str(field.call.func))
            for above in info.line()
            for field in self.fields(above)
        )

    def fields(self, info: ClassInfo) -> list[_Declared]:
        """Assigned and annotated attributes, and what `@declared_attr` methods return."""
        if info not in self.declared:
            self.declared[info] = list(self.read_fields(info))
        return self.declared[info]

    def read_fields(self, info: ClassInfo) -> Iterator[_Declared]:
        for node in info.node.body:
            if isinstance(node, Assign) and isinstance(node.targets[0], str):
                call = node.value if isinstance(node.value, Call) else None
                if call is not None or node.annotation is not None:
                    yield _Declared(node.targets[0], call, node.annotation, info, node.line)
            elif isinstance(node, Function) and any("declared_attr" in str(one) for one in node.decorators):
                for inner in node.body:
                    if isinstance(inner, Return) and isinstance(inner.value, Call):
                        yield _Declared(node.name, inner.value, node.returns, info, node.line)

    # -- columns -----------------------------------------------------------------------------------------------

    def add_columns(self, info: ClassInfo) -> None:
        mapped: Mapped = info.mapped
        if mapped.notes.get("single"):
            return
        for above in info.line():
            if above is not info and above.mapped and above.mapped.table and above.mapped.table != mapped.table:
                continue
            for field in self.fields(above):
                if field.name not in mapped.columns and self.is_column(field):
                    mapped.columns[field.name] = self.column(field)

    def is_column(self, field: _Declared) -> bool:
        if field.call is not None:
            return self.last(field.info.scope, field.call.func) in _COLUMNS or _is_key_helper(field.call)
        mapped = isinstance(field.annotation, Item) and last(field.annotation.base) == "Mapped"
        return (mapped or self.is_plain(field.info)) and not self.annotated_target(field)

    def is_plain(self, info: ClassInfo) -> bool:
        """Of SQLModel every annotated attribute is a column, unless it names another model."""
        return any(base.startswith("sqlmodel.") for base in info.externals())

    def column(self, field: _Declared) -> Column:
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
        kind = kind or _written(field.annotation)
        primary = _flag(call, "primary_key") or (last(call.func) or "").startswith("primary")
        unique = primary or _flag(call, "unique")
        nullable = (
            not primary
            and not _is_false(_keyword(call, "nullable"))
            and (
                field.annotation is None
                or "None" in _written(field.annotation)
                or "Optional" in _written(field.annotation)
            )
        )
        return Column(stated or field.name, kind, nullable, unique or _flag(call, "index"), unique, primary)

    def enter(self, info: ClassInfo) -> None:
        mapped: Mapped = info.mapped
        if mapped.table is None or mapped.notes.get("single"):
            return
        columns = {column.name: column for column in mapped.columns.values()}
        for name in indexes.of_class(info):
            _lead(columns, mapped.columns[name].name if name in mapped.columns else name)
        origin = _origin(info.scope)
        self.inventory.add(TableEntry(mapped.table, info.name, info.scope, origin, columns, info.node.line, info))
        for above in info.line():
            for field in self.fields(above):
                if field.name in mapped.columns and field.call is not None:
                    self.add_keys(
                        mapped.table, mapped.columns[field.name].name, field.info.scope, field.call, field.line
                    )

    def index(self, scope: Scope) -> None:
        for written, name in indexes.of_module(scope.body):
            for one in self.machine.eval_in(scope, written):
                if one.kind == "class" and one.of.mapped and one.of.mapped.table in self.inventory.tables:
                    entry = self.inventory.tables[one.of.mapped.table]
                    known = one.of.mapped.columns.get(name)
                    _lead(entry.columns, known.name if known else name)
                elif one.kind == "core_table":
                    _lead(one.of.columns, name)

    def add_keys(self, table: str, column: str, scope: Scope, call: Call, line: int) -> None:
        for inner in (*call.args, *(value for _, value in call.keywords)):
            target = ""
            if isinstance(inner, Call) and self.last(scope, inner.func) == "ForeignKey" and inner.args:
                target = self.key_target(scope, inner.args[0])
                rule = self.text(scope, _keyword(inner, "ondelete")).lower().replace(" ", "_")
                if target:
                    self.inventory.keys.append(Key(table, column, target, rule, scope, line))
        # Field(foreign_key="user.id")
        stated = self.text(scope, _keyword(call, "foreign_key"))
        if "." in stated:
            rule = self.text(scope, _keyword(call, "ondelete")).lower().replace(" ", "_")
            self.inventory.keys.append(Key(table, column, stated.rpartition(".")[0], rule, scope, line))

    def key_target(self, scope: Scope, node: Expr) -> str:
        stated = self.text(scope, node)
        if "." in stated:
            return stated.rpartition(".")[0]
        if isinstance(node, Attr):  # ForeignKey(User.id), ForeignKey(users.c.id)
            for one in self.machine.eval_in(scope, node.base):
                if one.kind == "class" and one.of.mapped and one.of.mapped.table:
                    return str(one.of.mapped.table)
                if one.kind == "core_table":
                    return str(one.of.name)
            return self.key_target(scope, node.base) if isinstance(node.base, Attr) else ""
        return ""

    # -- relations ---------------------------------------------------------------------------------------------

    def relate(self, info: ClassInfo) -> None:
        for above in info.line():
            for field in self.fields(above):
                if field.name in info.mapped.relations or field.name in info.mapped.columns:
                    continue
                target = self.relation_target(info, field)
                if target is not None:
                    self.add_relation(info, field, target)

    def relation_target(self, info: ClassInfo, field: _Declared) -> ClassInfo | None:
        if field.call is None:
            return self.annotated_target(field)
        if self.last(field.info.scope, field.call.func) not in _RELATIONS:
            return None
        node = _keyword(field.call, "argument") or (field.call.args[0] if field.call.args else None)
        if isinstance(node, Lambda):
            node = node.body
        if isinstance(node, Call) and node.args:  # relationship(lambda: Order)  relationship(get_class("Order"))
            node = node.args[0]
        if node is None:
            return self.annotated_target(field)
        for one in self.machine.eval_in(field.info.scope, node):
            if one.kind == "class":
                found: ClassInfo = one.of
                return found
            if one.kind == "text":
                return self.by_name(one.of, info)
        return None

    def annotated_target(self, field: _Declared) -> ClassInfo | None:
        """Mapped["User"]  Mapped[list["Order"]]  list["Order"]"""
        for name in re.findall(r"[A-Za-z_]\w*", _written(field.annotation)):
            found = self.by_name(name, field.info)
            if found is not None:
                return found
        return None

    def by_name(self, name: str, near: ClassInfo) -> ClassInfo | None:
        found = self.names.get(name.rpartition(".")[2], [])
        return next((one for one in found if one.scope is near.scope), found[0] if found else None)

    def add_relation(self, info: ClassInfo, field: _Declared, target: ClassInfo) -> None:
        call = field.call or Call("relationship", (), (), field.line)
        between = self.between(field, call)
        many = self.is_many(info, target, call, field)
        kind = "both" if between is not None else "many" if many else "one"
        cascade = self.text(field.info.scope, _keyword(call, "cascade"))
        on_delete = "cascade" if "all" in cascade or "delete" in cascade else ""
        if _is_left(call):
            on_delete = "do_nothing"
        lazy = self.lazy(field, call)
        dynamic = lazy in ("dynamic", "write_only")
        relation = Relation(field.name, info, target, kind, "", between, on_delete, field.name, field.line)
        info.mapped.relations[field.name] = relation
        if dynamic or last(field.annotation.base if isinstance(field.annotation, Item) else None) == "DynamicMapped":
            info.mapped.notes.setdefault("dynamic", set()).add(field.name)
        if lazy in _EAGER:
            info.mapped.notes.setdefault("eager", set()).add(field.name)
        self.add_back(info, field, call, relation)

    def between(self, field: _Declared, call: Call) -> "ClassInfo | str | None":
        node = _keyword(call, "secondary") or _keyword(call, "link_model")
        if isinstance(node, Lambda):
            node = node.body
        for one in self.machine.eval_in(field.info.scope, node) if node is not None else ():
            if one.kind == "text":
                return str(one.of)
            if one.kind == "core_table":
                return str(one.of.name)
            if one.kind == "class":
                found: ClassInfo = one.of
                return found
        return None

    def is_many(self, info: ClassInfo, target: ClassInfo, call: Call, field: _Declared) -> bool:
        if _is_false(_keyword(call, "uselist")):
            return False
        written = _written(field.annotation).lower()
        if any(word in written for word in ("list", "set", "sequence", "dynamicmapped", "writeonlymapped")):
            return True
        if field.annotation is not None:
            return False
        own, theirs = info.mapped.table, target.mapped.table if target.mapped else None
        here = any(key.table == own and key.to_table == theirs for key in self.inventory.keys)
        there = any(key.table == theirs and key.to_table == own for key in self.inventory.keys)
        return there and not here

    def add_back(self, info: ClassInfo, field: _Declared, call: Call, relation: Relation) -> None:
        node = _keyword(call, "backref")
        name, on_delete, lazy = "", "", ""
        if isinstance(node, Call):
            name = self.text(field.info.scope, node.args[0]) if node.args else ""
            cascade = self.text(field.info.scope, _keyword(node, "cascade"))
            on_delete = "cascade" if "all" in cascade or "delete" in cascade else ""
            if _is_left(node):
                on_delete = "do_nothing"
            lazy = self.lazy(field, node)
        elif node is not None:
            name = self.text(field.info.scope, node)
        if not name or relation.target.mapped is None:
            return
        kind = {"one": "many", "many": "one", "both": "both"}[relation.kind]
        back = Relation(name, relation.target, info, kind, "", relation.between, on_delete, name, field.line)
        relation.target.mapped.relations.setdefault(name, back)
        if lazy in ("dynamic", *_EAGER):
            note = "dynamic" if lazy == "dynamic" else "eager"
            relation.target.mapped.notes.setdefault(note, set()).add(name)

    def lazy(self, field: _Declared, call: Call) -> str:
        """When the rows of a relation are loaded, as written; lazy=False is "joined"."""
        node = _keyword(call, "lazy")
        return "joined" if _is_false(node) else self.text(field.info.scope, node)

    def guess_keys(self, info: ClassInfo) -> None:
        """The column behind each relation to one, for the queries that join over it."""
        for relation in info.mapped.relations.values():
            if relation.kind == "one" and relation.target.mapped:
                for key in self.inventory.keys:
                    if key.table == info.mapped.table and key.to_table == relation.target.mapped.table:
                        relation.column = key.column
                        break

    # -- Table objects -----------------------------------------------------------------------------------------

    def core_tables(self) -> None:
        for scope in self.machine.program.scopes:
            if scope.source.kind is ModuleKind.MIGRATION:
                continue  # what a migration calls a table is only what it needs of it
            for node, owner in self.placed(scope.body):
                call = node.value
                if isinstance(call, Call) and self.last(scope, call.func) == "Table" and call.args:
                    name = self.text(scope, call.args[0])
                    if name:
                        entry = enter_table(self.machine, self.inventory, scope, name, call)
                        for target in node.targets:
                            if isinstance(target, str):
                                self.keep(scope, owner, target, (Type("core_table", entry),))
            self.imperative(scope)

    def placed(self, body: Iterable[Stmt], owner: ClassInfo | None = None) -> Iterator[tuple[Assign, ClassInfo | None]]:
        """The assignments of a module and of its classes, each with its class."""
        for node in body:
            if isinstance(node, Assign):
                yield node, owner
            elif isinstance(node, If):
                yield from self.placed((*node.body, *node.orelse), owner)
            elif isinstance(node, Class):
                info = self.machine.program.by_node[id(node)]
                yield from self.placed(node.body, info if isinstance(info, ClassInfo) else None)

    def keep(self, scope: Scope, owner: ClassInfo | None, name: str, types: Types) -> None:
        if owner is None:
            self.machine.write(scope.cell(name), types)
        else:
            self.machine.write_attribute(owner, name, types)

    def imperative(self, scope: Scope) -> None:
        # mapper(Order, orders)      registry.map_imperatively(Order, orders, properties={...})
        for node in _calls(scope.body):
            if last(node.func) not in ("mapper", "map_imperatively") or len(node.args) < 2:
                continue
            classes = [one.of for one in self.machine.eval_in(scope, node.args[0]) if one.kind == "class"]
            tables = [one.of for one in self.machine.eval_in(scope, node.args[1]) if one.kind == "core_table"]
            if classes and tables and classes[0].mapped is None:
                info, entry = classes[0], tables[0]
                mapped = Mapped("sqlalchemy", entry.name, columns=dict(entry.columns))
                self.inventory.declare(info, mapped)
                entry.model, entry.info = info.name, info
                self.declared[info] = [*self.fields(info), *_properties(node, info)]

    def core_table(self, scope: Scope, name: str, call: Call) -> TableEntry:
        columns: dict[str, Column] = {}
        for arg in call.args[1:]:
            if isinstance(arg, Call) and self.last(scope, arg.func) == "Column" and arg.args:
                column = self.text(scope, arg.args[0])
                if column:
                    field = _Declared(column, arg, None, _NO_CLASS, call.line)
                    columns[column] = self.column(field)
                    self.add_keys(name, column, scope, arg, arg.line)
        for column in indexes.of_table(call):
            _lead(columns, column)
        entry = TableEntry(name, "", scope, _origin(scope), columns, call.line)
        self.inventory.add(entry)
        return entry

    def text(self, scope: Scope, node: Expr | None) -> str:
        if node is None:
            return ""
        return next((one.of for one in self.machine.eval_in(scope, node) if one.kind == "text" and not one.extra), "")

    def last(self, scope: Scope, func: Expr, deepest: int = 4) -> str:
        """ "Column" of whatever name leads to SQLAlchemy's Column."""
        for one in self.machine.eval_in(scope, func):
            if one.kind in ("external", "made"):
                return str(one.of.rpartition(".")[2])
            if one.kind == "function" and deepest and (inner := _handed_on(one.of)) is not None:
                return self.last(one.of.scope, inner, deepest - 1)
            if one.kind == "class" and (known := [base.rpartition(".")[2] for base in one.of.externals()]):
                return str(known[0])
        return "" if self.machine.eval_in(scope, func) else last(func) or ""


def _handed_on(fn: Fn) -> Expr | None:
    """What a function calls with all that it is given: def Table(*args, **kwargs): return sa.Table(*args, **kwargs)"""
    rest = [param.name for param in fn.node.params if param.kind == "*"]
    for node in fn.node.body:
        if isinstance(node, Return) and isinstance(node.value, Call):
            func = node.value.func
            if rest and Star(rest[0]) in node.value.args:
                return func
    return None


def _lead(columns: dict[str, Column], name: str) -> None:
    """An index leads with the column."""
    if name in columns:
        columns[name] = replace(columns[name], indexed=True)


class _Empty:
    types: tuple[Type, ...] = ()


_NOTHING = _Empty()
_NO_CLASS = ClassInfo.__new__(ClassInfo)


def _is_base(dotted: str) -> bool:
    root, last = dotted.partition(".")[0], dotted.rpartition(".")[2]
    return (root in _ROOTS or root.startswith("flask_sqlalchemy")) and (last in _BASES or last.endswith("Base"))


def _is_declarative_base(info: ClassInfo) -> bool:
    """`class Base(DeclarativeBase)`: what it names tables by is meant for the classes below it."""
    made = (".DeclarativeBase", ".DeclarativeBaseNoMeta")
    return any(isinstance(base, str) and base.startswith("sqlalchemy.") and base.endswith(made) for base in info.bases)


def _origin(scope: Scope) -> Origin:
    if scope.source.library:
        return Origin.FRAMEWORK
    return Origin.TEST if scope.source.kind is ModuleKind.TEST else Origin.OWN


def _computed_name(fn: Function, info: ClassInfo) -> str:
    # return cls.__name__.lower()      return cls.__name__.lower() + "s"      return to_snake(cls.__name__)
    name = info.name.rpartition(".")[2]
    value = next((node.value for node in fn.body if isinstance(node, Return)), None)
    written = str(value)
    suffix = next((match[1] for match in re.finditer(r"op='Add'.*right=Const\(value='(\w+)'\)", written)), "")
    plain = "'lower'" in written and "sub" not in written
    return (name.lower() if plain else _snake(name)) + suffix


def _is_key_helper(call: Call) -> bool:
    """primary_key("Order"): by its name a project's helper that makes a column."""
    return (last(call.func) or "") in ("primary_key", "PrimaryKey", "pk_column", "foreign_key")


def _snake(name: str) -> str:
    name = re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name)
    return name.lower().lstrip("_")


def _properties(call: Call, info: ClassInfo) -> Iterator[_Declared]:
    node = _keyword(call, "properties")
    if isinstance(node, Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, Const) and isinstance(value, Call):
                yield _Declared(str(key.value), value, None, info, value.line)


def _values(body: Iterable[Stmt]) -> Iterator[tuple[str, Expr]]:
    for node in body:
        if isinstance(node, Assign) and isinstance(node.targets[0], str) and node.value is not None:
            yield node.targets[0], node.value


def _constants(body: Iterable[Stmt]) -> Iterator[tuple[str, object]]:
    for name, value in _values(body):
        if isinstance(value, Const):
            yield name, value.value


def _flat(body: Iterable[Stmt]) -> Iterator[Assign]:
    for node in body:
        if isinstance(node, Assign):
            yield node
        elif isinstance(node, If):
            yield from _flat((*node.body, *node.orelse))
        elif isinstance(node, Class):
            yield from _flat(node.body)


def _calls(body: Iterable[Stmt]) -> Iterator[Call]:
    for node in body:
        if isinstance(node, Function | If):
            yield from _calls(node.body)
        elif isinstance(node, Do | Assign) and isinstance(node.value, Call):
            yield node.value


def _keyword(call: Call, name: str) -> Expr | None:
    return next((value for key, value in call.keywords if key == name), None)


def last(node: Expr | None) -> str | None:
    """The last name of a dotted one as it is written."""
    return node.name if isinstance(node, Attr) else node if isinstance(node, str) else None


def _flag(call: Call, name: str) -> bool:
    value = _keyword(call, name)
    return isinstance(value, Const) and value.value is True


def _is_left(call: Call) -> bool:
    """Does a flush leave the rows of a relation alone when what they point to is deleted?"""
    # relationship("Line", cascade="all", passive_deletes=True)      relationship("Line", viewonly=True)
    passive = _keyword(call, "passive_deletes")
    return _flag(call, "viewonly") or (isinstance(passive, Const) and passive.value in (True, "all"))


def _is_false(value: Expr | None) -> bool:
    return isinstance(value, Const) and value.value is False


def _written(node: Expr | None) -> str:
    """An annotation as text, near enough to look for names in it."""
    if node is None:
        return ""
    if isinstance(node, str):
        return node
    if isinstance(node, Const):
        return str(node.value)
    if isinstance(node, Attr):
        return node.name
    if isinstance(node, Item):
        return f"{_written(node.base)}[{_written(node.key)}]"
    if isinstance(node, Display):
        return ", ".join(_written(item) for item in node.items)
    if isinstance(node, Star):
        return _written(node.value)
    left, right = getattr(node, "left", None), getattr(node, "right", None)
    return f"{_written(left)} | {_written(right)}" if left is not None else ""
