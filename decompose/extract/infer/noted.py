"""Stage 1, whole project: what evaluation notes of a line: what it does to tables, its queries, what nobody knows."""

from typing import TYPE_CHECKING, Any

from ...model.facts import How, Op, Via
from ..code import Attr
from ..types import Type
from . import rounds
from .spared import spares
from .sure import is_kept
from .values import Draft, Effect, Site, Span

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["asked_before", "asks", "column", "draft", "effect", "forget", "scope_opened", "unread", "unresolved"]


def effect(
    machine: "Machine",
    target: Any,
    op: Op,
    via: Via,
    line: int,
    doubt: int = 0,
    *,
    kept: bool = False,
    along: bool = False,
    by: str = "",
    mentioned: bool = False,
) -> None:
    """The line reads or writes `target`, a ClassInfo or a table's name.

    `kept`: it is an attribute of the object `asked`, or its rows, and kept there once it was read. `along`: it
    sends no statement of its own. `by`: the column of the key that it goes along. `mentioned`: it only names a column.
    """
    if kept and machine.asked is not None and is_kept(machine, target, line):
        return
    key = Effect(target, op, via, line)
    before = machine.unit.effects.get(key)
    looped = machine.loops > 0
    if before is not None:
        doubt, looped = min(doubt, before[0]), looped or before[1]
    machine.unit.effects[key] = (doubt, looped)
    rare = machine.rare > 0
    if mentioned and before is None:
        machine.unit.mentioned[key] = None
    elif not mentioned:
        machine.unit.mentioned.pop(key, None)
    for noted, holds in ((machine.unit.along, along or rare or spares(machine)), (machine.unit.rare, rare)):
        if holds and before is None:
            noted[key] = None
        elif not (holds or (noted is machine.unit.along and any(key in built for built in machine.built.values()))):
            noted.pop(key, None)  # what a name holds that nobody has asked for is sent where somebody does
    of = rounds.asked_of(machine) if kept else ""
    if of and (before is None or machine.unit.of.get(key) == of):
        machine.unit.of[key] = of
    else:
        machine.unit.of.pop(key, None)
    if by and (before is None or machine.unit.by.get(key) == by):
        machine.unit.by[key] = by
    else:
        machine.unit.by.pop(key, None)
    if line := rounds.head(machine, machine.asked if kept else None):
        machine.unit.repeated[key] = line


def column(machine: "Machine", info: Any, name: str, how: How, line: int) -> None:
    """The line does that to the attribute `name` of a row of the class `info`; "" is the row as such."""
    machine.unit.columns[info, name, how, line] = None


def unread(machine: "Machine", target: Any) -> None:
    """The call that is applied changes rows of `target` by one statement: what its chain asked for is not read."""
    for one in machine.chain:
        if one.target == target:
            machine.forget(one)


def asks(machine: "Machine") -> tuple[Effect, ...]:
    """The call that is applied asks the tables of the columns that stand in its arguments: those."""
    for one in machine.given:
        machine.unit.mentioned.pop(one, None)
    return machine.given


def forget(machine: "Machine", effect: Effect) -> None:
    """What was noted does not happen."""
    unit = machine.unit
    for noted in (unit.effects, unit.repeated, unit.along, unit.rare, unit.of, unit.by, unit.mentioned):
        noted.pop(effect, None)


def draft(machine: "Machine", site: Site, via: Via) -> Draft:
    """The query that the call at `site` adds to: the one of the value it is called on, or a new one."""
    func = site.node.func
    known = machine.drafts.get(id(func.base)) if isinstance(func, Attr) else None
    if known is None:
        known = Draft(site.line, via, machine.loops > 0, bool(machine.head))
        known.continues(machine.asked_before(site))
        machine.unit.queries[id(site.node)] = known
    machine.drafts[id(site.node)] = known
    return known


def asked_before(machine: "Machine", site: Site) -> Draft | None:
    """The query of the value that the call at `site` is called on: `late.filter(...)`, `Order.objects.all()...`."""
    func = site.node.func
    if not isinstance(func, Attr):
        return None
    return machine.named_drafts.get(func.base) if isinstance(func.base, str) else machine.drafts.get(id(func.base))


def unresolved(machine: "Machine", kind: str, line: int, text: str) -> None:
    """Nobody could follow the line: `kind` says in what way."""
    machine.unit.unknown[kind, line, text] = None


def scope_opened(machine: "Machine", one: Type, line: int, end_line: int) -> None:
    """The lines commit at once, if `one` is what opens a transaction."""
    if kind := machine.inventory.transaction_kind(one):
        machine.unit.spans[Span(kind, line, end_line)] = None
