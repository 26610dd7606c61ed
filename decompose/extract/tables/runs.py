"""Stage 1, whole project: a stretch of lines -> the sets of tables that it writes, one for each run that may differ."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ...model.facts import Op, Via
from ..infer import MANY, Effect, Machine, Span, Unit
from ..program import ClassInfo
from .spared import Lines, Spared, is_within

__all__ = ["effects_of", "runs", "tables_of", "written"]

_ONE_OF = 4
"""Tables that one line writes by its rows' own class, from which on nobody knows which it writes, nor who hears it."""

_ANYTHING = 5
"""Functions of different names that one line calls, from which on it calls what it is given."""

_END = 1 << 60

_Run = tuple[Unit, Lines]
"""A function that is evaluated, and the lines that are left out of it."""

_Choice = tuple[int, ClassInfo]
"""A line, and the class of which it does one thing or the other."""


def effects_of(machine: Machine, unit: Unit) -> Iterator[tuple[Effect, int, bool]]:
    """Each effect of a unit, its doubt, and whether it stands in a loop; what libraries do for a line included.

    A column that a line names is told at the line that adds to a query of its table.
    """
    asked = _asked(machine, unit) if unit.mentioned else frozenset()
    for effect, (doubt, looped) in unit.effects.items():
        if effect not in unit.mentioned:
            yield effect, doubt, looped
        else:
            for line in _adding(machine, unit, effect, asked):
                yield effect._replace(line=line), doubt, looped
    for (borrowed, line), (doubt, looped) in unit.borrowed.items():
        for effect, inner in _of_library(borrowed).items():
            yield _charged(effect, line), max(doubt, inner), looped


def _asked(machine: Machine, unit: Unit) -> frozenset[str]:
    """The tables that lines of a unit ask or write by statements, whatever columns they name."""
    sent = (one for one in unit.effects if one not in unit.mentioned and (one.op is Op.READ or one not in unit.along))
    return tables_of(machine, sent)


def _adding(machine: Machine, unit: Unit, named: Effect, asked: frozenset[str]) -> Iterable[int]:
    """The lines that are told for a column that is named. None where another asks its table, or none asks anything;
    where no query is known to be of its table, the line that names it.

    wanted = [Order.paid.is_(False)]      return orders.filter(*wanted)
    """
    tables = machine.inventory.tables_of(named.target)
    if not unit.queries or not asked.isdisjoint(tables):
        return ()
    lines = {
        draft.line
        for draft in unit.queries.values()
        if any(not set(tables).isdisjoint(machine.inventory.tables_of(one)) for one in draft.targets)
    }
    return sorted(lines) or (named.line,)


def _charged(effect: Effect, line: int) -> Effect:
    return Effect(effect.target, effect.op, Via.CASCADE if effect.via is Via.CASCADE else Via.FRAMEWORK, line)


def _of_library(unit: Unit) -> dict[Effect, int]:
    """All that a function of a library does, also through other functions of libraries."""
    found: dict[Effect, int] = {}
    pending, seen = [unit], {unit}
    while pending:
        one = pending.pop()
        for effect, (doubt, _) in one.effects.items():
            found[effect] = min(doubt, found.get(effect, 2))
        for called, _line in one.borrowed:
            if called not in seen:
                seen.add(called)
                pending.append(called)
    return found


def tables_of(machine: Machine, effects: Iterable[Effect]) -> frozenset[str]:
    """The tables behind effects."""
    return frozenset(table for one in effects for table in machine.inventory.tables_of(one.target))


def written(machine: Machine, unit: Unit, span: Span, spared: Spared) -> frozenset[str]:
    """All tables that the lines of a unit may write, and the functions that they call."""
    ways = _Ways(machine, unit, spared, apart=False)
    return tables_of(machine, _followed(ways, _within(ways, unit, span)).writes)


