"""Stage 1: the bytes of one `git log --raw -z` -> its commits, one at a time. Pure; no text outlives its commit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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

Change = tuple[bytes, bytes]
"""(b":100644 100644 <old blob> <new blob> M", path): one line of `--raw`; a rename's path is old + NUL + new."""


@dataclass(slots=True)
class Entry:
    """One commit as git printed it; `time` is the committer's, in seconds since 1970, and fits 64 bits."""

    sha: str
    parents: int
    time: int
    name: str
    email: str
    message: bytes
    changes: list[Change]


def entries(chunks: Iterable[bytes]) -> Iterator[Entry]:
    """The commits of a log printed with `ARGUMENTS`, in its order, whatever the sizes of `chunks`."""
    # <sha> 0 <parents> 0 <time> 0 <name> 0 <email> 0 <message> 0 0 [\n:<meta> 0 <path> 0 [:<meta> 0 <path> 0]...]
    tokens = _tokens(chunks)
    token = next(tokens, b"")
    while token:
        entry = _header(token, tokens)
        next(tokens, b"")
        token = next(tokens, b"")
        while token[:1] in b":\n" and token:
            path = next(tokens, b"")
            if token[-1:].isdigit():  # R087
                path += b"\0" + next(tokens, b"")
            entry.changes.append((token.lstrip(b"\n"), path))
            token = next(tokens, b"")
        yield entry


def _header(sha: bytes, tokens: Iterator[bytes]) -> Entry:
    parents, time, name, email, message = (
        next(tokens, b""), next(tokens, b""), next(tokens, b""), next(tokens, b""), next(tokens, b"")
    )  # fmt: skip
    return Entry(
        sha=sha.decode("ascii", "replace"),
        parents=len(parents.split()),
        time=seconds(time),
        name=name.decode("utf-8", "replace").strip(),
        email=email.decode("utf-8", "replace").strip(),
        message=message,
        changes=[],
    )


def seconds(text: bytes) -> int:
    """A committer's time as git prints it: clamped to 64 bits, 0 where git could not read it (before 1970)."""
    try:
        return max(-(2**62), min(2**62, int(text)))
    except ValueError:
        return 0


def _tokens(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        first, *others = chunk.split(b"\0")
        rest = rest + first if len(rest) < _LONGEST else rest
        if others:
            yield rest
            yield from others[:-1]
            rest = others[-1]
    if rest:
        yield rest
