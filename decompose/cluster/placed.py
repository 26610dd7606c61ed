"""Stage 4: homes -> Partition: what each boundary holds, why, how sure that is, and where a module would go else."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from ..model.judgements import BoundaryFact, CouplingGraph, Partition, Placement, Tie
from ..model.names import Boundary, Module
from .engines import ClusterOptions, Found, Groups
from .shape import packages_of

__all__ = ["partition"]

KINDS = ("imports", "tables", "history", "names", "wiring")
Pull = Mapping[int, Mapping[str, float]]


def partition(
    graph: CouplingGraph, homes: Mapping[int, str], found: Found, options: ClusterOptions, notes: tuple[str, ...]
) -> Partition:
    """The homes of nodes as boundaries, the largest first, with reasons; `found.runs` gives the confidence."""
    count = len(graph.modules)
    held: dict[str, list[int]] = defaultdict(list)
    for node, home in sorted(homes.items()):
        held[home].append(node)
    ties = _by_node(graph)
    inside = _inside(graph, homes)
    facts = [
        BoundaryFact(
            Boundary(home),
            tuple(graph.modules[i] for i in nodes if i < count),
            tuple(graph.tables[i - count] for i in nodes if i >= count),
            _why(graph, home, nodes, inside),
        )
        for home, nodes in held.items()
    ]
    return Partition(
        boundaries=tuple(sorted(facts, key=lambda fact: (-len(fact.modules), fact.boundary))),
        kernel_modules=tuple(graph.modules[i] for i in graph.kernel),
        kernel_tables=tuple(table for j, table in enumerate(graph.tables, count) if j not in homes),
        roots=tuple(graph.modules[i] for i in graph.roots),
        placements=_placements(graph, homes, found.runs, ties),
        method=options.method,
        followers=_followers(graph, homes),
        notes=notes,
    )


def _by_node(graph: CouplingGraph) -> Mapping[int, Sequence[tuple[int, Tie]]]:
    near: dict[int, list[tuple[int, Tie]]] = defaultdict(list)
    for tie in graph.ties:
        near[tie.a].append((tie.b, tie))
        near[tie.b].append((tie.a, tie))
    return near


def _inside(graph: CouplingGraph, homes: Mapping[int, str]) -> Mapping[str, Counter[str]]:
    """For each boundary, the weight of its ties by kind, "all" of those inside, and "across" those that leave it."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    degrees: Counter[str] = Counter()
    for tie in graph.ties:
        a, b = homes.get(tie.a), homes.get(tie.b)
        for home in (a, b):
            if home:
                degrees[home] += tie.weight  # type: ignore[assignment]  # weights, not counts
        if a and a == b:
            for kind in KINDS:
                sums[a][kind] += getattr(tie, kind)
            sums[a]["all"] += tie.weight  # type: ignore[assignment]
    for home, degree in degrees.items():
        sums[home]["degree"] = degree
        sums[home]["total"] = degrees.total()
    return sums


def _why(graph: CouplingGraph, home: str, nodes: Sequence[int], inside: Mapping[str, Counter[str]]) -> str:
    """ "31 modules, most of them in shop.billing; bound by imports 45%; 78% of their ties stay inside, ..."."""
    modules = [graph.modules[i].name for i in nodes if i < len(graph.modules)]
    tables = len(nodes) - len(modules)
    sums = inside.get(home, Counter())
    size = f"{len(modules)} module{'s' * (len(modules) != 1)}" + (
        f" and {tables} table{'s' * (tables != 1)}" if tables else ""
    )
    where = Counter(name for module in modules for name in list(packages_of(module))[1:])
    common = [name for name, n in where.items() if 2 * n > len(modules) and "." in name]
    place = f", most of them in {max(common, key=lambda name: (where[name], len(name)))}" if common else ""
    if not sums["degree"]:
        return f"{size}{place}; nothing ties them to others"
    kinds = sorted(((sums[kind], kind) for kind in KINDS if sums[kind]), reverse=True)
    bound = ", ".join(f"{kind} {value / sums['all']:.0%}" for value, kind in kinds[:3])
    kept, chance = 2 * sums["all"] / sums["degree"], sums["degree"] / sums["total"]
    return f"{size}{place}; bound by {bound}; {kept:.0%} of their ties stay inside, against {chance:.0%} by chance"


