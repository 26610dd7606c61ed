"""Stage 1, whole project: peewee's models -> tables, and what their queries and instances do to them."""

import re
from collections.abc import Iterator

from ...model.facts import Column, ModuleKind, Op, Origin, Via
from ..code import Assign, Call, Const
from ..infer import Library, Machine, Site
from ..program import ClassInfo
from ..types import NONE, Type, Types, contain
from .cascades import cascade
from .inventory import Inventory
from .mapping import Key, Mapped, Relation, TableEntry
from .queries import Rows, evaluated, read, spanning
from .written import keyword

__all__ = ["PEEWEE", "prepare"]


# -- tables --------------------------------------------------------------------------------------------------


def prepare(machine: Machine, inventory: Inventory) -> None:
    """Declare every subclass of peewee's Model that has a field; one without is a base for others."""
    for name in ("Database", "SqliteDatabase", "PostgresqlDatabase", "MySQLDatabase"):
        inventory.transactions[f"peewee.{name}.atomic"] = "atomic"
        inventory.transactions[f"peewee.{name}.transaction"] = "atomic"
    models = [info for info in machine.program.classes if info.mapped is None and _is_model(info)]
    for info in models:
        inventory.declare(info, Mapped("peewee", _table_name(machine, info)))
    for info in models:
        for above in reversed(info.line()):
            for name, call, line in _fields(above):
                _add_field(machine, inventory, info, name, call, line)
    for info in models:
        _enter(inventory, info)


def _is_model(info: ClassInfo) -> bool:
    bases = [base for base in info.externals() if base.endswith("Model")]
    return any(base.partition(".")[0] in ("peewee", "playhouse", "peewee_async") for base in bases)


def _fields(info: ClassInfo) -> Iterator[tuple[str, Call, int]]:
    # total = DecimalField()
    for node in info.node.body:
        if isinstance(node, Assign) and isinstance(node.value, Call) and _kind(node.value).endswith("Field"):
            for target in node.targets:
                if isinstance(target, str):
                    yield target, node.value, node.line


def _kind(call: Call) -> str:
    return call.func if isinstance(call.func, str) else getattr(call.func, "name", "")


def _table_name(machine: Machine, info: ClassInfo) -> str | None:
    if not any(True for above in info.line() for _ in _fields(above)):
        return None
    meta = info.inner.get("Meta")
    for name in ("table_name", "db_table"):
        for one in meta.attributes[name].types if meta and name in meta.attributes else ():
            if one.kind == "text":
                return str(one.of)
    return re.sub(r"[^\w]+", "_", info.name.rpartition(".")[2].lower())


def _add_field(machine: Machine, inventory: Inventory, info: ClassInfo, name: str, call: Call, line: int) -> None:
    mapped: Mapped = info.mapped
    kind = _kind(call)
    if kind == "ManyToManyField":
        _add_between(machine, inventory, info, name, call, line)
        return
    flags = {key for key, value in call.keywords if value == Const(True)}
    foreign = kind in ("ForeignKeyField", "DeferredForeignKey")
    column = _text(machine, info, call, "column_name") or (f"{name}_id" if foreign else name)
    unique = bool(flags & {"unique", "primary_key"}) or kind in ("AutoField", "BigAutoField", "PrimaryKeyField")
    primary = "primary_key" in flags or kind in ("AutoField", "BigAutoField", "PrimaryKeyField")
    mapped.columns[name] = Column(column, kind, "null" in flags, unique or foreign or "index" in flags, unique, primary)
    target = _target(machine, info, call) if foreign else None
    if target is None or mapped.table is None:
        return
    rule = _text(machine, info, call, "on_delete").lower().replace(" ", "_")
    mapped.relations[name] = Relation(name, info, target, "one", column, None, rule, name, line)
    back = _text(machine, info, call, "backref") or f"{info.name.rpartition('.')[2].lower()}_set"
    target.mapped.relations.setdefault(back, Relation(back, target, info, "many", column, None, rule, back, line))
    if target.mapped.table:
        inventory.keys.append(Key(mapped.table, column, target.mapped.table, rule, info.scope, line))


def _add_between(machine: Machine, inventory: Inventory, info: ClassInfo, name: str, call: Call, line: int) -> None:
    target = _target(machine, info, call)
    if target is None or info.mapped.table is None or target.mapped.table is None:
        return
    table = f"{info.mapped.table}_{target.mapped.table}_through"
    ends = [one.name.rpartition(".")[2].lower() for one in (info, target)]
    columns = {"id": Column("id", "AutoField", False, True, True, True)}
    columns |= {f"{end}_id": Column(f"{end}_id", "ForeignKeyField", False, True) for end in ends}
    inventory.add(TableEntry(table, f"{info.name}.{name}", info.scope, _origin(info), columns, line))
    for end, side in zip(ends, (info, target), strict=True):
        inventory.keys.append(Key(table, f"{end}_id", side.mapped.table, "cascade", info.scope, line))
    info.mapped.relations[name] = Relation(name, info, target, "both", "", table, "", name, line)
    back = _text(machine, info, call, "backref") or f"{ends[0]}s"
    target.mapped.relations.setdefault(back, Relation(back, target, info, "both", "", table, "", back, line))


