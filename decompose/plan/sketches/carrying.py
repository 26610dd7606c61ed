"""What is read of rows that an event leads to: Seams + Context -> the table whose event carries it, by line."""

from collections.abc import Mapping, Sequence

from ...model.facts import Evidence
from ...model.judgements import Seam
from ...model.names import Boundary, Module, Table
from ..context import Context
from ..context.settled import left

__all__ = ["carrying", "of_events"]


def of_events(seams: Sequence[Seam], context: Context) -> Mapping[Evidence, Table]:
    """The lines of seams of one table, each with the table whose event carries what it reads; none where one asks."""
    places = left(seams, context.covered)
    told = {at: sender for module, at in places if (sender := carrying(module, at, seams[0].to_boundary, context))}
    return told if len(told) == len(places) else {}


def carrying(module: Module, at: Evidence, owner: Boundary, context: Context) -> Table | None:
    """The table whose event leads to rows that a receiver comes to by relations alone: `instance.order.customer`."""
    if context.asked.at(at):
        return None
    heard = ((table, found) for table, found in sorted(context.heard.items()) if context.owners.get(table) == owner)
    return next((table for table, found in heard if (module, at.function) in found), None)
