"""Stage 7: Document -> DOT, one text for each picture, by file stem.

A picture never has more than `limit` nodes: the lightest are folded into one, with their number. An edge is a sum of
seams; where too many would be drawn, the strongest stay and the caption says how many were left out. Nodes and edges
stand in the order of their names, and the layout does not depend on exact counts, so that a small change leaves the
picture alike.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log2, sqrt
from typing import NamedTuple

from .document import Document
from .escape import dot, html
from .views import Crossing, Weight, count, crossings, lines_by_boundary

__all__ = ["DIAGRAMS", "diagrams"]

FONT = "DejaVu Sans Condensed"

# Okabe & Ito's colours (2008), told apart with every common kind of colour blindness, and pale fills of the same hues.
INK, QUIET, LINE, PAPER = "#1b1f24", "#57606a", "#8c959f", "#ffffff"
CODE, DATA, FIRST = "#0072b2", "#d55e00", "#009e73"
FILLS = {
    "boundary": "#e8f1f8",
    "focus": "#cfe3f2",
    "first": "#d9f0e8",
    "kernel": "#eceff1",
    "folded": "#ffffff",
    "table": "#fdf1e7",
}


def diagrams(document: Document, limit: int = 40) -> dict[str, str]:
    """File stem -> DOT, for every picture that this document has something to show in."""
    return {stem: text for draw in DIAGRAMS for stem, text in draw(document, limit).items()}


class Node(NamedTuple):
    """`lines` of its label: the first in bold; `size` is a share (0 to 1) of the largest."""

    name: str
    lines: tuple[str, ...]
    size: float = 0.0
    look: str = "boundary"


class Edge(NamedTuple):
    source: str
    target: str
    code: int
    data: int


def context_map(document: Document, limit: int) -> dict[str, str]:
    """Boundaries with their size and tables, and the seams between them."""
    nodes, edges = _folded(document, limit)
    return {"context-map": _graph("Context map", nodes, edges)}


def boundary_maps(document: Document, limit: int) -> dict[str, str]:
    """For each boundary, itself with its tables and its direct neighbours, strongest first."""
    every = crossings(document)
    return {
        f"boundary-{stem}": _neighbourhood(document, name, every, min(limit, 14))
        for name, stem in stems(row["name"] for row in document["boundaries"]).items()
    }


DIAGRAMS: tuple[Callable[[Document, int], Mapping[str, str]], ...] = (context_map, boundary_maps)


def stems(names: Iterable[str]) -> dict[str, str]:
    """Name -> a part of a file name, unique without regard to case: letters, digits, `-` and `_` alone."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names):
        stem = (
            "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)[:60].strip("-") or "unnamed"
        )
        number = 1
        while (candidate := stem if number == 1 else f"{stem}-{number}").lower() in taken:
            number += 1
        taken.add(candidate.lower())
        found[name] = candidate
    return found


def _folded(document: Document, limit: int) -> tuple[list[Node], list[Edge]]:
    """All boundaries, or the `limit` - 1 largest and one node for the others."""
    weights = lines_by_boundary(document)
    names = sorted(weights, key=lambda name: (-weights[name].lines, name))
    kept = set(names if len(names) <= limit else names[: limit - 1])
    largest = max((weights[name].lines for name in kept), default=1) or 1
    tables = {row["name"]: row["tables"] for row in document["boundaries"]}
    first = document["plan"][0]["boundary"] if document["plan"] else ""
    nodes = [
        Node(
            name,
            (name, _size(weights[name]), *_table_lines(tables[name], 3)),
            sqrt(weights[name].lines / largest),
            "first" if name == first else "boundary",
        )
        for name in sorted(kept)
    ]
    rest = len(names) - len(kept)
    if rest:
        nodes.append(
            Node("\0rest", (f"{count(rest, 'smaller boundary', 'smaller boundaries')}", "folded"), 0, "folded")
        )
    merged: dict[tuple[str, str], tuple[int, int]] = {}
    for one in crossings(document):
        pair = tuple(name if name in kept else "\0rest" for name in (one.source, one.target))
        code, data = merged.get(pair, (0, 0))  # type: ignore[arg-type]  # a pair of two
        merged[pair] = code + one.code, data + one.data  # type: ignore[index]
    return nodes, [Edge(*pair, *sums) for pair, sums in sorted(merged.items()) if pair[0] != pair[1]]


