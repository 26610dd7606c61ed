"""Loops over rows that go back to the database for each of them: Facts + Reach -> Loops (N+1)."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from ..model.facts import Access, Facts, Op, Origin, Query, Via
from ..model.names import Module, Table
from .reach import Place, Reach, around, tasks

__all__ = ["Loop", "by_hand", "find_loops"]


@dataclass(frozen=True, slots=True)
class Loop:
    """`items` are the accesses that run for each row, in the loop itself or in functions `through` which it goes.

    `called` are those of them that the loop's own lines call.
    """

    module: Module
    function: str
    file: str
    line: int
    items: tuple[Access, ...]
    called: frozenset[Place]
    through: frozenset[Place]

    @property
    def place(self) -> Place:
        return self.module, self.function

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(sorted({access.table for access in self.items}))


_Key = tuple[Module, str, int]

ANY = 8
"""Tables of one line from which on it says nothing of the one that a loop comes to through calls."""

FAR = 4
"""Calls over which rows that a caller has fetched are followed."""


def find_loops(
    facts: Facts,
    accesses: Iterable[Access],
    reach: Reach,
    calls: Reach,
    paths: Mapping[Module, str],
    by_hand: Container[Place] = (),
) -> tuple[Loop, ...]:
    """Every loop over rows in a module of `paths` whose body reads or writes a table, itself or through calls.

    Not those of functions that run `by_hand`, nor those that delete rows with all that hangs on them: each is a job of
    its own.
    """
    accesses = tuple(accesses)
    by_place: defaultdict[Place, list[Access]] = defaultdict(list)
    inside: defaultdict[_Key, list[Access]] = defaultdict(list)
    given = _given(accesses)
    for access in accesses:
        if access.along:
            continue
        if access.table not in given.get((access.module, access.function), ()):
            by_place[access.module, access.function].append(access)
        if access.repeats:
            inside[access.module, access.function, access.repeats].append(access)
    called = _called(facts, paths)
    queued = tasks(facts)
    each = {(one.module, one.function, one.called, one.callee) for one in facts.calls if not one.seldom}
    sure = Reach(
        {
            place: tuple(one for one in calls.calls[place] if one not in queued and (*place, *one) in each)
            for place in calls.calls
        },
        {},
    )
    through = {key: frozenset(sure.closure(*(called[key] - queued))) for key in called}
    along, kept = _Along(facts, reach, paths), _kept(facts)
    found = []
    for key in sorted(inside.keys() | through.keys()):
        module, function, line = key
        if (module, function) in by_hand:
            continue
        places = through.get(key, frozenset())
        behind = [access for place in sorted(places) for access in by_place.get(place, ())]
        items = tuple(
            one
            for one in dict.fromkeys([*inside[key], *behind])
            if not (along(one, (module, function)) or (one.table in kept and one.op is Op.READ))
        )
        if items and not any(one.via is Via.CASCADE and one.op is Op.WRITE for one in items):
            direct = called.get(key, frozenset())
            found.append(Loop(module, function, paths[module], line, items, direct, places))
    return tuple(found)


def _given(accesses: Iterable[Access]) -> Mapping[Place, set[Table]]:
    """The tables of which a function uses whichever its caller hands over: def model_query(model): ..."""
    lines: defaultdict[tuple[Place, int], set[Table]] = defaultdict(set)
    for access in accesses:
        if access.via is Via.ORM:
            lines[(access.module, access.function), access.line].add(access.table)
    found: defaultdict[Place, set[Table]] = defaultdict(set)
    for (place, _), tables in lines.items():
        found[place] |= tables if len(tables) > ANY else set()
    return found


def _called(facts: Facts, paths: Mapping[Module, str]) -> dict[_Key, frozenset[Place]]:
    starts: defaultdict[_Key, set[Place]] = defaultdict(set)
    for call in facts.calls:
        if call.repeats and call.module in paths and not call.seldom:
            starts[call.module, call.function, call.repeats].add((call.called, call.callee))
    return {key: frozenset(starts[key]) for key in starts}


def by_hand(facts: Facts, reach: Reach) -> "ByHand":
    """What commands come to, and no task or request: whoever calls them waits, and nobody else."""
    commands = {(one.module, one.function) for one in facts.entry_points if one.kind in ("command", "script")}
    modules = {module for module, _ in commands}
    own = {place for place in reach.calls if place[0] in modules} | {
        (one.module, one.function) for one in facts.accesses if one.module in modules
    }
    return ByHand(reach.closure(*commands, *own) - reach.closure(*tasks(facts)), reach)


@dataclass(frozen=True, slots=True)
class ByHand:
    """The functions of `places`, and those inside of them, that no request reaches."""

    places: set[Place]
    reach: Reach

    def __contains__(self, place: object) -> bool:
        module, function = cast(Place, place)
        inside = not self.places.isdisjoint((module, name) for name in around(function))
        return inside and not self.reach.entries(module, function)


def _kept(facts: Facts) -> frozenset[Table]:
    """The tables whose rows Django's own managers read once and keep: get_current(), get_for_model(order)."""
    framework = (one.table for one in facts.tables if one.origin is Origin.FRAMEWORK)
    return frozenset(table for table in framework if table.name in ("django_content_type", "django_site"))


