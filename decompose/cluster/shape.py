"""Stage 4: groups -> groups of useful size: every module placed, no dust, not too many, none that holds everything."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from ..model.judgements import CouplingGraph
from .engines import ClusterOptions, Groups, as_networkx, tidy
from .moves import move
from .orders import Decided

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["complete", "join_small", "moved", "packages_of", "settled", "split_large", "to_count"]


def complete(graph: CouplingGraph, groups: Groups) -> Groups:
    """`groups` with every module that is not apart in one of them.

    Modules without ties join the majority of the nearest package that holds a placed one. Groups of tables alone stay.
    """
    apart = frozenset((*graph.kernel, *graph.roots))
    kept = [group for group in ([i for i in group if i not in apart] for group in groups) if group]
    home = {node: label for label, group in enumerate(kept) for node in group}
    votes: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for node, module in enumerate(graph.modules):
        for name in packages_of(module.name) if node in home else ():
            votes[name][home[node]] += 1
    for node, module in enumerate(graph.modules):
        if node not in home and node not in apart:
            near = next((votes[name] for name in packages_of(module.name) if name in votes), None)
            home[node] = min(near, key=lambda label: (-near[label], label)) if near else len(kept)
    made: dict[int, list[int]] = defaultdict(list)
    for node, label in home.items():
        made[label].append(node)
    return tidy(made.values())


def settled(graph: CouplingGraph, groups: Groups) -> Groups:
    """`groups` in which each table is with the modules that declare, write and read it most.

    Keys bind tables to each other while groups form; but who owns a table are not the tables that refer to it. Groups
    of tables alone stay.
    """
    count = len(graph.modules)
    home = {node: label for label, group in enumerate(groups) if group[0] < count for node in group}
    pull: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for tie in graph.ties:
        module, table = sorted((tie.a, tie.b))
        if module < count <= table and module in home and table in home:
            pull[table][home[module]] += tie.weight
    for table, near in pull.items():
        home[table] = max(near, key=lambda label: (near[label], label == home[table], -label))
    made = [[node for node in group if home.get(node, label) == label] for label, group in enumerate(groups)]
    for table in sorted(pull):
        if table not in groups[home[table]]:
            made[home[table]].append(table)
    return tidy(made)


def moved(graph: CouplingGraph, groups: Groups, resolution: float) -> Groups:
    """`groups` after single nodes went where modularity of `resolution` gains most, until none gains."""
    home = {node: label for label, group in enumerate(groups) for node in group}
    nodes = sorted(home)
    index = {node: i for i, node in enumerate(nodes)}
    near: list[list[tuple[int, float]]] = [[] for _ in nodes]
    for a, b, weight in zip(*(graph.ties.codes(name)[0] for name in ("a", "b", "weight")), strict=True):
        if a in index and b in index:
            near[index[a]].append((index[b], weight))
            near[index[b]].append((index[a], weight))
    degree = [sum(weight for _, weight in row) for row in near]
    found = move(near, degree, [home[node] for node in nodes], resolution, range(len(nodes)))
    made: dict[int, list[int]] = defaultdict(list)
    for node, label in zip(nodes, found, strict=True):
        made[label].append(node)
    return tidy(made.values())


def packages_of(name: str) -> Iterable[str]:
    """A module and the packages that hold it, innermost first: "a.b.c" -> "a.b.c", "a.b", "a"."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def join_small(graph: CouplingGraph, groups: Groups, smallest: int, most: int) -> Groups:
    """Groups of fewer than `smallest` modules, and the smallest above `most`, join the group they are tied to most.

    Ties count in relation to the other group's degree, so that a large group does not swallow everything near it.
    """
    count = len(graph.modules)
    held = {label: list(group) for label, group in enumerate(groups)}
    sizes = {label: sum(node < count for node in group) for label, group in held.items()}
    near, degree = _between(graph, groups)
    least = [(size, label) for label, size in sizes.items()]  # heaps; what a join has outdated is passed over
    largest = [(-size, label) for label, size in sizes.items()]
    heapify(least)
    heapify(largest)
    filled = sum(map(bool, sizes.values()))
    while len(held) > 1:
        while sizes.get(least[0][1]) != least[0][0]:
            heappop(least)
        size, label = heappop(least)
        if size >= smallest and filled <= most:
            break
        members, ties = held.pop(label), near.pop(label)
        filled -= bool(sizes.pop(label))
        while sizes.get(largest[0][1]) != -largest[0][0]:
            heappop(largest)
        into = max(
            (*ties, largest[0][1]),
            key=lambda other: (ties.get(other, 0.0) / (degree[other] or 1.0), sizes[other], -other),
        )
        filled += bool(size) and not sizes[into]
        held[into] += members
        sizes[into] += size
        degree[into] += degree[label]
        heappush(least, (sizes[into], into))
        heappush(largest, (-sizes[into], into))
        for other, weight in ties.items():
            del near[other][label]
            if other != into:
                near[into][other] = near[other][into] = near[into].get(other, 0.0) + weight
    return tidy(held.values())


