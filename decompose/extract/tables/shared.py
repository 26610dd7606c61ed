"""Stage 1, whole project: Machine -> what the lines of a base of many classes do, for each that is seen to call them.

class Saved(models.Model):
    def save(self): ...; super().save()       # which Order, Line and a hundred others inherit

Such a line serves every table and says nothing of any: the lines that call it are charged (`handed.py`). Yet it is this
line that sends the statement, of the tables of all on which somebody is seen to call it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ...model.facts import Access, How, Op, Via
from ...model.names import Table
from ..infer import Effect, Machine, Unit
from ..program import ClassInfo
from .calls import CONFIDENCE
from .cascades import cascade
from .inventory import Inventory
from .runs import effects_of

__all__ = ["shared"]

_Called = Mapping[Unit, Mapping[ClassInfo, int]]
"""Methods of general classes -> the classes that they are called on, and how doubtful that is."""


def shared(machine: Machine) -> tuple[Access, ...]:
    """Sorted; at best `likely`, as of several methods of one name the call may mean another."""
    inventory: Inventory = machine.inventory
    found: dict[tuple[object, ...], Access] = {}
    for unit, classes in _called(machine).items():
        source = unit.scope.source
        if source.library:
            continue
        gone = set(_deleted(unit))
        for effect, doubt, looped in effects_of(machine, unit):
            if not inventory.is_general(effect.target):
                continue
            among = set(inventory.concrete(effect.target))
            for info, unsure in classes.items():
                for target, op in _done(inventory, effect, info, among, (effect.target, effect.line) in gone):
                    for table in inventory.tables_of(target):
                        access = Access(
                            source.module, unit.name, Table(table), op, Via.SHARED, CONFIDENCE[max(1, doubt, unsure)],
                            looped, source.path, effect.line,
                        )  # fmt: skip
                        key = (source.module, unit.name, table, op, effect.line)
                        found[key] = min(access, found.get(key, access), key=_doubt)
    return tuple(sorted(found.values(), key=lambda one: (one.file, one.line, one.function, one.table, one.op)))


def _doubt(access: Access) -> int:
    return CONFIDENCE.index(access.confidence)


def _called(machine: Machine) -> _Called:
    """Also through each other: `self.save()` in a method of the same base, or of one below."""
    found: defaultdict[Unit, dict[ClassInfo, int]] = defaultdict(dict)
    for unit in machine.units:
        for (callee, _), classes in unit.received.items():
            _add(found[callee], classes.items())
    waiting = list(found)
    while waiting:
        unit = waiting.pop()
        for callee, _ in unit.calls:
            owner = callee.fn.owner if callee.fn else None
            if owner is None or callee is unit or not machine.inventory.is_general(owner):
                continue
            below = [(info, doubt) for info, doubt in found[unit].items() if owner in machine.line_of(info)]
            if _add(found[callee], below):
                waiting.append(callee)
    return found


def _add(known: dict[ClassInfo, int], classes: Iterable[tuple[ClassInfo, int]]) -> bool:
    before = len(known)
    for info, doubt in classes:
        known[info] = min(doubt, known.get(info, doubt))
    return len(known) > before


def _deleted(unit: Unit) -> Iterator[tuple[object, int]]:
    """Whose rows a unit deletes at which of its lines, by itself or by what a library does there."""
    yield from ((target, line) for target, _, how, line in unit.columns if how is How.GONE)
    for borrowed, line in unit.borrowed:
        yield from ((target, line) for target, _, how, _ in borrowed.columns if how is How.GONE)


def _done(
    inventory: Inventory, effect: Effect, info: ClassInfo, among: set[ClassInfo], gone: bool
) -> Iterator[tuple[object, Op]]:
    """What a line does for one class, with what a deletion of its rows takes along."""
    if among.issuperset(inventory.concrete(info)):
        yield info, effect.op
        if gone and effect.op is Op.WRITE:
            yield from cascade(inventory, info)
