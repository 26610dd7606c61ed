"""When not to extract a boundary: Candidates -> reasons to leave one where it is, none where extraction makes sense."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ..model.judgements import Seam
from ..model.names import Boundary
from .order import SETUP, Candidate, effort

__all__ = ["objections", "trunk"]

ENOUGH_CHANGES = 20
"""Changes below which history is too thin to speak against an extraction."""

ENOUGH_HISTORY = 200
"""Changes of the whole from which on a share below `LITTLE` is no accident."""

LITTLE = 0.01
"""Share of all changes below which a boundary of its own buys too little."""

SPARSE = 3
"""Lines of its own that a boundary must have for each point that its seams cost."""

SMALL = 1_000
"""Lines below which code without a table is a library, not a service."""


def objections(candidate: Candidate, tables: int) -> Iterator[str]:
    """Why a boundary should rather stay where it is; empty where nothing speaks against extracting it."""
    gain = candidate.gain
    seams = effort(candidate) - SETUP
    if seams * SPARSE > candidate.lines:
        yield (
            f"{seams:g} points of remedies for {candidate.lines} lines, more than one for each {SPARSE} lines: "
            "it is more seam than code, and a boundary in name only"
        )
    together = gain.changes - gain.alone
    if gain.changes >= ENOUGH_CHANGES and together > gain.alone:
        yield (
            f"{together} of the {gain.changes} changes that touch it touch other boundaries too: "
            "as a service, most of its changes would need two deployments"
        )
    if gain.total >= ENOUGH_HISTORY and gain.alone < LITTLE * gain.total:
        yield (
            f"only {gain.alone} of all {gain.total} changes touch it alone: "
            "there is next to nothing to gain from releasing it apart"
        )
    if not tables and candidate.lines < SMALL:
        yield f"it owns no table and has {candidate.lines} lines: a library serves better than a network call"


def trunk(order: Sequence[Boundary], seams: Iterable[Seam]) -> tuple[Boundary, str]:
    """What remains of the monolith when everything else could go: the boundary that most others need, and why."""
    users: defaultdict[Boundary, set[Boundary]] = defaultdict(set)
    for seam in seams:
        users[seam.to_boundary].add(seam.from_boundary)
    last = max(order, key=lambda boundary: (len(users[boundary]), order.index(boundary)))
    return last, (
        f"{len(users[last])} of the {len(order) - 1} other boundaries need it, more than any other: "
        "it is what remains of the monolith"
    )
