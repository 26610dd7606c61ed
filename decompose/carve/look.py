"""Stage 7: a look at a file's bytes: can it refer to a module at all? Only files that can are parsed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from posixpath import basename

from .layout import ancestors

__all__ = ["Look"]

# The names of `from x import (a,\n b)` or of `from x import a, \\\n b`, up to the one that follows.
_AMONG = rb"\s+import\s+(?:\([^)]*|(?:[^\n(\\]|\\\n)*)\b"


# Whatever may be an import statement, to the end of its names; prose that begins with such a word, too.
_IMPORT = re.compile(rb"\bfrom\s[^\n]*?\bimport\s*\([^)]*|\b(?:from|import)\b(?:[^\n\\]|\\\r?\n|\\)*")


@lru_cache(maxsize=50_000)
def _imports(data: bytes) -> bytes:
    """The import statements of a file: a small part of it, in which many looks are taken."""
    return b"\n".join(_IMPORT.findall(data))


@dataclass(frozen=True)
class Look:
    """Patterns for the dotted `name` of a package or module, and for the `paths` of its folder or files.

    A false alarm costs a parse; a reference that is missed would be left behind. So the patterns err on one side.
    """

    name: str
    paths: tuple[str, ...] = ()

    def names(self, data: bytes) -> bool:
        """Whether the dotted name or a path stands in the text."""
        return any(word in data for word in self._words) and bool(self._full.search(data))

    def may_import(self, data: bytes) -> bool:
        """Whether Python code could reach the module: by its name, by parts, relatively, by a star, prefix or path."""
        by_parts = self._last in data and bool(self._by_parts.search(_imports(data)))
        by_path = b"__file__" in data and self._in_parts is not None and bool(self._in_parts.search(data))
        return by_parts or by_path or self.names(data) or any(prefix in data for prefix in self._prefixes)

    @cached_property
    def _in_parts(self) -> re.Pattern[bytes] | None:
        # join(dirname(__file__), "shop", "orders/data")
        lasts = b"|".join(re.escape(basename(path).encode()) for path in self.paths)
        return re.compile(rb"[\"'/](?:" + lasts + rb")[\"'/]") if lasts else None

    @cached_property
    def _prefixes(self) -> tuple[bytes, ...]:
        # "shop.core.%s"   "shop.core." + name
        packages = [package for package in ancestors(self.name) if "." in package]
        return tuple(f"{package}.{end}".encode() for package in packages for end in "%{\"'")

    @cached_property
    def _words(self) -> tuple[bytes, ...]:
        return tuple(word.encode() for word in (self.name, *self.paths))

    @cached_property
    def _full(self) -> re.Pattern[bytes]:
        return re.compile(rb"\b(?:" + b"|".join(map(re.escape, self._words)) + rb")\b")

    @cached_property
    def _last(self) -> bytes:
        return self.name.rpartition(".")[2].encode()

    @cached_property
    def _by_parts(self) -> re.Pattern[bytes]:
        return re.compile(b"|".join(self._ways()))

    def _ways(self) -> Iterator[bytes]:
        parts = b"|".join(re.escape(part.encode()) for part in self.name.split("."))
        yield rb"from\s+\.[\w.]*" + _AMONG + rb"(?:" + parts + rb")\b"  # from ..a import b
        yield rb"from\s+\.+(?:\w+\.)*(?:" + parts + rb")\b"  # from ..a.b import c
        yield rb"from\s+\.[\w.]*\s+import\s+\*"
        for package in ancestors(self.name):
            around = re.escape(package.encode())
            inner = re.escape(self.name[len(package) + 1 :].partition(".")[0].encode())
            yield rb"from\s+" + around + _AMONG + inner + rb"\b"  # from a import b
            yield rb"from\s+" + around + rb"\s+import\s+\*"
            yield rb"\b" + around + rb"\s+as\s"  # import a as x
