"""Globs over paths, matched in linear time: `*` and `?` stay inside a folder, `**` spans folders."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

__all__ = ["matches"]


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether any pattern holds for `path` or for a folder that holds it: "docs", "*/vendor", "src/**/gen_*.py"."""
    parts = path.split("/")
    return any(_covers(pattern.strip("/").split("/"), parts) for pattern in patterns)


def _covers(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    # Greedy with one restart point, as for `*` in a flat string: on failure only the latest `**` takes one part more.
    at, here, restart, taken = 0, 0, -1, 0
    while at < len(pattern):
        if pattern[at] == "**":
            restart, taken = at, here
            at += 1
        elif here < len(parts) and fnmatchcase(parts[here], pattern[at]):
            at, here = at + 1, here + 1
        elif restart >= 0 and taken < len(parts):
            taken += 1
            at, here = restart + 1, taken
        else:
            return False
    return True
