"""When not to extract a boundary: Candidates -> reasons to leave one where it is, none where extraction makes sense."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt

from ..model.counts import count, points
from ..model.judgements import Form, Seam, SeamKind
from ..model.names import Boundary
from .order import SETUP, Candidate, effort

__all__ = ["callers", "needed", "objections", "trunk"]

ENOUGH_CHANGES = 20
"""Changes below which history is too thin to speak against an extraction."""

ENOUGH_HISTORY = 200
"""Changes of the whole from which on a share below `LITTLE` is no accident."""

MOST = 0.5
"""Share of its changes that touch others too, from which on, surely, extracting a boundary does not pay."""

LITTLE = 0.01
"""Share of all changes below which a boundary of its own buys too little."""

SPARSE = 3
"""Lines of its own that a boundary must have for each point that its seams cost."""

SMALL = 1_000
"""Lines below which code without a table is a library, not a service."""


PLATFORM = 2 / 3
"""Share of the other boundaries from which on what they all call is a platform, and no service among others."""

LAYER = 0.5
"""Share of the other boundaries from which on a boundary without tables that needs them all is a layer over them, and
no library."""

SEVERAL = 5
"""Boundaries that have to call it, or that it has to need, before anything is called a platform or a layer."""


def callers(seams: Iterable[Seam]) -> dict[Boundary, int]:
    """How many other boundaries call a boundary's code, or inherit from it; one that nobody calls is absent."""
    found: defaultdict[Boundary, set[Boundary]] = defaultdict(set)
    for seam in seams:
        if seam.kind in (SeamKind.CALL, SeamKind.INHERITANCE):
            found[seam.to_boundary].add(seam.from_boundary)
    return {boundary: len(users) for boundary, users in found.items()}


def needed(seams: Iterable[Seam]) -> dict[Boundary, int]:
    """How many other boundaries a boundary needs in any way; one that needs none is absent."""
    found: defaultdict[Boundary, set[Boundary]] = defaultdict(set)
    for seam in seams:
        found[seam.from_boundary].add(seam.to_boundary)
    return {boundary: len(used) for boundary, used in found.items()}


def objections(
    candidate: Candidate, tables: int, written: int, called_by: int = 0, others: int = 0, needs: int = 0
) -> Iterator[str]:
    """Why a boundary should rather stay where it is; empty where nothing speaks against extracting it.

    It owns `tables` tables, and writes those of others on `written` lines; of the `others`, `called_by` boundaries
    call it, and it needs `needs`.
    """
    gain = candidate.gain
    seams = effort(candidate) - SETUP[candidate.form]
    if seams * SPARSE > candidate.lines:
        yield (
            f"{points(seams)} of remedies for {candidate.lines:,} lines, more than one for each {SPARSE} lines: "
            "it is more seam than code, and a boundary in name only"
        )
    together = gain.changes - gain.alone
    if gain.changes >= ENOUGH_CHANGES and _at_least(together, gain.changes) > MOST:
        yield (
            f"{together:,} of the {gain.changes:,} changes that touch it touch other boundaries too (in-sample): "
            f"as a {candidate.form}, most of its changes would need two releases"
        )
    if gain.total >= ENOUGH_HISTORY and gain.alone < LITTLE * gain.total:
        yield (
            f"only {gain.alone:,} of all {gain.total:,} changes touch it alone (in-sample): "
            "there is next to nothing to gain from releasing it apart"
        )
    if candidate.form is Form.SERVICE and not tables and written:
        yield (
            f"it owns no table and writes those of others on {count(written, 'line')}: whatever it does it would ask "
            "of their owners; move these writes to them, or the tables to it, first"
        )
    if candidate.form is Form.SERVICE and called_by >= max(SEVERAL, PLATFORM * others):
        yield (
            f"{called_by} of the {others} other boundaries call it: it is a platform that everything would wait for; "
            "move what they call into the shared kernel, and look again at what is left"
        )
    if candidate.form is Form.SERVICE and not tables and needs >= max(SEVERAL, LAYER * others):
        yield (
            f"it owns no table and needs {needs} of the {others} other boundaries: it is a layer over them, "
            "and would ask each of them for all that it does; cut it along them"
        )
    if candidate.form is Form.LIBRARY and needs >= max(SEVERAL, LAYER * others):
        yield (
            f"it needs {needs} of the {others} other boundaries: as a package it could not be installed without them; "
            "hand it what it needs first"
        )
    if not tables and candidate.lines < SMALL:
        yield (
            f"it owns no table and has {candidate.lines:,} lines: too little for a process or a release of its own, "
            "it is better kept as a package"
        )


def _at_least(part: int, whole: int, z: float = 1.96) -> float:
    """The lower end of the 95 % interval of a share (Wilson 1927): near one half, a few changes decide nothing."""
    share, square = part / whole, z * z
    middle = share + square / (2 * whole)
    return (middle - z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))) / (1 + square / whole)


def trunk(order: Sequence[Boundary], services: Sequence[Boundary], seams: Iterable[Seam]) -> tuple[Boundary, str]:
    """What remains of the monolith when everything else could go: the boundary that most others need, and why.

    A program remains, so one of the `services` where there is any.
    """
    users: defaultdict[Boundary, set[Boundary]] = defaultdict(set)
    for seam in seams:
        users[seam.to_boundary].add(seam.from_boundary)
    last = max(services or order, key=lambda boundary: (len(users[boundary]), order.index(boundary)))
    return last, (
        f"{len(users[last])} of the {len(order) - 1} other boundaries need it, more than any other: "
        "it is what remains of the monolith"
    )
