"""What another remedy does already: Facts + Seams -> lines that need nothing of their own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ...model.facts import Evidence, Facts, Op, Via
from ...model.judgements import Seam, SeamKind
from ...model.names import Boundary, Module, Table
from .fields import Fields
from .travel import Named, top

__all__ = [
    "MANY_READS",
    "Brought",
    "Covered",
    "brought",
    "continued",
    "covered",
    "given",
    "left",
    "lent",
    "often",
    "sent",
    "shared_with",
]

MANY_READS = 5
"""Lines that read a table of another boundary, from which on a copy of the table beats asking for each row."""

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


def often(seams: Sequence[Seam]) -> bool:
    """Is a table asked for in a loop, or at many lines?"""
    return sum(len(seam.evidence) for seam in seams) >= MANY_READS or any(seam.in_loop for seam in seams)


def sent(seams: Iterable[Seam]) -> frozenset[tuple[Boundary, object, str, int]]:
    """By whom, of which module and at which lines code is called: a task that is put into its queue by its name."""
    called = (seam for seam in seams if seam.kind is SeamKind.CALL)
    return frozenset((seam.from_boundary, seam.to, at.file, at.line) for seam in called for at in seam.evidence)


Brought = Mapping[tuple[Boundary, Table], Table]
"""By who reads a table, and which: the table whose rows bring those along wherever it is read."""


def brought(facts: Facts, seams: Iterable[Seam], fields: Fields) -> dict[tuple[Boundary, Table], Table]:
    """What is only read by relations of queries for rows of another table that crosses, too, at each of its lines.

    It is of the same owner, who finds by both and answers with both: `rows.filter(sku__code=1)`. Or it comes with what
    a function of others gives, and the code of the reader neither asks for it nor reads a column of it.
    """
    queries: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
    for access in facts.accesses:
        if access.op is Op.READ and access.via is Via.ORM:
            queries[access.file, access.line].add(access.table)
    wanted = {(one.file, one.function, table) for one in facts.queries for table in (*one.tables, *one.prefetched)}
    between = {fact.table for fact in facts.tables if "." in fact.model}  # its keys say whose rows are asked for
    read: defaultdict[tuple[Boundary, Table], list[Seam]] = defaultdict(list)
    for seam in seams:
        if seam.kind is SeamKind.TABLE and seam.op is Op.READ and isinstance(seam.to, Table) and seam.to not in between:
            read[seam.from_boundary, seam.to].append(seam)
    found = {}
    for (reader, table), some in read.items():
        asked = frozenset(frozenset(queries[at.file, at.line]) for seam in some for at in seam.evidence)
        rows = min(asked) if len(asked) == 1 and all(seam.detail == Via.RELATION for seam in some) else frozenset()
        other = min(rows) if len(rows) == 1 else table
        theirs = read.get((reader, other), []) if other != table else []
        same = bool(theirs) and theirs[0].to_boundary == some[0].to_boundary
        places = {(at.file, at.function, table) for seam in some for at in seam.evidence}
        looked_at = (reader, table) in fields.reads
        if theirs and ((same and not (looked_at and often(theirs))) or (not looked_at and wanted.isdisjoint(places))):
            found[reader, table] = other
    return found


def given(
    facts: Facts, seams: Iterable[Seam], home: Mapping[Module, Boundary], owners: Mapping[Table, Boundary]
) -> dict[tuple[Boundary, Table], Named]:
    """What is only read as rows that functions of its owner give, at lines that ask these: `customer.late().get()`."""
    seams = tuple(seams)
    asked = {
        (seam.from_boundary, seam.to_boundary, at.file, at.line)
        for seam in seams
        if seam.kind is SeamKind.CALL and seam.result_used
        for at in seam.evidence
    }
    queried: defaultdict[Named, set[Table]] = defaultdict(set)
    for query in facts.queries:
        queried[query.module, query.function].update(query.tables)
    called: defaultdict[tuple[Module, int], set[Named]] = defaultdict(set)
    for call in facts.calls:
        called[call.module, call.line].add((call.called, call.callee))
    found: defaultdict[tuple[Boundary, Table], list[Named | None]] = defaultdict(list)
    for seam in seams:
        if seam.kind is SeamKind.TABLE and seam.op is Op.READ and isinstance(seam.to, Table):
            for at in seam.evidence:
                known = (seam.from_boundary, seam.to_boundary, at.file, at.line) in asked
                giving = (
                    one
                    for one in sorted(called.get((seam.from_module, at.line), ()))
                    if known and home.get(one[0]) == owners.get(seam.to) and seam.to in queried[one]
                )
                found[seam.from_boundary, seam.to].append(next(giving, None))
    return {key: some[0] for key, some in found.items() if some[0] and all(some)}


def lent(
    facts: Facts, seams: Iterable[Seam], home: Mapping[Module, Boundary], owners: Mapping[Table, Boundary]
) -> frozenset[tuple[Boundary, Named]]:
    """By whom which classes are used that ask for their user's tables and for none of their own boundary's.

    Their objects are made in the bodies of classes: a field that looks for a slug which no row of its model has.
    """
    classes = {(one.module, one.name) for one in facts.definitions if one.kind == "class"}
    asks: defaultdict[Named, set[Boundary]] = defaultdict(set)
    for access in facts.accesses:
        if "." in access.function and access.table in owners:
            asks[access.module, top(access.function)].add(owners[access.table])
    found = set()
    for seam in seams:
        if seam.kind is SeamKind.CALL and seam.detail == "class" and isinstance(seam.to, Module):
            declared = all((seam.from_module, at.function) in classes for at in seam.evidence)
            for named in ((seam.to, name) for name in seam.names if declared):
                if seam.from_boundary in asks[named] and home.get(seam.to) not in asks[named]:
                    found.add((seam.from_boundary, named))
    return frozenset(found)
