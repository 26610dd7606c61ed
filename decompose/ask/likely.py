"""Question: Relations + one changed module -> the modules that change with it, each with a probability.

A logistic model over a few kinds of evidence (co-change, imports, tables, places, names), whose weights are fitted to
the repository's own past: the evidence is counted up to some moment, and the weights are those that best tell the
changes after it. With too little history the weights are `PRIOR`.
"""

import random
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt

from ..model.changes import Changes
from ..model.facts import ModuleKind
from ..model.relations import Relations

__all__ = ["EVIDENCE", "Likely", "Model", "fit", "likely"]

EVIDENCE = (
    "any change", "changed together", "changed together lately", "changes often", "imports it", "is imported by it",
    "shares tables", "lies near", "shares words",
)  # fmt: skip
"""What each weight of a model is about, in order."""

PRIOR = (-4.0, 3.0, 2.0, 0.2, 0.6, 0.6, 0.5, 0.8, 1.5)
"""Weights for a history that is too short to fit any, and what fitted weights are drawn towards."""

_FEWEST = 30  # changes of two modules or more, below which no weights are fitted
_SMOOTHING = 2.0  # weighted changes of the seed without the other, added to what was seen
_LATELY = 4  # a half-life of three years is one of nine months then
_RIDGE = 4.0  # how many changes' worth of evidence it takes to leave the prior
_POPULAR = 30  # modules changed most often, candidates for everybody


@dataclass(frozen=True, slots=True)
class Likely:
    """`module` (a number) changes too with `probability`; `parts` are the terms of its log-odds, by `EVIDENCE`."""

    module: int
    probability: float
    seed: int
    parts: tuple[float, ...]


@dataclass(frozen=True)
class _Static:
    """What of the tree tells who belongs to whom, by number of module."""

    imports: Sequence[frozenset[int]]
    importers: Sequence[frozenset[int]]
    tables: Sequence[frozenset[int]]
    users: Sequence[Sequence[int]]
    folders: Sequence[str]
    within: dict[str, list[int]]
    words: Sequence[frozenset[str]]
    rarity: dict[str, float]
    named: dict[str, list[int]]
    source: Sequence[bool]


@dataclass(frozen=True)
class Model:
    """The evidence and its weights; `fitted` is the number of changes that the weights rest on, 0 for `PRIOR`."""

    static: _Static
    changes: Changes
    weights: tuple[float, ...] = PRIOR
    fitted: int = 0

    def is_source(self, module: int) -> bool:
        return self.static.source[module]

    @cached_property
    def rates(self) -> "array[float]":
        """For each module the weighted share of changes that touch it."""
        found = array("d", bytes(8 * self.changes.items))
        total = sum(self.changes.weights) + 1e-9
        for weight, touched in zip(self.changes.weights, self.changes, strict=True):
            for item in touched:
                found[item] += weight / total
        return found

    @cached_property
    def popular(self) -> frozenset[int]:
        order = sorted(range(len(self.rates)), key=lambda item: (-self.rates[item], item))
        return frozenset(order[:_POPULAR])


def fit(relations: Relations, share: float = 0.3, most: int = 600, seed: int = 0) -> Model:
    """The model of a repository: weights fitted to the newest `share` of its changes, at most `most` of them.

    While fitting, evidence is counted over the older changes alone; afterwards over all of them.
    """
    static, changes = _static(relations), relations.changes
    held = [i for i in range(int(len(changes) * share)) if len(changes[i]) > 1]
    older = _older(changes, int(len(changes) * share))
    if len(held) < _FEWEST:
        return Model(static, changes)
    draw = random.Random(seed)
    chosen = sorted(draw.sample(held, min(most, len(held))))
    examples = list(_examples(Model(static, older), [changes[i] for i in chosen], draw))
    return Model(static, changes, _fitted(examples), len(chosen))


