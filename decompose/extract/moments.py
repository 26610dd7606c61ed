"""Stage 1: points of a repository's history, as dates, revisions or shares of its time -> commits."""

import re
from datetime import UTC, datetime
from pathlib import Path

from ..errors import InputError
from . import git
from .history.log import seconds
from .source import Tree, open_place

__all__ = ["commit_at", "commits_along"]

_YEAR = 365 * 86_400


def commit_at(path: Path, moment: str = "") -> str:
    """The newest first-parent commit of a day ("2024-05-31"), a revision's, or, for "", the newest that is older than
    the month of the day a year before the head: it stays the same, and what is kept of it, for a month of commits.

    Raises InputError where there is no such commit, or no history.
    """
    tree = _repository(path)
    try:
        if moment and not re.fullmatch(r"\d{4}-\d\d-\d\d", moment):
            return git.revision(tree.repository, moment)
        day = moment or _month_of(_head_time(tree) - _YEAR)
        _checked(day)
        shape = ("-1", "--first-parent", f"--before={day}T{'23:59:59' if moment else '00:00:00'}Z", "HEAD", "--")
        sha = git.output(tree.repository, "rev-list", *shape).decode().strip()
    except git.GitError as error:
        raise InputError(str(error)) from None
    if not sha:
        raise InputError(
            f"there is no commit before {day}: choose a later date"
            if moment
            else f"no commit is older than {day}, so that there is no year to hold out"
        )
    return sha


def _head_time(tree: Tree) -> int:
    return seconds(git.output(tree.repository, "log", "-1", "--format=%ct", "HEAD", "--").strip())


def _month_of(time: int) -> str:
    """The first day of its month; of times that are no dates the nearest that is one."""
    return datetime.fromtimestamp(max(0, min(time, 2**33)), UTC).date().replace(day=1).isoformat()


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


def _checked(day: str) -> None:
    try:
        datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError:
        raise InputError(f"{day} is no day of the calendar") from None


def _repository(path: Path) -> Tree:
    tree = open_place(path)
    if not tree.is_git:
        raise InputError(f"{path} is not in a git repository")
    return tree


def _times(tree: Tree) -> list[tuple[int, str]]:
    """(time, commit) along the first parents, by time."""
    listed = git.output(tree.repository, "log", "--first-parent", "--format=%ct %H", "HEAD", "--").decode()
    rows = (line.split() for line in listed.splitlines())
    return sorted((int(row[0]), row[1]) for row in rows if len(row) == 2)
