"""Stage 1, whole project: which methods a line calls by their names on objects that the program has at hand."""

from typing import TYPE_CHECKING

from ...model.facts import CalledOn
from ..code import Attr, Call, Expr
from ..program import ClassInfo, Fn
from ..types import Type, Types
from .rounds import bound_by
from .values import Asked

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["OF_MANY", "ask", "ask_property"]

_OWN = ("self", "cls")

OF_MANY = "of many"
"""What marks an object of a library that holds many of the class: OrderSerializer(orders, many=True)"""

_ONE_OF = 4
"""Classes that an object may be of, from which on the line calls what it is given."""


def ask(machine: "Machine", node: Call, callees: Types, used: bool) -> None:
    """Note the methods among `callees` that are called as `x.name()`, each with the class of the object; not `self`'s.

    Where inference leaves open which of several it is, each is a guess, and so is what only a class below has; what
    overrides a method follows from that alone. An object of the caller's own class, or one below, is as good as `self`.
    """
    func = node.func
    if type(func) is not Attr or func.base in _OWN or (type(func.base) is Call and func.base.func == "super"):
        return
    own = machine.unit.fn.owner if machine.unit.fn else None
    known = all(one.kind == "function" for one in callees)
    found = dict[tuple[Fn, ClassInfo], tuple[CalledOn, int]]()
    for one in callees:
        if one.kind == "function" and one.extra is not None and one.of.node.name == func.name:
            on, info = _object(machine, one.extra)
            if info is None or own in machine.line_of(info) or one.extra.extra == OF_MANY:
                continue
            doubt = one.doubt if known and not (one.doubt and _may_be_another(machine, func.base)) else 2
            if on is not CalledOn.ROWS and one.of.owner is not None and one.of.owner not in machine.line_of(info):
                info, doubt = one.of.owner, 2  # what a class below has, in place of the base or alone
            if (one.of, info) not in found or found[one.of, info][1] > doubt:
                found[one.of, info] = on, doubt
    highest = [key for key in found if not any(_is_above(machine, other[1], key[1]) for other in found)]
    for fn, info in highest:
        if not (fn.scope.source.library or info.scope.source.library):
            on, doubt = found[fn, info]
            doubt = 2 if (doubt and len(highest) > 1) or len(highest) >= _ONE_OF else doubt
            asked, key = Asked(on, doubt, used, machine.loops > 0), (fn, info, node.line)
            before = machine.unit.asked.get(key)
            machine.unit.asked[key] = before.also(asked) if before else asked


def _may_be_another(machine: "Machine", name: Expr) -> bool:
    """Is it a parameter that callers may leave out, for which the function then finds something itself?

    def cache(rows, index=None): if index is None: index = registry[type(rows)]
    """
    fn = machine.unit.fn
    if fn is None or not isinstance(name, str) or name not in fn.optional:
        return False
    return name in bound_by(machine, fn.node.body)


def ask_property(machine: "Machine", fn: Fn, one: Type, line: int) -> None:
    """Note a property that is asked of a row, which is no `self`: order.customer.total"""
    info: ClassInfo = one.of
    own = machine.unit.fn.owner if machine.unit.fn else None
    if info.mapped is None or machine.asked in _OWN or own in machine.line_of(info):
        return
    if not (fn.scope.source.library or info.scope.source.library):
        asked, key = Asked(CalledOn.ROW, one.doubt, True, machine.loops > 0), (fn, info, line)
        before = machine.unit.asked.get(key)
        machine.unit.asked[key] = before.also(asked) if before else asked


def _object(machine: "Machine", bound: Type) -> tuple[CalledOn, ClassInfo | None]:
    """What a method is bound to: rows of which class, one of them, or any other object."""
    rows = machine.inventory.model_of(bound)
    if rows is not None:
        return CalledOn.ROWS, rows
    if bound.kind in ("instance", "class", "service") and isinstance(bound.of, ClassInfo):
        return (CalledOn.OBJECT if bound.of.mapped is None else CalledOn.ROW), bound.of
    return CalledOn.NAME, None


def _is_above(machine: "Machine", info: ClassInfo, other: ClassInfo) -> bool:
    return info is not other and info in machine.line_of(other)
