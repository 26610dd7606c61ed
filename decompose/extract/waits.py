"""Stage 1, whole project: does a caller wait for a call whose result it drops?"""

from collections.abc import Iterator
from functools import cache

from .code import Call, Expr, Mention
from .code.text import as_text
from .effects import Effects, below, called_at, deletes, effects, handed, raises, refuses, root, unguarded
from .resolve import Place
from .symbols import Found, Symbols

__all__ = ["Waits"]

FAR = 4
"""Calls over which an object that is passed on is followed."""


class Waits:
    """Looks into the functions at both ends of a call; what each does to its parameters is found once."""

    def __init__(self, names: Symbols) -> None:
        self._names = names
        self._effects = cache(self._effects_of)
        self._done = cache(self._follow)
        self._refuses = cache(self._may_refuse)

    def __call__(self, place: Place, mention: Mention, found: Found) -> bool:
        """The function raises errors, or leaves it to the caller to keep what it changes, or deletes what it is given;
        or the caller goes on with what the function changes, or deletes what it told of.

            recalculate(order)
            return order.total
        """
        called = self._names.function(found.place, found.name) if found.place else None
        if called is None or found.place is None:
            return False
        changed, deleted, hands_back = self._done(found.place, found.name, FAR)
        if raises(called) or self._refuses(found.place, found.name, FAR) or hands_back or deleted:
            return True
        caller = self._names.function(place, mention.function.partition(".<locals>")[0])
        call = called_at(caller, mention.line, mention.chain) if caller else None
        if caller is None or call is None:
            return False
        given = dict(handed(called, call))
        names, calls = below(caller, mention.line)
        return any(root(given[one]) in names for one in changed & given.keys()) or any(
            value in given.values() for one in calls for value in self._deleted(place, mention.function, one)
        )

    def _effects_of(self, place: Place, name: str) -> Effects | None:
        function = self._names.function(place, name)
        return effects(function) if function else None

    def _follow(self, place: Place, name: str, far: int) -> tuple[frozenset[str], frozenset[str], bool]:
        """The parameters that a function changes, and those that it deletes, by what it calls, too."""
        own = self._effects(place, name)
        if own is None:
            return frozenset(), frozenset(), False
        changed, deleted = own.changed, own.deleted
        for call in own.calls if far else ():
            for there, wiped, value in self._passed(place, name, call, far - 1):
                if root(value) in own.parts:
                    changed |= {own.parts[root(value)]} if there else set()
                    deleted |= {own.parts[root(value)]} if wiped and isinstance(value, str) else set()
        return changed, deleted, own.hands_back

    def _may_refuse(self, place: Place, name: str, far: int) -> bool:
        """Does a function come to raise an error of the project or a library, by calls whose errors nobody catches?"""
        function = self._names.function(place, name)
        if function is None or refuses(function):
            return function is not None
        for call in unguarded(function) if far else ():
            found = self._target(place, name, as_text(call.func))
            if found and found.place and self._refuses(found.place, found.name, far - 1):
                return True
        return False

    def _deleted(self, place: Place, name: str, call: Call) -> Iterator[Expr]:
        """What `call`, in the function `name` of `place`, deletes, itself or further on."""
        yield from deletes(call)
        yield from (value for _, wiped, value in self._passed(place, name, call, FAR) if wiped)

    def _passed(self, place: Place, name: str, call: Call, far: int) -> Iterator[tuple[bool, bool, Expr]]:
        """Whether a call changes, and whether it deletes, each of the values that it passes on."""
        found = self._target(place, name, as_text(call.func))
        called = self._names.function(found.place, found.name) if found and found.place else None
        if found and found.place and called:
            changed, deleted, _ = self._done(found.place, found.name, far)
            yield from ((one in changed, one in deleted, value) for one, value in handed(called, call))

    def _target(self, place: Place, name: str, chain: str) -> Found | None:
        first, _, rest = chain.partition(".")
        if first in ("self", "cls") and rest and "." in name:
            return Found(place, f"{name.rpartition('.')[0]}.{rest}")
        return self._names.find(place, chain)
