"""Stage 1: which file was which: renames of single commits -> each touch under one name for the whole history. Pure."""

import posixpath
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .log import Change

__all__ = ["Rename", "exact_renames", "follow"]

_EMPTY = (
    b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)


@dataclass(frozen=True, slots=True)
class Rename:
    """File number `old` became file number `new`; commits from number `since` on (they are older) know only `old`."""

    since: int
    old: int
    new: int


def exact_renames(changes: Sequence[Change]) -> tuple[list[tuple[bytes, bytes]], bool]:
    """The (old, new) paths of one commit whose contents stayed the same, and whether other files came and went.

    A deleted and an added path with one blob are one file; no blob is read. Among several the same file name goes
    first, then the alphabet. Empty files say nothing unless their names agree.
    """
    gone = _by_blob(changes, b"D", 2)
    if not gone:
        return [], False
    come = _by_blob(changes, b"A", 3)
    pairs = [pair for blob in gone if blob in come for pair in _matched(gone[blob], come[blob], blob not in _EMPTY)]
    left = min(sum(map(len, gone.values())), sum(map(len, come.values()))) > len(pairs)
    return pairs, left


def _by_blob(changes: Sequence[Change], status: bytes, field: int) -> dict[bytes, list[bytes]]:
    # :100644 000000 <old blob> 000..000 D        :000000 100644 000..000 <new blob> A
    found: dict[bytes, list[bytes]] = {}
    for meta, path in changes:
        if meta.endswith(status):
            found.setdefault(meta.split()[field], []).append(path)
    return found


def _matched(gone: Iterable[bytes], come: Iterable[bytes], any_name: bool) -> list[tuple[bytes, bytes]]:
    free = defaultdict(list)
    for path in sorted(come, reverse=True):
        free[posixpath.basename(path)].append(path)
    pairs, lonely = [], []
    for old in sorted(gone):
        same = free.get(posixpath.basename(old))
        if same:
            pairs.append((old, same.pop()))
        else:
            lonely.append(old)
    rest = sorted(path for paths in free.values() for path in paths) if any_name else []
    return pairs + list(zip(lonely, rest, strict=False))


def follow(
    commits: "array[int]", files: "array[int]", renames: Iterable[Rename], kept: Collection[int], forwards: bool = False
) -> tuple["array[int]", "array[int]"]:
    """Touches (commit number, file number; commits newest first) with each file under its newest number, once.

    `kept` are the files that stand at the head: a name that does not, and was moved somewhere in the history (on a
    branch that ran beside), follows that move. With `forwards` all of it is mirrored: every file gets its oldest
    number, and `kept` are the files of the tree that the history starts from.
    """
    names, moved = _walk(commits, files, sorted(renames, key=_since), forwards)
    standing = {name: _standing(name, moved, kept) for name in set(names)}
    return _distinct(commits, (standing[name] for name in names))


def _since(rename: Rename) -> int:
    return rename.since


def _walk(
    commits: "array[int]", files: "array[int]", renames: list[Rename], forwards: bool
) -> tuple["array[int]", dict[int, int]]:
    """The files under their names at the end where the walk starts, and where each moved name went first."""
    names, alias, moved = array("I", files), dict[int, int](), dict[int, int]()
    steps = iter(renames[::-1] if forwards else renames)
    step = next(steps, None)
    for i in reversed(range(len(files))) if forwards else range(len(files)):
        while step is not None and (step.since > commits[i] if forwards else step.since <= commits[i]):
            left, kept = (step.new, step.old) if forwards else (step.old, step.new)
            alias[left] = alias.get(kept, kept)
            moved.setdefault(left, alias[left])
            step = next(steps, None)
        names[i] = alias.get(files[i], files[i])
    return names, moved


def _standing(name: int, moved: dict[int, int], kept: Collection[int]) -> int:
    seen = {name}
    while name not in kept and name in moved and moved[name] not in seen:
        name = moved[name]
        seen.add(name)
    return name


def _distinct(commits: "array[int]", names: Iterable[int]) -> tuple["array[int]", "array[int]"]:
    kept_commits, kept_names = array("I"), array("I")
    at, seen = -1, set[int]()
    for commit, name in zip(commits, names, strict=True):
        if commit != at:
            at, seen = commit, set()
        if name not in seen:
            seen.add(name)
            kept_commits.append(commit)
            kept_names.append(name)
    return kept_commits, kept_names
