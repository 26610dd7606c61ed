"""Loops over rows that go back to the database for each of them: Facts + Reach -> Loops (N+1)."""

import re
from collections import defaultdict, deque
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ..model.facts import Access, Call, Facts, Op, Origin, Via
from ..model.names import Module, Table
from .fetched import Fetched
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

_Spared = tuple[tuple[int, int], ...]

ANY = {Via.ORM: 3, Via.FRAMEWORK: 3, Via.RELATION: 5}
"""Tables that one line reads, or whose rows it asks for a relation, from which on it reads one of them each time."""

STEPS = 3
"""Calls over which what a loop does for a row is followed: what is further away, too much decides."""

# row.save() of the project's own: what it does for a new row it does not for one that a query found
_STORES = ("save", "delete", "full_clean")

# delete_customer(id): its subscriptions go first, with all that they hold
_deletes = re.compile(r"(.*\.)?_*(delete|purge|shred)(_|$)").match


def find_loops(
    facts: Facts,
    accesses: Iterable[Access],
    reach: Reach,
    calls: Reach,
    paths: Mapping[Module, str],
    by_hand: Container[Place] = (),
) -> tuple[Loop, ...]:
    """Every loop over rows in a module of `paths` whose body reads or writes a table, itself or through calls.

    Not those of functions that run `by_hand`, nor those that delete rows with all that hangs on them, by keys or as the
    function's name says: each is a job of its own.
    """
    accesses = tuple(accesses)
    by_place: defaultdict[Place, list[Access]] = defaultdict(list)
    inside: defaultdict[_Key, list[Access]] = defaultdict(list)
    given = _given(accesses)
    for access in accesses:
        if access.along:
            continue
        place = access.module, access.function
        if (place, access.line) in given:
            continue
        by_place[place].append(access)
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
    along, kept, behind = Fetched(facts, reach, paths), _kept(facts), _Behind(facts, sure, by_place)
    found = []
    for key in sorted(inside.keys() | through.keys()):
        module, function, line = key
        if (module, function) in by_hand:
            continue
        places = through.get(key, frozenset())
        direct = called.get(key, frozenset())
        items = tuple(
            one
            for one in dict.fromkeys([*inside[key], *behind(key, direct - queued)])
            if not (along(one, (module, function), line, direct) or (one.table in kept and one.op is Op.READ))
            and one.via is not Via.CASCADE
        )
        if ((module, function), line) in given:
            items = tuple(_sure_of_rows(items, inside[key]))
        if _deletes(function) and any(one.op is Op.WRITE for one in items):
            continue
        reached = [*inside[key], *(access for place in places for access in by_place.get(place, ()))]
        if items and not any(one.via is Via.CASCADE and one.op is Op.WRITE for one in reached):
            found.append(Loop(module, function, paths[module], line, items, direct, places))
    return tuple(found)


def _sure_of_rows(items: Iterable[Access], own: Collection[Access]) -> Iterator[Access]:
    """Of what is done to rows that may be of many classes, what is not one relation or the other by their class.

    order.status.name, where an order has a status of one table, and what else it may be one of another
    """
    asked: defaultdict[int, set[Table]] = defaultdict(set)
    for one in own:
        if _is_followed(one):
            asked[one.line].add(one.table)
    doubtful = {one for one in own if _is_followed(one) and len(asked[one.line]) > 1}
    yield from (one for one in items if one not in doubtful)


