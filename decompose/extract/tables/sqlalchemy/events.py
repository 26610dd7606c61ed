"""Stage 1, whole project: what SQLAlchemy hands to the functions that listen to its events."""

from collections.abc import Mapping

from ...code import Call, Expr
from ...infer import Machine, Site
from ...program import Fn
from ...types import NONE, Type, Types
from ..inventory import inventory_of

__all__ = ["heard", "listens"]


def listens(machine: Machine, one: Type, decorator: Expr, fn: Fn) -> None:
    """@listens_for(Order, "before_update"), also of a function of the project that is called so and wraps it"""
    if isinstance(decorator, Call) and len(decorator.args) >= 2 and _named(one) == "listens_for":
        target, event = (machine.eval_in(fn.scope, arg) for arg in decorator.args[:2])
        _hear(machine, fn, target, _text(event), ours=one.kind == "function")


def heard(machine: Machine, site: Site) -> Types:
    """event.listen(Order, "before_update", stamp)"""
    for one in site.arg(2, "fn"):
        if one.kind == "function":
            _hear(machine, one.of, site.arg(0, "target"), _text(site.arg(1, "identifier")), ours=False)
    return NONE


def _named(one: Type) -> str:
    if one.kind == "function":
        return str(one.of.node.name)
    return one.of.rpartition(".")[2] if one.kind == "external" and one.of.startswith("sqlalchemy") else ""


def _text(types: Types) -> str:
    return next((str(one.of) for one in types if one.kind == "text"), "")


def _hear(machine: Machine, fn: Fn, targets: Types, event: str, ours: bool) -> None:
    """The listener's parameters learn what such an event carries; a wrapper may put others before, so names tell.

    Who listens to a mixin stamps the rows of any table on their way: whoever sends them writes them, not the listener.
    """
    if not machine.whole or fn.scope.source.library or fn.scope.source.code.outline:
        return
    rows = tuple([one.of.type for one in targets if one.kind in _OF_CLASSES and one.of.mapped and one.of.mapped.table])
    given: Mapping[str, Types] = {
        "connection": (Type("made", "sqlalchemy.connection"),),
        "session": (Type("session"),),
        "target": rows,
    }
    names = _CARRIED.get(event, ("",) if ours or not rows else ("target",))
    unit = machine.unit_of(fn)
    for row in rows if names is _MAPPER else ():
        heard = inventory_of(machine).receivers.setdefault(row.of, {})
        heard[unit] = heard.get(unit, False) or event.endswith("_delete")
    for number, param in enumerate(fn.node.params):
        name = param.name if ours else names[number] if number < len(names) else ""
        if name in given:
            machine.learn(unit, param, given[name])


_OF_CLASSES = frozenset({"class", "column", "relation"})

_MAPPER = ("mapper", "connection", "target")
_SESSION = ("session",)

_CARRIED: Mapping[str, tuple[str, ...]] = {
    **{f"{when}_{what}": _MAPPER for when in ("before", "after") for what in ("insert", "update", "delete")},
    **dict.fromkeys(
        "before_flush after_flush after_flush_postexec before_commit after_commit after_rollback after_begin"
        " after_attach before_attach pending_to_persistent persistent_to_deleted loaded_as_persistent"
        " after_soft_rollback".split(),
        _SESSION,
    ),
    **dict.fromkeys(("before_create", "after_create", "before_drop", "after_drop"), ("", "connection")),
}
"""What an event carries, in its order; an attribute's or an instance's events carry the row first."""
