"""Stage 7: Document -> the summary on standard output, at most 25 lines."""

from collections.abc import Callable

from ..model.counts import count, points
from .document import Document
from .escape import visible
from .views import (
    agreement,
    contained,
    crossings,
    first_step,
    in_plan,
    lines_by_boundary,
    partial,
    ready,
    shared_tables,
    sizes,
)

__all__ = ["ANALYSIS", "summary"]

ANALYSIS = "REPORT/analysis.json"
"""Stands for the path of the analysis; whoever prints the summary puts the path in its place."""

_ROWS, _WIDEST = 7, 24  # rows of a table, and columns of its first
Style = Callable[[str], str]


def summary(document: Document, colour: bool = False) -> str:
    """What a person at a terminal should know; `colour` adds ANSI styles and changes nothing else.

    The commands that show the rest of a list name the analysis as `ANALYSIS`.
    """
    bold, quiet = (_ansi("1"), _ansi("2")) if colour else (str, str)
    parts = [_head(document, bold, quiet), _first_step(document, bold), _proposal(document)]
    parts += [_boundaries(document, bold, quiet), _doubts(document)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _ansi(code: str) -> Style:
    return lambda text: f"\x1b[{code}m{text}\x1b[0m"


def _head(document: Document, bold: Style, quiet: Style) -> list[str]:
    project = document["project"]
    parts = sizes(document)
    if project["commits"]:
        parts.append(
            f"{count(project['commits'], 'commit')}, {project['first_commit'][:7]} to {project['last_commit'][:7]}"
        )
    return [f"{bold(visible(project['name']))}  {quiet(' · '.join(parts))}"]


def _proposal(document: Document) -> list[str]:
    kernel = len(document["shared_kernel"]["modules"])
    proposed = count(len(document["boundaries"]), "boundary", "boundaries")
    lines = [f"{proposed} proposed, and a shared kernel of {count(kernel, 'module')}."]
    every = crossings(document)
    code, data = sum(one.code for one in every), sum(one.data for one in every)
    lines.append(f"{count(code + data, 'seam')} between them: {code:,} in code, {data:,} in data.")
    if sure := agreement(document):
        lines.append(f"{sure:.0%} of modules stand where nine of ten clustering runs put them.")
    if held := contained(document):
        lines.append(held)
    if shared := shared_tables(document):
        rest = f" and {len(shared) - 3:,} more: decompose report {ANALYSIS} -f csv-tables" if len(shared) > 3 else ""
        lines.append(f"{count(len(shared), 'table')} written from several: {', '.join(map(_short, shared[:3]))}{rest}.")
    return lines


def _boundaries(document: Document, bold: Style, quiet: Style) -> list[str]:
    weights = lines_by_boundary(document)
    if not weights:
        return []
    every = crossings(document)
    names = sorted(weights, key=lambda name: (-weights[name].lines, name))
    wide = max(len(_short(name)) for name in names[:_ROWS])
    plan = {step["boundary"]: in_plan(step) for step in document["plan"]}
    rows = [bold(f"  {'boundary':{wide}}  modules    lines  tables  seams in    out{'  plan' if plan else ''}")]
    for name in names[:_ROWS]:
        incoming = sum(one.total for one in every if one.target == name)
        outgoing = sum(one.total for one in every if one.source == name)
        size = weights[name]
        rows.append(
            f"  {_short(name):{wide}}  {size.modules:7,} {size.lines:8,} {size.tables:7,} {incoming:9,} {outgoing:6,}"
            f"  {plan.get(name, '')}".rstrip()
        )
    if len(names) > _ROWS:
        rows.append(quiet(f"  and {len(names) - _ROWS} more: decompose report {ANALYSIS} -f csv-boundaries"))
    return rows


def _short(name: str) -> str:
    plain = visible(name)
    return plain if len(plain) <= _WIDEST else plain[: _WIDEST - 1] + "…"


def _first_step(document: Document, bold: Style) -> list[str]:
    if not document["plan"]:
        return []
    steps = sum(map(ready, document["plan"]))
    step = first_step(document)
    if step is None:
        return list(map(visible, document["advice"][:3])) or ["No boundary is worth extracting yet."]
    size = f"{count(step['modules'], 'module')}, {count(step['lines'], 'line')}, {count(len(step['tables']), 'table')}"
    form = " as a library" if step.get("form") == "library" else ""
    lines = [f"First step: extract {bold(_short(step['boundary']))}{form}: {size}, {points(step['effort'])} of effort."]
    if gain := step["gain"]["changes"]:
        lines.append(
            f"{step['gain']['alone']:,} of its {count(gain, 'change')} in the history touch no other boundary "
            "(in-sample)."
        )
    kept = sum(not step["extract"] for step in document["plan"])
    large = len(document["plan"]) - steps - kept
    later = f"; {large:,} not before {'their' if large > 1 else 'its'} seams are reduced" if large else ""
    left = f"; {kept} of {len(document['plan'])} boundaries are better left." if kept else "."
    return [*lines, f"{count(steps, 'step')} in all{later}{left}"]


def _doubts(document: Document) -> list[str]:
    """What the analysis could not see; each is listed in the report."""
    without = any(row["message"].startswith("no git history") for row in document["problems"])
    problems = len(document["problems"]) - without
    said = [
        "no git history, so nothing is said of changes and people" if without else "",
        partial(document),
        count(problems, "problem") if problems else "",
        f"{count(len(document['unresolved']), 'reference')} not resolved" if document["unresolved"] else "",
    ]
    return ["Not certain: " + ", ".join(filter(None, said)) + "; the report lists them."] if any(said) else []
