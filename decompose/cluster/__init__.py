"""Stage 3: CouplingGraph -> Partition. Which modules and tables belong together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..errors import InputError
from ..model.judgements import BoundaryFact, CouplingGraph, Partition, Placement
from ..model.names import Boundary, Module, Table
from .engines import Clusterer, ClusterOptions, Groups, greedy, label_propagation, louvain, package
from .naming import name_groups

__all__ = ["CLUSTERERS", "ClusterOptions", "Clusterer", "cluster"]

CLUSTERERS: dict[str, Clusterer] = {
    "consensus": louvain,
    "package": package,
    "louvain": louvain,
    "label-propagation": label_propagation,
    "greedy": greedy,
}


def cluster(graph: CouplingGraph, options: ClusterOptions = ClusterOptions()) -> Partition:  # noqa: B008  # frozen
    """The boundaries of `graph`: every module in one place; a boundary owns the tables of its group."""
    if options.method not in CLUSTERERS:
        raise InputError(f"There is no clusterer {options.method!r}; choose one of {', '.join(CLUSTERERS)}.")
    apart = frozenset((*graph.kernel, *graph.roots))
    groups = _whole(graph, CLUSTERERS[options.method](graph, options), apart)
    names = name_groups([[graph.modules[i].name for i in group if i < len(graph.modules)] for group in groups])
    facts = sorted((_fact(graph, name, group) for name, group in zip(names, groups, strict=True)), key=_by_size)
    owned = {table for fact in facts for table in fact.tables}
    return Partition(
        boundaries=tuple(facts),
        kernel_modules=tuple(graph.modules[i] for i in graph.kernel),
        kernel_tables=tuple(table for table in graph.tables if table not in owned),
        roots=tuple(graph.modules[i] for i in graph.roots),
        placements=_placements(graph, groups, names),
        method=options.method,
    )


def _by_size(fact: BoundaryFact) -> tuple[int, Boundary]:
    return -len(fact.modules), fact.boundary


def _whole(graph: CouplingGraph, groups: Groups, apart: frozenset[int]) -> Groups:
    """`groups` with each module in one of them: those without ties join their nearest package's majority."""
    modules = range(len(graph.modules))
    kept = [[i for i in group if i not in apart] for group in groups]
    home = {i: g for g, group in enumerate(kept) for i in group}
    fitting = [g for g, group in enumerate(kept) if any(i < len(graph.modules) for i in group)]
    votes: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for i in modules:
        for package_name in _packages(graph.modules[i].name) if i in home else ():
            votes[package_name][home[i]] += 1
    for i in modules:
        if i not in home and i not in apart:
            near = next((votes[name] for name in _packages(graph.modules[i].name) if name in votes), None)
            home[i] = min(near, key=lambda g: (-near[g], g)) if near else (fitting or [0])[0]
    made: dict[int, list[int]] = defaultdict(list)
    for node, g in sorted(home.items()):
        made[g].append(node)
    return tuple(tuple(made[g]) for g in sorted(made) if any(i < len(graph.modules) for i in made[g]))


def _packages(name: str) -> Iterable[str]:
    """The packages that hold a module, itself first: a.b.c, a.b, a."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _fact(graph: CouplingGraph, name: Boundary, group: tuple[int, ...]) -> BoundaryFact:
    count = len(graph.modules)
    modules: tuple[Module, ...] = tuple(graph.modules[i] for i in group if i < count)
    tables: tuple[Table, ...] = tuple(graph.tables[i - count] for i in group if i >= count)
    return BoundaryFact(name, modules, tables, f"{len(modules)} modules and {len(tables)} tables around {name}")


def _placements(graph: CouplingGraph, groups: Groups, names: tuple[Boundary, ...]) -> tuple[Placement, ...]:
    """Each module's boundary, the one that pulls second most, and its strongest ties."""
    home: Mapping[int, int] = {i: g for g, group in enumerate(groups) for i in group}
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
