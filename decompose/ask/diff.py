"""Question: two partitions -> how alike they are, and what moved."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb

import networkx as nx

__all__ = ["Difference", "Homes", "a2a", "ari", "difference", "mojofm"]

Homes = Mapping[str, str]
"""Name of a module or table -> name of its boundary."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How alike two partitions are over the names of both, and each name that stands elsewhere.

    `common` counts those names; of one or none nothing can be said, and `mojofm` and `ari` are None.
    `same` pairs the boundaries of the two sides that share most; `moved` are (name, before, after), where "after" is
    not the boundary that "before" became. A boundary that became none is still where its name is.
    """

    common: int
    mojofm: float | None
    a2a: float
    ari: float | None
    same: tuple[tuple[str, str], ...]
    moved: tuple[tuple[str, str, str], ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]


def difference(before: Homes, after: Homes) -> Difference:
    """What lies between two partitions; boundaries are matched by what they hold, not by name."""
    both = sorted(before.keys() & after.keys())
    same = _matched(before, after, both)
    moved = ((name, before[name], after[name]) for name in both if same.get(before[name], before[name]) != after[name])
    return Difference(
        common=len(both),
        mojofm=round(mojofm(before, after), 4) if len(both) > 1 else None,
        a2a=round(a2a(before, after), 4),
        ari=round(ari(before, after), 6) if len(both) > 1 else None,
        same=tuple(sorted(same.items())),
        moved=tuple(moved),
        gone=tuple(sorted(before.keys() - after.keys())),
        new=tuple(sorted(after.keys() - before.keys())),
    )


def mojofm(found: Homes, wanted: Homes) -> float:
    """100 (1 - mno(found, wanted) / max mno(·, wanted)) over the names of both, higher is better.

    mno counts the fewest Move and Join operations that make `wanted` of `found`. Wen & Tzerpos 2004.
    """
    both = sorted(found.keys() & wanted.keys())
    groups = 0
    for size in sorted(Counter(wanted[name] for name in both).values()):
        groups += groups < size
    worst = len(both) - groups
    return 100 * (1 - _moves_and_joins(found, wanted, both) / worst) if worst else 100.0


def a2a(found: Homes, wanted: Homes) -> float:
    """100 (1 - mto(found, wanted) / (aco(found) + aco(wanted))), higher is better. ARCADE (Le et al. 2015).

    mto counts additions, removals and moves of names, and additions and removals of groups; aco is what building one
    side from nothing takes: one for each group, an addition and a move for each name.
    """
    both = sorted(found.keys() & wanted.keys())
    same = _matched(found, wanted, both)
    kept = sum(same.get(found[name]) == wanted[name] for name in both)
    groups, others = len(set(found.values())), len(set(wanted.values()))
    only = len(found) + len(wanted) - 2 * len(both)
    aco = groups + 2 * len(found) + others + 2 * len(wanted)
    return 100 * (1 - (abs(groups - others) + 2 * only + len(both) - kept) / aco) if aco else 100.0


def ari(found: Homes, wanted: Homes) -> float:
    """Adjusted Rand index over the names of both: 1 the same, 0 as by chance. Hubert & Arabie 1985."""
    both = found.keys() & wanted.keys()
    cells = Counter((found[name], wanted[name]) for name in both)
    sides = (Counter(found[name] for name in both), Counter(wanted[name] for name in both))
    together = sum(comb(n, 2) for n in cells.values())
    a, b = (sum(comb(n, 2) for n in counts.values()) for counts in sides)
    pairs = comb(len(both), 2)
    expected = a * b / pairs if pairs else 0.0
    most = (a + b) / 2
    return (together - expected) / (most - expected) if most != expected else 1.0


def _matched(before: Homes, after: Homes, names: Sequence[str]) -> dict[str, str]:
    """Each boundary of one side and what it became, so that the most names stay (a matching of greatest weight)."""
    graph = nx.Graph()
    for (a, b), n in sorted(Counter((before[name], after[name]) for name in names).items()):
        graph.add_edge((0, a), (1, b), weight=n)
    pairs = (sorted(pair) for pair in nx.max_weight_matching(graph))
    return {a: b for (_, a), (_, b) in pairs}


def _moves_and_joins(found: Homes, wanted: Homes, names: Sequence[str]) -> int:
    overlap: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        overlap[found[name]][wanted[name]] += 1
    moves = sum(counts.total() - max(counts.values()) for counts in overlap.values())
    graph = nx.Graph()
    for group, counts in overlap.items():
        graph.add_edges_from(((0, group), (1, to)) for to, n in counts.items() if n == max(counts.values()))
    kept = nx.bipartite.hopcroft_karp_matching(graph, [node for node in graph if node[0] == 0])
    return moves + len(overlap) - len([node for node in kept if node[0] == 0])
