"""Which calls are waited for though nobody looks at what they return: Facts -> Awaited."""

from collections import defaultdict
from functools import cache

from ..model.facts import Access, Facts, Op, Use, Via
from ..model.names import Module, Table
from .calls import typed
from .reach import Place

__all__ = ["Awaited"]


class Awaited:
    """Knows what each function comes to read and write, and on which line."""

    def __init__(self, facts: Facts) -> None:
        self._calls = typed(facts)
        self._own = {op: _by_place(facts, op) for op in Op}
        self._lines: defaultdict[Place, list[tuple[int, Place]]] = defaultdict(list)
        for call in facts.calls:
            self._lines[call.module, call.function].append((call.line, (call.called, call.callee)))
        self._come_to = cache(self._tables)

    def __call__(self, use: Use) -> bool:
        """Does the caller read further down what the call wrote, or delete what it reads?

        store_address(user, address)
        if user.addresses.filter(pk=address.pk).exists(): ...
        """
        called, place = (use.used, use.name), (use.module, use.function)
        written, read = (self._come_to(called, op) for op in (Op.WRITE, Op.READ))
        if written and not written.isdisjoint(self._read_below(place, use.line)):
            return True
        return bool(written | read) and not (written | read).isdisjoint(self._deleted_below(place, use.line))

    def _deleted_below(self, place: Place, line: int) -> set[Table]:
        """What deletions take along, on the lines of the function itself."""
        below = (one for one in self._own[Op.WRITE].get(place, ()) if one.line > line)
        return {one.table for one in below if one.via is Via.CASCADE}

    def _read_below(self, place: Place, line: int) -> set[Table]:
        found = {one.table for one in self._own[Op.READ].get(place, ()) if one.line > line}
        for at, called in self._lines.get(place, ()):
            if at > line:
                found |= self._come_to(called, Op.READ)
        return found

    def _tables(self, place: Place, op: Op) -> frozenset[Table]:
        return frozenset(one.table for near in self._calls.closure(place) for one in self._own[op].get(near, ()))


def _by_place(facts: Facts, op: Op) -> dict[tuple[Module, str], list[Access]]:
    found: defaultdict[Place, list[Access]] = defaultdict(list)
    for access in facts.accesses:
        if access.op is op:
            found[access.module, access.function].append(access)
    return dict(found)
