"""Stage 2: Changes -> CoChange, which items change together, and whether that could be chance."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.changes import Changes, CoChange, Pair
from ..model.columns import Growing
from .chance import Chance, tail

__all__ = ["CoChangeOptions", "cochange"]


@dataclass(frozen=True, slots=True)
class CoChangeOptions:
    """`least`: how often a pair must have changed together to be looked at; `rate`: the false discovery rate; `window`:
    how many changes in a row share their frequencies in the null model."""

    least: int = 3
    rate: float = 0.01
    window: int = 1000


def cochange(changes: Changes, options: CoChangeOptions) -> CoChange:
    """Support, decayed support, expectation and significance of every pair that is frequent enough.

    Time: the sum of the squared sizes of the changes. Memory: one item's partners at a time, and the result.
    """
    chance = Chance(changes, options.window)
    pairs = Growing(Pair)
    for a in range(changes.items):
        for b, support in _partners(changes, a, options.least):
            expected = chance.expected(a, b)
            pairs.append(Pair(a, b, support, _weight(changes, a, b), expected, tail(support, expected)))
    found = pairs.columns()
    active = sum(1 for item in range(changes.items) if changes.count(item))
    threshold = _benjamini_hochberg(sorted(found.codes("p")[0]), active * (active - 1) // 2, options.rate)
    return CoChange(changes, found, options.least, options.rate, threshold)


def _partners(changes: Changes, a: int, least: int) -> Iterator[tuple[int, int]]:
    if changes.count(a) < least:
        return
    together: Counter[int] = Counter()
    for change in changes.of(a):
        together.update(changes[change])
    yield from sorted((b, support) for b, support in together.items() if support >= least and b > a)


def _weight(changes: Changes, a: int, b: int) -> float:
    common = set(changes.of(a)).intersection(changes.of(b))
    return sum(changes.weights[change] for change in sorted(common))


def _benjamini_hochberg(ordered: list[float], tests: int, rate: float) -> float:
    """The largest p that passes (Benjamini and Hochberg 1995); pairs that were never counted stand for p = 1."""
    passing = [p for rank, p in enumerate(ordered, 1) if p <= rate * rank / tests]
    return passing[-1] if passing else -1.0