def _neighbourhood(document: Document, name: str, every: Sequence[Crossing], limit: int) -> str:
    """Who uses the boundary on the left, what it uses on the right; a neighbour that does both stands on both sides."""
    weights = lines_by_boundary(document)
    tables = next(row["tables"] for row in document["boundaries"] if row["name"] == name)
    users = [one for one in every if one.target == name and one.source in weights]
    used = [one for one in every if one.source == name and one.target in weights]
    me = Node(name, (name, _size(weights[name]), *_table_lines(tables, 8)), 1, "focus")
    left = [Node(f"{one.source}\0uses", (one.source, _size(weights[one.source]))) for one in sorted(users[:limit])]
    right = [Node(f"{one.target}\0used", (one.target, _size(weights[one.target]))) for one in sorted(used[:limit])]
    edges = [Edge(f"{one.source}\0uses", name, one.code, one.data) for one in sorted(users[:limit])]
    edges += [Edge(name, f"{one.target}\0used", one.code, one.data) for one in sorted(used[:limit])]
    left_out = max(0, len(users) - limit) + max(0, len(used) - limit)
    note = f"{count(left_out, 'neighbour')} with fewer seams not drawn" if left_out else ""
    return _graph(f"{name}: who uses it, and what it uses", [*left, me, *right], edges, note)


def _size(weight: Weight) -> str:
    return f"{count(weight.modules, 'module')}, {count(weight.lines, 'line')}"


def _table_lines(tables: Sequence[str], limit: int) -> tuple[str, ...]:
    shown = tuple(f"▪ {name}" for name in tables[:limit])
    return (*shown, f"  and {count(len(tables) - limit, 'more table')}") if len(tables) > limit else shown


def _strongest(edges: Sequence[Edge], nodes: int) -> list[Edge]:
    """At most about two edges for each node: each node's strongest out and in, then the strongest of all."""
    ranked = sorted(edges, key=lambda e: (-(e.code + e.data), e.source, e.target))
    room = max(12, nodes * 2)
    best: dict[tuple[str, bool], Edge] = {}
    for edge in ranked:
        best.setdefault((edge.source, True), edge)
        best.setdefault((edge.target, False), edge)
    kept = list(dict.fromkeys([*best.values(), *ranked]))[:room]
    return sorted(kept)


def _graph(title: str, nodes: Sequence[Node], edges: Sequence[Edge], note: str = "") -> str:
    drawn = _strongest(edges, len(nodes))
    hidden = len(edges) - len(drawn)
    notes = [note, f"{count(hidden, 'weaker connection')} not drawn" if hidden else ""]
    head = [
        f'digraph {{\n  fontname="{FONT}"; bgcolor="{PAPER}"; pad=0.3; nodesep=0.35; ranksep=0.75; rankdir=LR',
        f'  outputorder=edgesfirst; fontsize=12; fontcolor="{QUIET}"; labelloc=b; labeljust=l',
        f"  label={_caption(title, notes)}",
        f'  node [fontname="{FONT}", fontsize=11, fontcolor="{INK}", color="{LINE}", margin="0.16,0.1"]',
        f'  node [shape=box, style="rounded,filled"]\n  edge [fontname="{FONT}", fontsize=10, arrowsize=0.7]',
    ]
    return "\n".join([*head, *map(_node, nodes), *map(_edge, drawn), "}", ""])


def _caption(title: str, notes: Iterable[str]) -> str:
    """The title, the legend, and what was left out."""
    legend = (
        f'<font color="{CODE}">━━</font> code (imports, calls, wiring)   '
        f'<font color="{DATA}">━━</font> data (tables, joins, keys, transactions)   numbers count seams'
    )
    rest = "; ".join(filter(None, notes))
    rows = [f"<b>{html(title)}</b>", legend, *([html(rest)] if rest else [])]
    return "<" + '<br align="left"/>'.join([*rows, ""]) + ">"


def _node(node: Node) -> str:
    name, *details = node.lines
    label = f"<b>{html(name)}</b>" + "".join(
        f'<br align="left"/><font point-size="9.5">{html(one)}</font>' for one in details
    )
    style = ', style="rounded,filled,dashed"' if node.look == "folded" else ""
    width = f", width={1.2 + 1.8 * round(node.size, 1):.2f}, height={0.5 + 0.7 * round(node.size, 1):.2f}"
    tooltip = dot(", ".join(node.lines[:2]))
    look = f'fillcolor="{FILLS[node.look]}"{width}{style}, tooltip={tooltip}'
    return f'  {_id(node.name)} [label=<{label}<br align="left"/>>, {look}]'


def _edge(edge: Edge) -> str:
    total = edge.code + edge.data
    colour = DATA if edge.data > edge.code else CODE
    source, target = (name.partition("\0")[0] or "others" for name in (edge.source, edge.target))
    said = f"{source} → {target}: {edge.code:,} in code, {edge.data:,} in data"
    width = 1 + min(5, log2(total) / 2)
    return (
        f"  {_id(edge.source)} -> {_id(edge.target)} "
        f'[label="{total:,}", penwidth={width:.1f}, color="{colour}", fontcolor="{colour}", tooltip={dot(said)}]'
    )


def _id(name: str) -> str:
    """A DOT identifier: `\0` divides a boundary's name from the place where this picture puts it."""
    return dot(name.replace("\0", "~"))
