"""What an object may have or not: hasattr(note, "clear_cache"), getattr(note, "creator", None)."""

from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Call
from .hint import Hint, Site, argument, constant, looks_at

__all__ = ["fallbacks", "methods"]


@looks_at(Call, called=("hasattr",))
def methods(site: Site) -> Iterator[Hint]:
    """hasattr(note, "clear_cache"), but of no object itself: hasattr(self, "_cache")"""
    assert isinstance(site.node, Call)
    text = constant(argument(site.node, 1, ""))
    if text.isidentifier() and site.node.args[0] not in ("self", "cls"):
        yield Hint(WireKind.METHOD, "method", text, site.function, site.line)


@looks_at(Call, called=("getattr",))
def fallbacks(site: Site) -> Iterator[Hint]:
    """getattr(note, "creator", note)"""
    assert isinstance(site.node, Call)
    text = constant(argument(site.node, 1, ""))
    if text.isidentifier() and len(site.node.args) > _DEFAULT and site.node.args[0] not in ("self", "cls"):
        yield Hint(WireKind.STRING, "fallback", text, site.function, site.line)


_DEFAULT = 2
