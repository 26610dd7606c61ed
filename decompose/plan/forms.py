"""What each boundary would become: Facts + Partition -> Forms."""

from collections.abc import Mapping

from ..model.facts import Facts
from ..model.judgements import Form, Partition
from ..model.names import Boundary

__all__ = ["forms"]


def forms(facts: Facts, partition: Partition) -> Mapping[Boundary, Form]:
    """A service owns a table, or is entered by requests, tasks or commands; where neither is known, it is a library."""
    entered = {entry.module for entry in facts.entry_points}
    return {
        fact.boundary: Form.LIBRARY if not fact.tables and entered.isdisjoint(fact.modules) else Form.SERVICE
        for fact in partition.boundaries
    }
