"""Stage 7: Document -> DOT, one text for each picture, by file stem."""

from collections.abc import Callable, Mapping

from ..document import Document
from .drawing import HEAD, PALETTE, stems
from .maps import boundary_maps, context_map, today_map
from .plans import cycle_maps, plan_map, step_maps
from .tables import table_map

__all__ = ["DIAGRAMS", "HEAD", "PALETTE", "diagrams", "stems"]

Draw = Callable[[Document, int], Mapping[str, str]]
"""(document, most nodes in a picture) -> file stem -> DOT; nothing where there is nothing to show."""

DIAGRAMS: tuple[Draw, ...] = (context_map, today_map, boundary_maps, table_map, cycle_maps, plan_map, step_maps)


def diagrams(document: Document, limit: int = 40) -> dict[str, str]:
    """File stem -> DOT, for every picture that this document has something to show in."""
    return {stem: text for draw in DIAGRAMS for stem, text in draw(document, limit).items()}
