"""One line at which a boundary is crossed: what finders of seams give."""

from dataclasses import dataclass

from ..model.facts import Evidence, Op
from ..model.judgements import SeamKind
from ..model.names import Boundary, Module, Table

__all__ = ["CLASS", "DERIVED", "GENERIC", "METHOD", "MODEL", "OBJECT", "PASSED", "ROW", "STARTUP", "UNUSED", "Crossing"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """One line at which `source` reaches `target`; crossings that differ in names and line alone make one seam."""

    kind: SeamKind
    source: Module
    target: Module | Table
    names: tuple[str, ...]
    at: Evidence
    side: Boundary  # whose crossing it is: mostly where `source` stands
    op: Op | None = None
    in_loop: bool = False
    result_used: bool = True
    detail: str = ""
    apart: str = ""  # what else keeps this crossing apart from others between the same two


UNUSED = "unused"
"""The detail of an import seam whose names nobody uses, as far as all uses are known."""

PASSED = "passed"
"""The detail of an import seam whose name a module of a third side defines: "shop.text.slug" by way of shop.orders."""

CLASS, MODEL, OBJECT, STARTUP = "class", "model", "object", "startup"
"""The detail of call and import seams: a class, of a table or any other; an object that a module holds; on import."""

ROW, DERIVED, METHOD = "row", "derived", "method"
"""The detail of call seams of methods that types tell: of a table's row or rows, of one by its columns alone, of any
other object."""

GENERIC = "generic"
"""The detail of a key that no database knows: a type and an id, by which the class of a table names rows as its own."""
