"""Signals of Django and blinker, events of SQLAlchemy: a receiver depends on whoever sends."""

from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Call, Class, Display, Function
from .hint import Hint, Site, argument, chain, constant, looks_at

__all__ = ["signals"]


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
    if not isinstance(site.node, Call):
        return
    name = chain(site.node.func)
    owner, _, called = name.rpartition(".")
    if called == "receiver":
        # @receiver([post_save, post_delete], sender=Order)
        heard = argument(site.node, 0, "signal")
        for one in heard.items if isinstance(heard, Display) else (heard,):
            yield from _receiver(chain(one), site.node, site)
    elif called in ("connect", "connect_via", "disconnect") and owner:
        yield from _receiver(owner, site.node, site)
    elif called in ("send", "send_robust", "asend") and owner:
        yield Hint(WireKind.SIGNAL, "sent", owner, site.function, site.line)
    elif called in ("listens_for", "listen") and len(site.node.args) >= 2:
        # @event.listens_for(Order, "after_delete")
        signal = constant(site.node.args[1])
        yield Hint(WireKind.SIGNAL, "name", chain(site.node.args[0]), site.function, site.line, signal)


def _receiver(signal: str, call: Call, site: Site) -> Iterator[Hint]:
    if signal:
        yield Hint(WireKind.SIGNAL, "received", signal, site.function, site.line)
    sender = argument(call, -1, "sender")
    of_rows = signal.rpartition(".")[2]
    if text := constant(sender):
        yield Hint(WireKind.SIGNAL, "model", text, site.function, site.line, of_rows)
    elif name := chain(sender):
        yield Hint(WireKind.SIGNAL, "name", name, site.function, site.line, of_rows)
