"""When not to extract a boundary: Candidates -> reasons to leave one where it is, none where extraction makes sense."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from ..model.counts import count, points
from ..model.facts import Op
from ..model.judgements import Form, Remedy, Seam, SeamKind
from ..model.names import Boundary, Table
from .effort import ASKS
from .order import Candidate, effort

__all__ = ["Around", "around", "objections", "trunk"]

ENOUGH_CHANGES = 20
"""Changes below which history is too thin to speak against an extraction."""

ENOUGH_HISTORY = 200
"""Changes of the whole from which on a share below `LITTLE` is no accident."""

MOST = 0.5
"""Share of its changes that touch others too, from which on, surely, extracting a boundary does not pay."""

LITTLE = 0.01
"""Share of all changes below which a boundary of its own buys too little."""

SPARSE = 3
"""Lines of its own that a boundary must have for each point that its extraction costs."""

SMALL = 1_000
"""Lines below which code without a table is a library, not a service."""


PLATFORM = 2 / 3
"""Share of the other boundaries from which on what they all call is a platform, and no service among others."""

LAYER = 0.5
"""Share of the other boundaries from which on what needs them all is a layer over them, and no library."""

FEW = 2
"""Boundaries that it asks, for each table that it owns, from which on a service is a layer of them."""

SEVERAL = 5
"""Boundaries that have to call it before it is called a platform, or that it has to ask, or to need and be needed by,
before it is called a layer."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a boundary owns, and what it has to do with the `others`.

    It owns `tables` tables in use, and writes those of others on `written` lines; `callers` call its code or inherit
    from it, `users` use it in any way, a constant or a type, too, `sharers` use its tables by lines, queries, keys or
    transactions of theirs, it `needs` some in any way, `mutual` ones need it, too, and it `asks` some for each thing it
    does: by APIs, not for copies.
    """

    tables: int = 0
    written: int = 0
    others: int = 0
    callers: int = 0
    users: int = 0
    sharers: int = 0
    needs: int = 0
    mutual: int = 0
    asks: int = 0


def around(
    owned: Mapping[Boundary, int], seams: Sequence[Seam], remedies: Iterable[Remedy]
) -> Mapping[Boundary, Around]:
    """For each boundary in `owned`, which holds how many tables it owns."""
    by_id = {seam.id: seam for seam in seams}
    by_api = [by_id[id] for remedy in remedies if remedy.options[0].kind in ASKS for id in remedy.seams]
    written: Counter[Boundary] = Counter()
    for seam in seams:
        if seam.kind is SeamKind.TABLE and seam.op is Op.WRITE:
            written[seam.from_boundary] += len(seam.evidence)
    binding = [seam for seam in seams if seam.kind in _BINDING and seam.detail != "derived"]
    callers = _partners((seam.to_boundary, seam.from_boundary) for seam in binding)
    users = _partners((seam.to_boundary, seam.from_boundary) for seam in seams if seam.kind in _CODE)
    sharers = _partners((seam.to_boundary, seam.from_boundary) for seam in seams if isinstance(seam.to, Table))
    pairs = {(seam.from_boundary, seam.to_boundary) for seam in seams if seam.binds}
    needs, mutual = _partners(pairs), _partners(pairs & {(to, one) for one, to in pairs})
    asks = _partners((seam.from_boundary, seam.to_boundary) for seam in by_api)
    return {
        one: Around(
            tables=owned[one],
            written=written[one],
            others=len(owned) - 1,
            callers=callers[one],
            users=users[one],
            sharers=sharers[one],
            needs=needs[one],
            mutual=mutual[one],
            asks=asks[one],
        )
        for one in sorted(owned)
    }


_BINDING = frozenset({SeamKind.CALL, SeamKind.INHERITANCE})

_CODE = _BINDING | {SeamKind.IMPORT, SeamKind.CONSTANT, SeamKind.TYPE, SeamKind.EXCEPTION}


def _partners(pairs: Iterable[tuple[Boundary, Boundary]]) -> Counter[Boundary]:
    return Counter(one for one, _ in set(pairs))


def objections(candidate: Candidate, around: Around) -> Iterator[str]:
    """Why a boundary should rather stay where it is; empty where nothing speaks against extracting it."""
    gain, service = candidate.gain, candidate.form is Form.SERVICE
    cost = effort(candidate)
    if cost * SPARSE > candidate.lines:
        yield (
            f"{points(cost)} for {candidate.lines:,} lines, more than one for each {SPARSE} lines: "
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
            f"only {gain.alone:,} of all {gain.total:,} commits to boundaries touch it alone (in-sample): "
            "there is next to nothing to gain from releasing it apart"
        )
    if service and not around.tables and around.written:
        yield (
            f"it owns no table in use and writes those of others on {count(around.written, 'line')}: whatever it does "
            "it would ask of their owners; move these writes to them, or the tables to it, first"
        )
    if service and around.callers >= max(SEVERAL, PLATFORM * around.others):
        yield (
            f"{around.callers} of the {around.others} other boundaries call it: it is a platform that everything would "
            "wait for; move what they call into the shared kernel, and look again at what is left"
        )
    elif service and around.tables and around.users >= SEVERAL and not around.sharers:
        yield (
            f"{around.users} other boundaries use its code, and none uses a table of its: what they share is code; "
            "move that into the shared kernel, and look again at what is left"
        )
    if service and around.tables and around.asks >= max(SEVERAL, FEW * around.tables):
        yield (
            f"it owns {count(around.tables, 'table')} and would ask {around.asks} of the {around.others} other "
            "boundaries for what it does: it is a layer of them, and its answers would wait for theirs; "
            "cut it along them"
        )
    half = around.needs >= max(SEVERAL, LAYER * around.others)
    if service and not around.tables and (half or max(around.asks, around.mutual) >= SEVERAL):
        asks = f", would ask {around.asks} of them for each thing it does" if around.asks else ""
        back = f", and {around.mutual} of them need it" if around.mutual else ""
        yield (
            f"it owns no table in use and needs {around.needs} of the {around.others} other boundaries{asks}{back}: "
            "it is a layer of them, and its answers would wait for theirs; cut it along them"
        )
    if candidate.form is Form.LIBRARY and half:
        yield (
            f"it needs {around.needs} of the {around.others} other boundaries: as a package it could not be installed "
            "without them; hand it what it needs first"
        )
    if not around.tables and candidate.lines < SMALL:
        yield (
            f"it owns no table in use and has {candidate.lines:,} lines: too little for a process or a release of its "
            "own, it is better kept as a package"
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
        if seam.binds:
            users[seam.to_boundary].add(seam.from_boundary)
    last = max(services or order, key=lambda boundary: (len(users[boundary]), order.index(boundary)))
    return last, (
        f"{len(users[last])} of the {len(order) - 1} other boundaries need it, more than any other: "
        "it is what remains of the monolith"
    )
