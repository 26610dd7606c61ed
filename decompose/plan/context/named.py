"""By which lines a seam uses each of its names: Facts + Seams -> lines."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from ...model.counts import listed
from ...model.facts import Evidence, Facts
from ...model.judgements import Seam
from ...model.names import Module, Table

__all__ = ["Lines", "lines", "lines_of", "named"]

Lines = Mapping[tuple[Module, Module | Table, str], frozenset[int]]
"""By who uses it, where it is defined, and its name."""


def named(facts: Facts, seams: Iterable[Seam]) -> Lines:
    """Of the names of seams that have several, and several lines."""
    wanted = {
        (seam.from_module, seam.to, name)
        for seam in seams
        for name in (seam.names if len(seam.evidence) > 1 else ())
        if len(seam.names) > 1
    }
    found: defaultdict[tuple[Module, Module | Table, str], set[int]] = defaultdict(set)
    if wanted:
        for key, line in _all(facts):
            if key in wanted:
                found[key].add(line)
    return {key: frozenset(found[key]) for key in sorted(found, key=str)}


def _all(facts: Facts) -> Iterator[tuple[tuple[Module, Module, str], int]]:
    yield from (((use.module, use.used, use.name), use.line) for use in facts.uses)
    yield from (((wire.source, wire.target, wire.name), wire.line) for wire in facts.wires)
    yield from (((one.importer, one.imported, name), one.line) for one in facts.imports for name in one.names)
    for call in facts.calls:
        last = call.callee.rpartition(".")[2]
        yield from (((call.module, module, f"{name}.{last}"), call.line) for module, name in call.classes)


def lines_of(name: str, seam: Seam, known: Lines) -> tuple[Evidence, ...]:
    """The lines of `seam` that use `name`; all of them where nothing tells."""
    lines = known.get((seam.from_module, seam.to, name), ())
    return tuple(at for at in seam.evidence if at.line in lines) or seam.evidence


def lines(places: Set[Evidence] | Sequence[Evidence]) -> str:
    """ "shop/urls.py:3, 8, shop/settings.py:12"."""
    by_file: defaultdict[str, list[int]] = defaultdict(list)
    for at in places:
        by_file[at.file].append(at.line)
    return listed([f"{file}:{', '.join(map(str, sorted(set(by_file[file]))))}" for file in sorted(by_file)], 6)
