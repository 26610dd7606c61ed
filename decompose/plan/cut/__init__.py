"""What there is to do at a cut beside the remedies: Facts + Partition -> Surroundings -> str, in the order of work."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname

from ...model.counts import count, listed
from ...model.facts import Address, EntryPoint, Evidence, Facts, ModuleKind, Wire, WireKind
from ...model.judgements import BoundaryFact, Form, Partition, Seam
from ...model.names import Boundary, Module, Table
from ...model.owners import owners_of
from ..context.apps import apps
from ..context.loaded import loaded
from ..context.migrations import migrates, naming
from ..context.named import lines
from ..context.requests import Requests, requests
from .after import Data, data
from .chosen import Chosen
from .chosen import chosen as chosen_among
from .chosen import told as of_several
from .entered import Login, addressed, entered, login
from .factories import Factories, factories
from .folders import folders
from .frames import Frames, frames
from .given import Needs, needs
from .kernel import Shared, shared
from .mentioned import Mentioned, mentioned
from .methods import Asked, Lacks, lacking, methods, said
from .methods import told as called
from .pointed import Pointed, Unknown, asked_by_name, dealt, pointed, unknown
from .queued import Queued, queued
from .strangers import Strangers, strangers

__all__ = ["Surroundings", "cut", "first", "surroundings"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a boundary has around it that is no seam, by boundary; lines of code in the order of files and lines."""

    owners: Mapping[Boundary, tuple[str, ...]]  # by CODEOWNERS, whoever owns most modules first
    kernel: Mapping[Boundary, Shared]  # what goes along of it
    entries: Mapping[Boundary, tuple[tuple[EntryPoint, str], ...]]  # where the outside world enters it, with the file
    places: Mapping[Boundary, tuple[Evidence, ...]]  # where the program is put together of it
    installed: Mapping[Boundary, tuple[Evidence, ...]]  # where the program's settings name it as a part of the program
    chosen: Mapping[Boundary, tuple[Wire, ...]]  # classes and functions of it that the program's settings name
    factories: Mapping[Boundary, Factories]  # what tests share over its cut
    mentions: Mapping[Boundary, Mentioned]  # what names its modules as text
    unknown: Unknown  # where classes are asked for by names that no code tells
    loaded: Mapping[Boundary, tuple[str, ...]]  # files that hold rows of its tables
    followers: Mapping[Boundary, Mapping[ModuleKind, tuple[str, ...]]]  # tests, migrations and scripts that go along
    strangers: Mapping[Boundary, Strangers]  # where tests, scripts that stay import it
    folders: Mapping[Boundary, tuple[tuple[str, int], ...]]  # of templates and the like that are its, with their files
    pointed: tuple[Pointed, ...]  # keys to rows of whatever table
    chosen_among: tuple[Chosen, ...]  # lines that ask for a row of one of several tables
    homes: Mapping[Table, Boundary]
    requests: Requests  # that are one transaction each, where the settings say so
    sqlite: Evidence | None  # where the settings name it, if they name no other database
    data: Mapping[Boundary, Data]  # that move with its tables beside their rows
    migrates: str  # what its migrations are written for
    frames: Frames  # what templates ask of it that is no seam
    needs: Mapping[Boundary, Needs]  # what the process around its code gives it
    queued: Mapping[Boundary, Queued]  # tasks that are called after their modules
    addresses: Mapping[Boundary, tuple[Address, ...]]  # the paths of its requests
    login: Login  # what the settings say of it
    methods: tuple[Asked, ...]  # that are called where an object has them
    lacking: tuple[Lacks, ...]  # columns of others for which something else is taken where a row lacks them


