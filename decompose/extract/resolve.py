"""Stage 1, whole project: files and imports as written -> named modules and the imports between them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from sys import stdlib_module_names
from typing import NamedTuple, TypeVar

from ..model.facts import Import, ImportKind, ModuleFact, ModuleKind, Unresolved
from ..model.names import Module
from .file import Says
from .imports import WrittenImport

__all__ = ["Index", "Place", "absolute_name", "index", "module_facts", "resolve_imports"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a module stands: its folder of import (`root`), its dotted name there, and its unique name."""

    module: Module
    root: str
    dotted: str
    path: str
    is_package: bool

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def package(self) -> str:
        """The dotted package that relative imports start from; "" at the top."""
        return self.dotted if self.is_package else self.dotted.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Index:
    """All modules of the project: `places` sorted by path, and `named`, which finds a dotted name in each root."""

    places: tuple[Place, ...]
    named: Mapping[str, tuple[Place, ...]]
    tops: frozenset[str]  # first parts of all dotted names
    _ends: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def find(self, dotted: str, near: str) -> Place | None:
        """The module called `dotted` as code below root `near` would import it, else the first root's by name."""
        found = self.named.get(dotted, ())
        return next((place for place in found if place.root == near), found[0] if found else None)

    def loaded(self, label: str) -> Place | None:
        """The module with the shortest of the names that end in `label`, as loaders of classes are given it."""
        if not self._ends:
            for name in sorted(self.named, key=lambda name: (name.count("."), name)):
                parts = name.rsplit(".", _LABEL)[-_LABEL:]
                for start in range(len(parts)):
                    self._ends.setdefault(".".join(parts[start:]), name)
        return self.find(self._ends[label], "") if label in self._ends else None


_LABEL = 6
"""Parts of a name, counted from its end, beyond which no loader is given them."""


def index(files: Sequence[Says]) -> Index:
    """Name every file. A folder without `__init__.py` gets the root that most of the project's own imports confirm."""
    roots = _roots(files)
    drafts = [(roots[_anchor_of(said.path, roots)], said.path) for said in files]
    dotted = {path: _dotted(path, root) for root, path in drafts}
    claims = Counter(dotted.values())
    named: defaultdict[str, list[Place]] = defaultdict(list)
    places = []
    for root, path in sorted(drafts, key=lambda draft: draft[1]):
        name, is_package = dotted[path], path.endswith("__init__.py")
        rivals = [place for place in named[name] if place.root == root]
        unique = name if claims[name] == 1 or (not root and not rivals) else f"{root}:{name}"
        place = Place(Module(path if rivals else unique), root, name, path, is_package)
        places.append(place)
        if not rivals:
            named[name].append(place)
        elif is_package and not rivals[0].is_package:  # a package hides the module of its name
            named[name][named[name].index(rivals[0])] = place
    return Index(
        tuple(places),
        {name: tuple(sorted(found, key=lambda place: place.root)) for name, found in named.items()},
        frozenset(name.partition(".")[0] for name in named),
    )


def _dotted(path: str, root: str) -> str:
    inside = path[len(root) + 1 :] if root else path
    return inside.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _anchor_of(path: str, anchors: Mapping[str, str]) -> str:
    folder = _folder(path)
    while folder not in anchors:
        folder = _folder(folder)
    return folder


def _roots(files: Sequence[Says]) -> dict[str, str]:
    """Anchor folder -> root. An anchor is the first folder above a file that is no regular package."""
    packages = {_folder(said.path) for said in files if said.path.endswith("__init__.py")} - {""}
    children: defaultdict[str, dict[str, bool]] = defaultdict(dict)  # -> is it a package?
    for said in files:
        anchor, child = _folder(said.path), said.path.rpartition("/")[2].removesuffix(".py")
        is_package = anchor in packages
        while anchor in packages:
            anchor, _, child = anchor.rpartition("/")
        children[anchor][child] = is_package or children[anchor].get(child, False)
    mentions, there = _mentions(files), _there(files)
    roots: dict[str, str] = {}
    for anchor in sorted(children, key=lambda name: (name.count("/"), name)):
        confirmed = _confirmed_root(anchor, children[anchor], mentions, there)
        roots[anchor] = _inherited_root(anchor, packages, roots) if confirmed is None else confirmed
    return roots


