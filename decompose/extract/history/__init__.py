"""Stage 1: one streaming `git log` -> History.

A (commit, file) pair takes 8 bytes from the moment that it is parsed; no message outlives its commit but for its
subject. Renames are followed by content hashes alone in partial clones, where git would fetch contents to compare them,
and by similarity too elsewhere.
"""

import os
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ...model.columns import Columns, Growing
from ...model.counts import count
from ...model.facts import Commit, History, LeftOut, Touch
from .. import git
from . import log, people
from .anonymous import anonymised
from .renames import Rename, exact_renames, follow

__all__ = ["BOTS", "BROKEN_OFF", "HistoryOptions", "anonymised", "fingerprint", "read"]

BOTS = people.BOTS
BROKEN_OFF = "the history was read only as far as git could"

# A commit that moves more files than this is matched by content hashes alone: comparing each with each takes too long.
_MOST_COMPARED = 200

_LONGEST_SUBJECT = 200
_CUT = "shallow boundary"
_SUBMODULE = b"160000"


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
    start, _, end = revisions.rpartition("..")
    try:
        head, head_time = _head(repository, end)
    except git.GitError as error:
        return History(notes=(f"no history: {_reason(error)}",))
    reading = _Reading(_parentless_means_cut(repository), _reformatting(repository, head), options.bots)
    try:
        for entry in log.entries(_log(repository, scope, revisions)):
            reading.add(entry)
    except git.GitError as error:
        reading.notes.append(f"{BROKEN_OFF}: {error}")
    if options.similar and reading.unmatched:
        reading.compare(repository)
    if rewritten := _rewritten(repository):
        ways = count(rewritten, "graft or replaced object", "grafts or replaced objects")
        reading.notes.append(f"the history is read with {ways}, and not as it was made")
    return reading.history(head, head_time, _tree(repository, start if forwards else head, scope), forwards)


