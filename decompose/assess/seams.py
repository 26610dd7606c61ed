"""Where boundaries are crossed: Facts + Places -> Seams. Each kind of crossing has one finder in `FINDERS`."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from ..model.facts import Evidence, Facts, Import, ImportKind, Transaction, Use, UseKind, WireKind
from ..model.judgements import Seam, SeamKind
from ..model.names import Boundary, Module, Table
from .awaited import Awaited
from .crossing import CLASS, GENERIC, METHOD, MODEL, OBJECT, PASSED, STARTUP, UNUSED, Crossing
from .links import Links
from .meant import meant
from .methods import methods
from .places import Places

__all__ = ["FINDERS", "find_seams"]


_Finder = Callable[[Facts, Places], Iterator[Crossing]]

_USES = {
    UseKind.CALL: SeamKind.CALL,
    UseKind.INHERIT: SeamKind.INHERITANCE,
    UseKind.RAISE: SeamKind.EXCEPTION,
    UseKind.CONSTANT: SeamKind.CONSTANT,
    UseKind.ANNOTATION: SeamKind.TYPE,
    UseKind.REFERENCE: SeamKind.IMPORT,
}


def uses(facts: Facts, places: Places) -> Iterator[Crossing]:
    known, awaited = _Known(facts), Awaited(facts)
    for use in facts.uses:
        if places.crosses(use.module, use.used):
            kind = _kind(use, known)
            call = kind is SeamKind.CALL
            what = known.what(use) if kind in (SeamKind.CALL, SeamKind.IMPORT) else ""
            yield Crossing(
                kind=kind,
                source=use.module,
                target=use.used,
                names=(use.name,),
                at=Evidence(places.files[use.module], use.line, use.function),
                side=places.of[use.module],
                in_loop=call and use.in_loop and what not in (OBJECT, STARTUP),
                result_used=not call or bool(what) or use.result_used or awaited(use),
                detail=what,
                apart=what,
            )


# AppConfig.ready (Django), create_app and init_app (Flask), includeme (Pyramid)
_AT_START = frozenset({"ready", "create_app", "init_app", "includeme"})

# enum.StrEnum, models.TextChoices
_ENUM = re.compile(r"(Enum|Choices|Flag)$").search


class _Known:
    """What the names that are used stand for."""

    __slots__ = ("_classes", "_enums", "_functions", "_methods", "_models", "_objects")

    def __init__(self, facts: Facts) -> None:
        self._classes = frozenset((one.module, one.name) for one in facts.definitions if one.kind == "class")
        self._enums = frozenset((one.module, one.name) for one in facts.definitions if any(map(_ENUM, one.bases)))
        self._functions = frozenset((one.module, one.name) for one in facts.definitions if one.kind == "function")
        self._objects = frozenset((one.module, one.name) for one in facts.definitions if one.kind == "constant")
        self._models = frozenset((one.module, one.model) for one in facts.tables if one.module)
        self._methods = frozenset((one.module, one.line, one.callee.rpartition(".")[2]) for one in facts.calls)

    def what(self, use: Use) -> str:
        """MODEL for a table's class, its manager or a column, CLASS for another class, "" for a function."""
        first, _, rest = use.name.partition(".")
        if rest.startswith("objects.") or ((use.used, first) in self._models and self._is_of_rows(use, rest)):
            return MODEL
        if (use.used, use.name) in self._classes:
            return CLASS
        if rest and self._is_foreign(use, first, rest.rpartition(".")[2]):
            return OBJECT
        return STARTUP if use.kind is UseKind.CALL and self._on_import(use) else ""

    def _is_of_rows(self, use: Use, rest: str) -> bool:
        # Order, Order.objects, Order.total.desc() and Order.total, but not Order.cheapest()
        if not rest or rest.startswith("objects") or "." in rest:
            return True
        return use.kind is UseKind.REFERENCE and (use.used, use.name) not in self._functions

    def _on_import(self, use: Use) -> bool:
        # register(Reports), in the body of a module or a class, or where an application is put together
        last = use.function.rpartition(".")[2]
        return not use.function or (use.module, use.function) in self._classes or last in _AT_START

    def is_member(self, use: Use) -> bool:
        """A member of an enumeration."""
        first, _, rest = use.name.partition(".")
        return bool(rest) and (use.used, first) in self._enums and (use.used, use.name) not in self._functions

    def is_class(self, use: Use) -> bool:
        # class VAT(graphene.ObjectType)
        return (use.used, use.name) in self._classes

    def is_value(self, use: Use) -> bool:
        """What is called is no class, and no function of the project that is known by this name on this line."""
        owner, _, last = use.name.rpartition(".")
        return (use.used, owner) not in self._classes and (use.module, use.line, last) not in self._methods

    def _is_foreign(self, use: Use, first: str, last: str) -> bool:
        # db = SQLAlchemy(), then db.session.commit(): a library's object, whose methods the project does not define
        held = first[:1].islower() and (use.used, first) in self._objects
        return held and (use.module, use.line, last) not in self._methods


