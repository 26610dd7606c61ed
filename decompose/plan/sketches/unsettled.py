"""Which names of tables' classes no remedy of a table settles: Seams + Context -> Seams."""

from collections.abc import Sequence
from dataclasses import replace

from ...model.judgements import Seam
from ..context import Context
from ..context.travel import top

__all__ = ["unsettled"]


def unsettled(seams: Sequence[Seam], context: Context) -> tuple[Seam, ...]:
    """The seams, with those names alone of whose tables their own side has no remedy."""
    found = []
    for seam in seams:
        names = tuple(name for name in seam.names or ("",) if not _goes(seam, name, context))
        if names:
            found.append(replace(seam, names=names if seam.names else ()))
    return tuple(found)


def _goes(seam: Seam, name: str, context: Context) -> bool:
    """Does it go with the table of the class, or, of a name that tells none, with any table that is declared there?"""
    called = {table for table, fact in context.tables.items() if fact.model and fact.model == top(name)}
    here = {table for table, fact in context.tables.items() if fact.module == seam.to}
    return any((seam.from_boundary, table) in context.touched for table in called & here or called or here)
