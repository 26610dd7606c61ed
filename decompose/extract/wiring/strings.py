"""Dotted paths in strings: settings, middleware, loaders, registries. Any text that names a module of the project."""

import re
from collections.abc import Iterator

from ...model.facts import WireKind
from ..code import Const
from .hint import Hint, Site, constant, looks_at

__all__ = ["dotted"]

# "shop.middleware.Basket"      "shop.auth:load_user"
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(:[A-Za-z_]\w*)?")


@looks_at(Const)
def dotted(site: Site) -> Iterator[Hint]:
    """INSTALLED_APPS = ["shop.orders"]      import_string("shop.money.pay")"""
    if isinstance(site.node, Const):
        text = constant(site.node)
        if "." in text and len(text) < 200 and _DOTTED.fullmatch(text):
            yield Hint(WireKind.STRING, "path", text.replace(":", "."), site.function, site.line)
