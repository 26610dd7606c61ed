"""Stage 5: Relations + Partition -> the field's numbers for the proposal, for today's packages and for chance."""

import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from statistics import mean

from ..model.containment import packages
from ..model.facts import Facts, ImportKind
from ..model.judgements import Partition, Quality
from ..model.relations import Relations
from . import metrics

__all__ = ["quality"]

_DRAWN = 5
"""Random groupings whose mean is a row."""

Groups = Sequence[Collection[str]]


def quality(relations: Relations, partition: Partition, seed: int = 0) -> tuple[Quality, ...]:
    """One row each for the proposed boundaries, as many packages, and the mean of random groups of the proposed sizes.

    All are over the modules of boundaries: the shared kernel and the composition roots are in no row. What passes from
    one module to another is the number of distinct names that it uses of it; what binds two in the past is how many
    changes they share. BCP is not among the numbers: the use cases that it counts are not known. () where no boundary
    is.
    """
    proposed = [[module.name for module in fact.modules] for fact in partition.boundaries if fact.modules]
    if not proposed:
        return ()
    facts = relations.facts
    held = {name for group in proposed for name in group}
    volume, cochange, accesses = _within(held, _volume(facts)), _within(held, _cochange(relations)), _accesses(facts)
    layout: dict[int, list[str]] = defaultdict(list)
    for fact, group in zip(facts.modules, packages(facts, len(proposed)), strict=True):
        if fact.module.name in held:
            layout[group].append(fact.module.name)
    names, draw = sorted(held), random.Random(seed)
    chance = [
        _row("random groups of the same sizes", _drawn(proposed, names, draw), volume, cochange, accesses)
        for _ in range(_DRAWN)
    ]
    return (
        _row("proposed boundaries", proposed, volume, cochange, accesses),
        _row("as many packages", [layout[group] for group in sorted(layout)], volume, cochange, accesses),
        _mean(chance),
    )


def _row(
    name: str,
    groups: Groups,
    volume: metrics.Volume,
    cochange: metrics.Volume,
    accesses: Mapping[str, Mapping[str, int]],
) -> Quality:
    icf, ecf, rei = metrics.rei(groups, cochange)
    numbers = {
        "sm": metrics.sm(groups, volume),
        "icp": metrics.icp(groups, volume),
        "ifn": metrics.ifn(groups, volume),
        "interface_modules": metrics.interface_classes(groups, volume),
        "ned": metrics.ned(groups),
        "coupling": metrics.coupling(groups, volume),
        "cohesion": metrics.cohesion(groups, volume),
        "modularity": metrics.modularity(groups, volume),
        "dtp": metrics.dtp(groups, accesses),
        "icf": icf,
        "ecf": ecf,
        "rei": rei,
    }
    return Quality(name, len(groups), **{name: round(value, 6) for name, value in numbers.items()})


def _mean(rows: Sequence[Quality]) -> Quality:
    numbers = [name for name in Quality.__dataclass_fields__ if name not in ("name", "groups")]
    return Quality(
        rows[0].name, rows[0].groups, **{name: round(mean(getattr(row, name) for row in rows), 6) for name in numbers}
    )


def _drawn(groups: Groups, names: Sequence[str], draw: random.Random) -> Groups:
    shuffled = draw.sample(names, len(names))
    ends = [sum(len(group) for group in groups[: i + 1]) for i in range(len(groups))]
    return [shuffled[end - len(group) : end] for end, group in zip(ends, groups, strict=True)]


def _within(held: Collection[str], volume: metrics.Volume) -> metrics.Volume:
    return {pair: passed for pair, passed in volume.items() if pair[0] in held and pair[1] in held}


def _volume(facts: Facts) -> metrics.Volume:
    """(importer, imported) -> distinct names used, at least 1."""
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fact in facts.imports:
        if fact.kind is not ImportKind.TYPE:
            used[fact.importer.name, fact.imported.name].update(fact.names)
    for use in facts.uses:
        if (pair := (use.module.name, use.used.name)) in used:
            used[pair].add(use.name)
    return {pair: float(max(1, len(names))) for pair, names in sorted(used.items())}


def _cochange(relations: Relations) -> metrics.Volume:
    modules = relations.facts.modules
    return {
        (modules[pair.a].module.name, modules[pair.b].module.name): float(pair.support)
        for pair in relations.cochange.pairs
    }


def _accesses(facts: Facts) -> Mapping[str, Mapping[str, int]]:
    """Table -> module -> lines that read or write it."""
    seen: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for access in facts.accesses:
        seen[access.table.name][access.module.name] += 1
    return seen