def likely(model: Model, seeds: Sequence[int], limit: int = 0) -> tuple[Likely, ...]:
    """The modules that are likely to change with `seeds`, most likely first; each by the seed that says so loudest."""
    best: dict[int, Likely] = {}
    for seed in seeds:
        for found in _ranked(model, seed):
            if found.module not in best or found.probability > best[found.module].probability:
                best[found.module] = found
    order = sorted(best.values(), key=lambda found: (-found.probability, found.module))
    others = [found for found in order if found.module not in set(seeds)]
    return tuple(others[:limit] if limit else others)


def _ranked(model: Model, seed: int) -> Iterable[Likely]:
    together = _together(model.changes, seed)
    for module in sorted(_candidates(model, seed, together)):
        parts = tuple(w * x for w, x in zip(model.weights, _evidence(model, seed, module, together), strict=True))
        yield Likely(module, _logistic(sum(parts)), seed, parts)


_Together = Mapping[int, tuple[float, float]]
"""Module -> how often it changed with a seed, by weight and by weight that fades faster; of the seed itself: at all."""


def _together(changes: Changes, seed: int) -> _Together:
    found: dict[int, tuple[float, float]] = {}
    for change in changes.of(seed):
        weight = changes.weights[change]
        late = weight**_LATELY
        for item in changes[change]:
            all_, lately = found.get(item, (0.0, 0.0))
            found[item] = all_ + weight, lately + late
    return found


def _candidates(model: Model, seed: int, together: Iterable[int]) -> set[int]:
    static = model.static
    words = {module for word in static.words[seed] if len(static.named[word]) <= 50 for module in static.named[word]}
    tables = {user for table in static.tables[seed] if len(static.users[table]) <= 50 for user in static.users[table]}
    near = static.within[static.folders[seed]]
    found = {*together, *static.imports[seed], *static.importers[seed], *near, *words, *tables, *model.popular}
    return {module for module in found if static.source[module] and module != seed}


def _evidence(model: Model, seed: int, module: int, together: _Together) -> tuple[float, ...]:
    """One number for each of `EVIDENCE`."""
    static = model.static
    own, own_late = together.get(seed, (0.0, 0.0))
    times, late = together.get(module, (0.0, 0.0))
    return (
        1.0,
        sqrt(times / (own + _SMOOTHING)),
        sqrt(late / (own_late + _SMOOTHING)),
        log(model.rates[module] + 1 / (1 + len(model.changes))),
        float(seed in static.imports[module]),
        float(module in static.imports[seed]),
        _overlap(static.tables[seed], static.tables[module]),
        _near(static.folders[seed], static.folders[module]),
        _alike(static, seed, module),
    )


def _overlap(a: frozenset[int], b: frozenset[int]) -> float:
    return len(a & b) / sqrt(len(a) * len(b)) if a and b else 0.0


def _near(a: str, b: str) -> float:
    """The share of the longer path that both have: 1 in one folder."""
    if a == b:
        return 1.0
    first, second = a.split("/"), b.split("/")
    common = 0
    while common < min(len(first), len(second)) and first[common] == second[common]:
        common += 1
    return common / max(len(first), len(second))


def _alike(static: _Static, a: int, b: int) -> float:
    """Cosine of the words of two names, each as heavy as it is rare."""
    common = static.words[a] & static.words[b]
    return (
        sum(sorted(static.rarity[word] ** 2 for word in common)) / (_norm(static, a) * _norm(static, b))
        if common
        else 0.0
    )


def _norm(static: _Static, module: int) -> float:
    return sqrt(sum(sorted(static.rarity[word] ** 2 for word in static.words[module]))) or 1.0


