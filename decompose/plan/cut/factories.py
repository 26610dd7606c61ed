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
    makes: Mapping[Module, tuple[str, ...]] = field(default_factory=dict)

    def told(self) -> Iterator[str]:
        """What there is to do about them at the cut."""
        both = self.staying, self.going
        staying, going = (tuple(one for one in found if one[0] not in self.makes) for found in both)
        if staying:
            yield (
                "tests that go along use what stays of the tests (factories, base classes): they get a copy, or a "
                f"library has it: {_listed(staying)}"
            )
        if going:
            yield f"tests that stay use what goes along of its tests, and get a copy: {_listed(going)}"
        for found, who in ((self.staying, "go along use what stays"), (self.going, "stay use what goes along")):
            if made := [one for one in found if one[0] in self.makes]:
                named = [f"{one} imports code of {listed(self.makes[one], _NAMED)} ({lines(at)})" for one, at in made]
                yield (
                    f"tests that {who} of the tests and works neither as a copy nor in a library there: "
                    f"{'; '.join(named[:_NAMED])}; factories of own rows, with ids, and of answers of APIs take its "
                    "place"
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
        others = {one: tuple(sorted(map(str, makes[one]))) for one in sorted(makes) if makes[one]}
        told[boundary] = Factories(_sorted(staying[boundary]), _sorted(going[boundary]), others)
    return told


def _sorted(found: Mapping[Module, set[Evidence]]) -> _Imported:
    return tuple((module, tuple(sorted(found[module]))) for module in sorted(found))