class _Along:
    """Knows which rows are there already when a loop asks for them."""

    def __init__(self, facts: Facts, reach: Reach, paths: Mapping[Module, str]) -> None:
        self._calls = reach.calls
        self._callers: defaultdict[Place, set[Place]] = defaultdict(set)
        for place, called in reach.calls.items():
            for one in called if place[0] in paths else ():
                self._callers[one].add(place)
        self._joined, self._brought = defaultdict[Place, set[Table]](set), defaultdict[Place, set[Table]](set)
        for query in facts.queries:
            place = query.module, query.function
            self._brought[place].update(query.prefetched)
            if len(query.tables) > 1:
                self._joined[place].update(set(query.tables).difference(query.prefetched))
        self._single = {
            place: {table for query in queries if not query.per_item for table in query.tables}
            for place, queries in _by_place(one for one in facts.queries if len(one.tables) > 1).items()
        }
        self._plain = _plain(facts.queries)
        self._asked = {((one.module, one.function), table) for one in facts.queries for table in one.tables}
        self._handed = cache(self._all_hand)

    def __call__(self, access: Access, loop: Place) -> bool:
        # for user in users.select_related("department"): user.department.name
        place, table = (access.module, access.function), access.table
        given = (place, table) in self._plain or (place, table) not in self._asked  # as in `for line in lines`
        if access.op is Op.WRITE or not (access.via is Via.RELATION or given):
            return False
        if any(table in self._brought[one] or table in self._single.get(one, ()) for one in self._near(loop)):
            return True
        return table in self._handed(loop, FAR) and table not in self._joined[place]

    def _near(self, place: Place) -> tuple[Place, ...]:
        """A function, those around it, and those that they call themselves."""
        near = [(place[0], name) for name in around(place[1])]
        return (*near, *(called for one in near for called in self._calls.get(one, ())))

    def _all_hand(self, place: Place, depth: int) -> frozenset[Table]:
        """What all that call a function bring along: for want of the rows' own way, whoever of them passes them."""
        callers = self._callers.get(place, set()) - {place}
        if not (callers and depth):
            return frozenset()
        return frozenset.intersection(
            *(self._handed(one, depth - 1).union(*(self._brought[near] for near in self._near(one))) for one in callers)
        )


def _by_place(queries: Iterable[Query]) -> dict[Place, list[Query]]:
    found: defaultdict[Place, list[Query]] = defaultdict(list)
    for query in queries:
        found[query.module, query.function].append(query)
    return dict(found)


_Asked = set[tuple[Place, Table]]


def _plain(queries: Iterable[Query]) -> _Asked:
    """Where all rows of a table are asked for and no others, as `order.lines.all()` does: prefetching answers that."""
    plain, narrow = set[tuple[Place, Table]](), set[tuple[Place, Table]]()
    for query in queries:
        alone = len(query.tables) == 1 and not (query.filtered or query.ordered or query.aggregates)
        (plain if alone else narrow).update(((query.module, query.function), table) for table in query.tables)
    return plain - narrow
