"""Stage 1, whole project: what mapped classes and mixins declare in their bodies, and the classes that it names."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...code import (
    Assign,
    Call,
    Const,
    Dict,
    Expr,
    Function,
    Return,
)
from ...infer import Machine
from ...program import ClassInfo
from ..inventory import Inventory
from ..written import as_written, keyword

__all__ = ["Declared", "Models", "annotated_target", "by_name", "fields_of", "properties"]


class Declared(NamedTuple):
    """One attribute of a mapped class or mixin."""

    name: str
    call: Call | None
    annotation: Expr | None
    info: ClassInfo
    line: int


class Models(NamedTuple):
    """What the steps of declaring share; `names` are the mapped classes by the last part of their names."""

    machine: Machine
    inventory: Inventory
    names: dict[str, list[ClassInfo]]


def fields_of(info: ClassInfo) -> list[Declared]:
    """Assigned and annotated attributes, and what `@declared_attr` methods return."""
    if "fields" not in info.lookups:
        info.lookups["fields"] = list(_read_fields(info))
    found: list[Declared] = info.lookups["fields"]
    return found


def annotated_target(models: Models, field: Declared) -> ClassInfo | None:
    """Mapped["User"]  Mapped[list["Order"]]  list["Order"]"""
    for name in re.findall(r"[A-Za-z_]\w*", as_written(field.annotation)):
        found = by_name(models, name, field.info)
        if found is not None:
            return found
    return None


def by_name(models: Models, name: str, near: ClassInfo) -> ClassInfo | None:
    """The mapped class that a text names, of several the one in the module that names it."""
    found = models.names.get(name.rpartition(".")[2], [])
    return next((one for one in found if one.scope is near.scope), found[0] if found else None)


def properties(call: Call, info: ClassInfo) -> Iterator[Declared]:
    """map_imperatively(Order, orders, properties={...})"""
    node = keyword(call, "properties")
    if isinstance(node, Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, Const) and isinstance(value, Call):
                yield Declared(str(key.value), value, None, info, value.line)


def _read_fields(info: ClassInfo) -> Iterator[Declared]:
    for node in info.node.body:
        if isinstance(node, Assign) and isinstance(node.targets[0], str):
            call = node.value if isinstance(node.value, Call) else None
            if call is not None or node.annotation is not None:
                yield Declared(node.targets[0], call, node.annotation, info, node.line)
        elif isinstance(node, Function) and any("declared_attr" in str(one) for one in node.decorators):
            for inner in node.body:
                if isinstance(inner, Return) and isinstance(inner.value, Call):
                    yield Declared(node.name, inner.value, node.returns, info, node.line)
