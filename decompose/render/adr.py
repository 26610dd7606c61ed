"""Stage 7: Document -> one architecture decision record (Markdown, a draft to edit) for each step of the plan."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..model.counts import count, points
from .diagrams.plans import drawn_steps
from .document import Document, RemedyRow, StepRow, WallRow
from .escape import cell, markdown
from .signed import LABEL, signed
from .views import cut
from .work import dearest, glance, place, work

__all__ = ["record_name", "records"]

LISTED = 60
"""Modules that a record names before it counts the rest."""

FEW = 6
"""Walls that a record names before it counts the rest."""


def records(document: Document) -> dict[str, str]:
    """The file name and the text of each record, in the order of the plan; `is_ours` knows those that nobody edited.

    They lie in a folder beside `diagrams`, whose pictures they show.
    """
    remedies = {row["id"]: row for row in document["remedies"]}
    pictures = {step["step"]: stem for stem, step in drawn_steps(document).items()}
    return {
        record_name(step): _record(step, remedies, document, pictures.get(step["step"], ""))
        for step in document["plan"]
    }


def record_name(step: StepRow) -> str:
    """The file name of a step's record."""
    verb = "extract" if step["extract"] else "leave"
    stem = re.sub(r"[^a-z0-9]+", "-", step["boundary"].lower()).strip("-") or "boundary"
    return f"{step['step']:04d}-{verb}-{stem}.md"


def _record(step: StepRow, remedies: Mapping[str, RemedyRow], document: Document, picture: str) -> str:
    verb = "Extract" if step["extract"] else "Leave"
    where = "from the monolith" if step["extract"] else "in the monolith"
    where += ", but not yet" * step.get("waits", False)
    head = document["project"]["head"][:12]
    made = f"from the analysis of commit {cell(head)}" if head else "from an analysis without history"
    sections = [
        f"# {step['step']}. {verb} {cell(step['boundary'])} {where}",
        f"Status: draft, made {made}. Edit it before you decide.",
        *([f"![{markdown(step['boundary'])} before and after](../diagrams/{picture}.svg)"] if picture else []),
        "## Context\n\n" + _context(step, remedies, document),
        "## Decision\n\n" + _decision(step, remedies),
        "## Options\n\n" + _options(step, remedies, document),
        "## Consequences\n\n" + _consequences(step),
    ]
    return signed("\n\n".join(sections) + "\n", LABEL)


def _context(step: StepRow, remedies: Mapping[str, RemedyRow], document: Document) -> str:
    lines = [markdown(reason) for reason in step["reasons"]]
    if any("(in-sample)" in reason for reason in step["reasons"]):
        lines.append("In-sample: counted in the history that the boundaries were drawn from, so a hint and no forecast")
    lines += _modules(step["boundary"], document)
    if step["tables"]:
        lines.append(f"Its tables: {', '.join(map(cell, step['tables']))}")
    kinds: Counter[str] = Counter()
    for id in step["before"]:
        kinds[id.split(":")[0]] += len(remedies[id]["seams"])
    if kinds:
        counted = (f"{number} × {_seam(kind)}" for kind, number in sorted(kinds.items()))
        lines.append(f"The seams in the way, by kind: {', '.join(counted)}")
    mine = frozenset(step["tables"])
    walls = [wall for wall in document["walls"] if wall["hot"] and not mine.isdisjoint(wall["tables"])]
    return _bullets(lines) + (f"\n\n{_walls(walls)}" if walls else "")


def _modules(boundary: str, document: Document) -> list[str]:
    """ "shop.orders: api, models; shop.cart"."""
    source = {row["name"] for row in document["modules"] if row["kind"] == "source"}
    found = next((row["modules"] for row in document["boundaries"] if row["name"] == boundary), [])
    names = [name for name in found if name in source]
    packages: dict[str, list[str]] = {}
    for name in names[:LISTED]:
        package, _, last = name.rpartition(".")
        packages.setdefault(package, []).append(last)
    told = [f"{cell(package)}: {', '.join(map(cell, packages[package]))}" if package else
            ", ".join(map(cell, packages[package])) for package in packages]  # fmt: skip
    more = f"; and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return [f"Its modules: {'; '.join(told)}{more}"] if names else []


def _walls(walls: Sequence[WallRow]) -> str:
    rows = [f"- {markdown(one['why'])} ({place(one['evidence'])}): {markdown(one['proposal'])}" for one in walls]
    rows = cut(rows, FEW, "- and {} more: see `walls` in `analysis.json`")
    return "A split would not help against these, which are hypotheses:\n\n" + "\n".join(rows)


