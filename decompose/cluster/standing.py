"""Stage 4: CouplingGraph + Partition -> how firmly each boundary stands against a random graph, a join and a cut."""

from collections import defaultdict
from statistics import mean
from typing import TYPE_CHECKING

from ..model.judgements import CouplingGraph, Partition, Standing
from ..model.names import Boundary
from .engines import Groups, as_networkx, tidy

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["standing"]


def standing(graph: CouplingGraph, partition: Partition, seed: int = 0) -> tuple[Standing, ...]:
    """For each boundary what holds it together, in shares of the weight of its ties.

    Chance is the configuration model, a random graph that keeps each node's degree (Newman 2004): a boundary's ties
    stay inside with probability d / 2m, and go to another with that one's d / 2m. `nearest` is where most of its ties
    go for that one's size; `cut` is what the best halving by Louvain would turn from inside to across.
    """
    place = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    owner = {table: fact.boundary for fact in partition.boundaries for table in fact.tables}
    homes = [place.get(module) for module in graph.modules] + [owner.get(table) for table in graph.tables]
    weights: dict[Boundary, dict[Boundary, float]] = defaultdict(lambda: defaultdict(float))
    for tie in graph.ties:
        a, b = homes[tie.a], homes[tie.b]
        if a and b:
            weights[a][b] += tie.weight
            weights[b][a] += tie.weight
    degrees = {boundary: sum(near.values()) for boundary, near in weights.items()}
    total = sum(degrees.values())
    sure: dict[Boundary, list[float]] = defaultdict(list)
    for placed in partition.placements:
        sure[placed.boundary].append(placed.confidence)
    members: dict[Boundary, list[int]] = defaultdict(list)
    for node, home in enumerate(homes):
        if home:
            members[home].append(node)
    made = as_networkx(graph)
    found = []
    for fact in partition.boundaries:
        here = fact.boundary
        degree, near = degrees.get(here, 0.0), weights.get(here, {})
        others = sorted((-weight / degrees[other], other) for other, weight in near.items() if other != here)
        nearest = others[0][1] if others else None
        found.append(
            Standing(
                boundary=here,
                agreed=round(mean(sure[here]), 4) if sure[here] else 1.0,
                kept=_share(near.get(here, 0.0), degree),
                kept_by_chance=_share(degree, total),
                nearest=nearest,
                joined=_share(near[nearest], degree) if nearest else 0.0,
                joined_by_chance=_share(degrees[nearest], total) if nearest else 0.0,
                cut=_cut(made.subgraph(members[here]), seed),
            )
        )
    return tuple(found)


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _cut(part: "nx.Graph[int]", seed: int) -> float:
    """The share of the ties inside that lie between the two parts that a halving would leave; 1 where none is seen."""
    import networkx as nx  # noqa: PLC0415  # slow to load

    inside = part.size(weight="weight")
    for step in range(6) if inside else ():
        groups: Groups = tidy(nx.community.louvain_communities(part, resolution=0.5 * 1.5**step, seed=seed))
        if len(groups) > 1:
            largest = frozenset(sorted(groups, key=len)[-1])
            across = sum(w for a, b, w in part.edges(data="weight") if (a in largest) != (b in largest))
            return _share(across, inside)
    return 1.0
