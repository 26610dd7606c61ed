"""Stage 7: nodes and edges -> DOT, with the colours, the legend and the limits that all pictures share.

A picture never has more than `limit` nodes: the lightest are folded into one, with their number. An edge is a sum of
seams; where too many would be drawn, the strongest stay and the caption says how many were left out. Nodes and edges
stand in the order of their names, and the layout does not depend on exact counts, so that a small change leaves the
picture alike.
"""

from collections.abc import Iterable, Sequence
from math import log2
from typing import NamedTuple

from ...model.counts import count
from ..escape import dot, html, visible
from ..views import Weight

__all__ = [
    "PALETTE",
    "Edge",
    "Node",
    "boundary_id",
    "cluster",
    "graph",
    "node_text",
    "size_line",
    "stems",
    "table_lines",
]

FONT = "DejaVu Sans Condensed"

# Okabe & Ito's colours (2008), told apart with every common kind of colour blindness, and pale fills of the same hues.
INK, QUIET, LINE, PAPER = "#1b1f24", "#57606a", "#8c959f", "#ffffff"
CODE, DATA, DONE = "#0072b2", "#d55e00", "#009e73"
FILLS = {
    "boundary": "#e8f1f8",
    "focus": "#cfe3f2",
    "first": "#d9f0e8",
    "kernel": "#eceff1",
    "folded": "#ffffff",
    "table": "#fdf1e7",
}
PALETTE = tuple(bytes.fromhex(one[1:]) for one in (PAPER, *FILLS.values(), CODE, DATA, DONE, INK, QUIET, LINE))
"""Red, green and blue of every colour that a picture has."""

_SPACE = {
    "LR": "nodesep=0.35; ranksep=0.75; rankdir=LR",
    "TB": "nodesep=0.25; ranksep=0.5; rankdir=TB",
}
_KEYS = {
    "code": f'<font color="{CODE}">━━</font> code (imports, calls, wiring)',
    "data": f'<font color="{DATA}">━━</font> data (tables, joins, keys, transactions)',
    "crossing key": f'<font color="{DATA}">━━</font> foreign key that crosses boundaries',
    "counts": "numbers count seams",
    "breaker": "┄┄ holds the imports that would have to go",
}
SEAMS = ("code", "data", "counts")


class Node(NamedTuple):
    """`lines` of its label: the first in bold; `size` is a share (0 to 1) of the largest."""

    id: str
    lines: tuple[str, ...]
    size: float = 0.0
    look: str = "boundary"


class Edge(NamedTuple):
    """`said` is its tooltip, `label` what stands beside it, `colour` one of the palette; `width` counts seams."""

    source: str
    target: str
    label: str
    said: str
    width: int = 1
    colour: str = CODE
    dashed: bool = False


def boundary_id(name: str, place: str = "") -> str:
    """A node's name in the picture; the page reads from it what to open. `place` tells copies of one boundary apart."""
    return f"b:{visible(name)}" + (f"~{place}" if place else "")


def crossing_edge(source: str, target: str, names: tuple[str, str], code: int, data: int) -> Edge:
    """The sum of the seams from one boundary to another."""
    said = f"{names[0]} → {names[1]}: {count(code + data, 'seam')}, {code:,} in code, {data:,} in data"
    return Edge(source, target, f"{code + data:,}", said, code + data, DATA if data > code else CODE)


def graph(
    title: str,
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    keys: Iterable[str] = SEAMS,
    notes: Iterable[str] = (),
    direction: str = "LR",
    body: Iterable[str] = (),
    room: int = 2,
) -> str:
    """The DOT of one picture: `nodes`, then statements (frames, ranks) in `body`, then `room` edges for each node."""
    drawn = _strongest(edges, room * (len(nodes) or len({end for edge in edges for end in edge[:2]})))
    hidden = len(edges) - len(drawn)
    said = [*notes, f"{count(hidden, 'weaker connection')} not drawn" if hidden else ""]
    head = [
        f'digraph {{\n  fontname="{FONT}"; bgcolor="{PAPER}"; pad=0.3; {_SPACE[direction]}',
        f'  outputorder=edgesfirst; fontsize=12; fontcolor="{QUIET}"; labelloc=b; labeljust=l',
        f"  label={_caption(title, keys, said)}",
        f'  node [fontname="{FONT}", fontsize=11, fontcolor="{INK}", color="{LINE}", margin="0.16,0.1"]',
        f'  node [shape=box, style="rounded,filled"]\n  edge [fontname="{FONT}", fontsize=10, arrowsize=0.7]',
    ]
    return "\n".join([*head, *map(node_text, nodes), *body, *map(_edge, drawn), "}", ""])


