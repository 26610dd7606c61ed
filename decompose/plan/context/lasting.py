"""What functions do that no rollback undoes: Facts + homes -> Lasting, by file and function."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from ...model.facts import Access, Evidence, Facts, Op, Via, WireKind
from ...model.names import Boundary, Module, Table
from ...model.receivers import DELETIONS
from .travel import Named

__all__ = ["Hearing", "Lasting", "lasting"]

Lasting = Mapping[tuple[str, str], tuple[tuple[str, Evidence, int], ...]]
"""By file and function: "cache", "file", "mail", "network" or "task", where that is, and the line by which it comes
to that."""

Hearing = Mapping[Table, Mapping[Named, frozenset[str]]]
"""By which signals receivers hear of a table's rows."""

_DEEP = 3  # calls

_Done = tuple[str, Evidence, int]
_Step = tuple[Named, int, tuple[tuple[int, int], ...]]  # who comes to it, by which line, but for these lines of it


def lasting(
    facts: Facts,
    homes: Mapping[Module, Boundary],
    callers: Mapping[Named, Set[Named]],
    heard: Hearing,
    gone: Set[tuple[Module, Table, int]],
) -> Lasting:
    """Itself, or up to three calls further in its boundary or the kernel, or by the receivers of the signals of rows
    that it saves or, at the lines `gone`, deletes; but for what waits for a commit already.
    """
    queued = {(wire.file, wire.line) for wire in facts.wires if wire.kind is WireKind.TASK}
    done: defaultdict[Named, set[_Done]] = defaultdict(set)
    inside = _Inside(facts)
    for one in facts.given:
        if one.kind == "lasting" and (one.name != "task" or (one.file, one.line) in queued):
            function = inside.function(one.module, one.line)
            if function:
                done[one.module, function].add((one.name, Evidence(one.file, one.line), one.line))
    for place, line, at in _with_files(facts, gone):
        done[place].add(("file", at, line))
    paths = {fact.module: fact.path for fact in facts.modules}
    elsewhere = queued | {(one.file, one.line) for one in facts.given if one.kind == "commit"}
    steps = _steps(facts, homes, done, callers, _writers(facts, heard, gone) if done else {})
    fresh: Mapping[Named, set[_Done]] = dict(done)
    for _ in range(_DEEP):
        further: defaultdict[Named, set[_Done]] = defaultdict(set)
        for place in fresh:
            for by, line, spared in steps.get(place, ()):
                if (paths[by[0]], line) not in elsewhere:
                    comes = {(what, at, line) for what, at, inner in fresh[place] if not _within(inner, spared)}
                    further[by] |= comes - done[by]
        for place, found in further.items():
            done[place] |= found
        fresh = further
    return {
        (paths[module], function): tuple(sorted(done[module, function]))
        for module, function in sorted(done)
        if done[module, function]
    }


_FILES = frozenset({"FileField", "ImageField"})


def _with_files(facts: Facts, gone: Set[tuple[Module, Table, int]]) -> Iterator[tuple[Named, int, Evidence]]:
    """The lines that delete rows which name files."""
    named = {fact.table for fact in facts.tables if any(column.type in _FILES for column in fact.columns)}
    for one in facts.accesses if named else ():
        if one.op is Op.WRITE and one.table in named and _deletes(one, gone):
            yield (one.module, one.function), one.line, Evidence(one.file, one.line)


def _deletes(one: Access, gone: Set[tuple[Module, Table, int]]) -> bool:
    return one.via is Via.CASCADE or (one.module, one.table, one.line) in gone


def _within(line: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= line <= last for first, last in spans)


def _writers(facts: Facts, heard: Hearing, gone: Set[tuple[Module, Table, int]]) -> Mapping[Named, Set[_Step]]:
    """Who saves or deletes a row of which each receiver hears; many rows at once send no signal."""
    found: defaultdict[Named, set[_Step]] = defaultdict(set)
    for one in facts.accesses if heard else ():
        if one.op is Op.WRITE and not one.bulk and one.via is not Via.SQL and one.table in heard:
            deletes = _deletes(one, gone)
            for receiver, signals in heard[one.table].items():
                if any((signal in DELETIONS) is deletes for signal in signals):
                    found[receiver].add(((one.module, one.function), one.line, ()))
    return found


def _steps(
    facts: Facts,
    homes: Mapping[Module, Boundary],
    done: Iterable[Named],
    callers: Mapping[Named, Set[Named]],
    writers: Mapping[Named, Set[_Step]],
) -> Mapping[Named, list[_Step]]:
    """By which lines others come to it, by what is called."""
    near = wanted = set(done)
    for _ in range(_DEEP - 1):
        near = {
            by for one in near for by in (*callers.get(one, ()), *(step[0] for step in writers.get(one, ())))
        } - wanted
        wanted = wanted | near
    found: defaultdict[Named, list[_Step]] = defaultdict(list)
    for call in facts.calls if wanted else ():
        if (call.called, call.callee) in wanted and homes.get(call.called) in (None, homes.get(call.module)):
            found[call.called, call.callee].append(((call.module, call.function), call.line, call.spared))
    for one in wanted & writers.keys():
        found[one] += sorted(writers[one])
    return found


class _Inside:
    """Which function or method a line stands in."""

    def __init__(self, facts: Facts) -> None:
        modules = {one.module for one in facts.given if one.kind == "lasting"}
        self._spans: defaultdict[Module, list[tuple[int, int, str]]] = defaultdict(list)
        for one in facts.definitions:
            if one.kind == "function" and one.module in modules:
                self._spans[one.module].append((one.line, one.end_line, one.name))
        for spans in self._spans.values():
            spans.sort()

    def function(self, module: Module, line: int) -> str:
        """ "" where it stands in none; none stands in another."""
        spans = self._spans[module]
        at = bisect_right(spans, line, key=lambda span: span[0]) - 1
        return spans[at][2] if at >= 0 and line <= spans[at][1] else ""
