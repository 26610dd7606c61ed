"""Stage 4: CouplingGraph -> groups that many seeded runs agree on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ..model.judgements import CouplingGraph
from .engines import ClusterOptions, Found, Groups, tidy
from .moves import move, optimised

__all__ = ["consensus", "runs_for"]


def consensus(graph: CouplingGraph, options: ClusterOptions) -> Found:
    """The median of `runs_for` Louvain runs, then moved to the nearest best of modularity.

    The median partition puts two nodes together where more than half of the runs do (correlation clustering: Bansal et
    al. 2004, of partitions: Strehl & Ghosh 2002). Runs differ by their seed alone.
    """
    near: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for a, b, weight in zip(*(graph.ties.codes(name)[0] for name in ("a", "b", "weight")), strict=True):
        near[a].append((b, weight))
        near[b].append((a, weight))
    if not near:
        return Found(())
    nodes = sorted(near)
    index = {node: i for i, node in enumerate(nodes)}
    rows = [[(index[other], weight) for other, weight in near[node]] for node in nodes]
    degree = [sum(weight for _, weight in row) for row in rows]
    seeds = range(options.seed, options.seed + runs_for(len(graph.ties), options.runs))
    runs = tuple(_groups(optimised(rows, degree, options.resolution, seed)) for seed in seeds)
    home = [0] * len(nodes)
    for label, group in enumerate(median(runs)):
        for node in group:
            home[node] = label
    settled = _groups(move(rows, degree, home, options.resolution, range(len(nodes))))
    return Found(_back(settled, nodes), tuple(_back(run, nodes) for run in runs))


def _groups(home: Sequence[int]) -> Groups:
    groups: dict[int, list[int]] = defaultdict(list)
    for node, label in enumerate(home):
        groups[label].append(node)
    return tidy(groups.values())


def _back(groups: Groups, nodes: Sequence[int]) -> Groups:
    return tuple(tuple(nodes[i] for i in group) for group in groups)


def runs_for(ties: int, wanted: int) -> int:
    """At most `wanted` runs, fewer above 25,000 ties, and never less than 3."""
    return max(3, min(wanted, 1_200_000 // (ties + 1)))


def median(runs: Sequence[Groups]) -> Groups:
    """Groups whose members are together in more than half of `runs`, as far as that is possible for all at once."""
    labels: dict[int, list[int]] = defaultdict(list)
    for run in runs:
        for label, group in enumerate(run):
            for node in group:
                labels[node].append(label)
    atoms: dict[tuple[int, ...], list[int]] = defaultdict(list)  # nodes that no run tells apart
    for node in sorted(labels):
        atoms[tuple(labels[node])].append(node)
    members = list(atoms.values())
    found = _correlated(_agreement(list(atoms), runs), [len(group) for group in members])
    return tidy([node for atom in group for node in members[atom]] for group in found)


def _agreement(atoms: Sequence[tuple[int, ...]], runs: Sequence[Groups]) -> list[dict[int, float]]:
    """For each atom, the share of runs that have it together with each other atom that any run has it with."""
    shares: list[dict[int, float]] = [defaultdict(float) for _ in atoms]
    for run in range(len(runs)):
        together: dict[int, list[int]] = defaultdict(list)
        for atom, labels in enumerate(atoms):
            together[labels[run]].append(atom)
        for group in together.values():
            for atom in group:
                for other in group:
                    if other != atom:
                        shares[atom][other] += 1 / len(runs)
    return shares


def _correlated(shares: Sequence[Mapping[int, float]], sizes: Sequence[int]) -> list[list[int]]:
    """Groups of atoms with the greatest sum of (share - 1/2) over pairs of nodes in one group, by moves and joins."""
    home = list(range(len(sizes)))
    held = list(sizes)
    order = sorted(range(len(sizes)), key=lambda atom: (-sizes[atom], atom))
    changed = True
    while changed:
        changed = _join(shares, sizes, home, held)
        for _ in range(20):
            if not sum(_move(atom, shares, sizes, home, held) for atom in order):
                break
            changed = True
    groups: dict[int, list[int]] = defaultdict(list)
    for atom, group in enumerate(home):
        groups[group].append(atom)
    return list(groups.values())


def _move(
    atom: int, shares: Sequence[Mapping[int, float]], sizes: Sequence[int], home: list[int], held: list[int]
) -> bool:
    """Move one atom to the group that gains most by it; did it move?"""
    pull: dict[int, float] = defaultdict(float)
    for other, share in shares[atom].items():
        pull[home[other]] += share * sizes[other]
    held[home[atom]] -= sizes[atom]
    stay = pull[home[atom]] - held[home[atom]] / 2
    gain, best = max(((value - held[group] / 2, -group) for group, value in pull.items()), default=(0.0, 0))
    moved = gain > stay + 1e-9
    if moved:
        home[atom] = -best
    held[home[atom]] += sizes[atom]
    return moved


def _join(shares: Sequence[Mapping[int, float]], sizes: Sequence[int], home: list[int], held: list[int]) -> bool:
    """Join pairs of groups, the most agreed on first, as long as that gains; did any join?"""
    between: dict[tuple[int, int], float] = defaultdict(float)
    for atom, near in enumerate(shares):
        for other, share in near.items():
            if home[atom] < home[other]:
                between[home[atom], home[other]] += share * sizes[atom] * sizes[other]
    gains = sorted((held[a] * held[b] / 2 - value, a, b) for (a, b), value in between.items())
    joined: dict[int, int] = {}
    for loss, a, b in gains:
        if loss < -1e-9 and a not in joined and b not in joined:
            joined[a] = joined[b] = a
            held[a], held[b] = held[a] + held[b], 0
    for atom, group in enumerate(home):
        home[atom] = joined.get(group, group)
    return bool(joined)
