"""Stage 7: Document -> the sums and selections that several outputs show, so that all of them show the same."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..model.blast import ENOUGH
from ..model.counts import count
from .document import BoundaryRow, Document, SeamRow, StepRow

__all__ = [
    "DATA_KINDS",
    "NOT_MEANT",
    "Crossing",
    "Weight",
    "agreement",
    "contained",
    "crossings",
    "first_step",
    "in_plan",
    "is_data",
    "judged",
    "lines_by_boundary",
    "lines_of",
    "partial",
    "ready",
    "shared_tables",
    "sizes",
    "strongest",
    "table_use",
    "unjudged",
]

# Kinds of seam that cross through the database, and so need more than a changed import.
DATA_KINDS = ("table", "join", "foreign_key", "transaction")

# Ways to a table that are no use of it by the boundary of the line.
NOT_MEANT = ("cascade", "shared")


class Crossing(NamedTuple):
    """All seams from one boundary to another: places in code (imports, calls, wiring) and places in data."""

    source: str
    target: str
    code: int
    data: int

    @property
    def total(self) -> int:
        return self.code + self.data


class Weight(NamedTuple):
    """A boundary's size: modules that are source, all modules, and lines."""

    modules: int
    lines: int
    tables: int


def sizes(document: Document) -> list[str]:
    """ "174 modules", "5,454 lines", "47 tables"."""
    project = document["project"]
    return [
        count(project["files"], "module"),
        count(project["lines"], "line"),
        count(len(document["tables"]), "table"),
    ]


def strongest(every: Sequence[Crossing], room: int) -> list[Crossing]:
    """As many as there is room for: each boundary's strongest out and in, then the strongest of all; in name order."""
    best: dict[tuple[str, bool], Crossing] = {}
    for one in every:
        best.setdefault((one.source, True), one)
        best.setdefault((one.target, False), one)
    return sorted(list(dict.fromkeys([*best.values(), *every]))[: max(16, room)])


def is_data(seam: SeamRow) -> bool:
    """Does it cross through the database?"""
    return seam["kind"] in DATA_KINDS


