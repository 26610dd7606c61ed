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
    "HEAD",
    "PALETTE",
    "Edge",
    "Node",
    "boundary_id",
    "cluster",
    "graph",
    "node_text",
    "rough_lines",
    "size_line",
    "stems",
    "table_lines",
]

FONT = "DejaVu Sans Condensed"
HEAD = f'digraph {{\n  fontname="{FONT}"; bgcolor='
"""How the DOT of each picture begins."""

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
_BARE = "table border='0' cellborder='0' cellspacing='0'"
_KEYS = {  # what is drawn beside the words: a line of a colour, a dashed one, a box of a fill, or nothing
    "code": (CODE, "code (imports, calls, wiring)"),
    "data": (DATA, "data (tables, joins, keys, transactions)"),
    "imports": (CODE, "imports, counted"),
    "crossing key": (DATA, "foreign keys that cross boundaries, counted"),
    "counts": ("", "numbers count seams"),
    "breaker": ("dashed", "holds the imports that would have to go"),
    "first": ("first", "the plan's first step"),
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
    keys: Sequence[str] = SEAMS,
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
        f'{HEAD}"{PAPER}"; pad=0.3; dpi=72; {_SPACE[direction]}',
        f'  outputorder=edgesfirst; fontsize=13; fontcolor="{QUIET}"; labelloc=b; labeljust=l',
        f"  label={_caption(title, keys, said)}",
        f'  node [fontname="{FONT}", fontsize=14, fontcolor="{INK}", color="{LINE}", margin="0.16,0.1"]',
        f'  node [shape=box, style="rounded,filled"]\n  edge [fontname="{FONT}", fontsize=12, arrowsize=0.7]',
    ]
    return "\n".join([*head, *map(node_text, nodes), *body, *map(_edge, drawn), "}", ""])


def cluster(number: int, title: str, nodes: Iterable[Node]) -> str:
    """Nodes in a frame with a title."""
    label = f"<<b>{html(title)}</b>>"
    head = f"  subgraph cluster_{number} {{ label={label}; labeljust=l; labelloc=t; fontsize=13; style=rounded"
    return "\n".join([f'{head}; color="{LINE}"', *(f"  {node_text(node)}" for node in nodes), "  }"])


def size_line(weight: Weight) -> str:
    """ "12 modules, 3.4k lines"."""
    return f"{count(weight.modules, 'module')}, {rough_lines(weight.lines)}"


def rough_lines(lines: int) -> str:
    """ "640 lines", "22k lines": a picture is drawn anew where its text changes, which a line more does not."""
    return count(lines, "line") if lines < 1000 else f"{float(f'{lines:.2g}') / 1000:,g}k lines"


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
    spaced = [f'<font point-size="11.5">{one}</font>' + ("" if at else _AIR) for at, one in enumerate(details)]
    small = "".join(f'<br align="left"/>{one}' for one in spaced)
    style = ', style="rounded,filled,dashed"' if node.look == "folded" else ""
    share = round(node.size, 1)
    look = f'fillcolor="{FILLS[node.look]}", width={1.2 + 1.8 * share:.2f}, height={0.5 + 0.7 * share:.2f}{style}'
    said = dot(", ".join(node.lines[:2]))
    return f'  {dot(node.id)} [label=<<b>{name}</b>{small}<br align="left"/>>, {look}, tooltip={said}]'


_AIR = '<font point-size="15"> </font>'  # keeps the line below a name off its underscores


def _edge(edge: Edge) -> str:
    width = 1 + min(5, log2(max(1, edge.width)) / 2)
    style = ", style=dashed" if edge.dashed else ""
    look = f'penwidth={width:.1f}, color="{edge.colour}", fontcolor="{edge.colour}"{style}'
    ends = f"{dot(edge.source)} -> {dot(edge.target)}"
    return f"  {ends} [label={_beside(edge.label)}, {look}, tooltip={dot(edge.said)}]"


def _beside(label: str) -> str:
    """A label with room that keeps it off its line; that of a number is the same for all numbers of as many digits."""
    if not label.replace(",", "").isdigit():
        return dot(f" {label} " if label else "")
    cell = f"<td fixedsize='true' width='{8 * len(label) + 8}' height='16'>{label}</td>"
    return f"<<{_BARE} cellpadding='0'><tr>{cell}</tr></table>>"


def _strongest(edges: Sequence[Edge], room: int) -> list[Edge]:
    """As many as there is room for: each node's strongest out and in, then the strongest of all."""
    ranked = sorted(edges, key=lambda edge: (-edge.width, edge.source, edge.target))
    best: dict[tuple[str, bool], Edge] = {}
    for edge in ranked:
        best.setdefault((edge.source, True), edge)
        best.setdefault((edge.target, False), edge)
    return sorted(list(dict.fromkeys([*best.values(), *ranked]))[: max(16, room)])


def _caption(title: str, keys: Sequence[str], notes: Iterable[str]) -> str:
    """The title, the legend, and what was left out, in a table: its parts keep their distance in any font."""
    lines = _lines(notes)
    words = [_KEYS[key][1] for key in keys]
    room = 8 * max(map(len, [title, *lines])) - sum(6 * len(one) + 30 for one in words)  # at most: the row fills itself
    legend = "".join(
        f"{_sample(_KEYS[key][0])}<td width='5'></td><td>{_KEYS[key][1]}</td><td width='14'></td>" for key in keys
    )
    if words:
        legend = f"<{_BARE} cellpadding='1'><tr>{legend}<td width='{max(1, room)}'></td></tr></table>"
    rows = [f"<b>{html(title)}</b>", legend, *map(html, lines)]
    cells = "".join(f"<tr><td align='left'>{row}</td></tr>" for row in rows if row)
    return f"<<{_BARE} cellpadding='2'><tr><td height='10'></td></tr>{cells}</table>>"


_WIDE = 110  # letters of a line of notes


def _sample(look: str) -> str:
    """The cell before a key's words."""
    if not look:
        return ""
    size, cell = "width='26' height='3'", f"bgcolor='{look}'"
    if look == "dashed":
        size = "width='26' height='6'"
        cell = f"border='2' sides='t' style='dashed' color='{QUIET}'"
    elif look in FILLS:
        size, cell = "width='16' height='12'", f"border='1' color='{LINE}' bgcolor='{FILLS[look]}'"
    inner = f"<tr><td fixedsize='true' {size} {cell}></td></tr>"
    return f"<td><{_BARE} cellpadding='0' fixedsize='true' {size}>{inner}</table></td>"


def _lines(notes: Iterable[str]) -> list[str]:
    """Notes as lines that are no wider than most pictures."""
    lines: list[str] = []
    for note in filter(None, notes):
        if lines and len(lines[-1]) + len(note) < _WIDE:
            lines[-1] += f"; {note}"
        else:
            lines.append(note)
    return lines
