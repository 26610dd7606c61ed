"""Stage 1: a path -> the files of its tree, each read once; what cannot be read is a Problem."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from ..errors import InputError
from ..model.facts import Problem
from ..model.globs import matches
from . import git
from .parse import LARGEST

__all__ = ["Tree", "contents", "open_place", "open_revision", "open_tree", "spelled", "without"]


@dataclass(frozen=True, slots=True)
class Tree:
    """The files under one folder: `paths` are relative to `repository`, sorted, and all lie under `scope`.

    A name that is not UTF-8 has its odd bytes spelled ("caf\\xe9.py"), so that every path can be printed and written.
    """

    repository: Path  # its top folder, or the analysed folder where there is no repository
    scope: str  # the analysed folder relative to it, "" for all of it
    paths: tuple[str, ...]
    is_git: bool
    problems: tuple[Problem, ...] = ()
    blobs: Mapping[str, str] = field(
        default_factory=dict
    )  # of a revision: path -> its content's object, "" where missing
    on_disk: Mapping[str, bytes] = field(default_factory=dict)  # path -> its name, where that is not UTF-8
    marks: Mapping[str, bytes] = field(default_factory=dict)  # path -> a digest of its content, where that was read


def open_tree(path: Path, exclude: Sequence[str] = ()) -> Tree:
    """List the tree at `path`, a folder. In a git repository ignored files are left out, and PATH may lie inside it.

    Raises InputError where `path` is no readable folder.
    """
    tree = open_place(path)
    folder = path.resolve()
    listed: tuple[bytes, ...] = ()
    if tree.is_git:
        try:
            listed = _tracked(folder)
        except git.GitError as error:
            tree = _unversioned(folder, error)
    inside = os.fsencode(f"{folder.relative_to(tree.repository).as_posix()}/") if tree.scope else b""
    on_disk = {
        f"{tree.scope}/{spelled(name)}" if tree.scope else spelled(name): inside + name
        for name in listed or map(os.fsencode, _walked(folder))
    }
    paths = sorted(name for name in on_disk if not matches(name, exclude))
    odd = {name: raw for name, raw in on_disk.items() if name.encode() != raw}
    return replace(tree, paths=tuple(paths), on_disk=odd)


def without(tree: Tree, exclude: Sequence[str]) -> Tree:
    """`tree` as `open_tree` lists it with `exclude`."""
    return replace(tree, paths=tuple(name for name in tree.paths if not matches(name, exclude)))


def open_place(path: Path) -> Tree:
    """As `open_tree`, but no file is listed."""
    if not path.is_dir():
        raise InputError(f"{path} is not a folder; name the root of a checkout")
    folder = path.resolve()
    try:
        repository = _top(folder)
    except git.GitError as error:
        return _unversioned(folder, error)
    scope = spelled(os.fsencode(folder.relative_to(repository).as_posix())) if folder != repository else ""
    return Tree(repository, scope, (), True)


def _unversioned(folder: Path, error: git.GitError) -> Tree:
    return Tree(folder, "", (), False, (Problem("", 0, f"no git history: {error}"),))


def spelled(name: bytes) -> str:
    """A name as text that every output can hold: "caf\\xe9.py" where it is not UTF-8."""
    return name.decode("utf-8", "backslashreplace")


def _top(folder: Path) -> Path:
    said = git.output(folder, "rev-parse", "--show-toplevel")
    top = Path(os.fsdecode(said.removesuffix(b"\n")))
    if not folder.is_relative_to(top):  # core.worktree, which the repository sets itself
        raise git.GitError(f"{git.printable(str(folder))} has its work tree elsewhere, where nothing is read")
    return top


def open_revision(path: Path, revision: str, exclude: Sequence[str] = ()) -> Tree:
    """List the tree of a commit of the repository that `path` lies in, from git's objects; no work tree is touched.

    Raises InputError where there is no repository or no such commit.
    """
    here = open_place(path)
    try:
        commit = git.revision(here.repository, revision)
        listed = git.output(here.repository, "ls-tree", "-r", "-z", "--full-tree", commit)
        missing = _missing(here.repository, commit)
    except git.GitError as error:
        raise InputError(str(error)) from None
    blobs = {name: "" if blob in missing else blob for name, blob in _regular_files(listed)}
    kept = sorted(name for name in blobs if _lies_in(name, here.scope) and not matches(name, exclude))
    return Tree(here.repository, here.scope, tuple(kept), True, (), blobs)


def _missing(repository: Path, commit: str) -> frozenset[str]:
    """The objects that a partial clone lacks: git gives up a whole batch at the first of them."""
    if not git.has_promisor(repository):
        return frozenset()
    listed = git.output(repository, "rev-list", "--objects", "--missing=print", "--no-walk", commit)
    return frozenset(line[1:].decode() for line in listed.splitlines() if line.startswith(b"?"))


def _regular_files(listed: bytes) -> Iterator[tuple[str, str]]:
    # 100644 blob <sha> TAB <path> NUL
    for line in filter(None, listed.split(b"\0")):
        meta, _, name = line.partition(b"\t")
        mode, _, blob = meta.split()
        if mode.startswith(b"100"):
            yield spelled(name), blob.decode()


def _lies_in(name: str, scope: str) -> bool:
    return not scope or name.startswith(f"{scope}/")


def _from_objects(tree: Tree, paths: Sequence[str]) -> Iterator[tuple[str, bytes | Problem]]:
    """The contents of `paths` as git holds them, one after the other."""
    yield from ((path, _absent(path)) for path in paths if not tree.blobs[path])
    held = [path for path in paths if tree.blobs[path]]
    wanted = "".join(f"{tree.blobs[path]}\n" for path in held).encode()
    found = _batch(git.stream(tree.repository, "cat-file", "--batch", stdin=wanted))
    left = iter(held)
    try:
        for data, path in zip(found, left, strict=False):
            yield path, _absent(path) if data is None else data
    except git.GitError as error:
        yield from ((path, Problem(path, 0, f"not read: {error}")) for path in left)


def _absent(path: str) -> Problem:
    return Problem(path, 0, "its content is missing in this clone")


def _batch(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    # <sha> blob <size> LF <content> LF        <sha> missing LF
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while (end := held.find(b"\n")) >= 0:
            head = held[:end].split()
            size = int(head[2]) if head[-1] != b"missing" else -1
            if len(held) < end + 2 + size:
                break
            yield None if size < 0 else bytes(held[end + 1 : end + 1 + size])
            del held[: end + 2 + size]


def contents(tree: Tree, paths: Sequence[str]) -> Iterator[tuple[str, bytes | Problem]]:
    """Each path with its bytes, or with why it cannot be read. Links, pipes and devices are not followed or opened."""
    if tree.blobs:
        yield from _from_objects(tree, paths)
        return
    top = tree.repository.resolve()
    inside = lru_cache(lambda folder: folder.resolve().is_relative_to(top))
    for path in paths:
        file = tree.repository / os.fsdecode(tree.on_disk.get(path, path.encode()))
        yield path, _read(file, path) if inside(file.parent) else Problem(path, 0, "lies behind a link: not read")


def _tracked(folder: Path) -> tuple[bytes, ...]:
    listed = git.output(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
    return tuple(name for name in listed.split(b"\0") if name)


_NOT_SOURCE = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})


def _walked(folder: Path) -> Iterator[str]:
    """Every file below `folder`, but no hidden folders, environments or build products; links are not followed."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_SOURCE)
        if "pyvenv.cfg" in files:
            folders.clear()
            continue
        base = PurePosixPath(Path(here).relative_to(folder).as_posix())
        yield from (str(base / name) for name in files)


def _read(file: Path, path: str) -> bytes | Problem:
    try:
        mode = file.lstat().st_mode
        if not stat.S_ISREG(mode):
            return Problem(path, 0, "not a regular file (a link, pipe or device): not read")
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)  # what is larger is a problem of the one who parses it
    except OSError as error:
        return Problem(path, 0, f"cannot be read: {error.strerror or error}")
