"""Stage 3a: CouplingGraph -> groups of nodes, by one algorithm each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import networkx as nx

from ..model.judgements import CouplingGraph

__all__ = ["ClusterOptions", "Clusterer", "Groups", "as_networkx", "tidy"]

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    method: str = "consensus"
    seed: int = 0
    resolution: float = 2.5  # of modularity: higher makes more and smaller boundaries


class Clusterer(Protocol):
    """Groups of the tied nodes of a graph.

    Total (each node that has a tie is in exactly one group), deterministic for one seed, and blind to names other than
    through the ties, except for `package`, which reads nothing else.
    """

    def __call__(self, graph: CouplingGraph, options: ClusterOptions, /) -> Groups: ...


def as_networkx(graph: CouplingGraph) -> "nx.Graph[int]":
    """The tied nodes and their total weights."""
    made: nx.Graph[int] = nx.Graph()
    made.add_weighted_edges_from((tie.a, tie.b, tie.weight) for tie in graph.ties)
    return made


def tidy(groups: Iterable[Iterable[int]]) -> Groups:
    """Groups in the order of their smallest node."""
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def package(graph: CouplingGraph, options: ClusterOptions) -> Groups:
    """One group for each package directly below the top; a table goes where its strongest tie goes."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, module in enumerate(graph.modules):
        groups[".".join(module.name.split(".")[:2])].append(i)
    home = {i: group for group in groups.values() for i in group}
    strongest: dict[int, tuple[float, int]] = {}
    for tie in graph.ties:
        if tie.a in home and tie.b >= len(graph.modules):
            strongest[tie.b] = max(strongest.get(tie.b, (0.0, 0)), (tie.weight, -tie.a))
    for table, (_, nearest) in strongest.items():
        home[-nearest].append(table)
    return tidy(groups.values())


def louvain(graph: CouplingGraph, options: ClusterOptions) -> Groups:
    """Modularity by local moves (Blondel et al. 2008)."""
    made = as_networkx(graph)
    return tidy(nx.community.louvain_communities(made, resolution=options.resolution, seed=options.seed))


def label_propagation(graph: CouplingGraph, options: ClusterOptions) -> Groups:
    """Each node takes the label that weighs most around it (Raghavan et al. 2007)."""
    return tidy(nx.community.asyn_lpa_communities(as_networkx(graph), weight="weight", seed=options.seed))


def greedy(graph: CouplingGraph, options: ClusterOptions) -> Groups:
    """Modularity by joining the best pair of groups (Clauset, Newman, Moore 2004)."""
    made = as_networkx(graph)
    if not made.number_of_edges():
        return ()
    found = nx.community.greedy_modularity_communities(made, weight="weight", resolution=options.resolution)
    return tidy(found)
