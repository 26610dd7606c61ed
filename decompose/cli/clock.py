"""--profile: where the time of a run goes, by stage."""

import time

from ..extract import Progress

__all__ = ["Clock"]


class Clock:
    """A `Progress` that takes the time between two stages: seconds on the clock, and of this process's processor.

    Worker processes, git and those that draw are seen by the seconds on the clock alone.
    """

    __slots__ = ("_began", "_spent", "_stage")

    def __init__(self) -> None:
        self._spent: dict[str, tuple[float, float]] = {}
        self._stage, self._began = "Starting", _now()

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        if what == self._stage:
            return
        now, (wall, processor) = _now(), self._spent.get(self._stage, (0.0, 0.0))
        self._spent[self._stage] = (wall + now[0] - self._began[0], processor + now[1] - self._began[1])
        self._stage, self._began = what, now

    def beside(self, other: Progress) -> Progress:
        """Both this clock and `other`."""

        def tell(what: str, done: int, total: int) -> None:
            self(what)
            other(what, done, total)

        return tell

    def table(self) -> str:
        """One line a stage, in the order of their first mention, and the sum."""
        self("")
        rows = [*self._spent.items(), ("Sum", tuple(map(sum, zip(*self._spent.values(), strict=True))))]
        width = max(len(stage) for stage, _ in rows)
        lines = [f"{'stage':{width}}  seconds  processor"]
        lines += [f"{stage:{width}}  {wall:7.2f}  {processor:9.2f}" for stage, (wall, processor) in rows]
        return "\n".join(lines)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()
