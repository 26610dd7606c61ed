"""Question: Facts + the lines of a change -> which places of its modules it touches."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from ..model.facts import Definition, Facts
from ..model.names import Module

__all__ = ["Lines", "touched"]

Lines = Mapping[str, Sequence[tuple[int, int]]]
"""Path -> first and last line of each place that a change replaces; of what it inserts, the lines before and after."""


def touched(facts: Facts, changed: Sequence[Module], lines: Lines | None) -> Callable[[Module, int], bool]:
    """Does the change of `changed` touch this line of this module? Every line of theirs, where `lines` is None.

    A change touches the smallest definition that holds the whole of a place, so a method and not its class; where none
    does, all that the place meets, and its own lines.
    """
    wanted = frozenset(changed)
    if lines is None:
        return lambda module, _: module in wanted
    definitions: dict[Module, list[Definition]] = defaultdict(list)
    for definition in facts.definitions:
        if definition.module in wanted:
            definitions[definition.module].append(definition)
    spans = {
        fact.module: [span for place in lines.get(fact.path, ()) for span in _around(place, definitions[fact.module])]
        for fact in facts.modules
        if fact.module in wanted
    }
    return lambda module, line: any(first <= line <= last for first, last in spans.get(module, ()))


def _around(place: tuple[int, int], definitions: Sequence[Definition]) -> Sequence[tuple[int, int]]:
    first, last = place
    spans = [(one.line, one.end_line) for one in definitions]
    holding = [span for span in spans if span[0] <= first and last <= span[1]]
    if holding:
        return [min(holding, key=lambda span: (span[1] - span[0], span))]
    return [place, *(span for span in spans if first <= span[1] and span[0] <= last)]
