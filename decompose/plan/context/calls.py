"""By whom each function is called: Facts -> callers."""

from collections import defaultdict

from ...model.facts import Facts
from ...model.names import Module

__all__ = ["by_whom"]

_Place = tuple[Module, str]


def by_whom(facts: Facts) -> dict[_Place, set[_Place]]:
    """The functions that call each, as inference saw them."""
    found: defaultdict[_Place, set[_Place]] = defaultdict(set)
    for call in facts.calls:
        found[call.called, call.callee].add((call.module, call.function))
    return dict(found)
