"""Findings drawn at random from real monoliths, to be judged from their code; and the verdicts, counted.

    python -m benchmarks.findings draw FOLDER SEED REPO ...   FOLDER/KIND.md: 25 of each kind from all of them together
    python -m benchmarks.findings table FOLDER ...            rows of FOLDER/KIND.md with KIND.verdicts.csv, as Markdown
    python -m benchmarks.findings count docs/findings.md      precision by kind, with its interval

A sheet holds numbered findings, each with the lines around its place and the places that it rests on. A verdict is a
line `n,right,reason` with `right` yes, no or unclear (counted as no): the reason stands beside what is not right. Of a
kind in several folders the last one counts.
"""

import csv
import random
import re
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from subprocess import run

from decompose.model.facts import Access, Evidence, Facts, ForeignKey, Op, Via
from decompose.model.judgements import Claim, Cycle, Ownership, Seam, SeamKind, Wall, WallKind
from decompose.model.names import Module, Table
from decompose.pipeline import Analysis, Options, analyze
from decompose.plan.context.ways import ways

__all__ = ["count", "draw", "sheet", "table", "wilson"]

EACH = 25
AROUND = 8
"""Lines shown before and after the place of a finding."""

PLAN = Path(__file__).parents[1] / "docs" / "plan.md"


@dataclass(frozen=True)
class Finding:
    """`related` are the places that the finding rests on, each with a word on what stands there."""

    kind: str
    place: str  # file:line
    what: str
    related: tuple[str, ...] = ()


def findings(done: Analysis) -> Iterator[Finding]:
    """One for each line of each finding, so that what is drawn can be read at one place; a scope or query once."""
    known = _Known(done.facts, done.assessment.seams)
    spans: set[tuple[Evidence, tuple[str, ...]]] = set()
    for seam in done.assessment.seams:
        if seam.kind in (SeamKind.JOIN, SeamKind.TRANSACTION):
            if (seam.evidence[0], seam.names) in spans:
                continue
            spans.update((at, seam.names) for at in seam.evidence)
        yield from _seam(seam, known)
    for cycle in done.assessment.cycles:
        yield _cycle(cycle, done.assessment.seams, known)
    for entry in done.assessment.ownership:
        if entry.evidence and entry.claim in (Claim.CONTESTED, Claim.UNUSED, Claim.OUTSIDE_ONLY):
            yield _claim(entry, known)
    for wall in done.assessment.walls:
        if wall.kind is not WallKind.BLAST_RADIUS:
            yield _wall(wall, known)


class _Known:
    """Where things are declared."""

    def __init__(self, facts: Facts, seams: Sequence[Seam]) -> None:
        self.ways = ways(facts, seams)
        self.definitions = {(one.module, one.name): one for one in facts.definitions}
        self.paths = {one.module: one.path for one in facts.modules}
        self.tables = {one.table: one for one in facts.tables}
        self.keys_to: defaultdict[Table, list[ForeignKey]] = defaultdict(list)
        self.accesses: defaultdict[tuple[str, int], list[Access]] = defaultdict(list)
        self.touched: defaultdict[Table, list[Access]] = defaultdict(list)
        for key in facts.foreign_keys:
            self.keys_to[key.to_table].append(key)
        for access in facts.accesses:
            self.accesses[access.file, access.line].append(access)
            self.touched[access.table].append(access)

    def defined(self, module: Module, name: str) -> str:
        """Where `name` is defined, or the module where that is not known."""
        parts = name.split(".")
        for end in range(len(parts), 0, -1):
            if one := self.definitions.get((module, ".".join(parts[:end]))):
                return f"{name} is defined at {self.paths[module]}:{one.line}"
        return f"{name or module} of {self.paths.get(module, module)}"

    def declared(self, table: Table) -> str:
        fact = self.tables.get(table)
        return f"table {table} is declared at {fact.file}:{fact.line}" if fact and fact.file else f"table {table}"

    def written(self, scope: Evidence, table: Table) -> str:
        """By which calls and signals a transaction comes to write `table`."""
        way = self.ways.get((scope.file, scope.line), {}).get(table)
        if way is None:
            return f"{table}: no way to it is known"
        along = ", with rows that are deleted" * way.along
        return (
            f"{table} is written at {way.at.file}:{way.at.line}{along}, by {' > '.join(name for _, name in way.path)}"
        )

    def cascade(self, at: Evidence, table: Table) -> str:
        """The keys that lead from what is deleted at a place to `table`, where deleting is how it is reached."""
        start = {one.table for one in self.accesses[at.file, at.line] if one.op is Op.WRITE and one.via is Via.ORM}
        waiting = deque((one, ()) for one in sorted(start))
        seen: set[Table] = set()
        while waiting:
            here, path = waiting.popleft()
            if here == table and path:
                return "deleting takes it along: " + "; ".join(path)
            if here in seen:
                continue
            seen.add(here)
            for key in self.keys_to[here]:
                step = f"{key.table}.{key.column} -> {key.to_table} ({key.on_delete}) {key.file}:{key.line}"
                waiting.append((key.table, (*path, step)))
        return ""


