"""Stage 1: templates -> what they name, as written: each other, pages, tags, permissions. None is rendered."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model.facts import WireKind
from .source import Tree, contents
from .wiring import Hint

__all__ = ["PAGES", "Written", "named", "pages"]

PAGES = (".html", ".htm", ".txt", ".xml", ".jinja", ".jinja2", ".j2")
"""How the names of templates end, below a folder `templates` or `jinja2`."""

_LARGEST = 1 << 20  # bytes
_FOLDERS = ("/templates/", "/jinja2/")


class Written(NamedTuple):
    """A template: what it names, the tags and filters that it uses, and what it shows of names ("order.total").

    `calls` are filters and functions that it uses without having loaded them, as Jinja does, each with its first line.
    """

    hints: tuple[Hint, ...]
    tags: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    calls: tuple[tuple[int, str], ...] = ()


# {% url "shop:pay" order.pk %}      {{ url("shop.pay", order.pk) }}      {{ request.route_path('shop.pay') }}
# {% extends "base.html" %}     {% from "macros.html" import field %}     {% load money from shop_tags %}
# {% if perms.shop.view_order %}      {% if user.has_perm("shop.pay") %}      {{ request.organisation }}
_NAMES = re.compile(
    rb"""\{%-?\s*url\s+["'](?P<url>[\w.:-]+)["']"""
    rb"""|\b(?:url|url_for|route_url|route_path)\([ \n]*["'](?P<route>[\w.:-]+)["']"""
    rb"""|\{%-?\s*(?:extends|include|import|from)\s+["'](?P<page>[^"'\s]+)["']"""
    rb"""|\{%-?\s*load\s(?P<load>[\w.\s]+)-?%\}"""
    rb"""|\bperms\.(?P<perms>\w+\.\w+)"""
    rb"""|\bhas_perm\((?:\w+,[ ]?)?["'](?P<may>\w+\.\w+)["']"""
    rb"""|\brequest\.(?P<asks>\w+)"""
)
_COMMENTS = (
    (re.compile(rb"\{#"), re.compile(rb"#\}")),
    (re.compile(rb"\{%-?\s*comment\b"), re.compile(rb"\bendcomment\b")),
)
# {% price order %}     {{ total|money:2 }}
_TAG = re.compile(rb"\{%-?\s*([A-Za-z_]\w*)|\|\s*([A-Za-z_]\w*)")


def named(path: str) -> str:
    """What templates call the file at `path`, "" where it is none: "shop/pay.html"."""
    rest = next((rest for one in _FOLDERS if (rest := f"/{path}".partition(one)[2])), "")
    return rest if path.endswith(PAGES) else ""


def pages(tree: Tree) -> Iterator[tuple[str, Written]]:
    """All templates, with what they name."""
    for path, data in contents(tree, [path for path in tree.paths if named(path)]):
        if isinstance(data, bytes) and len(data) <= _LARGEST:
            said = _without_comments(data)
            found = tuple(_named(said))
            loads = any(hint.kind is WireKind.TAGS for hint in found)
            tags, calls = (tuple(sorted(_tags(data))), ()) if loads else ((), tuple(_calls(said, "/jinja2/" in path)))
            yield path, Written(found, tags, tuple(sorted(_shown(said))), calls)


def _tags(data: bytes) -> set[str]:
    return {(one[1] or one[2]).decode() for one in _TAG.finditer(data)}


# {{ order.total|money }}     {% if order.lines.all %}
_SHOWN = re.compile(rb"\{[{%]([^{}]*)[%}]\}")
_OF_NAME = re.compile(rb"(?<![\w.])([a-z_]\w*)\.([A-Za-z_]\w*)")
_QUOTED = re.compile(rb"'[^']*'|\"[^\"]*\"")


def _shown(data: bytes) -> set[str]:
    inside = (_QUOTED.sub(b"", one[1]) for one in _SHOWN.finditer(data))
    return {f"{name.decode()}.{attribute.decode()}" for text in inside for name, attribute in _OF_NAME.findall(text)}


# {{ _("{name} wrote")|f(name=display_name(user)) }}
_JINJA = re.compile(rb"""\{[{%]((?:"[^"]{0,999}"|'[^']{0,999}'|[^'"{}]|\{(?![{%#])|\}(?!\}))*)[%}]\}""")
_CALL = re.compile(rb"(?<![\w.])([A-Za-z]\w*)\(|\|\s*([A-Za-z]\w*)")


def _calls(data: bytes, jinja: bool) -> Iterator[tuple[int, str]]:
    """Django calls nothing, so that what does is Jinja's, as is all that lies in a folder called so."""
    found: dict[str, int] = {}
    line, seen = 1, 0
    for one in _JINJA.finditer(data):
        line, seen = line + data.count(b"\n", seen, one.start()), one.start()
        for called, filters in _CALL.findall(_QUOTED.sub(b"", one[1])):
            jinja = jinja or bool(called)
            found.setdefault((called or filters).decode(), line)
    yield from sorted((at, name) for name, at in found.items()) if jinja else ()


_MEANS = {
    "url": (WireKind.LINK, "route"),
    "route": (WireKind.LINK, "route"),
    "page": (WireKind.PAGE, "page"),
    "load": (WireKind.TAGS, "tags"),
    "perms": (WireKind.PERMISSION, "permission"),
    "may": (WireKind.PERMISSION, "permission"),
    "asks": (WireKind.STRING, "asks"),
}


def _without_comments(data: bytes) -> bytes:
    for opens, closes in _COMMENTS:
        data = _without(data, opens, closes)
    return data


def _named(data: bytes) -> Iterator[Hint]:
    line, seen = 1, 0
    for one in _NAMES.finditer(data):
        line, seen = line + data.count(b"\n", seen, one.start()), one.start()
        kind, how = _MEANS[str(one.lastgroup)]
        for name in _each(how, one[str(one.lastgroup)].decode("utf-8", "replace")):
            yield Hint(kind, how, name, "", line)


def _without(data: bytes, opens: re.Pattern[bytes], closes: re.Pattern[bytes]) -> bytes:
    """Of comments the ends of lines alone; one pass, for what opens may never close."""
    parts, at = [], 0
    while (start := opens.search(data, at)) and (end := closes.search(data, start.end())):
        parts += [data[at : start.start()], b"\n" * data.count(b"\n", start.start(), end.end())]
        at = end.end()
    return b"".join([*parts, data[at:]])


def _each(how: str, text: str) -> list[str]:
    # {% load humanize shop_tags %}      {% load money from shop_tags %}
    words = text.split()
    return words[-1:] if how != "tags" or words[-2:-1] == ["from"] else words
