"""Stage 5: groups and what passes between their members -> the field's numbers for how good the groups are.

`Groups` are disjoint sets of names; `Volume` is what passes from one name to another (calls, names used, co-changes).
Pairs that name something outside every group, and pairs of one name with itself, are left out everywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import comb, log
from typing import TypeVar

import networkx as nx

__all__ = [
    "a2a",
    "ari",
    "bcp",
    "cohesion",
    "coupling",
    "dtp",
    "icp",
    "ifn",
    "interface_classes",
    "modularity",
    "mojofm",
    "ned",
    "rei",
    "sm",
]

T = TypeVar("T")
Groups = Sequence[Collection[str]]
Volume = Mapping[tuple[str, str], float]


def sm(groups: Groups, volume: Volume) -> float:
    """Structural modularity (SMQ), higher is better, in [-1, 1]: mean cohesion less mean coupling.

    (1/K) Σ μ_i/n_i² - (2/(K(K-1))) Σ_{i<j} σ_ij/(2 n_i n_j); μ edges inside, σ edges between, both directions counted;
    with one group the first term only. Jin et al., FoSCI 2018; Kalia et al., FSE 2021.
    """
    if not groups:
        return 0.0
    between = _edges(groups, volume)
    sizes = [len(group) for group in groups]
    inside = sum(between[i, i] / size**2 for i, size in enumerate(sizes)) / len(sizes)
    if len(sizes) == 1:
        return inside
    across = sum(
        (between[i, j] + between[j, i]) / (2 * sizes[i] * sizes[j]) for j in range(len(sizes)) for i in range(j)
    )
    return inside - 2 * across / (len(sizes) * (len(sizes) - 1))


def icp(groups: Groups, volume: Volume) -> float:
    """Inter-partition calls, lower is better: Σ_across (ln v + 1) / Σ_all (ln v + 1). Kalia et al., FSE 2021."""
    home = _home(groups)
    inside = across = 0.0
    for (a, b), passed in _calls(home, volume):
        if home[a] == home[b]:
            inside += log(passed) + 1
        else:
            across += log(passed) + 1
    return across / (inside + across) if inside + across else 0.0


def ifn(groups: Groups, volume: Volume) -> float:
    """Interface number as in the FSE 2021 code, lower is better: unordered pairs called across groups / K."""
    home = _home(groups)
    crossing = {frozenset(pair) for pair, _ in _calls(home, volume) if home[pair[0]] != home[pair[1]]}
    return len(crossing) / len(groups) if groups else 0.0


def interface_classes(groups: Groups, volume: Volume) -> float:
    """Interface number as in FoSCI, lower is better: mean number of members of a group that others call."""
    home = _home(groups)
    called = {b for (a, b), _ in _calls(home, volume) if home[a] != home[b]}
    return len(called) / len(groups) if groups else 0.0


def ned(groups: Groups) -> float:
    """Non-extreme distribution, lower is better: share of members in groups outside 5..20. FSE 2021."""
    total = sum(map(len, groups))
    return 1 - sum(len(group) for group in groups if 5 <= len(group) <= 20) / total if total else 0.0


def bcp(groups: Groups, cases: Mapping[str, Collection[str]]) -> float:
    """Business context purity, lower is better: mean ln of the distinct use cases in a group. FSE 2021."""
    counts = [len({case for member in group for case in cases.get(member, ())}) for group in groups]
    return sum(log(count) for count in counts if count) / len(groups) if groups else 0.0


def dtp(groups: Groups, accesses: Mapping[str, Mapping[str, int]]) -> float:
    """Transactional purity, higher is better: mean over tables of 1 - H(groups that access it), natural log.

    `accesses` is {table: {member: times}}. Nitin et al., CARGO, ASE 2022.
    """
    home = _home(groups)
    purities = []
    for users in accesses.values():
        seen: Counter[int] = Counter()
        for member, times in users.items():
            if member in home:
                seen[home[member]] += times
        total = seen.total()
        if total:
            purities.append(1 + sum(n / total * log(n / total) for n in seen.values()))
    return sum(purities) / len(purities) if purities else 0.0


def coupling(groups: Groups, volume: Volume) -> float:
    """Edges between groups / all edges, lower is better. CARGO, ASE 2022."""
    between = _edges(groups, volume)
    total = between.total()
    return sum(n for (i, j), n in between.items() if i != j) / total if total else 0.0


def cohesion(groups: Groups, volume: Volume) -> float:
    """Mean over groups of edges inside / edges that touch the group, higher is better. CARGO, ASE 2022."""
    between = _edges(groups, volume)
    touching = [sum(n for pair, n in between.items() if i in pair) for i in range(len(groups))]
    shares = [between[i, i] / n if n else 0.0 for i, n in enumerate(touching)]
    return sum(shares) / len(shares) if shares else 0.0


def modularity(groups: Groups, volume: Volume, resolution: float = 1.0) -> float:
    """Q = Σ_c [L_c/m - γ (d_c/2m)²] on the undirected weights, higher is better. Newman 2004."""
    home = _home(groups)
    inside: dict[int, float] = defaultdict(float)
    degree: dict[int, float] = defaultdict(float)
    for (a, b), weight in _calls(home, volume):
        degree[home[a]] += weight
        degree[home[b]] += weight
        if home[a] == home[b]:
            inside[home[a]] += weight
    total = sum(degree.values())
    return sum(2 * inside[c] / total - resolution * (d / total) ** 2 for c, d in degree.items()) if total else 0.0


def rei(groups: Groups, cochange: Volume) -> tuple[float, float, float]:
    """(ICF, ECF, REI): mean co-change of pairs inside a group, of pairs across, ECF / ICF. FoSCI 2018."""
    home = _home(groups)
    sizes = [len(group) for group in groups]
    pairs_in = sum(comb(size, 2) for size in sizes)
    pairs_out = comb(sum(sizes), 2) - pairs_in
    inside = across = 0.0
    for (a, b), weight in _calls(home, cochange):
        if home[a] == home[b]:
            inside += weight
        else:
            across += weight
    icf = inside / pairs_in if pairs_in else 0.0
    ecf = across / pairs_out if pairs_out else 0.0
    return icf, ecf, ecf / icf if icf else 0.0


def mojofm(found: Mapping[T, object], wanted: Mapping[T, object]) -> float:
    """100 (1 - mno(found, wanted) / max mno(·, wanted)) over the names of both, higher is better.

    mno counts the fewest Move and Join operations that make `wanted` of `found`. Wen & Tzerpos 2004.
    """
    both = [name for name in found if name in wanted]
    groups = 0
    for size in sorted(Counter(wanted[name] for name in both).values()):
        groups += groups < size
    worst = len(both) - groups
    return 100 * (1 - _moves_and_joins(found, wanted, both) / worst) if worst else 100.0


def a2a(found: Mapping[T, object], wanted: Mapping[T, object]) -> float:
    """100 (1 - mto(found, wanted) / (aco(found) + aco(wanted))), higher is better. Le et al., ARCADE 2015.

    mto counts additions, removals and moves of entities, and additions and removals of groups; aco what building a side
    from nothing takes: a group each, and an addition and a move an entity.
    """
    both = [name for name in found if name in wanted]
    kept = _matched(found, wanted, both)
    groups_found, groups_wanted = len(set(found.values())), len(set(wanted.values()))
    only = len(found) + len(wanted) - 2 * len(both)
    mto = abs(groups_found - groups_wanted) + 2 * only + len(both) - kept
    aco = groups_found + 2 * len(found) + groups_wanted + 2 * len(wanted)
    return 100 * (1 - mto / aco) if aco else 100.0


def ari(found: Mapping[T, object], wanted: Mapping[T, object]) -> float:
    """Adjusted Rand index over the names of both: 1 the same, 0 as by chance. Hubert & Arabie 1985."""
    both = [name for name in found if name in wanted]
    cells = Counter((found[name], wanted[name]) for name in both)
    rows, sides = Counter(found[name] for name in both), Counter(wanted[name] for name in both)
    together = sum(comb(n, 2) for n in cells.values())
    a, b = (sum(comb(n, 2) for n in counts.values()) for counts in (rows, sides))
    pairs = comb(len(both), 2)
    expected = a * b / pairs if pairs else 0.0
    most = (a + b) / 2
    return (together - expected) / (most - expected) if most != expected else 1.0


def _home(groups: Groups) -> dict[str, int]:
    return {member: i for i, group in enumerate(groups) for member in group}


def _calls(home: Mapping[str, int], volume: Volume) -> list[tuple[tuple[str, str], float]]:
    return [(pair, v) for pair, v in volume.items() if pair[0] != pair[1] and pair[0] in home and pair[1] in home]


def _edges(groups: Groups, volume: Volume) -> Counter[tuple[int, int]]:
    """How many pairs pass something from group i to group j."""
    home = _home(groups)
    return Counter((home[a], home[b]) for (a, b), _ in _calls(home, volume))


def _moves_and_joins(found: Mapping[T, object], wanted: Mapping[T, object], names: Sequence[T]) -> int:
    overlap: dict[object, Counter[object]] = defaultdict(Counter)
    for name in names:
        overlap[found[name]][wanted[name]] += 1
    moves = sum(counts.total() - max(counts.values()) for counts in overlap.values())
    best = {group: [to for to, n in counts.items() if n == max(counts.values())] for group, counts in overlap.items()}
    return moves + len(overlap) - _matching(best)


def _matching(choices: Mapping[object, Sequence[object]]) -> int:
    """The most groups that can each have a choice of their own (augmenting paths, Kuhn 1955)."""
    taken: dict[object, object] = {}

    def place(group: object, tried: set[object]) -> bool:
        for choice in choices[group]:
            if choice not in tried:
                tried.add(choice)
                if choice not in taken or place(taken[choice], tried):
                    taken[choice] = group
                    return True
        return False

    return sum(place(group, set()) for group in choices)


def _matched(found: Mapping[T, object], wanted: Mapping[T, object], names: Sequence[T]) -> int:
    """The most entities that stay where they are when each group becomes at most one group of the other side."""
    graph = nx.Graph()
    for (a, b), n in Counter((found[name], wanted[name]) for name in names).items():
        graph.add_edge((0, a), (1, b), weight=n)
    return sum(int(graph[a][b]["weight"]) for a, b in nx.max_weight_matching(graph))
