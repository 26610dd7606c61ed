"""Stage 1: what a class is to its library: the table that it maps, its relations, or a manager of rows."""

from dataclasses import dataclass, field, replace
from typing import Any

from ...model.facts import Column, ModuleKind, Origin
from ..program import ClassInfo, Scope

__all__ = [
    "EVERY",
    "JOINS",
    "Key",
    "Mapped",
    "Relation",
    "TableEntry",
    "gives_rows",
    "manager_kind",
    "mixed_in",
    "origin_of",
]


@dataclass(slots=True, eq=False)
class Relation:
    """A step from one mapped class to another, by the attribute that takes it: equal to itself alone, so hashable.

    `kind`: "one" (the foreign key is here), "many" (it is there), "one_back" (it is there, and unique), "both" (a
    table between). `between` is that table, or the class that maps it. `lookup` is its name in paths. `loaded`: the
    relations beyond it that came with its rows, where these were loaded before anybody asks for them.
    """

    name: str
    owner: ClassInfo
    target: ClassInfo
    kind: str
    column: str = ""
    between: "ClassInfo | str | None" = None
    on_delete: str = ""
    lookup: str = ""
    line: int = 0
    hidden: bool = False
    loaded: tuple[str, ...] | None = None
    _loaded: dict[tuple[str, ...], "Relation"] = field(default_factory=dict)

    def with_rows(self, paths: tuple[str, ...]) -> "Relation":
        """The same step, where its rows are there already, and with them what `paths` lead to."""
        if paths not in self._loaded:
            self._loaded[paths] = replace(self, loaded=paths, _loaded={})
        return self._loaded[paths]


@dataclass(slots=True, eq=False)
class Mapped:
    """What a class is to its library: `table` is None for abstract classes and mixins."""

    library: str
    table: str | None
    label: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    parents: list[ClassInfo] = field(default_factory=list)  # of a table that continues another's rows
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class TableEntry:
    """A table before it becomes a fact."""

    name: str
    model: str
    scope: Scope | None
    origin: Origin
    columns: dict[str, Column]
    line: int
    info: ClassInfo | None = None
    file: str = ""  # where no module declares it


EVERY = TableEntry("*", "", None, Origin.OWN, {}, 0)
"""One table after another of all that the project has: for table in metadata.sorted_tables"""


@dataclass(slots=True)
class Key:
    """A foreign key, or a generic one, before it becomes a fact."""

    table: str
    column: str
    to_table: str
    on_delete: str
    scope: Scope | None
    line: int
    file: str = ""  # where no module declares it


JOINS = frozenset({"select_related", "prefetch_related"})
"""What has a queryset of Django load other rows along with its own."""


def manager_kind(info: ClassInfo) -> bool:
    """Is it a manager or queryset class?"""
    if "manager" not in info.lookups:
        info.lookups["manager"] = any(
            base.rpartition(".")[2].endswith(_QUERYSETS)
            and not base.startswith(("sqlalchemy", "collections", "rest_", "taggit."))
            for base in info.externals()
        )
    return bool(info.lookups["manager"])


def gives_rows(info: ClassInfo) -> bool:
    """Does a query that begins with the class have its methods? Those of a manager's own end with the first call."""
    if info.lookups.get("gives rows"):
        return True
    return any(base.rpartition(".")[2].endswith(("QuerySet", "QuerySetMixin")) for base in info.externals())


def mixed_in(info: ClassInfo) -> None:
    """Note that a class of no library is one of managers or querysets, where such alone mix it in."""
    # class ExportMixin: ...      class OrderQuerySet(ExportMixin, QuerySet): ...
    below = [] if info.externals() else [one for one in info.below() if one.externals()]
    if below and all(map(manager_kind, below)):
        info.lookups["manager"], info.lookups["gives rows"] = True, any(map(gives_rows, below))


_QUERYSETS = ("QuerySet", "Manager", "BaseManager", "QuerySetMixin", "TreeManager", "PolymorphicManager")


def origin_of(scope: Scope) -> Origin:
    """Whose tables a module declares."""
    if scope.source.library:
        return Origin.FRAMEWORK
    return Origin.TEST if scope.source.kind is ModuleKind.TEST else Origin.OWN
