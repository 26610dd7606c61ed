"""Stage 4: CouplingGraph -> groups of nodes, by one algorithm each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..model.judgements import CouplingGraph
from .orders import Orders

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["ClusterOptions", "Clusterer", "Found", "Groups", "as_networkx", "tidy"]

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How boundaries are found. Sizes count modules."""

    method: str = "consensus"
    seed: int = 0
    resolution: float = 3.0  # of modularity: higher makes more and smaller boundaries
    runs: int = 48  # of the consensus; large graphs get fewer
    smallest: int = 5  # smaller groups join their nearest neighbour
    most: int = 40  # boundaries
    largest_share: float = 0.3  # a boundary of more of the modules is split where it can be
    afresh: bool = False  # find boundaries anew where the orders declare some; they still give their names
    frozen: bool = False  # propose nothing: the boundaries that the orders declare are what is judged
    orders: Orders = field(default_factory=Orders)


@dataclass(frozen=True, slots=True)
class Found:
    """Groups of nodes, and the groups of each single run that they were made from."""

    groups: Groups
    runs: tuple[Groups, ...] = ()


class Clusterer(Protocol):
    """Groups of the tied nodes of a graph.

    Total (each node that has a tie is in exactly one group), deterministic for one seed, and blind to names other than
    through the ties, except for `package`, which reads nothing else.
    """

    def __call__(self, graph: CouplingGraph, options: ClusterOptions, /) -> Found: ...


def as_networkx(graph: CouplingGraph) -> "nx.Graph[int]":
    """The tied nodes and their total weights."""
    import networkx as nx  # noqa: PLC0415  # slow to load

    made: nx.Graph[int] = nx.Graph()
    made.add_weighted_edges_from(zip(*(graph.ties.codes(name)[0] for name in ("a", "b", "weight")), strict=True))
    return made


def tidy(groups: Iterable[Iterable[int]]) -> Groups:
    """Groups in the order of their smallest node."""
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def package(graph: CouplingGraph, options: ClusterOptions) -> Found:
    """One group for each package directly below the one top package, or for each top package; tables follow ties."""
    groups: dict[str, list[int]] = defaultdict(list)
    apart = frozenset((*graph.kernel, *graph.roots))
    depth = 2 if len({module.name.partition(".")[0] for module in graph.modules}) == 1 else 1
    for i, module in enumerate(graph.modules):
        if i not in apart:
            groups[".".join(module.name.split(".")[:depth])].append(i)
    home = {i: group for group in groups.values() for i in group}
    strongest: dict[int, tuple[float, int]] = {}
    for tie in graph.ties:
        if tie.a in home and tie.b >= len(graph.modules):
            strongest[tie.b] = max(strongest.get(tie.b, (0.0, 0)), (tie.weight, -tie.a))
    for table, (_, nearest) in strongest.items():
        home[-nearest].append(table)
    return Found(tidy(groups.values()))


def louvain(graph: CouplingGraph, options: ClusterOptions) -> Found:
    """Modularity by local moves (Blondel et al. 2008)."""
    import networkx as nx  # noqa: PLC0415  # slow to load

    made = as_networkx(graph)
    return Found(tidy(nx.community.louvain_communities(made, resolution=options.resolution, seed=options.seed)))


def label_propagation(graph: CouplingGraph, options: ClusterOptions) -> Found:
    """Each node takes the label that weighs most around it (Raghavan et al. 2007)."""
    import networkx as nx  # noqa: PLC0415  # slow to load

    return Found(tidy(nx.community.asyn_lpa_communities(as_networkx(graph), weight="weight", seed=options.seed)))


def greedy(graph: CouplingGraph, options: ClusterOptions) -> Found:
    """Modularity by joining the best pair of groups (Clauset, Newman, Moore 2004)."""
    import networkx as nx  # noqa: PLC0415  # slow to load

    made = as_networkx(graph)
    if not made.number_of_edges():
        return Found(())
    found = nx.community.greedy_modularity_communities(made, weight="weight", resolution=options.resolution)
    return Found(tidy(found))
