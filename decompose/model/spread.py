"""What uses one of some things, however far: ends + who uses whom -> all that come to an end."""

from collections.abc import Iterable, Mapping, Set
from typing import TypeVar

__all__ = ["spread"]

T = TypeVar("T")


def spread(ends: Set[T], users: Mapping[T, Iterable[T]]) -> set[T]:
    """The `ends`, and what uses one of them, however far."""
    found, waiting = set(ends), list(ends)
    while waiting:
        fresh = [one for one in users.get(waiting.pop(), ()) if one not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return found