def crossings(document: Document) -> list[Crossing]:
    """For each ordered pair of boundaries that a seam joins; strongest first, then by name."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for seam in document["seams"]:
        pair = seam["from"]["boundary"], seam["to"]["boundary"]
        if pair[0] != pair[1] and all(pair):
            sums[pair][is_data(seam)] += 1
    found = [Crossing(*pair, *counts) for pair, counts in sums.items()]
    return sorted(found, key=lambda c: (-c.total, c.source, c.target))


def lines_of(document: Document) -> dict[str, int]:
    """Module -> lines."""
    return {row["name"]: row["lines"] for row in document["modules"]}


def lines_by_boundary(document: Document) -> dict[str, Weight]:
    """Boundary -> its size, tests and migrations left out where the analysis counts them as such."""
    source = {row["name"]: row["lines"] for row in document["modules"] if row["kind"] == "source"}
    return {row["name"]: _weight(row, source) for row in document["boundaries"]}


def _weight(row: BoundaryRow, source: Mapping[str, int]) -> Weight:
    inside = [source[name] for name in row["modules"] if name in source]
    return Weight(len(inside), sum(inside), len(row["tables"]))


def table_use(document: Document) -> dict[str, dict[str, Counter[str]]]:
    """Table -> boundary ("" for modules that are in none) -> how many reads and writes ("read", "write").

    What deletions of other tables' rows take along (`cascade`) is not counted: the foreign keys tell of it. Nor are
    lines that serve many tables (`shared`): those that call them are.
    """
    home = {row["name"]: row["boundary"] or "" for row in document["modules"] if row["kind"] == "source"}
    use: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for access in document["accesses"]:
        if access["module"] in home and access["via"] not in NOT_MEANT:
            use[access["table"]][home[access["module"]]][access["op"]] += 1
    return {table: dict(sorted(use[table].items())) for table in sorted(use)}


def first_step(document: Document) -> StepRow | None:
    """The first boundary that the plan would extract, if it would extract any before its seams are reduced."""
    return next(filter(ready, document["plan"]), None)


def ready(step: StepRow) -> bool:
    """Is it a step to take now? What costs more than a step waits until its seams are reduced."""
    return step["extract"] and not step.get("waits", False)


def in_plan(step: StepRow) -> str:
    """What the plan says of a boundary, in two words."""
    return f"step {step['step']}" if ready(step) else "not yet" if step["extract"] else "leave"


def contained(document: Document) -> str:
    """How many changes the boundaries hold inside, in a sentence; held-out figures where there are any; "" for none."""
    blast = document["blast_radius"]
    if backtest := judged(document):
        return _contained(backtest, "packages", f"held out since {backtest['date']}")
    return _contained(blast, "today", "in-sample") if "proposed" in blast else ""


def judged(document: Document) -> dict[str, Any] | None:
    """The backtest, where enough changes could be held out to conclude anything."""
    found = document.get("backtest")
    return found if found and found["proposed"]["changes"] >= ENOUGH else None


def unjudged(document: Document) -> str:
    """Why no later changes judge the proposal; "" where they do, and where nobody asked."""
    if found := document.get("backtest"):
        return "" if judged(document) else str(found["lesson"])
    reason = document.get("not_held_out", "")
    return f"Nothing is held out: {reason}." if reason and document["blast_radius"].get("changes") else ""


def agreement(document: Document) -> float:
    """The share of placed modules that nine of ten clustering runs, or more, put where they are; 0 for none."""
    found = [row["confidence"] for row in document["placements"]]
    return sum(one >= 0.9 for one in found) / len(found) if found else 0.0


def _contained(found: Mapping[str, Any], packages: str, kind: str) -> str:
    """The shares of the proposal and of `packages`, and what is to say where the difference is not in its favour."""
    ours, theirs = found["proposed"], found[packages]
    changed = ours["changes"]
    if changed < ENOUGH:
        return f"Only {count(changed, 'change')} to several modules: too few to conclude anything." if changed else ""
    _, low, high = found["gain"]
    told = f"{ours['inside']:.0%} of changes to several modules stay inside one boundary"
    told += f", {theirs['inside']:.0%} in as many packages ({kind})."
    if round(100 * ours["inside"]) < round(100 * theirs["inside"]):
        return f"{told} Packages hold more than the proposal{'' if high < 0 else ', by no more than chance makes'}."
    return told if low > 0 else f"{told} The difference is no greater than chance makes."


def cut(rows: Sequence[str], limit: int, rest: str) -> list[str]:
    """The first `limit` rows, and `rest` (with `{}` for the number) where more were there."""
    left = len(rows) - limit
    return [*rows[:limit], *([rest.format(left)] if left > 0 else [])]


def partial(document: Document) -> str:
    """How many files were read in part, and the Python that would read those whole that are of another; "" for none."""
    project = document["project"]
    if not project["partial_files"]:
        return ""
    newest: dict[str, tuple[list[int], int]] = {}  # a newer Python reads what an older one of its generation does
    for version, files in project.get("written_for", {}).items():
        numbers = [int(number) for number in version.split(".")]
        latest, known = newest.get(version[0], (numbers, 0))
        newest[version[0]] = max(latest, numbers), known + files
    whole = (f"Python {'.'.join(map(str, latest))} reads {files:,} whole" for latest, files in newest.values())
    reads = ", ".join(whole)
    return f"{count(project['partial_files'], 'file')} read in part" + (f" ({reads})" if reads else "")


def shared_tables(document: Document) -> list[str]:
    """Tables that modules of two boundaries or more write: nobody can move them alone."""
    use = table_use(document)
    return [table for table in use if sum("write" in ops for home, ops in use[table].items() if home) > 1]
