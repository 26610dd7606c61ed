"""By which line each transaction comes to write each of its tables: Facts + Seams -> Ways."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...model.facts import Access, Call, Evidence, Facts, Op, Transaction, Via
from ...model.judgements import Seam, SeamKind
from ...model.names import Module, Table
from ...model.receivers import receivers

__all__ = ["Way", "Ways", "ways"]

_Place = tuple[Module, str]


@dataclass(frozen=True, slots=True)
class Way:
    """The line that writes a table, and the functions on the way to it, the scope's own first.

    `along`: by nothing but keys, with rows that are deleted.
    """

    at: Evidence
    path: tuple[_Place, ...]
    along: bool


Ways = Mapping[tuple[str, int], Mapping[Table, Way]]
"""For each scope, by its file and line, the shortest way to each table, by calls and by the signals of rows."""


def ways(facts: Facts, seams: Iterable[Seam]) -> Ways:
    """The ways of the scopes that `seams` are told of."""
    wanted = {(at.file, at.line) for seam in seams if seam.kind is SeamKind.TRANSACTION for at in seam.evidence}
    program = _Program(facts)
    scopes = {(one.file, one.line): one for one in facts.transactions if (one.file, one.line) in wanted}
    return {place: program.ways(scopes[place]) for place in sorted(scopes)}


@dataclass(frozen=True, slots=True)
class _Run:
    """A function that runs, the lines that its caller rules out, and the functions on the way to it."""

    place: _Place
    spared: tuple[tuple[int, int], ...]
    path: tuple[_Place, ...]

    def runs(self, line: int) -> bool:
        return not any(first <= line <= last for first, last in self.spared)


class _Program:
    def __init__(self, facts: Facts) -> None:
        self._calls: defaultdict[_Place, list[Call]] = defaultdict(list)
        self._writes: defaultdict[_Place, list[Access]] = defaultdict(list)
        self._receivers = receivers(facts)
        for call in facts.calls:
            self._calls[call.module, call.function].append(call)
        for access in facts.accesses:
            if access.op is Op.WRITE:
                self._writes[access.module, access.function].append(access)

    def ways(self, scope: Transaction) -> dict[Table, Way]:
        found: dict[Table, Way] = {}
        for access, path in self._reached(scope):
            along = access.via is Via.CASCADE
            known = found.get(access.table)
            if known is None or (known.along and not along):
                found[access.table] = Way(Evidence(access.file, access.line, access.function), path, along)
        return found

    def _reached(self, scope: Transaction) -> Iterator[tuple[Access, tuple[_Place, ...]]]:
        """What the scope writes, with the functions on the way, the nearest first."""
        start = (scope.module, scope.function)
        outside = ((0, scope.line - 1), (scope.end_line + 1, 1 << 30))
        waiting = deque([_Run(start, outside, (start,))])
        seen: set[tuple[_Place, tuple[tuple[int, int], ...]]] = set()
        while waiting:
            run = waiting.popleft()
            if (run.place, run.spared) in seen:
                continue
            seen.add((run.place, run.spared))
            writes = [one for one in self._writes.get(run.place, ()) if run.runs(one.line)]
            yield from ((one, run.path) for one in writes)
            waiting.extend(self._next(run, writes))

    def _next(self, run: _Run, writes: Sequence[Access]) -> Iterator[_Run]:
        for call in self._calls.get(run.place, ()):
            if run.runs(call.line):
                place = (call.called, call.callee)
                yield _Run(place, call.spared, (*run.path, place))
        for table in dict.fromkeys(one.table for one in writes if not one.bulk):
            for place in sorted(self._receivers.get(table, ())):
                yield _Run(place, (), (*run.path, place))
