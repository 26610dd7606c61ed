"""Stage 1, one file: where the one pass over a tree stands, and what it has noted so far."""

from collections.abc import Callable
from typing import Any

from .values import Mention

__all__ = ["Dispatch", "Reader"]


class Reader:
    """The state of one pass: where it stands, and what it has mentioned so far."""

    __slots__ = ("generator", "imported", "loops", "mentions", "outline", "path", "unread")

    def __init__(self, outline: bool) -> None:
        self.outline = outline
        self.imported: set[str] = set()
        self.mentions: list[Mention] = []
        self.unread: list[int] = []
        self.path = ""  # __qualname__ of what is being read
        self.loops = 0
        self.generator = False

    def mention(self, chain: str, kind: str, line: int) -> None:
        self.mentions.append(Mention(chain, kind, self.path, True, self.loops > 0, line))


class Dispatch(dict[type, Callable[..., Any]]):
    """Handlers by node class; a class that is not listed is handled by `default`."""

    def __init__(self, default: Callable[..., Any], handlers: dict[type, Callable[..., Any]]) -> None:
        super().__init__(handlers)
        self.default = default

    def __missing__(self, key: type) -> Callable[..., Any]:
        return self.default