def _seam(seam: Seam, known: _Known) -> Iterator[Finding]:
    kind = f"{seam.kind}.{seam.op}" if seam.op else seam.kind.value
    if seam.kind in (SeamKind.CALL, SeamKind.IMPORT):
        kind += f".{seam.detail}" * bool(seam.detail)
        kind += ".loop" * seam.in_loop + ".notify" * (not seam.result_used)
    named = ", ".join(seam.names) or str(seam.to)
    what = f"{seam.from_boundary} -> {seam.to_boundary}: {named} {seam.detail} (to {seam.to})"
    related: list[str] = []
    if isinstance(seam.to, Module):
        related += [known.defined(seam.to, name) for name in seam.names]
    if seam.kind is SeamKind.JOIN:
        related += [known.declared(Table(name)) for name in seam.names]
    for at in seam.evidence:
        here = list(related)
        if seam.kind is SeamKind.TRANSACTION:
            here += [known.written(at, Table(name)) for name in seam.names]
        if isinstance(seam.to, Table) and seam.kind is SeamKind.TABLE:
            here.append(known.declared(seam.to))
            vias = {one.via.value for one in known.accesses[at.file, at.line] if one.table == seam.to}
            here.append(f"reached by {', '.join(sorted(vias))}")
            if chain := known.cascade(at, seam.to) if "relation" in vias and seam.op is Op.WRITE else "":
                here.append(chain)
        yield Finding(kind, f"{at.file}:{at.line}", what, tuple(here))


def _cycle(cycle: Cycle, seams: Sequence[Seam], known: _Known) -> Finding:
    importer, imported = cycle.breakers[0]
    inside = [seam for seam in seams if {seam.from_boundary, seam.to_boundary} <= set(cycle.boundaries)]
    lines = {}
    for seam in inside:
        if isinstance(seam.to, Module) and seam.kind not in (SeamKind.TYPE, SeamKind.WIRING):
            at = seam.evidence[0]
            pair = f"{seam.from_boundary} needs {seam.to_boundary}"
            lines.setdefault(pair, f"{pair}: {seam.kind} {', '.join(seam.names[:3])} at {at.file}:{at.line}")
    what = f"{', '.join(map(str, cycle.boundaries))} need each other; {importer} imports {imported}"
    return Finding("cycle", f"{known.paths[importer]}:1", what, tuple(lines[pair] for pair in sorted(lines)))


def _claim(entry: Ownership, known: _Known) -> Finding:
    at = entry.evidence[0]
    what = f"{entry.table} of {entry.owner}: {'; '.join(entry.reasons)}"
    if entry.claim is Claim.CONTESTED:
        rows = [f"written outside of {entry.owner} at {one.file}:{one.line}" for one in entry.evidence[1:]]
    else:
        rows = [f"{one.op} at {one.file}:{one.line}" for one in known.touched[entry.table]]
    return Finding(entry.claim.value, f"{at.file}:{at.line}", what, tuple(rows))


def _wall(wall: Wall, known: _Known) -> Finding:
    at = wall.evidence[0]
    rows = [f"proposed: {wall.proposal}: {_cell(wall.sketch)}"]
    rows += [f"also {one.file}:{one.line}" for one in wall.evidence[1:6]]
    rows += [f"rests on {one.file}:{one.line}" for one in wall.related[:8]]
    rows += [known.declared(table) for table in wall.tables]
    return Finding(wall.kind.value, f"{at.file}:{at.line}", f"{wall.subject}: {wall.why}", tuple(rows))


def draw(repositories: Iterable[Path], seed: str) -> dict[str, list[tuple[Path, Finding]]]:
    """For each kind `EACH` findings from all repositories together, or all where there are fewer."""
    kinds: defaultdict[str, list[tuple[Path, Finding]]] = defaultdict(list)
    for path in repositories:
        for one in findings(analyze(path, Options(), lambda *_: None)):
            kinds[one.kind].append((path, one))
    return {
        kind: sorted(
            random.Random(f"{seed} {kind}").sample(kinds[kind], min(EACH, len(kinds[kind]))),
            key=lambda row: (row[0].name, row[1].place, row[1].what),
        )
        for kind in sorted(kinds)
    }


