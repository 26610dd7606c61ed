"""Stage 7: Document -> DOT of the context map, of today's packages, and of each boundary among its neighbours."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from ...model.counts import count
from ..document import Document
from ..views import Crossing, Weight, crossings, first_step, lines_by_boundary
from .drawing import SEAMS, Edge, Node, boundary_id, crossing_edge, graph, size_line, stems, table_lines

__all__ = ["boundary_maps", "context_map", "today_map"]

_REST = "rest"


def context_map(document: Document, limit: int) -> dict[str, str]:
    """Boundaries with their size and tables, and the seams between them."""
    weights = lines_by_boundary(document)
    if not weights:
        return {}
    tables = {row["name"]: row["tables"] for row in document["boundaries"]}
    step = first_step(document)
    first = step["boundary"] if step else ""
    kept = _largest(weights, limit)
    nodes = _sized(weights, kept, tables, first)
    folded = len(weights) - len(kept)
    if folded:
        nodes.append(Node(_REST, (count(folded, "smaller boundary", "smaller boundaries"), "folded"), 0, "folded"))
    edges = _merged(crossings(document), kept, "smaller boundaries")
    keys = [*SEAMS, *(["first"] if first in kept else [])]
    return {"context-map": graph("Proposed boundaries", nodes, edges, keys=keys, direction="TB")}


def today_map(document: Document, limit: int) -> dict[str, str]:
    """Today's packages and the imports between them, as the map before."""
    source = {row["name"]: row["lines"] for row in document["modules"] if row["kind"] == "source"}
    home = _packages(source)
    lines: Counter[str] = Counter()
    for name, package in home.items():
        lines[package] += source[name]
    weights = {package: Weight(modules, lines[package], 0) for package, modules in Counter(home.values()).items()}
    if len(weights) < 2:
        return {}
    sums: Counter[tuple[str, str]] = Counter()
    for row in document["imports"]:
        pair = home.get(row["importer"]), home.get(row["imported"])
        if pair[0] and pair[1] and pair[0] != pair[1]:
            sums[pair[0], pair[1]] += 1
    tied = {name for pair in sums for name in pair}
    kept = _largest({name: weight for name, weight in weights.items() if name in tied} or weights, limit)
    nodes = _sized(weights, kept, {}, "", "today")
    if folded := len(tied - kept):
        nodes.append(Node(_REST, (count(folded, "smaller package"), "folded"), 0, "folded"))
    edges = _merged([Crossing(*pair, number, 0) for pair, number in sums.items()], kept, "smaller packages", "today")
    alone = len(weights) - len(tied | kept)
    notes = [f"{count(alone, 'package')} without imports of others not drawn" if alone else ""]
    drawn = graph("Today's packages", nodes, edges, keys=["imports"], notes=notes, direction="TB")
    return {"today": drawn}


def boundary_maps(document: Document, limit: int) -> dict[str, str]:
    """For each boundary: who uses it on the left, what it uses on the right; who does both stands on both sides."""
    every = crossings(document)
    weights = lines_by_boundary(document)
    tables = {row["name"]: row["tables"] for row in document["boundaries"]}
    return {
        f"boundary-{stem}": _neighbourhood(name, weights, tables[name], every, min(limit, 14))
        for name, stem in stems(weights).items()
    }


def _neighbourhood(
    name: str, weights: Mapping[str, Weight], tables: Sequence[str], every: Sequence[Crossing], limit: int
) -> str:
    me = boundary_id(name)
    nodes = [Node(me, (name, size_line(weights[name]), *table_lines(tables, 8)), 1, "focus")]
    edges: list[Edge] = []
    left_out = 0
    for place, near in (
        ("uses", {one.source: one for one in every if one.target == name}),
        ("used", {one.target: one for one in every if one.source == name}),
    ):
        shown = sorted(list(near)[:limit])
        left_out += len(near) - len(shown)
        nodes += [Node(boundary_id(other, place), (other, size_line(weights[other]))) for other in shown]
        for other in shown:
            ends = (boundary_id(other, place), me) if place == "uses" else (me, boundary_id(other, place))
            edges.append(
                crossing_edge(*ends, (near[other].source, near[other].target), near[other].code, near[other].data)
            )
    note = f"{count(left_out, 'neighbour')} with fewer seams not drawn" if left_out else ""
    return graph(f"{name}: who uses it, and what it uses", nodes, edges, notes=[note])


def _largest(weights: Mapping[str, Weight], limit: int) -> set[str]:
    """All names, or the `limit` - 1 with the most lines."""
    names = sorted(weights, key=lambda name: (-weights[name].lines, name))
    return set(names if len(names) <= limit else names[: limit - 1])


def _sized(
    weights: Mapping[str, Weight], kept: Iterable[str], tables: Mapping[str, Sequence[str]], first: str, place: str = ""
) -> list[Node]:
    most = max(weights[name].lines for name in kept) or 1
    return [
        Node(
            boundary_id(name, place),
            (name, size_line(weights[name]), *table_lines(tables.get(name, ()), 3)),
            sqrt(weights[name].lines / most),
            "first" if name == first else "boundary",
        )
        for name in sorted(kept)
    ]


def _merged(every: Iterable[Crossing], kept: set[str], rest: str, place: str = "") -> list[Edge]:
    """Edges between what is kept, and between that and the folded rest."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in every:
        pair = tuple(name if name in kept else "" for name in (one.source, one.target))
        for at, number in enumerate((one.code, one.data)):
            sums[pair[0], pair[1]][at] += number
    return [
        crossing_edge(
            boundary_id(source, place) if source else _REST,
            boundary_id(target, place) if target else _REST,
            (source or rest, target or rest),
            *sums[source, target],
        )
        for source, target in sorted(sums)
        if source != target
    ]


def _packages(modules: Iterable[str]) -> dict[str, str]:
    """Module -> its package, at the first depth that has at least five of them (or as many as there are)."""
    names = sorted(modules)
    depth = next((depth for depth in range(1, 6) if len({_cut(name, depth) for name in names}) >= 5), 2)
    return {name: _cut(name, depth) for name in names}


def _cut(name: str, depth: int) -> str:
    """`a.b.c`, 2 -> `a.b`; a module that lies higher stands with its own package."""
    parts = name.split(".")
    return ".".join(parts[: min(depth, max(1, len(parts) - 1))])
