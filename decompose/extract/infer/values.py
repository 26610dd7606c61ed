"""Stage 1, whole project: what inference notes while it goes: units, call sites, drafts of queries, effects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...model.facts import CalledOn, How, Op, Via
from ..code import Call
from ..program import ClassInfo, Fn, Scope
from ..types import NONE, Cell, Type, Types

__all__ = ["Asked", "Draft", "Effect", "Site", "Span", "Unit"]


class Asked(NamedTuple):
    """A method that is called: `doubt` is that of the object, `used` says that somebody looks at the result."""

    on: CalledOn
    doubt: int
    used: bool
    looped: bool

    def also(self, other: "Asked") -> "Asked":
        """The same method, called on the same line in another way."""
        return Asked(self.on, min(self.doubt, other.doubt), self.used or other.used, self.looped or other.looped)


class Effect(NamedTuple):
    """What a line does to the tables of a class, or to a table known by its name."""

    target: Any  # ClassInfo or the table's name
    op: Op
    via: Via
    line: int


@dataclass(slots=True)
class Draft:
    """A query as far as its chain of calls has been read; columns are (class or table name, column)."""

    line: int
    via: Via
    in_loop: bool
    per_item: bool
    targets: dict[Any, None] = field(default_factory=dict)
    joined: dict[tuple[Any, str], None] = field(default_factory=dict)
    filtered: dict[tuple[Any, str], None] = field(default_factory=dict)
    sought: dict[tuple[Any, str], None] = field(default_factory=dict)  # of both, what an index can find
    ordered: dict[tuple[Any, str], None] = field(default_factory=dict)
    aggregates: bool = False
    locks: bool = False
    routed: bool = False  # .using("replica")
    of_one: bool = False  # it goes on with rows that are found elsewhere: order.lines
    several: bool = False  # it asks for those of several values: order_id__in=ids
    prefetched: dict[Any, None] = field(default_factory=dict)  # fetched by queries that follow

    def continues(self, other: "Draft | None") -> None:
        """`late = Order.objects.filter(...)`, then `late.filter(...)`: what the first says, the second says too."""
        if other is not None:
            self.targets |= other.targets
            self.joined |= other.joined
            self.filtered |= other.filtered
            self.sought |= other.sought
            self.ordered |= other.ordered
            self.prefetched |= other.prefetched
            self.aggregates = self.aggregates or other.aggregates
            self.locks = self.locks or other.locks
            self.routed = self.routed or other.routed
            self.of_one = self.of_one or other.of_one
            self.several = self.several or other.several


class Span(NamedTuple):
    """A stretch of lines that commits at once."""

    kind: str
    line: int
    end_line: int


class Unit:
    """One evaluation of a module body or function; `receiver` is the Type of `self`, where it has one."""

    __slots__ = (
        "along", "asked", "attributes", "borrowed", "bulk", "by", "calls", "columns", "commits", "decorators",
        "deferred", "effects", "env", "fixed", "fn", "for_any", "kept", "known", "label", "mentioned", "nested",
        "of", "over", "params", "parent", "queries", "queued", "rare", "received", "receiver", "reflected", "repeated",
        "returns", "same", "scope", "seldom", "spans", "tables", "unknown",
    )  # fmt: skip

    def __init__(self, scope: Scope, fn: Fn | None, parent: "Unit | None", receiver: Type | None) -> None:
        self.scope, self.fn, self.parent, self.receiver = scope, fn, parent, receiver
        self.env: dict[str, Types] = {}
        self.params: dict[str, Cell] = {}
        self.returns = Cell()
        self.effects: dict[Effect, tuple[int, bool]] = {}  # -> doubt, in a loop
        self.repeated: dict[Effect, int] = {}  # -> the first line of the innermost loop over rows around it
        self.bulk: dict[Effect, None] = {}  # writes of many rows by one statement, which no signal follows
        self.along: dict[
            Effect, None
        ] = {}  # that send no statement of their own: loaded with the row, or flushed later
        self.mentioned: dict[Effect, None] = {}  # that stand where a column is named, in whichever query that is
        self.rare: dict[Effect, None] = {}  # that run for a first round alone, when asked to, or for what is missing
        self.attributes: dict[tuple[ClassInfo, str, int], None] = {}  # of rows, that a line looks up
        self.columns: dict[tuple[Any, str, How, int], None] = {}  # what else a line does to attributes of rows
        self.calls: dict[tuple[Unit, int], int] = {}  # -> the first line of the loop over rows around it, or 0
        self.seldom: dict[
            tuple[Unit, int], None
        ] = {}  # those of them that run for a first round alone, or when asked to
        self.of: dict[Effect, str] = {}  # -> the parameter of which they ask for what it keeps
        self.by: dict[Effect, str] = {}  # -> the column of the key that they go along
        self.kept: dict[tuple[Unit, int], str] = {}  # -> the parameter whose property is called, which keeps it
        # of those that a loop over rows repeats -> the parameters for which it passes the same each time
        self.same: dict[tuple[Unit, int], frozenset[str]] = {}
        self.asked: dict[tuple[Fn, ClassInfo, int], Asked] = {}  # the methods that lines call on objects
        self.over = frozenset[str]()  # the parameters whose rows it goes over each time that it is called
        self.queries: dict[int, Draft] = {}
        self.spans: dict[Span, None] = {}
        self.commits: dict[int, str] = {}
        self.deferred: dict[int, None] = {}  # lines whose calls wait for the commit, or run elsewhere
        self.unknown: dict[tuple[str, int, str], None] = {}
        self.nested: list[Unit] = []
        self.borrowed: dict[tuple[Unit, int], tuple[int, bool]] = {}  # what libraries do for a line -> doubt, in a loop
        self.received: dict[tuple[Unit, int], dict[Any, int]] = {}  # -> the classes that general methods are called on
        self.for_any: dict[
            Effect, None
        ] = {}  # of a general method: what it does to one class or the other by its caller
        self.reflected: dict[int, None] = {}  # lines that make classes of what a database holds
        self.decorators: list[Unit] = []
        self.label = fn.name if fn else ""
        self.queued = False
        self.fixed: dict[str, Any] = {}  # parameters that its callers pass a constant for
        self.known: dict[str, Any] = {}  # those of them that still hold it where evaluation stands, or another
        self.tables: frozenset[str] = frozenset()  # the names of tables that it is called with

    @property
    def name(self) -> str:
        return self.label


class Site(NamedTuple):
    """One call as it stands: the node, and the types of its arguments in their order."""

    node: Call
    args: tuple[Types, ...]
    keywords: dict[str, Types]
    line: int

    def arg(self, position: int, keyword: str = "") -> Types:
        if position < len(self.args):
            return self.args[position]
        return self.keywords.get(keyword, NONE)

    def all(self) -> Iterator[Types]:
        yield from self.args
        yield from self.keywords.values()
