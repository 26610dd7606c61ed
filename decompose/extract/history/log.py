"""Stage 1: the bytes of one `git log --raw -z` -> its commits, one at a time. Pure; no text outlives its commit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

__all__ = ["ARGUMENTS", "Change", "Entry", "entries", "seconds"]

ARGUMENTS = (
    "log",
    "--format=%H%x00%P%x00%ct%x00%aN%x00%aE%x00%B%x00",
    "--encoding=UTF-8",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-notes",
    "--no-color",
)

# Longer than any path that a file system holds: what a token has beyond that is dropped, so that one huge message is
# never held.
_LONGEST = 1 << 20

_HEADER = 7  # tokens, of which the last is empty
_PAD = [b""] * _HEADER
_OF_CHANGE = (b":", b"\n")

Change = tuple[bytes, bytes]
"""(b":100644 100644 <old blob> <new blob> M", path): one line of `--raw`; a rename's path is old + NUL + new."""


@dataclass(slots=True)
class Entry:
    """One commit as git printed it; `time` is the committer's, in seconds since 1970, and fits 64 bits."""

    sha: str
    parents: int
    time: int
    name: bytes
    email: bytes
    message: bytes
    changes: list[Change]


def entries(chunks: Iterable[bytes]) -> Iterator[Entry]:
    """The commits of a log printed with `ARGUMENTS`, in its order, whatever the sizes of `chunks`."""
    # <sha> 0 <parents> 0 <time> 0 <name> 0 <email> 0 <message> 0 0 [\n:<meta> 0 <path> 0 [:<meta> 0 <path> 0]...]
    entry, waiting = None, list[bytes]()
    for more in chain(_tokens(chunks), [_PAD]):
        tokens = waiting + more
        at, end = 0, len(tokens) - len(_PAD)  # what follows holds the whole of a header, and of a change
        while at < end:
            token = tokens[at]
            if entry is not None and token[:1] in _OF_CHANGE:
                path, at = tokens[at + 1], at + 2
                if token[-1:].isdigit():  # R087
                    path, at = path + b"\0" + tokens[at], at + 1
                entry.changes.append((token.lstrip(b"\n"), path))
            elif not token:  # no commit begins so
                at += 1
            else:
                if entry is not None:
                    yield entry
                entry, at = _entry(*tokens[at : at + _HEADER - 1]), at + _HEADER
        waiting = tokens[at:]
    if entry is not None:
        yield entry


def _entry(sha: bytes, parents: bytes, time: bytes, name: bytes, email: bytes, message: bytes) -> Entry:
    return Entry(sha.decode("ascii", "replace"), len(parents.split()), seconds(time), name, email, message, [])


def seconds(text: bytes) -> int:
    """A committer's time as git prints it: clamped to 64 bits, 0 where git could not read it (before 1970)."""
    try:
        return max(-(2**62), min(2**62, int(text)))
    except ValueError:
        return 0


def _tokens(chunks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """What stands between NULs, as much of it at once as a chunk ends."""
    rest = b""
    for chunk in chunks:
        found = chunk.split(b"\0")
        found[0] = rest + found[0] if len(rest) < _LONGEST else rest
        rest = found.pop()
        if found:
            yield found
    if rest:
        yield [rest]