def _placements(
    graph: CouplingGraph,
    homes: Mapping[int, str],
    runs: Sequence[Groups],
    ties: Mapping[int, Sequence[tuple[int, Tie]]],
) -> tuple[Placement, ...]:
    """Each module's boundary, how many runs agree, its strongest ties inside and outside, the next best place."""
    sure = _agreement(homes, runs)
    placed = []
    for node, module in enumerate(graph.modules):
        if node not in homes:
            continue
        home = homes[node]
        pull: dict[str, float] = defaultdict(float)
        for other, tie in ties.get(node, ()):
            if other in homes:
                pull[homes[other]] += tie.weight
        others = sorted((-weight, name) for name, weight in pull.items() if name != home)
        outside = [(other, tie) for other, tie in ties.get(node, ()) if homes.get(other, home) != home]
        reasons = (
            *_strongest(graph, [(other, tie) for other, tie in ties.get(node, ()) if homes.get(other) == home], ""),
            *_strongest(graph, outside, "outside: ")[:1],
        )
        following = Boundary(others[0][1]) if others else None
        placed.append(Placement(module, Boundary(home), sure.get(node, 1.0), following, reasons))
    return tuple(placed)


def _agreement(homes: Mapping[int, str], runs: Sequence[Groups]) -> Mapping[int, float]:
    """For each node, the share of runs that put it where they put most of its boundary."""
    agree: Counter[int] = Counter()
    for run in runs:
        label = {node: i for i, group in enumerate(run) for node in group}
        votes: dict[str, Counter[int]] = defaultdict(Counter)
        for node, home in homes.items():
            if node in label:
                votes[home][label[node]] += 1
        most = {home: max(sorted(counts), key=lambda i: counts[i]) for home, counts in votes.items()}
        for node, home in homes.items():
            agree[node] += node not in label or label[node] == most[home]
    return {node: round(agree[node] / len(runs), 4) for node in homes} if runs else {}


def _strongest(graph: CouplingGraph, near: Sequence[tuple[int, Tie]], mark: str) -> list[str]:
    """ "imports shop.billing.models 2.31 (shop/api.py:4)": the three strongest ties, by their strongest kind."""
    said = []
    for other, tie in sorted(near, key=lambda pair: (-pair[1].weight, pair[0]))[:3]:
        kind = max(KINDS, key=lambda kind: getattr(tie, kind))
        count = len(graph.modules)
        named = graph.modules[other].name if other < count else graph.tables[other - count].name
        where = f" ({tie.file}:{tie.line})" if tie.file else ""
        said.append(f"{mark}{kind} with {named}, {tie.weight:.2f}{where}")
    return said


_NEARLY_ALL = 3 / 4  # of the modules of a package
_OFTEN = 1 / 2  # of what is used most


def _followers(graph: CouplingGraph, homes: Mapping[int, str]) -> tuple[tuple[Module, Boundary], ...]:
    """Where each test, migration and script goes: with its package, where it often uses what nearly all of that is,
    else with what it uses most, else with its package all the same; nowhere if unknown.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for node, home in homes.items():
        if node < len(graph.modules):
            for name in list(packages_of(graph.modules[node].name))[1:]:
                votes[name][home] += 1
    placed = []
    for follower in graph.followers:
        used: Counter[str] = Counter()
        for node, times in follower.uses:
            if node in homes:
                used[homes[node]] += times
        around = next((votes[name] for name in packages_of(follower.module.name) if name in votes), Counter[str]())
        own, most = max(around.items(), key=lambda row: row[1], default=("", 0))
        inside = most > _NEARLY_ALL * around.total() and used[own] > _OFTEN * max(used.values(), default=0)
        near = Counter({own: 1}) if inside else used or around
        if near:
            placed.append((follower.module, Boundary(min(near, key=lambda home: (-near[home], home)))))
    return tuple(placed)
