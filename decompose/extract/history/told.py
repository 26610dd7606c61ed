"""Stage 1: one `git log` -> Told, each commit as it was told: files and people under the names of its day.

Nothing in it depends on the end that was read from, so that what it tells of any older end is a part of it, and what
git tells of a newer end begins with the commits since.
"""

import os
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ...model.counts import count
from .. import git
from . import log, people
from .renames import exact_renames

__all__ = ["BROKEN_OFF", "CUT", "Line", "Told", "further", "part", "tell"]

BROKEN_OFF = "the history was read only as far as git could"
CUT = "shallow boundary"

# A commit that moves more files than this is matched by content hashes alone: comparing each with each takes too long.
_MOST_COMPARED = 200

_LONGEST_SUBJECT = 200
_SUBMODULE = b"160000"

_Pairs = tuple[tuple[int, int], ...]


class Line(NamedTuple):
    """One commit; files by their number in `Told.paths`. `renames` (old, new) kept their content."""

    sha: str
    time: int
    why_not: str  # "merge", "bot" ...: why it does not count, "" where it does
    name: str = ""
    email: str = ""
    subject: str = ""
    coauthors: tuple[tuple[str, str], ...] = ()
    ticket: str = ""
    files: tuple[int, ...] = ()
    renames: _Pairs = ()


@dataclass(frozen=True, slots=True)
class Told:
    """All commits of one reading, newest first as git orders them.

    `similar`: commit -> its renames that changed the file too, `unfollowed`: a commit of which these cannot be told ->
    the contents that came and went; `submodules`: commit -> the paths of those it touched. `notes` say what could not
    be read, or is not as it was made; `head` is the commit that was read from.
    """

    head: str
    lines: tuple[Line, ...]
    paths: tuple[bytes, ...]
    similar: dict[str, _Pairs]
    unfollowed: dict[str, tuple[bytes, ...]]
    submodules: dict[str, tuple[bytes, ...]]
    shallow: bool
    notes: tuple[str, ...] = ()


def tell(
    repository: Path,
    scope: str,
    revisions: str,
    head: str,
    bots: tuple[str, ...],
    similar: bool,
    unfollowed: Mapping[str, tuple[bytes, ...]] = {},
) -> Told:
    """What git tells of the commits of `revisions` ("HEAD", "A..B", which ends at `head`) that touch `scope`, and of
    the renames of those that could not be followed before.

    Trouble on the way is a note.
    """
    reading = _Reading(_parentless_means_cut(repository), bots, unmatched=dict(unfollowed))
    try:
        for entry in log.entries(_log(repository, scope, revisions)):
            reading.add(entry)
    except git.GitError as error:
        reading.notes.append(f"{BROKEN_OFF}: {error}")
    if similar and reading.unmatched:
        reading.compare(repository)
    if rewritten := _rewritten(repository):
        ways = count(rewritten, "graft or replaced object", "grafts or replaced objects")
        reading.notes.append(f"the history is read with {ways}, and not as it was made")
    return reading.told(head)


def part(told: Told, repository: Path, revision: str) -> Told | None:
    """What `told` tells of the commits up to `revision`, in the order that git gives those by themselves.

    None where that cannot be told: it lies elsewhere, or not all was read.
    """
    try:
        if told.notes or git.output(repository, "rev-list", "-1", "--end-of-options", revision, f"^{told.head}", "--"):
            return None
        order = git.output(repository, "rev-list", "--date-order", "--end-of-options", revision, "--")
    except git.GitError:
        return None
    lines = {line.sha: line for line in told.lines}
    wanted = tuple(lines[sha] for sha in order.decode().split() if sha in lines)
    return replace(told, head=order[: order.find(b"\n")].decode(), lines=wanted)


def further(told: Told, repository: Path, head: str, bots: tuple[str, ...], similar: bool) -> Told | None:
    """What `told`, of a whole repository, and git of the commits since then tell of those up to `head`, in git's order.

    None where not all was read then, or is read now.
    """
    since = tell(repository, "", f"{told.head}..{head}", head, bots, similar, told.unfollowed)
    if told.notes or since.notes:
        return None
    paths = {path: number for number, path in enumerate(told.paths)}
    numbers = [paths.setdefault(path, len(paths)) for path in since.paths]

    def renumbered(pairs: _Pairs) -> _Pairs:
        return tuple([(numbers[old], numbers[new]) for old, new in pairs])

    lines = [
        line._replace(files=tuple([numbers[file] for file in line.files]), renames=renumbered(line.renames))
        for line in since.lines
    ]
    both = replace(
        since,
        lines=(*lines, *told.lines),
        paths=tuple(paths),
        similar=told.similar | {sha: renumbered(pairs) for sha, pairs in since.similar.items()},
        submodules=told.submodules | since.submodules,
    )
    return part(both, repository, head)


def _log(repository: Path, scope: str, revisions: str) -> Iterator[bytes]:
    shape = ("--diff-merges=off", "--date-order", "--full-history", "--no-renames")
    where = (scope,) if scope else ()
    return git.stream(repository, *log.ARGUMENTS, *shape, "--end-of-options", revisions, "--", *where)


def _parentless_means_cut(repository: Path) -> bool:
    # In a shallow clone the oldest commits seem to add every file that there is.
    return git.output(repository, "rev-parse", "--is-shallow-repository").strip() == b"true"


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


