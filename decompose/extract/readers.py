"""Stage 1, many files: their bytes -> what each says, read on any executor and remembered between runs.

Neither the executor nor the cache changes the result: what a file says is a pure function of its path and bytes.
"""

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol, TypeVar

from ..model.facts import Problem
from .file import Says, says
from .source import Tree

__all__ = ["Cache", "Means", "elsewhere", "found_again", "mark", "read_files"]

CHUNK = 400_000  # bytes of source that travel to a worker at once
HERE = 2 * CHUNK  # bytes that are read in this process first: a small tree, and an edit, need no workers
AHEAD = 8  # chunks under way or waiting, so that memory stays bounded

_Chunk = list[tuple[str, bytes]]

R = TypeVar("R")


class Cache(Protocol):
    """What was said by files that were read before; a cache that fails says nothing, it never raises."""

    def recall(self, files: Sequence[tuple[str, bytes]]) -> Sequence[bytes | None]:
        """For each file, by its path and the `mark` of its content, what `keep` was given for these, or None."""

    def keep(self, files: Sequence[tuple[str, bytes]], said: Sequence[bytes]) -> None:
        """Remember what each file said."""

    def stage(self, key: bytes) -> bytes | None:
        """What `keep_stage` was given for `key` by this version of the program, or None."""

    def keep_stage(self, key: bytes, value: bytes) -> None:
        """Remember the outcome of a stage."""

    def result(self, key: bytes) -> bytes | None:
        """What `keep_result` was given for `key` by this version of the program, or None."""

    def keep_result(self, key: bytes, value: bytes) -> None:
        """Remember the outcome of a whole run."""


@dataclass(frozen=True, slots=True)
class Means:
    """With what files are read: in this process and from scratch, unless something is given.

    `local`: processes that see the same disk, for work that reads the checkout by itself. `newer`: what git told of
    the repository's history from a newer commit on (`history.Told`, packed), b"" where it is to be asked. `seen`: the
    work tree, where it was listed and marked already.
    """

    executor: Executor | None = None
    cache: Cache | None = None
    local: Executor | None = None
    newer: bytes = b""
    seen: Tree | None = None


def mark(data: bytes) -> bytes:
    """What tells a file's content from others."""
    return blake2b(data, digest_size=20).digest()


def found_again(files: Sequence[tuple[str, bytes]], means: Means) -> dict[str, Says]:
    """What is remembered of `files`, each a path and the mark of its content, by their paths; none of them is read."""
    if means.cache is None:
        return {}
    found: dict[str, Says] = {}
    for start in range(0, len(files), _AT_ONCE):
        asked = files[start : start + _AT_ONCE]
        for (path, _), said in zip(asked, means.cache.recall(asked), strict=True):
            if said and (one := _sound(said, path)):
                found[path] = one
    return found


_AT_ONCE = 500


def read_files(
    contents: Iterable[tuple[str, bytes | Problem]], means: Means, done: Callable[[int], None]
) -> tuple[list[Says], list[Problem]]:
    """What each file says, in the order given, and why others could not be read. `done` is told how many are read."""
    unread: list[Problem] = []
    files: list[Says] = []
    for said in _in_order(_chunks(contents, unread), means):
        files += said
        done(len(files))
    return files, unread


def _chunks(contents: Iterable[tuple[str, bytes | Problem]], unread: list[Problem]) -> Iterator[_Chunk]:
    chunk: _Chunk = []
    size = 0
    for path, data in contents:
        if isinstance(data, Problem):
            unread.append(data)
            continue
        chunk.append((path, data))
        size += len(data)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _in_order(chunks: Iterator[_Chunk], means: Means) -> Iterator[list[Says]]:
    waiting: deque[tuple[_Chunk, list[bytes | None], Future[list[bytes]] | None]] = deque()
    size = 0
    for chunk in chunks:
        known: list[bytes | None] = list(means.cache.recall(_marked(chunk))) if means.cache else [None] * len(chunk)
        new = [file for file, said in zip(chunk, known, strict=True) if said is None]
        waiting.append((chunk, known, _sent(new, means.executor if size >= HERE else None)))
        size += sum(len(data) for _, data in new)
        if len(waiting) > AHEAD:
            yield _received(*waiting.popleft(), means)
    while waiting:
        yield _received(*waiting.popleft(), means)


def _sent(files: _Chunk, executor: Executor | None) -> Future[list[bytes]] | None:
    """Under way on the executor; None where there is nothing to send, or nobody to send it to."""
    if not files or executor is None:
        return None
    return _submitted(executor, read_chunk, files)


def _submitted(executor: Executor, work: Callable[..., R], *given: Any) -> Future[R] | None:
    try:
        return executor.submit(work, *given)
    except Exception:  # its workers are gone, whatever a kind of executor makes of that: the work is done here
        return None


def elsewhere(executor: Executor | None, work: Callable[..., R], *given: Any) -> Callable[[], R]:
    """`work(*given)`, under way on the executor where there is one; the call waits for what it gives.

    Where the worker is lost, the work is done here: it must be a pure function, and its values able to travel.
    """
    future = _submitted(executor, work, *given) if executor else None

    def result() -> R:
        try:
            return future.result() if future else work(*given)
        except Exception:  # a lost worker, or an error of the work's own, which then is raised here
            return work(*given)

    return result


def _received(chunk: _Chunk, known: list[bytes | None], future: Future[list[bytes]] | None, means: Means) -> list[Says]:
    new = [file for file, said in zip(chunk, known, strict=True) if said is None]
    fresh = _result(future, new)
    if means.cache and new:
        means.cache.keep(_marked(new), fresh)
    left = iter(fresh)
    return [_unpacked(said if said is not None else next(left), file) for said, file in zip(known, chunk, strict=True)]


def _result(future: Future[list[bytes]] | None, files: _Chunk) -> list[bytes]:
    """What a worker found; where it was lost, the same is found here."""
    try:
        return future.result() if future else read_chunk(files)
    except Exception:  # a lost worker, a scheduler that died: `says` itself never raises
        return read_chunk(files)


def _marked(files: _Chunk) -> list[tuple[str, bytes]]:
    return [(path, mark(data)) for path, data in files]


def _unpacked(said: bytes, file: tuple[str, bytes]) -> Says:
    return _sound(said, file[0]) or says(*file)


def _sound(said: bytes, path: str) -> Says | None:
    try:
        found = pickle.loads(said)
    except Exception:  # a damaged entry of the cache: any error may come of it
        return None
    return found if isinstance(found, Says) and found.path == path else None


def read_chunk(files: _Chunk) -> list[bytes]:
    """The work of one worker: what each file says, packed for the way back."""
    return [pickle.dumps(says(path, data), 5) for path, data in files]
