"""Stage 1, whole project: schemas that read a row: OrderOut.model_validate(order) asks for each of its fields."""

from collections.abc import Iterator

from ... import code
from ...code import Expr
from ...infer import Machine, Site
from ...program import ClassInfo, Scope
from ...types import NONE, Type, Types, each
from .sessions import ours

__all__ = ["schema_method"]

_READS = frozenset({"model_validate", "from_orm", "validate"})
_SCHEMAS = ("BaseModel", "SQLModel")
_DEEPEST = 3  # schemas in schemas


def schema_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """A method of a class that pydantic fills: relations that it has fields for are read, also those of its fields."""
    info: ClassInfo = one.of
    if name not in _READS or not any(base.endswith(_SCHEMAS) for base in info.externals()):
        return None
    _read(machine, info, site.arg(0, "obj"), site.line, 0)
    return (info.type,)


def _read(machine: Machine, schema: ClassInfo, rows: Types, line: int, depth: int) -> None:
    for row in rows:
        if row.kind != "instance" or row.of.mapped is None or not ours(machine, row.of):
            continue
        for scope, name, annotation in _fields(machine, schema):
            if machine.inventory.relation(row.of, name) is None:
                continue
            found = machine.attribute(row, name, line)
            below = machine.annotated_in(scope, annotation) if depth < _DEEPEST else NONE
            for inner in {one.of: None for one in (*below, *each(below)) if one.kind == "instance"}:
                _read(machine, inner, (*found, *each(found)), line, depth + 1)


def _fields(machine: Machine, schema: ClassInfo) -> Iterator[tuple[Scope, str, Expr]]:
    seen: dict[str, None] = {}
    for info in machine.line_of(schema):
        for node in info.node.body:
            if not isinstance(node, code.Assign) or node.annotation is None:
                continue
            name = node.targets[0]
            if isinstance(name, str) and name not in seen:
                seen[name] = None
                yield info.scope, name, node.annotation
