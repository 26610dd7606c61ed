"""What was concluded, stage by stage. Every judgement can name the facts that it rests on."""

from dataclasses import dataclass, field
from enum import StrEnum

from .columns import Columns, columns
from .facts import Evidence, Op
from .names import Boundary, Module, Table

__all__ = [
    "BoundaryFact",
    "CouplingGraph",
    "Partition",
    "Placement",
    "Seam",
    "SeamKind",
    "Tie",
]


@dataclass(frozen=True, slots=True)
class Tie:
    """How strongly nodes `a` < `b` of a `CouplingGraph` bind each other, by kind of evidence and altogether."""

    a: int
    b: int
    weight: float
    imports: float = 0.0
    tables: float = 0.0
    history: float = 0.0
    names: float = 0.0
    wiring: float = 0.0


@dataclass(frozen=True, slots=True)
class CouplingGraph:
    """An undirected weighted graph: node i is `modules[i]`, and node len(modules) + j is `tables[j]`.

    `kernel` and `roots` (indices of modules) were set aside before clustering; they have no ties.
    """

    modules: tuple[Module, ...]
    tables: tuple[Table, ...] = ()
    ties: Columns[Tie] = field(default_factory=lambda: columns(Tie))
    kernel: tuple[int, ...] = ()
    roots: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Why a module is where it is: `confidence` is the share of runs that agree, `next_best` where it would go else."""

    module: Module
    boundary: Boundary
    confidence: float
    next_best: Boundary | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundaryFact:
    """A proposed service: its modules, the tables that it owns, and one sentence that says why they belong together."""

    boundary: Boundary
    modules: tuple[Module, ...]
    tables: tuple[Table, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Partition:
    """Every source module stands in exactly one place: a boundary, the shared kernel, or the composition roots."""

    boundaries: tuple[BoundaryFact, ...]
    kernel_modules: tuple[Module, ...] = ()
    kernel_tables: tuple[Table, ...] = ()
    roots: tuple[Module, ...] = ()
    placements: tuple[Placement, ...] = ()
    method: str = ""


class SeamKind(StrEnum):
    """How a boundary is crossed."""

    IMPORT = "import"  # imported, and nothing finer is known of how it is used
    CALL = "call"
    TYPE = "type"
    CONSTANT = "constant"
    INHERITANCE = "inheritance"
    EXCEPTION = "exception"
    TABLE = "table"
    JOIN = "join"
    FOREIGN_KEY = "foreign_key"
    TRANSACTION = "transaction"
    WIRING = "wiring"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class Seam:
    """One crossing of `kind` from a module of one boundary to a module or table of another.

    `id` is made from kind and names, never from lines, so that it survives edits that only move code.
    """

    id: str
    kind: SeamKind
    from_boundary: Boundary
    from_module: Module
    to_boundary: Boundary
    to: Module | Table
    names: tuple[str, ...]
    op: Op | None
    evidence: tuple[Evidence, ...]
