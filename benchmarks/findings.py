"""Findings drawn at random from real monoliths, to be judged from their code; and the verdicts, counted.

    python -m benchmarks.findings draw REPO ... > drawn.md     25 of each kind from all of them together
    python -m benchmarks.findings count docs/findings.md       precision by kind, with its interval

A row is `| kind | repository | place | finding | verdict |`; `place` is file:line at the commit that the file names,
and the verdict is yes, no, or unclear (counted as no). A row without verdict counts for nothing.
"""

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import sqrt
from pathlib import Path

from decompose.model.judgements import Assessment, Claim, SeamKind
from decompose.pipeline import Options, analyze

__all__ = ["count", "draw", "wilson"]

SEED, EACH = 8, 25

_Row = tuple[str, str, str]  # kind, place, finding


def findings(found: Assessment) -> Iterator[_Row]:
    """One row for each line of each finding, so that what is drawn can be read at one place."""
    for seam in found.seams:
        kind = f"{seam.kind}.{seam.op}" if seam.op else seam.kind.value
        if seam.kind in (SeamKind.CALL, SeamKind.IMPORT):
            kind += f".{seam.detail}" * bool(seam.detail)
            kind += ".loop" * seam.in_loop + ".notify" * (not seam.result_used)
        what = f"{seam.from_boundary} -> {seam.to_boundary}: {', '.join(seam.names[:6]) or seam.to} {seam.detail}"
        for at in seam.evidence:
            yield kind, f"{at.file}:{at.line}", f"{what} (to {seam.to})"
    for cycle in found.cycles:
        importer, imported = cycle.breakers[0]
        yield "cycle", importer.name, f"{', '.join(map(str, cycle.boundaries))}: {importer} imports {imported}"
    for entry in found.ownership:
        if entry.claim in (Claim.CONTESTED, Claim.UNUSED, Claim.OUTSIDE_ONLY):
            for at in entry.evidence[-1:]:
                yield entry.claim.value, f"{at.file}:{at.line}", f"{entry.table} of {entry.owner}"
    for wall in found.walls:
        for at in wall.evidence[:1]:
            related = ", ".join(f"{near.file}:{near.line}" for near in wall.related[:2])
            yield wall.kind.value, f"{at.file}:{at.line}", f"{wall.subject}: {wall.why} [{related}]"


def draw(repositories: Iterable[Path]) -> Iterator[str]:
    """Rows without verdict: `EACH` of each kind from all repositories together, or all where there are fewer."""
    kinds: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for path in repositories:
        for kind, place, what in findings(analyze(path, Options(), lambda *_: None).assessment):
            kinds[kind].append((path.name, place, what))
    for kind in sorted(kinds):
        drawn = random.Random(f"{SEED} {kind}").sample(kinds[kind], min(EACH, len(kinds[kind])))
        for repository, place, what in sorted(drawn):
            yield f"| {kind} | {repository} | {place} | {what.replace('|', '/')} |  |"


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


if __name__ == "__main__":
    command, *paths = sys.argv[1:]
    lines = draw(map(Path, paths)) if command == "draw" else count(Path(paths[0]).read_text(encoding="utf-8"))
    print("\n".join(lines))