def sheet(kind: str, drawn: Sequence[tuple[Path, Finding]], seed: str) -> Iterator[str]:
    """One kind's findings as a page to judge from."""
    yield f"# {kind}\n"
    for path in sorted({path for path, _ in drawn}):
        head = run(["git", "-C", path, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        yield f"- {path.name}: {path} at {head[:12]}"
    yield f"- seed {seed}\n"
    yield from (f"Definition: {line}" for line in _definition(kind))
    yield "\nRight: at the marked line, or in the statement around it, the program does what the definition says,"
    yield "with at least one of the names listed. Which boundary a module stands in is a proposal and is not judged."
    for number, (path, one) in enumerate(drawn, 1):
        yield f"\n## {number}\n\n| {kind} | {path.name} | {one.place} | {_cell(one.what)} |\n"
        yield from (f"- {row}" for row in one.related[:20])
        yield from ("", "```", *_around(path, one.place), "```")


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")


def _definition(kind: str) -> Iterator[str]:
    """The rows of the documentation that say what the kind and its parts mean."""
    parts = kind.split(".")
    wanted = {kind, parts[0], *(f"{parts[0]}.{part}" for part in parts[1:])}
    for line in PLAN.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `") and wanted & set(re.findall(r"`([\w.]+)`", line.split(" | ")[0])):
            yield line


def _around(path: Path, place: str) -> Iterator[str]:
    file, _, line = place.rpartition(":")
    if not path.joinpath(file).is_file():
        return  # a framework's own table stands in no file of the repository
    lines = path.joinpath(file).read_text(encoding="utf-8", errors="replace").splitlines()
    at = int(line)
    for number in range(max(1, at - AROUND), min(len(lines), at + AROUND) + 1):
        yield f"{'>' if number == at else ' '}{number:5} {lines[number - 1]}"


def table(folders: Iterable[Path]) -> Iterator[str]:
    """Rows `| kind | repository | place | finding | verdict |` of all sheets that have verdicts."""
    rows: dict[str, list[str]] = {}
    for folder in folders:
        for page in sorted(folder.glob("*.verdicts.csv")):
            kind = page.name.removesuffix(".verdicts.csv")
            found = re.findall(rf"^\| ({re.escape(kind)} \|.*) \|$", (folder / f"{kind}.md").read_text(), re.M)
            rows[kind] = [f"| {row} | {verdict} |" for row, verdict in zip(found, _verdicts(page), strict=True)]
    for kind in sorted(rows):
        yield from rows[kind]


def _verdicts(page: Path) -> list[str]:
    with page.open(encoding="utf-8", newline="") as file:
        rows = {int(row["n"]): (row["right"].strip().lower(), row["reason"].strip()) for row in csv.DictReader(file)}
    return [
        right if right == "yes" or not why else f"{right}: {_cell(why)}" for _, (right, why) in sorted(rows.items())
    ]


def count(text: str) -> Iterator[str]:
    """One line a kind: how many were judged, how many are right, and the 95 % interval of that share."""
    right: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for kind, verdict in re.findall(r"^\| ([\w.]+) \|.*\| (yes|no|unclear)\b[^|]*\|$", text, re.M):
        judged[kind] += 1
        right[kind] += verdict == "yes"
    for kind in sorted(judged):
        low, high = wilson(right[kind], judged[kind])
        share = right[kind] / judged[kind]
        yield f"| {kind} | {judged[kind]} | {right[kind]} | {share:.0%} | {low:.0%} to {high:.0%} |"


def wilson(right: int, judged: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927)."""
    share, square = right / judged, z * z
    middle = (share + square / (2 * judged)) / (1 + square / judged)
    half = z * sqrt(share * (1 - share) / judged + square / (4 * judged * judged)) / (1 + square / judged)
    return middle - half, middle + half


def main(command: str, *words: str) -> None:
    if command == "draw":
        folder, seed, *repositories = words
        Path(folder).mkdir(parents=True, exist_ok=True)
        for kind, drawn in draw(map(Path, repositories), seed).items():
            Path(folder, f"{kind}.md").write_text("\n".join(sheet(kind, drawn, seed)) + "\n", encoding="utf-8")
    else:
        found = table(map(Path, words)) if command == "table" else count(Path(words[0]).read_text(encoding="utf-8"))
        print("\n".join(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
