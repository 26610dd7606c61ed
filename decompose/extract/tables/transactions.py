"""Stage 1, whole project: Machine -> the scopes that commit at once, and all tables written in them."""

from collections.abc import Iterable, Iterator

from ...model.facts import Op, Transaction
from ...model.names import Table
from ..infer import Machine, Span, Unit

__all__ = ["transactions"]


def transactions(machine: Machine) -> tuple[Transaction, ...]:
    """Blocks and decorated functions, and what stands before a session's commit; only those that write, sorted.

    A scope's writes are those on its lines and those of all that is called there. What `on_commit` defers is left out,
    and so is what a called function commits by itself.
    """
    found = {
        _transaction(machine, unit, span)
        for unit in machine.units
        if not unit.scope.source.library
        for span in (*unit.spans, *_until_commits(unit))
    }
    kept = (one for one in found if one.writes)
    return tuple(sorted(kept, key=lambda one: (one.file, one.line, one.end_line, one.function, one.kind, one.writes)))


def _until_commits(unit: Unit) -> Iterator[Span]:
    # session.add(order); session.commit(); session.add(receipt); session.commit()
    start = unit.fn.node.line if unit.fn else 1
    for line in sorted(unit.commits):
        yield Span(unit.commits[line], start, line)
        start = line + 1


def _transaction(machine: Machine, unit: Unit, span: Span) -> Transaction:
    tables = {table for target in _written(unit, span) for table in machine.inventory.tables_of(target)}
    return Transaction(
        module=unit.scope.source.module,
        function=unit.name,
        kind=span.kind,
        writes=tuple(map(Table, sorted(tables))),
        file=unit.scope.source.path,
        line=span.line,
        end_line=span.end_line,
    )


def _written(unit: Unit, span: Span) -> Iterator[object]:
    inside = range(span.line, span.end_line + 1)
    yield from (effect.target for effect in unit.effects if effect.op is Op.WRITE and effect.line in inside)
    called = [callee for callee, line in unit.calls if line in inside and line not in unit.deferred]
    for callee in _closure(called, unit):
        yield from (effect.target for effect in callee.effects if effect.op is Op.WRITE)


def _closure(called: Iterable[Unit], caller: Unit) -> Iterable[Unit]:
    """The units that `called` lead to, but not those that commit what they do themselves."""
    found: dict[Unit, None] = {}
    waiting = list(called)
    while waiting:
        unit = waiting.pop()
        if unit not in found and unit is not caller and not unit.commits:
            found[unit] = None
            waiting.extend(callee for callee, line in unit.calls if line not in unit.deferred)
    return found
