"""Stage 1: one streaming `git log` -> History.

A (commit, file) pair takes 8 bytes from the moment that it is parsed; no message outlives its commit but for its
subject. Renames are followed by content hashes alone in partial clones, where git would fetch contents to compare them,
and by similarity too elsewhere.
"""

import os
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...model.columns import Columns, Growing
from ...model.facts import Commit, History, LeftOut, Touch
from .. import git
from . import log, people
from .anonymous import anonymised
from .renames import Rename, follow
from .told import BROKEN_OFF, CUT, Line, Told, further, part, tell

__all__ = [
    "BOTS",
    "BROKEN_OFF",
    "HistoryOptions",
    "Told",
    "anonymised",
    "fingerprint",
    "read",
    "reading",
    "surroundings",
]

BOTS = people.BOTS


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """`bots` are globs over "name <address>" in lower case; `similar` compares contents to follow edited renames;
    `anonymise` puts pseudonyms for people."""

    bots: tuple[str, ...] = BOTS
    similar: bool = True
    anonymise: bool = False


def read(
    repository: Path,
    scope: str = "",
    revisions: str = "HEAD",
    options: HistoryOptions = HistoryOptions(),
    forwards: bool = False,
) -> History:
    """The commits of `revisions` ("HEAD", "A..B") that touch the folder `scope`, without merges and bots.

    Files are named as at the newest end; with `forwards`, as at the end where "A..B" starts. Never raises: where
    there is no history, `notes` says why.
    """
    return reading(repository, scope, revisions, options, forwards)[0]


def reading(
    repository: Path,
    scope: str,
    revisions: str,
    options: HistoryOptions,
    forwards: bool = False,
    known: Told | None = None,
) -> tuple[History, Told | None]:
    """As `read`, and beside it what git told: given as `known` for another end, it spares git a second telling."""
    start, _, end = revisions.rpartition("..")
    try:
        head, head_time = _head(repository, end)
    except git.GitError as error:
        return History(notes=(f"no history: {_reason(error)}",)), None
    told = part(known, repository, head) if known and not start else None
    if known and not (told or start or scope):
        told = further(known, repository, head, options.bots, options.similar)
    told = told or tell(repository, scope, revisions, head, options.bots, options.similar)
    found = _Reading(told, _reformatting(repository, head))
    for line in told.lines:
        found.add(line)
    found.rename()
    standing = _tree(repository, start if forwards else head, scope)
    return found.history(head, head_time, standing, forwards), told


def fingerprint(repository: Path, scope: str, revision: str) -> bytes:
    """What the history of `revision` depends on, as a text; b"" where it cannot be told, or may change by itself.

    A commit's name says all that came before it, so that a rewritten history has another head. Beside it stands what
    git reads on its way.
    """
    try:
        head = git.revision(repository, revision).encode()
    except git.GitError:
        return b""
    around = surroundings(repository, scope)
    return head + b"\0\0" + around if around else b""


def surroundings(repository: Path, scope: str) -> bytes:
    """What git reads on its way through any history: replaced objects, the cut of a shallow clone, the names of people,
    the configuration. b"" as in `fingerprint`.
    """
    try:
        if git.has_promisor(repository):  # contents may arrive at any time, and with them renames
            return b""
        parts = [
            scope.encode("utf-8", "surrogateescape"),
            git.output(repository, "for-each-ref", "refs/replace"),
            git.output(repository, "config", "--includes", "--list", "-z"),
            git.output(
                repository, "rev-parse", "--is-shallow-repository", "--git-path", "shallow", "--git-path", "info/grafts"
            ),
        ]
    except git.GitError:
        return b""
    shallow, *files = parts[-1].splitlines()
    places = [repository / ".mailmap", *(repository / os.fsdecode(file) for file in files)]
    contents = [place.read_bytes() if place.is_file() and not place.is_symlink() else b"-" for place in places]
    return b"\0\0".join([*parts[:-1], shallow, *contents])


def _head(repository: Path, revision: str) -> tuple[str, int]:
    shape = ("log", "-1", "--format=%H%x00%ct", "--end-of-options", revision or "HEAD", "--")
    sha, _, time = git.output(repository, *shape).strip(b"\n").partition(b"\0")
    return sha.decode(), log.seconds(time)


def _reason(error: git.GitError) -> str:
    said = str(error)
    if "not a git repository" in said.lower():
        return "this is not a git repository"
    if "does not have any commits" in said or "bad revision 'HEAD'" in said or "unknown revision" in said:
        return "the repository has no commits"
    return said


