"""Question: Facts + what a change touches -> the tables within its reach, most likely first."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from ..model.blast import Affected
from ..model.counts import listed
from ..model.facts import Facts, Op, TableFact
from ..model.judgements import Partition
from ..model.names import Module, Table
from .likely import WORTH_SAYING

__all__ = ["tables_within"]

_MOST = 20  # tables of one module
_DECLARES = "declares"

_How = Mapping[Module, Mapping[Table, Set[str]]]  # what a change does with a table, by the module that it changes


def tables_within(
    facts: Facts, partition: Partition, chances: Mapping[Module, float], touches: Callable[[Module, int], bool]
) -> tuple[Sequence[Affected], Sequence[str]]:
    """The tables that the touched lines declare or use, and those that a module declares that is likely to change.

    Where one module alone would name more than is worth listing, it is a note instead: generic code uses whichever
    table it is given. `chances` is 1 for what is changed.
    """
    how = _how(facts, touches)
    broad = sorted(module for module, tables in how.items() if len(tables) > _MOST)
    narrow = {module: tables for module, tables in how.items() if module not in broad}
    elsewhere = _elsewhere(facts, partition, chances)
    found = [one for fact in facts.tables if (one := _affected(fact, narrow, chances, elsewhere))]
    found.sort(key=lambda one: (one[0], one[1].name))
    return (
        [one for _, one in found],
        [f"what is changed of {module} concerns {len(how[module])} tables, too many to list" for module in broad],
    )


def _how(facts: Facts, touches: Callable[[Module, int], bool]) -> _How:
    found: dict[Module, dict[Table, set[str]]] = defaultdict(lambda: defaultdict(set))
    for fact in facts.tables:
        if fact.module and touches(fact.module, fact.line):
            found[fact.module][fact.table].add(_DECLARES)
    for access in facts.accesses:
        if touches(access.module, access.line):
            found[access.module][access.table].add(access.op)
    return found


def _elsewhere(facts: Facts, partition: Partition, chances: Mapping[Module, float]) -> Mapping[Table, Sequence[str]]:
    """The boundaries that use a table and of which nothing is changed."""
    home = {module: fact.boundary.name for fact in partition.boundaries for module in fact.modules}
    inside = {home[module] for module, chance in chances.items() if chance == 1.0 and module in home}
    found: dict[Table, set[str]] = defaultdict(set)
    for access in facts.accesses:
        if access.module in home and home[access.module] not in inside:
            found[access.table].add(home[access.module])
    return {table: sorted(names) for table, names in found.items()}


def _affected(
    fact: TableFact, how: _How, chances: Mapping[Module, float], elsewhere: Mapping[Table, Sequence[str]]
) -> tuple[tuple[float, bool, bool, bool], Affected] | None:
    """The table and its rank: the likeliest first, then what is declared, what is written, what is read."""
    done: dict[str, set[str]] = defaultdict(set)
    for module, tables in how.items():
        for what in tables.get(fact.table, ()):
            done[what].add(module.name)
    likely = chances.get(fact.module, 0.0) if fact.module else 0.0
    declared = _DECLARES in done or WORTH_SAYING <= likely < 1.0
    reasons = [f"declared in {fact.module}"] if declared else []
    if _DECLARES not in done:
        reasons += _used_by(done[Op.WRITE], done[Op.READ])
    if not reasons:
        return None
    others = elsewhere.get(fact.table, ())
    if others and (_DECLARES in done or done[Op.WRITE]):
        reasons.append(f"also used in {listed(others)}")
    chance = 1.0 if any(done.values()) else likely
    rank = -chance, _DECLARES not in done, not done[Op.WRITE], not done[Op.READ]
    return rank, Affected(fact.table.name, chance, tuple(reasons))


def _used_by(writers: Set[str], readers: Set[str]) -> Iterator[str]:
    for how, names in (
        ("written and read", writers & readers),
        ("written", writers - readers),
        ("read", readers - writers),
    ):
        if names:
            yield f"{how} by {listed(sorted(names))}"