class _Behind:
    """Knows what the functions that a loop calls do for each row, as far as that is sure.

    Not what is more than `STEPS` calls away, what one of several methods of that name does, nor what saving does for a
    new row alone, nor a look-up by the key of a row that the session has. Whose relation is asked for further away than
    the first call nobody knows.
    """

    def __init__(self, facts: Facts, calls: Reach, accesses: Mapping[Place, Sequence[Access]]) -> None:
        self._calls, self._accesses = calls.calls, accesses
        alike: defaultdict[tuple[Place, int, str], set[Place]] = defaultdict(set)
        for call in facts.calls:
            name = call.callee.rpartition(".")[2]
            alike[(call.module, call.function), call.line, name].add((call.called, call.callee))
        self._surely = {(place, one) for (place, _, _), found in alike.items() if len(found) == 1 for one in found}
        self._sessions = _of_sessions(facts)
        self._models = {(fact.module, fact.model): fact.table for fact in facts.tables}
        self._sent = {(one.module, one.function, table) for one in facts.queries for table in one.tables}
        self._made: defaultdict[tuple[Place, Place], list[Call]] = defaultdict(list)
        for call in facts.calls:
            self._made[(call.module, call.function), (call.called, call.callee)].append(call)

    def __call__(self, loop: _Key, called: Iterable[Place]) -> Iterator[Access]:
        own = {self._models.get((loop[0], loop[1].partition(".")[0]))}  # for line in self.lines: line.order
        held = {one.table for one in self._accesses.get(loop[:2], ())}.union(own) & self._sessions
        rows = self._rows(loop) & self._sessions
        for place, steps, spared, same in self._steps(loop, called):
            for access in self._accesses.get(place, ()):
                known = access.of in same or (_is_followed(access) and (steps > 1 or access.table in held))
                kept = access.table in rows and self._is_looked_up(access)
                if not (known or kept or _within(spared, access.line)):
                    yield access

    def _rows(self, loop: _Key) -> set[Table]:
        """The tables that the head of a loop reads: by itself, or by the functions that it calls."""
        module, function, line = loop
        heads = [call for called in self._calls.get((module, function), ()) for call in self._made[loop[:2], called]]
        places = {(call.called, call.callee) for call in heads if call.line == line and not call.repeats}
        own = (one for one in self._accesses.get((module, function), ()) if one.line == line)
        return {one.table for one in (*own, *(one for place in places for one in self._accesses.get(place, ())))}

    def _is_looked_up(self, access: Access) -> bool:
        """Does it ask the session for the row of a key? That is no query, and sends nothing where the row is known.

        session.get(Order, key)
        """
        sent = (access.module, access.function, access.table) in self._sent
        return access.op is Op.READ and access.via is Via.ORM and not sent

    def _steps(self, loop: _Key, called: Iterable[Place]) -> Iterator[tuple[Place, int, _Spared, frozenset[str]]]:
        """The functions behind `called`, each with how many calls away it is, the lines that these leave out, and the
        parameters that are the same object in each round: it keeps what it was asked for once."""
        first = {one: [call for call in self._made[loop[:2], one] if call.repeats == loop[2]] for one in sorted(called)}
        same = {one: frozenset(first[one][0].same).intersection(*(call.same for call in first[one])) for one in first}
        waiting = deque((place, 1, _common(first[place])) for place in first if not _stores(place))
        seen: set[Place] = set()
        while waiting:
            place, steps, spared = waiting.popleft()
            if place in seen:
                continue
            seen.add(place)
            mine = same[place] if steps == 1 else frozenset[str]()
            yield place, steps, spared, mine
            for one in self._calls.get(place, ()) if steps < STEPS else ():
                calls = [call for call in self._made[place, one] if not _within(spared, call.line)]
                calls = [call for call in calls if call.kept not in mine]  # it is worked out in the first round
                if calls and (place, one) in self._surely and not _stores(one):
                    waiting.append((one, steps + 1, _common(calls)))


def _common(calls: Sequence[Call]) -> _Spared:
    """The lines that all calls leave out: row.work_out(save=False)"""
    found = {call.spared for call in calls}
    return found.pop() if len(found) == 1 else ()


def _within(spared: _Spared, line: int) -> bool:
    return any(first <= line <= last for first, last in spared)


def _is_followed(access: Access) -> bool:
    return access.via is Via.RELATION and access.op is Op.READ


def _stores(place: Place) -> bool:
    return place[1].rpartition(".")[2] in _STORES


def _of_sessions(facts: Facts) -> frozenset[Table]:
    """The tables whose rows a session keeps by their keys, as SQLAlchemy's does; Django's are all of `...Field`."""
    types = {fact.table: {one.type for one in fact.columns} - {""} for fact in facts.tables}
    return frozenset(
        table
        for table in types
        if types[table] and not any(one.endswith(("Field", "ForeignKey")) for one in types[table])
    )


def _given(accesses: Iterable[Access]) -> set[tuple[Place, int]]:
    """The lines that use whichever of many tables a caller hands over: def model_query(model): ..."""
    lines: defaultdict[tuple[tuple[Place, int], Via], set[Table]] = defaultdict(set)
    for access in accesses:
        if access.via in ANY:
            lines[((access.module, access.function), access.line), access.via].add(access.table)
    return {line for (line, via), tables in lines.items() if len(tables) >= ANY[via]}


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
    # scripts/count_posts.py: def run(): manage.py runscript count_posts
    modules |= {
        one.module for one in facts.definitions if one.name == "run" and "scripts" in one.module.name.split(".")[:-1]
    }
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
