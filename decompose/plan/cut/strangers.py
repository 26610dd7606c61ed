"""Tests and scripts that stay and import what leaves: Facts + Partition -> Strangers, by boundary, and str."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...model.counts import listed
from ...model.facts import Evidence, Facts, ModuleKind
from ...model.judgements import Partition
from ...model.names import Boundary, Module
from ..context.named import lines

__all__ = ["Strangers", "strangers"]

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Strangers:
    """Lines of `tests` and `scripts` that import it; those of tests that take classes of its `tables`, to look for
    their rows, or `constants`, by their names.
    """

    tests: tuple[Evidence, ...] = ()
    scripts: tuple[Evidence, ...] = ()
    tables: tuple[Evidence, ...] = ()
    constants: tuple[tuple[str, Evidence], ...] = ()

    def told(self) -> Iterator[str]:
        """What becomes of them at the cut."""
        if self.tests:
            named = listed([f"{name} at {at.file}:{at.line}" for name, at in self.constants], _NAMED)
            apart = f"; a stand-in for a constant shows nothing: a test of it goes where that is ({named})"
            yield (
                f"tests that stay import it, and get its face or a stand-in instead: {lines(self.tests)}"
                f"{apart if self.constants else ''}"
            )
        if self.scripts:
            yield f"scripts that stay import it, and ask it by its API instead, or go along: {lines(self.scripts)}"

    def look(self) -> str:
        """Where tests look for what it did, "" where none does: at its rows, as far as their imports tell."""
        if self.tables:
            return f"above all those that import classes of its tables, at {lines(self.tables)}"
        return f"among those that import it at {lines(self.tests)}" if self.tests else ""


def strangers(facts: Facts, partition: Partition) -> Mapping[Boundary, Strangers]:
    """For each boundary that has any."""
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    kinds = {fact.module: fact.kind for fact in facts.modules}
    follows = dict(partition.followers)
    classes = {(fact.module, fact.model) for fact in facts.tables if fact.module}
    constants = {(one.module, one.name) for one in facts.definitions if one.kind == "constant"}
    found: defaultdict[Boundary, defaultdict[str, set[Evidence]]] = defaultdict(lambda: defaultdict(set))
    held: defaultdict[Boundary, set[tuple[str, Evidence]]] = defaultdict(set)
    for one in facts.imports:
        owner, kind = home.get(one.imported), kinds[one.importer]
        if owner is None or kind not in (ModuleKind.TEST, ModuleKind.SCRIPT) or follows.get(one.importer) == owner:
            continue
        at = Evidence(one.file, one.line)
        found[owner][kind].add(at)
        if kind is ModuleKind.TEST:
            named: list[tuple[Module, str]] = [(one.imported, name) for name in one.names]
            found[owner]["tables"].update(at for each in named if each in classes)
            held[owner].update((name, at) for module, name in named if (module, name) in constants)
    return {
        owner: Strangers(
            tests=tuple(sorted(found[owner][ModuleKind.TEST])),
            scripts=tuple(sorted(found[owner][ModuleKind.SCRIPT])),
            tables=tuple(sorted(found[owner]["tables"])),
            constants=tuple(sorted(held[owner], key=lambda each: (each[1], each[0]))),
        )
        for owner in sorted(found)
    }
