"""What history says that each boundary's extraction buys: Facts + Partition -> Gains (in-sample counts)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from ..model.blast import COLLISION_DAYS
from ..model.facts import Facts, ModuleKind
from ..model.judgements import Gain, Partition
from ..model.names import Boundary

__all__ = ["BULK", "WINDOW", "gains"]

BULK = 30
"""Source modules beyond which a commit is a sweep through the code and says nothing about what belongs together."""

WINDOW = COLLISION_DAYS * 86_400
"""Seconds within which two people's changes of one module collide."""


def gains(facts: Facts, partition: Partition) -> Mapping[Boundary, Gain]:
    """For each boundary the commits that touched it, those that touched nothing else, and collisions."""
    home = _homes(facts, partition)
    changes: Counter[Boundary] = Counter()
    alone: Counter[Boundary] = Counter()
    total = 0
    for touched in _changesets(facts, home):
        total += 1
        changes.update(touched)
        if len(touched) == 1:
            alone.update(touched)
    collisions = _collisions(facts, home)
    return {
        fact.boundary: Gain(changes[fact.boundary], alone[fact.boundary], collisions[fact.boundary], total)
        for fact in partition.boundaries
    }


_Home = Mapping[int, Boundary | None]


def _homes(facts: Facts, partition: Partition) -> _Home:
    """The boundary (None: kernel or roots) of each path number that is a source module."""
    of = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    paths = {fact.path: of.get(fact.module) for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    return {number: paths[path] for number, path in enumerate(facts.history.paths) if path in paths}


def _changesets(facts: Facts, home: _Home) -> Iterator[set[Boundary]]:
    modules: defaultdict[int, list[int]] = defaultdict(list)
    commits, _ = facts.history.touches.codes("commit")
    paths, _ = facts.history.touches.codes("path")
    for commit, path in zip(commits, paths, strict=True):
        if path in home:
            modules[commit].append(path)
    for touched in modules.values():
        boundaries = {home[path] for path in touched} - {None}
        if boundaries and len(touched) <= BULK:
            yield {boundary for boundary in boundaries if boundary}


def _collisions(facts: Facts, home: _Home) -> Counter[Boundary]:
    """A change counts when the one before it, of the same module, was another person's and within `WINDOW`."""
    found: Counter[Boundary] = Counter()
    last: dict[int, tuple[int, str]] = {}
    commits = list(facts.history.commits)
    for touch in facts.history.touches:
        boundary = home.get(touch.path)
        if boundary is None:
            continue
        commit = commits[touch.commit]
        time, author = last.get(touch.path, (0, commit.author))
        if author != commit.author and abs(time - commit.time) <= WINDOW:
            found[boundary] += 1
        last[touch.path] = commit.time, commit.author
    return found
