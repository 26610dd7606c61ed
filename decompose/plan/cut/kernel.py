"""What a boundary takes along of the shared kernel, as a library: Facts + Partition -> Shared, by boundary."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from ...model.counts import count, listed
from ...model.facts import Evidence, Facts, Import, ImportKind
from ...model.judgements import Partition
from ...model.names import Boundary, Module
from ...model.spread import spread

__all__ = ["Shared", "shared"]

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Shared:
    """`uses` are the modules that it imports, `along` those that these import, however far.

    `needs` are modules of boundaries that some of them import, each with the first line: a library cannot; `unused`
    are further modules that it imports, by names that nothing uses.
    """

    uses: tuple[Module, ...]
    along: tuple[Module, ...]
    needs: tuple[tuple[Evidence, Module], ...]
    unused: tuple[tuple[Evidence, Module], ...] = ()

    def told(self) -> Iterator[str]:
        """What there is to do about it at the cut."""
        uses = listed([str(one) for one in self.uses], _NAMED)
        more = f", with what that imports of it: {listed([str(one) for one in self.along], _NAMED)}"
        named = listed([f"{module} at {at.file}:{at.line}" for at, module in self.unused], _NAMED)
        but = f"; what it imports and does not use goes away: {named}" if self.unused else ""
        if self.uses:
            yield f"what it uses of the shared kernel goes along as a library: {uses}{more if self.along else ''}{but}"
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
    spare: defaultdict[Boundary, set[tuple[Evidence, Module]]] = defaultdict(set)
    dead = _dead(facts, home, kernel)
    for one in facts.imports:
        if one.kind is ImportKind.TYPE:
            continue
        if one.importer in kernel and one.imported in kernel:
            imports[one.importer].add(one.imported)
        elif one.importer in kernel and one.imported in home:
            at = Evidence(one.file, one.line)
            leaves[one.importer][one.imported] = min(at, leaves[one.importer].get(one.imported, at))
        elif one in dead:
            spare[home[one.importer]].add((Evidence(one.file, one.line), one.imported))
        elif one.importer in home and one.imported in kernel:
            uses[home[one.importer]].add(one.imported)
    found = {}
    for boundary in sorted({*uses, *spare}):
        every = spread(uses[boundary], imports)
        needs: dict[Module, Evidence] = {}
        for module in sorted(every):
            for needed, at in leaves.get(module, {}).items():
                needs[needed] = min(at, needs.get(needed, at))
        found[boundary] = Shared(
            tuple(sorted(uses[boundary])),
            tuple(sorted(every - uses[boundary])),
            tuple(sorted((at, needed) for needed, at in needs.items())),
            tuple(sorted(one for one in spare[boundary] if one[1] not in every)),
        )
    return found


def _dead(facts: Facts, home: Mapping[Module, Boundary], kernel: Set[Module]) -> frozenset[Import]:
    """Imports of the kernel by names that their module neither uses nor hands on."""
    packages = {fact.module for fact in facts.modules if fact.is_package}  # they import to pass on
    ours = [one for one in facts.imports if one.importer in home and one.imported in kernel and one.names]
    used = {(use.module, use.name.partition(".")[0]) for use in facts.uses} if ours else set()
    used |= {(one.imported, name) for one in facts.imports for name in one.names}
    return frozenset(
        one
        for one in ours
        if one.names != ("*",) and one.importer not in packages and len(facts.uses)
        if not any((one.importer, name) in used for name in one.names)
    )
