"""Which lines go by a key to rows of another boundary: Facts + Seams -> lines, by the key's table and column."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ...model.facts import Evidence, Facts, How
from ...model.judgements import Seam, SeamKind
from ...model.names import Boundary, Module, Table

__all__ = ["followed", "keys", "unpaid"]

_Key = tuple[Table, str]


def followed(facts: Facts, seams: Iterable[Seam], home: Mapping[Module, Boundary]) -> dict[_Key, tuple[Evidence, ...]]:
    """Those of the key's own side, in the order of files; where a class lists it by its name with that class."""
    paths = {fact.module: fact.path for fact in facts.modules}
    sides = {f"{table}.{column}": seam.from_boundary for (table, column), seam in _keys(seams).items()}
    found: defaultdict[_Key, set[Evidence]] = defaultdict(set)
    for use in facts.columns if sides else ():
        side = sides.get(f"{use.table}.{use.column}")
        if side is not None and home.get(use.module) == side:
            inside = use.function if use.how is How.NAMED else ""
            found[use.table, use.column].add(Evidence(paths[use.module], use.line, inside))
    return {key: tuple(sorted(found[key])) for key in sorted(found)}


def unpaid(lines: Mapping[_Key, Iterable[Evidence]], seams: Iterable[Seam]) -> dict[_Key, int]:
    """How many of them no remedy of the same two sides' tables changes already."""
    seams = tuple(seams)
    changed: defaultdict[tuple[Boundary, Boundary], set[tuple[str, int]]] = defaultdict(set)
    for seam in seams:
        if seam.kind is SeamKind.TABLE:
            changed[seam.from_boundary, seam.to_boundary].update((at.file, at.line) for at in seam.evidence)
    pairs = {key: changed[seam.from_boundary, seam.to_boundary] for key, seam in _keys(seams).items()}
    return {key: sum((at.file, at.line) not in pairs[key] for at in found) for key, found in lines.items()}


def keys(seams: Iterable[Seam]) -> list[Seam]:
    """The seams of keys that a database knows, generic ones aside."""
    return [seam for seam in seams if seam.kind is SeamKind.FOREIGN_KEY and seam.detail != "generic"]


def _keys(seams: Iterable[Seam]) -> dict[_Key, Seam]:
    named = {seam.names[0].rpartition(".")[::2]: seam for seam in keys(seams)}
    return {(Table(table), column): seam for (table, column), seam in named.items()}
