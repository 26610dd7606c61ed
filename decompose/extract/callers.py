"""Stage 1, whole project: who calls a function: by its name as imported, in its own file, or as `self.name()`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from .code import Call, Class, Function, Item, Mention, calls_within
from .code.text import as_text
from .file import Says
from .resolve import Place
from .symbols import Symbols, statements

__all__ = ["Caller", "Callers"]


class Caller(NamedTuple):
    """The function `name` of `place`, and where it calls."""

    place: Place
    name: str
    function: Function
    call: Call


class Callers:
    """Looks callers up by the last part of the name that they call; what each file calls is collected once."""

    __slots__ = ("_calls", "_mentions", "_names")

    def __init__(self, source: Sequence[tuple[Place, Says]], names: Symbols) -> None:
        self._names = names
        self._calls = cache(self._calls_in)
        self._mentions: defaultdict[str, list[tuple[Place, Mention]]] = defaultdict(list)
        for place, said in source:
            for one in said.code.mentions:
                if one.kind == "call":
                    self._mentions[one.chain.rpartition(".")[2]].append((place, one))

    def __call__(self, place: Place, name: str) -> Iterator[Caller]:
        """The functions that call `name` of `place`, as far as names tell."""
        *outer, last = name.split(".")
        for there, mention in self._mentions.get(last, ()):
            found = self._names.find(there, mention.chain)
            if found and found.place and (found.place.path, found.name) == (place.path, name):
                yield from self._calling(there, mention.function, mention.chain, mention.line)
        if not outer:
            for function in self._names.functions(place):
                yield from self._calling(place, function.name, last)
            return
        for where, info in self._above(place, ".".join(outer)):
            for node in statements(info.body):
                if isinstance(node, Function):
                    owner = f"{where[1]}.{node.name}"
                    yield from self._calling(where[0], owner, f"self.{last}")
                    yield from self._calling(where[0], owner, f"cls.{last}")

    def _calling(self, place: Place, name: str, chain: str, line: int = 0) -> Iterator[Caller]:
        name = name.partition(".<locals>")[0]
        function = self._names.function(place, name)
        if function is not None:
            for call in self._calls(place, name).get(chain, ()):
                if line in (0, call.line):
                    yield Caller(place, name, function, call)

    def _calls_in(self, place: Place, name: str) -> dict[str, list[Call]]:
        function = self._names.function(place, name)
        found: defaultdict[str, list[Call]] = defaultdict(list)
        for call in calls_within(function.body) if function else ():
            found[as_text(call.func)].append(call)
        return dict(found)

    def _above(self, place: Place, name: str) -> Iterator[tuple[tuple[Place, str], Class]]:
        """A class and those that it inherits from, each with where it is defined."""
        waiting, seen = [(place, name)], set[tuple[str, str]]()
        while waiting:
            where = waiting.pop(0)
            info = self._names.class_of(*where)
            if info is None or (where[0].path, where[1]) in seen:
                continue
            seen.add((where[0].path, where[1]))
            yield where, info
            for base in info.bases:
                found = self._names.find(where[0], as_text(base.base if isinstance(base, Item) else base))
                if found and found.place:
                    waiting.append((found.place, found.name))
