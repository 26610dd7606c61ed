"""Which requests reach which function: Facts -> Reach."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..model.facts import Facts
from ..model.names import Module

__all__ = ["SEVERAL", "Reach", "reach"]

SEVERAL = 2
"""Requests that must reach a function before it counts as reached from several; more are not told apart."""

_Place = tuple[Module, str]


@dataclass(frozen=True, slots=True)
class Reach:
    """`requests` holds up to `SEVERAL` request entries for each function that any reaches."""

    requests: Mapping[_Place, frozenset[_Place]]

    def entries(self, module: Module, function: str) -> frozenset[_Place]:
        """A method is reached with its class, a nested function with the one around it."""
        found: set[_Place] = set()
        for name in _around(function):
            found |= self.requests.get((module, name), frozenset())
        return frozenset(found)

    def hot(self, module: Module, function: str, in_loop: bool) -> bool:
        """Reachable from a request, and in a loop or from several of them."""
        entries = self.entries(module, function)
        return bool(entries) and (in_loop or len(entries) >= SEVERAL)


def _around(function: str) -> list[str]:
    # "Cart.add.<locals>.price" -> "Cart", "Cart.add", "Cart.add.<locals>.price"
    parts = function.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts)) if parts[i] != "<locals>"]


def reach(facts: Facts) -> Reach:
    """Follow the uses from each request entry: names used, and what functions of the same module use in turn."""
    users: defaultdict[Module, defaultdict[str, set[_Place]]] = defaultdict(lambda: defaultdict(set))
    for use in facts.uses:
        for name in _around(use.function):
            users[use.module][name].add((use.used, use.name))
    seeds = [(entry.module, entry.function) for entry in facts.entry_points if entry.kind == "request"]
    return Reach(_spread(seeds, users))


def _spread(
    seeds: Iterable[_Place], users: Mapping[Module, Mapping[str, Iterable[_Place]]]
) -> dict[_Place, frozenset[_Place]]:
    """Each function passes the entries that reach it on to what it uses, until nothing changes."""
    found: dict[_Place, frozenset[_Place]] = {}
    waiting = [(place, frozenset({place})) for place in sorted(seeds)]
    while waiting:
        place, entries = waiting.pop()
        known = found.get(place, frozenset())
        if len(known) >= SEVERAL or entries <= known:
            continue
        found[place] = frozenset(sorted(known | entries)[:SEVERAL])
        module, name = place
        onward = users[module].get(name, ()) if module in users else ()
        waiting.extend((used, found[place]) for used in sorted(onward))
    return found
