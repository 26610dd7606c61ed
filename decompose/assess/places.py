"""Where every module and table stands: Facts + Partition -> Places."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..model.facts import Facts, ModuleKind
from ..model.judgements import Partition
from ..model.names import Boundary, Module, Table

__all__ = ["Places", "places"]


@dataclass(frozen=True, slots=True)
class Places:
    """`of` holds the source modules and tables that boundaries own.

    Kernel, roots, tests, migrations and the tables of which every service has its own copy are absent.
    """

    of: Mapping[Module | Table, Boundary]
    files: Mapping[Module, str]

    def crosses(self, a: Module | Table, b: Module | Table) -> bool:
        """Do both stand in boundaries, and in different ones?"""
        ours, theirs = self.of.get(a), self.of.get(b)
        return ours is not None and theirs is not None and ours != theirs


def places(facts: Facts, partition: Partition) -> Places:
    """Where each module and table stands, and what lies outside of every boundary."""
    source = {fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    everywhere = {fact.table for fact in facts.tables if fact.everywhere}
    of: dict[Module | Table, Boundary] = {}
    for fact in partition.boundaries:
        of.update((module, fact.boundary) for module in fact.modules if module in source)
        of.update((table, fact.boundary) for table in fact.tables if table not in everywhere)
    return Places(of, {fact.module: fact.path for fact in facts.modules})
