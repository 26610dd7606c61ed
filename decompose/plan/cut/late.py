"""Whether a boundary changes alone of late, too: Facts + Partition -> how many of its newest commits touch no other."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import groupby

from ...model.blast import BULK
from ...model.facts import Facts, ModuleKind
from ...model.judgements import Gain, Partition
from ...model.names import Boundary

__all__ = ["LATEST", "late", "objection"]

LATEST = 20
"""Commits of a boundary, the newest, that say what is so of late."""

_FEWER = 0.15
"""By how much the share of the newest is below that of all, from where on the past flatters."""


def late(facts: Facts, partition: Partition) -> Mapping[Boundary, int]:
    """By boundary that has so many commits and more: how many of the newest touch it alone."""
    of = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    source = {fact.path: of.get(fact.module) for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    home = {number: source[path] for number, path in enumerate(facts.history.paths) if path in source}
    commits, _ = facts.history.touches.codes("commit")
    paths, _ = facts.history.touches.codes("path")
    seen: Counter[Boundary] = Counter()
    alone: defaultdict[Boundary, int] = defaultdict(int)
    waiting = set(of.values())
    for _, touches in groupby(zip(commits, paths, strict=True), key=lambda one: one[0]):
        if not waiting:
            break
        modules = [home[path] for _, path in touches if path in home]
        found = {one for one in modules if one}
        for one in found & waiting if len(modules) <= BULK else ():
            seen[one] += 1
            alone[one] += len(found) == 1
            if seen[one] == LATEST:
                waiting.remove(one)
    return {one: alone[one] for one in sorted(seen) if seen[one] == LATEST}


def objection(gain: Gain, alone: int | None) -> str:
    """What speaks against the counts of the whole past, "" where the newest commits are as they are."""
    if alone is None or not gain.changes or alone / LATEST > gain.alone / gain.changes - _FEWER:
        return ""
    return (
        f"against that: of its {LATEST} newest changes {alone} touch it alone ({alone / LATEST:.0%}), of all "
        f"{gain.changes:,} {gain.alone:,} ({gain.alone / gain.changes:.0%}), which the score counts (in-sample)"
    )
