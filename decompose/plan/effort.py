"""The scale of effort: Seams + RemedyKind -> points. No rate is negative, so one more seam never costs less."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..model.judgements import RemedyKind, Seam

__all__ = ["ASKS", "RATES", "SCALE", "Rate", "points"]

SCALE = (
    "One point is a change that one engineer makes, gets reviewed and ships in about half a day. "
    "The rates compare remedies with each other; they are not calibrated to any team."
)


@dataclass(frozen=True, slots=True)
class Rate:
    """Points for the remedy itself, for each name (endpoint, event, table) in it, and for each line to change.

    What moves to a library keeps its names: there the lines to change are imports, one for each file. A transaction is
    a remedy for each other owner, who writes its tables by a transaction of its own: that owner is its one name.
    """

    once: float
    name: float
    line: float


RATES: Mapping[RemedyKind, Rate] = {
    RemedyKind.DELETE: Rate(0.0, 0.0, 0.25),
    RemedyKind.SOURCE: Rate(0.0, 0.0, 0.25),
    RemedyKind.ADDRESS: Rate(0.5, 0.1, 0.0),
    RemedyKind.CLAIM: Rate(0.5, 0.1, 0.0),
    RemedyKind.MOVE: Rate(0.5, 0.0, 0.25),
    RemedyKind.KERNEL: Rate(0.5, 0.25, 0.25),
    RemedyKind.INVERT: Rate(1.0, 1.0, 0.25),
    RemedyKind.SYNC_API: Rate(1.0, 1.0, 0.25),
    RemedyKind.BATCH_API: Rate(2.0, 1.5, 0.5),
    RemedyKind.EVENT: Rate(2.0, 1.0, 0.25),
    RemedyKind.READ_MODEL: Rate(4.0, 1.0, 0.25),
    RemedyKind.VIEW: Rate(3.0, 1.0, 0.5),
    RemedyKind.COMMAND_API: Rate(2.0, 1.0, 0.5),
    RemedyKind.PART: Rate(2.0, 1.0, 0.5),
    RemedyKind.DROP_KEY: Rate(1.0, 1.0, 0.25),
    RemedyKind.OUTBOX: Rate(4.0, 1.0, 0.5),
    RemedyKind.SAGA: Rate(4.0, 2.0, 0.5),
    RemedyKind.SPLIT_TABLE: Rate(8.0, 1.0, 0.5),
}

ASKS = frozenset({RemedyKind.SYNC_API, RemedyKind.BATCH_API, RemedyKind.COMMAND_API})
"""By which one program asks another each time."""

_BY_FILE = frozenset({RemedyKind.MOVE, RemedyKind.KERNEL})

_BY_OWNER = frozenset({RemedyKind.OUTBOX, RemedyKind.SAGA})

LINES_PER_POINT = 500
"""Of code that travels to another home, untouched but for its imports."""


def points(kind: RemedyKind, seams: Sequence[Seam], carried_lines: int = 0) -> float:
    """Points of dealing with all of `seams` by one remedy of `kind`, which moves `carried_lines` lines of code."""
    rate = RATES[kind]
    names: set[object] = {name for seam in seams for name in seam.names or (str(seam.to),)}
    if kind in _BY_OWNER:
        names = {seam.to_boundary for seam in seams}
    sites = {at.file if kind in _BY_FILE else at for seam in seams for at in seam.evidence}
    return round(rate.once + rate.name * len(names) + rate.line * len(sites) + carried_lines / LINES_PER_POINT, 2)
