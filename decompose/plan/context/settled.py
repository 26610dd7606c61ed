"""What another remedy does already: Facts + Seams -> lines that need nothing of their own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ...model.facts import Evidence, Facts, Op
from ...model.judgements import Seam, SeamKind
from ...model.names import Boundary, Module, Table

__all__ = ["Covered", "continued", "covered", "left", "shared_with"]

Covered = Mapping[tuple[Boundary, Table, Op | None], Mapping[tuple[str, int], Table]]
"""By who reads or writes a table: the lines at which it does so as a part of rows of another table."""


def continued(facts: Facts) -> dict[Table, Table]:
    """The tables whose rows go on in another table, that of the class which theirs inherits from."""
    classes = {f"{fact.module}.{fact.model}": fact.table for fact in facts.tables if fact.module}
    bases = {(one.module, one.name): one.bases for one in facts.definitions if one.kind == "class" and one.bases}
    found = {}
    for fact in facts.tables:
        above = (
            [classes[base] for base in bases.get((fact.module, fact.model), ()) if base in classes]
            if fact.module
            else []
        )
        if above and above[0] != fact.table:
            found[fact.table] = above[0]
    return found


def covered(seams: Iterable[Seam], parents: Mapping[Table, Table], owners: Mapping[Table, Boundary]) -> Covered:
    """The lines that come to a table because they come to the rows of one that goes on in it, of the same owner."""
    found: defaultdict[tuple[Boundary, Table, Op | None], dict[tuple[str, int], Table]] = defaultdict(dict)
    for seam in seams:
        if seam.kind is SeamKind.TABLE and isinstance(seam.to, Table):
            above, seen = parents.get(seam.to), {seam.to}
            while above is not None and above not in seen and owners.get(above) == seam.to_boundary:
                for at in seam.evidence:
                    found[seam.from_boundary, above, seam.op].setdefault((at.file, at.line), seam.to)
                seen.add(above)
                above = parents.get(above)
    return dict(found)


def left(seams: Sequence[Seam], known: Covered) -> list[tuple[Module, Evidence]]:
    """The lines of seams of one table that no row of another table answers for."""
    lines = _lines(seams, known)
    return [(seam.from_module, at) for seam in seams for at in seam.evidence if (at.file, at.line) not in lines]


def shared_with(seams: Sequence[Seam], known: Covered) -> Iterable[str]:
    """Which tables' rows answer for the rest."""
    lines = _lines(seams, known)
    tables = sorted({lines[at.file, at.line] for seam in seams for at in seam.evidence if (at.file, at.line) in lines})
    if tables:
        names = ", ".join(table.name for table in tables)
        yield f"  rows of {names} go on in {seams[0].to}: what deals with them deals with their part here"


def _lines(seams: Sequence[Seam], known: Covered) -> Mapping[tuple[str, int], Table]:
    one = seams[0]
    return known.get((one.from_boundary, one.to, one.op), {}) if isinstance(one.to, Table) else {}
