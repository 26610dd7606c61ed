"""Which modules come to write tables, whatever way: Facts + Reach -> Modules."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..model.facts import Access, Definition, Facts, Op
from ..model.names import Module
from .reach import Place, Reach

__all__ = ["leading_to", "writers"]

# classes of libraries that write rows by themselves, or are there to be written from:
#   CreateView, UpdateAPIView, DestroyModelMixin, ModelViewSet, ModelForm, ModelSerializer, ModelAdmin, ModelResource,
#   and models.Model itself, of which a mixin for tables inherits
_WRITES = re.compile(
    r"^Model$|(Create|Update|Delete|Destroy)\w*(View|Mixin|Mutation)$|Model(Form|FormSet|ViewSet|Serializer|Admin|Resource)$"
    r"|^Base(Create|Update|Delete)View$|^(Serializer|ModelForm)?Mutation$"
)


def writers(facts: Facts, accesses: Iterable[Access], calls: Reach) -> frozenset[Module]:
    """The modules that declare tables, those whose functions write one, by themselves or by what they call, and those
    with a class that inherits from such a class, or from one by which a library writes."""
    writing = leading_to({(one.module, one.function) for one in accesses if one.op is Op.WRITE}, calls)
    found = {module for module, _ in writing} | {fact.module for fact in facts.tables if fact.module}
    return frozenset(found | {module for module, _ in _heirs(facts.definitions, writing)})


def leading_to(writing: set[Place], calls: Reach) -> set[Place]:
    """The functions in `writing`, and all that come to one of them by what they call."""
    callers: defaultdict[Place, list[Place]] = defaultdict(list)
    for place, called in calls.calls.items():
        for one in called:
            callers[one].append(place)
    found = set(writing)
    waiting = list(writing)
    while waiting:
        fresh = [place for place in callers.get(waiting.pop(), ()) if place not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return found


def _heirs(definitions: Iterable[Definition], writing: set[Place]) -> set[Place]:
    """The classes one of whose methods writes, or one of whose bases, near or far."""
    classes = [one for one in definitions if one.kind == "class"]
    named = {f"{one.module}.{one.name}": (one.module, one.name) for one in classes}
    below: defaultdict[Place, list[Place]] = defaultdict(list)
    waiting = [place for place in _of_methods(writing) if f"{place[0]}.{place[1]}" in named]
    for one in classes:
        for base in one.bases:
            if base in named:
                below[named[base]].append((one.module, one.name))
            elif _WRITES.search(base.rpartition(".")[2]):
                waiting.append((one.module, one.name))
    found: set[Place] = set()
    while waiting:
        if (place := waiting.pop()) not in found:
            found.add(place)
            waiting.extend(below.get(place, ()))
    return found


def _of_methods(writing: Iterable[Place]) -> Iterator[Place]:
    # "Cart.add" -> "Cart"
    return ((module, name.rpartition(".")[0]) for module, name in writing if "." in name)
