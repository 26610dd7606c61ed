"""Boundaries that need each other: Seams -> Cycles, broken by grimp's heuristic on the graph of boundaries."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import grimp

from ..model.judgements import Cycle, Seam, SeamKind
from ..model.names import Boundary, Module
from .crossing import DERIVED

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["CODE", "find_cycles"]

# What one process cannot do without: a type that only a checker reads makes no cycle, nor what columns say of a row.
CODE = frozenset({SeamKind.IMPORT, SeamKind.CALL, SeamKind.CONSTANT, SeamKind.INHERITANCE, SeamKind.EXCEPTION})

_Pair = tuple[Module, Module]


def find_cycles(seams: Iterable[Seam]) -> tuple[Cycle, ...]:
    """Each pair of boundaries that need each other, then what is still tangled once those pairs are broken."""
    code = [one for one in seams if one.kind in CODE and isinstance(one.to, Module) and one.detail != DERIVED]
    pairs = tuple(_cycle(pair, code) for pair in _mutual(_graph(code)))
    broken = {id for cycle in pairs for id in cycle.seams}
    left = [seam for seam in code if seam.id not in broken]
    return pairs + tuple(_cycle(tangle, left) for tangle in _tangles(_graph(left)))


def _graph(code: Iterable[Seam]) -> "nx.DiGraph[Boundary]":
    import networkx as nx  # noqa: PLC0415  # slow to load

    return nx.DiGraph((seam.from_boundary, seam.to_boundary) for seam in code)


def _mutual(graph: "nx.DiGraph[Boundary]") -> list[list[Boundary]]:
    return sorted([a, b] for a, b in graph.edges if a < b and graph.has_edge(b, a))


def _tangles(graph: "nx.DiGraph[Boundary]") -> list[list[Boundary]]:
    import networkx as nx  # noqa: PLC0415  # slow to load

    found = (sorted(tangle) for tangle in nx.strongly_connected_components(graph) if len(tangle) > 1)
    return sorted(found, key=lambda tangle: (-len(tangle), tangle))


def _cycle(tangle: list[Boundary], code: list[Seam]) -> Cycle:
    inside = set(tangle)
    within: defaultdict[_Pair, list[Seam]] = defaultdict(list)
    for seam in code:
        if seam.from_boundary in inside and seam.to_boundary in inside and isinstance(seam.to, Module):
            within[seam.from_module, seam.to].append(seam)
    breakers = _breakers(tangle, within)
    return Cycle(tuple(tangle), breakers, tuple(sorted(seam.id for pair in breakers for seam in within[pair])))


def _breakers(tangle: list[Boundary], within: dict[_Pair, list[Seam]]) -> tuple[_Pair, ...]:
    """The graph is refilled as `root.b3.m17`: numbers in place of names, so that no answer hangs on spelling."""
    graph = grimp.ImportGraph()
    boundaries = {boundary: f"root.b{i}" for i, boundary in enumerate(tangle)}
    for name in ("root", *boundaries.values()):
        graph.add_module(name)
    names: dict[Module, str] = {}
    for number, (importer, imported) in enumerate(sorted(within)):
        seam = within[importer, imported][0]
        names.setdefault(importer, f"{boundaries[seam.from_boundary]}.m{2 * number}")
        names.setdefault(imported, f"{boundaries[seam.to_boundary]}.m{2 * number + 1}")
        graph.add_import(importer=names[importer], imported=names[imported])
    modules = {name: module for module, name in names.items()}
    found = graph.nominate_cycle_breakers("root")
    return tuple(sorted((modules[importer], modules[imported]) for importer, imported in found))
