"""Stage 1, whole project: Hints -> Wire, EntryPoint and Page, once it is known which module each text means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from ..model.facts import Definition, EntryPoint, Evidence, Page, Wire, WireKind
from ..model.names import Module
from .labels import Labels
from .pages import Written
from .permissions import Permissions
from .resolve import Index, Place, absolute_name
from .routes import Routes
from .symbols import Symbols
from .templates import Templates
from .wiring import Hint, Hints

__all__ = ["on_requests", "wires"]


class _File(NamedTuple):
    place: Place
    hints: Hints


def wires(
    said: Mapping[str, Hints],
    index: Index,
    names: Symbols,
    paths: Sequence[str],
    definitions: Sequence[Definition],
    pages: Sequence[tuple[str, Written]] = (),
) -> tuple[list[Wire], list[EntryPoint], list[Page]]:
    """The wires between modules, the entry points, and the templates, of files `said` (path -> hints), sorted by file.

    `paths` are all files of the tree, for templates; `pages` are what those say.
    """
    files = [_File(place, said[place.path]) for place in index.places if place.path in said]
    routes = Routes([(place, hints.routes) for place, hints in files], index, names)
    labels = Labels(index, paths, _told(files, "label"))
    permissions = Permissions(index, labels, _told(files, "declared"), _classes(index, definitions))
    resolver = _Resolver(index, names, labels, routes, permissions)
    templates = Templates(paths, labels, names, on_requests(files), resolver.target, _helpers(files))
    found = [wire for file in files for hint in file.hints.hints for wire in resolver.wire(file.place, hint)]
    found += templates.wires(pages)
    found += _signal_wires(files, names)
    found += _key_wires(files)
    found += _method_wires(files, definitions)
    order = sorted(set(found), key=_in_order)
    entries = sorted(set(_entries(files, names, definitions)), key=lambda one: (one.module, one.line, one.function))
    return order, entries, [templates.page(path, written) for path, written in sorted(pages)]


def _in_order(wire: Wire) -> tuple[str, int, WireKind, Module, str, str]:
    return wire.file, wire.line, wire.kind, wire.target, wire.name, wire.signal


@dataclass(frozen=True, slots=True)
class _Resolver:
    index: Index
    names: Symbols
    labels: Labels
    routes: Routes
    permissions: Permissions

    def wire(self, place: Place, hint: Hint) -> Iterator[Wire]:
        target, kind = self.target(place, hint), hint.kind
        if target and kind is WireKind.STRING:
            page = None if _is_settings(place) else self.routes.answers(hint.text, place)
            target = page or target  # full_url("shop.home"), which hands a page's name on
            kind = WireKind.LINK if page else WireKind.SETTING if _is_settings(place) else kind
        if target and target.module != place.module:
            yield Wire(place.module, target.module, kind, hint.text, place.path, hint.line, hint.signal)

    def target(self, place: Place | None, hint: Hint) -> Place | None:
        """The module that a hint means, as it stands in `place`; a template that nobody holds has none."""
        match hint.how:
            case "route":
                return self.routes.answers(hint.text, place)
            case "permission":
                return self.permissions.owner(hint.text)
        return self._target(place, hint) if place else None

    def _target(self, place: Place, hint: Hint) -> Place | None:
        match hint.how:
            case "name":
                found = self.names.find(place, hint.text)
                return found.place if found else None
            case "path":
                return self._named(hint, place)
            case "model":
                return self.labels.model(hint.text, self.names)
            case "command":
                return self.labels.command(hint.text)
            case "template":
                return self.labels.template(hint.text, place)
        return None

    def _named(self, hint: Hint, place: Place) -> Place | None:
        rest = hint.text.lstrip(".")
        text = absolute_name(len(hint.text) - len(rest), rest, place) or ""  # config.include(".orders")
        if text.partition(".")[0] not in self.index.tops or _is_own_name(hint, place):
            return None
        found = self.names.named(text, place.root)
        if found is None or found.place is None:
            return None
        exact = not found.name or self.names.kind(found.place, found.name)
        return found.place if exact else None


def _is_own_name(hint: Hint, place: Place) -> bool:
    # getLogger("shop.orders") in shop.orders.views: a module that names itself or its package says who it is
    return hint.kind is WireKind.STRING and f"{place.dotted}.".startswith(f"{hint.text}.")


def _told(files: Sequence[_File], how: str) -> Iterator[tuple[str, Place]]:
    return ((hint.text, place) for place, said in files for hint in said.hints if hint.how == how)


def _helpers(files: Sequence[_File]) -> dict[str, tuple[Module, str]]:
    """What templates call by a name that one function alone is given, with that function."""
    found: defaultdict[str, set[tuple[Module, str]]] = defaultdict(set)
    for place, said in files:
        for hint in said.hints:
            if hint.how == "helper":
                found[hint.text].add((place.module, hint.function))
    return {name: one for name, (one, *more) in found.items() if not more}


def _classes(index: Index, definitions: Iterable[Definition]) -> Iterator[tuple[str, Place]]:
    """Classes by their names in lower case, as permissions name those of tables."""
    places = {place.module: place for place in index.places}
    return ((one.name.lower(), places[one.module]) for one in definitions if one.kind == "class")


def on_requests(files: Iterable[tuple[Place, Hints]]) -> dict[str, Evidence]:
    """What middleware sets on a request, where it does so first."""
    found: dict[str, Evidence] = {}
    for place, said in files:
        for hint in said.hints:
            if hint.how == "sets" and "middleware" in f"{place.dotted}.{hint.function}".lower():
                found.setdefault(hint.text, Evidence(place.path, hint.line, hint.function))
    return found


def _is_settings(place: Place) -> bool:
    return any(part in ("settings", "conf", "config") for part in place.dotted.split("."))


def _signal_wires(files: Sequence[_File], names: Symbols) -> Iterator[Wire]:
    """A receiver depends on every module that sends the same signal, when the project itself defines the signal."""
    sent: defaultdict[tuple[str, str], dict[Module, Place]] = defaultdict(dict)
    received: list[tuple[Place, Hint, tuple[str, str]]] = []
    for place, said in files:
        for hint in said.hints:
            found = names.find(place, hint.text) if hint.how in ("sent", "received") else None
            if found is None or found.place is None or not names.kind(found.place, found.name):
                continue
            key = (found.place.path, found.name)
            if hint.how == "sent":
                sent[key][place.module] = place
            else:
                received.append((place, hint, key))
    for place, hint, key in received:
        for sender in sent.get(key, ()):
            if sender != place.module:
                yield Wire(place.module, sender, WireKind.SIGNAL, hint.text, place.path, hint.line)


def _key_wires(files: Sequence[_File]) -> Iterator[Wire]:
    """Modules that share a cache key: each with the next by name, so that n modules have n - 1 wires."""
    shared: defaultdict[str, dict[Module, tuple[Place, int]]] = defaultdict(dict)
    for place, said in files:
        for hint in said.hints:
            if hint.how == "key":
                shared[hint.text].setdefault(place.module, (place, hint.line))
    for key, users in shared.items():
        order = sorted(users)
        for one, two in pairwise(order):
            place, line = users[one]
            yield Wire(one, two, WireKind.CACHE_KEY, key, place.path, line)


_FEW = 3  # modules that define a method of one name


def _method_wires(files: Sequence[_File], definitions: Iterable[Definition]) -> Iterator[Wire]:
    """hasattr(note, "clear_cache") depends on the classes that have it, where they are few and none is its own."""
    asked = [(place, hint) for place, said in files for hint in said.hints if hint.how == "method"]
    wanted = {hint.text for _, hint in asked}
    defined: defaultdict[str, list[Definition]] = defaultdict(list)
    for one in definitions if wanted else ():
        last = one.name.rpartition(".")[2]
        if last in wanted and one.kind == "function" and one.name.count(".") == 1:
            defined[last].append(one)
    for place, hint in asked:
        found = defined.get(hint.text, ())
        modules = {one.module for one in found}
        if len(modules) <= _FEW and place.module not in modules:
            yield from (Wire(place.module, one.module, hint.kind, one.name, place.path, hint.line) for one in found)


def _entries(files: Sequence[_File], names: Symbols, definitions: Iterable[Definition]) -> Iterator[EntryPoint]:
    """Entry points as functions: a class stands for its own methods."""
    defined: defaultdict[Module, dict[str, Definition]] = defaultdict(dict)
    for one in definitions:
        defined[one.module][one.name] = one
    for place, said in files:
        for entry in said.entries:
            where, name = place.module, f"{entry.function}.{entry.text}" if entry.function else entry.text
            if name not in defined[where]:
                found = names.find(place, entry.text)
                if found is None or found.place is None:
                    continue
                where, name = found.place.module, found.name
            queued = f"{place.dotted}.{name}" if entry.named else ""
            made = list(_functions(where, name, entry.kind, defined[where]))
            known = defined[where].get(name)
            if not made and known and known.kind == "class" and (where, known.line) != (place.module, entry.line):
                made = [EntryPoint(where, name, entry.kind, known.line)]  # its base does all that it does
            yield from (replace(one, name=queued) for one in made)


def _functions(module: Module, name: str, kind: str, defined: Mapping[str, Definition]) -> Iterator[EntryPoint]:
    definition = defined.get(name)
    if definition is None or definition.kind == "constant":
        return
    if definition.kind == "function":
        yield EntryPoint(module, name, kind, definition.line)
        return
    for method in defined.values():
        if (
            method.kind == "function"
            and method.name.startswith(f"{name}.")
            and method.name.count(".") == name.count(".") + 1
        ):
            yield EntryPoint(module, method.name, kind, method.line)
