"""Stage 7: Order + Sources -> Carving: performs a step of the plan on the code.

lay out -> move -> put a face in front -> guard. Pure: what it returns are edits, which somebody else writes.
"""

from .carve import carve
from .diff import after, unified
from .values import Carving, Commit, Exposed, Options, Order, Sources, Unfollowed

__all__ = [
    "Carving",
    "Commit",
    "Exposed",
    "Options",
    "Order",
    "Sources",
    "Unfollowed",
    "after",
    "carve",
    "unified",
]
