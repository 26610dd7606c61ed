"""Which calls are waited for though nobody looks at what they return: Facts -> Awaited."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, partial

from ..model.facts import Access, Facts, Op, Use, UseKind, Via
from ..model.names import Module, Table
from .calls import typed
from .loops import by_hand
from .reach import Place, Reach, reach, tasks

__all__ = ["Awaited"]


LEVELS = 2
"""How many callers up may still look at what a call wrote."""


class Awaited:
    """Knows what each function comes to read and write, and on which line."""

    def __init__(self, facts: Facts) -> None:
        self._calls = typed(facts)
        self._own = {op: _by_place(facts, op) for op in Op}
        self._lines: defaultdict[Place, list[tuple[int, Place]]] = defaultdict(list)
        self._callers: defaultdict[Place, list[tuple[int, Place]]] = defaultdict(list)
        for call in facts.calls:
            place, called = (call.module, call.function), (call.called, call.callee)
            self._lines[place].append((call.line, called))
            self._callers[called].append((call.line, place))
        self._come_to = cache(self._tables)
        self._after = cache(self._touched_after)
        self._tasks = tasks(facts)
        self._by_hand = by_hand(facts, reach(facts))
        self._bars = defaultdict[Table, set[Table]](set)  # whose rows must let go before one of a table is deleted
        for key in facts.foreign_keys:
            if key.on_delete in ("protect", "restrict"):
                self._bars[key.to_table].add(key.table)
        self._errors = _errors(facts)
        self._raised = cache(partial(_of_all, self._errors, self._calls))
        self._handled = cache(partial(_of_all, self._errors, _reversed(self._calls)))
        self._queue = {(one.module, one.function) for one in facts.uses if self._is_task(one)}

    def __call__(self, use: Use) -> bool:
        """Does its name say that the caller waits, or is it a task that is run at once? Does the caller handle an error
        that both know? Does it read or write further down what the call wrote, or delete what it reads, or what its
        rows protect? Or does the call change this process alone, so that nobody else could do it? Who runs a command
        waits for all that it does.

        store_address(user, address)
        if user.addresses.filter(pk=address.pk).exists(): ...
        """
        called, place = (use.used, use.name), (use.module, use.function)
        if self._is_task(use):
            return called in self._tasks or use.name.endswith(".apply")  # run at once; what is queued nobody waits for
        if (
            place in self._by_hand
            or _ASKS(use.name)
            or _CHANGES(use.name)
            or (_KEEPS(use.name) and not _TELLS(use.name))
        ):
            return True
        if not self._handled(place).isdisjoint(self._raised(called)):
            return True
        written, read = (self._come_to(called, op) for op in (Op.WRITE, Op.READ))
        if not (written or self._leaves(use)):
            return True
        if written and not written.isdisjoint(self._touched_below(place, use.line) | self._after(place, LEVELS)):
            return True
        deleted = self._deleted_below(place, use.line)
        return not (written | read).isdisjoint(deleted) or any(
            not written.isdisjoint(self._bars[one]) for one in deleted
        )

    def acts(self, use: Use) -> bool:
        """Does it come to a table, queue a task, or does its name say that it does something to others?"""
        place = use.used, use.name
        if any(self._come_to(place, op) for op in Op) or _DOES(use.name.rpartition(".")[2]):
            return True
        return not self._calls.closure(place).isdisjoint(self._queue | self._tasks)

    def _leaves(self, use: Use) -> bool:
        """Does anything leave the process? A task is queued, or the name says that something is sent."""
        called = self._calls.closure((use.used, use.name))
        last = use.name.rpartition(".")[2]
        return self._is_task(use) or bool(_SENDS(last)) or not called.isdisjoint(self._queue | self._tasks)

    def _is_task(self, use: Use) -> bool:
        return (use.used, use.name) in self._tasks or (use.used, use.name.rpartition(".")[0]) in self._tasks

    def _deleted_below(self, place: Place, line: int) -> set[Table]:
        """What deletions on the lines of the function itself delete, and take along."""
        below = [one for one in self._own[Op.WRITE].get(place, ()) if one.line > line]
        deleting = {one.line for one in below if one.via is Via.CASCADE}
        return {one.table for one in below if one.line in deleting and one.via in (Via.CASCADE, Via.ORM)}

    def _touched_below(self, place: Place, line: int) -> set[Table]:
        """What the lines of the function itself read and write, and what they call reads."""
        found = {one.table for op in Op for one in self._own[op].get(place, ()) if one.line > line}
        for at, called in self._lines.get(place, ()):
            if at > line:
                found |= self._come_to(called, Op.READ)
        return found

    def _touched_after(self, place: Place, levels: int) -> frozenset[Table]:
        """What those who call `place`, and who calls them, read and write once it is done."""
        found = set[Table]()
        for line, caller in self._callers.get(place, ()) if levels else ():
            found |= self._touched_below(caller, line) | self._after(caller, levels - 1)
        return frozenset(found)

    def _tables(self, place: Place, op: Op) -> frozenset[Table]:
        return frozenset(one.table for near in self._calls.closure(place) for one in self._own[op].get(near, ()))


def _reversed(calls: Reach) -> Reach:
    found: defaultdict[Place, list[Place]] = defaultdict(list)
    for place, called in calls.calls.items():
        for one in called:
            found[one].append(place)
    return Reach({place: tuple(found[place]) for place in found}, {})


def _of_all(errors: Mapping[Place, set[Place]], calls: Reach, place: Place) -> frozenset[Place]:
    return frozenset().union(*(errors.get(one, ()) for one in calls.closure(place)))


def _errors(facts: Facts) -> defaultdict[Place, set[Place]]:
    """The error classes of the project that each function raises or catches."""
    found: defaultdict[Place, set[Place]] = defaultdict(set)
    for use in facts.uses:
        if use.kind is UseKind.RAISE:
            found[use.module, use.function].add((use.used, use.name))
    return found


# validate_price(price), acquire_lock(): they return nothing, and yet the caller waits: for an error, or for its turn;
# allocate_stock(order): what is not there any more cannot be promised
_ASKS = re.compile(
    r"(.*\.)?_*(validate|check|clean|ensure|assert|require|verify|raise|acquire|lock|wait|(de)?allocate|reserve)"
).match

# Attributes.save(product, values), gift_cards_create(order): rows that the caller wants stored when it answers
_KEEPS = re.compile(
    r"(.*\.)?_*(\w+_and_)?(save|store|persist|add|(get_or_)?create|insert|upsert)(_|$)"
    r"|(.*\.)?update$|.*_(create|save|store)$"
).match

# delete_stocks(ids), rename_and_delete(), replace_options(question): or changed or gone
_CHANGES = re.compile(r"(.*\.)?_*(\w+_and_)?(replace|set|delete|remove|wipe|shred|purge)(_|$)|.*_delete$").match

# create_failed_transaction_event(), save_log(): what happened is told, and nobody asks for it here
_TELLS = re.compile(r"event|log|journal|audit|history").search

# send_receipt(), notify_staff(), reindex(): by a library that is not read here
_SENDS = re.compile(r"send|notif|publish|mail|index|queue|schedule").search


# send_receipt(), notify_staff(): but not publisher_url(), get_email()
_DOES = re.compile(r"_*(send|notify|publish|mail|email|index|reindex|queue|enqueue|schedule)(_|$)").match


def _by_place(facts: Facts, op: Op) -> dict[tuple[Module, str], list[Access]]:
    found: defaultdict[Place, list[Access]] = defaultdict(list)
    for access in facts.accesses:
        if access.op is op:
            found[access.module, access.function].append(access)
    return dict(found)
