"""What tests share over a cut, factories above all: Facts + Partition -> what they import of each other."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...model.counts import listed
from ...model.facts import Evidence, Facts, ModuleKind
from ...model.judgements import Partition
from ...model.names import Boundary, Module
from ..context.named import lines

__all__ = ["Factories", "factories"]

_NAMED = 6

_Imported = tuple[tuple[Module, tuple[Evidence, ...]], ...]


@dataclass(frozen=True, slots=True)
class Factories:
    """Modules of tests, each with the lines that import it: `staying` ones that tests of a boundary need, and
    `going` ones of its own that tests which stay need. `makes` are those of both that import code of boundaries which
    is elsewhere for who uses them, with these."""

    staying: _Imported = ()
    going: _Imported = ()
    makes: Mapping[Module, tuple[Boundary, ...]] = field(default_factory=dict)

    def told(self) -> Iterator[str]:
        """What there is to do about them at the cut."""
        if self.staying:
            yield (
                "tests that go along use what stays of the tests (factories, base classes): they get a copy, or a "
                f"library has it: {_listed(self.staying)}"
            )
        if self.going:
            yield f"tests that stay use what goes along of its tests, and get a copy: {_listed(self.going)}"
        if self.makes:
            named = [f"{module} ({listed([str(one) for one in self.makes[module]], _NAMED)})" for module in self.makes]
            yield (
                "those of them that import code which is elsewhere for who uses them work in neither: "
                f"{listed(named, _NAMED)}; factories of own rows, with ids, and of what APIs answer take their place"
            )


def _listed(imported: _Imported) -> str:
    return listed([f"{module} ({lines(at)})" for module, at in imported], _NAMED)


def factories(facts: Facts, partition: Partition) -> Mapping[Boundary, Factories]:
    """For each boundary whose tests share anything with those of others."""
    tests = {fact.module for fact in facts.modules if fact.kind is ModuleKind.TEST}
    follows = {module: boundary for module, boundary in partition.followers if module in tests}
    staying: defaultdict[Boundary, defaultdict[Module, set[Evidence]]] = defaultdict(lambda: defaultdict(set))
    going: defaultdict[Boundary, defaultdict[Module, set[Evidence]]] = defaultdict(lambda: defaultdict(set))
    for one in facts.imports:
        ours, theirs = follows.get(one.importer), follows.get(one.imported)
        if one.importer in tests and one.imported in tests and ours != theirs:
            at = Evidence(one.file, one.line)
            for boundary, found in ((ours, staying), (theirs, going)):
                if boundary is not None:
                    found[boundary][one.imported].add(at)
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    uses: defaultdict[Module, set[Boundary]] = defaultdict(set)
    for one in facts.imports:
        if one.importer in tests and one.imported in home:
            uses[one.importer].add(home[one.imported])
    told = {}
    for boundary in sorted({*staying, *going}):
        makes = {module: uses[module] - {boundary} for module in staying[boundary]}
        makes |= {module: uses[module] & {boundary} for module in going[boundary]}
        others = {module: tuple(sorted(makes[module])) for module in sorted(makes) if makes[module]}
        told[boundary] = Factories(_sorted(staying[boundary]), _sorted(going[boundary]), others)
    return told


def _sorted(found: Mapping[Module, set[Evidence]]) -> _Imported:
    return tuple((module, tuple(sorted(found[module]))) for module in sorted(found))