def _target(machine: Machine, info: ClassInfo, call: Call) -> ClassInfo | None:
    node = call.args[0] if call.args else keyword(call, "model")
    if node in (Const("self"), "self"):
        return info
    for one in machine.eval_in(info.scope, node) if node is not None else ():
        if one.kind == "class" and one.of.mapped is not None:
            found: ClassInfo = one.of
            return found
    return None


def _text(machine: Machine, info: ClassInfo, call: Call, name: str) -> str:
    node = keyword(call, name)
    types = machine.eval_in(info.scope, node) if node is not None else NONE
    return next((one.of for one in types if one.kind == "text"), "")


def _enter(inventory: Inventory, info: ClassInfo) -> None:
    table = info.mapped.table
    if table is None:
        return
    columns = {column.name: column for column in info.mapped.columns.values()}
    if not any(column.primary for column in columns.values()):
        columns = {"id": Column("id", "AutoField", False, True, True, True), **columns}
    inventory.add(TableEntry(table, info.name, info.scope, _origin(info), columns, info.node.line, info))


def _origin(info: ClassInfo) -> Origin:
    return Origin.TEST if info.scope.source.kind is ModuleKind.TEST else Origin.OWN


# -- accesses ------------------------------------------------------------------------------------------------

_READS = frozenset({"get", "get_or_none", "get_by_id", "filter", "select", "raw", "noop"})
_WRITES = frozenset(
    "create insert insert_many replace replace_many update bulk_create bulk_update delete delete_by_id"
    " set_by_id".split()
)
_ONE = frozenset({"get", "get_or_none", "get_by_id", "create"})


def _member(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    info: ClassInfo = one.of
    inventory: Inventory = machine.inventory
    if inventory.library_of(info) != "peewee":
        return None
    relation = inventory.relation(info, name)
    if one.kind == "class":
        if relation is not None:
            return (Type("relation", info, relation, one.doubt),)
        return (Type("column", info, name, one.doubt),) if info.mapped and name in info.mapped.columns else None
    if relation is None:
        return None
    if relation.kind == "one":
        machine.effect(relation.target, Op.READ, Via.RELATION, line, one.doubt)
        return (Type("instance", relation.target, None, one.doubt),)
    return (Type("query", relation.target, Rows("entity", (relation.between,) if relation.between else ()), one.doubt),)


def _class_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    info: ClassInfo = one.of
    if machine.inventory.library_of(info) != "peewee":
        return None
    instance = (Type("instance", info, None, one.doubt),)
    if name == "get_or_create":
        machine.effect(info, Op.READ, Via.ORM, site.line, one.doubt)
        machine.effect(info, Op.WRITE, Via.ORM, site.line, one.doubt)
        return contain("tuple", instance, 0)
    if name in _WRITES:
        machine.effect(info, Op.WRITE, Via.ORM, site.line, one.doubt)
        return instance if name in _ONE else (Type("written", info, Rows("entity"), one.doubt),)
    if name not in _READS:
        return None
    draft = machine.draft(site, Via.ORM)
    draft.targets[info] = None
    for types in site.all():
        read(machine, types, site.line)
    query = spanning(machine, Type("query", info, Rows("entity"), one.doubt), site, True)
    evaluated(machine, query, site.line)
    return instance if name in _ONE else (query,)


def _instance_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    info: ClassInfo = one.of
    if machine.inventory.library_of(info) != "peewee":
        return None
    if name in ("save", "delete_instance"):
        machine.effect(info, Op.WRITE, Via.ORM, site.line, one.doubt)
    if name == "delete_instance" and any(key == "recursive" for key, _ in site.node.keywords):
        for target, op in cascade(machine.inventory, info):
            machine.effect(target, op, Via.CASCADE, site.line, one.doubt)
    return NONE


def _query_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """On rows of a relation through a table between: order.tags.add(tag)"""
    if (
        one.extra.spans
        and name in ("add", "remove", "clear")
        and machine.inventory.library_of_target(one.of) == "peewee"
    ):
        for between in one.extra.spans:
            machine.effect(between, Op.WRITE, Via.RELATION, site.line, one.doubt)
        return NONE if one.extra.spans else None
    return None


PEEWEE = Library(
    name="peewee",
    roots=frozenset({"peewee", "playhouse"}),
    methods={"class": _class_method, "instance": _instance_method, "query": _query_method},
    mapped=_member,
    saves=frozenset({"save", "delete_instance"}),
)
