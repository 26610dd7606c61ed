"""Stage 7: Document + a Markdown text of the user's -> the same text with its marked blocks brought up to date.

    <!-- decompose:context-map -->          a picture: any file stem of `diagrams`
    <!-- decompose:boundaries -->           a table or list: a key of `TEXTS`
    We have <!-- decompose:figure.seams -->12<!-- /decompose --> seams.          one figure, inside of a line

Each block ends with `<!-- /decompose -->`. Marks inside of fenced code are left alone.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import NamedTuple

from ..errors import InputError
from .diagrams import diagrams
from .document import Document
from .escape import cell
from .markdown import answer, boundary_table, ownership_table, plan_list
from .mermaid import mermaid_map, mermaid_plan
from .views import first_step, shared_tables

__all__ = ["FIGURES", "TEXTS", "Refreshed", "origin", "refresh"]

TEXTS: Mapping[str, Callable[[Document], str]] = {
    "answer": answer,
    "boundaries": boundary_table,
    "ownership": ownership_table,
    "steps": plan_list,
    "mermaid": lambda document: f"```mermaid\n{mermaid_map(document)}```",
    "mermaid-plan": lambda document: f"```mermaid\n{mermaid_plan(document)}```",
}
"""Block -> what stands in it."""

FIGURES: Mapping[str, Callable[[Document], str]] = {
    "modules": lambda document: f"{document['project']['files']:,}",
    "lines": lambda document: f"{document['project']['lines']:,}",
    "commits": lambda document: f"{document['project']['commits']:,}",
    "tables": lambda document: f"{len(document['tables']):,}",
    "boundaries": lambda document: f"{len(document['boundaries']):,}",
    "kernel": lambda document: f"{len(document['shared_kernel']['modules']):,}",
    "seams": lambda document: f"{len(document['seams']):,}",
    "contested": lambda document: f"{len(shared_tables(document)):,}",
    "steps": lambda document: f"{sum(step['extract'] for step in document['plan']):,}",
    "first": lambda document: cell(step["boundary"]) if (step := first_step(document)) else "none",
    "walls": lambda document: f"{len(document['walls']):,}",
}
"""NAME of `figure.NAME` -> the figure."""

_FENCE = r"^[ ]{0,3}(?P<fence>`{3,}|~{3,}).*?(?:^[ ]{0,3}(?P=fence)[`~]*[ ]*$|\Z)"
_BLOCK = r"<!-- decompose:(?P<name>[\w.-]+) -->(?P<body>.*?)(?P<end><!-- /decompose -->|(?=<!-- decompose:)|\Z)"
_MARKS = re.compile(f"{_FENCE}|{_BLOCK}", re.M | re.S)


class Refreshed(NamedTuple):
    """The new text, the names of the blocks that changed, and the pictures that it shows: file stem -> DOT."""

    text: str
    changed: tuple[str, ...]
    pictures: Mapping[str, str]


def refresh(text: str, document: Document, pictures: str, where: str = "the text") -> Refreshed:
    """`text` with every block up to date; pictures are looked for in folder `pictures`, relative to the text.

    A picture's block holds a digest of its DOT, so that a text is stale when the picture would be another one.
    Raises InputError with the line of a block that is unknown or not closed.
    """
    drawn = diagrams(document)
    changed: list[str] = []
    used: dict[str, str] = {}

    def renewed(found: re.Match[str]) -> str:
        name, body = found.group("name"), found.group("body")
        if name is None:  # fenced code
            return found.group()
        line = text.count("\n", 0, found.start()) + 1
        if not found.group("end"):
            raise InputError(f"{where}:{line}: the block {name!r} is not closed with <!-- /decompose -->.")
        if name in drawn:
            used[name] = drawn[name]
        content = _content(name, document, drawn, pictures)
        if content is None:
            known = [*TEXTS, *(f"figure.{figure}" for figure in FIGURES), *drawn]
            raise InputError(f"{where}:{line}: no block is named {name!r}; there are {', '.join(known)}.")
        if body != content:
            changed.append(name)
        return f"<!-- decompose:{name} -->{content}<!-- /decompose -->"

    return Refreshed(_MARKS.sub(renewed, text), tuple(changed), used)


def origin(text: str) -> str:
    """The comment that says from which DOT a picture was drawn; it stands beside the picture and in its file."""
    return f"<!-- drawn from {sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]} -->"


def _content(name: str, document: Document, drawn: Mapping[str, str], pictures: str) -> str | None:
    """What stands between the marks: a figure inside of its line, anything else on lines of its own."""
    kind, _, figure = name.partition(".")
    if kind == "figure" and figure in FIGURES:
        return FIGURES[figure](document)
    if name in TEXTS:
        return f"\n{TEXTS[name](document)}\n"
    if name in drawn:
        said = name.replace("-", " ").capitalize()
        return f"\n![{said}]({pictures}/{name}.svg)\n{origin(drawn[name])}\n"
    return None
