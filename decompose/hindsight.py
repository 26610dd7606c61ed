"""What a report says with hindsight: the look back, begun on an idle process while the analysis goes on."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from . import pipeline
from .errors import DecomposeError
from .extract import Means, WhenRead, aside, unheard

__all__ = ["NO_HINDSIGHT", "Hindsight", "hindsight"]

_MANY = 300  # files; below, the work is done before a process has started


class Hindsight(NamedTuple):
    """`begin` is for `pipeline.analyze` to call; `found` waits, and gives keys for `pipeline.document`."""

    begin: WhenRead
    found: Callable[[pipeline.Analysis], Mapping[str, object]]


def hindsight(
    path: Path, options: pipeline.Options, progress: pipeline.Progress, means: Means, points: int = 0
) -> Hindsight:
    """`backtest` a year before the head and `trend` since, or over `points`; without such a day why, `not_held_out`.

    A process of its own reads what the files of both days have in common from the cache, where there is one.
    """
    begun: list[Callable[[], pipeline.Past | str]] = []

    def begin(files: int, told: Callable[[], bytes]) -> None:
        local = means.local if files >= _MANY else None
        given = replace(means, executor=None if local else means.executor, local=None)
        looking = partial(_past, path, options, given, _silent if local else progress, local, told)
        begun.append(aside(looking).result if local else looking)

    def found(done: pipeline.Analysis) -> Mapping[str, object]:
        progress("Looking back", 0, 0)
        past = begun[0]() if begun else _past(path, options, means, progress)
        asked = {"trend": pipeline.ask_trend(path, points, options, progress, means)} if points else {}
        if isinstance(past, str):
            return {"not_held_out": past, **asked}
        return {"backtest": past.backtest, "trend": pipeline.then_and_now(past, done), **asked}

    return Hindsight(begin, found)


NO_HINDSIGHT = Hindsight(unheard, lambda _: {"not_held_out": "--no-held-out was given"})
"""Spares the look back."""


def _silent(what: str, done: int, total: int) -> None: ...


def _past(
    path: Path,
    options: pipeline.Options,
    means: Means,
    progress: pipeline.Progress,
    local: Executor | None = None,
    told: Callable[[], bytes] = bytes,
) -> pipeline.Past | str:
    if options.cluster.frozen or options.cluster.orders.boundaries:
        return "the boundaries were given, and a backtest judges what would have been proposed"
    try:
        return pipeline.look_back(path, "", options, progress, means, local, told)
    except DecomposeError as error:  # the history is too short, or not there
        return str(error)
