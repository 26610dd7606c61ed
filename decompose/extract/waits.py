"""Stage 1, whole project: does a caller wait for a call whose result it drops?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from ..model import facts
from ..model.names import Module
from .below import below, looks_at
from .callers import Caller, Callers
from .code import Attr, Call, Expr, Lambda, Mention, Raise
from .code.text import as_text
from .effects import (
    Effects,
    called_at,
    deletes,
    effects,
    handed,
    named,
    raises,
    refuses,
    root,
    unguarded,
    values_of,
)
from .resolve import Place
from .symbols import Found, Symbols

__all__ = ["Waits", "awaited"]

NEAR = 1
"""Calls of its own over which it is followed what a method does to its object."""

FAR = 4
"""Calls over which an object that is passed on is followed."""


_NONE = frozenset[str]()


class _Done(NamedTuple):
    """As in `Effects`, by what a function calls, too."""

    changed: frozenset[str] = _NONE
    deep: frozenset[str] = _NONE
    deleted: frozenset[str] = _NONE
    stored: frozenset[str] = _NONE
    hands_back: bool = False


class Waits:
    """Looks into the functions at both ends of a call; what each does to its parameters is found once."""

    __slots__ = ("_callers", "_done", "_effects", "_named", "_names", "_refuses", "_unguarded")

    def __init__(self, names: Symbols, callers: Callers) -> None:
        self._names, self._callers = names, callers
        self._effects = cache(self._effects_of)
        self._done = cache(self._follow)
        self._refuses = cache(self._may_refuse)
        self._unguarded = cache(self._unguarded_in)
        self._named = cache(self._named_in)

    def of_method(self, place: Place, function: str, line: int, found: Found) -> bool:
        """Does `function` of `place` wait for a method that it calls on `line` by its name, on whatever object? Also
        where that changes the object, and leaves it to the caller to keep, and where what runs is not in its body."""
        last = found.name.rpartition(".")[2]
        called = Mention(f".{last}", "call", function, False, False, line)
        body = self._names.function(found.place, found.name) if found.place else None
        if found.place is None or body is None or not body.body:
            return True
        if self._changes_itself(found.place, found.name, NEAR) or self(place, called, found):
            return True
        return self._itself(found.place, found.name, NEAR) and self._looks_at_it(place, called)

    def __call__(self, place: Place, mention: Mention, found: Found) -> bool:
        """The function raises errors, leaves it to the caller to keep what it changes, deletes or stores what it is
        given, or is given a function to call; or the caller, or whoever calls that, goes on with what the function
        changes, or deletes what it told of.

            recalculate(order)
            return order.total
        """
        called = self._names.function(found.place, found.name) if found.place else None
        if called is None or found.place is None:
            return False
        done = self._done(found.place, found.name, FAR)
        if raises(self._unguarded(found.place, found.name)) or self._refuses(found.place, found.name, FAR):
            return True
        if done.hands_back or done.deleted or done.stored - done.changed:
            return True
        name = mention.function.partition(".<locals>")[0]
        caller = self._names.function(place, name)
        call = called_at(caller, mention.line, mention.chain) if caller else None
        if caller is None or call is None:
            return False
        here = Caller(place, name, caller, call)
        if any(self._is_function(here, value) for value in values_of(call)):
            return True
        given = dict(handed(called, call))
        changed = {given[one]: one in done.deep for one in done.changed & given.keys()}
        return self._goes_on(here, changed) or self._is_waited_for(here, changed)

    def _goes_on(self, caller: Caller, changed: Mapping[Expr, bool]) -> bool:
        """Does a caller use below its call what that has changed, or load anew or delete what it was given?

        Where a part of it is changed, in depth, then so may be what it was made of.
        """
        names, calls = below(caller.function, caller.call.line)
        known = self._named(caller.place, caller.name)
        touched = {root(value) for value in changed}
        touched |= {root(one) for value, deep in changed.items() if deep for one in _made_of(value, known)}
        if not names.isdisjoint(touched):
            return True
        told = {_written(value, known) for value in values_of(caller.call)} - {""}
        anew = {_written(base, known) for one in calls for base in _loaded(one)}
        if not told.isdisjoint(anew):
            return True
        gone = (_written(value, known) for one in calls for value in self._deleted(caller.place, caller.name, one))
        return not told.isdisjoint(gone)

    def _is_waited_for(self, here: Caller, changed: Mapping[Expr, bool]) -> bool:
        """Does whoever calls the caller go on with what it was given to pass on, or delete that?"""
        params = {param.name for param in here.function.params} - {"self", "cls"}
        passed = params.intersection(value for value in values_of(here.call) if isinstance(value, str))
        for above in self._callers(here.place, here.name) if passed else ():
            given = {one: value for one, value in handed(here.function, above.call) if one in passed}
            further = {given[one]: deep for one, deep in changed.items() if one in given}
            call = above.call._replace(args=tuple(given.values()), keywords=())
            if self._goes_on(above._replace(call=call), further):
                return True
        return False

    def _is_function(self, caller: Caller, value: Expr) -> bool:
        """Is it something to call? No message carries that: partial(load, order), lambda: load(order), self.load, and
        of what was made there, loader = Loader(order), loader.load"""
        known = self._named(caller.place, caller.name)
        match _single(value, known):
            case Lambda() | Call(func="partial" | Attr(name="partial")):
                return True
            case Attr(base=str(base), name=name) if made := [
                one for one in known.get(base, ()) if isinstance(one, Call)
            ]:
                return any(self._runs(caller, f"{as_text(one.func)}.{name}") for one in made)
            case str() | Attr() as written:
                return self._runs(caller, as_text(written))
        return False

    def _runs(self, caller: Caller, written: str) -> bool:
        found = self._target(caller.place, caller.name, written)
        function = self._names.function(found.place, found.name) if found and found.place else None
        return function is not None and not any(map(_is_property, function.decorators))

    def _named_in(self, place: Place, name: str) -> dict[str, tuple[Expr, ...]]:
        function = self._names.function(place, name)
        return named(function) if function else {}

    def _effects_of(self, place: Place, name: str) -> Effects | None:
        function = self._names.function(place, name)
        return effects(function) if function else None

    def alone(self, found: Found, far: int = FAR) -> bool:
        """Does a method work on its object alone, by what it calls of it, too?"""
        own = self._effects(found.place, found.name) if found.place else None
        if own is None or found.place is None or not own.alone or own.unkept or not far:
            return False
        mine = [one for call in own.calls if (one := self._of_self(found.place, found.name, call))]
        return all(self.alone(one, far - 1) for one in mine)

    def _changes_itself(self, place: Place, name: str, far: int) -> bool:
        """Does a method change its object, by what it calls of it, too, and leave it to the caller to keep?"""
        own = self._effects(place, name)
        if own is None or own.unkept or not far:
            return own is not None and own.unkept
        mine = [found for call in own.calls if (found := self._of_self(place, name, call))]
        return any(one.place is not None and self._changes_itself(one.place, one.name, far - 1) for one in mine)

    def _itself(self, place: Place, name: str, far: int) -> bool:
        """Does a method change its object, by what it calls of it, too, and keep that?"""
        own = self._effects(place, name)
        if own is None or own.itself or not far:
            return own is not None and own.itself
        mine = [found for call in own.calls if (found := self._of_self(place, name, call))]
        return any(one.place is not None and self._itself(one.place, one.name, far - 1) for one in mine)

    def _looks_at_it(self, place: Place, called: Mention) -> bool:
        """Does a caller go on with the object whose method it has called? channel.rename(); send(channel)"""
        caller = self._names.function(place, called.function.partition(".<locals>")[0])
        call = called_at(caller, called.line, called.chain) if caller else None
        if caller is None or call is None or not isinstance(call.func, Attr):
            return False
        base = call.func.base
        return isinstance(base, str | Attr) and looks_at(caller, call.line, as_text(base))

    def _of_self(self, place: Place, name: str, call: Call) -> Found | None:
        match call.func:
            case Attr(base="self", name=method):
                return self._target(place, name, f"self.{method}")
        return None

    def _follow(self, place: Place, name: str, far: int) -> _Done:
        own = self._effects(place, name)
        if own is None:
            return _Done()
        changed, deep, deleted, stored = own.changed, own.deep, own.deleted, own.stored
        for call in own.calls if far else ():
            for one, done, value in self._passed(place, name, call, far - 1):
                param = own.parts.get(root(value))
                if param is None:
                    continue
                whole = isinstance(value, str)
                if one in done.changed:
                    changed |= {param}
                if one in done.deep or (one in done.changed and value != param):
                    deep |= {param}
                if one in done.deleted and whole:
                    deleted |= {param}
                if one in done.stored - done.changed and value == param:
                    stored |= {param}
        return _Done(changed, deep, deleted, stored, own.hands_back)

    def _may_refuse(self, place: Place, name: str, far: int) -> bool:
        """Does a function come to raise an error of the project or a library, by calls whose errors nobody catches?"""
        parts = self._unguarded(place, name)
        if refuses(parts):
            return True
        for call in parts if far else ():
            found = self._target(place, name, as_text(call.func)) if isinstance(call, Call) else None
            if found and found.place and self._refuses(found.place, found.name, far - 1):
                return True
        return False

    def _unguarded_in(self, place: Place, name: str) -> tuple[Raise | Call, ...]:
        function = self._names.function(place, name)
        return unguarded(function) if function else ()

    def _deleted(self, place: Place, name: str, call: Call) -> Iterator[Expr]:
        """What `call`, in the function `name` of `place`, deletes, itself or further on."""
        yield from deletes(call)
        yield from (value for one, done, value in self._passed(place, name, call, FAR) if one in done.deleted)

    def _passed(self, place: Place, name: str, call: Call, far: int) -> Iterator[tuple[str, _Done, Expr]]:
        """Each parameter that a call passes a value for, what the function does to its parameters, and the value."""
        found = self._target(place, name, as_text(call.func))
        called = self._names.function(found.place, found.name) if found and found.place else None
        if found and found.place and called:
            done = self._done(found.place, found.name, far)
            yield from ((one, done, value) for one, value in handed(called, call))

    def _target(self, place: Place, name: str, chain: str) -> Found | None:
        first, _, rest = chain.partition(".")
        if first in ("self", "cls") and rest and "." in name:
            return Found(place, f"{name.rpartition('.')[0]}.{rest}")
        return self._names.find(place, chain)


def awaited(calls: Iterable[facts.Call], places: Mapping[Module, Place], waits: Waits) -> Iterator[facts.Call]:
    """`calls`, with what their callers wait for though nobody looks at the result, and which methods work alone."""
    for one in calls:
        if one.on is facts.CalledOn.NAME:
            yield one
            continue
        found = Found(places[one.called], one.callee)
        looked_at = one.result_used or waits.of_method(places[one.module], one.function, one.line, found)
        alone = one.on is facts.CalledOn.ROW and waits.alone(found)
        yield replace(one, awaited=looked_at and not one.result_used, alone=alone)


def _is_property(decorator: Expr) -> bool:
    name = decorator.name if isinstance(decorator, Attr) else decorator
    return isinstance(name, str) and (name.endswith("property") or name in ("setter", "getter"))


def _single(value: Expr, known: Mapping[str, tuple[Expr, ...]]) -> Expr:
    """What a value stands for: `user`, after `user = self.request.user` and nothing else, is the latter."""
    values = known.get(value, ()) if isinstance(value, str) else ()
    return values[0] if len(values) == 1 else value


def _written(value: Expr, known: Mapping[str, tuple[Expr, ...]]) -> str:
    """The dotted name of a value, "" where it has none."""
    single = _single(value, known)
    chosen = single if isinstance(single, str | Attr) else value
    written = as_text(chosen) if isinstance(chosen, str | Attr) else ""
    return "" if "..." in written else written


def _loaded(call: Call) -> tuple[Expr, ...]:
    # order.refresh_from_db(), session.refresh(order): it is asked for what others have written
    match call:
        case Call(func=Attr(base=base, name="refresh_from_db")):
            return (base,)
        case Call(func=Attr(name="refresh"), args=(first, *_)):
            return (first,)
    return ()


def _made_of(value: Expr, known: Mapping[str, tuple[Expr, ...]]) -> Iterator[Expr]:
    # request = make_request(payment): what changes request.payment changes the payment
    for made in known.get(value, ()) if isinstance(value, str) else ():
        if isinstance(made, Call):
            yield from values_of(made)
