"""What a boundary takes along of the shared kernel, as a library: Facts + Partition -> Shared, by boundary."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...model.counts import count, listed
from ...model.facts import Evidence, Facts, ImportKind
from ...model.judgements import Partition
from ...model.names import Boundary, Module
from ...model.spread import spread

__all__ = ["Shared", "shared"]

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Shared:
    """`uses` are the modules that it imports, `along` those that these import, however far.

    `needs` are modules of boundaries that some of them import, each with the first line: a library cannot.
    """

    uses: tuple[Module, ...]
    along: tuple[Module, ...]
    needs: tuple[tuple[Evidence, Module], ...]

    def told(self) -> Iterator[str]:
        """What there is to do about it at the cut."""
        uses = listed([str(one) for one in self.uses], _NAMED)
        more = f", with what that imports of it: {listed([str(one) for one in self.along], _NAMED)}"
        yield f"what it uses of the shared kernel goes along as a library: {uses}{more if self.along else ''}"
        if self.needs:
            named = listed([f"{module} at {at.file}:{at.line}" for at, module in self.needs], _NAMED)
            yield (
                f"that library imports {count(len(self.needs), 'module')} of boundaries, and cannot be installed alone "
                f"before they are part of it or handed to it: {named}"
            )


def shared(facts: Facts, partition: Partition) -> Mapping[Boundary, Shared]:
    """For each boundary that imports any of the kernel."""
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    kernel = frozenset(partition.kernel_modules)
    imports: defaultdict[Module, set[Module]] = defaultdict(set)
    leaves: defaultdict[Module, dict[Module, Evidence]] = defaultdict(dict)
    uses: defaultdict[Boundary, set[Module]] = defaultdict(set)
    for one in facts.imports:
        if one.kind is ImportKind.TYPE:
            continue
        if one.importer in kernel and one.imported in kernel:
            imports[one.importer].add(one.imported)
        elif one.importer in kernel and one.imported in home:
            at = Evidence(one.file, one.line)
            leaves[one.importer][one.imported] = min(at, leaves[one.importer].get(one.imported, at))
        elif one.importer in home and one.imported in kernel:
            uses[home[one.importer]].add(one.imported)
    found = {}
    for boundary in sorted(uses):
        every = spread(uses[boundary], imports)
        needs: dict[Module, Evidence] = {}
        for module in sorted(every):
            for needed, at in leaves.get(module, {}).items():
                needs[needed] = min(at, needs.get(needed, at))
        found[boundary] = Shared(
            tuple(sorted(uses[boundary])),
            tuple(sorted(every - uses[boundary])),
            tuple(sorted((at, needed) for needed, at in needs.items())),
        )
    return found
