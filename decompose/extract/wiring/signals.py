"""Signals of Django and blinker, events of SQLAlchemy: a receiver depends on whoever sends."""

from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Call, Class, Display, Expr, Function
from .hint import Hint, Site, argument, chain, constant, looks_at

__all__ = ["signals"]


_OF_ROWS = frozenset({"pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"})
"""Django's signals of models."""

_CALLED = "receiver connect connect_via disconnect send send_robust asend listens_for listen".split()


@looks_at(Class, Function, Call, called=_CALLED)
def signals(site: Site) -> Iterator[Hint]:
    """@receiver(post_save, sender=Order)   placed.connect(notify)   placed.send(self)   @listens_for(Order, "...")"""
    if isinstance(site.node, Function | Class):
        for decorator in site.node.decorators:
            # @order_placed.connect
            if chain(decorator).endswith(".connect"):
                yield Hint(
                    WireKind.SIGNAL, "received", chain(decorator).removesuffix(".connect"), site.function, site.line
                )
            # @search_receiver(post_save, Order), by a decorator of the project's own
            elif isinstance(decorator, Call) and chain(decorator.func).rpartition(".")[2] not in _CALLED:
                yield from _registered(decorator, site._replace(line=decorator.line or site.line))
    if not isinstance(site.node, Call):
        return
    name = chain(site.node.func)
    owner, _, called = name.rpartition(".")
    if called == "receiver":
        # @receiver([post_save, post_delete], sender=Order)
        heard = argument(site.node, 0, "signal")
        for one in heard.items if isinstance(heard, Display) else (heard,):
            yield from _receiver(chain(one), argument(site.node, -1, "sender"), site)
    elif called in ("connect", "connect_via", "disconnect") and owner:
        # post_save.connect(notify, sender=Order)      post_save.connect(notify, Order)
        second = 1 if called == "connect" and owner.rpartition(".")[2] in _OF_ROWS else -1
        yield from _receiver(owner, argument(site.node, second, "sender"), site)
    elif called in ("send", "send_robust", "asend") and owner:
        yield Hint(WireKind.SIGNAL, "sent", owner, site.function, site.line)
    elif called in ("listens_for", "listen") and len(site.node.args) >= 2:
        # @event.listens_for(Order, "after_delete")
        signal = constant(site.node.args[1])
        yield Hint(WireKind.SIGNAL, "name", chain(site.node.args[0]), site.function, site.line, signal)


def _registered(decorator: Call, site: Site) -> Iterator[Hint]:
    heard = argument(decorator, 0, "signal")
    for one in heard.items if isinstance(heard, Display) else (heard,):
        if chain(one).rpartition(".")[2] in _OF_ROWS:
            yield from _receiver(chain(one), argument(decorator, 1, "sender"), site)


def _receiver(signal: str, sender: Expr | None, site: Site) -> Iterator[Hint]:
    if signal:
        yield Hint(WireKind.SIGNAL, "received", signal, site.function, site.line)
    of_rows = signal.rpartition(".")[2]
    if text := constant(sender):
        yield Hint(WireKind.SIGNAL, "model", text, site.function, site.line, of_rows)
    elif name := chain(sender):
        yield Hint(WireKind.SIGNAL, "name", name, site.function, site.line, of_rows)
