"""What history says that each boundary's extraction buys: Facts + Partition -> Gains (in-sample counts)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ..model.blast import BULK, COLLISION_DAYS
from ..model.collisions import meetings
from ..model.facts import Facts, ModuleKind
from ..model.judgements import Gain, Partition
from ..model.names import Boundary, Module
from .cut.folders import packages

__all__ = ["fell", "gains"]

SHOWN = 2
"""Commits, the newest, that are named for what they show."""

_LATEST = 20
"""Commits of a boundary, the newest, that say what is so of late."""

_FEWER = 0.15
"""By how much the share of the newest is below that of all, from where on the past flatters."""


def gains(facts: Facts, partition: Partition) -> Mapping[Boundary, Gain]:
    """For each boundary the commits that touched it, those that touched no other, or nothing else, and collisions."""
    of = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    home = _homes(facts, of)
    changes: defaultdict[Boundary, list[int]] = defaultdict(list)
    alone: defaultdict[Boundary, list[int]] = defaultdict(list)
    free: defaultdict[Boundary, list[int]] = defaultdict(list)
    collisions: defaultdict[Boundary, list[tuple[str, str]]] = defaultdict(list)
    total = 0
    for commit, touched, waits in _changesets(facts, home, _others(facts, of)):
        total += 1
        for one in touched:
            changes[one].append(commit)
        if len(touched) == 1:
            alone[min(touched)].append(commit)
            if waits <= touched:
                free[min(touched)].append(commit)
    for met in meetings(facts, BULK, COLLISION_DAYS):
        if met.module in of:
            collisions[of[met.module]].append((met.sha, met.later))
    return {
        one: Gain(
            changes=len(changes[one]),
            alone=len(alone[one]),
            collisions=len(collisions[one]),
            total=total,
            free=len(free[one]),
            free_in=tuple(facts.history.commits[commit].sha for commit in sorted(free[one])[:SHOWN]),
            collided_in=tuple(dict.fromkeys(collisions[one]))[:SHOWN],
            latest=_latest(changes[one], alone[one]),
        )
        for one in (fact.boundary for fact in partition.boundaries)
    }


def _latest(changes: Iterable[int], alone: Iterable[int]) -> int | None:
    newest = sorted(changes)[:_LATEST]
    return len(set(newest) & set(alone)) if len(newest) == _LATEST else None


def fell(gain: Gain) -> Iterator[str]:
    """What speaks against the counts of the whole past, where the newest changes are not as they are."""
    if gain.latest is not None and gain.latest / _LATEST <= gain.alone / gain.changes - _FEWER:
        now, then = gain.latest / _LATEST, gain.alone / gain.changes
        yield (
            f"against that: of its {_LATEST} newest changes {gain.latest} touch it alone ({now:.0%}), of all "
            f"{gain.changes:,} {gain.alone:,} ({then:.0%}), which the score counts (in-sample)"
        )


_Home = Mapping[int, Boundary | None]


def _homes(facts: Facts, of: Mapping[Module, Boundary]) -> _Home:
    """The boundary (None: kernel or roots) of each path number that is a source module."""
    paths = {fact.path: of.get(fact.module) for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    return {number: paths[path] for number, path in enumerate(facts.history.paths) if path in paths}


def _others(facts: Facts, of: Mapping[Module, Boundary]) -> _Home:
    """The boundary (None: several, or nobody's) of each path number in a package that is no Python: what is released
    with a program, so no tests, translations or documentation. Files that are gone belong to folders that stand.
    """
    around, past = packages(facts, of), facts.history
    found: dict[int, Boundary | None] = {}
    for number, (path, kind) in enumerate(zip(past.paths, past.kinds, strict=False)):
        if kind is None and not path.endswith(_APART) and _PARTS.isdisjoint(path.split("/")):
            inside, owner = around.owner(path)
            if inside:
                found[number] = owner
    return found


_APART = (".md", ".po", ".pot", ".py", ".rst")
_PARTS = frozenset({"docs", "locale", "test", "tests"})


def _changesets(facts: Facts, home: _Home, others: _Home) -> Iterator[tuple[int, set[Boundary], set[Boundary | None]]]:
    """Each commit that counts, with the boundaries of its modules, and with those of all that it changed."""
    modules: defaultdict[int, list[int]] = defaultdict(list)
    waits: defaultdict[int, set[Boundary | None]] = defaultdict(set)
    commits, _ = facts.history.touches.codes("commit")
    paths, _ = facts.history.touches.codes("path")
    for commit, path in zip(commits, paths, strict=True):
        if path in home:
            modules[commit].append(path)
        elif path in others:
            waits[commit].add(others[path])
    for commit, touched in modules.items():
        boundaries = {home[path] for path in touched}
        found = {boundary for boundary in boundaries if boundary}
        if found and len(touched) <= BULK:
            yield commit, found, boundaries | waits.get(commit, set())
