"""Stage 4: CouplingGraph -> Partition. Which modules and tables belong together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import InputError
from ..model.judgements import CouplingGraph, Partition
from .consensus import consensus
from .drawn import read_graph
from .engines import Clusterer, ClusterOptions, Found, Groups, greedy, label_propagation, louvain, package, tidy
from .leiden import leiden
from .naming import name_groups, parts_of_others
from .obey import declared, obey
from .orders import Orders, decide, owned, read_orders, whereabouts
from .placed import partition
from .shape import complete, join_small, moved, settled, split_large, to_count
from .standing import standing

__all__ = [
    "CLUSTERERS",
    "ClusterOptions",
    "Clusterer",
    "Orders",
    "alternatives",
    "cluster",
    "judge",
    "owned",
    "read_graph",
    "read_orders",
    "standing",
    "whereabouts",
]

CLUSTERERS: dict[str, Clusterer] = {
    "consensus": consensus,
    "package": package,
    "louvain": louvain,
    "leiden": leiden,
    "label-propagation": label_propagation,
    "greedy": greedy,
}

REST = "remainder"
"""The boundary of all that a person's own boundaries leave out."""


def cluster(graph: CouplingGraph, options: ClusterOptions = ClusterOptions()) -> Partition:  # noqa: B008  # frozen
    """The proposed boundaries of `graph`: every module in one place; a boundary owns the tables of its group.

    Orders are obeyed always. Where they declare boundaries, the proposal starts from those and moves as little as the
    other orders take; where not, boundaries are found. Raises InputError where an order cannot be obeyed.
    """
    if options.method not in CLUSTERERS:
        raise InputError(f"There is no clusterer {options.method!r}; choose one of {', '.join(CLUSTERERS)}.")
    orders = options.orders
    if options.frozen:
        return judge(graph, orders)
    decided = decide(graph, orders)
    notes: tuple[str, ...] = ()
    found = Found(())
    if orders.boundaries and not options.afresh:
        homes, kernel, roots, notes = declared(graph, orders)
        kernel |= frozenset(graph.kernel) - homes.keys() - roots
        roots |= frozenset(graph.roots) - homes.keys() - kernel
        graph = replace(graph, kernel=tuple(sorted(kernel)), roots=tuple(sorted(roots)))
        homes = _grown(graph, homes)
    else:
        found, groups = _proposed(graph, options)
        groups = _at_home(graph, settled(graph, groups), options)
        homes = _named(graph, _whole(graph, _named(graph, groups, orders), options), orders)
    homes = obey(graph, homes, decided, orders)
    graph = _claimed(graph, homes)
    if orders.count:
        homes = to_count(graph, homes, decided, orders.count, options.seed)
    return partition(graph, homes, found, options, notes)


def alternatives(graph: CouplingGraph, options: ClusterOptions, count: int) -> tuple[tuple[str, float, int], ...]:
    """A proposal with fewer boundaries than `count`, and one with more: ("coarser", resolution, boundaries).

    Of three runs each; the nearest of three halvings, and doublings, that gives another number. Where none does, there
    is none.
    """
    found = []
    for word, factors in (("coarser", (0.5, 0.25, 0.125)), ("finer", (2.0, 4.0, 8.0))):
        for resolution in (options.resolution * factor for factor in factors):
            size = len(cluster(graph, _at(options, resolution)).boundaries)
            if size < count if word == "coarser" else size > count:
                found.append((word, resolution, size))
                break
    return tuple(found)


def _at(options: ClusterOptions, resolution: float) -> ClusterOptions:
    return replace(options, resolution=resolution, runs=3, orders=Orders())


def judge(graph: CouplingGraph, orders: Orders) -> Partition:
    """The boundaries that `orders` declares, as they are; what no entry names, but for roots, is `remainder`.

    A table that no entry names goes to the boundary that binds it most. Raises InputError as `read_orders` would.
    """
    homes, kernel, roots, notes = declared(graph, orders)
    roots |= frozenset(graph.roots) - homes.keys() - kernel
    graph = replace(graph, kernel=tuple(sorted(kernel)), roots=tuple(sorted(roots)))
    placed = kernel | roots | homes.keys()
    left = [node for node in range(len(graph.modules)) if node not in placed]
    homes |= dict.fromkeys(left, REST)
    if left:
        notes += (f"{orders.file}: {len(left)} modules are in no boundary; they are judged as {REST!r}",)
    options = ClusterOptions(method="declared", orders=orders)
    return partition(graph, _with_tables(graph, homes), Found(()), options, notes)


def _proposed(graph: CouplingGraph, options: ClusterOptions) -> tuple[Found, Groups]:
    """Groups at the resolution of `options`; where a number is wanted, at the lowest from there on that gives as many.

    The evidence is resolved first, and joined to the number after: a low resolution would make groups of like size.
    """
    steps = 16 if options.orders.count else 1
    for resolution in (options.resolution * 1.25**i for i in range(steps)):
        found = CLUSTERERS[options.method](graph, replace(options, resolution=resolution))
        groups = _shaped(graph, found.groups, options)
        if len(groups) >= options.orders.count:
            break
    return found, groups


