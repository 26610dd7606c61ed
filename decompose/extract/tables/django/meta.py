"""Stage 1, whole project: Django's `class Meta` -> its options, and the fields that its indexes lead with."""

from collections.abc import Iterable, Iterator

from ...code import Assign, Attr, Call, Class, Const, Dict, Display, Do, Expr, If, Operation, Star, Stmt, Try
from ...infer import Machine
from ...program import ClassInfo

__all__ = ["assignments", "indexed", "leading", "option", "unique"]

_DEEP = 8
"""Bases whose indexes name the indexes of other bases, followed no further."""

_EVERY_FIELD = ("GinIndex", "GistIndex", "SpGistIndex", "BrinIndex", "BloomIndex")
"""Indexes that serve each of their fields alone; of others the first field leads."""


def assignments(body: Iterable[Stmt]) -> Iterator[Assign]:
    """The assignments of a class body, those in its branches too."""
    for node in body:
        if isinstance(node, Assign):
            yield node
        elif isinstance(node, If):
            yield from assignments(node.body)
            yield from assignments(node.orelse)
        elif isinstance(node, Try):
            yield from assignments(node.body)
        elif isinstance(node, Class | Dict):
            continue


def option(info: ClassInfo, name: str) -> Expr | None:
    """The value of `name` in the nearest `class Meta`."""
    for one in info.line():
        if "Meta" in one.inner:
            for meta in one.inner["Meta"].line():
                values = [node.value for node in assignments(meta.node.body) if node.targets[0] == name]
                if values:
                    return values[-1]
            if name != "app_label":
                return None
    return None


def indexed(machine: Machine, info: ClassInfo) -> Iterator[tuple[str, ...]]:
    """The fields of each index of `class Meta`: together, unique, or listed."""
    for name in ("unique_together", "index_together"):
        yield from _together(info, name)
    for name in ("indexes", "constraints"):
        for call in _listed(machine, info, name, _DEEP):
            yield from _fields(call)


def unique(machine: Machine, info: ClassInfo) -> Iterator[tuple[str, ...]]:
    """The fields that no two rows share, whatever else they hold."""
    yield from _together(info, "unique_together")
    for call in _listed(machine, info, "constraints", _DEEP):
        if _kind(call) == "UniqueConstraint":
            yield from _fields(call)


def _together(info: ClassInfo, name: str) -> Iterator[tuple[str, ...]]:
    value = option(info, name)
    if isinstance(value, Display) and value.items:
        groups = [item for item in value.items if isinstance(item, Display)] or [value]
        for group in groups:
            if group.items and isinstance(group.items[0], Const):
                yield tuple(str(item.value) for item in group.items if isinstance(item, Const))


def _listed(machine: Machine, info: ClassInfo, name: str, depth: int) -> Iterator[Call]:
    yield from _spread(machine, info, option(info, name), depth)
    # indexes.extend(Base.Meta.indexes)
    for meta in info.inner.get("Meta", info).line() if "Meta" in info.inner else ():
        for node in meta.node.body:
            match node:
                case Do(Call(Attr(base, "extend"), (more,))) if base == name:
                    yield from _spread(machine, info, more, depth)


def _spread(machine: Machine, info: ClassInfo, value: Expr | None, depth: int) -> Iterator[Call]:
    match value:
        case Display(_, items):
            for item in items:
                yield from _spread(machine, info, item.value if isinstance(item, Star) else item, depth)
        case Operation("Add", left, right):
            yield from _spread(machine, info, left, depth)
            yield from _spread(machine, info, right, depth)
        case Attr(Attr(base, "Meta"), name) if depth:
            for one in machine.eval_in(info.scope, base):
                if one.kind == "class" and isinstance(one.of, ClassInfo):
                    yield from _listed(machine, one.of, name, depth - 1)
        case Call():
            yield value


def leading(call: Call) -> Iterator[str]:
    """The fields by which `Index(fields=...)` or a constraint finds rows."""
    yield from (fields[0] for fields in _fields(call))


def _fields(call: Call) -> Iterator[tuple[str, ...]]:
    stated, kind = dict(call.keywords), _kind(call)
    fields = stated.get("fields")
    if isinstance(fields, Display) and not (kind.endswith("Constraint") and "condition" in stated):
        names = [str(item.value).lstrip("-") for item in fields.items if isinstance(item, Const)]
        yield from zip(names) if kind in _EVERY_FIELD else [tuple(names)] if names else []


def _kind(call: Call) -> str:
    return call.func.name if isinstance(call.func, Attr) else str(call.func)
