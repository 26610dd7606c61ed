"""LearnHub's history without one planted pair, or without one collision: entries to entries, and the truth with them.

A repair changes how edits are spread over commits, or who made them, and leaves the last tree as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import replay

__all__ = ["HISTORY_REPAIRS", "HistoryRepair", "relisted"]

History = list[replay.Entry]

BULK = 30  # an entry of more edits is no change of these two


@dataclass(frozen=True)
class HistoryRepair:
    """`change` takes away what the truth's section `gone` holds of `members`."""

    change: Callable[[History], History]
    gone: str
    members: tuple[str, ...]


def split(first: str, second: str) -> HistoryRepair:
    """Every commit that edits both modules, and not everything, becomes two."""

    def change(history: History) -> History:
        ours, theirs = _paths(history, first), _paths(history, second)
        fresh = iter(range(max(entry.number for entry in history) + 1, 10**6))
        done: History = []
        for entry in history:
            both = _edits(entry, ours) and _edits(entry, theirs) and len(entry.edits) <= BULK
            done.extend(_halves(entry, theirs, next(fresh)) if both else [entry])
        return done

    return HistoryRepair(change, "hidden_coupling", (first, second))


def handed_over(module: str, giver: str, taker: str) -> HistoryRepair:
    """What `giver` changed in the module, `taker` did."""

    def change(history: History) -> History:
        paths = _paths(history, module)
        authors = [entry.author for entry in history if entry.author.startswith(taker)]
        return [
            replace(entry, author=authors[0]) if entry.author.startswith(giver) and _edits(entry, paths) else entry
            for entry in history
        ]

    return HistoryRepair(change, "collision", (module,))


HISTORY_REPAIRS: dict[str, HistoryRepair] = {
    "hidden coupling": split("learnhub.billing.exports", "learnhub.reporting.ledger"),
    "hidden coupling in constants": split("learnhub.assessments.grading", "learnhub.certificates.layout"),
    "collision": handed_over("learnhub.notifications.services", "Sofia", "Jonas"),
}


def relisted(history: History, folder: Path) -> History:
    """`.git-blame-ignore-revs` names its commits by their ids, which a change before them has changed."""
    was, now = (
        {subject: name for name, subject in _commits(folder / side, of)}
        for side, of in (("was", replay.entries()), ("now", history))
    )
    ids = {name: now[subject] for subject, name in was.items()}

    def renewed(hunk: replay.Hunk) -> replay.Hunk:
        return replace(
            hunk,
            old=tuple(ids.get(line, line) for line in hunk.old),
            new=tuple(ids.get(line, line) for line in hunk.new),
        )

    return [
        replace(
            entry,
            edits={
                path: [renewed(hunk) for hunk in hunks] if path == ".git-blame-ignore-revs" else hunks
                for path, hunks in entry.edits.items()
            },
        )
        for entry in history
    ]


def _commits(root: Path, history: History) -> Iterator[list[str]]:
    replay.replay(root, history)
    return (line.split(" ", 1) for line in replay.git(root, "log", "--format=%H %s").split("\n"))


def _edits(entry: replay.Entry, paths: set[str]) -> bool:
    return not paths.isdisjoint(entry.edits)


def _halves(entry: replay.Entry, paths: set[str], number: int) -> Iterator[replay.Entry]:
    """The edits of `paths` first, in a commit of their own; what follows still finds the whole under its old number."""
    ours = {path: hunks for path, hunks in entry.edits.items() if path in paths}
    rest = {path: hunks for path, hunks in entry.edits.items() if path not in paths}
    yield replace(entry, number=number, renames=[], deletes=[], edits=ours)
    yield replace(entry, parent=None, edits=rest)


def _paths(history: History, module: str) -> set[str]:
    """Where the module lies today, and where it lay before renames."""
    found = {module.replace(".", "/") + ".py"}
    for entry in reversed(history):
        for source, target in entry.renames:
            found |= {source + path[len(target) :] for path in found if path.startswith(target)}
    return found
