"""What is concluded from the history: blast radius, hidden couplings, people; and the answers to questions about it."""

from dataclasses import dataclass

from .containment import Containment
from .facts import LeftOut
from .names import Boundary, Module, Table

__all__ = [
    "BULK",
    "COLLISION_DAYS",
    "ENOUGH",
    "Affected",
    "Backtest",
    "Blast",
    "BlastRadius",
    "Collision",
    "Coupled",
    "Hotspot",
    "Knowledge",
    "Radius",
    "Ranking",
    "Spread",
    "Trend",
    "TrendPoint",
]


@dataclass(frozen=True, slots=True)
class Spread:
    mean: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Radius:
    """What the changes that touch `subject`, a "module", "boundary" or "table" by its `kind`, touch in all."""

    kind: str
    subject: Module | Boundary | Table
    changes: int
    modules: Spread
    boundaries: Spread
    tables: Spread
    people: Spread


@dataclass(frozen=True, slots=True)
class Coupled:
    """Two things that change together: `confidence` is P(b | a) and P(a | b); `commits` are the newest proofs."""

    a: Module | Boundary | Table
    b: Module | Boundary | Table
    support: int
    weight: float
    expected: float
    p: float
    lift: float
    confidence: tuple[float, float]
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hotspot:
    """Changed often and large: `share` is its part of the sum of changes x lines over all modules."""

    module: Module
    changes: int
    lines: int
    share: float


BULK = 30
"""Source modules beyond which a commit is a sweep through the code and says nothing about what belongs together."""

COLLISION_DAYS = 3
"""Days within which two people's changes of one module collide."""


@dataclass(frozen=True, slots=True)
class Collision:
    """Times that one of `people` changed `module` within `days` of another of them; `commits` are the newest."""

    module: Module
    people: tuple[str, ...]
    times: int
    days: int
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Who knows a boundary: `people` with their share of its changes by weight, most first; `owners` by CODEOWNERS.

    `verdict`: "shared", "one person" (two thirds of it are one person's), or "nobody" (no owner, and nobody has a
    sixth of it).
    """

    boundary: Boundary
    people: tuple[tuple[str, float], ...]
    authors: int
    owners: tuple[str, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """Change as it was. Everything here is in-sample: the proposal was made with the same history in view.

    `gain` is the proposal's share inside minus the layout's, with its 95 % interval. `silence` says of each thing
    that was looked for and not found why, with the numbers.
    """

    changes: int
    largest: int
    left_out: tuple[LeftOut, ...]
    kinds: tuple[tuple[str, int], ...]
    today: Containment
    proposed: Containment
    gain: tuple[float, float, float]
    radii: tuple[Radius, ...]
    hotspots: tuple[Hotspot, ...]
    hidden: tuple[Coupled, ...]
    boundaries: tuple[Coupled, ...]
    tables: tuple[Coupled, ...]
    collisions: tuple[Collision, ...]
    knowledge: tuple[Knowledge, ...]
    silence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """Something that a change is likely to touch too, with why."""

    name: str
    probability: float
    reasons: tuple[str, ...]
    commits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blast:
    """The likely reach of one change, which may be unfinished.

    `beside`: those of `changed` that are tests, migrations or the like; `unknown`: Python files that are new.
    `missing`: what changed nearly always with it and is not in it. `importers`: how many modules import what is
    changed, directly or through others. `reading`: how the history was read, where
    that weakens no figure.
    """

    subject: str
    changed: tuple[Module, ...]
    beside: tuple[Module, ...]
    unknown: tuple[str, ...]
    modules: tuple[Affected, ...]
    tables: tuple[Affected, ...]
    boundaries: tuple[Affected, ...]
    people: tuple[Affected, ...]
    missing: tuple[Affected, ...]
    importers: int
    notes: tuple[str, ...]
    reading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well a way of predicting names the other modules of a change, given one of them."""

    name: str
    queries: int
    precision_5: float
    recall_5: float
    precision_10: float
    recall_10: float
    mrr: float


ENOUGH = 30
"""Held-out changes of several modules, below which no conclusion is drawn."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """A proposal made at `cutoff`, on the `changes` after it, all held out. `lesson`: what to take from it.

    `time` is the committer's of the cut-off, in seconds since 1970, and `date` its day.
    """

    cutoff: str
    date: str
    time: int
    trained_on: int
    changes: int
    proposed: Containment
    packages: Containment
    gain: tuple[float, float, float]
    rankings: tuple[Ranking, ...]
    notes: tuple[str, ...]
    lesson: str


@dataclass(frozen=True, slots=True)
class TrendPoint:
    commit: str
    date: str
    modules: int
    boundaries: int
    crossing_imports: int
    imports: int
    shared_tables: int
    cycles: int
    changes: int
    inside: float


@dataclass(frozen=True, slots=True)
class Trend:
    """Key figures of one layout at points along the history, oldest first."""

    layout: str
    points: tuple[TrendPoint, ...]
    notes: tuple[str, ...] = ()
