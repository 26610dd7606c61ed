"""Stage 3: which modules serve everybody (the shared kernel) and which put the program together (roots)."""

from collections import defaultdict

from ..model.facts import Facts, ImportKind
from .cohesion import Observed, lift
from .evidence import Nodes, WeighOptions

__all__ = ["kernel", "roots"]

Links = dict[int, set[int]]

STARTERS = frozenset(("settings", "urls", "wsgi", "asgi", "celery", "__main__", "manage"))
"""Modules that frameworks load by name, where they stand directly in a top-level package."""


def kernel(
    facts: Facts, nodes: Nodes, observed: Observed, options: WeighOptions, roots: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Modules that many import who have nothing else in common, and that need next to nothing themselves.

    Many: `kernel_importers`, and one in fifty modules. Nothing in common: the importers' lift is at most `spread`.
    Needs nothing: instability (imports / (imports + importers), Martin 1994; the kernel's own left out) is at most
    `unstable`. A module that declares tables belongs to whoever owns them.
    """
    imports, importers = _links(facts, nodes)
    many = max(options.kernel_importers, len(nodes.modules) / 50)
    declaring = {nodes.of[fact.module] for fact in facts.tables if fact.module is not None and fact.module in nodes.of}
    found = {
        node
        for node, users in importers.items()
        if len(users) >= many
        and node not in declaring
        and node not in roots
        and lift(users, observed) <= options.spread
    }
    while unfit := {node for node in found if _instability(imports[node] - found, importers[node]) > options.unstable}:
        found -= unfit
    return tuple(sorted(found | _packages_of(found, nodes, imports, importers)))


def roots(facts: Facts, nodes: Nodes, observed: Observed, options: WeighOptions) -> tuple[int, ...]:
    """Entry points by their framework's names, and modules that import a twentieth of all and that nobody imports."""
    imports, importers = _links(facts, nodes)
    many = max(options.root_imports, len(nodes.modules) / 20)
    found = {
        node
        for node, used in imports.items()
        if len(used) >= many and not importers[node] and lift(used, observed) <= options.spread
    }
    for node, module in enumerate(nodes.modules):
        _, *rest = module.name.split(".")
        starts = not rest or (len(rest) == 1 and rest[0] in STARTERS)
        if starts and (len(importers[node]) < 2 or lift(importers[node], observed) <= options.spread):
            found.add(node)
    return tuple(sorted(found))


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


def _instability(imports: set[int], importers: set[int]) -> float:
    return len(imports) / (len(imports) + len(importers))


def _packages_of(found: set[int], nodes: Nodes, imports: Links, importers: Links) -> set[int]:
    """Empty packages, imported and importing nothing, that hold mostly kernel: `common/__init__.py`."""
    inside: dict[str, list[int]] = defaultdict(list)
    for node, module in enumerate(nodes.modules):
        inside[module.name.rpartition(".")[0]].append(node)
    return {
        node
        for node, module in enumerate(nodes.modules)
        if not imports[node]
        and not importers[node]
        and (held := inside.get(module.name))
        and 2 * len(found.intersection(held)) > len(held)
    }
