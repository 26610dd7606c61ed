"""Results of stages, found again by a digest of what they are made of; with no cache, or a broken one, made anew."""

import hashlib
import pickle
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .readers import Cache

__all__ = ["digest", "keep", "kept", "recalled", "unpacked"]

T = TypeVar("T")


def digest(*parts: object) -> bytes:
    """What tells `parts` apart from all others: bytes as they are, anything else as it is pickled."""
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part if isinstance(part, bytes) else pickle.dumps(part, 5)
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.digest()


def kept(cache: Cache | None, stage: str, of: Callable[[], Iterable[object]], make: Callable[[], T]) -> T:
    """What `make` gives for the stage's input `of`, or gave in an earlier run for an equal one."""
    if cache is None:
        return make()
    key = digest(stage, *of())
    found: T | None = recalled(cache, key)
    if found is None:
        found = make()
        keep(cache, key, found)
    return found


def recalled(cache: Cache, key: bytes) -> Any:
    """What `keep` was given for `key`, or None."""
    return unpacked(cache.stage(key))


def unpacked(data: bytes | None) -> Any:
    """What was pickled, or None."""
    try:
        return pickle.loads(data) if data else None
    except Exception:  # a damaged entry: any error may come of it
        return None


def keep(cache: Cache, key: bytes, value: object) -> None:
    """Remember `value`, the result of a stage."""
    cache.keep_stage(key, pickle.dumps(value, 5))
