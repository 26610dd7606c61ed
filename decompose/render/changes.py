"""Stage 7: two Documents -> what became different between them, for a person who read the older one."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypedDict

from ..model.counts import count
from .document import Document, SeamRow
from .escape import cell, markdown
from .views import is_data, shared_tables

__all__ = ["Changes", "changes", "changes_markdown"]


class FigureRow(TypedDict):
    name: str
    before: float
    after: float


class MoveRow(TypedDict):
    """`before` and `after` are boundaries; "" is none, "new" or "gone" a name that one side alone has."""

    name: str
    before: str
    after: str


class SeamChange(TypedDict):
    id: str
    kind: str
    source: str
    target: str
    places: int


class Changes(TypedDict):
    """`since` is the older analysis' head and last day; boundaries are compared by name, seams by id."""

    since: str
    figures: list[FigureRow]
    boundaries_added: list[str]
    boundaries_removed: list[str]
    moved: list[MoveRow]
    owners: list[MoveRow]
    seams_added: list[SeamChange]
    seams_removed: list[SeamChange]


_FIGURES: Mapping[str, Callable[[Document], float]] = {
    "modules": lambda document: document["project"]["files"],
    "lines": lambda document: document["project"]["lines"],
    "tables": lambda document: len(document["tables"]),
    "boundaries": lambda document: len(document["boundaries"]),
    "modules of the shared kernel": lambda document: len(document["shared_kernel"]["modules"]),
    "seams in code": lambda document: sum(not is_data(seam) for seam in document["seams"]),
    "seams in data": lambda document: sum(map(is_data, document["seams"])),
    "contested tables": lambda document: len(shared_tables(document)),
    "cycles": lambda document: len(document["cycles"]),
    "walls": lambda document: len(document["walls"]),
    "points of effort in the plan": lambda document: int(sum(step["remaining"] for step in document["plan"]) + 0.5),
}


_NEW, _GONE = "new", "gone"


def changes(old: Document, new: Document) -> Changes:
    """What is different in `new`."""
    names = [{row["name"] for row in document["boundaries"]} for document in (old, new)]
    seams = [{seam["id"]: seam for seam in document["seams"]} for document in (old, new)]
    return {
        "since": " of ".join(filter(None, (old["project"]["head"][:12], old["project"]["last_commit"]))),
        "figures": [{"name": name, "before": of(old), "after": of(new)} for name, of in _FIGURES.items()],
        "boundaries_added": sorted(names[1] - names[0]),
        "boundaries_removed": sorted(names[0] - names[1]),
        "moved": _moved(_homes(old), _homes(new)),
        "owners": _moved(_owners(old), _owners(new)),
        "seams_added": [_seam(seams[1][one]) for one in sorted(seams[1].keys() - seams[0].keys())],
        "seams_removed": [_seam(seams[0][one]) for one in sorted(seams[0].keys() - seams[1].keys())],
    }


def changes_markdown(found: Changes, limit: int = 20) -> str:
    """The comparison as Markdown; long lists are cut, with their number."""
    figures = [
        f"| {row['name']} | {row['before']:,} | {row['after']:,} | {_sign(row['after'] - row['before'])} |"
        for row in found["figures"]
        if row["before"] != row["after"]
    ]
    parts = [
        "\n".join(["| figure | before | now | |", "| --- | --: | --: | --: |", *figures]) if figures else "",
        _list("boundary", "boundaries", "added", map(cell, found["boundaries_added"]), limit),
        _list("boundary", "boundaries", "removed", map(cell, found["boundaries_removed"]), limit),
        _list("module", "modules", "new, gone or elsewhere", map(_move, found["moved"]), limit),
        _list("table", "tables", "new, gone or with another owner", map(_move, found["owners"]), limit),
        _list("seam", "seams", "added", map(_crossing, found["seams_added"]), limit),
        _list("seam", "seams", "removed", map(_crossing, found["seams_removed"]), limit),
    ]
    return "\n\n".join(filter(None, parts)) or "Nothing is different."


def _homes(document: Document) -> dict[str, str]:
    return {row["name"]: row["boundary"] or "" for row in document["modules"] if row["kind"] == "source"}


def _owners(document: Document) -> dict[str, str]:
    return {row["name"]: row["owner"] or "" for row in document["tables"]}


def _moved(before: Mapping[str, str], after: Mapping[str, str]) -> list[MoveRow]:
    return [
        {"name": name, "before": before.get(name, _NEW), "after": after.get(name, _GONE)}
        for name in sorted(before.keys() | after.keys())
        if before.get(name, _NEW) != after.get(name, _GONE)
    ]


def _seam(seam: SeamRow) -> SeamChange:
    target = seam["to"].get("table") or seam["to"].get("module", "")
    ends = {"source": seam["from"]["module"], "target": target}
    return {"id": seam["id"], "kind": seam["kind"], **ends, "places": len(seam["evidence"])}  # type: ignore[typeddict-item]


def _sign(number: float) -> str:
    return f"+{number:,}" if number > 0 else f"−{-number:,}"


def _list(noun: str, plural: str, what: str, rows: Iterable[str], limit: int) -> str:
    found = list(rows)
    if not found:
        return ""
    more = [f"- and {len(found) - limit:,} more"] if len(found) > limit else []
    return "\n".join(
        [f"**{count(len(found), noun, plural)} {what}**", "", *(f"- {row}" for row in found[:limit]), *more]
    )


def _move(row: MoveRow) -> str:
    before, after = (cell(row[at]) or "none" for at in ("before", "after"))
    if row["before"] == _NEW:
        return f"{cell(row['name'])}: new, in {after}"
    return f"{cell(row['name'])}: " + (f"gone from {before}" if row["after"] == _GONE else f"{before} → {after}")


def _crossing(row: SeamChange) -> str:
    return f"{markdown(row['kind'].replace('_', ' '))}: {cell(row['source'])} → {cell(row['target'])}"
