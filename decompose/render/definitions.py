"""Stage 7: what each figure of the reports means, in a sentence each, in the order in which a reader meets them."""

from ..model.judgements import RemedyKind

__all__ = ["DEFINITIONS", "MEASURES", "REMEDIES"]

_TEXT = """
module: One Python file. Tests, migrations, scripts, vendored and generated files are modules of their own kind and are
    not counted in the size of a boundary.
line: A line of a file as it stands, blank lines and comments among them.
boundary: A candidate service: modules that belong together, and the tables that they own.
shared kernel: Modules that serve everybody and belong to no boundary: what would become a library.
composition root: Modules that put the program together (settings, routes, entry points); they know every boundary.
seam: A place, or several places of one kind between the same two ends, where a module of one boundary needs a module
    or table of another.
seam in code: An import, call, inheritance, exception, constant, type or wiring between two boundaries.
seam in data: A table access, join, foreign key or transaction of one boundary that reaches another's tables.
owner: The boundary that a table would move with.
contested table: A table that modules of two boundaries or more write.
remedy: What to do about one seam or several that share a provider: the recommended way, what it costs, and what breaks
    if it is left out.
effort: Points on the scale that the plan states; they compare steps with each other and are no days.
gain: What the commits that were read say a step would have bought: changes that touch one boundary alone leave the
    monolith's queue; a collision is two people changing one module within three days. In-sample: the boundaries were
    proposed with these commits in view; the backtest judges by later ones.
agreement: The share of clustering runs, with other seeds and resolutions, that put a module where it is. It is low for
    a close call, and for a group too small to stand alone, which joins the one that it is tied to most.
confidence of an owner: The owner's share of all uses of a table, writes counting more than reads.
blast radius: What a change that touches something also touches: modules, boundaries, tables and people, counted over
    the commits of the history.
wall: A bottleneck that a split would not remove: a hypothesis, with the definition that it meets and its lines.
hot: Reachable from a request, and in a loop or from several entries.
problem: Input that could not be read as it stands. The rest of the file, and all other files, were analysed.
not resolved: A reference that static analysis could not follow, such as a table name made at run time.
"""

DEFINITIONS: tuple[tuple[str, str], ...] = tuple(
    (name, meaning.strip())
    for name, _, meaning in (entry.partition(":") for entry in _TEXT.strip().replace("\n    ", " ").splitlines())
)
"""(name, meaning) of every figure."""

REMEDIES: dict[RemedyKind, str] = {
    RemedyKind.MOVE: "The code moves to the side that needs it.",
    RemedyKind.KERNEL: "The code becomes a part of a shared library.",
    RemedyKind.INVERT: "The user implements an interface of the provider, or registers itself there.",
    RemedyKind.SYNC_API: "One request over the network for each call.",
    RemedyKind.BATCH_API: "One request over the network for many items.",
    RemedyKind.EVENT: "One side publishes what happened, and the other one listens.",
    RemedyKind.READ_MODEL: "A copy of the rows, kept up to date by events.",
    RemedyKind.VIEW: "A denormalised view, kept up to date by those who write its tables.",
    RemedyKind.COMMAND_API: "The owner of the table writes on request.",
    RemedyKind.PART: "Its owner does it when it hears of the transaction that it is part of.",
    RemedyKind.DROP_KEY: "The identifier stays, the foreign key goes, and a job cleans up.",
    RemedyKind.SAGA: "Steps that can each be undone, in place of one transaction.",
    RemedyKind.OUTBOX: "An event stored in the transaction that it tells of, and sent after it.",
    RemedyKind.SPLIT_TABLE: "Each side gets a table with the columns that are its own.",
    RemedyKind.ADDRESS: "The name of a page stays, and its path leads to whoever answers it.",
    RemedyKind.CLAIM: "The token that says who somebody is says what they may do, too.",
    RemedyKind.SOURCE: "It is imported from the module that defines it.",
    RemedyKind.DELETE: "Nothing needs it: it goes.",
}
"""What each kind of remedy means."""

MEASURES: tuple[tuple[str, str, str, str], ...] = (
    ("sm", "structural modularity", "higher", "cohesion less coupling, both relative to the sizes (SM)"),
    ("icp", "calls between groups", "lower", "the part of all calls, their volume damped (ICP)"),
    ("ifn", "interfaces", "lower", "pairs of modules that call across groups, for each group (IFN)"),
    ("interface_modules", "interface modules", "lower", "modules of a group that others use, on average"),
    ("ned", "sizes out of range", "lower", "the part of the modules in groups of fewer than 5 or more than 20 (NED)"),
    ("coupling", "coupling", "lower", "the part of the uses that go to another group"),
    ("cohesion", "cohesion", "higher", "of the uses that touch a group, the part that stays inside, on average"),
    ("modularity", "modularity", "higher", "the weight inside groups above what chance would give (Newman's Q)"),
    ("dtp", "purity of tables", "higher", "1 when each table is touched by one group alone (DTP)"),
    ("icf", "co-change inside", "higher", "changes that two modules of one group share, on average (ICF)"),
    ("ecf", "co-change across", "lower", "changes that two modules of different groups share, on average (ECF)"),
    ("rei", "co-change, across to inside", "lower", "the second of these divided by the first (REI)"),
)
"""(key, name, which is better, meaning) of the metrics by which groupings are compared."""
