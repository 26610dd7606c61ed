"""Stage 1, whole project: objects that keep the classes which they are made with: Repository(session, Order).

All of one class that are made with the same classes are of one class below it, so that `self.model` is one model.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import code
from ..code import Attr, Expr
from ..program import ClassInfo, Fn
from ..types import NONE, Type, Types
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["filled", "is_made", "is_row", "keeps", "made_apart", "made_below", "nearest"]

_MOST = 96  # classes that are told apart below one


def keeps(machine: "Machine", info: ClassInfo) -> bool:
    """Does its `__init__` keep something that may be a class? `self.model = model`"""
    if info.scope.source.library or info.mapped is not None:
        return False
    found: bool | None = info.lookups.get("keeps")
    if found is None:
        makers = [one.methods["__init__"] for one in machine.line_of(info) if "__init__" in one.methods]
        found = info.lookups["keeps"] = any(_keeps(fn) for fn in makers if not fn.scope.source.library)
    return found


def _keeps(fn: Fn) -> bool:
    params = {one.name for one in fn.node.params[1:] if not one.kind.startswith("*") and _may_be_class(one.annotation)}
    return any(
        isinstance(node, code.Assign) and isinstance(target, Attr) and target.base == "self" and node.value in params
        for node in fn.node.body
        for target in (node.targets if isinstance(node, code.Assign) else ())
    )


def _may_be_class(annotation: Expr | None) -> bool:
    # model      model: type[Model]
    if isinstance(annotation, code.Item):
        annotation = annotation.base
    name = annotation.name if isinstance(annotation, Attr) else annotation
    return name in (None, "type", "Type", "Any") or (isinstance(name, code.Const) and "ype[" in str(name.value))


def made_apart(machine: "Machine", info: ClassInfo, site: Site) -> ClassInfo:
    """The class of the object that the call makes: one below `info`, where it is given classes of tables to keep."""
    if not machine.whole or not (site.args or site.keywords) or is_made(info):
        return info
    classes = tuple([_class_of(types) for types in site.all()])
    if not any(one is not None and one.mapped is not None for one in classes) or not keeps(machine, info):
        return info
    made: dict[tuple[object, ...], ClassInfo] = info.lookups.setdefault("made", {})
    key = (*classes, *site.keywords)
    if key not in made:
        if len(made) >= _MOST:
            return info
        one = made[key] = ClassInfo(info.node, info.scope, info.name, info.outer)
        one.lookups["made of"] = info
        one.inherit(info)
        info.children.append(one)
        machine.belows.clear()
        machine.made.append(one)
    return made[key]


def _class_of(types: Types) -> ClassInfo | None:
    return types[0].of if len(types) == 1 and types[0].kind == "class" else None


def is_made(info: ClassInfo) -> bool:
    """Is it a class of objects that keep the same classes?"""
    return "made of" in info.lookups


def nearest(machine: "Machine", declared: Types, returned: Types) -> Types:
    """What a function is annotated to return, or what is made apart below that, where it does return such."""
    found: Types = NONE
    for one in declared:
        below = tuple([t for t in returned if t.kind == "instance" and t.of.lookups.get("made of") is one.of])
        found += below or (one,)
    return found


def is_row(one: Type) -> bool:
    """Is it a row of a table, or a container of such?"""
    one = _inmost(one)
    return one.kind == "instance" and one.of.mapped is not None


def filled(declared: Types, returned: Types) -> Types:
    """What a function is annotated to return, with the relations that the rows hold which it does return."""
    found: Types = NONE
    for one in declared:
        alike = tuple([other for other in returned if _are_alike(one, other)])
        found += alike if alike and all(_inmost(other).extra for other in alike) else (one,)
    return found


def _are_alike(one: Type, other: Type) -> bool:
    while one.kind in _CONTAINERS and one.kind == other.kind and (one.kind != "tuple" or one.extra == other.extra):
        one, other = one.of, other.of
    return one.kind == other.kind == "instance" and one.of is other.of


def _inmost(one: Type) -> Type:
    while one.kind in _CONTAINERS:
        one = one.of
    return one


_CONTAINERS = frozenset({"list", "tuple", "dict"})


def made_below(machine: "Machine") -> Iterator[tuple[Fn, Type]]:
    """The methods of each class that was made apart since this was asked before, and what they are called on."""
    while machine.made:
        info = machine.made.pop(0)
        names = dict.fromkeys(name for one in machine.line_of(info) for name in one.methods)
        for name in names:
            fn = next(one.methods[name] for one in machine.line_of(info) if name in one.methods)
            if not (fn.node.closes or fn.scope.source.library or "staticmethod" in fn.marks):
                yield fn, info.value if "classmethod" in fn.marks else info.type
