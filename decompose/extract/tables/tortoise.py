"""Stage 1, whole project: Tortoise ORM's models -> tables, and what their querysets and instances do to them."""

from collections.abc import Iterator

from ...model.facts import Column, ModuleKind, Op, Origin, Via
from ..code import Assign, Call, Const, Expr
from ..infer import Library, Machine, Site
from ..program import ClassInfo
from ..types import NONE, Type, Types
from .inventory import Inventory
from .mapping import Key, Mapped, Relation, TableEntry
from .related import follow
from .rows import deleted

__all__ = ["TORTOISE", "prepare"]


# -- tables --------------------------------------------------------------------------------------------------


def prepare(machine: Machine, inventory: Inventory) -> None:
    """Declare every subclass of Tortoise's Model that is not abstract."""
    for name in ("in_transaction", "atomic"):
        inventory.transactions[f"tortoise.transactions.{name}"] = "atomic"
    models = [info for info in machine.program.classes if info.mapped is None and _is_model(info)]
    for info in models:
        inventory.declare(info, Mapped("tortoise", _table_name(info)))
    names = {info.name.rpartition(".")[2]: info for info in models}
    for info in models:
        for above in reversed(info.line()):
            for name, call, line in _fields(above):
                _add_field(inventory, info, _Field(name, call, line, names))
    for info in models:
        _enter(inventory, info)


class _Field:
    """One field as written, and the models that its target is looked up among."""

    __slots__ = ("call", "kind", "line", "name", "names")

    def __init__(self, name: str, call: Call, line: int, names: dict[str, ClassInfo]) -> None:
        self.name, self.call, self.line, self.names = name, call, line, names
        self.kind = _kind(call)

    def keyword(self, name: str) -> Expr | None:
        return next((value for key, value in self.call.keywords if key == name), None)

    def text(self, name: str) -> str:
        value = self.keyword(name)
        return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""

    def flag(self, name: str) -> bool:
        return self.keyword(name) == Const(True)

    def target(self) -> ClassInfo | None:
        # fields.ForeignKeyField("models.Customer")
        node = self.call.args[0] if self.call.args else self.keyword("model_name")
        stated = node.value if isinstance(node, Const) and isinstance(node.value, str) else node
        return self.names.get(stated.rpartition(".")[2]) if isinstance(stated, str) else None


def _is_model(info: ClassInfo) -> bool:
    return any(base in ("tortoise.models.Model", "tortoise.Model") for base in info.externals())


def _fields(info: ClassInfo) -> Iterator[tuple[str, Call, int]]:
    # total = fields.DecimalField()
    for node in info.node.body:
        if isinstance(node, Assign) and isinstance(node.value, Call) and _kind(node.value).endswith("Field"):
            for target in node.targets:
                if isinstance(target, str):
                    yield target, node.value, node.line


def _kind(call: Call) -> str:
    return call.func if isinstance(call.func, str) else getattr(call.func, "name", "")


def _table_name(info: ClassInfo) -> str | None:
    meta = info.inner.get("Meta")
    for node in meta.node.body if meta else ():
        if isinstance(node, Assign) and node.targets[0] == "abstract" and node.value == Const(True):
            return None
        if isinstance(node, Assign) and node.targets[0] == "table" and isinstance(node.value, Const):
            return str(node.value.value)
    return info.name.rpartition(".")[2].lower()


def _add_field(inventory: Inventory, info: ClassInfo, field: _Field) -> None:
    mapped: Mapped = info.mapped
    if field.kind == "ManyToManyField":
        _add_between(inventory, info, field)
        return
    foreign = field.kind in ("ForeignKeyField", "OneToOneField")
    primary = field.flag("pk") or field.flag("primary_key")
    unique = primary or field.flag("unique") or field.kind == "OneToOneField"
    column = field.text("source_field") or (f"{field.name}_id" if foreign else field.name)
    indexed = unique or foreign or field.flag("index") or field.flag("db_index")
    mapped.columns[field.name] = Column(column, field.kind, field.flag("null"), indexed, unique, primary)
    target = field.target() if foreign else None
    if target is None or mapped.table is None:
        return
    rule = field.keyword("on_delete")
    on_delete = (getattr(rule, "name", "") or field.text("on_delete") or "CASCADE").lower().replace(" ", "_")
    mapped.relations[field.name] = Relation(
        field.name, info, target, "one", column, None, on_delete, field.name, field.line
    )
    back = field.text("related_name") or f"{info.name.rpartition('.')[2].lower()}s"
    kind = "one_back" if field.kind == "OneToOneField" else "many"
    target.mapped.relations.setdefault(
        back, Relation(back, target, info, kind, column, None, on_delete, back, field.line)
    )
    if target.mapped.table:
        inventory.keys.append(Key(mapped.table, column, target.mapped.table, on_delete, info.scope, field.line))