def runs(machine: Machine, unit: Unit, span: Span, spared: Spared) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """The tables that each run of a unit's lines writes, and those that the receivers of signals alone do.

    A method of a base of many classes is evaluated for all of them together. What it does to what one of them brings
    along, `self.form(...).save()`, it does for one class each time: each is a run of its own.
    """
    ways = _Ways(machine, unit, spared, apart=True)
    common = _followed(ways, _within(ways, unit, span))
    for choice in (_Part(), *common.choices.values()):
        found = _followed(ways, choice, common)
        own = tables_of(machine, found.writes)
        _hear(ways, found)
        yield own, tables_of(machine, found.writes) - own


class _Step(NamedTuple):
    """A function that is called; surely, or by a line that calls what it is given?"""

    run: _Run
    surely: bool


@dataclass(slots=True)
class _Part:
    """What some lines do: write (do receivers surely hear it?) and call, and of many classes for one each time."""

    writes: dict[Effect, bool] = field(default_factory=dict)
    calls: list[_Step] = field(default_factory=list)
    choices: "dict[_Choice, _Part]" = field(default_factory=dict)
    seen: dict[_Run, None] = field(default_factory=dict)

    def choice(self, line: int, of: ClassInfo) -> "_Part":
        return self.choices.setdefault((line, of), _Part())


def _within(ways: "_Ways", unit: Unit, span: Span) -> _Part:
    return ways.part((unit, ()), range(span.line, span.end_line + 1))


def _followed(ways: "_Ways", start: _Part, before: _Part | None = None) -> _Part:
    """All that the lines lead to, with what others did `before`; what follows a choice makes no further ones."""
    found = _Part(dict(before.writes), choices={}, seen=dict(before.seen)) if before else _Part()
    _add(found, start, surely=True)
    found.choices.update(start.choices)
    sure = [one for one in start.calls if one.surely]
    doubtful = [one for one in start.calls if not one.surely]
    while sure or doubtful:
        run, surely = (sure or doubtful).pop()
        if run not in found.seen:
            found.seen[run] = None
            part = ways.part(run)
            _add(found, part, surely)
            if before is None:
                found.choices.update((key, one) for key, one in part.choices.items() if key not in found.choices)
            for step in part.calls:
                (sure if surely and step.surely else doubtful).append(step)
    return found


def _add(found: _Part, part: _Part, surely: bool) -> None:
    for effect, holds in part.writes.items():
        found.writes[effect] = found.writes.get(effect, False) or (surely and holds)


def _hear(ways: "_Ways", found: _Part) -> None:
    """Add what the receivers of signals do: those of the rows that are surely written one by one, and of theirs."""
    heard: dict[Unit, None] = {}
    while receivers := [one for one in ways.receivers(found.writes) if one not in heard]:
        heard.update(dict.fromkeys(receivers))
        more = _followed(ways, _Part(calls=[_Step((unit, ()), True) for unit in receivers]), found)
        found.writes, found.seen = more.writes, more.seen


