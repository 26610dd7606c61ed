"""By which line each transaction comes to write each of its tables: Facts + Seams -> Ways."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..model.facts import Access, Call, Evidence, Facts, Op, Transaction, Via
from ..model.judgements import Seam, SeamKind
from ..model.names import Module, Table

__all__ = ["Way", "Ways", "ways"]


@dataclass(frozen=True, slots=True)
class Way:
    """The line that writes a table, and the functions called on the way to it, from those that the scope calls.

    `along`: by nothing but keys, with rows that are deleted.
    """

    at: Evidence
    path: tuple[str, ...]
    along: bool


Ways = Mapping[tuple[str, int], Mapping[Table, Way]]
"""For each scope, by its file and line, the shortest way to each table that calls lead to; signals are no calls."""

_Place = tuple[Module, str]


def ways(facts: Facts, seams: Iterable[Seam]) -> Ways:
    """The ways of the scopes that `seams` are told of."""
    wanted = {(at.file, at.line) for seam in seams if seam.kind is SeamKind.TRANSACTION for at in seam.evidence}
    calls: defaultdict[_Place, list[Call]] = defaultdict(list)
    writes: defaultdict[_Place, list[Access]] = defaultdict(list)
    for call in facts.calls:
        calls[call.module, call.function].append(call)
    for access in facts.accesses:
        if access.op is Op.WRITE:
            writes[access.module, access.function].append(access)
    return {
        (scope.file, scope.line): _of(scope, calls, writes)
        for scope in facts.transactions
        if (scope.file, scope.line) in wanted
    }


def _of(
    scope: Transaction, calls: Mapping[_Place, Sequence[Call]], writes: Mapping[_Place, Sequence[Access]]
) -> dict[Table, Way]:
    found: dict[Table, Way] = {}
    for access, path in _reached(scope, calls, writes):
        along = access.via is Via.CASCADE
        known = found.get(access.table)
        if known is None or (known.along and not along):
            found[access.table] = Way(Evidence(access.file, access.line, access.function), path, along)
    return found


def _reached(
    scope: Transaction, calls: Mapping[_Place, Sequence[Call]], writes: Mapping[_Place, Sequence[Access]]
) -> Iterator[tuple[Access, tuple[str, ...]]]:
    """What the scope writes, with the functions on the way, the nearest first."""
    start = (scope.module, scope.function)
    yield from ((one, ()) for one in writes.get(start, ()) if scope.line <= one.line <= scope.end_line)
    waiting = deque[tuple[Call, tuple[str, ...]]]()
    waiting.extend((one, (one.callee,)) for one in calls.get(start, ()) if scope.line <= one.line <= scope.end_line)
    seen: set[tuple[Module, str, tuple[tuple[int, int], ...]]] = set()
    while waiting:
        call, path = waiting.popleft()
        run = (call.called, call.callee, call.spared)
        if run in seen:
            continue
        seen.add(run)
        runs = (call.called, call.callee)
        yield from ((one, path) for one in writes.get(runs, ()) if not _is_spared(call, one.line))
        waiting.extend((one, (*path, one.callee)) for one in calls.get(runs, ()) if not _is_spared(call, one.line))


def _is_spared(call: Call, line: int) -> bool:
    return any(first <= line <= last for first, last in call.spared)