def _shaped(graph: CouplingGraph, groups: Groups, options: ClusterOptions) -> Groups:
    groups = complete(graph, groups)
    if options.method == "package":
        return groups
    groups = split_large(graph, groups, options)
    return join_small(graph, groups, min(options.smallest, len(graph.modules) // 5), options.most)


def _at_home(graph: CouplingGraph, groups: Groups, options: ClusterOptions) -> Groups:
    """`groups` after each node went where modularity gains at half the resolution that they were found at.

    A high resolution makes groups of useful size, and asks so little of small ones that they keep what is tied more to
    a large one.
    """
    if options.method == "package":
        return groups
    return settled(graph, _shaped(graph, moved(graph, groups, options.resolution / 2), options))


def _whole(graph: CouplingGraph, homes: Mapping[int, str], options: ClusterOptions) -> Groups:
    """The groups of `homes`, each with those that are parts of it, as far as it may grow."""
    held = defaultdict[str, list[int]](list)
    for node in sorted(homes):
        held[homes[node]].append(node)
    names = sorted(held)
    groups = [held[name] for name in names]
    if options.method == "package":
        return tidy(groups)
    modules, tables = _told(graph, groups)
    most = options.largest_share * sum(map(len, modules))
    joined = list(range(len(names)))
    for i, whole in sorted(parts_of_others(modules, tables, names).items(), key=lambda part: len(modules[part[0]])):
        both = {joined[i], joined[whole]}
        if sum(len(modules[j]) for j, into in enumerate(joined) if into in both) <= most:
            joined = [joined[whole] if into in both else into for into in joined]
    return tidy([node for j, into in enumerate(joined) if into == label for node in groups[j]] for label in set(joined))


def _named(graph: CouplingGraph, groups: Groups, orders: Orders) -> dict[int, str]:
    """Node -> the name of its group; groups of tables alone have none. An earlier proposal keeps its names."""
    count = len(graph.modules)
    groups = tuple(group for group in groups if group[0] < count)
    anchors: dict[str, frozenset[str]] = {}
    if orders.boundaries:
        earlier: Mapping[int, str] = declared(graph, orders)[0]
        members: dict[str, set[str]] = defaultdict(set)
        for node, home in earlier.items():
            if node < count:
                members[home].add(graph.modules[node].name)
        anchors = {home: frozenset(names) for home, names in members.items()}
    names = name_groups(*_told(graph, groups), anchors)
    return {node: name for name, group in zip(names, groups, strict=True) for node in group}


def _told(graph: CouplingGraph, groups: Sequence[Sequence[int]]) -> tuple[list[list[str]], list[list[str]]]:
    """The names of each group's modules, and of its tables."""
    count = len(graph.modules)
    return (
        [[graph.modules[i].name for i in group if i < count] for group in groups],
        [[graph.tables[i - count].name for i in group if i >= count] for group in groups],
    )


def _grown(graph: CouplingGraph, homes: dict[int, str]) -> dict[int, str]:
    """`homes` with every other node where it is tied most, or where its package is."""
    names = sorted(set(homes.values()))
    held: dict[str, list[int]] = {name: [] for name in names}
    for node, home in _with_tables(graph, homes, modules=True).items():
        held[home].append(node)
    groups = complete(graph, tuple(tuple(held[name]) for name in names if held[name]))
    label = {node: home for home, nodes in held.items() for node in nodes}
    whole: dict[int, str] = {}
    for group in groups:
        known = [label[node] for node in group if node in label]
        whole |= dict.fromkeys(group, known[0] if known else REST)
    return whole


def _with_tables(graph: CouplingGraph, homes: dict[int, str], modules: bool = False) -> dict[int, str]:
    """`homes` with the tables (and the modules) that have none, each where it is tied most; twice, for keys of keys."""
    apart = frozenset((*graph.kernel, *graph.roots))
    first = 0 if modules else len(graph.modules)
    for _ in range(2):
        pull: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for tie in graph.ties:
            for node, other in ((tie.a, tie.b), (tie.b, tie.a)):
                if node >= first and node not in homes and node not in apart and other in homes:
                    pull[node][homes[other]] += tie.weight
        homes = homes | {node: min(near, key=lambda home: (-near[home], home)) for node, near in pull.items()}
    return homes


def _claimed(graph: CouplingGraph, homes: Mapping[int, str]) -> CouplingGraph:
    """The graph without the kernel and root modules that an order has put into a boundary."""
    left = {name: tuple(i for i in getattr(graph, name) if i not in homes) for name in ("kernel", "roots")}
    return replace(graph, kernel=left["kernel"], roots=left["roots"])
