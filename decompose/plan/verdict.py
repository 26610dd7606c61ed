"""When not to extract a boundary: Candidate -> reasons to leave it where it is, none where extraction makes sense."""

from collections.abc import Iterator

from .order import Candidate

__all__ = ["objections"]

ENOUGH_CHANGES = 20
"""Changes below which history is too thin to speak against an extraction."""

SMALL = 300
"""Lines below which code without a table is a library, not a service."""


def objections(candidate: Candidate, tables: int) -> Iterator[str]:
    """Why a boundary should rather stay where it is; empty where nothing speaks against extracting it."""
    gain = candidate.gain
    together = gain.changes - gain.alone
    if gain.changes >= ENOUGH_CHANGES and together > gain.alone:
        yield (
            f"{together} of the {gain.changes} changes that touch it touch other boundaries too: "
            "as a service, most of its changes would need two deployments"
        )
    if not tables and candidate.lines < SMALL:
        yield f"it owns no table and has {candidate.lines} lines: a library serves better than a network call"
