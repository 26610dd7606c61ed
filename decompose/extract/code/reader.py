"""Stage 1, one file: where the one pass over a tree stands, and what it has noted so far."""

from collections.abc import Callable, Iterable
from typing import Any

from .values import Mention, Param

__all__ = ["Dispatch", "Reader"]


class Reader:
    """The state of one pass: where it stands, and what it has mentioned so far."""

    __slots__ = ("closes", "generator", "imported", "loops", "mentions", "outline", "own", "path", "tries", "unread")

    def __init__(self, outline: bool) -> None:
        self.outline = outline
        self.imported: set[str] = set()
        self.mentions: list[Mention] = []
        self.unread: list[int] = []
        self.own: dict[str, bool] = {}  # imported names that the scope being read binds: hidden there, or not
        self.path = ""  # __qualname__ of what is being read
        self.loops = 0
        self.tries = 0  # `try` blocks with handlers around the current statement
        self.generator = False
        self.closes = False  # does the function being read hold others?

    def mention(self, chain: str, kind: str, line: int) -> None:
        self.mentions.append(Mention(chain, kind, self.path, True, self.loops > 0, line))

    def bound(self, params: Iterable[Param]) -> dict[str, bool]:
        """The imported names that `params` hide in the scope that begins."""
        return {param.name: True for param in params if param.name in self.imported}

    def forget(self, before: int, outer: dict[str, bool]) -> None:
        """A scope ends: what was mentioned since `before` by a name that the scope binds itself is no import's."""
        hidden = {name for name, hides in self.own.items() if hides}
        if hidden:
            kept = [one for one in self.mentions[before:] if one.chain.partition(".")[0] not in hidden]
            self.mentions[before:] = kept
        self.own = outer


class Dispatch(dict[type, Callable[..., Any]]):
    """Handlers by node class; a class that is not listed is handled by `default`."""

    def __init__(self, default: Callable[..., Any], handlers: dict[type, Callable[..., Any]]) -> None:
        super().__init__(handlers)
        self.default = default

    def __missing__(self, key: type) -> Callable[..., Any]:
        return self.default