def _decision(step: StepRow, remedies: Mapping[str, RemedyRow]) -> str:
    if not step["extract"]:
        return f"{cell(step['boundary'])} stays a module of the monolith, behind its own interface."
    parts = [*_first(step, remedies), _becomes(step)]
    if step["requires"]:
        parts.append(f"It uses what earlier steps extracted: {', '.join(map(cell, step['requires']))}.")
    rows = [remedies[id] for id in step["before"]]
    parts.append("### At a glance\n\n" + glance(rows, step["remaining"], step.get("form", "service")))
    if step.get("first"):
        parts.append("### First\n\n" + _numbered(step["first"]))
    parts.append("### Before the cut, in this order\n\n" + work(rows))
    if step.get("cut"):
        parts.append("### The cut itself\n\n" + _numbered(step["cut"]))
    if step["after"]:
        parts.append("### After the cut\n\n" + _numbered(step["after"]))
    return "\n\n".join(parts)


def _first(step: StepRow, remedies: Mapping[str, RemedyRow]) -> Iterable[str]:
    """What has to be done inside the monolith before this is a step at all."""
    if step.get("waits"):
        yield (
            f"Not yet: {points(step['remaining'])} are more than a step. Reduce these seams inside the monolith first, "
            f"and decide again:\n\n{_bullets(dearest(step, remedies))}"
        )


def _becomes(step: StepRow) -> str:
    size = f"{count(step['modules'], 'module')} and {count(step['lines'], 'line')} move"
    left = f"Effort left: {points(step['remaining'])}, each about half a day of one engineer's."
    becomes = "would become" if step.get("waits") else "becomes"
    if step.get("form") == "library":
        return (
            f"{cell(step['boundary'])} {becomes} a library of its own, released apart: {size}. It owns no table, and "
            f"no request, task or command that is known enters it: a process of its own would buy nothing. {left}"
        )
    tables = count(len(step["tables"]), "table")
    return f"{cell(step['boundary'])} {becomes} a service of its own: {size}, with {tables}. {left}"


def _numbered(sentences: Iterable[str]) -> str:
    return "\n".join(f"{at}. {markdown(sentence)}" for at, sentence in enumerate(sentences, 1))


def _options(step: StepRow, remedies: Mapping[str, RemedyRow], document: Document) -> str:
    if not step["extract"]:
        return _extracting(step, remedies)
    lines = ["Leave it where it is: no effort, and none of the gain above."]
    places = {one["name"]: one["order"].index(step["boundary"]) + 1 for one in document["alternatives"]
              if step["boundary"] in one["order"]}  # fmt: skip
    others = [f"{place} ({markdown(name)})" for name, place in places.items() if place != step["step"]]
    if others:
        lines.append(f"Extract it at another time: with other weights it would be number {', '.join(others)}.")
    return _bullets(lines)


def _extracting(step: StepRow, remedies: Mapping[str, RemedyRow]) -> str:
    """What it would take all the same, the dearest of it first."""
    number = len(step["before"])
    price = f"{points(step['remaining'])} for {count(number, 'remedy', 'remedies')}"
    all_the_same = f"Extract it all the same: {price} after the steps before it"
    lines = [
        "Leave it where it is, as decided: no effort, and none of the gain above.",
        all_the_same + (". The dearest of them:" if number else "."),
        *dearest(step, remedies),
    ]
    return _bullets(lines[:2]) + "".join(f"\n  - {line}" for line in lines[2:])


def _consequences(step: StepRow) -> str:
    groups = [
        ("Risks" if step["extract"] else "Risks of extracting it", step["risks"]),
        ("How to go back", step["rollback"]),
        ("How to know that it worked", step["signs"]),
    ][: None if step["extract"] else 1]
    return "\n\n".join(f"### {title}\n\n{_bullets(map(markdown, lines))}" for title, lines in groups if lines)


_DETAILS: Mapping[str, str] = {
    "class": "of a class",
    "model": "of a table's class",
    "object": "of an object that a module holds",
    "startup": "on start",
    "row": "of a row's method",
    "derived": "of what columns say",
    "method": "of an object's method",
    "loop": "in a loop",
    "notify": "that nobody waits for",
    "unused": "that nothing uses",
    "passed": "of what is passed on",
    "link": "by links",
    "page": "of templates",
    "tags": "by tags of templates",
    "permission": "by permissions",
    "read": "read",
    "write": "written",
}


def _seam(kind: str) -> str:
    # "call.model.loop" -> "call of a table's class in a loop"
    first, *details = kind.split(".")
    return " ".join(_DETAILS.get(one, one).replace("_", " ") for one in (first, *details))


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "- nothing"
