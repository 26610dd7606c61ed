"""What functions do that no rollback undoes: Facts + homes -> Lasting, by file and function."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set

from ...model.facts import Call, Evidence, Facts, How, Op, WireKind
from ...model.names import Boundary, Module
from ...model.receivers import DELETIONS, signals
from .travel import Named

__all__ = ["Lasting", "lasting"]

Lasting = Mapping[tuple[str, str], tuple[tuple[str, Evidence], ...]]
"""By file and function: "cache", "mail", "network" or "task", and the line."""

_DEEP = 3  # calls

_Done = tuple[str, Evidence, int]  # what, where, and the line of the function by which it comes to that


def lasting(facts: Facts, homes: Mapping[Module, Boundary], callers: Mapping[Named, Set[Named]]) -> Lasting:
    """Itself, or up to three calls further in its boundary or the kernel, but for what waits for a commit already.

    What hears of the rows that it writes, whose ever it is, it comes to as well.
    """
    queued = {(wire.file, wire.line) for wire in facts.wires if wire.kind is WireKind.TASK}
    elsewhere = queued | {(one.file, one.line) for one in facts.given if one.kind == "commit"}
    done: defaultdict[Named, set[_Done]] = defaultdict(set)
    inside = _Inside(facts)
    for one in facts.given:
        if one.kind == "lasting" and (one.name != "task" or (one.file, one.line) in queued):
            function = inside.function(one.module, one.line)
            if function:
                done[one.module, function].add((one.name, Evidence(one.file, one.line), one.line))
    paths = {fact.module: fact.path for fact in facts.modules}
    calls, writers = _calls(facts, done, callers), _writers(facts)
    fresh: Mapping[Named, set[_Done]] = dict(done)
    for _ in range(_DEEP):
        further: defaultdict[Named, set[_Done]] = defaultdict(set)
        for place in fresh:
            for call in calls.get(place, ()):
                near = homes.get(call.called) in (None, homes.get(call.module))
                if near and (paths[call.module], call.line) not in elsewhere:
                    by = {(what, at, call.line) for what, at, line in fresh[place] if not _spares(call, line)}
                    further[call.module, call.function] |= by - done[call.module, call.function]
            for writer, line in writers.get(place, ()):
                further[writer] |= {(what, at, line) for what, at, _ in fresh[place]} - done[writer]
        for place, found in further.items():
            done[place] |= found
        fresh = further
    return {
        (paths[module], function): tuple(sorted({(what, at) for what, at, _ in done[module, function]}))
        for module, function in sorted(done)
        if done[module, function]
    }


def _writers(facts: Facts) -> Mapping[Named, Set[tuple[Named, int]]]:
    """By what hears of rows that are saved or deleted, the functions that do so, each with its line."""
    gone = {(one.module, one.table, one.line) for one in facts.columns if one.how is How.GONE}
    heard = signals(facts)
    found: defaultdict[Named, set[tuple[Named, int]]] = defaultdict(set)
    for one in facts.accesses if heard else ():
        if one.op is Op.WRITE and not one.bulk and one.table in heard:
            deletes = (one.module, one.table, one.line) in gone
            for function, names in heard[one.table].items():
                if any((name in DELETIONS) is deletes for name in names):
                    found[function].add(((one.module, one.function), one.line))
    return found


def _spares(call: Call, line: int) -> bool:
    return any(first <= line <= last for first, last in call.spared)


def _calls(facts: Facts, done: Iterable[Named], callers: Mapping[Named, Set[Named]]) -> Mapping[Named, list[Call]]:
    """Those of what comes to it, by what is called."""
    near = wanted = set(done)
    for _ in range(_DEEP - 1):
        near = {by for one in near for by in callers.get(one, ())} - wanted
        wanted = wanted | near
    found: defaultdict[Named, list[Call]] = defaultdict(list)
    for call in facts.calls if wanted else ():
        if (call.called, call.callee) in wanted:
            found[call.called, call.callee].append(call)
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
