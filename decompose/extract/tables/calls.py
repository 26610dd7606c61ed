"""Stage 1, whole project: Units -> who calls whom, and what is told of the methods that lines call on objects."""

from collections import Counter, defaultdict
from dataclasses import replace

from ...model.facts import Call, CalledOn, Confidence
from ...model.names import Module
from ..infer import Asked, Machine, Unit
from ..program import Fn
from .interfaces import implemented
from .spared import Lines, Spared

__all__ = ["CONFIDENCE", "calls"]

CONFIDENCE = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.GUESS)
"""By the doubt that a type has."""

_Named = tuple[Module, str]
_Key = tuple[Module, str, Module, str, int]


def calls(machine: Machine) -> tuple[Call, ...]:
    """Who calls whom; where one line calls the same function twice, the call that a loop over rows repeats counts."""
    found: dict[_Key, int] = {}
    often: set[_Key] = set()
    spared, left_out = Spared(), dict[_Key, Lines]()
    same, kept = dict[_Key, frozenset[str]](), dict[_Key, str]()
    methods = _asked(machine)
    for unit in machine.units:
        source = unit.scope.source
        for (callee, line), head in unit.calls.items():
            if not (source.library or callee.scope.source.library):
                key = source.module, unit.name, callee.scope.source.module, callee.name, line
                passed = unit.same.get((callee, line), frozenset())
                same[key] = passed & same.get(key, passed) if head == found.get(key, head) else same[key]
                if head > found.get(key, -1):
                    found[key], same[key] = head, passed
                asked = unit.kept.get((callee, line), "")
                kept[key] = asked if kept.get(key, asked) == asked else ""
                waits = ((at, at) for at in callee.deferred)
                left_out[key] = tuple(sorted({*spared(unit, line, callee), *waits}))
                if (callee, line) not in unit.seldom and not _is_kept(callee, passed):
                    often.add(key)
    for fn, other in implemented(machine):
        key = fn.scope.source.module, fn.name, other.scope.source.module, other.name, fn.node.line
        found[key], left_out[key], same[key] = 0, (), frozenset()
        often.add(key)
    told = []
    for key in sorted(found):
        rare = key not in often
        one = Call(*key, found[key], rare, left_out[key], tuple(sorted(same[key])), *methods.get(key, ()))
        told.append(replace(one, kept=kept[key]) if kept.get(key) else one)
    return tuple(told)


def _asked(
    machine: Machine,
) -> dict[_Key, tuple[CalledOn, tuple[_Named, ...], Confidence, bool, bool, bool, bool]]:
    """What is told of the methods that lines call on objects, in whichever evaluation.

    Where several are inferred, each is a guess; so is what a method calls for some of the classes that it is evaluated
    apart for: they hand it what it calls.
    """
    known: dict[_Key, Asked] = {}
    classes: defaultdict[_Key, set[_Named]] = defaultdict(set)
    named: defaultdict[tuple[Module, str, int, str], set[_Named]] = defaultdict(set)
    touching = _Touching()
    for unit in machine.units:
        for (fn, info, line), one in () if unit.scope.source.library else unit.asked.items():
            if "property" in fn.marks and not touching(fn):
                continue  # it only looks at its row
            module, of = unit.scope.source.module, (info.scope.source.module, info.name)
            key = module, unit.name, fn.scope.source.module, fn.name, line
            known[key] = known[key].also(one) if key in known else one
            classes[key].add(of)
            named[module, unit.name, line, fn.node.name].add(of)
    handed = _handed(machine)
    found = {}
    for key, one in known.items():
        module, function, _, callee, line = key
        several = len(named[module, function, line, callee.rpartition(".")[2]]) > 1
        doubt = 2 if (one.doubt and several) or key in handed else one.doubt
        found[key] = one.on, tuple(sorted(classes[key])), CONFIDENCE[doubt], one.used, False, False, one.looped
    return found


class _Touching:
    """Does a function, or what it calls, come to a table?"""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Unit, bool] = {}

    def __call__(self, fn: Fn) -> bool:
        units = (fn.unit, *fn.special.values())
        return any(self._touches(unit) for unit in units if unit is not None)

    def _touches(self, first: Unit) -> bool:
        if first not in self._known:
            seen, waiting = {first: None}, [first]
            while waiting and not (found := bool(waiting[-1].effects)):
                fresh = [unit for unit, _ in waiting.pop().calls if unit not in seen]
                seen.update(dict.fromkeys(fresh))
                waiting += fresh
            self._known[first] = found
        return self._known[first]


def _handed(machine: Machine) -> set[_Key]:
    """The calls that a method makes for some of the classes that it is evaluated apart for, not for all."""
    apart: defaultdict[Fn, list[Unit]] = defaultdict(list)
    for unit in machine.units:
        if unit.fn in machine.differing:
            apart[unit.fn].append(unit)
    found = set[_Key]()
    for units in apart.values():
        times = Counter(key for unit in units for key in unit.asked)
        for fn, info, line in times:
            if times[fn, info, line] < len(units):
                source = units[0].scope.source
                found.add((source.module, units[0].name, fn.scope.source.module, fn.name, line))
    return found


def _is_kept(callee: Unit, same: frozenset[str]) -> bool:
    """Is it a property that its object keeps, filled by others, or asked of the same object in each round?"""
    fn = callee.fn
    return fn is not None and (fn.filled or (bool(same) and fn.keeps and fn.positional[0].name in same))
