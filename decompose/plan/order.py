"""Which boundary goes first: efforts + gains -> an order, its alternatives and how far they agree."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..model.counts import points
from ..model.judgements import Alternative, Form, Gain, Remedy, Seam
from ..model.names import Boundary
from .overlaps import Overlap, saved

__all__ = [
    "DEFAULT",
    "LARGE",
    "SETUP",
    "Candidate",
    "Weights",
    "Worth",
    "alternatives",
    "at_once",
    "best_order",
    "candidate",
    "effort",
    "worth",
]

SETUP: Mapping[Form, float] = {Form.SERVICE: 8.0, Form.LIBRARY: 3.0}
"""Points of setting one up at all: repository, pipeline and releases; of a service deployment and monitoring, too.

They hold what messages need (an outbox, a relay, tables of ids), too, which the first step with messages makes: who
that is depends on the order, and effort does not.
"""


LARGE = 200.0
"""Points, a quarter of a year for two engineers, beyond which a step is none: its seams have to be reduced first."""

NEAR = 0.8
"""Scores from this share of the highest on are as good: the rates tell no finer, and a smaller step teaches sooner."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a unit of each gain is worth: the share of all lines, of all changes that stay inside, of all collisions.

    `callback` is what a remedy costs on top when the new service would need what is still in the monolith.
    """

    lines: float = 1.0
    alone: float = 2.0
    collisions: float = 1.0
    callback: float = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A boundary that might be extracted.

    `shared` holds, for each set of other boundaries, the points of the remedies shared with all of them, and the points
    of those among them by which this boundary needs the others. `overlaps` are what several of its remedies do at once.
    """

    boundary: Boundary
    lines: int
    gain: Gain
    remedies: tuple[Remedy, ...]
    form: Form
    shared: tuple[tuple[frozenset[Boundary], float, float], ...]
    overlaps: tuple[Overlap, ...] = ()
    inward: frozenset[str] = frozenset()


def candidate(
    boundary: Boundary,
    lines: int,
    gain: Gain,
    remedies: Sequence[Remedy],
    inward: frozenset[str],
    form: Form,
    overlaps: Iterable[Overlap] = (),
) -> Candidate:
    """`inward` are the ids of remedies by which the boundary needs another one."""
    shares: defaultdict[frozenset[Boundary], float] = defaultdict(float)
    back: defaultdict[frozenset[Boundary], float] = defaultdict(float)
    for remedy in remedies:
        others = frozenset(remedy.boundaries) - {boundary}
        shares[others] += remedy.options[0].points
        back[others] += remedy.options[0].points if remedy.id in inward else 0.0
    shared = tuple((others, shares[others], back[others]) for others in sorted(shares, key=sorted))
    ids = {remedy.id for remedy in remedies}
    near = tuple(one for one in overlaps if sum(not ids.isdisjoint(side) for side in one) > 1)
    return Candidate(boundary, lines, gain, tuple(remedies), form, shared, near, inward)


DEFAULT = Weights()

_Candidates = Mapping[Boundary, Candidate]
_Key = Callable[[Candidate, frozenset[Boundary]], float]


def effort(candidate: Candidate, done: frozenset[Boundary] = frozenset()) -> float:
    """Points of extracting it when `done` are services already: a remedy is paid for by whoever comes first."""
    left = sum(work for others, work, _ in candidate.shared if done.isdisjoint(others))
    return round(SETUP[candidate.form] + left - at_once(candidate, done), 2)


def at_once(candidate: Candidate, done: frozenset[Boundary] = frozenset(), inward: bool = False) -> float:
    """The points that its remedies have twice, of what is left: what several of them do is one piece of work."""
    if not candidate.overlaps:
        return 0.0
    left = {one.id for one in candidate.remedies if done.isdisjoint(one.boundaries)}
    return saved(candidate.overlaps, left & candidate.inward if inward else left)


@dataclass(frozen=True, slots=True)
class Worth:
    """What extracting a boundary gains, as shares of all boundaries, and what is left to do for it, in points.

    `back` are the points among them by which the new service would need what is still in the monolith.
    """

    lines: float
    alone: float
    collisions: float
    points: float
    back: float

    def gain(self, weights: Weights) -> float:
        return weights.lines * self.lines + weights.alone * self.alone + weights.collisions * self.collisions

    def score(self, weights: Weights) -> float:
        """Gain for 100 points of what is left to do, needs of the monolith counted more."""
        return 100 * self.gain(weights) / (self.points + weights.callback * self.back)

    def told(self, weights: Weights) -> str:
        """The score with all that it is made of."""
        gains = ((weights.lines, "lines", self.lines), (weights.alone, "commits alone", self.alone))
        terms = [*gains, (weights.collisions, "collisions", self.collisions)]
        shares = " + ".join(f"{f'{weight:g} × ' * (weight != 1)}{name} {share:.1%}" for weight, name, share in terms)
        back = f" + {weights.callback:g} × {self.back:g} for what it needs of the rest" if self.back else ""
        return f"score {self.score(weights):.2f} = 100 × ({shares}) / ({points(self.points)}{back}) (in-sample)"


