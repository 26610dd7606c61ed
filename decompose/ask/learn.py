"""Question: Relations -> Model, the weights of the evidence fitted to a repository's own past.

The evidence is counted up to some moment, and the weights are those that best tell the changes after it. With too
little history the weights are `PRIOR`.
"""

import random
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from math import sqrt

from ..model.changes import Changes
from ..model.relations import Relations
from .likely import PRIOR, UNFINISHED, Model, candidates, evidence, logistic, loudest, said_of, together
from .ties import Ties, ties

__all__ = ["fit"]

_FEWEST = 30  # changes of two modules or more, below which no weights are fitted
_CALIBRATED = 300  # changes that `Model.unfinished` is fitted to, about
_BLOCKS = 10  # of changes to learn from; in more of them evidence is fresher, and learning takes longer
_RIDGE = 30.0  # how many changes' worth of evidence it takes to leave the prior
_RIDGE_OF_FOUR = 10.0  # the same for the few weights that calibrate


_Example = tuple[tuple[float, ...], float, float]
"""Evidence, label, how many it stands for."""

_Sparse = tuple[list[tuple[int, float]], float, float]
"""The same, of the evidence what is not 0 with its number: of two modules that never changed together little is."""


def fit(relations: Relations, share: float = 0.3, most: int = 600, seed: int = 0) -> Model:
    """The model of a repository: weights fitted to the newest `most` changes, out of the newest `share` of them.

    They are taken in `_BLOCKS` blocks. Of each, evidence is counted over what is older than the block, as it will be
    over all for the change that is asked about, and only modules that those changes know are looked at, as they are all
    that a tree of that day would have had. Probabilities are calibrated on every other block in turn with weights that
    were fitted to the blocks between them.
    """
    known, changes = ties(relations), relations.changes
    told = list(_told(known, changes, share, most))
    count = sum(len(sets) for _, sets in told)
    if count < _FEWEST:
        return Model(known, changes)
    draw = random.Random(seed)
    examples = [list(_examples(past, sets, draw)) for past, sets in told]
    weights = _fitted(chain.from_iterable(examples), PRIOR)
    revealed: list[_Example] = []
    for half in range(2):
        others = chain.from_iterable(examples[1 - half :: 2])
        unseen = _fitted(others, PRIOR, start=weights)
        for past, sets in told[half::2]:
            some = draw.sample(sets, -(-len(sets) * min(_CALIBRATED, count) // count))
            revealed += _revealed(replace(past, weights=unseen), some, draw)
    return Model(known, changes, weights, _rising(revealed), count)


def _rising(revealed: Sequence[_Example]) -> tuple[float, ...]:
    """Weights of `said_of` by which a higher score never gives a lower probability: an end that would is left out."""
    prior = list(UNFINISHED)
    for _ in range(2):
        found = _fitted(revealed, prior, _RIDGE_OF_FOUR)
        falling = [end for end in (1, 2) if found[end] < 0]
        if not falling:
            break
        prior = [0.0 if end in falling else weight for end, weight in enumerate(prior)]
        revealed = [
            (tuple(0.0 if end in falling else x for end, x in enumerate(values)), label, many)
            for values, label, many in revealed
        ]
    return found


def _told(known: Ties, changes: Changes, share: float, most: int) -> Iterator[tuple[Model, list[tuple[int, ...]]]]:
    """Blocks of changes to learn from, newest first, each with the model of what was known before it."""
    several = [i for i in range(int(len(changes) * share)) if len(changes[i]) > 1][:most]
    size = -(-len(several) // _BLOCKS) or 1
    for start in range(0, len(several), size):
        block = several[start : start + size]
        past = Model(known, _older(changes, block[-1] + 1))
        sets = (tuple(filter(past.changes.count, changes[i])) for i in block)
        yield past, [touched for touched in sets if len(touched) > 1]


def _older(changes: Changes, first: int) -> Changes:
    """The changes from number `first` on, weighed as on the day of the newest of them."""
    start = changes.starts[first] if first < len(changes) else len(changes.members)
    newest = changes.weights[first] if first < len(changes) else 1.0
    return Changes(
        changes.items,
        array("I", (at - start for at in changes.starts[first:])),
        changes.members[start:],
        changes.commits[first:],
        array("d", (weight / newest for weight in changes.weights[first:])),
    )


def _examples(model: Model, sets: Sequence[Sequence[int]], draw: random.Random, drawn: int = 30) -> Iterable[_Example]:
    """Of each change one module as seed: the others that it could have named, and some that it should not have."""
    for touched in sets:
        seed = draw.choice(touched)
        seen = together(model.changes, seed)
        known = sorted(filter(model.changes.count, candidates(model, seed, seen)))
        others = [module for module in known if module not in touched]
        few = draw.sample(others, min(drawn, len(others)))
        for module in known:
            if module in touched:
                yield evidence(model, seed, module, seen), 1.0, 1.0
        for module in few:
            yield evidence(model, seed, module, seen), 0.0, len(others) / len(few)


def _revealed(model: Model, sets: Sequence[Sequence[int]], draw: random.Random, drawn: int = 30) -> Iterable[_Example]:
    """Of each change some modules are seen, from one to all but one: which of the others were in it too?"""
    for touched in sets:
        seeds = draw.sample(touched, draw.randrange(1, len(touched)))
        scores = loudest(model, seeds)
        others = [module for module in scores if module not in touched and model.changes.count(module)]
        few = draw.sample(others, min(drawn, len(others)))
        for module in scores:
            if module in touched:
                yield said_of(scores[module][0], len(seeds)), 1.0, 1.0
        for module in few:
            yield said_of(scores[module][0], len(seeds)), 0.0, len(others) / len(few)


def _fitted(
    examples: Iterable[_Example],
    prior: Sequence[float],
    ridge: float = _RIDGE,
    start: Sequence[float] = (),
    steps: int = 50,
) -> tuple[float, ...]:
    """Weights of most likelihood under a normal prior around `prior`, by Newton's method with steps of at most 1."""
    weights = list(start or prior)
    sparse = [([(i, x) for i, x in enumerate(values) if x], label, many) for values, label, many in examples]
    for _ in range(steps):
        step = _solved(*_slope_and_curve(sparse, weights, prior, ridge))
        far = max(1.0, *map(abs, step))
        weights = [w + s / far for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-4:
            break
    return tuple(weights)


def _slope_and_curve(
    examples: Sequence[_Sparse], weights: Sequence[float], prior: Sequence[float], ridge: float
) -> tuple[list[list[float]], list[float]]:
    """The lower triangle of the negative second derivative of the log-likelihood, and its first derivative."""
    size = range(len(weights))
    slope = [ridge * (p - w) for p, w in zip(prior, weights, strict=True)]
    curve = [[ridge if i == j else 0.0 for j in range(i + 1)] for i in size]
    for values, label, many in examples:
        chance = logistic(sum([weights[i] * x for i, x in values]))
        error, steep = many * (label - chance), many * chance * (1 - chance)
        for end, (i, x) in enumerate(values, 1):
            slope[i] += error * x
            scaled, row = steep * x, curve[i]
            for j, y in values[:end]:
                row[j] += scaled * y
    return curve, slope


def _solved(lower: list[list[float]], right: list[float]) -> list[float]:
    """x of A x = b for a symmetric positive A given by its lower triangle (Cholesky)."""
    size = len(right)
    root = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = lower[i][j] - sum(root[i][k] * root[j][k] for k in range(j))
            root[i][j] = sqrt(rest) if i == j else rest / root[j][j]
    down = [0.0] * size
    for i in range(size):
        down[i] = (right[i] - sum(root[i][k] * down[k] for k in range(i))) / root[i][i]
    up = [0.0] * size
    for i in reversed(range(size)):
        up[i] = (down[i] - sum(root[k][i] * up[k] for k in range(i + 1, size))) / root[i][i]
    return up
