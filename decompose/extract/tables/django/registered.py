"""Stage 1, whole project: functions that are registered under the name of a model, whose rows they are given later."""

from collections.abc import Iterable

from ...code import Attr, Call, Expr
from ...infer import Machine, Site
from ...program import Fn
from ...types import Type, Types
from ..inventory import inventory_of

__all__ = ["registered", "registers"]


def registers(machine: Machine, callees: Types, name: str, site: Site) -> None:
    """register_export("shop.order", order_lines)"""
    if machine.whole and "register" in name:
        functions = [one.of for types in site.all() for one in types if one.kind == "function" and one.extra is None]
        for fn in functions:
            _learn(machine, fn, site.all())


def registered(machine: Machine, decorator: Expr, fn: Fn) -> None:
    """@register_export("shop.order", "csv"), @exports.register("shop.order")"""
    if isinstance(decorator, Call) and machine.whole:
        name = decorator.func.name if isinstance(decorator.func, Attr) else decorator.func
        if isinstance(name, str) and "register" in name:
            _learn(machine, fn, [machine.eval(value) for value in decorator.args])


def _learn(machine: Machine, fn: Fn, given: Iterable[Types]) -> None:
    """The first parameter is a row of the models that are named beside the function; a guess, as nobody calls it so."""
    labels = inventory_of(machine).labels
    named = [one.of.lower().partition(".") for types in given for one in types if one.kind == "text" and not one.extra]
    rows = [Type("instance", labels[app, name], None, 2) for app, _, name in named if (app, name) in labels]
    if not rows or not fn.positional or fn.positional[0].annotation is not None:
        return
    if not (fn.scope.source.library or fn.scope.source.code.outline or fn.owner is not None):
        machine.learn(machine.unit_of(fn), fn.positional[0], tuple(rows))
