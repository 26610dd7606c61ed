"""Who owns a path by the rules of a CODEOWNERS file."""

from collections.abc import Mapping

from .globs import matches

__all__ = ["owners_of"]


def owners_of(path: str, owners: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The owners that the last matching pattern names; () where none matches or the last one names nobody."""
    found: tuple[str, ...] = ()
    for pattern, named in owners.items():
        if matches(path, (_glob(pattern),)):
            found = named
    return found


def _glob(pattern: str) -> str:
    """ "/docs/" is a folder at the top; "docs/" and "*.py" are anywhere; a slash within anchors: "apps/github"."""
    bare = pattern.strip("/")
    return bare if "/" in pattern.rstrip("/") else f"**/{bare}"
