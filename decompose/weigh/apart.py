"""Stage 3: which modules serve everybody (the shared kernel) and which put the program together (roots)."""

from collections import Counter, defaultdict

from ..model.facts import Facts, ImportKind, WireKind
from ..model.names import Module
from .cohesion import Observed, lift
from .evidence import Nodes, WeighOptions

__all__ = ["kernel", "roots"]

Links = dict[int, set[int]]

STARTERS = frozenset(("settings", "urls", "wsgi", "asgi", "celery", "__main__", "manage"))
"""Modules and packages that frameworks load by name, where they stand directly in a top-level package."""

_SERVERS = frozenset(("wsgi", "asgi"))
_SERVED = _SERVERS | {"settings"}
_APPLICATION = ("apps", "models", "views")


def kernel(
    facts: Facts, nodes: Nodes, observed: Observed, options: WeighOptions, roots: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Modules that many import who have nothing else in common, and that need next to nothing themselves.

    Many: `kernel_importers`, and one in fifty modules. Nothing in common: the importers' lift is at most `spread`, and
    no package of up to half of all modules holds most of them: more than half way from its own share to 1.
    Needs nothing: instability (imports / (imports + importers), Martin 1994; the kernel's own left out) is at most
    `unstable`. In a package that is mostly kernel, being many and needing nothing is enough. A module that declares
    tables belongs to whoever owns them.
    """
    imports, importers = _links(facts, nodes)
    many = max(options.kernel_importers, len(nodes.modules) / 50)
    declaring = {nodes.of[fact.module] for fact in facts.tables if fact.module is not None and fact.module in nodes.of}
    able = {node for node, users in importers.items() if len(users) >= many} - declaring - set(roots)
    packages, shares = _packages(nodes)
    found = {
        node
        for node in able
        if not _local(importers[node], packages, shares) and lift(importers[node], observed) <= options.spread
    }
    while unfit := {node for node in found if _instability(imports[node] - found, importers[node]) > options.unstable}:
        found -= unfit
    inside = _inside(nodes)
    mostly = {name for name, held in inside.items() if 2 * len(found.intersection(held)) > len(held)}
    for node in sorted(able & {node for name in mostly for node in inside[name]}):
        if _instability(imports[node] - found, importers[node]) <= options.unstable:
            found.add(node)
    empty = {
        node
        for node, module in enumerate(nodes.modules)
        if module.name in mostly and not imports[node] and not importers[node]
    }
    return tuple(sorted(found | empty))


def roots(facts: Facts, nodes: Nodes, observed: Observed, options: WeighOptions) -> tuple[int, ...]:
    """Entry points by their framework's names, and modules that nobody imports and that import from everywhere, or
    whoever imports them include from everywhere (`config.include(".orders")`, `include("shop.orders.urls")`).

    From everywhere: `root_imports` modules and a twentieth of all, which have nothing in common and none of which
    stands in the same package: what uses its own package is the head of that package, not of the program.
    """
    imports, importers = _links(facts, nodes)
    included = _included(facts, nodes)
    packages, _ = _packages(nodes)
    many = max(options.root_imports, len(nodes.modules) / 20)
    found = {
        node
        for node, used in imports.items()
        if len(used) >= many
        and not importers[node]
        and lift(used, observed) <= options.spread
        and not _uses_its_own(node, used, nodes, packages)
    }
    found |= {node for node, used in included.items() if len(used) >= many and lift(used, observed) <= options.spread}
    starters = _starters(nodes, imports, importers)
    for node in starters:
        others = importers[node] - starters
        if len(others) < 2 or lift(others, observed) <= options.spread:
            found.add(node)
    return tuple(sorted(found))


def _starters(nodes: Nodes, imports: Links, importers: Links) -> set[int]:
    """Modules that frameworks load by name, and what needs no more than such: `shop.settings`, `shop.settings.base`.

    What stands in a package of settings and is imported by nothing but starters is one too, whatever it needs.
    """
    projects = _projects(nodes)
    applications = {package for package, name in map(_split, nodes.modules) if name in _APPLICATION}
    found: set[int] = set()
    below: set[int] = set()
    settings: set[int] = set()
    for node, module in enumerate(nodes.modules):
        top, _, rest = module.name.partition(".")
        if top in _SERVED and rest:
            below.add(node)
        for project in projects:
            first, _, rest = module.name.removeprefix(f"{project}.").partition(".")
            if module.name == project:
                found.add(node)
            elif module.name.startswith(f"{project}.") and first in STARTERS:
                (below if rest else found).add(node)
                if rest and first == "settings" and f"{project}.settings" not in applications:
                    settings.add(node)
    every = found | below
    loaded = {node for node in below & settings if importers[node] <= every}
    return found | loaded | {node for node in below if imports[node] <= every}


def _uses_its_own(node: int, used: set[int], nodes: Nodes, packages: list[list[str]]) -> bool:
    own = set(packages[node])
    return any(not own.isdisjoint((nodes.modules[other].name, *packages[other])) for other in used)


def _projects(nodes: Nodes) -> set[str]:
    """The packages that start a program: the only top-level one, or those with `settings`, `wsgi` or `asgi`.

    Where a repository holds many top-level packages, the others are applications. Below them, a package with `wsgi` or
    `asgi` beside `settings` or `urls` is a project too: `shop.config`.
    """
    inside: dict[str, set[str]] = defaultdict(set)
    for package, name in map(_split, nodes.modules):
        inside[package].add(name)
    names = [module.name.split(".") for module in nodes.modules]
    tops = {top for top, *_ in names}
    nested = {package for package, held in inside.items() if held & _SERVERS and held & {"settings", "urls"}} - {""}
    return nested | (tops if len(tops) == 1 else {top for top, *rest in names if rest and rest[0] in _SERVED})


def _split(module: Module) -> tuple[str, str]:
    """Package and name."""
    package, _, name = module.name.rpartition(".")
    return package, name


def _links(facts: Facts, nodes: Nodes) -> tuple[Links, Links]:
    """Whom each module imports, and who imports it, among the source modules."""
    imports: Links = defaultdict(set)
    importers: Links = defaultdict(set)
    for fact in facts.imports:
        a, b = nodes.of.get(fact.importer), nodes.of.get(fact.imported)
        if a is not None and b is not None and a != b and fact.kind is not ImportKind.TYPE:
            imports[a].add(b)
            importers[b].add(a)
    return imports, importers


def _included(facts: Facts, nodes: Nodes) -> Links:
    """What each module makes answer requests, by name."""
    included: Links = defaultdict(set)
    for wire in facts.wires:
        a, b = nodes.of.get(wire.source), nodes.of.get(wire.target)
        if a is not None and b is not None and a != b and wire.kind is WireKind.URL:
            included[a].add(b)
    return included


def _instability(imports: set[int], importers: set[int]) -> float:
    return len(imports) / (len(imports) + len(importers))


def _packages(nodes: Nodes) -> tuple[list[list[str]], dict[str, float]]:
    """For each module the packages that hold it and at most half of all; and each package's share of all modules."""
    held = [
        [".".join(parts[:end]) for end in range(1, len(parts))] for parts in (m.name.split(".") for m in nodes.modules)
    ]
    sizes = Counter(name for names in held for name in names)
    shares = {name: size / len(held) for name, size in sizes.items()}
    return [[name for name in names if 2 * shares[name] <= 1] for names in held], shares


def _local(users: set[int], packages: list[list[str]], shares: dict[str, float]) -> bool:
    """Does one package hold most of them: more than half way from its share of all modules to all of them?"""
    held = Counter(name for user in users for name in packages[user])
    return any(2 * count > len(users) * (1 + shares[name]) for name, count in held.items())


def _inside(nodes: Nodes) -> dict[str, list[int]]:
    """Package -> the modules directly in it."""
    inside: dict[str, list[int]] = defaultdict(list)
    for node, module in enumerate(nodes.modules):
        inside[module.name.rpartition(".")[0]].append(node)
    return inside
