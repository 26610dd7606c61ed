"""Stage 1, whole project: Pyramid's views are given what the factory of their route gives, or a row they name."""

from collections.abc import Iterator
from typing import Any

from ..code import Attr, Call, Const, Expr, within
from ..code.text import as_text
from ..infer import Library, Machine
from ..program import ClassInfo, Fn, Scope
from ..types import NONE, Type, Types, join
from .inventory import Inventory, inventory_of

__all__ = ["PYRAMID", "prepare"]


def prepare(machine: Machine, inventory: Inventory) -> None:
    """Note the factories of routes, which functions declare that are given `config`."""
    inventory.callers.append(_passed)
    for fn in machine.program.by_node.values():
        if isinstance(fn, Fn) and any(param.name == "config" for param in fn.positional[:1]):
            for route, factory in _declared(fn.node.body):
                inventory.contexts.setdefault(route, []).append((fn.scope, factory))


def _declared(body: tuple[Any, ...]) -> Iterator[tuple[str, Expr | None]]:
    """config.add_route("shop.order", "/{id}", factory="shop.orders.order_of")

    None for the factory of a route that goes on from what it gives, with `traverse`.
    """
    for one in within(body):
        if isinstance(one, Call) and isinstance(one.func, Attr) and one.func.name == "add_route" and one.args:
            said = dict(one.keywords)
            if isinstance(one.args[0], Const) and isinstance(one.args[0].value, str) and "factory" in said:
                yield one.args[0].value, None if "traverse" in said else said["factory"]


def _passed(machine: Machine, fn: Fn, name: str) -> Types:
    """What the first of a view's two parameters is given."""
    # @view_config(route_name="shop.order", context=Order)
    # def show(order, request): ...
    found: Types = NONE
    if fn.owner is None and len(fn.positional) == 2 and fn.positional[0].name == name:
        for decorator in fn.node.decorators:
            if isinstance(decorator, Call) and as_text(decorator.func).rpartition(".")[2] == "view_config":
                found = join(found, _context(machine, fn, dict(decorator.keywords)))
    return found


def _context(machine: Machine, fn: Fn, said: dict[str | None, Expr]) -> Types:
    named = machine.eval_in(fn.scope, said["context"]) if "context" in said else NONE
    wanted = [one.of for one in named if one.kind == "class"]
    route = said.get("route_name")
    known = inventory_of(machine).contexts.get(route.value, []) if isinstance(route, Const) else []
    factories = [_named(machine, scope, factory) for scope, factory in known]
    if not known or not all(factories):
        return tuple([Type("instance", info, None, 1) for info in wanted if info.mapped])
    given = [one for named in factories for factory in named for one in _given(machine, factory)]
    return join(NONE, tuple([one for one in given if not wanted or _is_one(machine, one, wanted)]))


def _given(machine: Machine, factory: Type) -> Types:
    """What the factory returns."""
    if factory.kind != "function" or factory.extra is not None:
        return NONE
    unit = machine.unit_of(factory.of)
    machine.demand(unit)
    return machine.read(unit.returns)


def _named(machine: Machine, scope: Scope, factory: Expr | None) -> Types:
    if isinstance(factory, Const) and isinstance(factory.value, str):
        module, _, name = factory.value.replace(":", ".").rpartition(".")
        home = machine.program.find(module, scope.source.root)
        return machine.eval_in(home, name) if home else NONE
    return machine.eval_in(scope, factory) if factory is not None else NONE


def _is_one(machine: Machine, one: Type, wanted: list[ClassInfo]) -> bool:
    return one.kind == "instance" and any(info in machine.line_of(one.of) for info in wanted)


PYRAMID = Library(name="pyramid")
