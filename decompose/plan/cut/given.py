"""What the process around its code has to give what leaves: Facts + Partition -> Needs, by boundary."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from ...model.counts import count, listed
from ...model.facts import Evidence, Facts, Given, Setting, WireKind
from ...model.judgements import Partition
from ...model.names import Boundary, Module, Table
from ...model.spread import spread
from ..context.travel import Named, top
from .kernel import Shared

__all__ = ["Needs", "needs"]

_NAMED = 12

_USER = "AUTH_USER_MODEL"  # who may log in is told apart, and a key to users goes

_BEHIND = {
    "cache": ("the cache", "CACHES", ("CACHES",)),
    "files": ("uploaded files", "STORAGES and MEDIA_ROOT", ("STORAGES", "DEFAULT_FILE_STORAGE", "MEDIA_ROOT")),
    "mail": ("mail", "EMAIL_HOST and the like", ("EMAIL_HOST", "EMAIL_BACKEND")),
    "rest": ("its API", "REST_FRAMEWORK, with the tables by which that knows callers (tokens)", ("REST_FRAMEWORK",)),
}
"""What Django or a library does, what it stands on, and by which names settings say so."""

_STORES = re.compile(r"(AWS_(?!SES_)|AZURE_|GS_|MEDIA_URL$)").match
"""What begins the names of settings by which libraries keep files elsewhere."""

_APART = 20
"""Lines between two entries, beyond which they stand in two lists: what others have stands between them."""

_TABLES = 4

_SETTINGS = 30  # whoever sets up the process needs them all


@dataclass(frozen=True, slots=True)
class Needs:
    """What its modules, and those of the kernel that go along, read: settings, but for the class of users, and what is
    set on each request.

    `logins` are the lines that ask a request for its user, `rights` those that ask what a user may do; `values` are the
    context processors of others that the settings name, where it has pages, `around` is the middleware of others, where
    it answers requests; `behind` is what Django does for it, with the setting that says how, if any does. `stores` are
    settings of where files are kept, `catalogues` where texts are translated, `sites` those of which sites' pages
    may ask it. `asking` are the tables of others that such processors and middleware come to.
    """

    settings: tuple[tuple[str, Evidence], ...] = ()
    requests: tuple[tuple[str, Evidence, Evidence], ...] = ()
    values: tuple[tuple[str, Evidence], ...] = ()
    logins: tuple[Evidence, ...] = ()
    rights: tuple[tuple[str, Evidence], ...] = ()
    around: tuple[tuple[str, Evidence], ...] = ()
    behind: tuple[tuple[str, Evidence, Setting | None], ...] = ()
    stores: tuple[Setting, ...] = ()
    catalogues: Setting | None = None
    sites: tuple[Setting, ...] = ()
    asking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def told(self) -> Iterator[str]:
        """What there is to give it."""
        parts = []
        if self.settings:
            named = listed(
                [f"{name} ({at.file}{f':{at.line}' * bool(at.line)})" for name, at in self.settings], _SETTINGS
            )
            parts.append(f"{count(len(self.settings), 'setting')} by name: {named}")
        if self.requests:
            named = listed(
                [f"request.{name} ({at.file}:{at.line}, set at {by.file}:{by.line})" for name, at, by in self.requests],
                _NAMED,
            )
            parts.append(f"what middleware sets on each request, by that or one of its own: {named}")
        if parts:
            yield f"the new process needs what the code that goes along reads: {'; '.join(parts)}"
        if self.values:
            named = listed([f"{name} ({at.file}:{at.line})" for name, at in self.values], _NAMED)
            yield f"what its pages show of what context processors of others give all pages, it needs, too: {named}"
        if self.around:
            first, last = self.around[0][1], self.around[-1][1]
            where = f"{first.file}:{first.line}" + (f" to {last.line}" if last.line > first.line else "")
            yield (
                f"middleware of others stands around each of its requests ({where}), and comes along where they need "
                f"it: {listed([name for name, _ in self.around], _SETTINGS)}"
            )
        if asking := {one: tables for one, tables in self.asking.items() if tables}:
            comes = [f"{one.rpartition('.')[2]} ({listed(tables, _TABLES)})" for one, tables in asking.items()]
            yield (
                "of these come to tables of others, which a database of its own will not have: "
                f"{listed(comes, _NAMED)}; what each says comes with the token or the session then, or is asked for"
            )
        if self.behind:
            done = listed([*map(_by, self.behind)])
            kept = f"; {_said(self.stores)} say where files are kept" if self.stores else ""
            yield f"what Django does for it by settings it needs, too, as the monolith has it: {done}{kept}"
        if self.catalogues:
            at = self.catalogues
            yield f"the texts that its code and pages have translated go along with LOCALE_PATHS ({at.file}:{at.line})"
        if self.sites:
            yield f"pages of which other sites may ask it {_said(self.sites)} say, and may do so by its own paths"


def _said(settings: Sequence[Setting]) -> str:
    first = settings[0]
    names = listed(sorted({one.name for one in settings}), _SETTINGS)
    return f"{names} (first at {first.file}:{first.line})"


def _by(behind: tuple[str, Evidence, Setting | None]) -> str:
    what, at, setting = behind
    name, names, _ = _BEHIND[what]
    said = f"{setting.file}:{setting.line}" if setting else "which no settings that were read name: Django's defaults"
    return f"{name} (first at {at.file}:{at.line}) by {names} ({said})"


def needs(facts: Facts, partition: Partition, kernel: Mapping[Boundary, Shared]) -> Mapping[Boundary, Needs]:
    """For each boundary that needs anything."""
    read: defaultdict[object, list[Given]] = defaultdict(list)
    for one in facts.given:
        read[one.module].append(one)
    home = {module: fact.boundary for fact in partition.boundaries for module in fact.modules}
    shows = {home[page.holder] for page in facts.pages if page.holder in home}
    answers = {home.get(one.module) for one in facts.entry_points if one.kind == "request"}
    shown, standing = (_named(facts, partition, home, one) for one in (".context_processors.", ".middleware."))
    said = {one.name: one for one in reversed(facts.settings)}
    owners = {table: fact.boundary for fact in partition.boundaries for table in fact.tables}
    comes = _tables(facts, {name for name, _, _ in (*shown, *standing)}, owners)
    found = {}
    for fact in partition.boundaries:
        shared = kernel.get(fact.boundary, Shared((), (), ()))
        mine = [one for module in (*fact.modules, *shared.uses, *shared.along) for one in read[module]]
        named = {(one.name, one.by): Evidence(one.file, one.line) for one in reversed(mine)}
        settings = {one.name: named[one.name, None] for one in mine if one.kind == "setting" and one.name != _USER}
        settings = _shown(facts, home, fact.boundary) | settings
        asked = {one.name: (named[one.name, one.by], one.by) for one in mine if one.by}
        logins = sorted({Evidence(one.file, one.line) for one in mine if one.kind == "request" and one.name == "user"})
        rights = tuple(sorted({(one.name, Evidence(one.file, one.line)) for one in mine if one.kind == "right"}))
        behind = tuple(
            (name, named[name, None], next((said[one] for one in _BEHIND[name][2] if one in said), None))
            for name in sorted({one.name for one in mine if one.kind == "behind"})
        )
        me = fact.boundary
        values = tuple((name, at) for name, at, owner in shown if owner != me and me in shows)
        around = tuple((name, at) for name, at, owner in standing if owner != me and me in answers)
        files = any(what == "files" for what, _, _ in behind)
        stores = tuple(one for one in facts.settings if _STORES(one.name) and files)
        sites = tuple(one for one in facts.settings if one.name.startswith("CORS_") and me in answers)
        texts = said.get("LOCALE_PATHS") if me in answers else None
        if settings or asked or logins or rights or values or around or behind or sites or texts:
            requests = tuple((name, at, by) for name, (at, by) in sorted(asked.items()) if by)
            others = {
                name: tuple(one.name for one in comes[name] if owners[one] != me) for name, _ in (*values, *around)
            }
            found[fact.boundary] = Needs(
                tuple(sorted(settings.items())),
                requests,
                values,
                tuple(logins),
                rights,
                around,
                behind,
                stores,
                texts,
                sites,
                others,
            )
    return found


def _tables(facts: Facts, names: Set[str], owners: Mapping[Table, Boundary]) -> dict[str, tuple[Table, ...]]:
    """The tables of boundaries that what is named so comes to, by itself or by what it calls."""
    if not names:
        return {}
    calls: defaultdict[Named, set[Named]] = defaultdict(set)
    for call in facts.calls:
        calls[call.module, call.function].add((call.called, call.callee))
    touches: defaultdict[Named, set[Table]] = defaultdict(set)
    for one in facts.accesses:
        if one.table in owners:
            touches[one.module, one.function].add(one.table)
    found = {}
    for name in sorted(names):
        module, _, last = name.rpartition(".")
        own = {one for one in (*calls, *touches) if one[0].name == module and top(one[1]) == last}
        found[name] = tuple(sorted({table for one in spread(own, calls) for table in touches.get(one, ())}))
    return found


def _shown(facts: Facts, home: Mapping[Module, Boundary], me: Boundary) -> dict[str, Evidence]:
    """{{ settings.LIMITS }}, as a context processor gives them; a page tells no lines."""
    own = [page for page in facts.pages if page.holder and home.get(page.holder) == me]
    asked = [(one.removeprefix("settings."), page.file) for page in reversed(own) for one in page.shows]
    return {name: Evidence(file, 0) for name, file in asked if name.isupper() and "." not in name}


_Owned = tuple[str, Evidence, Boundary | None]


def _named(facts: Facts, partition: Partition, home: Mapping[Module, Boundary], what: str) -> tuple[_Owned, ...]:
    """What the longest list in the settings that names such parts of the program names, in order, with its owner: also
    those between them that are called otherwise.
    """
    named: dict[tuple[str, Boundary | None], Evidence] = {}
    for wire in facts.wires:
        if wire.kind is WireKind.SETTING and wire.source in partition.roots and what in wire.name:
            named.setdefault((wire.name, home.get(wire.target)), Evidence(wire.file, wire.line))
    lists: list[tuple[_Owned, ...]] = [()]
    for (name, owner), at in sorted(named.items(), key=lambda one: (one[1], one[0][0])):
        before = lists[-1][-1][1] if lists[-1] else at
        if before.file != at.file or at.line - before.line > _APART:
            lists.append(())
        lists[-1] = (*lists[-1], (name, at, owner))
    longest = sorted(lists, key=len)[-1]
    if not longest:
        return ()
    first, last = longest[0][1], longest[-1][1]
    between = {
        (wire.name, Evidence(wire.file, wire.line), home.get(wire.target))
        for wire in facts.wires
        if wire.kind is WireKind.SETTING and wire.source in partition.roots and wire.file == first.file
        if first.line < wire.line < last.line
    }
    return tuple(sorted({*longest, *between}, key=lambda one: (one[1], one[0])))
