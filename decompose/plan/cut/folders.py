"""Which folders of templates, pictures and the like go with a boundary: Facts + homes -> folders, with their files."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from posixpath import basename, dirname

from ...model.facts import Facts, ModuleKind
from ...model.names import Boundary, Module

__all__ = ["Packages", "folders", "packages"]

_SHARED = frozenset({"fixtures", "jinja2", "locale", "static", "templates"})
"""Folders whose own folders are called like the packages that they are for: templates/orders."""


Owners = Mapping[str, Set[Boundary | None]]


@dataclass(frozen=True, slots=True)
class Packages:
    """Whose modules lie `beside` a file, by its folder, and whose the packages are that a folder is `called` like."""

    beside: Owners
    called: Owners

    def owner(self, path: str) -> tuple[bool, Boundary | None]:
        """Does a file that is no Python lie in a package, and is it one boundary's, by its folders?"""
        for _, found in _candidates(path, self):
            if len(found) == 1 and (owner := next(iter(found))):
                return True, owner
        near = next((self.beside[folder] for folder in _above(path) if folder in self.beside), frozenset())
        return bool(near), next(iter(near)) if len(near) == 1 else None


def packages(facts: Facts, home: Mapping[Module, Boundary]) -> Packages:
    """Looked up once."""
    beside: defaultdict[str, set[Boundary | None]] = defaultdict(set)
    called: defaultdict[str, set[Boundary | None]] = defaultdict(set)
    for fact in facts.modules:
        if fact.kind is ModuleKind.SOURCE:
            folder = dirname(fact.path)
            beside[folder].add(home.get(fact.module))
            called[folder.rpartition("/")[2]].add(home.get(fact.module))
    return Packages(dict(beside), dict(called))


def folders(facts: Facts, home: Mapping[Module, Boundary]) -> Mapping[Boundary, tuple[tuple[str, int], ...]]:
    """For each boundary the folders of files that stand at the head, are no Python, and lie beside modules of it
    alone, or are called like a package of it alone; those with most files first.

    What is called so itself stands for a folder, among static files that are nobody's: static/js/orders.js.
    """
    around = packages(facts, home)
    found: defaultdict[Boundary, Counter[str]] = defaultdict(Counter)
    past = facts.history
    for path, kind, stands in zip(past.paths, past.kinds, past.standing, strict=False):
        if kind is None and stands and not path.endswith(".py"):
            for folder, owners in (*_candidates(path, around), (path, _named(path, around))):
                one, *more = owners or {None}
                if not more and one is not None:
                    found[one][folder] += 1
                    break
    return {one: tuple(sorted(found[one].items(), key=lambda row: (-row[1], row[0]))) for one in sorted(found)}


def _candidates(path: str, around: Packages) -> list[tuple[str, Set[Boundary | None]]]:
    """The folders that say whose a file is: "shop/orders/templates" beside its modules, "templates/orders" by name."""
    parts = dirname(path).split("/")
    beside, called = around.beside, around.called
    near = next((end for end in range(len(parts), 0, -1) if "/".join(parts[:end]) in beside), 0)
    found = []
    if near and near < len(parts):
        found.append(("/".join(parts[: near + 1]), beside["/".join(parts[:near])]))
    for at, part in enumerate(parts[:-1], 1):
        if part in _SHARED and parts[at] in called:
            found.append(("/".join(parts[: at + 1]), called[parts[at]]))
    return found


def _named(path: str, around: Packages) -> Set[Boundary | None]:
    # static/js/orders.js, static/scss/_orders.scss
    stem = basename(path).partition(".")[0].lstrip("_")
    return around.called.get(stem, frozenset()) if "static" in path.split("/") else frozenset()


def _above(path: str) -> Iterator[str]:
    """ "shop/orders/static", "shop/orders", "shop" of a file's path."""
    while path := dirname(path):
        yield path
