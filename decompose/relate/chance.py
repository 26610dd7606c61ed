"""Stage 2: how often two items would change together by chance, given how often each changes and how big changes are.

The null model is the maximum-entropy ensemble of bipartite graphs (items x changes) whose expected degrees are the
observed ones: item i is in change c with probability p = x_i y_c / (1 + x_i y_c) (Saracco et al. 2015, the bipartite
configuration model). Since the size of a change is given and not only expected, two items are in it together with
p_a p_b (1 - (1 - p_a) (1 - p_b) / d), d = sum p (1 - p) (Hájek 1964, rejective sampling). Items of equal frequency and
changes of equal size have equal parameters, so few are to be solved. It is solved for each window of the history apart,
so that two items are not taken for a pair because both were alive in the same years.
"""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp, lgamma, log, sqrt

from ..model.changes import Changes

__all__ = ["Chance", "tail"]

_STEPS = 200
_CLOSE = 1e-7


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of history: for each size of its changes how many have it and d, and for each frequency of an item the
    probability to be in one change of each size."""

    frequencies: Counter[int]
    sizes: Sequence[tuple[int, float]]
    probabilities: Mapping[int, Sequence[float]]
    known: dict[tuple[int, int], float] = field(default_factory=dict)

    def expected(self, a: int, b: int) -> float:
        """The mean number of changes of this stretch that touch both items, which are in some of them each."""
        key = self.frequencies[a], self.frequencies[b]
        if key not in self.known:
            self.known[key] = sum(
                many * p * q * max(0.0, 1 - (1 - p) * (1 - q) / d)
                for (many, d), p, q in zip(
                    self.sizes, self.probabilities[key[0]], self.probabilities[key[1]], strict=True
                )
            )
        return self.known[key]


class Chance:
    """The null model of some changes, solved; `window` changes in a row share their frequencies, 0 is all of them."""

    def __init__(self, changes: Changes, window: int) -> None:
        count = max(1, len(changes) // window) if window else 1
        bounds = [len(changes) * i // count for i in range(count + 1)]
        self._windows = [_window(changes, first, last) for first, last in pairwise(bounds)]
        self._alive: dict[int, array[int]] = {}  # item -> the windows in which it changes, ascending
        for number, one in enumerate(self._windows):
            for item in one.frequencies:
                self._alive.setdefault(item, array("I")).append(number)

    def expected(self, a: int, b: int) -> float:
        """The mean number of changes that touch both items."""
        both = sorted(set(self._alive.get(a, ())).intersection(self._alive.get(b, ())))
        return sum(self._windows[number].expected(a, b) for number in both)


def _window(changes: Changes, first: int, last: int) -> _Window:
    frequencies = Counter(changes.members[changes.starts[first] : changes.starts[last]])
    items = sorted(Counter(frequencies.values()).items())
    sizes = sorted(Counter(changes.starts[c + 1] - changes.starts[c] for c in range(first, last)).items())
    x, y = _solve(items, sizes)
    probabilities = {f: [xi * yj / (1 + xi * yj) for yj in y] for xi, (f, _) in zip(x, items, strict=True)}
    spread = [
        sum(many * p[j] * (1 - p[j]) for (_, many), p in zip(items, probabilities.values(), strict=True))
        for j in range(len(y))
    ]
    pairs = [(many if size > 1 else 0, max(d, 1e-9)) for (size, many), d in zip(sizes, spread, strict=True)]
    return _Window(frequencies, pairs, probabilities)


_Classes = Sequence[tuple[int, int]]
"""(degree, how many have it)"""


def _solve(items: _Classes, changes: _Classes) -> tuple[list[float], list[float]]:
    """The parameters of each class by fixed-point iteration from the sparse solution, x_i = f_i / sqrt(T)."""
    total = sqrt(sum(degree * many for degree, many in items)) or 1.0
    x = [degree / total for degree, _ in items]
    y = [degree / total for degree, _ in changes]
    for _ in range(_STEPS):
        before = x
        x = _fit(items, x, changes, y)
        y = _fit(changes, y, items, x)
        if all(abs(new - old) <= _CLOSE * new for new, old in zip(x, before, strict=True)):
            break
    return x, y


def _fit(classes: _Classes, own: Sequence[float], others: _Classes, theirs: Sequence[float]) -> list[float]:
    many = [count for _, count in others]
    return [
        min(degree / sum(n * t / (1 + mine * t) for n, t in zip(many, theirs, strict=True)), 1e9)
        for (degree, _), mine in zip(classes, own, strict=True)
    ]


def tail(support: int, expected: float) -> float:
    """P(X >= support) for a Poisson X; it bounds the sum of unequal coins from above where support > expected + 1."""
    # Hoeffding 1956: pmf(k) (1 + m/(k+1) + m^2/((k+1)(k+2)) + ...)
    if support <= expected:
        return 1.0
    if expected <= 0:
        return 0.0
    term, total, k = 1.0, 1.0, support
    while term > 1e-12 * total:
        k += 1
        term *= expected / k
        total += term
    return min(1.0, exp(support * log(expected) - expected - lgamma(support + 1)) * total)