def surroundings(facts: Facts, partition: Partition) -> Surroundings:
    """Looked up once for all boundaries."""
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    paths = {fact.module: fact.path for fact in facts.modules}
    kinds = {fact.module: fact.kind for fact in facts.modules}
    roots = frozenset(partition.roots)
    places: defaultdict[Boundary, set[Evidence]] = defaultdict(set)
    installed: defaultdict[Boundary, set[Evidence]] = defaultdict(set)
    for one in facts.imports:
        if one.importer in roots and one.imported in home:
            places[home[one.imported]].add(Evidence(paths[one.importer], one.line))
    chosen: defaultdict[Boundary, set[Wire]] = defaultdict(set)
    configs, defined, entered = apps(facts), _in_use(facts), {(one.module, one.function) for one in facts.entry_points}
    for wire in facts.wires:
        if wire.source in roots and wire.target in home and wire.binds:
            mine, named = home[wire.target], (wire.target, wire.name.removeprefix(f"{wire.target}."))
            if wire.kind is not WireKind.SETTING or named in entered:
                places[mine].add(Evidence(wire.file, wire.line))
            elif named in defined and named not in configs:
                chosen[mine].add(wire)
            else:
                installed[mine].add(Evidence(wire.file, wire.line))
    entries: defaultdict[Boundary, set[EntryPoint]] = defaultdict(set)
    for entry in facts.entry_points:
        if entry.module in home:
            entries[home[entry.module]].add(entry)
    followers: defaultdict[Boundary, defaultdict[ModuleKind, list[str]]] = defaultdict(lambda: defaultdict(list))
    for module, boundary in sorted(partition.followers):
        if not paths[module].endswith("__init__.py"):
            followers[boundary][kinds[module]].append(paths[module])
    tables = {table: fact.boundary for fact in partition.boundaries for table in fact.tables}
    return Surroundings(
        owners={fact.boundary: _owners(fact, paths, facts.owners) for fact in partition.boundaries},
        kernel=(kernel := shared(facts, partition)),
        needs=needs(facts, partition, kernel),
        entries={boundary: _in_order(entries[boundary], paths) for boundary in sorted(entries)},
        places={boundary: tuple(sorted(places[boundary])) for boundary in sorted(places)},
        installed={boundary: tuple(sorted(installed[boundary])) for boundary in sorted(installed)},
        chosen={boundary: tuple(sorted(chosen[boundary], key=_by_line)) for boundary in sorted(chosen)},
        followers={
            boundary: {kind: tuple(found) for kind, found in sorted(followers[boundary].items())}
            for boundary in sorted(followers)
        },
        strangers=strangers(facts, partition),
        folders=(beside := folders(facts, home)),
        frames=frames(facts, home, beside),
        loaded=loaded(facts, partition),
        factories=factories(facts, partition),
        mentions=mentioned(facts, partition),
        unknown=unknown(facts, home),
        queued=queued(facts, home),
        addresses=addressed(facts, home),
        login=login(facts, home),
        methods=methods(facts, home),
        lacking=lacking(facts, home, tables),
        requests=requests(facts, home, tables),
        sqlite=_sqlite(facts),
        data=data(facts, partition),
        migrates=migrates(facts),
        pointed=pointed(facts, partition, among := chosen_among(facts, home, tables)),
        chosen_among=among,
        homes=tables,
    )


def _sqlite(facts: Facts) -> Evidence | None:
    engines = [one for one in facts.settings if one.name == "DATABASES.ENGINE"]
    alone = engines and all("sqlite" in one.value for one in engines)
    return Evidence(engines[0].file, engines[0].line) if alone else None


def _in_use(facts: Facts) -> set[tuple[Module, str]]:
    """What a program that names it uses everywhere; an app's own configuration, or a task on a schedule, is none."""
    named = {(one.module, one.name) for one in facts.definitions if not any(map(_CONFIG, one.bases))}
    return named - {(one.module, one.function) for one in facts.entry_points}


_CONFIG = re.compile(r"AppConfig$").search


def _by_line(wire: Wire) -> tuple[str, int, str]:
    return wire.file, wire.line, wire.name


