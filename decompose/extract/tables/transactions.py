"""Stage 1, whole project: Machine -> the scopes that commit at once, and all tables written in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from ...model.facts import Access, Confidence, Op, Transaction, Via
from ...model.names import Module, Table
from ..infer import Effect, Machine, Span, Unit, is_split
from ..program import ClassInfo
from .spared import Lines, Spared, is_within

__all__ = ["effects_of", "flushed", "transactions"]


def effects_of(unit: Unit) -> Iterator[tuple[Effect, int, bool]]:
    """Each effect of a unit, its doubt, and whether it stands in a loop; what libraries do for a line included."""
    for effect, (doubt, looped) in unit.effects.items():
        yield effect, doubt, looped
    for (borrowed, line), (doubt, looped) in unit.borrowed.items():
        for effect, inner in _of_library(borrowed).items():
            via = Via.CASCADE if effect.via is Via.CASCADE else Via.FRAMEWORK
            yield Effect(effect.target, effect.op, via, line), max(doubt, inner), looped


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


def transactions(machine: Machine) -> tuple[Transaction, ...]:
    """Blocks and decorated functions, and what stands before a session's commit; only those that write, sorted.

    A scope's writes are those on its lines and those of all that is called there. What `on_commit` defers and what a
    task or another thread does is left out, and so is what a called function commits by itself. A function that is
    evaluated apart for each class that it is called on, or given, commits something else for each: such a scope is
    told once for every set of writes that no other holds.
    """
    found: defaultdict[tuple[Module, str, str, str, int, int], set[frozenset[str]]] = defaultdict(set)
    spared = Spared()
    called = {callee for unit in machine.units for callee, _ in unit.calls}
    for unit in machine.units:
        source = unit.scope.source
        if not source.library and (unit in called or not _is_for_all(unit)):
            for span in (*unit.spans, *_around(unit), *_until_commits(unit)):
                key = source.module, unit.name, span.kind, source.path, span.line, span.end_line
                found[key].add(frozenset(_tables(machine, _written(machine, unit, span, spared))))
    made = (_transaction(*key, writes) for key, runs in found.items() for writes in _largest(runs) if writes)
    return tuple(sorted(made, key=lambda one: (one.file, one.line, one.end_line, one.function, one.kind, one.writes)))


def _is_for_all(unit: Unit) -> bool:
    """Is it the evaluation for rows of whatever class of a function that is evaluated apart for each class?"""
    return unit.fn is not None and unit is unit.fn.unit and is_split(unit.fn)


def _largest(runs: Collection[frozenset[str]]) -> Iterator[frozenset[str]]:
    return (one for one in runs if not any(one < other for other in runs))


def flushed(machine: Machine) -> Iterator[Access]:
    """What a commit sends to the database though functions called before it changed the objects: written there too."""
    spared = Spared()
    for unit in machine.units:
        if not unit.scope.source.library and unit.commits:
            own = _tables(machine, _own_writes(unit, range(_END)))
            for span in _until_commits(unit):
                for table in sorted(_tables(machine, _written(machine, unit, span, spared)) - own):
                    yield _flush(unit, table, span.end_line)


def _flush(unit: Unit, table: str, line: int) -> Access:
    source = unit.scope.source
    likely = Confidence.LIKELY
    return Access(source.module, unit.name, Table(table), Op.WRITE, Via.ORM, likely, False, source.path, line)


def _around(unit: Unit) -> Iterator[Span]:
    # @retried, where retried(fn) defines wrapper(*args) with a `with session.begin():` in it
    for decorator in unit.decorators if unit.fn else ():
        for wrapper in decorator.nested:
            for span in wrapper.spans:
                assert unit.fn is not None
                yield Span(span.kind, unit.fn.node.line, unit.fn.node.end_line)


def _until_commits(unit: Unit) -> Iterator[Span]:
    # session.add(order); session.commit(); session.add(receipt); session.commit()
    start = unit.fn.node.line if unit.fn else 1
    for line in sorted(unit.commits):
        yield Span(unit.commits[line], start, line)
        start = line + 1


def _transaction(
    module: Module, function: str, kind: str, file: str, line: int, end_line: int, writes: frozenset[str]
) -> Transaction:
    return Transaction(module, function, kind, tuple(map(Table, sorted(writes))), file, line, end_line)


def _tables(machine: Machine, targets: Iterable[object]) -> set[str]:
    return {table for target in targets for table in machine.inventory.tables_of(target)}


def _written(machine: Machine, unit: Unit, span: Span, spared: Spared) -> Iterator[object]:
    inside = range(span.line, span.end_line + 1)
    yield from _own_writes(unit, inside)
    called = [
        (callee, spared(unit, line, callee))
        for callee, line in unit.calls
        if line in inside and line not in unit.deferred
    ]
    for callee, left_out in _closure(machine, called, unit, spared):
        yield from _own_writes(callee, range(_END), left_out)


_END = 1 << 60


def _own_writes(unit: Unit, lines: range, left_out: Lines = ()) -> Iterator[object]:
    return (
        effect.target
        for effect, _, _ in effects_of(unit)
        if effect.op is Op.WRITE and effect.line in lines and not is_within(effect.line, left_out)
        if effect not in unit.for_any  # the line that calls it tells which
    )


_Run = tuple[Unit, Lines]


def _closure(machine: Machine, called: Iterable[_Run], caller: Unit, spared: Spared) -> Iterable[_Run]:
    """The units that `called` lead to, with the lines that they leave out, but not those that commit themselves.

    A base of many classes is evaluated for all of them together: what it asks of `self` is the caller's, no sister's.
    """
    line = _line(machine, caller)
    found: dict[_Run, None] = {}
    waiting = [run for run in called if not _is_sisters(machine, caller, run[0], line)]
    while waiting:
        unit, left_out = run = waiting.pop()
        if run not in found and unit is not caller and not unit.commits:
            found[run] = None
            waiting.extend(
                (callee, spared(unit, at, callee))
                for callee, at in unit.calls
                if at not in unit.deferred and not is_within(at, left_out)
                if not _is_sisters(machine, unit, callee, line)
            )
    return found


def _line(machine: Machine, unit: Unit) -> frozenset[ClassInfo]:
    """The class that `self` is of, and its bases; none where it is not known."""
    one = unit.receiver
    return frozenset(machine.line_of(one.of)) if one is not None and one.kind in ("instance", "class") else frozenset()


def _is_sisters(machine: Machine, unit: Unit, callee: Unit, line: frozenset[ClassInfo]) -> bool:
    """Does a method of one of the classes in `line` reach, by `self`, one of a class that is beside them?"""
    asked = unit.fn.owner if unit.fn else None
    owner = callee.fn.owner if callee.fn else None
    return asked in line and owner is not None and owner not in line and asked in machine.line_of(owner)
