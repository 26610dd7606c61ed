"""Stage 1: the outside world -> Facts. The only package that reads the target, and it never imports or runs it."""

import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ..errors import InputError
from ..model.columns import Columns, columns
from ..model.facts import (
    Access,
    Address,
    Call,
    ColumnUse,
    Connection,
    Definition,
    EntryPoint,
    Facts,
    Given,
    History,
    Import,
    ModuleFact,
    ModuleKind,
    OwnUse,
    Page,
    Problem,
    Project,
    Query,
    Unresolved,
    Use,
    Wire,
)
from ..model.names import Module
from . import resolve
from .answered import answered
from .callers import Callers
from .collecting import let_go, without_collecting
from .connections import connections
from .file import SCRIPTS, Says, kind_of
from .fixtures import Loaded, read_fixtures
from .given import given
from .history import BROKEN_OFF, HistoryOptions, Told, anonymised, fingerprint, surroundings
from .history import read as read_history
from .history import reading as read_with_told
from .kept import digest, keep, kept, recalled, unpacked
from .mentions import Said, mentions, read_runners
from .owners import owners
from .pages import Written, pages
from .program import Source
from .readers import Means, found_again, read_files
from .routes import addresses
from .serving import with_serving
from .source import Tree, contents, open_place, open_revision, open_tree, without
from .state import read_beside, with_marks
from .symbols import symbols
from .title import title
from .uses import definitions, uses
from .waits import Waits, awaited
from .wires import on_requests, wires

if TYPE_CHECKING:
    from . import tables

