"""Which modules come to write tables, whatever way: Facts + Reach -> Modules."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

from ..model.facts import Access, Definition, Facts, Op, UseKind, Via
from ..model.names import Module
from ..model.spread import spread
from .reach import Place, Reach, around

__all__ = ["changing", "heirs", "writers", "writing_requests"]

# classes of libraries that write rows by themselves, or are there to be written from:
#   CreateView, UpdateAPIView, DestroyModelMixin, ModelViewSet, ModelForm, ModelSerializer, ModelAdmin, ModelResource,
#   and models.Model itself, of which a mixin for tables inherits
_WRITES = re.compile(
    r"^Model$|(Create|Update|Delete|Destroy)\w*(View|Mixin|Mutation)$|Model(Form|FormSet|ViewSet|Serializer|Admin|Resource)$"
    r"|^Base(Create|Update|Delete)View$|^(Serializer|ModelForm)?Mutation$"
)

# a request of GraphQL that is there to change something
_MUTATES = re.compile(r"Mutation$")


def writers(facts: Facts, accesses: Iterable[Access], reach: Reach) -> frozenset[Module]:
    """The modules that declare tables, those whose functions write one, by themselves or by what they call or pass on,
    those with a class that inherits from such a class, or from one by which a library writes, and those that save or
    delete what nobody knows."""
    writing = leading_to({(one.module, one.function) for one in accesses if one.op is Op.WRITE}, reach)
    found = {module for module, _ in writing} | {fact.module for fact in facts.tables if fact.module}
    below = heirs(facts.definitions, _of_methods(writing), _WRITES)
    inside = {use.module for use in facts.uses if use.kind is UseKind.INHERIT and (use.used, use.name) in below}
    unknown = {one.module for one in facts.unresolved if one.kind == "unknown_receiver"}
    return frozenset(found | inside | unknown | {module for module, _ in below})


def writing_requests(facts: Facts, reach: Reach, changing: Set[Place]) -> set[Place]:
    """The requests of `reach` that surely come to write, and those of classes of mutations."""
    mutations = heirs(facts.definitions, (), _MUTATES)
    named = {seed for seed in reach.seeds if any((seed[0], name) in mutations for name in around(seed[1]))}
    return named | (reach.seeds & {*changing, *_of_methods(changing)})


def changing(facts: Facts, accesses: Iterable[Access], calls: Reach) -> set[Place]:
    """The functions that surely come to write: not for want of a row alone, nor where they are asked to."""
    writing = {(one.module, one.function) for one in accesses if _changes(one)}
    often = {(one.module, one.function, one.called, one.callee) for one in facts.calls if not one.seldom}
    sure = {place: tuple(one for one in calls.calls[place] if (*place, *one) in often) for place in calls.calls}
    return leading_to(writing, Reach(sure, {}))


def _changes(access: Access) -> bool:
    return access.op is Op.WRITE and access.via is not Via.FRAMEWORK and not access.seldom


def leading_to(writing: set[Place], calls: Reach) -> set[Place]:
    """The functions in `writing`, and all that come to one of them by what they call."""
    callers: defaultdict[Place, list[Place]] = defaultdict(list)
    for place, called in calls.calls.items():
        for one in called:
            callers[one].append(place)
    return spread(writing, callers)


def heirs(
    definitions: Iterable[Definition], starts: Iterable[Place], library: re.Pattern[str] | None = None
) -> set[Place]:
    """The classes in `starts`, those with a base that `library` names, and all that inherit from them, near or far."""
    classes = [one for one in definitions if one.kind == "class"]
    named = {f"{one.module}.{one.name}": (one.module, one.name) for one in classes}
    below: defaultdict[Place, list[Place]] = defaultdict(list)
    waiting = [place for place in starts if f"{place[0]}.{place[1]}" in named]
    for one in classes:
        for base in one.bases:
            if base in named:
                below[named[base]].append((one.module, one.name))
            elif library and library.search(base.rpartition(".")[2]):
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
