"""Stage 7: Document -> DOT of cycles between boundaries, of the plan's order, and of each step before and after."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from ...model.counts import count, points
from ..document import Document, RemedyRow, StepRow
from ..escape import dot
from ..views import Crossing, crossings, cut, lines_by_boundary, ready
from ..work import in_words
from .drawing import (
    CODE,
    DATA,
    LINE,
    Edge,
    Node,
    boundary_id,
    cluster,
    crossing_edge,
    graph,
    rough_lines,
    size_line,
)

__all__ = ["cycle_maps", "drawn_steps", "plan_map", "step_maps"]

_CYCLES, _STEPS, _ROW = 3, 12, 5
_IN_PLACE = frozenset({"move", "kernel", "delete", "source"})  # remedies that leave no connection between the two sides
_DATA_REMEDIES = frozenset({"read_model", "view", "saga", "outbox", "drop_key", "split_table"})


def cycle_maps(document: Document, limit: int) -> dict[str, str]:
    """The largest cycle, and the next ones of three boundaries or more: what the cheapest breakers cut is dashed."""
    home = {row["name"]: row["boundary"] or "" for row in document["modules"]}
    weights, every = lines_by_boundary(document), crossings(document)
    found = {}
    ranked = sorted(document["cycles"], key=lambda cycle: -len(cycle["boundaries"]))
    for number, cycle in enumerate(ranked[:_CYCLES], 1):
        if number > 1 and len(cycle["boundaries"]) < 3:
            break
        members = _busiest(cycle["boundaries"], every, limit)
        broken = {(home.get(importer, ""), home.get(imported, "")) for importer, imported in cycle["breakers"]}
        nodes = [
            Node(boundary_id(name), (name, size_line(weights[name]))) for name in sorted(members) if name in weights
        ]
        edges = [
            crossing_edge(
                boundary_id(one.source), boundary_id(one.target), (one.source, one.target), one.code, one.data
            )._replace(dashed=(one.source, one.target) in broken)
            for one in every
            if {one.source, one.target} <= members
        ]
        folded = len(cycle["boundaries"]) - len(members)
        notes = [f"{count(folded, 'member')} with fewer seams not drawn" if folded else ""]
        title = f"{count(len(cycle['boundaries']), 'boundary needs', 'boundaries need')} each other"
        found[f"cycle-{number}"] = graph(
            title, nodes, edges, keys=["code", "data", "breaker"], notes=notes, direction="TB"
        )
    return found


def plan_map(document: Document, limit: int) -> dict[str, str]:
    """The steps in their order, a few in a row, each with its size, its cost, and what must come before it."""
    steps = [step for step in document["plan"] if step["extract"]]
    if not steps:
        return {}
    shown = steps[:limit]
    numbers = {step["boundary"]: step["step"] for step in shown}
    nodes = [_step_node(step, numbers) for step in shown]
    rows = [nodes[at : at + _ROW] for at in range(0, len(nodes), _ROW)]
    body = [f"  {{ rank=same; {'; '.join(dot(node.id) for node in row)} }}" for row in rows]
    body += [
        f'  {dot(one.id)} -> {dot(two.id)} [color="{LINE}", weight=9, tooltip=""]'
        for row in rows
        for one, two in pairwise(row)
    ]
    body += [
        f'  {dot(above[-1].id)} -> {dot(below[0].id)} [color="{LINE}", tooltip=""]' for above, below in pairwise(rows)
    ]
    body += [f"  {dot(above[0].id)} -> {dot(below[0].id)} [style=invis, weight=9]" for above, below in pairwise(rows)]
    left_out = len(steps) - len(shown)
    gains = any(step["gain"]["changes"] for step in shown)
    notes = [
        f"{count(left_out, 'later step')} not drawn" if left_out else "",
        "changes that stay inside are in-sample: the boundaries were proposed with them in view" if gains else "",
    ]
    title = "The order in which boundaries can leave"
    return {"plan": graph(title, nodes, [], keys=[], notes=notes, direction="TB", body=body)}


def _step_node(step: StepRow, numbers: Mapping[str, int]) -> Node:
    what = f"{count(step['modules'], 'module')}, {rough_lines(step['lines'])}, {count(len(step['tables']), 'table')}"
    lines = [f"{step['step']}  {step['boundary']}", what, points(step["remaining"])]
    if step["gain"]["changes"]:
        lines.append(f"{step['gain']['alone']:,} of {count(step['gain']['changes'], 'change')} stay inside")
    if needed := sorted(numbers[name] for name in step["requires"] if name in numbers):
        first = ", ".join(cut(list(map(str, needed)), 6, "and {} more"))
        lines.append(f"after {'step' if len(needed) == 1 else 'steps'} {first}")
    look = "first" if step["step"] == 1 and ready(step) else "boundary" if ready(step) else "folded"
    lines += [] if ready(step) else ["not before its seams are reduced"]
    return Node(boundary_id(step["boundary"]), tuple(lines), 0.3, look)


def step_maps(document: Document, limit: int) -> dict[str, str]:
    """The first steps: above, the boundary among its neighbours; below, the service and what replaces the seams."""
    every = crossings(document)
    remedies = {row["id"]: row for row in document["remedies"]}
    return {stem: _step(document, step, every, remedies, min(limit, 8)) for stem, step in drawn_steps(document).items()}


def drawn_steps(document: Document) -> dict[str, StepRow]:
    """The steps that have a picture, by its file stem."""
    steps = [step for step in document["plan"] if step["extract"]][:_STEPS]
    return {f"step-{step['step']}": step for step in steps}


def _step(
    document: Document, step: StepRow, every: Sequence[Crossing], remedies: Mapping[str, RemedyRow], limit: int
) -> str:
    name, weights = step["boundary"], lines_by_boundary(document)
    near = [one for one in every if name in (one.source, one.target)]
    order = list(dict.fromkeys(other for one in near for other in one[:2] if other != name))
    kept = set(order[:limit])
    size = size_line(weights[name]) if name in weights else ""
    replaced = _replaced(document, step, kept, remedies)
    linked = {end for edge in replaced for end in edge[:2]}
    before = [Node(boundary_id(name, "before"), (name, size), 0.4, "focus"), *_others(kept, "before")]
    service = Node(boundary_id(name, "after"), (name, size, f"a {step['form']} of its own"), 0.4, "first")
    frames = [  # dot puts the frame that comes last on top
        cluster(1, "After: the monolith", [node for node in _others(kept, "after") if node.id in linked]),
        cluster(0, "Before: one program", before),
    ]
    edges = [
        crossing_edge(
            boundary_id(one.source, "before"),
            boundary_id(one.target, "before"),
            (one.source, one.target),
            one.code,
            one.data,
        )
        for one in sorted(near)
        if kept.issuperset({one.source, one.target} - {name})
    ]
    left_out = len(order) - len(kept)
    in_place = sum(_kind(remedies.get(one)) in _IN_PLACE for one in step["before"])
    notes = [
        f"{count(left_out, 'neighbour')} with fewer seams not drawn" if left_out else "",
        "arrows after the cut name the remedies of its seams",
        f"code moved, shared or deleted by {count(in_place, 'remedy', 'remedies')} needs none" if in_place else "",
    ]
    every_edge, title = [*edges, *replaced], f"Step {step['step']}: extract {name}"
    return graph(title, [service], every_edge, notes=notes, body=frames, room=len(every_edge))


def _others(names: Iterable[str], place: str) -> list[Node]:
    return [Node(boundary_id(name, place), (name,)) for name in sorted(names)]


def _replaced(document: Document, step: StepRow, kept: set[str], remedies: Mapping[str, RemedyRow]) -> list[Edge]:
    """For each pair of boundaries, the recommended remedies of the step's seams, those done with the code left out."""
    ends = {seam["id"]: (seam["from"]["boundary"], seam["to"]["boundary"]) for seam in document["seams"]}
    kinds: dict[tuple[str, str], Counter[str]] = {}
    for one in step["before"]:
        remedy = remedies.get(one)
        kind = _kind(remedy)
        if remedy is None or not kind or kind in _IN_PLACE:
            continue
        for pair in sorted({ends[seam] for seam in remedy["seams"] if seam in ends}):
            if step["boundary"] in pair and kept.issuperset(set(pair) - {step["boundary"]}):
                kinds.setdefault(pair, Counter())[kind] += 1
    return [_replacement(pair, kinds[pair]) for pair in sorted(kinds)]


def _kind(remedy: RemedyRow | None) -> str:
    """The recommended kind; "" where there is none."""
    return remedy["options"][0]["kind"] if remedy and remedy["options"] else ""


def _replacement(pair: tuple[str, str], kinds: Mapping[str, int]) -> Edge:
    label = ", ".join(f"{number} × {in_words(kind)}" for kind, number in sorted(kinds.items()))
    colour = DATA if _DATA_REMEDIES & kinds.keys() else CODE
    said = f"{pair[0]} → {pair[1]}: {label}"
    return Edge(boundary_id(pair[0], "after"), boundary_id(pair[1], "after"), label, said, 1, colour)


def _busiest(names: Sequence[str], every: Sequence[Crossing], limit: int) -> set[str]:
    inside: Counter[str] = Counter()
    for one in every:
        if {one.source, one.target} <= set(names):
            inside[one.source] += one.total
            inside[one.target] += one.total
    return set(sorted(names, key=lambda name: (-inside[name], name))[:limit])
