#!/usr/bin/env python
"""Appends one commit to the history: what `learnhub/` holds now and the history does not yet.

    python record.py "Invoices are numbered by year" [--author "Name <mail>"] [--date 2026-11-30T09:00:00+00:00]

Without a date it is a day after the last commit, so that nothing depends on when this runs.
"""

import argparse
import difflib
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from replay import HERE, HISTORY, Entry, HistoryError, Tree, entries, trees

SAMPLE = HERE / "learnhub"
AUTHOR = "LearnHub maintainers <dev@learnhub.example>"
LEFT_OUT = ("__pycache__", ".git", ".ruff_cache", "db.sqlite3")


def files(folder: Path = SAMPLE) -> Tree:
    """The sample as it lies on disk."""
    found: Tree = {}
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - set(LEFT_OUT))
        for name in sorted(set(names) - set(LEFT_OUT)):
            path = Path(where) / name
            text = path.read_bytes().decode()
            if text and not text.endswith("\n"):
                raise HistoryError(f"{path}: the last line has no end")
            found[path.relative_to(folder).as_posix()] = tuple(text.split("\n")[:-1])
    return found


def last(history: list[Entry]) -> Tree:
    tree: Tree = {}
    for _, _, _, tree in trees(history):
        pass
    return tree


def difference(old: Tree, new: Tree) -> Iterator[str]:
    """From `old` to `new` in the words of an entry."""
    for path in sorted(old.keys() - new.keys()):
        yield f"delete {path}"
    for path in sorted(new):
        if path not in old or old[path] != new[path]:
            yield f"--- {path}"
            yield from list(difflib.unified_diff(old.get(path, ()), new[path], n=0, lineterm=""))[2:]


def written(number: int, author: str, date: str, message: str, changes: list[str]) -> str:
    text = [f"    {line}".rstrip() for line in message.strip().split("\n")]
    return "\n".join([f"commit {number}", f"author {author}", f"date {date}", "", *text, "", *changes, "", ""])


def record(message: str, author: str, date: str | None, folder: Path = HISTORY) -> int | None:
    """The number of the new commit; none where nothing changed."""
    history = entries(folder)
    changes = list(difference(last(history), files()))
    if not changes:
        return None
    number = max((entry.number for entry in history), default=0) + 1
    date = date or (datetime.fromisoformat(history[-1].date) + timedelta(days=1)).isoformat()
    with (folder / f"{date[:7]}.txt").open("a", encoding="utf-8") as file:
        file.write(written(number, author, date, message, changes))
    return number


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("message")
    parser.add_argument("--author", default=AUTHOR)
    parser.add_argument("--date")
    given = parser.parse_args(arguments)
    try:
        number = record(given.message, given.author, given.date)
    except HistoryError as error:
        print(error, file=sys.stderr)
        return 2
    print("nothing to record" if number is None else f"recorded as commit {number}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