__all__ = ["ALONE", "ExtractOptions", "Means", "Progress", "WhenRead", "aside", "extract", "held_out", "unheard"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0: unknown)."""


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """`packages`: the top-level dotted names to analyse, () for all found; `exclude`: globs over paths."""

    packages: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    history: HistoryOptions = field(default_factory=HistoryOptions)


ALONE = Means()

R = TypeVar("R")


class _Named(NamedTuple):
    definitions: Columns[Definition]
    uses: Columns[Use]
    wires: Columns[Wire]
    entry_points: tuple[EntryPoint, ...]
    pages: tuple[Page, ...]
    connections: tuple[Connection, ...]
    given: tuple[Given, ...]
    addresses: tuple[Address, ...]


def _silent(what: str, done: int, total: int) -> None: ...


WhenRead = Callable[[int, Callable[[], bytes]], None]
"""Told the number of files once all are read, and given what waits for what git told of the history (`Means.newer`)."""


def unheard(files: int, told: Callable[[], bytes]) -> None:
    """The `WhenRead` of whoever need not know."""


@without_collecting()
def extract(
    path: Path,
    options: ExtractOptions,
    progress: Progress = _silent,
    revision: str = "",
    means: Means = ALONE,
    when_read: WhenRead = unheard,
) -> Facts:
    """Observe the checkout at `path`: any folder, inside a repository or not. Raises InputError where it is none.

    With `revision` the tree and the history are those of that commit, read from git's objects. `means` never changes
    the result. `when_read` is called once all files are read: workers are idle from then on.
    """
    tree = _opened(path, options.exclude, revision, means)
    past, told = _past(tree, revision or "HEAD", options.history, means, when_read is not unheard)
    files, unread = _read_all(tree, means, progress)
    when_read(len(files), told)
    progress("Following names and tables", 0, 0)
    meant, tops = kept(
        means.cache,
        "names and tables",
        lambda: (options.packages, tree.paths, read_beside(tree), *(said.meaning for said in files)),
        lambda: _meant(files, tree, options.packages),
    )
    progress("Reading history", 0, 0)
    history, named_owners = past(), owners(tree)
    if options.history.anonymise:
        history, named_owners = anonymised(history, named_owners)
    by_path = {said.path: said for said in files}
    modules = tuple(
        replace(fact, lines=by_path[fact.path].lines, written_for=by_path[fact.path].written_for)
        for fact in meant.modules
    )
    problems = [
        *tree.problems,
        *unread,
        *meant.problems,
        *(one for fact in modules for one in by_path[fact.path].problems),
    ]
    return replace(
        meant,
        project=_project(modules, tops, meant.project.roots, "" if options.packages else title(tree)),
        modules=modules,
        history=_with_kinds(history, modules),
        owners=named_owners,
        problems=tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.message))),
    )


def _opened(path: Path, exclude: Sequence[str], revision: str, means: Means) -> Tree:
    if revision:
        return open_revision(path, revision, exclude)
    if means.seen:
        return without(means.seen, exclude)
    tree = open_tree(path, exclude)
    return with_marks(tree) if means.cache else tree


def _past(
    tree: Tree, revision: str, options: HistoryOptions, means: Means, asked: bool
) -> tuple[Callable[[], History], Callable[[], bytes]]:
    """The history, kept from an earlier run or being read in a thread from now on; the call waits for it.

    The second call waits too, and gives what git told, if it will be `asked`. That is kept beside the history, for
    those of other ends, and packed at once: unpacked it is larger than all else that is known of the history.
    """
    cache = means.cache
    key = fingerprint(tree.repository, tree.scope, revision) if cache and tree.is_git else b""
    known: History | None = recalled(cache, digest("history", options, key)) if cache and key else None
    if known is not None:
        return lambda: known, lambda: b""
    around = surroundings(tree.repository, tree.scope) if key else b""
    telling = digest("told", options.bots, options.similar, around)
    earlier = means.newer or (cache.stage(telling) if cache and key else None)

    def read() -> tuple[History, bytes]:
        told = unpacked(earlier)
        told = told if isinstance(told, Told) else None
        found, new = read_with_told(tree.repository, tree.scope, revision, options, known=told)
        older = told is not None and new is not None and any(line.sha == new.head for line in told.lines)
        wanted = new is not None and not older and (asked or bool(cache and key))
        return found, pickle.dumps(new, 5) if wanted else b""

    reading = aside(read)

    def result() -> History:
        found, packed = reading.result()
        if cache and key and not any(note.startswith(BROKEN_OFF) for note in found.notes):
            keep(cache, digest("history", options, key), found)
            if packed:
                cache.keep_stage(telling, packed)
        return found

    return result, lambda: reading.result()[1]


def aside(work: Callable[[], R]) -> Future[R]:
    """`work` under way in a thread of its own, which an interruption does not wait for."""
    promised: Future[R] = Future()

    def run() -> None:
        try:
            promised.set_result(work())
        except BaseException as error:  # whatever it is, it is raised where the result is asked for
            promised.set_exception(error)

    Thread(target=run, daemon=True).start()
    return promised


def held_out(path: Path, cutoff: str, facts: Facts, options: ExtractOptions) -> History:
    """What was committed after `cutoff`, with files named as there; `facts` are of that commit."""
    tree = open_place(path)
    later = read_history(tree.repository, tree.scope, f"{cutoff}..HEAD", options.history, forwards=True)
    return _with_kinds(later, facts.modules)


def _with_kinds(past: History, modules: tuple[ModuleFact, ...]) -> History:
    known = {fact.path: fact.kind for fact in modules}
    kinds = (known.get(path) or (kind_of(path) if path.endswith(".py") else None) for path in past.paths)
    return replace(past, kinds=tuple(kinds))


def _read_all(tree: Tree, means: Means, progress: Progress) -> tuple[list[Says], list[Problem]]:
    paths = [path for path in tree.paths if path.endswith(".py")]
    progress("Reading modules", 0, len(paths))
    known = found_again([(path, tree.marks[path]) for path in paths if path in tree.marks], means)
    left = [path for path in paths if path not in known]

    def read(done: int) -> None:
        progress("Reading modules", len(known) + done, len(paths))

    fresh, unread = read_files(contents(tree, left), means, read)
    said = known | {one.path: one for one in fresh}
    return with_serving([said[path] for path in paths if path in said], tree), unread


def _chosen(found: resolve.Index, packages: tuple[str, ...]) -> dict[str, Module]:
    """The modules to analyse by path; naming a package that does not exist is an InputError."""
    for package in packages:
        if package not in found.named:
            raise InputError(
                f"no package {package!r} here; found: {', '.join(sorted(found.tops)) or 'no Python files'}"
            )
    wanted = tuple(f"{package}." for package in packages)
    return {place.path: place.module for place in found.places if not wanted or f"{place.dotted}.".startswith(wanted)}


def _meant(files: Sequence[Says], tree: Tree, packages: tuple[str, ...]) -> tuple[Facts, Mapping[str, str]]:
    """All facts that follow from what files mean, and the top-level package of each path.

    History, owners and lengths are none of them. Of its project the roots are known, and its problems are those of
    files that are no Python.
    """
    found = resolve.index(files)
    chosen = _chosen(found, packages)
    own = set(chosen.values())
    ours = [said for said in files if said.path in chosen]
    imports, unresolved = resolve.resolve_imports(ours, found)
    imports = [one for one in imports if one.imported in own]
    modules = resolve.module_facts(ours, found, imports)
    sql, linking = tuple(_sql(tree)), tuple(pages(tree))
    loaded, unloaded = read_fixtures(tree)
    said, unsaid = read_runners(tree)
    said = (*said, *(Said(one.path, line, how, text) for one in ours for line, how, text in one.texts))
    named, touched = _inferred(ours, found, tree, linking, lambda: _tables(files, found, modules, own, sql, loaded))
    unresolved += touched.unresolved
    by_path = {place.path: place for place in found.places}
    meant = Facts(
        project=Project("", (), tuple(sorted({by_path[fact.path].root for fact in modules}))),
        modules=modules,
        imports=columns(Import, sorted(imports, key=lambda one: (one.file, one.line, one.imported, one.kind))),
        definitions=named.definitions,
        uses=named.uses,
        wires=named.wires,
        entry_points=named.entry_points,
        pages=named.pages,
        addresses=named.addresses,
        connections=named.connections,
        given=named.given,
        own_uses=columns(OwnUse, touched.own_uses),
        calls=columns(Call, touched.calls),
        tables=touched.tables,
        foreign_keys=touched.foreign_keys,
        generic_keys=touched.generic_keys,
        accesses=columns(Access, touched.accesses),
        shared=columns(Access, touched.shared),
        queries=columns(Query, touched.queries),
        columns=columns(ColumnUse, touched.columns),
        asked_back=touched.asked_back,
        fixtures=touched.fixtures,
        mentions=tuple(one for one in mentions(said, found, tree.paths) if one.module in own),
        heard=touched.heard,
        transactions=touched.transactions,
        settings=touched.settings,
        problems=(*unloaded, *unsaid),
        unresolved=columns(Unresolved, sorted(unresolved, key=lambda one: (one.file, one.line, one.kind, one.text))),
    )
    return meant, {fact.path: by_path[fact.path].dotted.partition(".")[0] for fact in modules}


def _inferred(
    files: Sequence[Says],
    found: resolve.Index,
    tree: Tree,
    linking: Sequence[tuple[str, Written]],
    infer: Callable[[], "tables.Found"],
) -> tuple[_Named, "tables.Found"]:
    """What the source modules define, what they use of each other, how they are wired, and what is inferred of them."""
    names = symbols(files, found)
    by_path = {place.path: place for place in found.places}
    source = [(by_path[said.path], said) for said in files if said.kind is ModuleKind.SOURCE]
    defined = columns(Definition, (one for place, said in source for one in definitions(place, said, names)))
    callers = Callers(source, names)
    waits = Waits(names, callers)
    used = columns(Use, (one for place, said in source for one in uses(place, said, names, waits)))
    wired, entries, shown = wires(
        {said.path: said.wiring for _, said in source}, found, names, tree.paths, defined, linking
    )
    opened = tuple(one for place, said in source for one in connections(place, said, names))
    sets = on_requests((place, said.wiring) for place, said in source)
    answering = {one.module for one in entries if one.kind == "request"}
    read = tuple(one for place, said in source for one in given(place, said, names, sets, place.module in answering))
    routed = set(addresses([(place, said.wiring.routes) for place, said in source], found, names))
    at = tuple(sorted(routed, key=lambda one: (one.file, one.line, one.path, one.answers)))
    touched = infer()
    places = {place.module: place for place in found.places}
    calls = tuple(awaited(touched.calls, places, waits))
    defined = columns(Definition, answered(defined, places, names, touched.answers))
    let_go(waits, callers)
    named = _Named(defined, used, columns(Wire, wired), tuple(entries), tuple(shown), opened, read, at)
    return named, replace(touched, calls=calls, answers={})


def _tables(
    files: Sequence[Says],
    found: resolve.Index,
    modules: Sequence[ModuleFact],
    own: Set[Module],
    sql: Sequence[tuple[str, bytes]],
    loaded: Sequence[Loaded],
) -> "tables.Found":
    """Everything that the modules `own` do to tables, inferred from all files: settings may lie outside."""
    from . import tables  # noqa: PLC0415  # loads sqlglot, which a run that finds its result kept does not need

    by_path = {place.path: place for place in found.places}
    kinds = {said.path: said.kind for said in files} | {fact.path: fact.kind for fact in modules}
    sources = [
        Source(
            place.module,
            place.dotted,
            place.root,
            place.path,
            place.is_package,
            kinds[place.path],
            said.code,
            backward=said.backward,
        )
        for said in files
        for place in (by_path[said.path],)
    ]
    scripts = [tables.Script(path, data.decode("utf-8", "replace")) for path, data in sql]
    return tables.within(tables.find(sources, scripts, loaded), own)


def _sql(tree: Tree) -> Iterator[tuple[str, bytes]]:
    """The project's SQL scripts, but no dumps of megabytes."""
    for path, data in contents(tree, [path for path in tree.paths if path.endswith(SCRIPTS)]):
        if isinstance(data, bytes) and len(data) <= _LARGEST_SQL:
            yield path, data


_LARGEST_SQL = 2 << 20  # bytes


def _project(modules: tuple[ModuleFact, ...], tops: Mapping[str, str], roots: tuple[str, ...], name: str) -> Project:
    """Without a `name`, that of the top-level package with most lines of source; never of the clone's folder."""
    lines: Counter[str] = Counter()
    for fact in modules:
        if fact.kind is ModuleKind.SOURCE:
            lines[tops[fact.path]] += fact.lines + 1
    ranked = sorted(lines, key=lambda top: (-lines[top], top))
    return Project(name or next(iter(ranked), ""), tuple(sorted(ranked)), roots)
