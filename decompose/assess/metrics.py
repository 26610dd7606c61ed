"""Stage 5: groups and what passes between their members -> the field's numbers for how good the groups are.

`Groups` are disjoint sets of names; `Volume` is what passes from one name to another (calls, names used, co-changes).
Pairs that name something outside every group, and pairs of one name with itself, are left out everywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import comb, log

__all__ = [
    "Groups",
    "Volume",
    "bcp",
    "cohesion",
    "coupling",
    "dtp",
    "icp",
    "ifn",
    "interface_classes",
    "modularity",
    "ned",
    "rei",
    "sm",
]

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


def _home(groups: Groups) -> dict[str, int]:
    return {member: i for i, group in enumerate(groups) for member in group}


def _calls(home: Mapping[str, int], volume: Volume) -> list[tuple[tuple[str, str], float]]:
    return [(pair, v) for pair, v in volume.items() if pair[0] != pair[1] and pair[0] in home and pair[1] in home]


def _edges(groups: Groups, volume: Volume) -> Counter[tuple[int, int]]:
    """How many pairs pass something from group i to group j."""
    home = _home(groups)
    return Counter((home[a], home[b]) for (a, b), _ in _calls(home, volume))