def _kind(use: Use, known: "_Known") -> SeamKind:
    """Order.STATUS_OPEN, Status.open, CURRENCIES.items(): a constant, and what a value does by itself."""
    *_, owner, last = ("", *use.name.split("."))
    if use.kind is UseKind.REFERENCE and ((last.isupper() and not known.is_class(use)) or known.is_member(use)):
        return SeamKind.CONSTANT
    if use.kind is UseKind.CALL and owner.isupper() and known.is_value(use):
        return SeamKind.CONSTANT
    if use.kind is UseKind.CONSTANT and known.what(use) == OBJECT:  # @app.task
        return SeamKind.IMPORT
    return _USES[use.kind]


def imports(facts: Facts, places: Places) -> Iterator[Crossing]:
    """The imports of which no use is known; those whose names are all used are told by their uses."""
    used = _used_names(facts.uses)
    packages = {fact.module for fact in facts.modules if fact.is_package}  # they import to pass on
    for fact in facts.imports:
        if places.crosses(fact.importer, fact.imported):
            names = tuple(name for name in fact.names if name not in used[fact.importer])
            whole = not fact.names or fact.names == ("*",)
            if (names and not whole) or (whole and not _reached(fact, used[fact.importer])):
                kind = SeamKind.TYPE if fact.kind is ImportKind.TYPE else SeamKind.IMPORT
                at, side = Evidence(fact.file, fact.line), places.of[fact.importer]
                known = kind is SeamKind.IMPORT and len(facts.uses) and fact.importer not in packages
                detail = UNUSED if names and known and names != ("*",) else ""
                yield Crossing(kind, fact.importer, fact.imported, names, at, side, detail=detail, apart=detail)


def passed_on(facts: Facts, places: Places) -> Iterator[Crossing]:
    """The imports that a use tells of its source alone: the module between is loaded, and with it what that imports."""
    defined = {(one.module, one.name) for one in facts.definitions}
    sources: defaultdict[tuple[Module, str], set[Module]] = defaultdict(set)
    for use in facts.uses:
        sources[use.module, use.name.partition(".")[0]].add(use.used)
    for fact in facts.imports:
        if fact.kind is not ImportKind.TYPE and places.crosses(fact.importer, fact.imported):
            at, side, between = Evidence(fact.file, fact.line), places.of[fact.importer], fact.imported
            for name in fact.names:
                # of two things by one name the import is of either: shop.models.Order, and pages.Order of another line
                source, *others = sources.get((fact.importer, name), (between,))
                if not others and (between, name) not in defined and _is_elsewhere(source, between, places):
                    names = (f"{source}.{name}",)
                    yield Crossing(
                        SeamKind.IMPORT, fact.importer, between, names, at, side, detail=PASSED, apart=PASSED
                    )


def _is_elsewhere(source: Module, between: Module, places: Places) -> bool:
    # shop.orders is loaded along with shop.orders.lines, wherever that stands
    return places.of.get(source) != places.of[between] and not source.name.startswith(f"{between.name}.")


def _used_names(uses: Iterable[Use]) -> defaultdict[Module, set[str]]:
    """For each module the first parts of the names that it uses, and the modules that define them."""
    names: defaultdict[Module, set[str]] = defaultdict(set)
    for use in uses:
        names[use.module].update((use.name.partition(".")[0], use.used.name))
    return names


def _reached(fact: Import, used: set[str]) -> bool:
    # import shop.billing; shop.billing.api.charge()
    inside = fact.imported.name + "."
    return fact.imported.name in used or any(name.startswith(inside) for name in used)


def tables(facts: Facts, places: Places) -> Iterator[Crossing]:
    for access in meant(facts.accesses, facts.tables):
        if places.crosses(access.module, access.table):
            yield Crossing(
                kind=SeamKind.TABLE,
                source=access.module,
                target=access.table,
                names=(),
                at=Evidence(access.file, access.line, access.function),
                side=places.of[access.module],
                op=access.op,
                in_loop=access.in_loop,
                detail=access.via,
            )


def joins(facts: Facts, places: Places) -> Iterator[Crossing]:
    links = Links(facts)
    for query in facts.queries:
        at = Evidence(query.file, query.line, query.function)
        for side, table, names in _foreign(query.module, links.joined(query), places):
            yield Crossing(SeamKind.JOIN, query.module, table, names, at, side, apart="+".join(names))


def transactions(facts: Facts, places: Places) -> Iterator[Crossing]:
    for scope in _widest(facts.transactions, places):
        at = Evidence(scope.file, scope.line, scope.function)
        for side, table, names in _foreign(scope.module, scope.writes, places):
            apart = f"{scope.function}: {'+'.join(names)}"
            yield Crossing(SeamKind.TRANSACTION, scope.module, table, names, at, side, detail=scope.kind, apart=apart)


