"""Stage 1, whole project: schemas of pydantic and marshmallow: what they read of a row, and the rows that they make."""

from collections.abc import Iterator
from typing import NamedTuple

from ....model.facts import Op, Via
from ... import code
from ...code import Call, Const, Display, Expr
from ...infer import Machine, Site
from ...program import ClassInfo, Fn
from ...types import NONE, Type, Types, contain, each, join
from ..written import constants, keyword, last
from .sessions import ours

__all__ = ["MARSHMALLOW", "filled_method", "loaded_attribute", "schema_method"]

_READS = frozenset({"model_validate", "from_orm", "validate"})
_SCHEMAS = ("BaseModel", "SQLModel")
_DEEPEST = 3  # schemas in schemas

MARSHMALLOW = frozenset({"marshmallow", "flask_marshmallow", "marshmallow_sqlalchemy"})
_COMPUTED = frozenset({"Method", "Function"})


class _Field(NamedTuple):
    """One field of a schema: what it asks a row for, what its own schema is evaluated from, and what of that is asked.

    `only` is None where all fields of the schema are.
    """

    info: ClassInfo
    name: str
    asks: str
    inner: Expr | None
    annotates: bool
    only: frozenset[str] | None = None


def schema_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """OrderOut.model_validate(order) asks for each of its fields: relations are read, also those of their fields."""
    info: ClassInfo = one.of
    if name not in _READS or not any(base.endswith(_SCHEMAS) for base in info.externals()):
        return None
    _read(machine, info, site.arg(0, "obj"), site.line)
    return (info.type,)


def filled_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """OrderSchema().dump(orders) reads as pydantic does; .load(data) makes a row of the model that Meta names."""
    info: ClassInfo = one.of
    if name not in ("dump", "dumps", "load", "loads") or not _is_marshmallow(info):
        return None
    if name.startswith("dump"):
        rows = site.arg(0, "obj")
        _read(machine, info, (*rows, *machine.iterate(rows, site.line)), site.line)
        return NONE
    made = _model(machine, info)
    for row in made:
        machine.effect(row.of, Op.WRITE, Via.ORM, site.line, max(1, row.doubt), along=True)
    for fn in _finishing(machine, info):
        made = join(made, machine.apply_fn(fn, one, None, site.line))
    many = contain("list", made) if "many" in site.keywords else NONE
    return join(join(made, many), tuple([Type("loaded", row) for row in made]))


def loaded_attribute(machine: Machine, one: Type, name: str, line: int) -> Types:
    """schema.load(data).data: the row, as marshmallow 2 gives it"""
    return (one.of,) if name == "data" else NONE


def _is_marshmallow(info: ClassInfo) -> bool:
    return any(base.partition(".")[0] in MARSHMALLOW for base in info.externals())


def _model(machine: Machine, info: ClassInfo) -> Types:
    """The rows that a schema of marshmallow_sqlalchemy makes: of the old kind always, else where Meta says so."""
    if not any(base.endswith(("ModelSchema", "TableSchema")) for base in info.externals()) and not any(
        name == "load_instance" and value is True
        for above in machine.line_of(info)
        if "Meta" in above.inner
        for name, value in constants(above.inner["Meta"].node.body)
    ):
        return NONE
    models = machine.attributes_of(machine.attribute(info.type, "Meta", 0), "model", 0)
    return tuple([one.of.type for one in models if one.kind == "class" and one.of.mapped and ours(machine, one.of)])


def _finishing(machine: Machine, info: ClassInfo) -> Iterator[Fn]:
    # @post_load
    # def make(self, data, **kwargs): return Order(**data)
    for above in machine.line_of(info):
        for fn in above.methods.values():
            marks = [one.func if isinstance(one, Call) else one for one in fn.node.decorators]
            if any(last(mark) == "post_load" for mark in marks):
                yield fn


def _read(
    machine: Machine, schema: ClassInfo, rows: Types, line: int, depth: int = 0, only: frozenset[str] | None = None
) -> None:
    for row in rows:
        if row.kind != "instance" or row.of.mapped is None or not ours(machine, row.of):
            continue
        for field in _fields(machine, schema):
            if machine.inventory.relation(row.of, field.asks) is None or (only is not None and field.name not in only):
                continue
            found = machine.attribute(row, field.asks, line)
            for inner in _inner(machine, field) if depth < _DEEPEST else ():
                _read(machine, inner, (*found, *each(found)), line, depth + 1, field.only)


def _inner(machine: Machine, field: _Field) -> dict[ClassInfo, None]:
    if field.inner is None:
        return {}
    if field.annotates:
        below = machine.annotated_in(field.info.scope, field.inner)
    else:
        below = tuple([one.of.type for one in machine.eval_in(field.info.scope, field.inner) if one.kind == "class"])
    return {one.of: None for one in (*below, *each(below)) if one.kind == "instance"}


def _fields(machine: Machine, schema: ClassInfo) -> Iterator[_Field]:
    seen: dict[str, None] = {}
    for info in machine.line_of(schema):
        for node in info.node.body:
            if not isinstance(node, code.Assign) or not isinstance(node.targets[0], str) or node.targets[0] in seen:
                continue
            name = node.targets[0]
            if node.annotation is not None:
                field = _Field(info, name, name, node.annotation, True)
            elif isinstance(node.value, Call) and last(node.value.func) not in _COMPUTED:
                field = _called_field(info, name, node.value)
            else:
                continue
            seen[name] = None
            yield field


def _called_field(info: ClassInfo, name: str, call: Call) -> _Field:
    # lines = fields.List(fields.Nested(LineSchema, only=["id"]), attribute="rows")
    stated = keyword(call, "attribute")
    nested = call
    while nested.args and isinstance(nested.args[0], Call):
        nested = nested.args[0]
    only = keyword(nested, "only")
    names = [one.value for one in only.items if isinstance(one, Const)] if isinstance(only, Display) else None
    return _Field(
        info,
        name,
        str(stated.value) if isinstance(stated, Const) else name,
        nested.args[0] if nested.args else None,
        False,
        None if names is None else frozenset(str(one).partition(".")[0] for one in names),
    )