def _add_between(inventory: Inventory, info: ClassInfo, field: _Field) -> None:
    target = field.target()
    if target is None or not info.mapped.table or not target.mapped.table:
        return
    table = field.text("through") or f"{info.mapped.table}_{target.mapped.table}"
    ends = [info.name.rpartition(".")[2].lower(), target.name.rpartition(".")[2].lower()]
    columns = {f"{end}_id": Column(f"{end}_id", "ForeignKey", False, True) for end in ends}
    inventory.add(TableEntry(table, f"{info.name}.{field.name}", info.scope, _origin(info), columns, field.line))
    for end, side in zip(ends, (info, target), strict=True):
        inventory.keys.append(Key(table, f"{end}_id", side.mapped.table, "cascade", info.scope, field.line))
    info.mapped.relations[field.name] = Relation(
        field.name, info, target, "both", "", table, "", field.name, field.line
    )
    back = field.text("related_name") or f"{ends[0]}s"
    target.mapped.relations.setdefault(back, Relation(back, target, info, "both", "", table, "", back, field.line))


def _enter(inventory: Inventory, info: ClassInfo) -> None:
    table = info.mapped.table
    if table is None:
        return
    columns = {column.name: column for column in info.mapped.columns.values()}
    if not any(column.primary for column in columns.values()):
        columns = {"id": Column("id", "IntField", False, True, True, True), **columns}
    inventory.add(TableEntry(table, info.name, info.scope, _origin(info), columns, info.node.line, info))


def _origin(info: ClassInfo) -> Origin:
    return Origin.TEST if info.scope.source.kind is ModuleKind.TEST else Origin.OWN


# -- accesses ------------------------------------------------------------------------------------------------

_QUERIES = frozenset(
    "all filter exclude get get_or_none first create bulk_create bulk_update get_or_create update_or_create in_bulk"
    " exists annotate raw last latest earliest select_for_update".split()
)


def _member(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    info: ClassInfo = one.of
    if machine.inventory.library_of(info) != "tortoise":
        return None
    relation = machine.inventory.relation(info, name)
    if relation is not None:
        return NONE if one.kind == "class" else follow(machine, relation, one, line)
    if one.kind == "class" and name in _QUERIES:
        bare = {"get_or_none": "get"}.get(name, name)
        return (Type("method", Type("manager", info, None, one.doubt), bare),)
    return None


def _instance_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    info: ClassInfo = one.of
    if machine.inventory.library_of(info) != "tortoise":
        return None
    if name == "save":
        machine.effect(info, Op.WRITE, Via.ORM, site.line, one.doubt)
    elif name == "delete":
        deleted(machine, info, site.line, Via.ORM, one.doubt)
    elif name == "refresh_from_db":
        machine.effect(info, Op.READ, Via.ORM, site.line, one.doubt)
    elif name == "fetch_related":
        _fetch(machine, one, site)
    return NONE


def _fetch(machine: Machine, one: Type, site: Site) -> None:
    # await order.fetch_related("lines", "customer")
    for types in site.args:
        for text in types:
            relation = machine.inventory.relation(one.of, text.of) if text.kind == "text" else None
            if relation is not None:
                machine.effect(relation.target, Op.READ, Via.RELATION, site.line, one.doubt)
                if relation.between is not None:
                    machine.effect(relation.between, Op.READ, Via.RELATION, site.line, one.doubt)


TORTOISE = Library(
    name="tortoise",
    roots=frozenset({"tortoise"}),
    methods={"instance": _instance_method},
    mapped=_member,
    saves=frozenset({"save", "delete"}),
)
