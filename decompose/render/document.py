"""Stage 7: the form of `analysis.json`, version 1, as types; every other view is made from a `Document`.

A key is never renamed, removed or given another meaning without a new `VERSION`; new keys may be added.
Dates are "YYYY-MM-DD" in UTC, paths relative to the repository, lines from 1 (0: the whole file).
"""

from typing import Any, Literal, NotRequired, TypedDict

__all__ = ["FORMAT", "VERSION", "Document"]

FORMAT = "decompose/analysis"
VERSION = 1


class PlaceRow(TypedDict):
    file: str
    line: int
    function: str


class ProjectRow(TypedDict):
    name: str
    packages: list[str]
    files: int
    lines: int
    commits: int
    first_commit: str
    last_commit: str
    head: str
    partial_files: int
    written_for: NotRequired[dict[str, int]]  # Python that would read them whole -> files


class ModuleRow(TypedDict):
    """`boundary` is null exactly for members of `shared_kernel` or `composition_roots`."""

    name: str
    path: str
    kind: str
    lines: int
    partial: bool
    boundary: str | None


class ImportRow(TypedDict):
    importer: str
    imported: str
    kind: Literal["runtime", "lazy", "type"]
    names: list[str]
    file: str
    line: int


class TableRow(TypedDict):
    """`owner` is the boundary that owns the table, or null where it belongs to nobody or to the shared kernel."""

    name: str
    model: str
    module: str | None
    origin: Literal["own", "framework", "test", "unknown"]
    owner: str | None
    file: str
    line: int


class AccessRow(TypedDict):
    module: str
    function: str
    table: str
    op: Literal["read", "write"]
    via: Literal["orm", "relation", "cascade", "sql", "framework", "shared"]
    confidence: str
    file: str
    line: int


class ForeignKeyRow(TypedDict):
    table: str
    column: str
    to_table: str
    on_delete: str
    file: str
    line: int


class BoundaryRow(TypedDict):
    name: str
    modules: list[str]
    tables: list[str]
    why: str


class KernelRow(TypedDict):
    modules: list[str]
    tables: list[str]


class PlacementRow(TypedDict):
    """Why a module is where it is; `confidence` is the share of clustering runs that agree (0 to 1)."""

    module: str
    boundary: str
    confidence: float
    next_best: str | None
    reasons: list[str]


class FromRow(TypedDict):
    boundary: str
    module: str


class ToRow(TypedDict):
    """One of `module` and `table` is there."""

    boundary: str
    module: NotRequired[str]
    table: NotRequired[str]


# `from` is a keyword, hence the functional form.
SeamRow = TypedDict(
    "SeamRow",
    {
        "id": str,
        "kind": str,
        "from": FromRow,
        "to": ToRow,
        "names": list[str],
        "op": str | None,
        "evidence": list[PlaceRow],
        "in_loop": bool,
        "result_used": bool,
        "detail": str,
    },
)


class GainRow(TypedDict):
    """Counts of commits: those that touch the boundary, those that touch it `alone`, of `total`; those of them that are
    `free` of all else that is released with it; and `collisions`. `free_in` are the newest commits that show it,
    `collided_in` the newest pairs of two people's; of the newest 20 changes `latest` touch it alone.
    """

    changes: int
    alone: int
    collisions: int
    total: int
    free: NotRequired[int]
    free_in: NotRequired[list[str]]
    collided_in: NotRequired[list[list[str]]]
    latest: NotRequired[int | None]


class StepRow(TypedDict):
    """One step of the plan. `before` holds ids of `remedies`; efforts are points on `effort_scale`."""

    step: int
    boundary: str
    extract: bool
    modules: int
    lines: int
    tables: list[str]
    before: list[str]
    after: list[str]
    effort: float
    remaining: float
    gain: GainRow
    score: float
    requires: list[str]
    risks: list[str]
    reasons: list[str]
    rollback: list[str]
    signs: list[str]
    form: NotRequired[Literal["service", "library"]]
    waits: NotRequired[bool]
    first: NotRequired[list[str]]
    cut: NotRequired[list[str]]


class OptionRow(TypedDict):
    kind: str
    points: float
    skipped: str


class RemedyRow(TypedDict):
    """What to do about `seams` (ids); the first of `options` is recommended."""

    id: str
    subject: str
    seams: list[str]
    boundaries: list[str]
    options: list[OptionRow]
    sketch: str
    evidence: list[PlaceRow]


class AlternativeRow(TypedDict):
    """Another order; `agreement` is Kendall's tau with the plan's (-1 to 1)."""

    name: str
    order: list[str]
    agreement: float


class CycleRow(TypedDict):
    """Boundaries that need each other; removing the imports `breakers` lets them be ordered."""

    boundaries: list[str]
    breakers: list[list[str]]
    seams: list[str]


class TableUseRow(TypedDict):
    boundary: str
    reads: int
    writes: int


class OwnershipRow(TypedDict):
    """Why a table has its owner, and how sure that is (`confidence`, 0 to 1)."""

    table: str
    owner: str | None
    claim: str
    declared_in: str | None
    uses: list[TableUseRow]
    confidence: float
    challenger: str | None
    reasons: list[str]
    evidence: list[PlaceRow]


class WallRow(TypedDict):
    """A bottleneck that a split would not remove: a hypothesis, with its definition in `why`."""

    kind: str
    subject: str
    module: str | None
    tables: list[str]
    hot: bool
    why: str
    proposal: str
    sketch: str
    evidence: list[PlaceRow]
    related: list[PlaceRow]
    requests: NotRequired[list[str]]  # some of those that reach it, as "module:function"
    measured: float | None


class ProblemRow(TypedDict):
    file: str
    line: int
    message: str


class UnresolvedRow(TypedDict):
    kind: str
    module: str
    file: str
    line: int
    text: str


class ResolvedRow(TypedDict):
    """Lines of a module that touch tables: all of whose tables are known, and others."""

    module: str
    resolved: int
    unresolved: int
    share: float


class ResolutionRow(TypedDict):
    """The same of the whole project; `modules` are those that touch tables, the least resolved first."""

    resolved: int
    unresolved: int
    share: float
    modules: list[ResolvedRow]


class Document(TypedDict):
    """The whole analysis. Lists are sorted, so that two equal analyses are equal byte by byte."""

    format: Literal["decompose/analysis"]
    version: Literal[1]
    project: ProjectRow
    modules: list[ModuleRow]
    imports: list[ImportRow]
    tables: list[TableRow]
    accesses: list[AccessRow]
    foreign_keys: list[ForeignKeyRow]
    boundaries: list[BoundaryRow]
    shared_kernel: KernelRow
    composition_roots: list[str]
    placements: list[PlacementRow]
    seams: list[SeamRow]
    cycles: list[CycleRow]
    ownership: list[OwnershipRow]
    walls: list[WallRow]
    blast_radius: dict[str, Any]
    metrics: dict[str, Any]
    backtest: NotRequired[dict[str, Any]]
    not_held_out: NotRequired[str]  # why there is no backtest
    trend: NotRequired[dict[str, Any]]
    plan: list[StepRow]
    remedies: list[RemedyRow]
    alternatives: list[AlternativeRow]
    effort_scale: str
    advice: list[str]
    problems: list[ProblemRow]
    unresolved: list[UnresolvedRow]
    resolution: NotRequired[ResolutionRow]