def _logistic(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > -700 else 0.0


def _static(relations: Relations) -> _Static:
    facts = relations.facts
    number = {fact.module: i for i, fact in enumerate(facts.modules)}
    pairs = [
        (number[one.importer], number[one.imported])
        for one in facts.imports
        if one.importer in number and one.imported in number
    ]
    tables = {fact.table: i for i, fact in enumerate(facts.tables)}
    uses = [(fact.module, fact.table) for fact in facts.tables] + [(fact.module, fact.table) for fact in facts.accesses]
    used = {(number[m], tables[t]) for m, t in uses if m in number and t in tables}
    folders = [fact.path.rpartition("/")[0] for fact in facts.modules]
    words = [frozenset(_words(fact.path)) for fact in facts.modules]
    named = _inverse((word, i) for i, found in enumerate(words) for word in sorted(found))
    return _Static(
        imports=_sets(pairs, len(number)),
        importers=_sets(((b, a) for a, b in pairs), len(number)),
        tables=_sets(used, len(number)),
        users=[sorted(found) for found in _sets(((t, m) for m, t in used), len(tables))],
        folders=folders,
        within=_inverse((folder, i) for i, folder in enumerate(folders)),
        words=words,
        rarity={word: log(1 + len(words) / len(members)) for word, members in named.items()},
        named=named,
        source=[fact.kind is ModuleKind.SOURCE for fact in facts.modules],
    )


def _sets(pairs: Iterable[tuple[int, int]], size: int) -> list[frozenset[int]]:
    found: list[set[int]] = [set() for _ in range(size)]
    for a, b in pairs:
        found[a].add(b)
    return [frozenset(one) for one in found]


def _inverse(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _words(path: str) -> Iterable[str]:
    """shop/order_lines/api.py: order, line, api."""
    *_, folder, name = ("", *path.removesuffix(".py").removesuffix("/__init__").split("/"))
    return (word.rstrip("s") for word in f"{folder}_{name}".lower().split("_") if len(word) > 1)


def _older(changes: Changes, first: int) -> Changes:
    start = changes.starts[first] if len(changes) else 0
    return Changes(
        changes.items,
        array("I", (at - start for at in changes.starts[first:])),
        changes.members[start:],
        changes.commits[first:],
        changes.weights[first:],
    )


_Example = tuple[tuple[float, ...], float, float]
"""Evidence, label, how many it stands for."""


def _examples(model: Model, sets: Sequence[Sequence[int]], draw: random.Random, drawn: int = 30) -> Iterable[_Example]:
    """Of each change one module as seed: the others that it could have named, and some that it should not have."""
    for touched in sets:
        seed = draw.choice(list(touched))
        together = _together(model.changes, seed)
        candidates = sorted(_candidates(model, seed, together))
        others = [module for module in candidates if module not in touched]
        few = draw.sample(others, min(drawn, len(others)))
        for module in candidates:
            if module in touched:
                yield _evidence(model, seed, module, together), 1.0, 1.0
        for module in few:
            yield _evidence(model, seed, module, together), 0.0, len(others) / len(few)


def _fitted(examples: Sequence[_Example], steps: int = 50) -> tuple[float, ...]:
    """Weights of most likelihood under a normal prior around `PRIOR`, by Newton's method with steps of at most 1."""
    weights = list(PRIOR)
    for _ in range(steps):
        step = _solved(*_slope_and_curve(examples, weights))
        far = max(1.0, *map(abs, step))
        weights = [w + s / far for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return tuple(weights)


def _slope_and_curve(examples: Sequence[_Example], weights: Sequence[float]) -> tuple[list[list[float]], list[float]]:
    """The lower triangle of the negative second derivative of the log-likelihood, and its first derivative."""
    size = range(len(weights))
    slope = [_RIDGE * (p - w) for p, w in zip(PRIOR, weights, strict=True)]
    curve = [[_RIDGE if i == j else 0.0 for j in range(i + 1)] for i in size]
    for values, label, many in examples:
        chance = _logistic(sum(w * x for w, x in zip(weights, values, strict=True)))
        error, steep = many * (label - chance), many * chance * (1 - chance)
        for i, row in enumerate(curve):
            slope[i] += error * values[i]
            scaled = steep * values[i]
            for j in range(i + 1):
                row[j] += scaled * values[j]
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
