"""Stage 7: Carving + Sources -> the files after it, and a unified diff in git's form."""

import difflib
from collections.abc import Iterator, Mapping

from .values import Carving, Commit

__all__ = ["after", "moved_paths", "unified"]


def after(files: Mapping[str, bytes], commits: tuple[Commit, ...]) -> Mapping[str, bytes]:
    """`files` with the commits carried out, one after the other; what no commit writes is read only on demand."""
    return _After(files, commits)


class _After(Mapping[str, bytes]):
    def __init__(self, files: Mapping[str, bytes], commits: tuple[Commit, ...]) -> None:
        self._files = files
        self._origin: dict[str, str | None] = dict(zip(files, files, strict=True))  # None: written
        self._written: dict[str, bytes] = {}
        for commit in commits:
            self._carry_out(commit)

    def _carry_out(self, commit: Commit) -> None:
        self._origin |= {new: self._origin.pop(old) for old, new in commit.moves}
        self._written |= {new: self._written.pop(old) for old, new in commit.moves if old in self._written}
        for path, data in commit.writes.items():
            if data is None:
                self._origin.pop(path, None)
            else:
                self._origin[path], self._written[path] = None, data

    def __getitem__(self, path: str) -> bytes:
        origin = self._origin[path]
        return self._written[path] if origin is None else self._files[origin]

    def __iter__(self) -> Iterator[str]:
        return iter(self._origin)

    def __len__(self) -> int:
        return len(self._origin)


def moved_paths(carving: Carving) -> dict[str, str]:
    """New path -> old path, over all commits."""
    origin: dict[str, str] = {}
    for commit in carving.commits:
        origin |= {new: origin.pop(old, old) for old, new in commit.moves}
    return origin


def unified(files: Mapping[str, bytes], carving: Carving) -> Iterator[str]:
    """The diff's lines, with their ends, by new path, in the form that `git apply` takes; a mere move is a rename."""
    new = after(files, carving.commits)
    origin = moved_paths(carving)
    touched = set(origin) | {path for commit in carving.commits for path in commit.writes}
    for path in sorted(touched & new.keys()):
        old = origin.get(path, path)
        yield from _file(old, path, files.get(old) if old in files else None, new[path])
    for path in sorted(files.keys() - new.keys() - set(origin.values())):
        yield from _file(path, None, files[path], b"")


def _file(old: str, new: str | None, before: bytes | None, now: bytes) -> Iterator[str]:
    if before == now and old == new:
        return
    yield f"diff --git a/{old} b/{new or old}\n"
    if before is None:
        yield "new file mode 100644\n"
    elif new is None:
        yield "deleted file mode 100644\n"
    elif old != new:
        yield f"similarity index {_similarity(before, now)}%\nrename from {old}\nrename to {new}\n"
    if before == now:
        return
    source = "/dev/null" if before is None else f"a/{old}"
    target = "/dev/null" if new is None else f"b/{new}"
    yield from _hunks(_lines(before or b""), _lines(now), source, target)


def _similarity(before: bytes, now: bytes) -> int:
    if before == now:
        return 100
    matcher = difflib.SequenceMatcher(None, before.splitlines(), now.splitlines(), autojunk=False)
    return min(99, int(matcher.ratio() * 100))


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").splitlines(keepends=True)


def _hunks(before: list[str], now: list[str], source: str, target: str) -> Iterator[str]:
    for line in difflib.unified_diff(before, now, source, target):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
