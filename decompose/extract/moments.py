"""Stage 1: points of a repository's history, as dates, revisions or shares of its time -> commits."""

import re
from datetime import UTC, datetime
from pathlib import Path

from ..errors import InputError
from . import git
from .source import Tree, open_tree

__all__ = ["commit_at", "commits_along"]

_YEAR = 365 * 86_400


def commit_at(path: Path, moment: str = "") -> str:
    """The newest first-parent commit of a day ("2024-05-31"), a revision's, or, for "", a year before the head.

    Raises InputError where there is no such commit, or no history.
    """
    tree = _repository(path)
    try:
        if moment and not re.fullmatch(r"\d{4}-\d\d-\d\d", moment):
            return git.revision(tree.repository, moment)
        day = f"{moment}T23:59:59Z" if moment else f"@{_times(tree)[-1][0] - _YEAR}"
        _checked(moment)
        shape = ("-1", "--first-parent", f"--before={day}", "HEAD", "--")
        sha = git.output(tree.repository, "rev-list", *shape).decode().strip()
    except git.GitError as error:
        raise InputError(str(error)) from None
    if not sha:
        raise InputError(f"there is no commit before {moment or 'the last year'}: choose a later date")
    return sha


def commits_along(path: Path, points: int) -> tuple[tuple[str, int], ...]:
    """(commit, time of the point before it) of `points` first-parent commits at even distances in time, oldest first.

    The last one is the head; fewer where the history has fewer commits.
    """
    if points < 1:
        raise InputError("a trend needs one point or more")
    tree = _repository(path)
    try:
        times = _times(tree)
    except git.GitError as error:
        raise InputError(str(error)) from None
    first, last = times[0][0], times[-1][0]
    wanted = [first + (last - first) * (i + 1) // points for i in range(points)]
    chosen = [max((one for one in times if one[0] <= moment), default=times[0]) for moment in wanted]
    unique = list(dict.fromkeys(chosen))
    before = [first - 1, *(time for time, _ in unique)]
    return tuple((sha, since + 1) for (_, sha), since in zip(unique, before, strict=False))


def _checked(moment: str) -> None:
    try:
        datetime.fromisoformat(moment or "1970-01-01").replace(tzinfo=UTC)
    except ValueError:
        raise InputError(f"{moment} is no day of the calendar") from None


def _repository(path: Path) -> Tree:
    tree = open_tree(path, ("**",))
    if not tree.is_git:
        raise InputError(f"{path} is not in a git repository")
    return tree


def _times(tree: Tree) -> list[tuple[int, str]]:
    """(time, commit) along the first parents, by time."""
    listed = git.output(tree.repository, "log", "--first-parent", "--format=%ct %H", "HEAD", "--").decode()
    rows = (line.split() for line in listed.splitlines())
    return sorted((int(row[0]), row[1]) for row in rows if len(row) == 2)