class _Ways:
    """What the units that a scope leads to write and call, each found once.

    A called function that commits by itself is left out. A base of many classes is evaluated for all of them together:
    what it asks of `self` is the caller's, no sister's.
    """

    def __init__(self, machine: Machine, scope: Unit, spared: Spared, *, apart: bool) -> None:
        self._machine, self._scope, self._spared, self._apart = machine, scope, spared, apart
        self._line = _line(machine, scope)
        self._parts: dict[_Run, _Part] = {}

    def receivers(self, writes: Mapping[Effect, bool]) -> Iterator[Unit]:
        """Who hears of what is surely saved or deleted; what goes along with a deletion is only deleted."""
        told = dict.fromkeys((one.target, one.via is Via.CASCADE) for one, surely in writes.items() if surely)
        for target, deleted in told:
            for unit, of_deletions in self._machine.inventory.receivers.get(target, {}).items():
                if of_deletions or not deleted:
                    yield unit

    def part(self, run: _Run, lines: range = range(_END)) -> _Part:
        if run in self._parts and lines.stop == _END:
            return self._parts[run]
        unit, left_out = run
        inside = [line for line in _lines(unit) if line in lines and not is_within(line, left_out)]
        part = _Part()
        many = self._apart and _is_for_many(self._machine, unit)
        for line, steps in self._calls(unit, set(inside)).items():
            names = {one.run[0].name.rpartition(".")[2] for one in steps}
            for step in steps:
                chosen = many and _one_of(self._machine, step.run[0], [one.run[0] for one in steps])
                where = part.choice(line, chosen) if chosen else part
                where.calls.append(_Step(step.run, len(names) < _ANYTHING))
        self._writes(unit, set(inside), part, many)
        if lines.stop == _END:
            self._parts[run] = part
        return part

    def _calls(self, unit: Unit, lines: set[int]) -> dict[int, list[_Step]]:
        found: defaultdict[int, list[_Step]] = defaultdict(list)
        for callee, line in unit.calls:
            if line not in lines or line in unit.deferred or callee is self._scope or callee.commits:
                continue
            if not _is_sisters(self._machine, unit, callee, self._line):
                found[line].append(_Step((callee, self._spared(unit, line, callee)), True))
        return found

    def _writes(self, unit: Unit, lines: set[int], part: _Part, many: bool) -> None:
        own = [one for one in unit.effects if one.line in lines and one.op is Op.WRITE and one not in unit.for_any]
        for borrowed, line in unit.borrowed:
            if line not in lines:
                continue
            effects = [_charged(one, line) for one in _of_library(borrowed) if one.op is Op.WRITE]
            beside = [one for one, at in unit.borrowed if at == line]
            chosen = many and _one_of(self._machine, borrowed, beside)
            if chosen:
                part.choice(line, chosen).writes.update(dict.fromkeys(effects, True))
            elif many:
                own += effects
            else:
                part.writes.update(dict.fromkeys(effects, True))
        by_line: defaultdict[int, list[Effect]] = defaultdict(list)
        for effect in own:
            by_line[effect.line].append(effect)
        for line, effects in by_line.items():
            rows = dict.fromkeys(one for one in effects if one.via is not Via.CASCADE)
            tables = tables_of(self._machine, rows)
            for effect in effects:
                surely = effect not in unit.bulk and effect not in unit.rare and len(tables) < _ONE_OF
                if not many or len({one.target for one in rows}) < 2:
                    part.writes[effect] = surely
                elif effect.via is not Via.CASCADE and isinstance(effect.target, ClassInfo):
                    part.choice(line, effect.target).writes[effect] = surely


def _lines(unit: Unit) -> Iterator[int]:
    yield from dict.fromkeys(
        (*(one.line for one in unit.effects), *(line for _, line in unit.calls), *(line for _, line in unit.borrowed))
    )


def _is_for_many(machine: Machine, unit: Unit) -> bool:
    """Is a method evaluated for so many classes below its own that nobody knows which of them `self` is of?"""
    of = _called_on(unit)
    if unit.fn is None or of is None or of.scope.source.library:
        return False
    return (unit.fn.owner is of or unit.fn.scope.source.library) and len(machine.below_of(of)) > MANY


def _one_of(machine: Machine, unit: Unit, beside: Iterable[Unit]) -> ClassInfo | None:
    """The class on which a line calls a method of one name, where it calls it on others as well."""
    classes = [_called_on(one) for one in beside if _last(one) == _last(unit)]
    mine = _called_on(unit)
    if mine is None:
        return None
    line = machine.line_of(mine)
    others = (one for one in classes if one is not None and one not in line and mine not in machine.line_of(one))
    return mine if next(others, None) is not None else None


def _last(unit: Unit) -> str:
    return unit.name.rpartition(".")[2]


def _called_on(unit: Unit) -> ClassInfo | None:
    one = unit.receiver
    return one.of if one is not None and one.kind in ("instance", "class") else None


def _line(machine: Machine, unit: Unit) -> frozenset[ClassInfo]:
    """The class that `self` is of, and its bases; none where it is not known."""
    one = _called_on(unit)
    return frozenset(machine.line_of(one)) if one is not None else frozenset()


def _is_sisters(machine: Machine, unit: Unit, callee: Unit, line: frozenset[ClassInfo]) -> bool:
    """Does a method of one of the classes in `line` reach, by `self`, one of a class that is beside them?"""
    asked = unit.fn.owner if unit.fn else None
    owner = callee.fn.owner if callee.fn else None
    return asked in line and owner is not None and owner not in line and asked in machine.line_of(owner)
