"""What was concluded, stage by stage. Every judgement can name the facts that it rests on."""

from dataclasses import dataclass, field
from enum import StrEnum

from .columns import Columns, columns
from .facts import LOOSE, Evidence, Op
from .names import Boundary, Module, Table

__all__ = [
    "Alternative",
    "Assessment",
    "BoundaryFact",
    "Claim",
    "CouplingGraph",
    "Cycle",
    "Follower",
    "Form",
    "Gain",
    "Option",
    "Ownership",
    "Partition",
    "Placement",
    "Quality",
    "Remedy",
    "RemedyKind",
    "Seam",
    "SeamKind",
    "SplitPlan",
    "Standing",
    "Step",
    "TableUse",
    "Tie",
    "Wall",
    "WallKind",
]


@dataclass(frozen=True, slots=True)
class Tie:
    """How strongly nodes `a` < `b` of a `CouplingGraph` bind each other, by kind of evidence and altogether.

    `file` and `line` show one place where code ties them; "" where only history and names do.
    """

    a: int
    b: int
    weight: float
    imports: float = 0.0
    tables: float = 0.0
    history: float = 0.0
    names: float = 0.0
    wiring: float = 0.0
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Follower:
    """A test, migration or script, and how much it uses of which nodes: it goes where they go."""

    module: Module
    uses: tuple[tuple[int, int], ...]


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
    followers: tuple[Follower, ...] = ()


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
    followers: tuple[tuple[Module, Boundary], ...] = ()  # tests, migrations and scripts, beside what they exercise
    notes: tuple[str, ...] = ()  # what a person should know about how it came to be


@dataclass(frozen=True, slots=True)
class Standing:
    """How firmly a boundary stands: shares of the weight of its ties, and those of a random graph of like degrees.

    `agreed`: mean share of runs that place its modules there. `kept`: inside. `joined`: what joining `nearest` would
    bring inside. `cut`: of what is inside, what a halving would put across.
    """

    boundary: Boundary
    agreed: float
    kept: float
    kept_by_chance: float
    nearest: Boundary | None
    joined: float
    joined_by_chance: float
    cut: float


@dataclass(frozen=True, slots=True)
class Quality:
    """The field's numbers for one grouping of the modules; formulas and sources stand in `assess.metrics`."""

    name: str
    groups: int
    sm: float
    icp: float
    ifn: float
    interface_modules: float
    ned: float
    coupling: float
    cohesion: float
    modularity: float
    dtp: float
    icf: float
    ecf: float
    rei: float


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

    `id` is made from kind and names, never from lines, so that it survives edits that only move code. Calls of one pair
    of modules fall into up to four seams, by `in_loop` (a call for each item) and `result_used` (somebody looks at what
    it returns). `names` are the names used, or the tables spanned or written; `detail` is the on-delete behaviour of a
    foreign key, the kind of a wire, the kind of a transaction, or what a call or import is of: "class", "row" ...
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
    in_loop: bool = False
    result_used: bool = True
    detail: str = ""

    @property
    def binds(self) -> bool:
        """Does one side need the other at all? A link to a page leads to whoever answers it."""
        return self.kind is not SeamKind.WIRING or self.detail not in LOOSE


@dataclass(frozen=True, slots=True)
class Cycle:
    """Boundaries that need each other, and imports whose removal lets them be ordered (a heuristic, not the fewest)."""

    boundaries: tuple[Boundary, ...]
    breakers: tuple[tuple[Module, Module], ...]  # importer, imported
    seams: tuple[str, ...]  # ids of the seams that the breakers stand for


class Claim(StrEnum):
    """What speaks for or against a table's owner."""

    CLEAR = "clear"  # nobody else writes it
    CONTESTED = "contested"  # others write it too
    OUTSIDE_ONLY = "outside_only"  # used, yet never by its owner
    UNUSED = "unused"  # nobody uses it
    SHARED = "shared"  # a table of the shared kernel


@dataclass(frozen=True, slots=True)
class TableUse:
    """How many lines of one boundary read and write a table."""

    boundary: Boundary
    reads: int
    writes: int


@dataclass(frozen=True, slots=True)
class Ownership:
    """The owner that clustering chose for a table, explained and challenged, never decided again.

    `confidence` is the owner's share of the table's weighted uses (0 to 1); `challenger` is the boundary with the next
    best claim, where there is one.
    """

    table: Table
    owner: Boundary | None
    claim: Claim
    declared_in: Boundary | None
    uses: tuple[TableUse, ...]
    confidence: float
    challenger: Boundary | None
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class WallKind(StrEnum):
    """A bottleneck that a split would not remove."""

    N_PLUS_ONE = "n_plus_one"
    MISSING_INDEX = "missing_index"
    WIDE_JOIN = "wide_join"
    REPLICA = "replica"
    RAW_CONNECTION = "raw_connection"
    CACHEABLE = "cacheable"
    COLLISIONS = "collisions"
    BLAST_RADIUS = "blast_radius"


