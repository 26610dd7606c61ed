"""Stage 1, whole project: an argument of one class or another is given to a function once as each of them.

What a function does to an order and what it does to a cart are two runs of it: `if isinstance(owner, Order): ...`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import code
from ..program import Fn
from ..types import NONE, Type, Types
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["alternatives", "are_alternatives", "evaluate_each", "is_split"]

_MOST = 3  # classes that one argument may be of


def alternatives(machine: "Machine", fn: Fn, bound: Type | None, site: Site) -> Iterator[Site]:
    """`site` once for each class that its first such argument may be of, by itself or as the parameter says."""
    if fn.scope.source.library or fn.unit is machine.unit:
        return
    params = fn.positional[1:] if bound is not None and "staticmethod" not in fn.marks else fn.positional
    for number, (types, param) in enumerate(zip(site.args, params, strict=False)):
        if type(site.node.args[number]) is code.Star:
            break
        if either := are_alternatives(machine, types or _annotated(machine, fn, param)):
            before, after = site.args[:number], site.args[number + 1 :]
            yield from (site._replace(args=(*before, (one,), *after)) for one in either)
            return
    for name, types in site.keywords.items():
        if name in fn.named and (either := are_alternatives(machine, types or _annotated(machine, fn, fn.named[name]))):
            yield from (site._replace(keywords={**site.keywords, name: (one,)}) for one in either)
            return


def are_alternatives(machine: "Machine", types: Types) -> Types:
    """Rows of a few classes, none of which is above another: `types` with one for each; NONE if they are none."""
    if not 2 <= len(types) <= _MOST:
        return NONE
    for one in types:
        if one.kind != "instance" or one.of.mapped is None:
            return NONE
    apart = {one.of: one for one in types}
    above = {info for one in apart for info in machine.line_of(one)[1:]}
    return tuple(apart.values()) if len(apart) > 1 and above.isdisjoint(apart) else NONE


def _annotated(machine: "Machine", fn: Fn, param: code.Param) -> Types:
    """The rows of several classes that an annotation allows: owner: Order | Cart"""
    if param.annotation is None or isinstance(param.annotation, str | code.Attr):
        return NONE
    if param.name not in fn.allowed:
        here, klass = machine.unit, machine.klass
        machine.unit, machine.klass = machine.module_units[fn.scope], None
        fn.allowed[param.name] = machine.annotated(param.annotation)
        machine.unit, machine.klass = here, klass
    found: Types = fn.allowed[param.name]
    return found


def evaluate_each(machine: "Machine") -> None:
    """A function that nobody was seen to call, and that commits, is evaluated for each class that it says it takes."""
    for unit in list(machine.units):
        fn = unit.fn
        if fn is None or unit is not fn.unit or fn.special or fn.node.closes or not (unit.spans or unit.commits):
            continue
        for number, param in enumerate(fn.positional):
            if fn.scope.source.library or not (either := are_alternatives(machine, _annotated(machine, fn, param))):
                continue
            for one in either:
                apart = fn.special[((number, one[:2]),), (), None] = machine.make_unit(fn, fn.outer)
                machine.learn(apart, param, (one,))
            break


def is_split(fn: Fn) -> bool:
    """Is a function evaluated apart for rows of several classes in one place?"""
    places: dict[object, object] = {}
    for key, named, *_ in fn.special:
        for place, one in (*key, *named):
            if one[0] == "instance" and places.setdefault(place, one[1]) is not one[1]:
                return True
    return False
