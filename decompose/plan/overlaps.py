"""What several remedies do as one piece of work, which is priced once: Remedies + Context -> overlaps."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from ..model.facts import Evidence, Op
from ..model.judgements import Remedy, RemedyKind, Seam, SeamKind
from ..model.names import Boundary, Module, Table
from .context import Context
from .context.settled import left
from .effort import RATES
from .sketches.events import inside
from .sketches.subjects import used

__all__ = ["Overlap", "overlaps", "part_of", "saved"]

Overlap = tuple[Mapping[str, float], ...]
"""Sides of the same work, each with points of remedies by their ids: what costs the most of them is all there is.

The dearest of sums that only grow only grows, so effort stays monotone.
"""

_BY_EVENTS = (RemedyKind.OUTBOX, RemedyKind.SAGA)


def saved(overlaps: Iterable[Overlap], ids: Container[str]) -> float:
    """The points that remedies with `ids` have twice, or more often."""
    sums = ([sum(side[id] for id in side if id in ids) for side in sides] for sides in overlaps)
    return round(sum(sum(side) - max(side) for side in sums), 2)


def overlaps(decided: Sequence[Remedy], seams: Mapping[str, Seam], context: Context) -> Iterator[Overlap]:
    """A transaction of several owners gets one outbox or saga; what its messages have an owner do is no other work."""
    mine = {remedy.id: [seams[id] for id in remedy.seams] for remedy in decided}
    whole = {one.id: one for one in decided if _is_whole(one, mine[one.id])}
    scopes: defaultdict[tuple[Boundary, Module, str], list[str]] = defaultdict(list)
    at: dict[tuple[str, int, Boundary], str] = {}
    for id in whole:
        one = mine[id][0]
        scopes[one.from_boundary, one.from_module, one.evidence[0].function].append(id)
        at |= {(place.file, place.line, one.to_boundary): id for seam in mine[id] for place in seam.evidence}
    for ids in scopes.values():
        if len(ids) > 1:
            yield tuple({id: RATES[whole[id].options[0].kind].once} for id in ids)
    heard: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for remedy in decided:
        owner = mine[remedy.id][0].to_boundary
        places = part_of(mine[remedy.id], context) if remedy.options[0].kind is RemedyKind.PART else ()
        found = {at.get((place.file, place.line, owner), "") if place else "" for place in places}
        if len(found) == 1 and (only := found.pop()):
            heard[only][remedy.id] = remedy.options[0].points
    for id in sorted(heard):
        chosen = whole[id].options[0]
        yield {id: round(chosen.points - RATES[chosen.kind].once, 2)}, heard[id]


def _is_whole(remedy: Remedy, seams: Sequence[Seam]) -> bool:
    return seams[0].kind is SeamKind.TRANSACTION and remedy.options[0].kind in _BY_EVENTS


def part_of(seams: Sequence[Seam], context: Context) -> set[Evidence | None]:
    """The transactions whose messages have the owner do what writes and calls do; None for what none of them does."""
    one = seams[0]
    if one.kind is SeamKind.CALL:
        return {inside(one.from_boundary, module, name, context) for module, name in used(seams)}
    if one.kind is SeamKind.TABLE and one.op is Op.WRITE and isinstance(one.to, Table):
        return {context.handled.get((at.file, at.line, one.to)) for _, at in left(seams, context.covered)}
    return set()