def worth(candidate: Candidate, done: frozenset[Boundary], candidates: _Candidates) -> Worth:
    """What is gained, and left to do, by extracting it when `done` are services already."""
    everyone = candidates.values()
    return Worth(
        lines=_share(candidate.lines, sum(one.lines for one in everyone)),
        alone=_share(candidate.gain.alone, candidate.gain.total),
        collisions=_share(candidate.gain.collisions, sum(one.gain.collisions for one in everyone)),
        points=effort(candidate, done),
        back=round(
            sum(back for others, _, back in candidate.shared if done.isdisjoint(others))
            - at_once(candidate, done, inward=True),
            2,
        ),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def best_order(candidates: _Candidates, chosen: Iterable[Boundary], weights: Weights = DEFAULT) -> tuple[Boundary, ...]:
    """Greedy, of the `chosen` candidates: at each step the cheapest of those whose score is `NEAR` the highest.

    Services go before libraries, which take no load and no data off the monolith. What costs more than `LARGE` waits
    until nothing smaller is left.
    """
    order: list[Boundary] = []
    while waiting := sorted(set(chosen) - set(order)):
        done = frozenset(order)
        costs = {boundary: effort(candidates[boundary], done) for boundary in waiting}
        turns = {one: (costs[one] > LARGE, candidates[one].form is Form.LIBRARY) for one in waiting}
        pool = [boundary for boundary in waiting if turns[boundary] == min(turns.values())]
        scores = {one: worth(candidates[one], done, candidates).score(weights) for one in pool}
        good = [boundary for boundary in pool if scores[boundary] >= NEAR * max(scores.values())]
        order.append(min(good, key=lambda boundary: costs[boundary]))
    return tuple(order)


def _greedy(candidates: _Candidates, chosen: Iterable[Boundary], key: _Key) -> tuple[Boundary, ...]:
    order: list[Boundary] = []
    while waiting := sorted(set(chosen) - set(order)):
        done = frozenset(order)
        order.append(max(waiting, key=lambda boundary: key(candidates[boundary], done)))
    return tuple(order)


_WEIGHED = {
    "lines": "lines that leave",
    "alone": "changes that touch it alone",
    "collisions": "collisions",
    "callback": "calls back into the monolith",
}


def alternatives(
    candidates: _Candidates, plan: Sequence[Boundary], seams: Sequence[Seam], weights: Weights = DEFAULT
) -> list[Alternative]:
    """Other orders of what the `plan` extracts: under other views, and under each weight halved and doubled."""
    orders = {
        "cheapest first": _greedy(candidates, plan, lambda one, done: -effort(one, done)),
        "greatest gain first": _greedy(candidates, plan, lambda one, done: worth(one, done, candidates).gain(weights)),
        "providers first": _providers_first(candidates, plan, seams),
    }
    for name, about in _WEIGHED.items():
        for factor, word in ((0.5, "halved"), (2.0, "doubled")):
            other = replace(weights, **{name: factor * getattr(weights, name)})
            orders[f"weight of {about} {word}"] = best_order(candidates, plan, other)
    return [Alternative(name, order, kendall(plan, order)) for name, order in orders.items()]


def _providers_first(candidates: _Candidates, plan: Sequence[Boundary], seams: Sequence[Seam]) -> tuple[Boundary, ...]:
    """At each step the boundary that needs the least of what is not yet extracted."""
    needs = Counter((seam.from_boundary, seam.to_boundary) for seam in seams)
    chosen = frozenset(plan)
    return _greedy(candidates, plan, lambda one, done: -sum(needs[one.boundary, other] for other in chosen - done))


def kendall(a: Sequence[Boundary], b: Sequence[Boundary]) -> float:
    """Kendall's tau (1938) of two orders of the same things: 1 is the same order, -1 the reverse."""
    place = {boundary: i for i, boundary in enumerate(b)}
    pairs = [(x, y) for i, x in enumerate(a) for y in a[i + 1 :]]
    agreed = sum(place[x] < place[y] for x, y in pairs)
    return round((2 * agreed - len(pairs)) / len(pairs), 3) if pairs else 1.0
