"""Carving -> a branch with its commits, then the work tree on it: git's plumbing alone, undone with git alone.

The commits are made beside the work tree by one `git fast-import`, which runs no hook, no filter and no signing
program. Only when they are all there does the work tree follow. If that fails or is interrupted, it goes back to what
it was: an interruption is heard between two files, never within one.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..carve import Carving, Commit
from ..errors import InputError
from ..extract import git
from .interruptions import undisturbed

__all__ = ["apply", "stream"]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file as the index has it: its mode ("100644"), and the name of its blob."""

    mode: str
    blob: str


def apply(repository: Path, scope: str, carving: Carving, branch: str) -> str:
    """Commit the carving on the new branch `branch` and check it out; returns the new head.

    `scope` is the folder below `repository` that the carving's paths start from. Raises InputError, having changed
    nothing, where the tree is not clean, the branch exists, or a file in the way is not git's.
    """
    if not carving.commits:
        raise InputError(f"{carving.package} is where it should be: there is nothing to commit")
    head = git.revision(repository, "HEAD")
    entries = _index(repository)
    _refuse_dirty(repository, head, entries)
    _refuse_branch(repository, branch)
    commits = tuple(_below(scope, commit) for commit in carving.commits)
    _refuse_strangers(repository, entries, commits)
    modes = {path: entry.mode for path, entry in entries.items()}
    made = b"".join(stream(commits, head, branch, modes, _author(repository)))
    with undisturbed() as heard:
        try:
            git.change(repository, "fast-import", stdin=made)
            _follow(repository, commits, branch, heard)
        except BaseException:
            with suppress(git.GitError):
                git.change(repository, "update-ref", "-d", f"refs/heads/{branch}")
            raise
        heard.clear()  # too late: all is done
    return git.revision(repository, f"refs/heads/{branch}")


def stream(
    commits: tuple[Commit, ...], parent: str, branch: str, modes: Mapping[str, str], author: bytes
) -> Iterator[bytes]:
    """What `git fast-import` reads to make `commits` on top of `parent`, and `branch` point to the last."""
    modes = dict(modes)
    yield b"feature done\n"
    for n, commit in enumerate(commits):
        message = commit.subject.encode() + b"\n"
        yield b"commit refs/heads/%s\ncommitter %s\ndata %d\n%s\n" % (
            os.fsencode(branch),
            author,
            len(message),
            message,
        )
        if n == 0:
            yield b"from %s\n" % parent.encode()
        for old, new in commit.moves:
            yield b"R %s %s\n" % (_quoted(old), _quoted(new))
            modes[new] = modes.pop(old, "100644")
        for path, data in commit.writes.items():
            if data is None:
                yield b"D %s\n" % _quoted(path)
            else:
                mode = modes.setdefault(path, "100644").encode()
                yield b"M %s inline %s\ndata %d\n%s\n" % (mode, _quoted(path), len(data), data)
    yield b"done\n"


def _quoted(path: str) -> bytes:
    escaped = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % escaped


def _below(scope: str, commit: Commit) -> Commit:
    if not scope:
        return commit
    moves = tuple((f"{scope}/{old}", f"{scope}/{new}") for old, new in commit.moves)
    return Commit(commit.subject, moves, {f"{scope}/{path}": data for path, data in commit.writes.items()})


def _author(repository: Path) -> bytes:
    try:
        return git.change(repository, "var", "GIT_COMMITTER_IDENT").strip()
    except git.GitError:
        raise InputError("git does not know who you are: set user.name and user.email") from None


def _index(repository: Path) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for line in git.output(repository, "ls-files", "--stage", "-z").split(b"\0"):
        if line:
            about, _, path = line.partition(b"\t")
            mode, blob, stage = about.decode().split()
            if stage != "0":
                raise InputError("the work tree is in the middle of a merge: finish it, then carve")
            entries[os.fsdecode(path)] = _Entry(mode, blob)
    return entries


def _refuse_dirty(repository: Path, head: str, entries: Mapping[str, _Entry]) -> None:
    committed = {}
    for line in git.output(repository, "ls-tree", "-r", "-z", "--full-tree", head).split(b"\0"):
        if line:
            about, _, path = line.partition(b"\t")
            mode, _, blob = about.decode().split()
            committed[os.fsdecode(path)] = _Entry(mode, blob)
    staged = next(
        (path for path in sorted(committed.keys() | entries) if committed.get(path) != entries.get(path)), None
    )
    if staged is not None:
        raise InputError(
            f"the index is not what the last commit has ({git.printable(staged)}): commit or stash, then carve"
        )
    _refuse_sparse(repository)
    for name, entry in sorted(entries.items()):
        if entry.mode != "160000" and _blob(repository / name, entry) != entry.blob:
            raise InputError(f"{git.printable(name)} is not what the last commit has: commit or stash it, then carve")