def _owners(fact: BoundaryFact, paths: Mapping[Module, str], rules: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found = Counter(owner for module in fact.modules for owner in owners_of(paths[module], rules)) if rules else {}
    return tuple(sorted(found, key=lambda owner: (-found[owner], owner)))


def _in_order(entries: Iterable[EntryPoint], paths: Mapping[Module, str]) -> tuple[tuple[EntryPoint, str], ...]:
    found = ((entry, paths[entry.module]) for entry in entries)
    return tuple(sorted(found, key=lambda one: (one[0].kind, one[1], one[0].line, one[0].function)))


def first(fact: BoundaryFact, around: Surroundings, seams: Sequence[Seam]) -> Iterator[str]:
    """What there is to do before anything else: whom to ask, and what can be undone; `seams` are all of its own."""
    me = fact.boundary
    near = Counter(end for seam in seams for end in (seam.from_boundary, seam.to_boundary) if end != me)
    yield from _agreed(me, sorted(near, key=lambda other: (-near[other], other)), around)
    yield (
        f"start inside the monolith, where each step can be undone: decompose carve {me} shows its "
        f"{count(len(fact.modules), 'module')} as one package with a public face, and --apply commits it; imports "
        "that it cannot follow it names, to be read before --allow-unfollowed passes over them; paths and lines "
        "are others then, so either that comes first and the program is analysed again, or last, right before the cut"
    )
    for wire in around.chosen.get(me, ()):
        yield (
            f"the program's settings name {wire.name} ({wire.file}:{wire.line}), which all of it then uses: put that "
            "into a library which both install, or something else in its place"
        )


def cut(
    fact: BoundaryFact, form: Form, around: Surroundings, seams: Sequence[Seam], settled: Sequence[Seam], relay: str
) -> Iterator[str]:
    """The cut of one boundary that becomes a `form`, with its `seams`; by `settled` ones what left before asks.

    `relay` is where messages are sent to it, "" where none are.
    """
    me = fact.boundary
    if form is Form.LIBRARY:
        yield f"give {me} a pyproject.toml and a pipeline of its own, and name it in the monolith's requirements"
    if kernel := around.kernel.get(me):
        yield from kernel.told()
    yield from _followed(around.followers.get(me, {}), naming(me, seams) if around.migrates == "django" else "")
    if fact.tables and around.migrates and not around.followers.get(me, {}).get(ModuleKind.MIGRATION):
        yield (
            "the migrations that made its tables stay: begin with one that makes them as they are, and have it pass "
            "for done where they are"
        )
    yield from around.strangers.get(me, Strangers()).told()
    yield from around.factories.get(me, Factories()).told()
    yield from asked_by_name(fact, around.unknown)
    yield from of_several(me, around.chosen_among, around.homes)
    yield from dealt(fact, around.pointed, around.homes)
    yield from called(me, around.methods)
    yield from said(me, around.lacking)
    if beside := around.folders.get(me):
        named = [f"{path} ({count(number, 'file')})" if _is_folder(path) else path for path, number in beside]
        yield f"what is no Python and lies beside its modules or is called like them goes along: {listed(named, 8)}"
    if rows := around.loaded.get(me):
        files = listed(rows, 6)
        yield f"fixtures hold rows of its tables, which are loaded into its own database by files of its own: {files}"
    if form is Form.LIBRARY:
        return
    yield from around.frames.told(me)
    given = around.needs.get(me, Needs())
    yield from given.told()
    paths = around.addresses.get(me, ())
    yield from entered(me, around.entries.get(me, ()), around.login, given.logins, given.rights, paths)
    if tasks := around.queued.get(me):
        yield from tasks.told()
    places = lines(around.places.get(me, ()))
    where = f"where the program is put together: {places}" if places else "in front of both, and at what calls it"
    sent = f"; and where the relay sends what {me} hears, in {relay}" if relay else ""
    yield f"have one switch decide who answers, the monolith or the new process, {where}{sent}"
    yield from around.mentions.get(me, Mentioned()).told()
    yield from _pointed(me, settled)
    if fact.tables and (at := around.sqlite):
        yield (
            f"until it has a database of its own both run where the monolith's file is: SQLite ({at.file}:{at.line}) "
            "is no server, and each write locks all of it"
        )


def _is_folder(path: str) -> bool:
    return "." not in basename(path)


def _followed(followers: Mapping[ModuleKind, Sequence[str]], anew: str) -> Iterator[str]:
    for kind, paths in followers.items():
        if kind in _FOLLOWING:
            one, many = _FOLLOWING[kind]
            told = sorted({dirname(path) or "." for path in paths}) if kind is ModuleKind.MIGRATION else paths
            where = f"{'' if told == paths else 'in '}{listed(told, 6)}"
            if kind is ModuleKind.MIGRATION and anew:
                yield f"its migrations {where} {anew}"
            else:
                yield f"{count(len(paths), one, many)} along: {where}"


_FOLLOWING = {
    ModuleKind.TEST: ("module of tests goes", "modules of tests go"),
    ModuleKind.MIGRATION: ("migration goes", "migrations go"),
    ModuleKind.SCRIPT: ("script goes", "scripts go"),
}


def _agreed(me: Boundary, others: Sequence[Boundary], around: Surroundings) -> Iterator[str]:
    """Who has to be asked: the owners of the boundary, and of those that it has seams with."""
    named = [f"{' and '.join(around.owners[one][:2])} for {one}" for one in (me, *others) if around.owners.get(one)]
    if named:
        yield f"agree with the owners by CODEOWNERS, most seams first: {listed(named, 6)}"


def _pointed(me: Boundary, settled: Sequence[Seam]) -> Iterator[str]:
    """What earlier steps made ask the monolith, while this boundary was in it."""
    asked = [one for one in settled if one.to_boundary == me]
    for other in sorted({one.from_boundary for one in asked}):
        places = {at for one in asked if one.from_boundary == other for at in one.evidence}
        yield f"point {other}, which left before and asks the monolith for {me}, at the new service: {lines(places)}"