def cluster(number: int, title: str, nodes: Iterable[Node]) -> str:
    """Nodes in a frame with a title."""
    label = f"<<b>{html(title)}</b>>"
    head = f"  subgraph cluster_{number} {{ label={label}; labeljust=l; labelloc=t; fontsize=11; style=rounded"
    return "\n".join([f'{head}; color="{LINE}"', *(f"  {node_text(node)}" for node in nodes), "  }"])


def size_line(weight: Weight) -> str:
    """ "12 modules, 3,400 lines"."""
    return f"{count(weight.modules, 'module')}, {count(weight.lines, 'line')}"


def table_lines(tables: Sequence[str], limit: int) -> tuple[str, ...]:
    """A line for each table, and how many more there are."""
    shown = tuple(f"▪ {name}" for name in tables[:limit])
    return (*shown, f"  and {count(len(tables) - limit, 'more table')}") if len(tables) > limit else shown


def stems(names: Iterable[str]) -> dict[str, str]:
    """Name -> a part of a file name, unique without regard to case: letters, digits, `-` and `_` alone."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names):
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)[:60].strip("-")
        stem, number = plain or "unnamed", 1
        while (candidate := stem if number == 1 else f"{stem}-{number}").lower() in taken:
            number += 1
        taken.add(candidate.lower())
        found[name] = candidate
    return found


def node_text(node: Node) -> str:
    """The statement that declares a node."""
    name, *details = (html(line[:60] + "…" if len(line) > 61 else line) for line in node.lines)
    small = "".join(f'<br align="left"/><font point-size="9.5">{one}</font>' for one in details)
    style = ', style="rounded,filled,dashed"' if node.look == "folded" else ""
    share = round(node.size, 1)
    look = f'fillcolor="{FILLS[node.look]}", width={1.2 + 1.8 * share:.2f}, height={0.5 + 0.7 * share:.2f}{style}'
    said = dot(", ".join(node.lines[:2]))
    return f'  {dot(node.id)} [label=<<b>{name}</b>{small}<br align="left"/>>, {look}, tooltip={said}]'


def _edge(edge: Edge) -> str:
    width = 1 + min(5, log2(max(1, edge.width)) / 2)
    style = ", style=dashed" if edge.dashed else ""
    look = f'penwidth={width:.1f}, color="{edge.colour}", fontcolor="{edge.colour}"{style}'
    ends = f"{dot(edge.source)} -> {dot(edge.target)}"
    return f"  {ends} [label={dot(edge.label)}, {look}, tooltip={dot(edge.said)}]"


def _strongest(edges: Sequence[Edge], room: int) -> list[Edge]:
    """As many as there is room for: each node's strongest out and in, then the strongest of all."""
    ranked = sorted(edges, key=lambda edge: (-edge.width, edge.source, edge.target))
    best: dict[tuple[str, bool], Edge] = {}
    for edge in ranked:
        best.setdefault((edge.source, True), edge)
        best.setdefault((edge.target, False), edge)
    return sorted(list(dict.fromkeys([*best.values(), *ranked]))[: max(16, room)])


def _caption(title: str, keys: Iterable[str], notes: Iterable[str]) -> str:
    """The title, the legend, and what was left out."""
    rest = "; ".join(filter(None, notes))
    rows = [f"<b>{html(title)}</b>", "   ".join(_KEYS[key] for key in keys), *([html(rest)] if rest else [])]
    return "<" + '<br align="left"/>'.join([*filter(None, rows), ""]) + ">"
