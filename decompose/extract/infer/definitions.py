"""Stage 1, whole project: `def` and `class` statements: decorators, and bases as they become known."""

from typing import TYPE_CHECKING, Any

from .. import code
from ..code import Call, Class, Expr, Function
from ..program import ClassInfo, Fn
from ..types import Type
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["class_", "decorated", "function"]


def function(machine: "Machine", node: Function) -> None:
    """`def name(...)`: the name is bound; a nested function is a unit of its own."""
    fn = machine.program.by_node[id(node)]
    assert isinstance(fn, Fn)
    if machine.klass is not None:
        return
    machine.bind(node.name, (Type("function", fn),))
    if machine.unit.fn is not None and fn.unit is None:
        fn.outer = machine.unit.fn.unit or machine.unit
        machine.unit_of(fn, fn.outer)


def class_(machine: "Machine", node: Class) -> None:
    """`class name(...)`: bases become known, the body is evaluated, decorators are called."""
    info = machine.program.by_node[id(node)]
    assert isinstance(info, ClassInfo)
    for base in node.bases:
        inherit(machine, info, base)
    outer, machine.klass = machine.klass, info
    machine.block(node.body)
    machine.klass = outer
    machine.bind(node.name, (info.value,))
    for decorator in node.decorators:
        decorate_class(machine, decorator, info)
    if machine.unit.fn is not None:
        for fn in info.methods.values():
            machine.unit_of(fn, machine.unit)


def decorate_class(machine: "Machine", decorator: Expr, info: ClassInfo) -> None:
    """@admin.register(Order) is a call of what it was given"""
    for one in machine.eval(decorator):
        machine.apply(
            one, Site(Call(decorator, (info.node.name,), (), info.node.line), ((info.value,),), {}, info.node.line)
        )


def inherit(machine: "Machine", info: ClassInfo, base: Expr) -> None:
    if isinstance(base, code.Item):  # Generic[T], Base[Model]
        base = base.base
    for one in machine.eval(base):
        found = one.of if one.kind in ("class", "external", "made") else None
        if one.kind == "external" and (likened := described_like(machine, one.of)) is not None:
            inherit_from(machine, info, likened)
        if found is not None:
            inherit_from(machine, info, found)


def inherit_from(machine: "Machine", info: ClassInfo, found: ClassInfo | str) -> None:
    if found is not info and found not in info.bases:
        info.inherit(found)
        if machine.whole:
            reborn(machine, info, found)


def described_like(machine: "Machine", dotted: str) -> ClassInfo | None:
    """The described class that one of another library is named after: i18nfield's I18nAwareModelSerializer"""
    name = dotted.rpartition(".")[2]
    found = [known for known in machine.namesakes if name.endswith(known) and name != known]
    return machine.namesakes[max(found, key=len)] if found else None


def reborn(machine: "Machine", info: ClassInfo, base: Any) -> None:
    """A base that is found late changes what the class and all below it inherit."""
    if isinstance(base, ClassInfo) and info not in base.children:
        base.children.append(info)
    machine.lines.clear()
    machine.belows.clear()


def decorated(machine: "Machine", decorator: Expr, fn: Fn) -> None:
    """A decorator runs around the function, and may open a transaction for all of it."""
    called = decorator.func if isinstance(decorator, Call) else decorator
    for one in machine.eval(called):
        machine.scope_opened(one, fn.node.line, fn.node.end_line)
        for hook in machine.decorators:
            hook(machine, one, decorator, fn)
        if one.kind == "function" and machine.whole and not one.of.scope.source.library:
            wrapping = machine.unit_of(one.of)
            machine.unit.calls.setdefault((wrapping, fn.node.line), 0)
            if wrapping not in machine.unit.decorators:
                machine.unit.decorators.append(wrapping)
