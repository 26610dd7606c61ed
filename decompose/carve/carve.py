"""Stage 7: the carve from beginning to end."""

from .layout import lay_out
from .moves import move
from .project import Project
from .values import Carving, Options, Order, Sources

__all__ = ["carve"]


def carve(sources: Sources, order: Order, options: Options) -> Carving:
    """Raises InputError where the order cannot be carried out at all; the result lists what cannot be followed."""
    layout = lay_out(sources, order, options)
    commits, lost = move(Project(sources), layout)
    return Carving(layout.package, layout.renamed, commits, unfollowed=(*layout.stays, *lost))
