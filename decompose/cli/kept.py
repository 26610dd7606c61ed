"""Results of whole runs, found again by a digest of all that they are made of."""

import hashlib
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from ..extract import git
from ..extract.readers import Cache
from ..extract.remote import remote
from ..extract.source import Tree, open_tree
from ..extract.state import tree_digest, with_marks

__all__ = ["Made", "kept_or_made"]

# Flags that change how a report is made, or where it goes, but not what it says.
_NO_MATTER = frozenset({"output", "quiet", "workers", "executor", "cache_dir", "no_cache", "profile"})


class Made(NamedTuple):
    """A report's files (relative path -> bytes), and its summary, plain and in colour."""

    files: Mapping[str, bytes]
    plain: str
    coloured: str


def kept_or_made(
    cache: Cache | None, path: Path, flags: Mapping[str, object], make: Callable[[Tree | None], Made]
) -> Made:
    """What `make` gives for the checkout at `path` with `flags`, or gave in an earlier run with the same input.

    `make` is given the work tree as it was listed and marked here, None where it was not.
    """
    if cache is None:
        return make(None)
    tree = with_marks(open_tree(path))
    key = _digest(path, flags, tree)
    kept = cache.result(key)
    if kept is not None:
        try:
            return Made(*pickle.loads(kept))
        except Exception:  # a damaged entry: any error may come of it
            pass
    made = make(tree)
    cache.keep_result(key, pickle.dumps(tuple(made), 5))
    return made


def _digest(path: Path, flags: Mapping[str, object], tree: Tree) -> bytes:
    digest = hashlib.blake2b(digest_size=20)
    told = sorted((name, str(value)) for name, value in flags.items() if name not in _NO_MATTER)
    digest.update(repr(told).encode())
    for value in flags.values():
        if isinstance(value, Path) and value.is_file():
            digest.update(value.read_bytes())
    digest.update(tree_digest(tree))
    digest.update(repr((_head(tree.repository) if tree.is_git else "", remote(path))).encode())
    return digest.digest()


def _head(repository: Path) -> bytes:
    try:
        return git.output(repository, "rev-parse", "--is-shallow-repository", "HEAD")
    except git.GitError:
        return b""
