"""Stage 1, whole project: the name of a route -> the module that answers it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..model.facts import Address
from ..model.spread import spread
from .resolve import Index, Place
from .symbols import Symbols
from .wiring import Route

__all__ = ["Routes", "addresses"]


class _Named(NamedTuple):
    place: Place  # that declares it
    answers: Place


class Routes:
    """Look-ups of routes by name. One that several modules answer is none: which of them does hangs on the order."""

    __slots__ = ("_above", "_blueprints", "_mounted", "_named", "_nearest", "_spaces")

    def __init__(self, said: Sequence[tuple[Place, Sequence[Route]]], index: Index, names: Symbols) -> None:
        self._blueprints: defaultdict[str, dict[str, str]] = defaultdict(dict)  # path -> name there -> its own name
        self._spaces: defaultdict[str, set[str]] = defaultdict(set)  # path -> namespaces that it or its includes say
        mounts: defaultdict[str, set[str]] = defaultdict(set)  # path -> who includes it
        for place, route in _each(said, ("blueprint", "space", "include")):
            if route.how == "blueprint":
                self._blueprints[place.path][route.of] = route.name
            elif route.how == "space":
                self._spaces[place.path].add(route.name)
            elif included := index.find(route.of, place.root):
                mounts[included.path].add(place.path)
                if route.name:
                    self._spaces[included.path].add(route.name)
        self._above = {path: mounts[path] for path in mounts if path not in self._spaces}
        self._mounted = frozenset(mounts)
        self._nearest: dict[str, frozenset[str]] = {}
        self._named: defaultdict[str, list[_Named]] = defaultdict(list)
        for place, route in _each(said, ("route",)):
            found = names.find(place, route.of) if route.of else None
            answers = found.place if found and found.place else place
            if place.path in self._mounted and not _is_inside(answers, place):
                answers = (
                    place  # path("", sumo.views.redirect_to, name="gallery.home"): the name goes with these routes
                )
            self._named[self._full(place, route, names)].append(_Named(place, answers))
        for place, route in _each(said, ("declared",)):
            if route.name not in self._named:
                self._named[route.name].append(_Named(place, place))

    def answers(self, text: str, near: Place | None) -> Place | None:
        """Who answers "shop:orders:pay", as asked for in `near`: one module, and not that which asks.

        Where an included module of routes names a view of elsewhere, it answers itself: its name goes where it goes.
        """
        space, _, name = text.rpartition(":")
        if name.startswith(".") and near:  # url_for(".pay"): of the blueprint here
            name = next(iter(self._blueprints[near.path].values()), "") + name
        space = space.rpartition(":")[2]
        found = {
            one.answers
            for one in self._named.get(name, ())
            if (space in self._around(one.place.path) if space else not self._around(one.place.path))
        }
        return next(iter(found)) if len(found) == 1 else None

    def _around(self, path: str) -> frozenset[str]:
        """The namespaces that the routes of a file stand in: those nearest to it."""
        if path not in self._nearest:
            files = spread({path}, self._above)
            self._nearest[path] = frozenset().union(*(self._spaces[one] for one in files if one in self._spaces))
        return self._nearest[path]

    def _full(self, place: Place, route: Route, names: Symbols) -> str:
        """ "shop.pay" of a route of Flask's blueprint "shop"."""
        found = names.find(place, route.within) if route.within else None
        blueprint = self._blueprints.get(found.place.path, {}).get(found.name) if found and found.place else None
        return f"{blueprint}.{route.name}" if blueprint else route.name


def addresses(said: Sequence[tuple[Place, Sequence[Route]]], index: Index, names: Symbols) -> Iterator[Address]:
    """Who answers at which path, as far as the file says that gives it."""
    translated = {(place.path, route.name, route.of) for place, route in _each(said, ("language",))}
    for place, route in _each(said, ("address",)):
        if route.within:
            answers = index.find(route.of, place.root)
        else:
            found = names.find(place, route.of)
            answers = found.place if found else None
        if answers:
            language = "<language>/" * ((place.path, route.name, route.of) in translated)
            yield Address(place.module, f"{language}{route.name}", answers.module, place.path, route.line)


def _is_inside(one: Place, routes: Place) -> bool:
    # shop.orders.views, shop.orders.pay.views and shop.orders.urls
    package = routes.dotted.rpartition(".")[0]
    return not package or f"{one.dotted}.".startswith(f"{package}.")


def _each(said: Iterable[tuple[Place, Sequence[Route]]], hows: Sequence[str]) -> Iterator[tuple[Place, Route]]:
    return ((place, route) for place, routes in said for route in routes if route.how in hows)
