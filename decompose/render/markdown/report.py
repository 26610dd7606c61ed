"""The whole analysis as Markdown, with the pictures beside it; the answer and the tables that other texts show too."""

from collections.abc import Container, Iterable, Mapping, Sequence

from ...model.counts import count, points
from ..adr import record_name
from ..diagrams import stems
from ..document import BoundaryRow, Document, PlaceRow, SeamRow, StepRow, WallRow
from ..escape import cell, markdown
from ..views import Crossing, contained, crossings, cut, lines_by_boundary, shared_tables, sizes, table_use, unjudged
from .gaps import gaps_section
from .history import history_section
from .quality import quality_section
from .table import table

__all__ = ["answer", "boundary_table", "markdown_summary", "ownership_table", "plan_list", "report"]


def report(document: Document) -> str:
    """The whole analysis as one Markdown text; long lists are cut, with their number."""
    name = markdown(document["project"]["name"])
    sections = [
        f"# Where {name} can be cut\n\n{answer(document)}",
        "## Context map\n\n![Boundaries, their tables, and the seams between them](diagrams/context-map.svg)\n\n"
        + boundary_table(document),
        "## Walls before the split\n\n" + _walls(document) if document["walls"] else "",
        "## Plan\n\n" + plan_list(document) + _records(document) if document["plan"] else "",
        "## Tables touched from several boundaries\n\n" + ownership_table(document) if document["tables"] else "",
        history_section(document),
        quality_section(document),
        "## Boundaries\n\n" + "\n\n".join(_boundaries(document)),
        gaps_section(document),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def markdown_summary(document: Document) -> str:
    """The answer and the table of boundaries, for a pull request."""
    title = f"### Where {markdown(document['project']['name'])} can be cut"
    return f"{title}\n\n{answer(document)}\n\n{boundary_table(document, 10)}\n"


def answer(document: Document) -> str:
    """What, where and the first step, in a few sentences."""
    project, every = document["project"], crossings(document)
    code, data = sum(one.code for one in every), sum(one.data for one in every)
    shared = shared_tables(document)
    parts = sizes(document)
    if project["commits"]:
        parts.append(
            f"{count(project['commits'], 'commit')} from {project['first_commit']} to {project['last_commit']}"
        )
    lines = [
        ", ".join(parts) + ".",
        f"**{count(len(document['boundaries']), 'boundary', 'boundaries')}** proposed, and a shared kernel of"
        f" {count(len(document['shared_kernel']['modules']), 'module')}. {count(code + data, 'seam')} between them:"
        f" {code:,} in code, {data:,} in data.",
    ]
    if shared:
        lines.append(
            f"Written from several boundaries: {', '.join(cut([cell(name) for name in shared], 8, 'and {} more'))}."
        )
    if held := contained(document):
        lines.append(markdown(f"{held} {unjudged(document)}".strip()))
    lines += map(markdown, document["advice"])
    return "\n\n".join(lines)


def boundary_table(document: Document, limit: int = 40) -> str:
    """One row a boundary, largest first."""
    weights = lines_by_boundary(document)
    every = crossings(document)
    names = sorted(weights, key=lambda name: (-weights[name].lines, name))
    rows = [
        [
            cell(name),
            *(f"{number:,}" for number in weights[name]),
            f"{sum(one.total for one in every if one.target == name):,}",
            f"{sum(one.total for one in every if one.source == name):,}",
        ]
        for name in names[:limit]
    ]
    text = table(["boundary", ">modules", ">lines", ">tables", ">seams in", ">seams out"], rows)
    return text + (
        f"\n\nAnd {count(len(names) - limit, 'smaller boundary', 'smaller boundaries')}." if len(names) > limit else ""
    )


def plan_list(document: Document) -> str:
    """The order of extraction, and what had better stay."""
    steps = [step for step in document["plan"] if step["extract"]]
    kept = [step for step in document["plan"] if not step["extract"]]
    lines = [
        f"{number}. {cell(step['boundary'])}: {_step_size(step)}. {_bought(step)}".strip()
        + " Not yet: first reduce its seams inside the monolith." * step.get("waits", False)
        for number, step in enumerate(steps, 1)
    ]
    text = "\n".join(lines)
    if kept:
        names = ", ".join(cell(step["boundary"]) for step in kept)
        text += ("\n\n" if lines else "") + f"Better left where they are: {names}."
    return text


def _records(document: Document) -> str:
    """Where each step is told in full, or why there is none."""
    steps = [step for step in document["plan"] if step["extract"]]
    told = "Each step in full, with its work in order" if steps else "Why each of them stays"
    links = [f"[{markdown(step['boundary'])}](decisions/{record_name(step)})" for step in steps or document["plan"]]
    return f"\n\n{told}: {', '.join(cut(links, 12, 'and {} more'))}."


def _step_size(step: StepRow) -> str:
    sizes = [count(step["modules"], "module"), count(step["lines"], "line"), count(len(step["tables"]), "table")]
    return f"a {step.get('form', 'service')} of {', '.join(sizes)}, {points(step['remaining'])}"


def _bought(step: StepRow) -> str:
    """What the history says that a step would have bought."""
    gain = step["gain"]
    if not gain["changes"]:
        return ""
    touch = "touches" if gain["alone"] == 1 else "touch"
    return f"{gain['alone']:,} of its {count(gain['changes'], 'change')} {touch} no other boundary (in-sample)."


def ownership_table(document: Document, limit: int = 40) -> str:
    """Tables that boundaries beside their owner read or write, most used first."""
    owners = {row["name"]: row["owner"] or "" for row in document["tables"]}
    rows = []
    for name, homes in table_use(document).items():
        outside = {home: ops for home, ops in homes.items() if home and home != owners.get(name, "")}
        if outside:
            uses = sum(sum(ops.values()) for ops in outside.values())
            rows.append((uses, name, [cell(name), cell(owners.get(name, "")), *_who(outside)]))
    rows.sort(key=lambda row: (-row[0], row[1]))
    if not rows:
        return "Every table is touched from one boundary alone."
    shown = table(["table", "owner", "written from", "read from"], [row for _, _, row in rows[:limit]])
    return shown + (f"\n\nAnd {count(len(rows) - limit, 'more table')}." if len(rows) > limit else "")


def _who(homes: Mapping[str, Mapping[str, int]]) -> list[str]:
    return [
        ", ".join(cut([f"{cell(home)} ({ops[op]})" for home, ops in homes.items() if ops.get(op)], 5, "{} more"))
        for op in ("write", "read")
    ]


def _boundaries(document: Document) -> Iterable[str]:
    files = stems(row["name"] for row in document["boundaries"])
    every = crossings(document)
    source = {row["name"] for row in document["modules"] if row["kind"] == "source"}
    seams: dict[str, list[SeamRow]] = {}
    for seam in document["seams"]:
        seams.setdefault(seam["from"]["boundary"], []).append(seam)
    for row in document["boundaries"]:
        yield _boundary(row, files[row["name"]], every, seams.get(row["name"], []), source)


def _boundary(
    row: BoundaryRow, stem: str, every: Sequence[Crossing], seams: Sequence[SeamRow], source: Container[str]
) -> str:
    name = row["name"]
    modules = [one for one in row["modules"] if one in source]
    uses = [f"{cell(one.target)} ({one.total})" for one in every if one.source == name]
    users = [f"{cell(one.source)} ({one.total})" for one in every if one.target == name]
    lines = [
        f"### {markdown(name)}",
        markdown(row["why"]),
        f"![{markdown(name)}: who uses it, and what it uses](diagrams/boundary-{stem}.svg)",
        f"- Tables: {', '.join(cut([cell(one) for one in row['tables']], 20, 'and {} more')) or 'none'}",
        f"- Uses: {', '.join(cut(uses, 12, 'and {} more')) or 'nothing'}",
        f"- Used by: {', '.join(cut(users, 12, 'and {} more')) or 'nobody'}",
        f"- Modules: {', '.join(cut([cell(one) for one in modules], 12, 'and {} more'))}",
    ]
    text = "\n\n".join(filter(None, lines[:3])) + "\n\n" + "\n".join(lines[3:])
    return text + ("\n\n" + _seams(seams) if seams else "")


def _seams(seams: Sequence[SeamRow], limit: int = 10) -> str:
    ranked = sorted(seams, key=lambda seam: (-len(seam["evidence"]), seam["id"]))
    rows = [
        [
            seam["kind"].replace("_", " ") + (f", {seam['op']}" if seam.get("op") else ""),
            cell(seam["from"]["module"]),
            cell(seam["to"].get("table") or seam["to"].get("module", "")),
            _places(seam["evidence"]),
        ]
        for seam in ranked[:limit]
    ]
    text = table(["seam", "from", "to", "first place"], rows)
    return text + (
        f"\n\nAnd {count(len(ranked) - limit, 'more seam')} out of this boundary." if len(ranked) > limit else ""
    )


def _walls(document: Document, limit: int = 5) -> str:
    """Of each kind of wall the first few: hot ones, then those that a request reaches."""
    kinds: dict[str, list[WallRow]] = {}
    for wall in sorted(document["walls"], key=lambda wall: (not wall["hot"], not wall.get("requests"))):
        kinds.setdefault(wall["kind"], []).append(wall)
    parts = ["Bottlenecks that a split would not remove; each is a hypothesis with its lines."]
    for kind in sorted(kinds):
        rows = [_wall(wall) for wall in kinds[kind]]
        parts.append(f"**{markdown(kind.replace('_', ' '))}**\n\n" + "\n".join(cut(rows, limit, "- and {} more")))
    return "\n\n".join(parts)


def _wall(wall: WallRow) -> str:
    where = _places(wall["evidence"][:1])
    name = f"{'hot: ' * bool(wall['hot'] and wall.get('requests'))}{cell(wall['subject'])}{where and f' ({where})'}"
    told = f"- {name}: {markdown(wall['why'])}; {markdown(wall['proposal'])}"
    writes = wall["kind"] in ("cacheable", "wide_join") and _places(wall["related"], 3)
    return f"{told} (written at {writes})" if writes else told


def _places(places: Sequence[PlaceRow], shown: int = 1) -> str:
    """The first lines, and how many more there are; line 0 stands for the whole file."""
    first = ", ".join(cell(one["file"]) + f":{one['line']}" * (one["line"] > 0) for one in places[:shown])
    return f"{first} and {len(places) - shown} more" if len(places) > shown else first
