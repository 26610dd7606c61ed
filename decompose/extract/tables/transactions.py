"""Stage 1, whole project: Machine -> the scopes that commit at once, and all tables written in them."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from ...model.facts import Access, Confidence, Op, Transaction, Via
from ...model.names import Module, Table
from ..infer import Machine, Span, Unit, is_split
from .runs import effects_of, runs, tables_of, written
from .spared import Spared

__all__ = ["flushed", "transactions"]


def transactions(machine: Machine) -> tuple[Transaction, ...]:
    """Blocks and decorated functions, and what stands before a session's commit; only those that write, sorted.

    A scope's writes are those on its lines and those of all that is called there. What `on_commit` defers and what a
    task or another thread does is left out, and so is what a called function commits by itself. A function that is
    evaluated apart for each class that it is called on, or given, commits something else for each: such a scope is
    told once for every set of writes that no other holds.
    """
    found: defaultdict[tuple[Module, str, str, str, int, int], set[_Run]] = defaultdict(set)
    spared = Spared()
    called = {callee for unit in machine.units for callee, _ in unit.calls}
    for unit in machine.units:
        source = unit.scope.source
        if not source.library and (unit in called or not _is_for_all(unit)):
            for span in (*unit.spans, *_around(unit), *_until_commits(unit)):
                key = source.module, unit.name, span.kind, source.path, span.line, span.end_line
                found[key].update(runs(machine, unit, span, spared))
    made = (_transaction(*key, *run) for key, known in found.items() for run in _largest(known) if run[0])
    return tuple(
        sorted(made, key=lambda one: (one.file, one.line, one.end_line, one.function, one.kind, one.writes, one.heard))
    )


def _is_for_all(unit: Unit) -> bool:
    """Is it the evaluation for rows of whatever class of a function that is evaluated apart for each class?"""
    return unit.fn is not None and unit is unit.fn.unit and is_split(unit.fn)


_Run = tuple[frozenset[str], frozenset[str]]


def _largest(known: Collection[_Run]) -> Iterator[_Run]:
    return (one for one in known if not any(one[0] | one[1] < other[0] | other[1] for other in known))


def flushed(machine: Machine) -> Iterator[Access]:
    """What a commit sends to the database though functions called before it changed the objects: written there too."""
    spared = Spared()
    for unit in machine.units:
        if not unit.scope.source.library and unit.commits:
            effects = (one for one, _, _ in effects_of(machine, unit) if one.op is Op.WRITE and one not in unit.for_any)
            own = tables_of(machine, effects)
            for span in _until_commits(unit):
                for table in sorted(written(machine, unit, span, spared) - own):
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
    module: Module,
    function: str,
    kind: str,
    file: str,
    line: int,
    end_line: int,
    writes: frozenset[str],
    heard: frozenset[str],
) -> Transaction:
    tables, others = (tuple(map(Table, sorted(names))) for names in (writes, heard))
    return Transaction(module, function, kind, tables, file, line, end_line, others)
