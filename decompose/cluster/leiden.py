"""Stage 4: CouplingGraph -> groups of nodes, by igraph's Leiden engine: for graphs of hundreds of thousands of ties."""

import random

from ..errors import InputError
from ..model.judgements import CouplingGraph
from .engines import ClusterOptions, Found, tidy

__all__ = ["leiden"]


def leiden(graph: CouplingGraph, options: ClusterOptions) -> Found:
    """Modularity by local moves, with groups that hold together (Traag, Waltman, van Eck 2019), until nothing moves.

    Raises InputError where igraph, an optional extra, is not installed.
    """
    try:
        import igraph  # noqa: PLC0415  # an optional extra
    except ImportError:
        raise InputError("the leiden clusterer needs igraph: pip install 'decompose[igraph]'") from None
    first, second, weights = (graph.ties.codes(name)[0] for name in ("a", "b", "weight"))
    nodes = sorted({*first, *second})
    index = {node: i for i, node in enumerate(nodes)}
    pairs = [(index[a], index[b]) for a, b in zip(first, second, strict=True)]
    if not pairs:
        return Found(())
    igraph.set_random_number_generator(random.Random(options.seed))
    try:
        made = igraph.Graph(len(nodes), pairs)
        found = made.community_leiden(
            objective_function="modularity", weights=list(weights), resolution=options.resolution, n_iterations=-1
        )
    finally:
        igraph.set_random_number_generator(random)
    return Found(tidy([nodes[i] for i in group] for group in found))
