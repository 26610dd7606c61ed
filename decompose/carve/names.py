"""Stage 7: what moved, as text may name it: a dotted name or a path -> its new spelling."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from posixpath import dirname

from .homes import Homes
from .layout import ancestors
from .project import Project

__all__ = ["Names"]

# a.b   a.b:attr   a.b.*   a.b.
_DOTTED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(:[\w.]+|\.\*|\.)?")


@dataclass(frozen=True)
class Names:
    """What text may name: `paths` maps the old path of each moved file and package folder to its new one.

    `keys` look like modules and are none: names that the code keeps things under in a WSGI environment. `leaving` are
    the old paths of all that will have moved in the end.
    """

    project: Project
    homes: Homes
    paths: Mapping[str, str] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()

    def follow(self, text: str) -> str | None:
        """The new spelling of a dotted path that names a moved module or something in it; None for any other text."""
        return None if text in self.keys else self._renamed(text)

    def _renamed(self, text: str) -> str | None:
        match = _DOTTED.fullmatch(text)
        if match is None:
            return None
        parts = match[1].split(".")
        depth = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in self.project.universe), 0)
        module = ".".join(parts[:depth])
        if not depth or self.homes.rename(module) == module:
            return None
        if depth == 1 and not self._is_certain(module, parts[1:]):
            return None
        return self.homes.rename(module) + text[len(module) :]

    def follow_bare(self, text: str) -> str | None:
        """As `follow`, for a place where a text, be it a single word such as "orders", can only be a module."""
        return (
            self.homes.rename(text) if text in self.project.universe and self.homes.changes(text) else self.follow(text)
        )

    def follow_word(self, found: re.Match[str]) -> str:
        """The new spelling of a dotted word in a text; a key that stands in quotes is a key."""
        quoted = found.string[max(found.start() - 1, 0) : found.start()] in ("'", '"')
        return (self.follow(found[0]) if quoted else self._renamed(found[0])) or found[0]

    def _is_certain(self, module: str, rest: list[str]) -> bool:
        # "orders" and "orders.Order" are also an app label and a model: only what the module itself binds is a path.
        if not rest or self.project.binds(f"{module}.models", rest[0]):
            return False
        return self.project.binds(module, rest[0])

    def follow_path(self, text: str) -> str | None:
        """The new path of a moved file or folder, or of a pattern inside a moved folder such as "orders/**/*.html"."""
        bare = text.removeprefix("./").removeprefix("/").rstrip("/")
        fixed = "/".join(takewhile(lambda part: not set(part) & set("*{}"), bare.split("/")))
        new = self.paths.get(fixed)
        return None if new is None else text.replace(fixed, new, 1)

    def landed(self, path: str) -> str:
        """Where a file or folder is now: it went along with the nearest around it that moved."""
        around = path
        while around and around not in self.paths:
            around = dirname(around)
        return self.paths[around] + path[len(around) :] if around else path

    @cached_property
    def mentioned(self) -> re.Pattern[str]:
        """Finds any text that could name what moved; a quick look before a close one."""
        words = sorted({*self.homes.pieces, *self.paths}, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)) if words else r"(?!)")

    @cached_property
    def wanted(self) -> re.Pattern[str]:
        """Finds what `mentioned` finds, and a prefix below which something moved: "shop.core.%s"."""
        packages = sorted({a for piece in self.homes.pieces for a in ancestors(piece) if "." in a})
        prefixes = "".join(rf"|{re.escape(package)}\.(?:[%{{\"']|$)" for package in packages)
        return re.compile(self.mentioned.pattern + prefixes)

    @cached_property
    def wanted_bytes(self) -> re.Pattern[bytes]:
        return re.compile(self.wanted.pattern.encode())

    @cached_property
    def commented(self) -> re.Pattern[str]:
        """Finds a line with a `#` before what could name what moved."""
        return re.compile(f"#.*(?:{self.mentioned.pattern})")
