"""Stage 1, whole project: Machine -> what lines do to tables through functions that serve any table.

`db.insert(table="orders")` names a table for a function to write; `order.save()` of a base class of all models writes
whatever it is called on. Such a function alone touches no table in particular: the line that calls it does.
"""

from typing import Any

from ...model.facts import Op, Via
from ..infer import Effect, Machine, Unit

__all__ = ["hand_back"]


def hand_back(machine: Machine) -> None:
    """Enter what general functions do as effects of the lines that tell them with what."""
    named: dict[tuple[Unit, str], frozenset[Op]] = {}
    general: dict[Unit, frozenset[Op]] = {}
    by_one: dict[Unit, bool] = {}
    found: list[tuple[Unit, Effect, int]] = []
    for unit in machine.units:
        if unit.scope.source.library:
            continue
        for callee, line in unit.calls:
            for name in sorted(callee.tables - unit.tables):
                ops = _on_named(callee, name, named)
                found += [(unit, Effect(name, op, Via.SQL, line), 1) for op in sorted(ops)]
        for (callee, line), classes in unit.received.items():
            ops = _on_any(machine, callee, general)
            for info, doubt in classes.items():
                given = [Effect(info, op, Via.ORM, line) for op in sorted(ops)]
                shared = _is_general(machine, unit)
                found += [(unit, effect, max(doubt, int(shared))) for effect in given]
                if _in_bulk(machine, callee, by_one):
                    new = [one for one in given if one.op is Op.WRITE and one not in unit.effects]
                    unit.bulk |= dict.fromkeys(new)
                if shared:
                    unit.for_any |= dict.fromkeys(one for one in given if one not in unit.effects)
    for unit, effect, doubt in found:
        unit.effects.setdefault(effect, (doubt, False))


def _on_named(unit: Unit, table: str, known: dict[tuple[Unit, str], frozenset[Op]]) -> frozenset[Op]:
    """How `unit`, and those that it hands the name on to, touch the table."""
    if (unit, table) not in known:
        known[unit, table] = frozenset()  # a circle adds nothing
        own = {effect.op for effect in unit.effects if effect.target == table}
        passed = [_on_named(callee, table, known) for callee, _ in unit.calls if table in callee.tables]
        known[unit, table] = frozenset(own).union(*passed)
    return known[unit, table]


def _on_any(machine: Machine, unit: Unit, known: dict[Unit, frozenset[Op]]) -> frozenset[Op]:
    """How `unit`, and other methods of such classes that it calls, touch the rows of whatever it is called on."""
    if unit not in known:
        known[unit] = frozenset()
        own = {effect.op for effect in unit.effects if machine.inventory.is_general(effect.target)}
        passed = [_on_any(machine, callee, known) for callee, _ in unit.calls if _is_general(machine, callee)]
        known[unit] = frozenset(own).union(*passed)
    return known[unit]


def _in_bulk(machine: Machine, unit: Unit, known: dict[Unit, bool]) -> bool:
    """Is all that `unit` writes of whatever it is called on sent as for many rows? `filter(pk=self.pk).update(...)`"""
    if unit not in known:
        known[unit] = True
        own = [one for one in unit.effects if one.op is Op.WRITE and machine.inventory.is_general(one.target)]
        passed = [callee for callee, _ in unit.calls if _is_general(machine, callee)]
        known[unit] = all(one in unit.bulk for one in own) and all(_in_bulk(machine, one, known) for one in passed)
    return known[unit]


def _is_general(machine: Machine, unit: Unit) -> bool:
    owner: Any = unit.fn.owner if unit.fn else None
    return owner is not None and bool(machine.inventory.is_general(owner))
