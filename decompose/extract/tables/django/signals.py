"""Stage 1, whole project: Django's signals: what is sent along reaches the parameters of whoever listens."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...infer import Machine, Site
from ...program import Fn
from ...types import NONE, Type, Types, join
from ..inventory import inventory_of

__all__ = ["Signal", "listen", "made_signal", "signal_method"]

_OF_MODELS = "django.db.models.signals."
_MOST_SENDERS = 8


@dataclass(slots=True)
class Signal:
    """Who listens to one signal, and what was sent with it under each keyword."""

    listeners: dict[Fn, None] = field(default_factory=dict)
    sent: dict[str, Types] = field(default_factory=dict)


def made_signal(machine: Machine, one: Type, site: Site) -> Types | None:
    """`order_placed = Signal()`: told from other signals by its place."""
    if one.of.rpartition(".")[2] in ("Signal", "ModelSignal") and one.of.startswith("django."):
        return (Type("signal", f"{machine.unit.scope.source.dotted}:{site.line}"),)
    return None


def signal_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """signal.connect(listener, sender=Order), signal.send(sender=..., order=order)"""
    if name == "connect":
        listen(machine, one, site.arg(0, "receiver"), site.arg(1, "sender"), site.line)
    elif name in ("send", "send_robust", "asend", "asend_robust"):
        _send(machine, one.of, {"sender": site.arg(0, "sender"), **site.keywords})
    return NONE


def listen(machine: Machine, signal: Type, listeners: Types, senders: Types, line: int) -> None:
    """What listens to a signal of models is given a row of the sender as `instance`, of each apart."""
    known = inventory_of(machine).signals.setdefault(signal.of, Signal())
    classes = tuple(_classes(machine, senders))[:_MOST_SENDERS]
    for one in listeners:
        if one.kind != "function":
            continue
        known.listeners[one.of] = None
        if signal.of.startswith(_OF_MODELS):
            for sender in classes:
                _hear_of(machine, one.of, sender, deleted=signal.of.endswith("_delete"))
                if sender.of.mapped and sender.of.scope.source.library and "<locals>" not in one.of.name:
                    key = one.of, sender.of, signal.of.rpartition(".")[2]
                    inventory_of(machine).heard.setdefault(key, (machine.unit.scope, line))
        else:
            _hear(machine, one.of, known.sent)


def _classes(machine: Machine, senders: Types) -> Iterator[Type]:
    # sender=Order      sender="shop.Order"
    for one in senders:
        app, _, name = one.of.lower().partition(".") if one.kind == "text" else ("", "", "")
        if one.kind == "class":
            yield one
        elif info := inventory_of(machine).labels.get((app, name)):
            yield info.value


def _send(machine: Machine, name: str, given: dict[str, Types]) -> None:
    known = inventory_of(machine).signals.setdefault(name, Signal())
    for key, types in given.items():
        known.sent[key] = join(known.sent.get(key, NONE), types)
    for fn in known.listeners:
        _hear(machine, fn, given)


def _hear_of(machine: Machine, fn: Fn, sender: Type, *, deleted: bool) -> None:
    if not machine.whole or fn.scope.source.library or fn.scope.source.code.outline:
        return
    rows = (Type("instance", sender.of, None, 1),) if sender.of.mapped else NONE
    named = (("sender", sender[:2]), *(("instance", one[:2]) for one in rows))
    if ((), named, None) not in fn.special:
        fn.special[(), named, None] = machine.make_unit(fn, fn.outer)
    unit = fn.special[(), named, None]
    for param in fn.node.params:
        given = {"sender": (sender,), "instance": rows}.get(param.name, NONE)
        if given:
            machine.learn(unit, param, given)
    heard = inventory_of(machine).receivers.setdefault(sender.of, {})
    heard[unit] = heard.get(unit, False) or deleted


def _hear(machine: Machine, fn: Fn, given: dict[str, Types]) -> None:
    if not machine.whole or fn.scope.source.library or fn.scope.source.code.outline:
        return
    unit = machine.unit_of(fn)
    for param in fn.node.params:
        if param.name in given:
            machine.learn(unit, param, given[param.name])
