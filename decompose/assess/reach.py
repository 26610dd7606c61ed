"""Who calls whom, and which requests reach which function: Facts -> Reach."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from ..model.facts import Call, Facts, UseKind, WireKind
from ..model.names import Module

__all__ = ["SEVERAL", "Place", "Reach", "Unrun", "is_in", "reach", "tasks"]

SEVERAL = 2
"""Requests that must reach a function before it counts as reached from several; more are not told apart."""

Place = tuple[Module, str]
"""A function of a module."""

_Graph = Mapping[Place, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Reach:
    """`calls` leads from each function to those it uses, `requests` to up to `SEVERAL` of the `seeds` that reach it."""

    calls: _Graph
    requests: Mapping[Place, frozenset[Place]]
    seeds: frozenset[Place] = frozenset()

    def entries(self, module: Module, function: str) -> frozenset[Place]:
        """A method is reached with its class, a nested function with the one around it."""
        found = (self.requests.get((module, name), frozenset()) for name in around(function))
        return frozenset().union(*found)

    def hot(self, module: Module, function: str, in_loop: bool) -> bool:
        """Reachable from a request, and in a loop or from several of them."""
        entries = self.entries(module, function)
        return bool(entries) and (in_loop or len(entries) >= SEVERAL)

    def only(self, entries: Set[Place], without: Set[Place] = frozenset()) -> "Reach":
        """What requests at `entries` reach, by no call of functions `without`."""
        calls = self.calls
        if without:
            calls = {place: tuple(one for one in calls[place] if one not in without) for place in calls}
        return _reached(frozenset(entries), calls)

    def closure(self, *starts: Place) -> set[Place]:
        """`starts` and all that they lead to."""
        found: set[Place] = set()
        waiting = list(starts)
        while waiting:
            if (place := waiting.pop()) not in found:
                found.add(place)
                waiting.extend(self.calls.get(place, ()))
        return found


def around(function: str) -> list[str]:
    # "Cart.add.<locals>.price" -> "Cart", "Cart.add", "Cart.add.<locals>.price"
    parts = function.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts)) if parts[i] != "<locals>"]


def is_in(places: Set[Place], place: Place) -> bool:
    """Is a function one of `places`, or inside of one?"""
    return not places.isdisjoint((place[0], name) for name in around(place[1]))


def reach(facts: Facts, wide: bool = False) -> Reach:
    """Follow calls, and uses where no type is known, from each request entry; a worker runs the tasks.

    Who names a class may run all of its methods. Not those of a class of rows, which everybody names, unless `wide`:
    templates call them, too.
    """
    return _reached(frozenset(_seeds(facts)), _calls(facts, wide))


def _reached(seeds: frozenset[Place], calls: _Graph) -> Reach:
    return Reach(calls, _spread(seeds, calls), seeds)


_MIDDLEWARE = ("__call__", "process_request", "process_view")


def _seeds(facts: Facts) -> Iterator[Place]:
    """Views and the like, and what stands around every view."""
    yield from ((entry.module, entry.function) for entry in facts.entry_points if entry.kind == "request")
    # MIDDLEWARE = ["shop.middleware.BasketMiddleware"]
    for wire in facts.wires:
        last = wire.name.rpartition(".")[2]
        if wire.kind is WireKind.SETTING and "iddleware" in last:
            yield from ((wire.target, f"{last}.{method}") for method in _MIDDLEWARE)


def tasks(facts: Facts) -> frozenset[Place]:
    """What calls them puts them on a queue, and a worker runs them."""
    return frozenset((one.module, one.function) for one in facts.entry_points if one.kind == "task")


def _calls(facts: Facts, wide: bool) -> _Graph:
    found: defaultdict[Place, set[Place]] = defaultdict(set)
    queued = tasks(facts)
    for source, target in _edges(facts, wide):
        if target not in queued:
            found[source].add(target)
    return {place: tuple(sorted(found[place])) for place in found}


def _edges(facts: Facts, wide: bool) -> Iterator[tuple[Place, Place]]:
    """What a function around another is reached by, the inner one is too; what the inner one does, both do.

    Not what stands in lines that all calls of a function leave out.
    """
    unrun = Unrun(facts.calls)
    models = set() if wide else {(fact.module, fact.model) for fact in facts.tables}
    for call in facts.calls:
        if not unrun((call.module, call.function), call.line):
            for name in around(call.function):
                if (call.module, name) not in models:
                    yield (call.module, name), (call.called, call.callee)
    for use in facts.uses:
        if use.kind in (UseKind.CALL, UseKind.REFERENCE) and not unrun((use.module, use.function), use.line):
            for name in around(use.function):
                if (use.module, name) not in models:
                    yield (use.module, name), (use.used, use.name)


class Unrun:
    """Knows the lines of a function that all of `calls` leave out, as the constants say that they pass.

    def fire(self, delay=True): ...      where nobody passes `delay=False`
    """

    def __init__(self, calls: Iterable[Call]) -> None:
        self._lines: dict[Place, frozenset[tuple[int, int]]] = {}
        for call in calls:
            place = call.called, call.callee
            known = self._lines.get(place)
            if known is None or known:
                self._lines[place] = frozenset(call.spared) if known is None else known.intersection(call.spared)
        self._lines = {place: lines for place, lines in self._lines.items() if lines}

    def __call__(self, place: Place, line: int) -> bool:
        return any(first <= line <= last for first, last in self._lines.get(place, ()))


def _spread(seeds: Iterable[Place], calls: _Graph) -> dict[Place, frozenset[Place]]:
    """Each function passes the entries that reach it on to what it uses, until nothing changes."""
    found: dict[Place, frozenset[Place]] = {}
    waiting = [(place, frozenset({place})) for place in sorted(seeds)]
    while waiting:
        place, entries = waiting.pop()
        known = found.get(place, frozenset())
        if len(known) >= SEVERAL or entries <= known:
            continue
        found[place] = frozenset(sorted(known | entries)[:SEVERAL])
        waiting.extend((called, found[place]) for called in calls.get(place, ()))
    return found
