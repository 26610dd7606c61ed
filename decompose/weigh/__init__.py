"""Stage 3: Relations -> CouplingGraph. How strongly imports, tables, history, names and wiring bind two modules."""

from collections.abc import Iterator, Mapping

from ..model.columns import columns
from ..model.facts import Evidence
from ..model.judgements import CouplingGraph, Tie
from ..model.relations import Relations
from .apart import kernel, roots
from .cohesion import Pairs, observe
from .evidence import KINDS, WeighOptions, nodes_of, witnesses
from .followers import followers
from .names import names, words

__all__ = ["KINDS", "WeighOptions", "weigh", "words"]


def weigh(relations: Relations, options: WeighOptions = WeighOptions()) -> CouplingGraph:  # noqa: B008  # frozen
    """The source modules and tables, tied by every kind of evidence that has a weight in `options`.

    Each kind is scaled so that the nodes that it touches have its weight as their mean degree: no kind drowns another
    because it happens to be plentiful. The shared kernel and the composition roots are set aside first, without ties.
    At last a tie of weight w between nodes of degrees a and b (in mean degrees) becomes w / (a b)^(hubs / 2): what is
    tied to much says less of where it belongs. 1 is the symmetric normalisation of spectral clustering (Shi & Malik
    2000), 0 leaves all as it is.
    """
    facts = relations.facts
    nodes = nodes_of(facts)
    raw = {kind: gather(facts, nodes, options) for kind, gather in KINDS.items() if getattr(options, kind)}
    everything = observe(_total(_scaled(raw, options)))
    roots_ = roots(facts, nodes, everything, options)
    kernel_ = kernel(facts, nodes, everything, options, roots_)
    apart = frozenset(kernel_) | frozenset(roots_)
    found = _scaled({kind: _without(pairs, apart) for kind, pairs in raw.items()}, options)
    if options.names:
        named = names(nodes, observe(_total(found)), apart, options)
        found |= _scaled({"names": named}, options)
    ties = columns(Tie, _ties(_damped(found, options.hubs), witnesses(facts, nodes)))
    return CouplingGraph(nodes.modules, nodes.tables, ties, kernel_, roots_, followers(facts, nodes))


def _without(pairs: Pairs, apart: frozenset[int]) -> Pairs:
    return {pair: value for pair, value in pairs.items() if apart.isdisjoint(pair)}


def _scaled(found: Mapping[str, Pairs], options: WeighOptions) -> dict[str, Pairs]:
    return {kind: _to_mean_degree(pairs, getattr(options, kind)) for kind, pairs in found.items()}


def _to_mean_degree(pairs: Pairs, degree: float) -> Pairs:
    total = sum(pairs.values())
    touched = len({node for pair in pairs for node in pair})
    return {pair: value * degree * touched / (2 * total) for pair, value in pairs.items()} if total else {}


def _total(found: Mapping[str, Pairs]) -> Pairs:
    total: Pairs = {}
    for pairs in found.values():
        for pair, value in pairs.items():
            total[pair] = total.get(pair, 0.0) + value
    return total


def _damped(found: Mapping[str, Pairs], hubs: float) -> dict[str, Pairs]:
    degree = observe(_total(found)).degree
    mean = sum(degree.values()) / len(degree) if degree else 1.0
    less = {node: (of / mean) ** (-hubs / 2) for node, of in degree.items()}
    return {
        kind: {(a, b): value * less[a] * less[b] for (a, b), value in pairs.items()} for kind, pairs in found.items()
    }


def _ties(found: Mapping[str, Pairs], seen: Mapping[tuple[int, int], Evidence]) -> Iterator[Tie]:
    total = _total(found)
    unseen = Evidence("", 0)
    for a, b in sorted(total):
        kinds = {kind: pairs.get((a, b), 0.0) for kind, pairs in found.items()}
        where = seen.get((a, b), unseen)
        yield Tie(a, b, total[a, b], **kinds, file=where.file, line=where.line)
