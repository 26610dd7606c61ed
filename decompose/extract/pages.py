"""Stage 1: templates -> the links that they hold, by the names of routes; each is read once, and none is rendered."""

import re
from collections.abc import Iterator

from ..model.facts import WireKind
from .source import Tree, contents
from .wiring import Hint

__all__ = ["PAGES", "pages"]

PAGES = (".html", ".htm", ".txt", ".xml", ".jinja", ".jinja2", ".j2")
"""How the names of templates end, below a folder `templates` or `jinja2`."""

_LARGEST = 1 << 20  # bytes
_FOLDERS = ("/templates/", "/jinja2/")
# {% url "shop:pay" order.pk %}      {{ url("shop.pay", order.pk) }}      {{ request.route_path('shop.pay') }}
_LINK = re.compile(
    rb"""\{%-?[ ]*url[ ]+["']([\w.:-]+)["']|\b(?:url|url_for|route_url|route_path)\([ \n]*["']([\w.:-]+)["']"""
)


def pages(tree: Tree) -> Iterator[tuple[str, tuple[Hint, ...]]]:
    """The templates that hold links."""
    wanted = [path for path in tree.paths if path.endswith(PAGES) and any(folder in path for folder in _FOLDERS)]
    for path, data in contents(tree, wanted):
        if isinstance(data, bytes) and len(data) <= _LARGEST and (found := tuple(_links(data))):
            yield path, found


def _links(data: bytes) -> Iterator[Hint]:
    line, seen = 1, 0
    for one in _LINK.finditer(data):
        line, seen = line + data.count(b"\n", seen, one.start()), one.start()
        name = (one[1] or one[2]).decode("utf-8", "replace")
        yield Hint(WireKind.LINK, "route", name, "", line)
