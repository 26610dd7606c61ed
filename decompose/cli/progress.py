"""Progress on stderr: a line that moves when a person is looking, silence otherwise."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..extract import Progress

__all__ = ["shown"]


@contextmanager
def shown(quiet: bool) -> Iterator[Progress]:
    """A `Progress` to hand to the pipeline; it draws only where stderr is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    tasks: dict[str, int] = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total or None)
        bars.update(tasks[what], completed=done, total=total or None)  # type: ignore[arg-type]  # TaskID is an int

    with bars:
        yield report
