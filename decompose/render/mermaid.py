"""Stage 7: Document -> Mermaid, which code hosts draw by themselves: the context map and the plan."""

from itertools import pairwise

from ..model.counts import count
from .document import Document
from .escape import mermaid
from .views import crossings, first_step, lines_by_boundary, strongest

__all__ = ["mermaid_map", "mermaid_plan"]

_NODES = 40


def mermaid_map(document: Document) -> str:
    """Boundaries and the strongest sums of seams between them, as a flow chart."""
    weights = lines_by_boundary(document)
    names = sorted(sorted(weights, key=lambda name: (-weights[name].lines, name))[:_NODES])
    ids = {name: f"b{number}" for number, name in enumerate(names)}
    inside = [one for one in crossings(document) if one.source in ids and one.target in ids]
    drawn = strongest(inside, 2 * len(names))
    step = first_step(document)
    lines = ["flowchart LR"]
    for name in names:
        label = mermaid(f"{name}: {count(weights[name].modules, 'module')}")
        lines.append(f"  {ids[name]}[{label}]")
    lines += [
        f"  {ids[one.source]} {'==>' if one.data > one.code else '-->'}|{mermaid(f'{one.total}')}| {ids[one.target]}"
        for one in drawn
    ]
    if step and step["boundary"] in ids:
        lines += [f"  style {ids[step['boundary']]} fill:#d9f0e8,color:#1b1f24,stroke:#009e73"]
    hidden = len(inside) - len(drawn)
    lines += [f"  %% {count(hidden, 'weaker connection')} not drawn"] if hidden else []
    return "\n".join(lines) + "\n"


def mermaid_plan(document: Document) -> str:
    """The steps in their order, as a flow chart."""
    steps = [step for step in document["plan"] if step["extract"]][:_NODES]
    lines = ["flowchart LR"]
    for step in steps:
        label = mermaid(f"{step['step']}. {step['boundary']}")
        lines.append(f"  s{step['step']}[{label}]")
    lines += [f"  s{one['step']} --> s{two['step']}" for one, two in pairwise(steps)]
    return "\n".join(lines) + "\n"