class _Who(NamedTuple):
    name: str
    email: str
    bot: bool


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    shallow: bool
    bots: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)
    files: dict[bytes, int] = field(default_factory=dict)
    unmatched: dict[str, tuple[bytes, ...]] = field(default_factory=dict)  # commit where files came and went -> these
    similar: dict[str, _Pairs] = field(default_factory=dict)
    unfollowed: Set[str] = frozenset()
    submodules: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    known: dict[tuple[bytes, bytes], _Who] = field(default_factory=dict)  # name and address, as git told them
    notes: list[str] = field(default_factory=list)

    def add(self, entry: log.Entry) -> None:
        who = self._who(entry)
        why_not = self._why_not(entry, who)
        renames = () if why_not == CUT or not entry.changes else self._renames(entry)
        if why_not:
            self.lines.append(Line(entry.sha, entry.time, why_not, renames=renames))
            return
        files, message = self._touched(entry), entry.message.decode("utf-8", "replace")
        subject = message.lstrip().partition("\n")[0].rstrip()[:_LONGEST_SUBJECT]
        others, ticket = people.coauthors(message), people.ticket(message)
        self.lines.append(Line(entry.sha, entry.time, "", who.name, who.email, subject, others, ticket, files, renames))

    def _who(self, entry: log.Entry) -> _Who:
        told = entry.name, entry.email
        if (who := self.known.get(told)) is None:
            name, email = (part.decode("utf-8", "replace").strip() for part in told)
            who = self.known[told] = _Who(name, email, people.is_bot(f"{name} <{email}>".lower(), self.bots))
        return who

    def _why_not(self, entry: log.Entry, who: _Who) -> str:
        if entry.parents > 1:
            return "merge"
        if self.shallow and not entry.parents:
            return CUT
        return "bot" if who.bot else ""

    def _renames(self, entry: log.Entry) -> _Pairs:
        pairs, more = exact_renames(entry.changes)
        if more and len(entry.changes) <= _MOST_COMPARED:
            self.unmatched[entry.sha] = _blobs(entry.changes)
        return tuple([(self._file(old), self._file(new)) for old, new in pairs])

    def _touched(self, entry: log.Entry) -> tuple[int, ...]:
        changes, files = entry.changes, self.files
        if outside := tuple([path for meta, path in changes if _SUBMODULE in meta and _of_submodule(meta)]):
            self.submodules[entry.sha] = outside
            changes = [(meta, path) for meta, path in changes if not _of_submodule(meta)]
        return tuple([files.setdefault(path, len(files)) for _, path in changes])

    def _file(self, path: bytes) -> int:
        return self.files.setdefault(path, len(self.files))

    def compare(self, repository: Path) -> None:
        """Follow the renames that changed a file too, but for commits of which git lacks contents or would fetch them.

        Each commit is one question, so that the answer does not depend on which others are asked about.
        """
        for left in (self._promised, self._lacking, lambda _: frozenset(self.unmatched)):
            with suppress(git.GitError):
                self.unfollowed = left(repository)
                self.similar = self._compared(repository)
                return

    def _promised(self, repository: Path) -> frozenset[str]:
        return frozenset(self.unmatched) if git.has_promisor(repository) else frozenset()

    def _lacking(self, repository: Path) -> frozenset[str]:
        wanted = b"".join({blob + b"\n": None for blobs in self.unmatched.values() for blob in blobs})
        found = git.output(repository, "cat-file", "--batch-check=%(objectname)", stdin=wanted).splitlines()
        missing = {line.partition(b" ")[0] for line in found if line.endswith(b" missing")}
        return frozenset(sha for sha, blobs in self.unmatched.items() if not missing.isdisjoint(blobs))

    def _compared(self, repository: Path) -> dict[str, _Pairs]:
        shas = (sha for sha in self.unmatched if sha not in self.unfollowed)
        shape = ("-M", "--diff-filter=R", "--no-walk=unsorted", "--end-of-options")
        found: dict[str, _Pairs] = {}
        while batch := tuple(islice(shas, 500)):
            for entry in log.entries(git.stream(repository, *log.ARGUMENTS, *shape, *batch, "--")):
                found[entry.sha] = tuple(map(self._moved, entry.changes))
        return found

    def _moved(self, change: log.Change) -> tuple[int, int]:
        old, _, new = change[1].partition(b"\0")
        return self._file(old), self._file(new)

    def told(self, head: str) -> Told:
        unfollowed = {sha: blobs for sha, blobs in self.unmatched.items() if sha in self.unfollowed}
        found = (tuple(self.lines), tuple(self.files), self.similar, unfollowed, self.submodules)
        return Told(head, *found, self.shallow, tuple(self.notes))


def _blobs(changes: Sequence[log.Change]) -> tuple[bytes, ...]:
    """Of the files that went, and of those that came."""
    # :100644 000000 <old blob> 000..000 D        :000000 100644 000..000 <new blob> A
    return tuple(meta.split()[2 if meta[-1:] == b"D" else 3] for meta, _ in changes if meta[-1:] in b"DA")


def _of_submodule(meta: bytes) -> bool:
    # :160000 160000 <old blob> <new blob> M
    return meta[1:7] == _SUBMODULE or meta[8:14] == _SUBMODULE