def _there(files: Sequence[Says]) -> Set[str]:
    """The paths of all modules without their ending, and of all folders that hold some."""
    found: set[str] = set()
    for said in files:
        path = said.path.removesuffix(".py")
        while path and path not in found:
            found.add(path)
            path = _folder(path)
    return found


def _confirmed_root(anchor: str, children: Mapping[str, bool], mentions: "_Mentions", there: Set[str]) -> str | None:
    """The root below which most imports find the anchor's children; the nearest among equals, None where none does."""
    root, prefix, best, most = anchor, "", None, 0
    while True:
        # import json: that is Python's own, whatever lies in serializers/json.py
        # from celery.schedules import crontab: no celery.py has modules
        named = [
            prefix + child
            for child, is_package in children.items()
            if (prefix or child not in stdlib_module_names)
            and (is_package or f"{prefix}{child}" not in mentions.packages)
            and (prefix or _is_meant(f"{anchor}/{child}" if anchor else child, mentions.inside.get(child, {}), there))
        ]
        support = sum(mentions.counts.get(name, 0) for name in named)
        if support > most:
            best, most = root, support
        if not root:
            return best
        root, _, last = root.rpartition("/")
        prefix = f"{last}.{prefix}"


def _is_meant(path: str, asked: Mapping[str, int], there: Set[str]) -> bool:
    """Does the folder hold half of the modules that are asked of its name, or more? Else a library has that name."""
    # api/utils/rest_framework/views.py      from rest_framework.serializers import Serializer
    held = sum(count for name, count in asked.items() if f"{path}/{name}" in there)
    return 2 * held >= sum(asked.values())


def _inherited_root(anchor: str, packages: set[str], roots: Mapping[str, str]) -> str:
    """Nobody imports what lies here: it belongs to the root of the nearest folder above that has one."""
    first = anchor.partition("/")[0]
    folder = anchor
    while folder:
        folder = _folder(folder)
        while folder in packages:
            folder = _folder(folder)
        if folder in roots and (folder or first not in _SOURCE_FOLDERS):
            return roots[folder]
    return first if first in _SOURCE_FOLDERS else ""


_SOURCE_FOLDERS = frozenset({"src", "lib", "python"})  # by convention a root, never a package


class _Mentions(NamedTuple):
    """How often each dotted name, and each of its prefixes, is imported absolutely, and what has modules below it."""

    counts: Mapping[str, int]
    packages: Set[str]
    inside: Mapping[str, Mapping[str, int]]  # top-level name -> the modules right below it that are asked for


def _mentions(files: Iterable[Says]) -> _Mentions:
    counted: Counter[str] = Counter()
    packages: set[str] = set()
    inside: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for said in files:
        for written in said.imports:
            if not written.level and not written.loaded:
                counted[f"{written.module}.{written.name}" if written.name else written.module] += 1
                top, _, below = written.module.partition(".")
                if below:
                    inside[top][below.partition(".")[0]] += 1
                above = written.module.rpartition(".")[0]
                while above and above not in packages:
                    packages.add(above)
                    above = above.rpartition(".")[0]
    prefixes: Counter[str] = Counter()
    for name, count in counted.items():
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            prefixes[".".join(parts[:end])] += count
    return _Mentions(prefixes, packages, inside)


def resolve_imports(files: Sequence[Says], found: Index) -> tuple[list[Import], list[Unresolved]]:
    """Every import of the project's own modules, and those that name the project but nothing in it."""
    imports: list[Import] = []
    unresolved: list[Unresolved] = []
    by_path = {place.path: place for place in found.places}
    for said in files:
        place = by_path[said.path]
        taken: defaultdict[tuple[Module, ImportKind, int], set[str]] = defaultdict(set)
        for written in said.imports:
            target, name = _target(written, place, found)
            if target is None:
                if not written.loaded and _names_project(written, found):
                    unresolved.append(Unresolved("import", place.module, place.path, written.line, as_written(written)))
            elif target.module != place.module:
                taken[target.module, written.kind, written.line].update(name)
        imports += _collected(taken, place)
    return imports, unresolved


