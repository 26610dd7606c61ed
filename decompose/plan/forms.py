"""What each boundary would become: Facts + Partition -> Forms."""

from collections.abc import Mapping

from ..model.facts import Facts, Origin
from ..model.judgements import Form, Partition
from ..model.names import Boundary

__all__ = ["forms", "own_tables"]


def forms(facts: Facts, partition: Partition) -> Mapping[Boundary, Form]:
    """A service owns a table, or is entered by requests, tasks or commands; where neither is known, it is a library."""
    owned = own_tables(facts, partition)
    entered = {entry.module for entry in facts.entry_points}
    return {
        fact.boundary: Form.LIBRARY if not owned[fact.boundary] and entered.isdisjoint(fact.modules) else Form.SERVICE
        for fact in partition.boundaries
    }


def own_tables(facts: Facts, partition: Partition) -> Mapping[Boundary, int]:
    """How many tables of its own each boundary has.

    A framework's (django_site) every service has again, and what only a migration knows nobody has any more.
    """
    used = {access.table for access in facts.accesses}
    foreign = {fact.table for fact in facts.tables if fact.origin is Origin.FRAMEWORK}
    past = {fact.table for fact in facts.tables if not fact.module and fact.table not in used}
    return {fact.boundary: len(set(fact.tables) - foreign - past) for fact in partition.boundaries}
