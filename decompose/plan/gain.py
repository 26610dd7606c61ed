"""What history says that each boundary's extraction buys: Facts + Partition -> Gains (in-sample counts)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from ..model.blast import COLLISION_DAYS
from ..model.collisions import meetings
from ..model.facts import Facts, ModuleKind
from ..model.judgements import Gain, Partition
from ..model.names import Boundary, Module

__all__ = ["BULK", "gains"]

BULK = 30
"""Source modules beyond which a commit is a sweep through the code and says nothing about what belongs together."""


SHOWN = 2
"""Commits, the newest, that are named for what they show."""


def gains(facts: Facts, partition: Partition) -> Mapping[Boundary, Gain]:
    """For each boundary the commits that touched it, those that touched nothing else, and collisions."""
    of = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    home = _homes(facts, of)
    changes: Counter[Boundary] = Counter()
    alone: defaultdict[Boundary, list[int]] = defaultdict(list)
    collisions: defaultdict[Boundary, list[str]] = defaultdict(list)
    total = 0
    for commit, touched in _changesets(facts, home):
        total += 1
        changes.update(touched)
        if len(touched) == 1:
            alone[min(touched)].append(commit)
    for one in meetings(facts, BULK, COLLISION_DAYS):
        if one.module in of:
            collisions[of[one.module]].append(one.sha)
    return {
        one: Gain(
            changes=changes[one],
            alone=len(alone[one]),
            collisions=len(collisions[one]),
            total=total,
            alone_in=tuple(facts.history.commits[commit].sha for commit in sorted(alone[one])[:SHOWN]),
            collided_in=tuple(dict.fromkeys(collisions[one]))[:SHOWN],
        )
        for one in (fact.boundary for fact in partition.boundaries)
    }


_Home = Mapping[int, Boundary | None]


def _homes(facts: Facts, of: Mapping[Module, Boundary]) -> _Home:
    """The boundary (None: kernel or roots) of each path number that is a source module."""
    paths = {fact.path: of.get(fact.module) for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    return {number: paths[path] for number, path in enumerate(facts.history.paths) if path in paths}


def _changesets(facts: Facts, home: _Home) -> Iterator[tuple[int, set[Boundary]]]:
    modules: defaultdict[int, list[int]] = defaultdict(list)
    commits, _ = facts.history.touches.codes("commit")
    paths, _ = facts.history.touches.codes("path")
    for commit, path in zip(commits, paths, strict=True):
        if path in home:
            modules[commit].append(path)
    for commit, touched in modules.items():
        boundaries = {home[path] for path in touched} - {None}
        if boundaries and len(touched) <= BULK:
            yield commit, {boundary for boundary in boundaries if boundary}
