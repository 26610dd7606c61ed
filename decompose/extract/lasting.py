"""Stage 1, one file: FileCode -> what no rollback undoes, and the lines that wait for the commit."""

from typing import Any

from .code import Call, FileCode, Function
from .wiring.hint import chain

__all__ = ["LASTING", "lasts", "waiting"]

_CACHED = frozenset({"clear", "decr", "delete", "delete_many", "delete_pattern", "incr"})  # what fills one reads
_MAILS = frozenset({"mail_admins", "mail_managers", "send_mail", "send_mass_mail"})
_ASKS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request", "stream", "urlopen"})

# What begins the name of what is called, and how it ends.
_LASTS = (
    ("django.core.cache.", _CACHED, "cache"),
    ("django.core.mail.", _MAILS, "mail"),
    ("requests.", _ASKS, "network"),
    ("httpx.", _ASKS, "network"),
    ("urllib.request.", _ASKS, "network"),
)

LASTING = _MAILS | {"urlopen"}
"""Plain names that may be of those."""


def lasts(name: str) -> str:
    """ "cache" of "django.core.cache.cache.delete", "" of what a rollback undoes, or what fills a cache."""
    last = name.rpartition(".")[2]
    return next((what for begins, ends, what in _LASTS if last in ends and name.startswith(begins)), "")


def waiting(code: FileCode) -> set[int]:
    """The lines of `on_commit(...)`, and of the functions that are defined inside of others and handed to it."""
    if not any(mention.chain.rpartition(".")[2] == "on_commit" for mention in code.mentions):
        return set()
    found, handed, inside = set[int](), set[object](), list[Function]()
    pending: list[tuple[Any, bool]] = [(code.body, False)]
    while pending:
        node, within = pending.pop()
        if isinstance(node, Call) and chain(node.func).rpartition(".")[2] == "on_commit":
            found.update(range(node.line, _last(node) + 1))
            handed.update(one for one in node.args if isinstance(one, str))
        if isinstance(node, Function):
            inside += [node] * within
            within = True
        pending += [(part, within) for part in node if isinstance(part, tuple)]
    for one in inside:
        if one.name in handed:
            found.update(range(one.line, one.end_line + 1))
    return found


def _last(node: object) -> int:
    last = getattr(node, "line", 0)
    return max((last, *map(_last, node))) if isinstance(node, tuple) else 0
