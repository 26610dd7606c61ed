"""Stage 1, whole project: Program -> what every name may be, to a fixpoint, and what happens at every line.

Each module body and each function is a unit. A unit is evaluated again when a cell that it has read grows. What a
library does is not known here: `Library` values say it, and hear of every call and attribute that concerns them.
"""

from .alternatives import is_split
from .library import Library
from .machine import Machine
from .receivers import MANY
from .rounds import MADE
from .strings import plus
from .sure import made_at
from .values import Asked, Draft, Effect, Site, Span, Unit

__all__ = [
    "MADE",
    "MANY",
    "Asked",
    "Draft",
    "Effect",
    "Library",
    "Machine",
    "Site",
    "Span",
    "Unit",
    "is_split",
    "made_at",
    "plus",
]
