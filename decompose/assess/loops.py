"""Loops over rows that go back to the database for each of them: Facts + Reach -> Loops (N+1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..model.facts import Access, Facts, Op, Origin, Query, Via
from ..model.names import Module, Table
from .reach import Place, Reach, tasks

__all__ = ["Loop", "find_loops"]


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


def find_loops(
    facts: Facts, accesses: Iterable[Access], reach: Reach, calls: Reach, paths: Mapping[Module, str]
) -> tuple[Loop, ...]:
    """Every loop over rows in a module of `paths` whose body reads or writes a table, itself or through calls."""
    by_place: defaultdict[Place, list[Access]] = defaultdict(list)
    inside: defaultdict[_Key, list[Access]] = defaultdict(list)
    for access in accesses:
        if access.along:
            continue
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
    loaded, plain, kept = _loaded(facts), _plain(facts.queries), _kept(facts)
    found = []
    for key in sorted(inside.keys() | through.keys()):
        module, function, line = key
        places = through.get(key, frozenset())
        behind = [access for place in sorted(places) for access in by_place.get(place, ())]
        nearby = _nearby((module, function), loaded, reach)
        items = tuple(
            one
            for one in dict.fromkeys([*inside[key], *behind])
            if not (_comes_along(one, nearby, plain) or (one.table in kept and one.op is Op.READ))
        )
        if items:
            direct = called.get(key, frozenset())
            found.append(Loop(module, function, paths[module], line, items, direct, places))
    return tuple(found)


def _called(facts: Facts, paths: Mapping[Module, str]) -> dict[_Key, frozenset[Place]]:
    starts: defaultdict[_Key, set[Place]] = defaultdict(set)
    for call in facts.calls:
        if call.repeats and call.module in paths and not call.seldom:
            starts[call.module, call.function, call.repeats].add((call.called, call.callee))
    return {key: frozenset(starts[key]) for key in starts}


def _kept(facts: Facts) -> frozenset[Table]:
    """The tables whose rows Django's own managers read once and keep: get_current(), get_for_model(order)."""
    framework = (one.table for one in facts.tables if one.origin is Origin.FRAMEWORK)
    return frozenset(table for table in framework if table.name in ("django_content_type", "django_site"))


def _loaded(facts: Facts) -> dict[Place, set[Table]]:
    """The tables that the queries of a function bring along: select_related, prefetch_related, joinedload."""
    found: defaultdict[Place, set[Table]] = defaultdict(set)
    for query in facts.queries:
        place = query.module, query.function
        if not query.per_item and len(query.tables) > 1:
            found[place].update(query.tables)
        found[place].update(query.prefetched)
    return dict(found)


def _nearby(place: Place, loaded: Mapping[Place, set[Table]], reach: Reach) -> set[Table]:
    """What the queries of a function and of those that it calls itself bring along."""
    return {table for near in (place, *reach.calls.get(place, ())) for table in loaded.get(near, ())}


_Asked = set[tuple[Place, Table]]


def _plain(queries: Iterable[Query]) -> _Asked:
    """Where all rows of a table are asked for and no others, as `order.lines.all()` does: prefetching answers that."""
    plain, narrow = set[tuple[Place, Table]](), set[tuple[Place, Table]]()
    for query in queries:
        alone = len(query.tables) == 1 and not (query.filtered or query.ordered or query.aggregates)
        (plain if alone else narrow).update(((query.module, query.function), table) for table in query.tables)
    return plain - narrow


def _comes_along(access: Access, nearby: set[Table], plain: _Asked) -> bool:
    # for user in users.select_related("department"): user.department.name
    follows = access.via is Via.RELATION or ((access.module, access.function), access.table) in plain
    return follows and access.op is Op.READ and access.table in nearby