def _between(graph: CouplingGraph, groups: Groups) -> tuple[dict[int, dict[int, float]], dict[int, float]]:
    """The weight between each two groups, and each group's degree."""
    home = {node: label for label, group in enumerate(groups) for node in group}
    near: dict[int, dict[int, float]] = {label: {} for label in range(len(groups))}
    degree: dict[int, float] = dict.fromkeys(range(len(groups)), 0.0)
    for tie in graph.ties:
        if tie.a not in home or tie.b not in home:
            continue
        a, b = home[tie.a], home[tie.b]
        degree[a] += tie.weight
        degree[b] += tie.weight
        if a != b:
            near[a][b] = near[b][a] = near[a].get(b, 0.0) + tie.weight
    return near, degree


def split_large(graph: CouplingGraph, groups: Groups, options: ClusterOptions) -> Groups:
    """Groups of more than `largest_share` of the modules, cut by Louvain at rising resolution until they are not."""
    most = options.largest_share * len(graph.modules)
    large = [group for group in groups if len(group) > max(most, 8)]
    made = as_networkx(graph) if large else None
    found: list[Sequence[int]] = []
    for group in groups:
        found += _cut(made.subgraph(group), group, most, options) if made and len(group) > max(most, 8) else [group]
    return tidy(found)


def _cut(part: "nx.Graph[int]", group: Sequence[int], most: float, options: ClusterOptions) -> list[Sequence[int]]:
    import networkx as nx  # noqa: PLC0415  # slow to load

    untied = [node for node in group if node not in part]
    for step in range(6):
        parts = nx.community.louvain_communities(part, resolution=0.5 * 2**step, seed=options.seed)
        if len(parts) > 1 and max(map(len, parts)) <= most:
            first, *others = sorted(map(sorted, parts))
            return [first + untied, *others]
    return [group]


def to_count(graph: CouplingGraph, homes: dict[int, str], decided: Decided, count: int, seed: int) -> dict[int, str]:
    """`homes` in `count` boundaries, as far as orders and modules allow: the nearest joined, or the largest cut."""
    homes = dict(homes)
    while len(set(homes.values())) > count and (pair := _nearest(graph, homes, decided)):
        homes = {node: pair[1] if home == pair[0] else home for node, home in homes.items()}
    made = as_networkx(graph)
    tried: set[str] = set()
    while len(held := _held(homes)) < count and (open_ := [home for home in held if home not in tried]):
        home = max(open_, key=lambda home: (len(held[home]), home))
        tried.add(home)
        part = _half(made.subgraph(held[home]), decided, seed)
        if part and len(part) < len(held[home]):
            name = next(f"{home}_{n}" for n in range(2, len(homes) + 3) if f"{home}_{n}" not in held)
            homes |= dict.fromkeys(part, name)
            tried = set()
    return homes


def _held(homes: dict[int, str]) -> dict[str, list[int]]:
    held: dict[str, list[int]] = defaultdict(list)
    for node, home in sorted(homes.items()):
        held[home].append(node)
    return held


def _nearest(graph: CouplingGraph, homes: dict[int, str], decided: Decided) -> tuple[str, str] | None:
    """(the smaller, the larger) of the two boundaries that orders let join and that gain modularity most by it.

    The gain of joining A and B is w(A, B) - d(A) d(B) / 2m (Clauset, Newman, Moore 2004).
    """
    held = _held(homes)
    labels = list(held)
    near, degree = _between(graph, tuple(tuple(held[home]) for home in labels))
    barred = {frozenset((homes.get(a, ""), homes.get(b, ""))) for a, b in decided.apart}
    pins = {home: pin for node, pin in decided.pinned.items() if (home := homes.get(node))}
    kept = {(homes[node], home) for node, home in decided.forbidden if node in homes}
    total = sum(degree.values()) or 1.0
    best: tuple[float, int, int] | None = None
    for a, home in enumerate(labels):
        for b in range(a):
            other = labels[b]
            pair = frozenset((home, other))
            if pair in barred or (home in pins and other in pins) or {(home, other), (other, home)} & kept:
                continue
            option = (near[a].get(b, 0.0) - degree[a] * degree[b] / total, -a, -b)
            best = max(best, option) if best else option
    if best is None:
        return None
    both = sorted((labels[-best[1]], labels[-best[2]]), key=lambda home: (home in pins, len(held[home]), home))
    return both[0], both[1]


def _half(part: "nx.Graph[int]", decided: Decided, seed: int) -> list[int]:
    """The nodes to take out of a boundary: its second largest community, without pinned nodes and units."""
    import networkx as nx  # noqa: PLC0415  # slow to load

    stay = {*decided.pinned, *(node for unit in decided.units for node in unit)}
    for step in range(6):
        parts = nx.community.louvain_communities(part, resolution=0.5 * 2**step, seed=seed)
        ranked = sorted((sorted(group - stay) for group in parts), key=lambda group: (-len(group), group))
        if len(ranked) > 1 and ranked[1]:
            return list(ranked[1])
    return []
