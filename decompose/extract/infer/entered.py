"""Stage 1, whole project: a function is entered: what its parameters may be, and what its decorators do."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .. import code
from ..program import Fn
from ..types import NONE, Types, contain, join
from .annotations import is_open
from .kept import is_row
from .values import Unit

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["enter", "in_order", "waits"]


def enter(machine: "Machine", unit: Unit) -> None:
    """Evaluate a function's body with what its parameters may be by now; functions inside of it see what is new."""
    fn = unit.fn
    assert fn is not None
    before, unit.env, unit.known = unit.env, {}, dict(unit.fixed)
    for number, param in enumerate(fn.node.params):
        unit.env[param.name] = _param(machine, unit, param, number)
    for decorator in fn.node.decorators:
        machine.decorated(decorator, fn)
    machine.block(fn.node.body)
    if not unit.nested:
        unit.env = {}  # which nobody else sees
    elif unit.env != before:
        for nested in unit.nested:
            machine.push(nested)


def _param(machine: "Machine", unit: Unit, param: code.Param, number: int) -> Types:
    if number == 0 and unit.receiver is not None:
        return (unit.receiver,)
    types = machine.annotated(param.annotation) if param.annotation is not None else NONE
    if param.kind == "*":
        return contain("list", types)
    if param.kind == "**":
        return NONE
    if all(map(is_open, types)):
        types = join(types, machine.read(unit.params[param.name]))
        if param.default is not None:
            types = join(types, tuple([one for one in machine.eval(param.default) if one.kind != "text"]))
    elif unit is not getattr(unit.fn, "unit", None) and any(map(is_row, types)):
        types = _given(machine, types, machine.read(unit.params[param.name]))
    if all(map(is_open, types)):
        types = join(types, _promised(machine, unit.fn, param.name) or _guessed(machine, unit.fn, param.name))
    return types


def _given(machine: "Machine", types: Types, given: Types) -> Types:
    """Of the rows that an annotation allows those that are given, where the function is evaluated apart for them, and
    with the relations that those hold.

    def lines_of(owner: Order | Cart): ...
    """
    if not given or not all(one.kind == "instance" and one.of.mapped is not None for one in (*types, *given)):
        return types
    found: Types = NONE
    for one in types:
        rows = [row for row in given if one.of in machine.line_of(row.of)]
        found = join(found, tuple([one._replace(extra=row.extra) for row in rows]))
    return found or types


def _promised(machine: "Machine", fn: Fn | None, name: str) -> Types:
    """What the method that `fn` overrides says of its parameter `name`."""
    if fn is None or fn.owner is None:
        return NONE
    for base in [one.methods[fn.node.name] for one in machine.line_of(fn.owner)[1:] if fn.node.name in one.methods]:
        for param in base.node.params:
            if param.name == name and param.annotation is not None:
                here, klass = machine.unit, machine.klass
                machine.unit, machine.klass = machine.module_units[base.scope], None
                found = machine.annotated(param.annotation)
                machine.unit, machine.klass = here, klass
                return found
    return NONE


def _guessed(machine: "Machine", fn: Fn | None, name: str) -> Types:
    """What an unannotated parameter may be, by its name and the class whose method it belongs to."""
    found: Types = machine.inventory.guessed(machine, fn, name)
    return found


def waits(machine: "Machine", fn: Fn) -> bool:
    """Is it annotated to be given rows? It waits for its callers, who may know more of them."""
    here = machine.unit, machine.klass
    machine.unit, machine.klass = machine.module_units[fn.scope], None
    found = any(
        one.annotation is not None and any(map(is_row, machine.annotated(one.annotation))) for one in fn.node.params
    )
    machine.unit, machine.klass = here
    return found


def in_order(waiting: Iterable[Fn]) -> Iterator[Fn]:
    """Functions that nobody has called, those first that others among them do not call by name."""
    all_ = list(waiting)
    named = {name for fn in all_ for name in _called(fn)}
    yield from [fn for fn in all_ if fn.node.name not in named]
    yield from [fn for fn in all_ if fn.node.name in named]


def _called(fn: Fn) -> Iterator[str]:
    for one in fn.parts:
        if isinstance(one, code.Call):
            name = one.func.name if isinstance(one.func, code.Attr) else one.func
            if isinstance(name, str):
                yield name