@dataclass(frozen=True, slots=True)
class Wall:
    """A hypothesis about what hurts before any split: where it shows, what to change, and why it was suspected.

    `why` states the definition that was met, in words and numbers. `related` are lines that the change touches too (the
    writes that would invalidate a cache). `hot`: reachable from a request, and in a loop or from several entries.
    `requests` names some of those that reach the lines, as "module:function".
    `measured` is the calls or milliseconds that a runtime file gave, if any.
    """

    kind: WallKind
    subject: str
    module: Module | None
    tables: tuple[Table, ...]
    hot: bool
    why: str
    proposal: str
    sketch: str
    evidence: tuple[Evidence, ...]
    related: tuple[Evidence, ...] = ()
    requests: tuple[str, ...] = ()
    measured: float | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the cut that a `Partition` proposes would cost. Seams are sorted by id."""

    seams: tuple[Seam, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    ownership: tuple[Ownership, ...] = ()
    walls: tuple[Wall, ...] = ()


class RemedyKind(StrEnum):
    MOVE = "move"  # move the code to the side that needs it
    KERNEL = "kernel"  # a shared library
    INVERT = "invert"  # the provider calls back through an interface that it owns
    SYNC_API = "sync_api"
    BATCH_API = "batch_api"
    EVENT = "event"
    READ_MODEL = "read_model"  # a replica that events keep up to date
    VIEW = "view"  # a denormalised view
    COMMAND_API = "command_api"  # the owner writes on request
    PART = "part"  # its owner does it when it hears of the transaction that it is part of
    DROP_KEY = "drop_key"  # a job does what it did, then the id alone stays
    SAGA = "saga"
    OUTBOX = "outbox"
    SPLIT_TABLE = "split_table"
    ADDRESS = "address"  # the name of a page stays, and leads to whoever answers it
    CLAIM = "claim"  # the token says what its bearer may do
    SOURCE = "source"  # imported from where it is defined
    DELETE = "delete"  # nothing uses it


@dataclass(frozen=True, slots=True)
class Option:
    """One way to deal with a remedy's seams; `points` on the scale of `SplitPlan.scale`."""

    kind: RemedyKind
    points: float
    skipped: str  # what breaks when it is left out


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about seams that share one provider: `options[0]` is recommended, and `sketch` is its result."""

    id: str
    subject: str
    seams: tuple[str, ...]
    boundaries: tuple[Boundary, ...]
    options: tuple[Option, ...]
    sketch: str
    evidence: tuple[Evidence, ...]


class Form(StrEnum):
    """What a boundary becomes outside of the monolith."""

    SERVICE = "service"  # a process of its own
    LIBRARY = "library"  # a package of its own, released apart, that others import


@dataclass(frozen=True, slots=True)
class Gain:
    """What history says that extracting one boundary buys; all in-sample counts of the commits that were read.

    `changes` touch the boundary; `alone` of them touch no other boundary, and `free` of those no settings, kernel,
    template or picture of others either, so that they would leave the monolith's queue; `collisions` are the times that
    two people changed one of its modules within `COLLISION_DAYS` of each other. `free_in` are the newest commits that
    show it, `collided_in` the newest two of two people, each the older first. Of the newest 20 of the changes `latest`
    touch no other boundary: None where there are fewer.
    """

    changes: int = 0
    alone: int = 0
    collisions: int = 0
    total: int = 0
    free: int = 0
    free_in: tuple[str, ...] = ()
    collided_in: tuple[tuple[str, str], ...] = ()
    latest: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One strangler step. `effort` counts every seam of the boundary; `remaining` those that earlier steps left."""

    number: int
    boundary: Boundary
    extract: bool  # False: the advice is to leave it where it is
    modules: int
    lines: int
    tables: tuple[Table, ...]
    before: tuple[str, ...]  # ids of remedies, in the order of work
    after: tuple[str, ...]  # what there is to do once the new process runs: where its data go
    effort: float
    remaining: float
    gain: Gain
    score: float
    requires: tuple[Boundary, ...]
    risks: tuple[str, ...]
    reasons: tuple[str, ...]
    rollback: tuple[str, ...]
    signs: tuple[str, ...]  # how to know that it worked
    form: Form = Form.SERVICE
    waits: bool = False  # what remains is more than a step: its seams have to be reduced inside the monolith first
    first: tuple[str, ...] = ()  # what there is to do before the remedies: whom to ask, and what can be undone
    cut: tuple[str, ...] = ()  # what there is to do at the cut beside the remedies, in the order of work


@dataclass(frozen=True, slots=True)
class Alternative:
    """The same boundaries ordered by other weights: `agreement` is Kendall's tau with the plan's order (-1 to 1)."""

    name: str
    order: tuple[Boundary, ...]
    agreement: float


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """Which boundary goes first, and by which remedies. `advice` says in a sentence or two whether to split at all."""

    steps: tuple[Step, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    scale: str = ""
    advice: tuple[str, ...] = ()
