"""What the history says of change: which items changed together, and how far beyond chance."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .columns import Columns, Index, columns
from .facts import LeftOut

__all__ = ["Changes", "CoChange", "Pair"]


def _ints() -> "array[int]":
    return array("I")


@dataclass(frozen=True, eq=False)
class Changes:
    """The changes that count, newest first: change i touched the items `changes[i]`, ascending numbers below `items`.

    A change is a commit, or several that belong together. `commits[i]` is the number of its newest commit in
    `History.commits`, and `weights[i]` is 0.5 ** (age / half-life), its age counted back from the head. `largest` is
    the most items that a change may touch and still count. `kinds` are the touches by kind of file, counted or not.
    """

    items: int = 0
    starts: "array[int]" = field(default_factory=_ints)  # one more than there are changes
    members: "array[int]" = field(default_factory=_ints)
    commits: "array[int]" = field(default_factory=_ints)
    weights: "array[float]" = field(default_factory=lambda: array("d"))
    largest: int = 0
    left_out: tuple[LeftOut, ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()

    def __len__(self) -> int:
        return len(self.commits)

    def __getitem__(self, change: int) -> "array[int]":
        return self.members[self.starts[change] : self.starts[change + 1]]

    def __iter__(self) -> Iterator["array[int]"]:
        return (self.members[a:b] for a, b in zip(self.starts, self.starts[1:], strict=False))

    @cached_property
    def _inverted(self) -> tuple["array[int]", "array[int]"]:
        """For each item where its changes start, and all of them: a counting sort."""
        counts = array("I", bytes(4 * (self.items + 1)))
        for item in self.members:
            counts[item + 1] += 1
        for item in range(self.items):
            counts[item + 1] += counts[item]
        where, at = array("I", bytes(4 * len(self.members))), array("I", counts)
        for change, touched in enumerate(self):
            for item in touched:
                where[at[item]] = change
                at[item] += 1
        return counts, where

    def of(self, item: int) -> "array[int]":
        """The changes that touched `item`, newest first."""
        starts, where = self._inverted
        return where[starts[item] : starts[item + 1]]

    def count(self, item: int) -> int:
        starts, _ = self._inverted
        return starts[item + 1] - starts[item]


@dataclass(frozen=True, slots=True)
class Pair:
    """Items `a` < `b` changed together `support` times, by `weight` where old changes count less.

    `expected` is what the null model gives, and `p` bounds the chance of `support` or more under it.
    """

    a: Index
    b: Index
    support: Index
    weight: float
    expected: float
    p: float


@dataclass(frozen=True, eq=False)
class CoChange:
    """The pairs of items that changed together at least `least` times, sorted by a, b.

    `threshold` is the largest p that still counts as beyond chance: Benjamini and Hochberg's at the false discovery
    rate `rate`, over all pairs of items that changed at all; below 0 where no pair passes.
    """

    changes: Changes = field(default_factory=Changes)
    pairs: Columns[Pair] = field(default_factory=lambda: columns(Pair))
    least: int = 0
    rate: float = 0.0
    threshold: float = -1.0

    def confidence(self, pair: Pair) -> tuple[float, float]:
        """P(b changes | a changes) and P(a changes | b changes), over the changes that count."""
        return pair.support / self.changes.count(pair.a), pair.support / self.changes.count(pair.b)

    def lift(self, pair: Pair) -> float:
        """P(b | a) / P(b): how many times more often together than if changes chose their items one by one."""
        return pair.support * len(self.changes) / (self.changes.count(pair.a) * self.changes.count(pair.b))

    def beyond_chance(self) -> Sequence[Pair]:
        return [pair for pair in self.pairs if pair.p <= self.threshold]
