"""What the remedies look up in the facts: Facts + Partition + Seams -> Context."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from ...model.facts import (
    Access,
    Call,
    CalledOn,
    Definition,
    Evidence,
    Facts,
    ForeignKey,
    ImportKind,
    ModuleKind,
    Op,
    Page,
    TableFact,
    Via,
)
from ...model.judgements import Partition, Seam, SeamKind
from ...model.names import Boundary, Module, Table
from ...model.receivers import DELETIONS, receivers, signals
from ...model.spread import spread
from ...model.sql import by_table
from .apps import apps
from .asked import Asked, asked
from .backward import Backward, backward
from .calls import by_whom
from .committed import Opened, opened
from .fields import Fields, fields, run_on
from .followed import followed, unpaid
from .guests import guests
from .history import Together, together_with
from .kept import kept
from .loaded import giving
from .migrations import migrates
from .named import Lines, named
from .requests import atomic
from .scopes import callers, handled, reached, within
from .settled import Brought, Covered, brought, continued, covered, given, lent, sent
from .signatures import words
from .travel import Baggage, Named, baggage, carried, sizes, top
from .ways import Ways, ways

__all__ = ["Context", "context"]


@dataclass(frozen=True, slots=True)
class Context:
    """`baggage` lacks the modules that cannot travel: they, or what they import, use a table or are too heavy.

    `carried` are the functions and classes that travel without the rest of their modules: each with all that it uses,
    as far as `uses` and `calls` tell, none of which comes to a table; `of_rows` those that leave for where the rows are
    that they are handed, `run_on` what these and methods of columns read of rows, by who calls them. `sizes` are lines.
    `lodgers` are the modules that no other module of their own boundary imports; `tasks` are what a queue runs,
    `apps` the classes of Django's apps, `classes` those of tables; a boundary has `touched` a table that it uses or
    points to by a remedy, `libraries` the boundaries that become one. `models` are the tables of classes by their names
    in lower case,
    `words` what parameters are called that hold values, though a class is called so, too;
    `scopes` what transactions write themselves, signals aside. `active` classes have a method that comes to read or
    write a table; `rooted` functions come to one, and `reading` ones only to read it. `writers` are the lines that
    write a table, in the order of files; `along` are the first lines at which rows are deleted with others; `migrates`
    is what migrations are written for: "django", "alembic", or "" where there are none. `ways` tell how scopes come to
    their tables; `handled` are the writes, by file, line and table, that a remedy of the transaction around them deals
    with, `within` the functions, each with the boundary that calls it, that run only to write inside of one; `heard`
    are the functions that are called when a row is saved or deleted, by its table; `extensions` are the classes that
    inherit from a library's, or that only tables' classes inherit from, and are no table's. `parents` are the tables in
    which rows of others go on, `covered` the lines that come to one by those; `copies` are the tables that a boundary
    keeps a copy of, once that is decided. `methods` are called on rows of the class that they name. `followed` are the
    lines of a key's own side that go by it, to a row of another boundary or to its id, in the order of files, `unpaid`
    how many of them no other remedy of the two sides changes. `atomic`
    is where the settings make each request one transaction, `callers` are the lines that call the functions on `ways`,
    `named` those by which seams use each of their names, `pages` the templates by their files.
    `deleted` are those of `heard` that hear of deletions alone, `saved` those that hear of them not at all, `captured`
    the tables of whose rows somebody hears before they go. `opened` is where transactions are open. `gone` are the
    boundaries that left before, each with its step, and `leaves` is the one whose step it is, once the order is
    decided. `loaded` are the lines of fixtures whose rows give a key, `backward` the migrations and tests that ask for
    rows from its other side. `together` is what changes with a module that another boundary uses, of that. `guests` are
    who answers requests with the table of users, whose sessions say who may; `kept` the lines that read a table for a
    cache; `opaque` who reads a table by SQL or a framework, and which columns of it nobody knows.
    """

    home: Mapping[Module, Boundary]
    owners: Mapping[Table, Boundary]
    lines: Mapping[Module, int]
    paths: Mapping[Module, str]
    definitions: Mapping[tuple[Module, str], Definition]
    tables: Mapping[Table, TableFact]
    models: Mapping[str, Table]
    words: frozenset[str]
    scopes: Mapping[tuple[str, int], frozenset[Table]]
    keys: Mapping[Table, tuple[ForeignKey, ...]]
    asked: Asked
    baggage: Mapping[Module, Baggage]
    carried: Mapping[Named, frozenset[Named]]
    of_rows: Mapping[Named, frozenset[Named]]
    run_on: Mapping[tuple[Boundary, Table], frozenset[str]]
    sizes: Mapping[Named, int]
    lodgers: frozenset[Module]
    active: frozenset[tuple[Module, str]]
    reading: frozenset[tuple[Module, str]]
    rooted: frozenset[tuple[Module, str]]
    tasks: frozenset[tuple[object, str]]
    apps: frozenset[tuple[object, str]]
    classes: frozenset[tuple[object, str]]
    touched: frozenset[tuple[Boundary, Table]]
    libraries: frozenset[Boundary]
    writers: Mapping[Table, tuple[Access, ...]]
    migrates: str
    along: Mapping[Table, str]
    ways: Ways
    handled: Mapping[tuple[str, int, Table | Module], Evidence]
    within: Mapping[tuple[Boundary, Module, str], Evidence]
    heard: Mapping[Table, frozenset[Named]]
    fields: Fields
    extensions: frozenset[tuple[object, str]]
    parents: Mapping[Table, Table]
    covered: Covered
    sent: frozenset[tuple[Boundary, object, str, int]]
    brought: Brought
    given: Mapping[tuple[Boundary, Table], Named]
    lent: frozenset[tuple[Boundary, Named]]
    methods: frozenset[Named]
    followed: Mapping[tuple[Table, str], tuple[Evidence, ...]]
    unpaid: Mapping[tuple[Table, str], int]
    atomic: Evidence | None
    callers: Mapping[Named, tuple[Evidence, ...]]
    named: Lines
    pages: Mapping[str, Page]
    deleted: Mapping[Table, frozenset[Named]]
    saved: Mapping[Table, frozenset[Named]]
    captured: frozenset[Table]
    opened: Opened
    loaded: Mapping[tuple[Table, str], tuple[Evidence, ...]]
    backward: Mapping[tuple[Table, str], Backward]
    together: Mapping[tuple[Module, Boundary], Together] = field(default_factory=dict)
    guests: frozenset[tuple[Boundary, Table]] = frozenset()
    opaque: frozenset[tuple[Boundary, Table]] = frozenset()
    kept: Mapping[tuple[Boundary, Table], tuple[Evidence, ...]] = field(default_factory=dict)
    copies: frozenset[tuple[Boundary, Table]] = frozenset()
    gone: Mapping[Boundary, int] = field(default_factory=dict)
    leaves: Boundary | None = None

    def brought_by(self, table: Table) -> set[Table]:
        """The tables that are asked with one of the same owner, by whoever asks."""
        return {one for (_, one), other in self.brought.items() if other == table}


def context(
    facts: Facts, partition: Partition, seams: Iterable[Seam], libraries: frozenset[Boundary] = frozenset()
) -> Context:
    """The look-ups that deciding on remedies needs, worked out once."""
    seams = tuple(seams)
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    lines = {fact.module: fact.lines for fact in facts.modules}
    wanted = {(seam.to, name) for seam in seams for name in seam.names}
    heard, heard_by = receivers(facts), signals(facts)
    owners = {table: fact.boundary for fact in partition.boundaries for table in fact.tables}
    imports = _imports(facts, home)
    inherited = _inherited(facts, wanted)
    called_by = by_whom(facts)
    reads, writes = (_inheriting(_comes_to(facts, op, called_by), inherited) for op in (Op.READ, Op.WRITE))
    known, read = ways(facts, seams), fields(facts, home)
    light, of_rows = carried(facts, wanted, {(module, top(name)) for module, name in reads | writes})
    return Context(
        home=home,
        owners=owners,
        lines=lines,
        paths={fact.module: fact.path for fact in facts.modules},
        definitions=(defined := _definitions(facts, wanted | reached(known, heard), reads | writes, inherited)),
        tables={fact.table: fact for fact in facts.tables},
        models={fact.model.lower(): fact.table for fact in reversed(facts.tables) if fact.model},
        words=words(facts),
        scopes=_scopes(facts),
        keys=by_table(facts.foreign_keys),
        asked=asked(facts),
        baggage=baggage(facts, imports, lines, {seam.to for seam in seams if isinstance(seam.to, Module)}),
        carried=light,
        of_rows=of_rows,
        run_on=run_on(seams, of_rows, defined, read),
        sizes=sizes(facts, frozenset().union(*light.values(), *of_rows.values())),
        lodgers=_lodgers(imports, home),
        active=frozenset((module, top(name)) for module, name in reads | writes if "." in name),
        reading=frozenset(reads - writes),
        rooted=frozenset(reads | writes),
        apps=apps(facts),
        tasks=frozenset((one.module, one.function) for one in facts.entry_points if one.kind == "task"),
        classes=frozenset((fact.module, fact.model) for fact in facts.tables if fact.module),
        touched=_touched(seams),
        libraries=libraries,
        writers=_writers(facts, home),
        migrates=migrates(facts),
        along=_along(facts),
        ways=known,
        handled=handled(known, seams),
        within=within(known, seams, home),
        heard=heard,
        fields=read,
        extensions=_extensions(facts),
        parents=(parents := continued(facts)),
        covered=covered(seams, parents, owners),
        sent=sent(seams),
        brought=brought(facts, seams, read),
        given=given(facts, seams, home, owners),
        lent=lent(facts, seams, home, owners),
        atomic=(requests := atomic(facts)),
        opened=opened(facts, requests, home, called_by, heard_by, read.gone),
        deleted=_hearing(heard_by, lambda names: names <= DELETIONS),
        saved=_hearing(heard_by, lambda names: not names & DELETIONS),
        captured=frozenset(table for table in heard_by if any(_BEFORE & names for names in heard_by[table].values())),
        callers=callers(facts, known),
        named=named(facts, seams),
        pages={page.file: page for page in facts.pages},
        loaded=giving(facts),
        backward=backward(facts),
        together=together_with(facts, seams, home),
        guests=guests(facts, home),
        opaque=_opaque(seams),
        kept=kept(facts, home),
        followed=(by_key := followed(facts, seams, home)),
        unpaid=unpaid(by_key, seams),
        methods=frozenset(name for call in facts.calls if call.on is CalledOn.ROW for name in _called_on(call)),
    )


_BEFORE = frozenset({"pre_delete", "before_delete"})


def _hearing(
    heard: Mapping[Table, Mapping[Named, frozenset[str]]], of: Callable[[frozenset[str]], bool]
) -> dict[Table, frozenset[Named]]:
    return {table: frozenset(one for one, names in found.items() if of(names)) for table, found in heard.items()}


def _touched(seams: Iterable[Seam]) -> frozenset[tuple[Boundary, Table]]:
    found = set()
    for seam in seams:
        if seam.kind is SeamKind.TRANSACTION:  # whose remedy changes no other line
            continue
        names = [Table(name) for name in seam.names] if seam.kind is SeamKind.JOIN else []
        found |= {(seam.from_boundary, table) for table in (*names, seam.to) if isinstance(table, Table)}
        if seam.detail == "generic":  # whose relation says so has a line that goes
            found.add((seam.to_boundary, Table(seam.names[0].rpartition(".")[0])))
    return frozenset(found)


def _opaque(seams: Iterable[Seam]) -> frozenset[tuple[Boundary, Table]]:
    hidden = {Via.SQL, Via.FRAMEWORK}
    return frozenset(
        (seam.from_boundary, seam.to)
        for seam in seams
        if isinstance(seam.to, Table) and seam.kind is SeamKind.TABLE and hidden & set(seam.detail.split())
    )


def _along(facts: Facts) -> dict[Table, str]:
    """The first line at which the program deletes rows of a table along with others."""
    found: dict[Table, str] = {}
    for one in sorted(facts.accesses, key=lambda one: (one.file, one.line)):
        if one.op is Op.WRITE and one.via is Via.CASCADE:
            found.setdefault(one.table, f"{one.file}:{one.line}")
    return found


def _inherited(facts: Facts, wanted: Set[tuple[object, str]]) -> dict[Named, Named]:
    """Methods that a class has from a base, by the class that they are called on: Project.tell from HasEvents.tell;
    those of a manager, Project.objects.late, from ProjectManager.late
    """
    found: dict[Named, Named] = {}
    managed: defaultdict[tuple[object, str], list[str]] = defaultdict(list)
    for module, name in wanted:
        if name.count(".") > 1:
            managed[module, f"{top(name)}.{name.rpartition('.')[2]}"].append(name)
    for call in facts.calls:
        for module, name in _called_on(call):
            if (module, name) in wanted and (module, name) != (call.called, call.callee):
                found[module, name] = call.called, call.callee
            for full in managed.get((module, name), ()) if call.on is CalledOn.ROWS else ():
                found[module, full] = call.called, call.callee
    return found


def _called_on(call: Call) -> Iterator[Named]:
    """A method by the classes of its objects: Project.tell"""
    return ((module, f"{name}.{call.callee.rpartition('.')[2]}") for module, name in call.classes)


def _inheriting(functions: set[Named], inherited: Mapping[Named, Named]) -> set[Named]:
    return functions | {one for one, base in inherited.items() if base in functions}


def _definitions(
    facts: Facts, wanted: Set[tuple[object, str]], rooted: Set[Named], inherited: Mapping[Named, Named]
) -> dict[Named, Definition]:
    """What is wanted, and of classes the methods that come to a table, too; what they inherit under their own names."""
    wanted = wanted | set(inherited.values())
    found = {}
    wanted = wanted | {(module, name.rpartition(".")[0]) for module, name in wanted}  # task.delay
    for one in facts.definitions:
        named = (one.module, one.name)
        if named in wanted or (named in rooted and (one.module, top(one.name)) in wanted):
            found[named] = one
    return found | {one: found[base] for one, base in inherited.items() if base in found}


def _extensions(facts: Facts) -> frozenset[tuple[object, str]]:
    own = {fact.module.name.partition(".")[0] for fact in facts.modules}
    models = {(fact.module, fact.model) for fact in facts.tables if fact.module}
    heirs: defaultdict[str, set[bool]] = defaultdict(set)
    for one in facts.definitions:
        for base in one.bases:
            heirs[base].add((one.module, one.name) in models)
    return frozenset(
        (one.module, one.name)
        for one in facts.definitions
        if one.kind == "class" and (one.module, one.name) not in models
        if heirs[f"{one.module}.{one.name}"] == {True} or any(_is_of_library(base, own) for base in one.bases)
    )


def _is_of_library(base: str, own: Set[str]) -> bool:
    return "." in base and base.partition(".")[0] not in own and not base.startswith(_PYTHONS)


_PYTHONS = ("abc.", "builtins.", "enum.", "typing.")  # what makes a class no part of a framework


def _scopes(facts: Facts) -> dict[tuple[str, int], frozenset[Table]]:
    found: defaultdict[tuple[str, int], frozenset[Table]] = defaultdict(frozenset)
    for scope in facts.transactions:
        found[scope.file, scope.line] |= frozenset(scope.writes)
    return dict(found)


def _writers(facts: Facts, home: Mapping[Module, Boundary]) -> dict[Table, tuple[Access, ...]]:
    found: defaultdict[Table, list[Access]] = defaultdict(list)
    for one in facts.accesses:
        if one.op is Op.WRITE and one.module in home and one.via is not Via.CASCADE:
            found[one.table].append(one)
    return {table: tuple(sorted(found[table], key=lambda one: (one.file, one.line))) for table in sorted(found)}


def _imports(facts: Facts, home: Mapping[Module, Boundary]) -> dict[Module, set[Module]]:
    source = {fact.module for fact in facts.modules if fact.kind is ModuleKind.SOURCE}
    found: defaultdict[Module, set[Module]] = defaultdict(set)
    for fact in facts.imports:
        if fact.kind is not ImportKind.TYPE and fact.importer in source and fact.imported in home:
            found[fact.importer].add(fact.imported)
    return dict(found)


def _lodgers(imports: Mapping[Module, set[Module]], home: Mapping[Module, Boundary]) -> frozenset[Module]:
    wanted = {
        imported
        for importer, targets in imports.items()
        for imported in targets
        if importer != imported and home.get(importer) == home[imported]
    }
    return frozenset(home.keys() - wanted)


def _comes_to(facts: Facts, op: Op, called_by: Mapping[Named, Set[Named]]) -> set[Named]:
    """The functions that read or write a table, by themselves or by what they call."""
    return spread({(access.module, access.function) for access in facts.accesses if access.op is op}, called_by)
