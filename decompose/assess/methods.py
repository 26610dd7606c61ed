"""Methods of objects that other boundaries hand out: Facts + Places -> Crossings, where no imported name tells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..model.facts import Call, CalledOn, Confidence, Evidence, Facts, How, Op, Use, UseKind
from ..model.judgements import SeamKind
from ..model.names import Boundary, Module
from .awaited import Awaited
from .calls import ONE_OF
from .crossing import DERIVED, METHOD, ROW, Crossing
from .meant import meant
from .places import Places

__all__ = ["methods"]


def methods(facts: Facts, places: Places) -> Iterator[Crossing]:
    """`user.record_event(...)`, where users are another boundary's: by the class of the object, wherever it has the
    method from. What its own class inherits from others is told by that, and `order.save()` by the table.
    """
    told = {(use.module, use.line, use.name.rpartition(".")[2]) for use in facts.uses}
    touched = _touched(facts, places)
    awaited = Awaited(facts)
    dropped = {(call.called, call.callee) for call in facts.calls if not call.result_used}
    looks = _looks_at_itself(facts)
    for call, last, alone in _sure(facts.calls):
        if (call.module, call.line, last) not in told:
            at = Evidence(places.files.get(call.module, ""), call.line, call.function)
            acts = awaited.acts(_use(call))
            plain = call.alone and not acts and (call.called, call.callee) not in dropped
            for module, name in call.classes:
                derived = plain and (call.called, call.callee, module, name) in looks
                ops = touched.get((call.module, call.line, places.of.get(module)), set())
                if places.crosses(call.module, module) and not (ops if call.on is CalledOn.ROWS else Op.WRITE in ops):
                    detail = METHOD if call.on is CalledOn.OBJECT else DERIVED if derived else ROW
                    waited = not acts or call.result_used or call.awaited or awaited(_use(call))
                    yield Crossing(
                        kind=SeamKind.CALL,
                        source=call.module,
                        target=module,
                        names=(f"{name}.{last}",),
                        at=at,
                        side=places.of[call.module],
                        in_loop=call.in_loop and (detail is ROW or (acts and alone)),
                        result_used=waited,
                        detail=detail,
                        apart=detail,
                    )


def _looks_at_itself(facts: Facts) -> set[tuple[Module, str, Module, str]]:
    """The methods that read a column of a class's own table, or call one that does: method, then class."""
    models = {fact.table: (fact.module, fact.model) for fact in facts.tables if fact.module}
    read: defaultdict[tuple[Module, str], set[tuple[Module, str]]] = defaultdict(set)
    for one in facts.columns:
        if one.column and one.how is How.READ and one.table in models:
            read[one.module, one.function].add(models[one.table])
    found = {(*method, *model) for method, seen in read.items() for model in seen}
    calls = ((call, model) for call in facts.calls for model in read.get((call.called, call.callee), ()))
    return found | {(call.module, call.function, *model) for call, model in calls}


def _sure(calls: Iterable[Call]) -> Iterator[tuple[Call, str, bool]]:
    """The calls of methods by their names, which are surely meant; a line that may call one of many is given them.

    Each with whether the line calls it of one class alone: a loop over objects of several may call it once.
    """
    found: defaultdict[tuple[Module, str, int, str], list[Call]] = defaultdict(list)
    for call in calls:
        if call.on is not CalledOn.NAME:
            found[call.module, call.function, call.line, call.callee.rpartition(".")[2]].append(call)
    for (*_, last), alike in found.items():
        classes = {one for call in alike for one in call.classes}
        if len(classes) < ONE_OF:
            yield from ((call, last, len(classes) < 2) for call in alike if call.confidence is not Confidence.GUESS)


def _touched(facts: Facts, places: Places) -> dict[tuple[Module, int, Boundary | None], set[Op]]:
    """By line and owner: what seams of tables tell."""
    found: defaultdict[tuple[Module, int, Boundary | None], set[Op]] = defaultdict(set)
    for one in meant(facts.accesses, facts.tables):
        if places.crosses(one.module, one.table):
            found[one.module, one.line, places.of[one.table]].add(one.op)
    return dict(found)


def _use(call: Call) -> Use:
    looked_at = call.result_used or call.awaited
    return Use(call.module, call.function, call.called, call.callee, UseKind.CALL, looked_at, call.in_loop, call.line)
