"""Stage 1, one file: FileCode -> Hints, what is wired together without an import, as written.

A way of wiring is one file here with a function of a `Site`, one line in DETECTORS, and one fixture.
"""

from typing import NamedTuple

from ...model.facts import LOOSE, WireKind
from ..code import Assign, Attr, Call, Class, Const, FileCode, Function
from .cache_keys import cache_keys
from .django import commands, labels, middleware, models, templates, urls
from .graphql import resolvers
from .helpers import helpers
from .hint import Detector, Entry, Finds, Hint, Kept, Route, sites
from .kept import kept
from .methods import fallbacks, methods
from .permissions import declared, permissions, rights
from .routes import links, login, routes
from .signals import signals
from .strings import dotted
from .tasks import schedules, tasks
from .web import entry_points

__all__ = ["DETECTORS", "Entry", "Hint", "Hints", "Route", "hints"]

DETECTORS: tuple[Detector, ...] = (
    models, labels, urls, templates, commands, signals, tasks, schedules, cache_keys, kept, entry_points, resolvers,
    links, login, routes, permissions, rights, declared, middleware, methods, fallbacks, helpers, dotted,
)  # fmt: skip


class Hints(NamedTuple):
    """What one file says of its wiring, not yet resolved."""

    hints: tuple[Hint, ...] = ()
    entries: tuple[Entry, ...] = ()
    kept: tuple[str, ...] = ()  # as in `Kept`, sorted
    routes: tuple[Route, ...] = ()


def hints(code: FileCode) -> Hints:
    """What the detectors find in one file; a text that one of them has claimed is no bare string any more."""
    found: list[Hint] = []
    entries: list[Entry] = []
    cached: set[str] = set()
    routed: list[Route] = []
    for site in sites(code):
        for finds in _CALLS.get(_called(site.node), _ANY_CALL) if type(site.node) is Call else _OTHERS[type(site.node)]:
            for one in finds(site):
                if isinstance(one, Kept):
                    cached.add(one.function)
                elif isinstance(one, Route):
                    routed.append(one)
                else:
                    (entries if isinstance(one, Entry) else found).append(one)  # type: ignore[arg-type]  # told apart
    claimed = {(hint.text, hint.line) for hint in found if hint.kind not in (WireKind.STRING, *LOOSE)}
    told = [hint for hint in found if hint.kind is not WireKind.STRING or (hint.text, hint.line) not in claimed]
    return Hints(tuple(dict.fromkeys(told)), tuple(dict.fromkeys(entries)), tuple(sorted(cached)), tuple(routed))


def _called(call: Call) -> str:
    """The last name of what is called, "" where it has none."""
    func = call.func
    return func.name if type(func) is Attr else func if type(func) is str else ""


def _interested(kind: type, called: str = "") -> tuple[Finds, ...]:
    asked = [one for one in DETECTORS if kind in one.kinds]
    return tuple(one.finds for one in asked if kind is not Call or one.called is None or called in one.called)


_CALLS = {name: _interested(Call, name) for one in DETECTORS for name in one.called or ()}
_ANY_CALL = _interested(Call)
_OTHERS: dict[type, tuple[Finds, ...]] = {kind: _interested(kind) for kind in (Class, Function, Assign, Const)}