def _reformatting(repository: Path, head: str) -> frozenset[str]:
    """The commits that `.git-blame-ignore-revs` lists at the head."""
    try:
        listed = git.output(repository, "cat-file", "blob", f"{head}:.git-blame-ignore-revs")
    except git.GitError:
        return frozenset()
    words = (line.split(b"#")[0].strip() for line in listed.splitlines())
    return frozenset(word.decode("ascii", "replace") for word in words if word)


def _tree(repository: Path, revision: str, scope: str) -> frozenset[bytes]:
    where = ("--", scope) if scope else ()
    try:
        listed = git.output(repository, "ls-tree", "-r", "-z", "--full-tree", "--name-only", revision, *where)
    except git.GitError:
        return frozenset()
    return frozenset(listed.split(b"\0")) - {b""}


@dataclass(slots=True)
class _Reading:
    """What has been read so far of `told`; files are numbered as they come."""

    told: Told
    reformatting: frozenset[str]
    rows: Growing[Commit] = field(default_factory=lambda: Growing(Commit))
    numbers: dict[int, int] = field(default_factory=dict)  # a file's in `told.paths` -> its own here
    commits: "array[int]" = field(default_factory=lambda: array("I"))
    touched: "array[int]" = field(default_factory=lambda: array("I"))
    renames: list[Rename] = field(default_factory=list)
    similar: list[tuple[int, str]] = field(default_factory=list)  # `since` of a commit of `told.similar`
    followed: bool = True
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, str] = field(default_factory=dict)
    submodules: set[bytes] = field(default_factory=set)

    def add(self, line: Line) -> None:
        why_not = line.why_not
        if why_not in ("", "bot") and line.sha in self.reformatting:
            why_not = "reformatting"
        number, told, numbers = len(self.rows), self.told, self.numbers
        since = number + (not why_not)
        if line.renames:
            self._rename(since, line.renames)
        if line.sha in told.similar:
            self.similar.append((since, line.sha))
        self.followed = self.followed and line.sha not in told.unfollowed
        if why_not:
            self.left_out[why_not].append(line.sha)
            return
        self.commits.extend([number] * len(line.files))
        self.touched.extend([numbers.setdefault(file, len(numbers)) for file in line.files])
        if line.sha in told.submodules:
            self.submodules.update(told.submodules[line.sha])
        self.rows.append(self._commit(line))

    def _rename(self, since: int, pairs: Iterable[tuple[int, int]]) -> None:
        self.renames += [Rename(since, self._file(old), self._file(new)) for old, new in pairs]

    def _file(self, file: int) -> int:
        return self.numbers.setdefault(file, len(self.numbers))

    def _commit(self, line: Line) -> Commit:
        author = people.person(line.name, line.email, self.names)
        others = {people.person(name, email, self.names) for name, email in line.coauthors}
        return Commit(line.sha, line.time, author, line.subject, tuple(sorted(others - {author})), line.ticket)

    def rename(self) -> None:
        """Renames by likeness come after all that kept their content."""
        for since, sha in self.similar:
            self._rename(since, self.told.similar[sha])

    def history(self, head: str, head_time: int, standing: frozenset[bytes], forwards: bool) -> History:
        paths = [self.told.paths[file] for file in self.numbers]
        kept = {number for number, path in enumerate(paths) if path in standing}
        commits, files = follow(self.commits, self.touched, self.renames, kept, forwards)
        touches = Columns(Touch, ((commits, None), (files, None)), len(commits))
        return History(
            commits=self.rows.columns(),
            touches=touches,
            paths=tuple(path.decode("utf-8", "backslashreplace") for path in paths),
            standing=bytes(number in kept for number in range(len(paths))),
            head=head,
            head_time=head_time,
            left_out=tuple(
                LeftOut(reason, len(shas), tuple(shas[:3])) for reason, shas in sorted(self.left_out.items())
            ),
            shallow=self.told.shallow,
            notes=(*self.told.notes, *self._remarks()),
        )

    def _remarks(self) -> Iterator[str]:
        if not self.followed:
            yield "renames that also changed the file are followed in part: contents are missing in this clone"
        if self.told.shallow:
            cut = len(self.left_out.get(CUT, ()))
            yield (
                f"shallow clone: the history stops at {cut} commit(s) whose parents are missing, and how many lie "
                "behind them cannot be told from here; `git fetch --unshallow` gets them"
            )
        if self.submodules:
            names = ", ".join(sorted(path.decode("utf-8", "replace") for path in self.submodules))
            yield f"submodules are not looked into: {names}"
