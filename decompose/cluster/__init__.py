"""Stage 4: CouplingGraph -> Partition. Which modules and tables belong together."""

from collections import defaultdict

from ..errors import InputError
from ..model.judgements import BoundaryFact, CouplingGraph, Partition, Placement
from ..model.names import Boundary
from .consensus import consensus
from .engines import Clusterer, ClusterOptions, Found, Groups, greedy, label_propagation, louvain, package
from .naming import name_groups
from .shape import complete, join_small, split_large

__all__ = ["CLUSTERERS", "ClusterOptions", "Clusterer", "cluster"]

CLUSTERERS: dict[str, Clusterer] = {
    "consensus": consensus,
    "package": package,
    "louvain": louvain,
    "label-propagation": label_propagation,
    "greedy": greedy,
}


def cluster(graph: CouplingGraph, options: ClusterOptions = ClusterOptions()) -> Partition:  # noqa: B008  # frozen
    """The boundaries of `graph`: every module in one place; a boundary owns the tables of its group."""
    if options.method not in CLUSTERERS:
        raise InputError(f"There is no clusterer {options.method!r}; choose one of {', '.join(CLUSTERERS)}.")
    found = CLUSTERERS[options.method](graph, options)
    groups = complete(graph, found.groups)
    if options.method != "package":
        groups = split_large(graph, groups, options)
        smallest = min(options.smallest, len(graph.modules) // 10)
        groups = join_small(graph, groups, smallest, options.most)
    return _partition(graph, groups, found, options)


def _partition(graph: CouplingGraph, groups: Groups, found: Found, options: ClusterOptions) -> Partition:
    count = len(graph.modules)
    groups = tuple(group for group in groups if group[0] < count)
    names = name_groups([[graph.modules[i].name for i in group if i < count] for group in groups])
    facts = sorted((_fact(graph, name, group) for name, group in zip(names, groups, strict=True)), key=_by_size)
    owned = {table for fact in facts for table in fact.tables}
    return Partition(
        boundaries=tuple(facts),
        kernel_modules=tuple(graph.modules[i] for i in graph.kernel),
        kernel_tables=tuple(table for table in graph.tables if table not in owned),
        roots=tuple(graph.modules[i] for i in graph.roots),
        placements=_placements(graph, groups, names, found),
        method=options.method,
    )


def _by_size(fact: BoundaryFact) -> tuple[int, Boundary]:
    return -len(fact.modules), fact.boundary


def _fact(graph: CouplingGraph, name: Boundary, group: tuple[int, ...]) -> BoundaryFact:
    count = len(graph.modules)
    modules = tuple(graph.modules[i] for i in group if i < count)
    tables = tuple(graph.tables[i - count] for i in group if i >= count)
    return BoundaryFact(name, modules, tables, f"{len(modules)} modules and {len(tables)} tables around {name}")


def _placements(
    graph: CouplingGraph, groups: Groups, names: tuple[Boundary, ...], found: Found
) -> tuple[Placement, ...]:
    """Each module's boundary, the one that pulls second most, and its strongest ties."""
    home = {i: g for g, group in enumerate(groups) for i in group}
    pull: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for tie in graph.ties:
        if tie.a in home and tie.b in home:
            pull[tie.a][home[tie.b]] += tie.weight
            pull[tie.b][home[tie.a]] += tie.weight
    placed = []
    for i, module in enumerate(graph.modules):
        if i in home:
            others = sorted((-weight, g) for g, weight in pull[i].items() if g != home[i])
            placed.append(Placement(module, names[home[i]], 1.0, names[others[0][1]] if others else None))
    return tuple(placed)
