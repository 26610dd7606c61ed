#!/usr/bin/env python
"""Replays LearnHub's history, kept as text in `history/`, into a git repository: python replay.py DEST.

The same text gives the same commits: names, dates and trees all come from it. An entry of the text is

    commit 17
    author Priya Raman <priya@learnhub.example>
    date 2025-06-03T10:22:05+00:00
    parent 15                  (where it is not the entry before)
    merge 16                   (a second parent: what changed on its side is taken over)

        Subject, and where there is more to say an empty line and a body

    rename learnhub/learning learnhub/enrolment
    delete learnhub/courses/old.py
    --- learnhub/courses/models.py
    @@ -10,2 +10,3 @@
    -an old line
    +a new line

in this order. Hunks are those of a unified diff without context; a file without hunks is made empty.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
HISTORY = HERE / "history"
MARK = "replayed"  # a file in `.git` of what was made here, and may be made again

Tree = dict[str, tuple[str, ...]]  # path -> lines without their ends


class HistoryError(Exception):
    """The text cannot be replayed; the message says which commit and why."""


@dataclass(frozen=True)
class Hunk:
    start: int  # lines of the old file before it
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass
class Entry:
    number: int
    author: str = ""
    date: str = ""
    parent: int | None = None
    merge: int | None = None
    message: str = ""
    renames: list[tuple[str, str]] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)
    edits: dict[str, list[Hunk]] = field(default_factory=dict)


def entries(folder: Path = HISTORY) -> list[Entry]:
    """All commits of `folder`, oldest first: its files in the order of their names."""
    found: list[Entry] = []
    for path in sorted(folder.glob("*.txt")):
        found.extend(parse(path.read_text(encoding="utf-8").split("\n")))
    return found


def parse(lines: Iterable[str]) -> Iterator[Entry]:
    entry: Entry | None = None
    message: list[str] = []
    hunks: list[Hunk] = []
    rows = iter(lines)
    for line in rows:
        word, _, rest = line.partition(" ")
        if word == "commit":
            if entry:
                yield finished(entry, message)
            entry, message = Entry(int(rest)), []
        elif not line or line.startswith("    "):
            message.append(line[4:])
        elif entry is None:
            raise HistoryError(f"text before the first commit: {line}")
        elif word in ("author", "date"):
            setattr(entry, word, rest)
        elif word in ("parent", "merge"):
            setattr(entry, word, int(rest))
        elif word == "rename":
            old, new = rest.split(" ")
            entry.renames.append((old, new))
        elif word == "delete":
            entry.deletes.append(rest)
        elif word == "---":
            hunks = entry.edits[rest] = []
        elif word == "@@":
            hunks.append(hunk(rest, rows))
        else:
            raise HistoryError(f"commit {entry.number}: not understood: {line}")
    if entry:
        yield finished(entry, message)


def finished(entry: Entry, message: list[str]) -> Entry:
    entry.message = "\n".join(message).strip("\n") + "\n"
    return entry


def hunk(header: str, rows: Iterator[str]) -> Hunk:
    """`header` is "-10,2 +10,3 @@"; its lines are taken from `rows`."""
    (start, old), (_, new) = (side[1:].split(",") if "," in side else (side[1:], "1") for side in header.split()[:2])
    lines = [next(rows)[1:] for _ in range(int(old) + int(new))]
    return Hunk(int(start) - (old != "0"), tuple(lines[: int(old)]), tuple(lines[int(old) :]))


def trees(history: Iterable[Entry]) -> Iterator[tuple[Entry, tuple[int, ...], Tree, Tree]]:
    """Each commit with its parents' numbers, its first parent's tree and its own."""
    known: dict[int, tuple[tuple[int, ...], Tree]] = {}
    before: int | None = None
    for entry in history:
        first = entry.parent if entry.parent is not None else before
        parents = tuple(number for number in (first, entry.merge) if number is not None)
        old = known[first][1] if first is not None else {}
        tree = edited(entry, merged(known, parents) if entry.merge else old)
        known[entry.number] = (parents, tree)
        before = entry.number
        yield entry, parents, old, tree


def merged(known: dict[int, tuple[tuple[int, ...], Tree]], parents: tuple[int, ...]) -> Tree:
    ours, theirs = parents
    main = set(ancestors(known, ours))
    base = known[next(number for number in ancestors(known, theirs) if number in main)][1]
    tree, side = dict(known[ours][1]), known[theirs][1]
    for path in sorted(base.keys() | side.keys()):
        if base.get(path) != side.get(path):
            if tree.get(path) != base.get(path):
                raise HistoryError(f"merge of {theirs} into {ours}: both sides changed {path}")
            tree.pop(path, None)
            if path in side:
                tree[path] = side[path]
    return tree


def ancestors(known: dict[int, tuple[tuple[int, ...], Tree]], number: int | None) -> Iterator[int]:
    while number is not None:
        yield number
        parents = known[number][0]
        number = parents[0] if parents else None


def edited(entry: Entry, old: Tree) -> Tree:
    tree = dict(old)
    for source, target in entry.renames:
        for path in [path for path in tree if path == source or path.startswith(source + "/")]:
            tree[target + path[len(source) :]] = tree.pop(path)
    for path in entry.deletes:
        del tree[path]
    for path, hunks in entry.edits.items():
        tree[path] = patched(tree.get(path, ()), hunks, f"commit {entry.number}: {path}")
    return tree


def patched(lines: tuple[str, ...], hunks: list[Hunk], where: str) -> tuple[str, ...]:
    result: list[str] = []
    done = 0
    for hunk in hunks:
        end = hunk.start + len(hunk.old)
        if lines[hunk.start : end] != hunk.old:
            raise HistoryError(f"{where}: line {hunk.start + 1} is not what the hunk takes away")
        result += [*lines[done : hunk.start], *hunk.new]
        done = end
    return (*result, *lines[done:])


def content(lines: tuple[str, ...]) -> bytes:
    return "".join(line + "\n" for line in lines).encode()


def stream(history: Iterable[Entry]) -> Iterator[bytes]:
    """The history in the language of `git fast-import`."""
    for entry, parents, old, tree in trees(history):
        when = datetime.fromisoformat(entry.date)
        stamp = f"{int(when.timestamp())} {when:%z}"
        message = entry.message.encode()
        yield f"commit refs/heads/main\nmark :{entry.number}\n".encode()
        yield f"author {entry.author} {stamp}\ncommitter {entry.author} {stamp}\n".encode()
        yield b"data %d\n%s" % (len(message), message)
        for word, number in zip(("from", "merge"), parents, strict=False):
            yield f"{word} :{number}\n".encode()
        yield from changes(old, tree)
        yield b"\n"


def changes(old: Tree, new: Tree) -> Iterator[bytes]:
    for path in sorted(old.keys() - new.keys()):
        yield f"D {path}\n".encode()
    for path in sorted(new):
        if old.get(path) != new[path]:
            data = content(new[path])
            yield f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def git(folder: Path, *arguments: str, feed: bytes | None = None) -> str:
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TEMPLATE_DIR": ""}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "core.autocrlf=false", *arguments]
    done = subprocess.run(command, cwd=folder, input=feed, env=inherited | alone, capture_output=True, check=False)
    if done.returncode:
        raise HistoryError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode().strip()


def replay(target: Path, history: Iterable[Entry] | None = None) -> str:
    """Makes the repository in `target`, which is new, empty or an earlier replay; gives the name of the last commit."""
    if (target / ".git" / MARK).exists():
        shutil.rmtree(target)
    if target.exists() and any(target.iterdir()):
        raise HistoryError(f"{target} is not empty")
    target.mkdir(parents=True, exist_ok=True)
    git(target, "init", "--quiet", "--object-format=sha1", "--initial-branch=main")
    (target / ".git" / MARK).touch()
    git(target, "fast-import", "--quiet", feed=b"".join(stream(entries() if history is None else history)))
    git(target, "reset", "--quiet", "--hard", "main")
    return git(target, "rev-parse", "main")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: replay.py DEST", file=sys.stderr)
        return 2
    try:
        head = replay(Path(arguments[0]))
    except HistoryError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{arguments[0]}: {head}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