def fingerprint(repository: Path, scope: str, revision: str) -> bytes:
    """What the history of `revision` depends on, as a text; b"" where it cannot be told, or may change by itself.

    A commit's name says all that came before it, so that a rewritten history has another head. Beside it stand what
    git reads on its way: replaced objects, the cut of a shallow clone, the names of people, the configuration.
    """
    try:
        if git.has_promisor(repository):  # contents may arrive at any time, and with them renames
            return b""
        parts = [
            git.revision(repository, revision).encode(),
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


def _rewritten(repository: Path) -> int:
    """How many objects `git replace` or the older grafts file shows otherwise than they were made."""
    try:
        replaced = git.output(repository, "for-each-ref", "--format=x", "refs/replace").split()
        place = git.output(repository, "rev-parse", "--git-path", "info/grafts").removesuffix(b"\n")
    except git.GitError:
        return 0
    file = repository / os.fsdecode(place)
    lines = file.read_bytes().splitlines() if file.is_file() and not file.is_symlink() else []
    return len(replaced) + sum(bool(line.strip()) and not line.startswith(b"#") for line in lines)


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


def _log(repository: Path, scope: str, revisions: str) -> Iterator[bytes]:
    shape = ("--diff-merges=off", "--date-order", "--full-history", "--no-renames")
    where = (scope,) if scope else ()
    return git.stream(repository, *log.ARGUMENTS, *shape, "--end-of-options", revisions, "--", *where)


def _parentless_means_cut(repository: Path) -> bool:
    # In a shallow clone the oldest commits seem to add every file that there is.
    return git.output(repository, "rev-parse", "--is-shallow-repository").strip() == b"true"


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
    """What has been read so far."""

    shallow: bool
    reformatting: frozenset[str]
    bots: tuple[str, ...]
    rows: Growing[Commit] = field(default_factory=lambda: Growing(Commit))
    files: dict[bytes, int] = field(default_factory=dict)
    commits: "array[int]" = field(default_factory=lambda: array("I"))
    touched: "array[int]" = field(default_factory=lambda: array("I"))
    renames: list[Rename] = field(default_factory=list)
    unmatched: dict[str, int] = field(default_factory=dict)  # sha of a commit where files came and went -> `since`
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, str] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)  # who is a bot
    submodules: set[bytes] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def add(self, entry: log.Entry) -> None:
        why_not = self._why_not(entry)
        since = len(self.rows) + (not why_not)
        if why_not != _CUT:
            self._rename(entry, since)
        if why_not:
            self.left_out[why_not].append(entry.sha)
            return
        self._touch(entry.changes)
        self.rows.append(self._commit(entry))

    def _why_not(self, entry: log.Entry) -> str:
        if entry.parents > 1:
            return "merge"
        if self.shallow and not entry.parents:
            return _CUT
        if entry.sha in self.reformatting:
            return "reformatting"
        who = f"{entry.name} <{entry.email}>".lower()
        if who not in self.known:
            self.known[who] = people.is_bot(who, self.bots)
        return "bot" if self.known[who] else ""

    def _rename(self, entry: log.Entry, since: int) -> None:
        pairs, more = exact_renames(entry.changes)
        self.renames += (Rename(since, self._file(old), self._file(new)) for old, new in pairs)
        if more and len(entry.changes) <= _MOST_COMPARED:
            self.unmatched[entry.sha] = since

    def _touch(self, changes: Sequence[log.Change]) -> None:
        number = len(self.rows)
        for meta, path in changes:
            if meta[1:7] == _SUBMODULE or meta[8:14] == _SUBMODULE:
                self.submodules.add(path)
            else:
                self.commits.append(number)
                self.touched.append(self._file(path))

    def _file(self, path: bytes) -> int:
        return self.files.setdefault(path, len(self.files))

    def _commit(self, entry: log.Entry) -> Commit:
        message = entry.message.decode("utf-8", "replace")
        author = people.person(entry.name, entry.email, self.names)
        others = {people.person(name, email, self.names) for name, email in people.coauthors(message)}
        subject = message.lstrip().partition("\n")[0].rstrip()[:_LONGEST_SUBJECT]
        return Commit(entry.sha, entry.time, author, subject, tuple(sorted(others - {author})), people.ticket(message))

    def compare(self, repository: Path) -> None:
        """Follow the renames that changed a file too, where git has the contents to tell and would not fetch them."""
        shas = iter(self.unmatched)
        try:
            if git.has_promisor(repository):
                raise git.GitError("a partial clone is never asked for them")
            while batch := tuple(islice(shas, 500)):
                shown = git.stream(
                    repository,
                    *log.ARGUMENTS,
                    "-M",
                    "--diff-filter=R",
                    "--no-walk=unsorted",
                    "--end-of-options",
                    *batch,
                    "--",
                )
                for entry in log.entries(shown):
                    self._similar(entry)
        except git.GitError:
            self.notes.append(
                "renames that also changed the file are followed in part: contents are missing in this clone"
            )

    def _similar(self, entry: log.Entry) -> None:
        since = self.unmatched[entry.sha]
        for _, path in entry.changes:
            old, _, new = path.partition(b"\0")
            self.renames.append(Rename(since, self._file(old), self._file(new)))

    def history(self, head: str, head_time: int, standing: frozenset[bytes], forwards: bool) -> History:
        kept = {self.files[path] for path in standing if path in self.files}
        commits, files = follow(self.commits, self.touched, self.renames, kept, forwards)
        touches = Columns(Touch, ((commits, None), (files, None)), len(commits))
        return History(
            commits=self.rows.columns(),
            touches=touches,
            paths=tuple(path.decode("utf-8", "backslashreplace") for path in self.files),
            standing=bytes(number in kept for number in range(len(self.files))),
            head=head,
            head_time=head_time,
            left_out=tuple(
                LeftOut(reason, len(shas), tuple(shas[:3])) for reason, shas in sorted(self.left_out.items())
            ),
            shallow=self.shallow,
            notes=(*self.notes, *self._remarks()),
        )

    def _remarks(self) -> Iterator[str]:
        if self.shallow:
            cut = len(self.left_out.get(_CUT, ()))
            yield (
                f"shallow clone: the history stops at {cut} commit(s) whose parents are missing, and how many lie "
                "behind them cannot be told from here; `git fetch --unshallow` gets them"
            )
        if self.submodules:
            names = ", ".join(sorted(path.decode("utf-8", "replace") for path in self.submodules))
            yield f"submodules are not looked into: {names}"