def _collected(taken: Mapping[tuple[Module, ImportKind, int], set[str]], place: Place) -> Iterator[Import]:
    for (module, kind, line), names in taken.items():
        yield Import(place.module, module, kind, tuple(sorted(names)), place.path, line)


def _target(written: WrittenImport, place: Place, found: Index) -> tuple[Place | None, tuple[str, ...]]:
    # from a.b import c: the module a.b.c, else the name c of the module a.b
    if written.loaded:
        return found.loaded(written.module), (str(written.name),)
    base = absolute_name(written.level, written.module, place)
    if base is None:
        return None, ()
    if written.name is None or written.name == "*":
        return found.find(base, place.root), ("*",) if written.name else ()
    submodule = found.find(f"{base}.{written.name}" if base else written.name, place.root)
    return (submodule, ()) if submodule else (found.find(base, place.root), (written.name,))


def absolute_name(level: int, module: str, place: Place) -> str | None:
    """The dotted name that `from ..x import` means in `place`; None where the dots lead out of the project."""
    if not level:
        return module
    parts = place.package.split(".") if place.package else []
    if level - 1 > len(parts):
        return None
    return ".".join([*parts[: len(parts) - (level - 1)], *([module] if module else [])])


def _names_project(written: WrittenImport, found: Index) -> bool:
    return written.level > 0 or written.module.partition(".")[0] in found.tops


def as_written(written: WrittenImport) -> str:
    module = "." * written.level + written.module
    return f"import {module}" if written.name is None else f"from {module} import {written.name}"


def module_facts(files: Sequence[Says], found: Index, imports: Iterable[Import]) -> tuple[ModuleFact, ...]:
    """One fact for each file, sorted by module, with its kind."""
    imports = tuple(imports)
    imported = {one.imported for one in imports}
    roots = {place.module: place.root for place in found.places}
    needed = {roots[one.imported] for one in imports if roots[one.importer] != roots[one.imported]}
    needed |= _largest(roots.values())
    by_path = {place.path: place for place in found.places}
    packages = {(place.root, place.dotted) for place in found.places if place.is_package}
    tops = {place.module: (place.root, place.dotted.partition(".")[0]) for place in found.places}
    used = {tops[one.imported] for one in imports if tops[one.importer] != tops[one.imported]}
    used |= _largest(tops.values())
    facts = []
    for said in files:
        place = by_path[said.path]
        top = tops[place.module]
        alone = top not in packages and place.module not in imported and _stands_alone(said)
        beside = place.root not in needed and not _BESIDE.isdisjoint(place.root.split("/"))
        beside = beside or (top in packages - used and top[1] in _BESIDE)
        kind = ModuleKind.SCRIPT if said.kind is ModuleKind.SOURCE and (alone or beside) else said.kind
        facts.append(
            ModuleFact(place.module, said.path, kind, said.lines, said.partial, place.is_package, said.written_for)
        )
    return tuple(sorted(facts, key=lambda fact: fact.module))


def _largest(groups: Iterable[_T]) -> set[_T]:
    sizes = Counter(groups)
    return {one for one in sizes if sizes[one] == max(sizes.values())}


# folders of tools beside the program: what stands there is a program of its own, packages and all
_BESIDE = frozenset({"dev", "scripts", "tools", "doc", "docs", "examples", "benchmarks"})

_SCRIPTS = frozenset({"scripts", "bin", "tools", "doc", "docs", "examples", "benchmarks", "contrib"})


def _stands_alone(said: Says) -> bool:
    """Of a module outside of every package that nobody imports: whether it is there to be run by itself."""
    folders = said.path.split("/")[:-1]
    hidden = any(folder.startswith(".") for folder in folders)
    return said.runs or hidden or not folders or bool(_SCRIPTS.intersection(folders))