def _refuse_sparse(repository: Path) -> None:
    # S shop/orders.py: git was told that the file need not be there
    listed = git.output(repository, "ls-files", "-t", "-z").split(b"\0")
    absent = [os.fsdecode(line[2:]) for line in listed if line.startswith(b"S ")]
    missing = next((path for path in sorted(absent) if not os.path.lexists(repository / path)), None)
    if missing is not None:
        raise InputError(
            f"this is a sparse checkout ({git.printable(missing)} is absent): what is not there cannot follow; "
            "run `git sparse-checkout disable`, then carve"
        )


def _blob(file: Path, entry: _Entry) -> str:
    """The name that git would give to the file's bytes as they are; "" where there is no such file."""
    try:
        data = os.fsencode(file.readlink()) if entry.mode == "120000" else file.read_bytes()
    except OSError:
        return ""
    algorithm = hashlib.sha256 if len(entry.blob) == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(data) + data).hexdigest()


def _refuse_branch(repository: Path, branch: str) -> None:
    listed = git.output(repository, "for-each-ref", "--format=%(refname)", "refs/heads/").decode("utf-8", "replace")
    taken = [ref.removeprefix("refs/heads/") for ref in listed.splitlines()]
    rival = next((b for b in taken if b == branch or b.startswith(f"{branch}/") or branch.startswith(f"{b}/")), None)
    if rival is not None:
        raise InputError(f"there is a branch {rival!r} already: remove it, or name another with --branch")


def _refuse_strangers(repository: Path, entries: Mapping[str, _Entry], commits: tuple[Commit, ...]) -> None:
    """Files that git does not have are neither moved nor written over."""
    known = set(entries)
    for commit in commits:
        for path in [*(new for _, new in commit.moves), *commit.writes]:
            if path not in known and os.path.lexists(repository / path):
                raise InputError(
                    f"{git.printable(path)} is in the way and not under version control: move it, then carve"
                )
            _refuse_links(repository, path)
        known |= {new for _, new in commit.moves} | commit.writes.keys()


def _refuse_links(repository: Path, path: str) -> None:
    """A folder that is a link could lead out of the repository."""
    for folder in Path(path).parents:
        if (repository / folder).is_symlink():
            raise InputError(f"{git.printable(str(folder))} is a link: nothing is written through it")


def _follow(repository: Path, commits: tuple[Commit, ...], branch: str, heard: Sequence[int]) -> None:
    """Bring work tree and index to the new branch; whatever fails, what was done to the files is undone.

    So it is when an interruption was `heard`, which turns up in there as it comes.
    """
    done: list[tuple[Path, Path]] = []  # (where it is, where it was)
    saved: list[tuple[Path, bytes | None]] = []  # (file, what it held; None: it was not there)
    old_head = git.output(repository, "rev-parse", "--symbolic-full-name", "HEAD").decode().strip()
    try:
        for commit in commits:
            for old, new in commit.moves:
                _rename(repository / old, repository / new)
                done.append((repository / new, repository / old))
                _turn_back(heard)
            for path, data in commit.writes.items():
                file = repository / path
                saved.append((file, file.read_bytes() if file.exists() else None))
                done.append((file, file))
                _write(file, data)
                _turn_back(heard)
        _switch(repository, old_head.removeprefix("refs/heads/"), branch)
        _turn_back(heard)
    except BaseException:
        _undo(done, saved)
        _prune({here.parent for here, _ in done}, repository)
        _go_back(repository, old_head)
        raise
    for commit in commits:
        _prune({(repository / old).parent for old, _ in commit.moves}, repository)


def _turn_back(heard: Sequence[int]) -> None:
    if heard:
        raise KeyboardInterrupt


def _switch(repository: Path, old: str, branch: str) -> None:
    """Index and HEAD to the branch; the reflog says it as a checkout does, so that `git checkout -` goes back."""
    git.change(repository, "read-tree", f"refs/heads/{branch}")
    moving = f"checkout: moving from {old} to {branch}"
    git.change(repository, "symbolic-ref", "-m", moving, "HEAD", f"refs/heads/{branch}")


def _rename(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    old.rename(new)


def _write(file: Path, data: bytes | None) -> None:
    if data is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def _undo(done: list[tuple[Path, Path]], saved: list[tuple[Path, bytes | None]]) -> None:
    held = list(saved)
    for here, before in reversed(done):
        if here != before:
            _rename(here, before)
        else:
            file, data = held.pop()
            _write(file, data)


def _go_back(repository: Path, head: str) -> None:
    with suppress(git.GitError):
        if head.startswith("refs/heads/"):
            git.change(repository, "symbolic-ref", "-m", "carve undone", "HEAD", head)
        git.change(repository, "read-tree", "HEAD")


def _prune(folders: set[Path], repository: Path) -> None:
    """Folders that the moves emptied go; of what git never had, only compiled modules go with them."""
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        here = folder
        while here != repository and here.is_dir() and all(item.name == "__pycache__" for item in here.iterdir()):
            shutil.rmtree(here / "__pycache__", ignore_errors=True)
            here.rmdir()
            here = here.parent
