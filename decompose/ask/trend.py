"""Question: do the boundaries get cleaner or dirtier? Facts + Changes of points along the history -> Trend."""

from collections.abc import Sequence, Set
from datetime import UTC, datetime

from ..model.blast import Trend, TrendPoint
from ..model.changes import Changes
from ..model.containment import Grouping, containment
from ..model.facts import Facts, ImportKind, ModuleKind
from ..model.names import Module, Table
from ..model.spread import spread

__all__ = ["point", "trend"]


def trend(layout: str, points: Sequence[TrendPoint]) -> Trend:
    """The points, oldest first."""
    return Trend(layout, tuple(sorted(points, key=lambda point: (point.date, point.commit))))


def point(facts: Facts, changes: Changes, grouping: Grouping, since: int) -> TrendPoint:
    """The key figures of one revision: its tree whole, and its changes from the time `since` (seconds) on."""
    home = {fact.module: group for fact, group in zip(facts.modules, grouping, strict=True) if group >= 0}
    imports = {
        (one.importer, one.imported)
        for one in facts.imports
        if one.kind is not ImportKind.TYPE and one.importer in home and one.imported in home
    }
    crossing = {(a, b) for a, b in imports if home[a] != home[b]}
    recent = _since(facts, changes, since)
    held = containment("", recent, grouping)
    return TrendPoint(
        commit=facts.history.head,
        date=datetime.fromtimestamp(min(facts.history.head_time, 2**33), UTC).date().isoformat(),
        modules=sum(fact.kind is ModuleKind.SOURCE for fact in facts.modules),
        boundaries=len({group for group in grouping if group >= 0}),
        imports=len(imports),
        crossing_imports=len(crossing),
        shared_tables=_shared_tables(facts, home),
        cycles=_cycles({(home[a], home[b]) for a, b in crossing}),
        changes=held.changes,
        inside=round(held.inside, 4),
    )


def _cycles(between: Set[tuple[int, int]]) -> int:
    """How many sets of groups there are whose members all need each other."""
    needed: dict[int, set[int]] = {}
    for a, b in between:
        needed.setdefault(a, set()).add(b)
    whole = {one: spread({one}, needed) for one in needed}
    tangles = {frozenset(other for other in whole[one] if one in whole.get(other, ())) for one in whole}
    return sum(len(tangle) > 1 for tangle in tangles)


def _shared_tables(facts: Facts, home: dict[Module, int]) -> int:
    """Tables that modules of several groups declare or use."""
    groups: dict[Table, set[int]] = {}
    named = [(fact.module, fact.table) for fact in facts.tables if fact.module]
    for module, table in named + [(access.module, access.table) for access in facts.accesses]:
        if module in home:
            groups.setdefault(table, set()).add(home[module])
    return sum(len(found) > 1 for found in groups.values())


def _since(facts: Facts, changes: Changes, since: int) -> Changes:
    """The changes from `since` on; they stand newest first."""
    commits = facts.history.commits
    kept = next((i for i, commit in enumerate(changes.commits) if commits[commit].time < since), len(changes))
    return Changes(
        changes.items,
        changes.starts[: kept + 1],
        changes.members,
        changes.commits[:kept],
        changes.weights[:kept],
        changes.largest,
    )