def _widest(scopes: Iterable[Transaction], places: Places) -> Iterator[Transaction]:
    """Of a scope that commits something else for each class, the run that writes tables of most owners."""
    found: defaultdict[tuple[str, int, str], list[Transaction]] = defaultdict(list)
    for scope in scopes:
        found[scope.file, scope.line, scope.function].append(scope)
    for runs in found.values():
        owners = [len({places.of[table] for table in run.writes if table in places.of}) for run in runs]
        yield max(zip(owners, runs, strict=True), key=lambda one: (one[0], len(one[1].writes)))[1]


def _foreign(
    module: Module, tables: tuple[Table, ...], places: Places
) -> Iterator[tuple[Boundary, Table, tuple[str, ...]]]:
    """Of tables that two or more boundaries own: whose crossing it is, the first table of each other owner, and all."""
    owned = sorted({table for table in tables if table in places.of})
    first = {places.of[table]: table for table in reversed(owned)}
    if len(first) > 1:
        side = places.of.get(module) or places.of[owned[0]]  # the shared kernel's queries count for their first table
        for boundary in sorted(first.keys() - {side}):
            yield side, first[boundary], tuple(table.name for table in owned)


def foreign_keys(facts: Facts, places: Places) -> Iterator[Crossing]:
    declared = {fact.table: fact.module for fact in facts.tables}
    for key in facts.foreign_keys:
        module = declared.get(key.table)
        if module and key.file and places.crosses(key.table, key.to_table):  # a framework's own keys are none of ours
            name, at = f"{key.table}.{key.column}", Evidence(key.file, key.line)
            side = places.of[key.table]
            yield Crossing(
                SeamKind.FOREIGN_KEY, module, key.to_table, (name,), at, side, detail=key.on_delete, apart=name
            )


def generic_keys(facts: Facts, places: Places) -> Iterator[Crossing]:
    declared = {fact.table: fact.module for fact in facts.tables}
    for key in facts.generic_keys:
        module = declared.get(key.table)
        if key.to_table and module and key.file and places.crosses(key.table, key.to_table):
            name, at = f"{key.table}.{key.column}", Evidence(key.file, key.line)
            side = places.of[key.table]
            yield Crossing(SeamKind.FOREIGN_KEY, module, key.to_table, (name,), at, side, detail=GENERIC, apart=name)


def wires(facts: Facts, places: Places) -> Iterator[Crossing]:
    for wire in facts.wires:
        # a string foreign key is told by its key, a method that an object may have by those who call it
        if wire.kind not in (WireKind.FOREIGN_KEY, WireKind.METHOD) and places.crosses(wire.source, wire.target):
            at, side = Evidence(wire.file, wire.line), places.of[wire.source]
            yield Crossing(
                SeamKind.WIRING, wire.source, wire.target, (wire.name,), at, side, detail=wire.kind, apart=wire.kind
            )


def signals(facts: Facts, places: Places) -> Iterator[Crossing]:
    """Of the rows of a library's table, which no module declares."""
    for one in facts.heard:
        if places.crosses(one.module, one.table):
            at, side, kind = Evidence(one.file, one.line), places.of[one.module], WireKind.SIGNAL
            yield Crossing(SeamKind.WIRING, one.module, one.table, (one.model,), at, side, detail=kind, apart=kind)


FINDERS: tuple[_Finder, ...] = (
    uses, methods, imports, passed_on, tables, joins, transactions, foreign_keys, generic_keys, wires, signals,
)  # fmt: skip


def find_seams(facts: Facts, places: Places) -> tuple[Seam, ...]:
    """All seams, sorted by id."""
    found: defaultdict[str, list[Crossing]] = defaultdict(list)
    crossings = [crossing for finder in FINDERS for crossing in finder(facts, places)]
    # Mail(order).send(): a method of what is made on the same line
    used = {(one.at, one.target, one.names[0].rpartition(".")[0]) for one in crossings if one.detail == METHOD}
    for crossing in crossings:
        if crossing.detail != CLASS or (crossing.at, crossing.target, *crossing.names) not in used:
            found[_id(crossing)].append(crossing)
    return tuple(_seam(id, found[id], places) for id in sorted(found))


def _id(crossing: Crossing) -> str:
    words = [
        crossing.kind,
        crossing.op or "",
        "loop" * (crossing.kind is SeamKind.CALL and crossing.in_loop),
        "notify" * (not crossing.result_used),
    ]
    apart = f" ({crossing.apart})" if crossing.apart else ""
    return f"{'.'.join(filter(None, words))}:{crossing.source}->{crossing.target}{apart}"


def _seam(id: str, crossings: list[Crossing], places: Places) -> Seam:
    one = crossings[0]
    return Seam(
        id=id,
        kind=one.kind,
        from_boundary=one.side,
        from_module=one.source,
        to_boundary=places.of[one.target],
        to=one.target,
        names=tuple(sorted({name for crossing in crossings for name in crossing.names})),
        op=one.op,
        evidence=tuple(sorted({crossing.at for crossing in crossings})),
        in_loop=any(crossing.in_loop for crossing in crossings),
        result_used=one.result_used,
        detail=" ".join(sorted({crossing.detail for crossing in crossings} - {""})),
    )
