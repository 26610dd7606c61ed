"""What a remedy deals with, in a sentence's words: Seams -> text."""

from collections.abc import Mapping, Sequence, Set

from ...model.facts import WireKind
from ...model.judgements import Seam, SeamKind
from ...model.names import Boundary, Module, Table

__all__ = ["subject", "used"]

_VERBS: Mapping[SeamKind, str] = {
    SeamKind.CALL: "calls",
    SeamKind.IMPORT: "imports",
    SeamKind.INHERITANCE: "inherits from",
    SeamKind.TYPE: "names types of",
    SeamKind.CONSTANT: "uses constants of",
    SeamKind.EXCEPTION: "raises or catches errors of",
    SeamKind.WIRING: "is wired to",
    SeamKind.FOREIGN_KEY: "points to",
}

NAMED = 6
"""Names that a subject spells out before it counts the rest."""


def subject(seams: Sequence[Seam], owners: Mapping[Table, Boundary], gone: Set[Boundary] = frozenset()) -> str:
    """`orders calls charge, refund of shop.billing`; `owners` are those of the tables, `gone` who left before."""
    one = seams[0]
    names = sorted({name for seam in seams for name in seam.names})
    listed = _listed(names)
    match one.kind:
        case SeamKind.TABLE:
            return f"{one.from_boundary} {one.op}s {one.to} of {one.to_boundary}"
        case SeamKind.JOIN:
            return f"{one.from_boundary} queries {listed} at once"
        case SeamKind.TRANSACTION:
            theirs = [name for name in names if owners.get(Table(name)) == one.to_boundary]
            rest = [name for name in names if name not in theirs and owners.get(Table(name)) not in gone]
            return (
                f"{one.evidence[0].function or one.from_module} of {one.from_boundary} commits {_listed(theirs)} of "
                f"{one.to_boundary} together with {_listed(rest)}"
            )
        case SeamKind.FOREIGN_KEY:
            to = _listed(sorted({str(seam.to) for seam in seams}))
            how = "generic: cascade" if one.detail == "generic" else one.detail or "on delete not stated"
            return f"{listed} points to {to} of {one.to_boundary} ({how})"
        case SeamKind.CALL:
            looped, used = all(seam.in_loop for seam in seams), any(seam.result_used for seam in seams)
            how = " in a loop" * looped + " and drops the result" * (not used)
            return f"{one.from_boundary} calls {listed} of {one.to}{how}"
        case SeamKind.IMPORT if one.detail == "passed":
            return f"{one.from_boundary} imports {listed} by way of {one.to} of {one.to_boundary}"
        case SeamKind.IMPORT if names and one.detail != "unused":
            return f"{one.from_boundary} refers to {listed} of {one.to}"
        case SeamKind.WIRING if one.detail == WireKind.SIGNAL:
            return f"{one.from_boundary} hears signals of {one.to}{f': {listed}' if listed else ''}"
        case SeamKind.WIRING if one.detail == WireKind.LINK:
            return f"{one.from_boundary} links to pages of {one.to_boundary}: {listed}"
        case SeamKind.WIRING if one.detail == WireKind.PAGE:
            return f"templates of {one.from_boundary} take templates of {one.to_boundary}: {listed}"
        case SeamKind.WIRING if one.detail == WireKind.TAGS:
            return f"templates of {one.from_boundary} use tags of {one.to}: {listed}"
        case SeamKind.WIRING if one.detail == WireKind.PERMISSION:
            return f"{one.from_boundary} asks for permissions of {one.to_boundary}: {listed}"
        case _:
            return f"{one.from_boundary} {_VERBS[one.kind]} {one.to}{f': {listed}' if listed else ''}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def used(seams: Sequence[Seam]) -> list[tuple[Module | Table, str]]:
    """What the seams use, each with where it stands."""
    return sorted({(seam.to, name) for seam in seams for name in seam.names}, key=lambda used: (str(used[0]), used[1]))
