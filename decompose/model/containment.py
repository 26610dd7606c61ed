"""How well a grouping of modules holds changes inside: shares, their intervals, and what chance would give. Pure."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import ceil

from .changes import Changes
from .facts import Facts, ModuleKind
from .judgements import Partition

__all__ = [
    "Containment",
    "Grouping",
    "containment",
    "difference",
    "groups_in",
    "package_names",
    "packages",
    "packages_of",
    "proposed",
    "random_share",
]

Grouping = Sequence[int]
"""For each module, by its number in `Facts.modules`, the group that it belongs to; -1: none."""

_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Containment:
    """What a grouping into `groups` does to changes; shares are of changes that touch two modules or more.

    `inside`: the share that touches one group alone, between `low` and `high` in 95 % of bootstrap samples. `of_all`:
    the same share with the changes of one module counted too. `per_change`: the mean number of groups touched.
    `by_chance`: the share expected of random groups of the same sizes. `lift`: inside / by_chance.
    """

    name: str
    groups: int
    changes: int
    inside: float
    low: float
    high: float
    of_all: float
    per_change: float
    by_chance: float
    lift: float


def proposed(facts: Facts, partition: Partition) -> Grouping:
    """The boundaries of `partition`; the shared kernel counts as one, and so do the composition roots."""
    members = [fact.modules for fact in partition.boundaries] + [partition.kernel_modules, partition.roots]
    group = {module: i for i, modules in enumerate(members) for module in modules}
    return _of_source(facts, {fact.module.name: group.get(fact.module, -1) for fact in facts.modules})


def groups_in(grouping: Grouping) -> int:
    """How many groups there are."""
    return len(set(grouping) - {-1})


def packages(facts: Facts, wanted: int) -> Grouping:
    """Today's layout, in about `wanted` groups: see `package_names`."""
    return packages_of(facts, package_names(facts, wanted))


def package_names(facts: Facts, wanted: int) -> tuple[str, ...]:
    """Packages that cut the source modules into `wanted` groups, at whatever depth their sizes ask for; sorted.

    From the top-level packages on, the package with most modules gives away its largest sub-package, and keeps the
    rest of its modules. Fewer where no package has another one to give; more where there are more at the top.
    """
    held: dict[str, list[str]] = {}
    for name in _source_names(facts):
        held.setdefault(_cut(name, 1), []).append(name)
    while len(held) < wanted:
        order = sorted(held, key=lambda package: (-len(held[package]), package))
        given = next((pair for package in order if (pair := _largest_inside(package, held[package]))), None)
        if given is None:
            break
        outer, inner = given
        inside = [name for name in held[outer] if _lies_in(name, inner)]
        rest = [name for name in held.pop(outer) if not _lies_in(name, inner)]
        held |= {inner: inside} | ({outer: rest} if rest else {})
    return tuple(sorted(held))


def _largest_inside(package: str, names: Sequence[str]) -> tuple[str, str] | None:
    """`package` and its sub-package of two modules or more that holds most of `names`; None where it has none."""
    depth = package.count(".") + 2
    sizes = Counter(_cut(name, depth) for name in names if name != package)
    inner = min(sizes, key=lambda name: (-sizes[name], name), default="")
    return (package, inner) if inner and sizes[inner] > 1 else None


def _lies_in(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def packages_of(facts: Facts, chosen: Iterable[str]) -> Grouping:
    """Modules by the innermost of the packages `chosen` that they lie in; by their top-level package where by none."""
    known = frozenset(chosen)
    homes = {name: _home(name, known) for name in _source_names(facts)}
    order = {package: i for i, package in enumerate(sorted(set(homes.values())))}
    return _of_source(facts, {name: order[home] for name, home in homes.items()})


def _home(name: str, packages: Set[str]) -> str:
    depths = range(name.count(".") + 1, 0, -1)
    return next((_cut(name, depth) for depth in depths if _cut(name, depth) in packages), _cut(name, 1))


def _source_names(facts: Facts) -> list[str]:
    return [fact.module.name for fact in facts.modules if fact.kind is ModuleKind.SOURCE]


def _cut(name: str, depth: int) -> str:
    return ".".join(name.split(".")[:depth])


def _of_source(facts: Facts, group: Mapping[str, int]) -> Grouping:
    return [group.get(fact.module.name, -1) if fact.kind is ModuleKind.SOURCE else -1 for fact in facts.modules]


def containment(name: str, changes: Changes, grouping: Grouping, seed: int = 0) -> Containment:
    """Measure `grouping` on `changes`; modules in no group are not looked at."""
    seen = [sizes for sizes in _seen(changes, grouping) if sizes]
    several = [sizes for sizes in seen if sum(sizes) > 1]
    held = [len(sizes) == 1 for sizes in several]
    sizes = [count for group, count in sorted(Counter(grouping).items()) if group >= 0]
    touched = [sum(found) for found in several]
    shares = {size: random_share(sizes, size) for size in set(touched)}
    inside, chance = _mean(held), _mean(shares[size] for size in touched)
    low, high = _interval(held, seed)
    return Containment(
        name=name,
        groups=len(sizes),
        changes=len(several),
        inside=inside,
        low=low,
        high=high,
        of_all=_mean(len(found) == 1 for found in seen),
        per_change=_mean(len(found) for found in several),
        by_chance=chance,
        lift=inside / chance if chance else 0.0,
    )


def difference(changes: Changes, ours: Grouping, theirs: Grouping, seed: int = 0) -> tuple[float, float, float]:
    """Share inside `ours` minus share inside `theirs`, over the changes of several modules, with its 95 % interval."""
    pairs = zip(_seen(changes, ours), _seen(changes, theirs), strict=True)
    gains = [float(len(a) == 1) - float(len(b) == 1) for a, b in pairs if sum(a) > 1 and sum(b) > 1]
    return _mean(gains), *_interval(gains, seed)


def _seen(changes: Changes, grouping: Grouping) -> Iterable[tuple[int, ...]]:
    """Of each change how many modules it touches of each group that it touches."""
    for touched in changes:
        yield tuple(Counter(grouping[item] for item in touched if grouping[item] >= 0).values())


def random_share(sizes: Iterable[int], touched: int) -> float:
    """P(`touched` modules drawn at random lie in one group) = sum over groups of C(n_i, t) / C(N, t)."""
    sizes = list(sizes)
    total = sum(sizes)
    if touched > total:
        return 0.0
    found = 0.0
    for size in sizes:
        chance = 1.0
        for k in range(touched):
            chance *= max(0, size - k) / (total - k)
        found += chance
    return found


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _interval(values: Sequence[float], seed: int) -> tuple[float, float]:
    """95 % of the means of resampled blocks of neighbouring changes (Künsch 1989): what happens in a row is alike."""
    if not values:
        return 0.0, 0.0
    length = ceil(len(values) ** (1 / 3))
    blocks = [values[at : at + length] for at in range(0, len(values), length)]
    sums = [(sum(block), len(block)) for block in blocks]
    draw = random.Random(seed)
    means = sorted(_ratio(draw.choices(sums, k=len(sums))) for _ in range(_ROUNDS))
    return means[int(_ROUNDS * 0.025)], means[int(_ROUNDS * 0.975)]


def _ratio(sums: Sequence[tuple[float, int]]) -> float:
    return sum(total for total, _ in sums) / sum(count for _, count in sums)
