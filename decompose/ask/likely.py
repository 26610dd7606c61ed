"""Question: Relations + one changed module -> the modules that change with it, each with a probability.

A logistic model over a few kinds of evidence: co-change, imports, tables, places, names. `learn` fits its weights.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, log1p, sqrt

from ..model.changes import Changes
from .ties import Ties, alike, near, overlap

__all__ = [
    "EVIDENCE",
    "PRIOR",
    "UNFINISHED",
    "WORTH_SAYING",
    "Likely",
    "Model",
    "candidates",
    "evidence",
    "likely",
    "logistic",
    "loudest",
    "said_of",
    "together",
]

EVIDENCE = (
    "any change", "ever changed together", "changed together", "changed together lately", "changed together of old",
    "changes with it", "changes often", "imports it", "is imported by it", "shares tables", "lies near", "shares words",
)  # fmt: skip
"""What each weight of a model is about, in order."""

PRIOR = (-4.0, -1.0, 3.0, 2.0, 1.0, -1.0, 0.1, 1.0, 0.8, 0.5, 0.8, 1.4)
"""Weights for a history that is too short to fit any, and what fitted weights are drawn towards."""

UNFINISHED = (0.0, 1.2, 0.5, -0.2)
"""The weights of `said_of` that make a probability of what the loudest of several seeds says."""

WORTH_SAYING = 0.05
"""A probability below is not listed."""

_SMOOTHING = 2.0  # weighted changes of the seed without the other, added to what was seen
_LATELY = 4  # a half-life of three years is one of nine months then
_POPULAR = 30  # modules changed most often, candidates for everybody


@dataclass(frozen=True, slots=True)
class Likely:
    """`module` (a number) changes too with `probability`; `parts` are the terms of its log-odds, by `EVIDENCE`."""

    module: int
    probability: float
    seed: int
    parts: tuple[float, ...]


@dataclass(frozen=True)
class Model:
    """The evidence and its weights; `fitted` is the number of changes that the weights rest on, 0 for `PRIOR`."""

    ties: Ties
    changes: Changes
    weights: tuple[float, ...] = PRIOR
    unfinished: tuple[float, ...] = UNFINISHED
    fitted: int = 0

    def is_source(self, module: int) -> bool:
        return self.ties.source[module]

    @cached_property
    def weighed(self) -> "array[float]":
        """For each module the weight of the changes that touch it."""
        found = array("d", bytes(8 * self.changes.items))
        for weight, touched in zip(self.changes.weights, self.changes, strict=True):
            for item in touched:
                found[item] += weight
        return found

    @cached_property
    def total(self) -> float:
        return sum(self.changes.weights) + 1e-9

    @cached_property
    def popular(self) -> frozenset[int]:
        order = sorted(range(len(self.weighed)), key=lambda item: (-self.weighed[item], item))
        return frozenset(order[:_POPULAR])


def likely(model: Model, seeds: Sequence[int], limit: int = 0) -> tuple[Likely, ...]:
    """The modules that are likely to change with `seeds`, most likely first; each by the seed that says so loudest.

    The probability is that of a change of which `seeds` are all that is seen, and which may be unfinished.
    """
    found = []
    for module, (score, seed, parts) in loudest(model, seeds).items():
        odds = sum(w * x for w, x in zip(model.unfinished, said_of(score, len(seeds)), strict=True))
        terms = (parts[0] + odds - score, *parts[1:])
        found.append(Likely(module, logistic(odds), seed, terms))
    found.sort(key=lambda one: (-one.probability, one.module))
    return tuple(found[:limit] if limit else found)


def said_of(score: float, seeds: int) -> tuple[float, ...]:
    """What the log-odds of a probability p = logistic(`score`), given by the loudest of `seeds`, are told by:
    1, ln p, -ln(1 - p) and ln seeds.

    Beta calibration (Kull, Silva Filho and Flach 2017): a weight of its own for each end, because evidence that
    excludes a module is firmer than any that names it. And of a change of which more is seen, less is left.
    """
    return 1.0, -_softplus(-score), _softplus(score), log(max(1, seeds))


def _softplus(x: float) -> float:
    """ln(1 + e^x)"""
    return max(x, 0.0) + log1p(exp(-abs(x)))


def loudest(model: Model, seeds: Sequence[int]) -> Mapping[int, tuple[float, int, tuple[float, ...]]]:
    """For each other candidate the highest log-odds that one of `seeds` gives it, that seed, and the terms."""
    best: dict[int, tuple[float, int, tuple[float, ...]]] = {}
    for seed in seeds:
        seen = together(model.changes, seed)
        for module in sorted(candidates(model, seed, seen).difference(seeds)):
            parts = tuple(w * x for w, x in zip(model.weights, evidence(model, seed, module, seen), strict=True))
            score = sum(parts)
            if module not in best or score > best[module][0]:
                best[module] = score, seed, parts
    return best


Together = Mapping[int, tuple[float, float, float]]
"""Module -> how often it changed with a seed: by weight, by weight that fades faster, and by none; of the seed itself:
how often it changed at all."""

_NEVER = (0.0, 0.0, 0.0)


def together(changes: Changes, seed: int) -> Together:
    """How often each module changed with `seed`."""
    faded, lately, times = [0.0] * changes.items, [0.0] * changes.items, [0.0] * changes.items
    for change in changes.of(seed):
        weight = changes.weights[change]
        late = weight**_LATELY
        for item in changes[change]:
            faded[item] += weight
            lately[item] += late
            times[item] += 1
    return {item: (faded[item], lately[item], many) for item, many in enumerate(times) if many}


def candidates(model: Model, seed: int, seen: Iterable[int]) -> set[int]:
    """The source modules that anything ties to `seed`, or that change most; `seen` are those that changed with it."""
    ties = model.ties
    words = {module for word in ties.words[seed] if len(ties.named[word]) <= 50 for module in ties.named[word]}
    tables = {user for table in ties.tables[seed] if len(ties.users[table]) <= 50 for user in ties.users[table]}
    beside = ties.within[ties.folders[seed]]
    found = {*seen, *ties.imports[seed], *ties.importers[seed], *beside, *words, *tables, *model.popular}
    return {module for module in found if ties.source[module] and module != seed}


def evidence(model: Model, seed: int, module: int, seen: Together) -> tuple[float, ...]:
    """One number for each of `EVIDENCE`."""
    ties = model.ties
    faded, late, times = seen.get(module, _NEVER)
    of_faded, of_late, of_times = seen.get(seed, _NEVER)
    return (
        1.0,
        float(times > 0),
        sqrt(faded / (of_faded + _SMOOTHING)),
        sqrt(late / (of_late + _SMOOTHING)),
        sqrt(times / (of_times + _SMOOTHING)),
        sqrt(faded / (model.weighed[module] + _SMOOTHING)),
        log(model.weighed[module] / model.total + 1 / (1 + len(model.changes))),
        float(seed in ties.imports[module]),
        float(module in ties.imports[seed]),
        overlap(ties.tables[seed], ties.tables[module]),
        near(ties.folders[seed], ties.folders[module]),
        alike(ties, seed, module),
    )


def logistic(x: float) -> float:
    """The probability of log-odds."""
    return 1 / (1 + exp(-x)) if x > -700 else 0.0
