"""Stage 1: a change at hand, named by a revision, a range, files or the index -> the files that it touches."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from . import git
from .source import Tree, open_place

__all__ = ["AtHand", "change_at_hand"]


@dataclass(frozen=True, slots=True)
class AtHand:
    """`files` (paths in the repository) as touched since the commit `base`; "" is the work tree, as it stands.

    `authors` are the names of those who made it, where commits say so. `lines`: of each Python file that `base` has,
    first and last line of each place that is replaced, as `base` counts them; of what is inserted, the lines before
    and after. None where only the files are known.
    """

    subject: str
    base: str
    files: tuple[str, ...]
    authors: tuple[str, ...] = ()
    lines: Mapping[str, Sequence[tuple[int, int]]] | None = None


_MOST = 1000  # Python files, above which their contents are not compared


def change_at_hand(path: Path, what: tuple[str, ...], staged: bool, anonymise: bool = False) -> AtHand:
    """The change that the arguments of a command name; without any the newest commit. A commit is called by its subject
    too, which may name people, and therefore not with `anonymise`.

    Raises InputError where there is no repository, or no such commit, or nothing was changed.
    """
    tree = open_place(path)
    if not tree.is_git:
        raise InputError(f"{path} is not in a git repository")
    try:
        found = _staged(tree) if staged else _named(tree, path, what or ("HEAD",), anonymise)
    except git.GitError as error:
        raise InputError(str(error)) from None
    if not found.files:
        raise InputError(f"{found.subject}: no file was changed")
    return found


def _named(tree: Tree, path: Path, what: tuple[str, ...], anonymise: bool) -> AtHand:
    """Files are looked for in the current folder, then at `path`."""
    if len(what) == 1 and not Path(what[0]).exists() and not (path / what[0]).is_file():
        return (_range if ".." in what[0] else _commit)(tree, what[0], anonymise)
    files = tuple(sorted({_inside(tree, Path(name) if Path(name).exists() else path / name) for name in what}))
    return AtHand(f"{len(files)} files" if len(files) > 1 else files[0], "", files)


def _inside(tree: Tree, file: Path) -> str:
    try:
        return (file.parent.resolve() / file.name).relative_to(tree.repository).as_posix()
    except ValueError:
        raise InputError(f"{file} lies outside of the repository {tree.repository}") from None


def _commit(tree: Tree, name: str, anonymise: bool) -> AtHand:
    sha = git.revision(tree.repository, name)
    shown = git.output(tree.repository, "log", "-1", "--format=%P%x00%s", "--end-of-options", sha, "--").decode(
        "utf-8", "replace"
    )
    parents, _, subject = shown.strip("\n").partition("\0")
    if not parents:
        raise InputError(f"{name} has no parent: before it there is no history to judge it by")
    base = parents.split()[0]
    called = sha[:10] if anonymise else f"{sha[:10]} {git.printable(subject)}"
    authors = () if anonymise else _authors(tree, base, sha)
    return _between(tree, called, base, sha, authors)


def _range(tree: Tree, name: str, anonymise: bool) -> AtHand:
    start, _, end = name.replace("...", "..").partition("..")
    old, new = (git.revision(tree.repository, one or "HEAD") for one in (start, end))
    base = git.output(tree.repository, "merge-base", "--end-of-options", old, new).decode().strip()
    authors = () if anonymise else _authors(tree, base, new)
    return _between(tree, f"{old[:10]}..{new[:10]}", base, new, authors)


def _authors(tree: Tree, old: str, new: str) -> tuple[str, ...]:
    shape = ("--no-merges", "-z", "--format=%aN", "--end-of-options", f"{old}..{new}", "--")
    names = git.output(tree.repository, "log", *shape).split(b"\0")
    return tuple(sorted({name.decode("utf-8", "replace").strip() for name in names} - {""}))


def _between(tree: Tree, subject: str, old: str, new: str, authors: tuple[str, ...]) -> AtHand:
    shape = ("-r", "-z", "--no-renames", "--name-only", "--end-of-options", old, new)
    files = _paths(git.output(tree.repository, "diff-tree", *shape), tree.scope)
    modules = [name for name in files if name.endswith(".py")]
    if len(modules) <= _MOST:
        with suppress(git.GitError):  # a partial clone may lack a blob
            return AtHand(subject, old, files, authors, _lines(tree, old, new, modules))
    return AtHand(subject, old, files, authors)


_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_OLD = b"--- a/"


def _lines(tree: Tree, old: str, new: str, files: Sequence[str]) -> Mapping[str, Sequence[tuple[int, int]]]:
    """The places of `AtHand.lines`. What a hunk holds is skipped by its counts, as it may look like a header."""
    shape = ("-r", "-p", "-z", "-U0", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/", "--end-of-options")
    shown = git.output(tree.repository, "diff-tree", *shape, old, new, "--", *files) if files else b""
    rest = iter(shown.split(b"\n"))
    found: dict[str, list[tuple[int, int]]] = {}
    places: list[tuple[int, int]] = []
    for line in rest:
        if line.startswith(_OLD):
            places = found.setdefault(line[len(_OLD) :].rstrip(b"\t").decode("utf-8", "surrogateescape"), [])
        elif hunk := _HUNK.match(line):
            first, removed, added = int(hunk[1]), int(hunk[2] or 1), int(hunk[3] or 1)
            places.append((first, first + removed - 1) if removed else (first, first + 1))
            _skip(rest, removed + added)
    return found


def _skip(lines: Iterator[bytes], wanted: int) -> None:
    """Past so many lines of a hunk; that a file ends without a newline is said beside them."""
    while wanted and (line := next(lines, None)) is not None:
        wanted -= not line.startswith(b"\\")


def _staged(tree: Tree) -> AtHand:
    # <mode> blob <sha> TAB <path>        <mode> <sha> <stage> TAB <path>
    head = git.output(tree.repository, "ls-tree", "-r", "-z", "--full-tree", "HEAD").split(b"\0")
    index = git.output(tree.repository, "ls-files", "-s", "-z", "--full-name").split(b"\0")
    before = {(line.split()[2], line.partition(b"\t")[2]) for line in head if line}
    after = {(line.split()[1], line.partition(b"\t")[2]) for line in index if line}
    changed = b"\0".join(sorted({path for _, path in before ^ after}))
    return AtHand("staged changes", "", _paths(changed, tree.scope))


def _paths(listed: bytes, scope: str) -> tuple[str, ...]:
    names = (name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0") if name)
    return tuple(sorted(name for name in names if not scope or name.startswith(f"{scope}/")))
