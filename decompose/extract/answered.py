"""Stage 1, whole project: what functions answer by their own text, where that is open -> what is known of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..model.facts import Definition
from ..model.names import Module
from .answers import closed
from .resolve import Place
from .symbols import Symbols

__all__ = ["answered"]

_Named = tuple[Module, str]
_DEEPEST = 4  # functions that answer what others do
_MOST = 6  # parts of what one answers, beyond which none is looked up


def answered(
    defined: Iterable[Definition], places: Mapping[Module, Place], names: Symbols, inferred: Mapping[_Named, str]
) -> Iterator[Definition]:
    """The definitions, with what is inferred of values, or what called functions answer, in place of what is open."""
    every = list(defined)
    known = {(one.module, one.name): one for one in every}
    for one in every:
        if not one.answer:
            yield one
            continue
        told = _told(one, known, places, names, inferred, _DEEPEST)
        yield replace(one, answer=told) if told != one.answer else one


def _told(
    one: Definition,
    known: Mapping[_Named, Definition],
    places: Mapping[Module, Place],
    names: Symbols,
    inferred: Mapping[_Named, str],
    deep: int,
) -> str:
    if not one.answer:  # annotated
        return one.signature.rpartition("->")[2].strip() if "->" in one.signature else ""
    own, parts = one.answer.split(" | "), list[str]()
    if len(own) > _MOST:
        return closed(one.answer)
    for part in own:
        called, is_call, _ = part.partition("()")
        to = _callee(called, one, places, names) if is_call and deep else None
        other = known.get(to) if to else None
        answer = _told(other, known, places, names, inferred, deep - 1) if other else ""
        parts += (answer or part).split(" | ")
    sure = [part for part in parts if not (part[:1] == "$" or part == "?" or "()" in part)]
    seen = inferred.get((one.module, one.name), "")
    if seen and len(sure) < len(parts):
        parts = [*sure, *seen.split(" | ")]
    return closed(" | ".join(parts))


def _callee(written: str, one: Definition, places: Mapping[Module, Place], names: Symbols) -> _Named | None:
    # pay, Order.pay, self.pay
    first, _, rest = written.partition(".")
    if first in ("self", "cls"):
        return one.module, f"{one.name.rpartition('.')[0]}.{rest}"
    found = names.find(places[one.module], written) if one.module in places else None
    return (found.place.module, found.name) if found and found.place and found.name else None
