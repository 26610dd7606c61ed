"""Stage 1, whole project: which class stands for which table, and how the tables hang together."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...model.facts import Column, ModuleKind, Origin
from ..code import Call, Expr
from ..infer import Machine, Unit
from ..program import ClassInfo, Fn, Scope
from ..types import NONE, Type, Types
from .managers import managers_of
from .mapping import EVERY, Key, Mapped, Relation, TableEntry, gives_rows, manager_kind
from .shapes import are_open, class_of, fetched, handed, loaded, returned

__all__ = ["Inventory", "inventory_of"]

# PositiveIntegerField      String      Mapped[str | None]
_PLAIN = re.compile(
    r"(Big|Small|Positive|Null)*"
    r"(Int|Integer|Auto|Float|Decimal|Numeric|Boolean|Char|Text|String|Unicode|Slug|Email|URL|UUID|Date|DateTime|Time)"
    r"(Field)?"
    r"|Mapped\[(int|float|bool|str|bytes|date|datetime|UUID|Decimal)( \| None)?\]"
)
_FEW = 8  # models that use one manager or queryset class; of more its methods speak for all together
_GENERAL = 16  # tables of one class: more are touched by whoever calls its methods
_MOST_COMPARED = 4  # tables of one comparison


class Inventory:
    """All tables of the project and of the libraries that it builds on."""

    def __init__(self) -> None:
        self.tables: dict[str, TableEntry] = {}
        self.mapped: list[ClassInfo] = []
        self.keys: list[Key] = []
        self.generic_keys: list[Key] = []  # by a type and an id, to a table or to any
        self.labels: dict[tuple[str, str], ClassInfo] = {}  # ("shop", "order") -> class
        self.core: dict[int, TableEntry] = {}  # Table(...) calls already entered
        self.views: dict[str, None] = {}  # names that SQL text creates or refreshes as views
        self.passing: dict[str, None] = {}  # names that SQL text creates as temporary tables
        self.user: ClassInfo | None = None  # the class that stands for a person who logs in
        self.transactions: dict[str, str] = {}  # dotted name -> kind
        self.generics: list[Callable[[Machine, Types, tuple[Types, ...]], Types | None]] = []
        self.callers: list[Callable[[Machine, Fn, str], Types]] = []  # what frameworks pass to functions
        self.lacking: list[Callable[[Machine, ClassInfo, str], bool]] = []  # a form that has no such field
        self.contexts: dict[str, list[tuple[Scope, Expr | None]]] = {}  # by route: where its factory is named, and it
        self.users: dict[ClassInfo, list[ClassInfo]] = {}  # manager or queryset class -> the models that use it
        self.scripts: dict[str, str] = {}  # the texts of `.sql` files by their names
        self.fixtures: dict[str, dict[tuple[str, str], None]] = {}  # a file of rows as it is asked for -> labels
        self.signals: dict[str, Any] = {}  # name or place -> its Signal
        self.receivers: dict[ClassInfo, dict[Unit, bool]] = {}  # whose rows -> who hears of them: of deletions, too?
        self.heard: dict[tuple[Fn, ClassInfo, str], tuple[Scope, int]] = {}  # whose rows are a library's, and where
        self.fielded: dict[ClassInfo, list[ClassInfo]] = {}  # a project's own field class -> the models that have one
        self.administered: dict[ClassInfo, list[ClassInfo]] = {}  # an admin class -> its models
        self.hears_deletions = False  # somebody listens to the deletion of any row
        self.complete = False  # everything is declared
        self._names: dict[str, Types] = {}
        self._lower: dict[str, TableEntry] = {}
        self._relations: dict[ClassInfo, dict[str, Relation]] = {}
        self._concrete: dict[Any, tuple[str, ...]] = {}
        self._general: dict[ClassInfo, bool] = {}

    # -- declaring ---------------------------------------------------------------------------------------------

    def declare(self, info: ClassInfo, mapped: Mapped) -> None:
        info.mapped = mapped
        self.mapped.append(info)

    def add(self, entry: TableEntry) -> None:
        """Enter a table, or what else is said of it; one that a library declares may be the project's own instead."""
        known = self.tables.setdefault(entry.name, entry)
        if known.origin is Origin.FRAMEWORK and entry.origin is Origin.OWN:  # class User: db_table = "auth_user"
            self.tables[entry.name], known, entry = entry, entry, known
        for name, column in entry.columns.items():
            known.columns.setdefault(name, column)

    def named(self, name: str) -> TableEntry | None:
        """The table called `name` in SQL: quotes and schema may differ."""
        bare = name.strip('"`[]')
        if bare in self.tables:
            return self.tables[bare]
        if len(self._lower) != len(self.tables):
            self._lower = {name.lower(): entry for name, entry in self.tables.items()}
        return self._lower.get(bare.lower()) or self._lower.get(bare.lower().rpartition(".")[2])

    def is_table(self, one: Type) -> bool:
        """Is the text the name of a table, or the label of a model? Then it is worth following where it goes."""
        return one.kind == "text" and (one.of in self.tables or self.is_label(one))

    def is_label(self, one: Type) -> bool:
        """Is it a text that is a model as `get_model` takes it, "shop.Order"? A route may be called shop.order."""
        app, dot, name = one.of.rpartition(".") if one.kind == "text" else ("", "", "")
        info = self.labels.get((app.lower(), name.lower())) if dot else None
        return info is not None and info.name.rpartition(".")[2] == name

    def unknown_table(self, name: str, scope: Scope, line: int) -> str:
        """Enter a table that only SQL text names."""
        self.add(TableEntry(name, "", scope, Origin.UNKNOWN, {}, line))
        return name

    def finish(self, classes: Iterable[ClassInfo]) -> None:
        """Index names; called once all is declared. What was asked before was answered from half of it."""
        self.complete = True
        self._relations.clear()
        self._concrete.clear()
        self._general.clear()
        found: dict[str, list[ClassInfo]] = {}
        used = {info.mapped.library for info in self.mapped if _is_of_project(info.scope)}
        for info in self.mapped:
            if info.mapped.table and info.mapped.library in used:
                found.setdefault(_snake(info.name.rpartition(".")[2]), []).append(info)
        taken = {_snake(info.name) for info in classes if info.mapped is None and not info.scope.source.code.outline}
        for name, infos in found.items():
            if name in taken:  # two classes are called Order: a parameter `order` may be either
                continue
            if name == "user" and self.user is not None:
                meant = [self.user]
            else:
                meant = [info for info in infos if _is_of_project(info.scope)] or infos
            if len({info.mapped.table for info in meant}) == 1:
                self._names[name] = (Type("instance", meant[0], None, 2),)

    # -- asking ------------------------------------------------------------------------------------------------

    def guessed(self, machine: Machine, fn: Fn | None, name: str) -> Types:
        """What a parameter may be that nobody annotates or passes: by what calls such methods, else by its name."""
        if fn is not None:
            for hook in self.callers:
                if types := hook(machine, fn, name):
                    return types
        return self._names.get(name, NONE)

    def relation(self, info: ClassInfo, name: str) -> Relation | None:
        known = self._relations.get(info)
        if known is None:
            known = self._relations[info] = self._collected(info)
        return known.get(name)

    def made_with(self, info: ClassInfo, call: Call) -> tuple[str, ...] | None:
        """The relations that a new row is given, and holds: Line(order=order)"""
        if info.mapped is None or info.mapped.library != "django":
            return None
        given = [name for name, _ in call.keywords if name is not None]
        held = [name for name in given if (to := self.relation(info, name)) is not None and to.kind == "one"]
        return tuple(held) or None

    def relations(self, info: ClassInfo) -> Mapping[str, Relation]:
        self.relation(info, "")
        return self._relations[info]

    def _collected(self, info: ClassInfo) -> dict[str, Relation]:
        found: dict[str, Relation] = {}
        above = info.line()
        for one in above:
            if one.mapped:
                for name, relation in one.mapped.relations.items():
                    found.setdefault(name, relation)
        if info.mapped is None or info.mapped.table is None:
            for one in info.below():
                if one.mapped:
                    for name, relation in one.mapped.relations.items():
                        found.setdefault(name, relation)
        return found

    def library_of(self, info: ClassInfo) -> str:
        """Whose rows instances of the class are: of a mixin, that of the mapped classes which mix it in."""
        if info.mapped is not None:
            return str(info.mapped.library)
        if not self.complete:
            return "manager" if manager_kind(info) else ""
        if "library" not in info.lookups and manager_kind(info):
            info.lookups["library"] = "manager"
        if "library" not in info.lookups:
            info.lookups["library"] = next((str(one.mapped.library) for one in info.below() if one.mapped), "")
        return str(info.lookups["library"])

    def library_of_target(self, target: Any) -> str:
        return self.library_of(target) if isinstance(target, ClassInfo) else ""

    def is_plain(self, info: ClassInfo, name: str) -> bool:
        """Is it a column of numbers, texts or moments? Then the attribute holds such, whatever code assigns to it."""
        plain: frozenset[str] | None = info.lookups.get("plain")
        if plain is None:
            columns = {} if info.mapped is None else self._columns_of(info)
            plain = frozenset(one for one, column in columns.items() if _PLAIN.fullmatch(column.type))
            if info.mapped is not None and info.mapped.library == "django":
                plain |= {"id", "pk", *(f"{one}_id" for one in self.relations(info))}
            if self.complete:
                info.lookups["plain"] = plain
        return name in plain

    def _columns_of(self, info: ClassInfo) -> dict[str, Column]:
        found: dict[str, Column] = {}
        for one in info.line():
            for name, column in (one.mapped.columns if one.mapped else {}).items():
                found.setdefault(name, column)
        return found

    def concrete(self, info: ClassInfo) -> list[ClassInfo]:
        """The classes with a table that `info` stands for: itself, or of an abstract one those below it."""
        if info in self.users:
            return [one for model in self.users[info] for one in self.concrete(model)]
        if info.mapped and info.mapped.table:
            return [info]
        return [one for one in info.below() if one.mapped and one.mapped.table]

    def tables_of(self, target: Any) -> tuple[str, ...]:
        """The tables behind a class, or a table's own name."""
        if isinstance(target, str):
            return self._every() if target == EVERY.name else () if self.passes(target) else (target,)
        if target not in self._concrete:
            found: dict[str, None] = {}
            for info in self.concrete(target):
                self._with_parents(info, found)
            self._concrete[target] = tuple(found) if len(found) <= _GENERAL else ()
        return self._concrete[target]

    def passes(self, name: str) -> bool:
        """Is it a temporary table, which only statements know?"""
        return name in self.passing and name in self.tables and self.tables[name].origin is Origin.UNKNOWN

    def chosen(self, types: Types) -> Types:
        """What is left of `types` once some were chosen: which of all tables those are nobody knows."""
        # [table for table in metadata.sorted_tables if table.name.startswith("shadow_")]
        return tuple([one for one in types if not _is_every(one)]) if any(map(_is_every, types)) else types

    def compared(self, types: Iterable[Type]) -> Types:
        """What a comparison is: a condition on the tables of the columns and queries that it compares."""
        # Line.order_id == Order.id
        found = [Type("alias", one.of, None, one.doubt) if one.kind == "column" else one for one in types]
        return tuple(dict.fromkeys(one for one in found if one.kind in ("alias", "query")))[:_MOST_COMPARED]

    def _every(self) -> tuple[str, ...]:
        if EVERY.name not in self._concrete:
            own = [one.name for one in self.tables.values() if one.origin is Origin.OWN and one.scope is not None]
            self._concrete[EVERY.name] = tuple(sorted(own))
        return self._concrete[EVERY.name]

    def is_general(self, target: Any) -> bool:
        """Does a class stand for so many tables that a line which touches its rows says nothing of any of them?"""
        if not isinstance(target, ClassInfo):
            return False
        if target not in self._general:
            self._general[target] = not self.tables_of(target) and bool(self.concrete(target))
        return self._general[target]

    def is_managing(self, info: ClassInfo) -> bool:
        """Is it a class of managers or querysets, whose `self` are rows?"""
        return manager_kind(info) or info in self.users

    def managed(self, info: ClassInfo) -> list[Type]:
        """What `self` is in a class of managers or querysets: the rows of each of the few models that use it."""
        models = self.users.get(info, ()) if manager_kind(info) else ()
        return [Type(_kind_of(info), model, info) for model in models] if len(models) <= _FEW else []

    def received(self, machine: Machine, info: ClassInfo, bound: Type) -> Type | None:
        """The `self` of a manager's or queryset's method that is called on `bound`."""
        model = self.model_of(bound)
        if model is None or not model.mapped:
            return None
        cls = class_of(bound) or managers_of(machine, model, "_default_manager")[0]
        return Type(_kind_of(info), model, cls if cls is not None and info in machine.line_of(cls) else info)

    def _with_parents(self, info: ClassInfo, found: dict[str, None]) -> None:
        if info.mapped.table not in found:
            found[info.mapped.table] = None
            for parent in info.mapped.parents:
                self._with_parents(parent, found)

    def transaction_kind(self, one: Type) -> str:
        if one.kind in ("external", "made"):
            writer = ".writer" in one.of or ".CONTEXT_WRITER" in one.of or one.of.endswith("sqlalchemy.begin")
            return self.transactions.get(one.of) or ("session" if writer else "")
        if one.kind == "method" and one.of.kind == "session":
            return ""
        return "session" if one.kind in ("session_scope",) else ""

    def table_text(self, types: Types) -> str:
        """The name of a table that stands in a text as an object: f"select * from {Order.__table__}"."""
        for one in types:
            if one.kind == "core_table":
                return str(one.of.name)
        return ""

    def model_of(self, bound: Type) -> ClassInfo | None:
        if bound.kind in ("manager", "rows", "values", "related"):
            found: ClassInfo = bound.of
            return found
        return None

    def holding(self, one: Type, asked: Iterable[str]) -> Type:
        """A row that was asked for attributes: it holds those that are relations."""
        if one.kind != "instance" or one.of.mapped is None:
            return one
        return loaded(one, [path for path in asked if self.relation(one.of, path.partition("__")[0]) is not None])

    are_open = staticmethod(are_open)
    fetched = staticmethod(fetched)
    handed = staticmethod(handed)
    returned = staticmethod(returned)

    def nearer(self, one: Type, owner: ClassInfo, nearer: ClassInfo, bound: Type) -> Type:
        """`one`, returned by a method of `owner`, as seen by who called it on `nearer`."""
        if not isinstance(one.of, ClassInfo):
            if isinstance(one.of, Type) and one.kind in ("list", "tuple", "dict"):
                return Type(one.kind, self.nearer(one.of, owner, nearer, bound), one.extra, one.doubt)
            return one
        if one.of is nearer:
            return one
        line = owner.line()
        if one.of is owner or (one.of in line and one.of in nearer.line()):
            if bound.kind in ("instance", "class"):
                return Type(one.kind, nearer, one.extra, one.doubt)
            return bound if one.kind == "instance" else Type(one.kind, nearer, one.extra, one.doubt)
        users = self.users.get(owner)
        if users and one.of in users and bound.kind not in ("instance", "class"):
            return Type(one.kind, nearer, one.extra, one.doubt)
        return one

    def generic(self, machine: Machine, bases: Types, params: tuple[Types, ...]) -> Types | None:
        for hook in self.generics:
            types = hook(machine, bases, params)
            if types is not None:
                return types
        return None


def inventory_of(machine: Machine) -> Inventory:
    """The inventory, typed."""
    found: Inventory = machine.inventory
    return found


def _kind_of(info: ClassInfo) -> str:
    return "rows" if gives_rows(info) else "manager"


def _is_of_project(scope: Scope) -> bool:
    return not scope.source.library and scope.source.kind is not ModuleKind.TEST


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _is_every(one: Any) -> bool:
    while isinstance(one, Type):
        one = one.of
    return one is EVERY
