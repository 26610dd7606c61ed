"""What the process around its code has to give what leaves: Facts + Partition -> Needs, by boundary."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...model.counts import count, listed
from ...model.facts import Evidence, Facts, Given, Setting, WireKind
from ...model.judgements import Partition
from ...model.names import Boundary, Module
from .kernel import Shared

__all__ = ["Needs", "needs"]

_NAMED = 12

_USER = "AUTH_USER_MODEL"  # who may log in is told apart, and a key to users goes

_BEHIND = {
    "cache": ("the cache", "CACHES", ("CACHES",)),
    "files": ("uploaded files", "STORAGES and MEDIA_ROOT", ("STORAGES", "DEFAULT_FILE_STORAGE", "MEDIA_ROOT")),
    "mail": ("mail", "EMAIL_HOST and the like", ("EMAIL_HOST", "EMAIL_BACKEND")),
}
"""What Django does, what it stands on, and by which names settings say so."""

_SETTINGS = 30  # whoever sets up the process needs them all


@dataclass(frozen=True, slots=True)
class Needs:
    """What its modules, and those of the kernel that go along, read: settings, but for the class of users, and what is
    set on each request.

    `logins` are the lines that ask a request for its user; `values` are the context processors of others that the
    settings name, where it has pages; `behind` is what Django does for it, with the setting that says how, if any does.
    """

    settings: tuple[tuple[str, Evidence], ...] = ()
    requests: tuple[tuple[str, Evidence, Evidence], ...] = ()
    values: tuple[tuple[str, Evidence], ...] = ()
    logins: tuple[Evidence, ...] = ()
    behind: tuple[tuple[str, Evidence, Setting | None], ...] = ()

    def told(self) -> Iterator[str]:
        """What there is to give it."""
        parts = []
        if self.settings:
            named = listed([f"{name} ({at.file}:{at.line})" for name, at in self.settings], _SETTINGS)
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
        if self.behind:
            done = listed([*map(_by, self.behind)])
            yield f"what Django does for it by settings it needs, too, as the monolith has it: {done}"


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
    said = {one.name: one for one in reversed(facts.settings)}
    found = {}
    for fact in partition.boundaries:
        shared = kernel.get(fact.boundary, Shared((), (), ()))
        mine = [one for module in (*fact.modules, *shared.uses, *shared.along) for one in read[module]]
        named = {(one.name, one.by): Evidence(one.file, one.line) for one in reversed(mine)}
        settings = {one.name: named[one.name, None] for one in mine if one.kind == "setting" and one.name != _USER}
        asked = {one.name: (named[one.name, one.by], one.by) for one in mine if one.by}
        logins = sorted({Evidence(one.file, one.line) for one in mine if one.kind == "request" and one.name == "user"})
        behind = tuple(
            (name, named[name, None], next((said[one] for one in _BEHIND[name][2] if one in said), None))
            for name in sorted({one.name for one in mine if one.kind == "behind"})
        )
        values = _values(facts, partition, home, fact.boundary) if fact.boundary in shows else ()
        if settings or asked or logins or values or behind:
            requests = tuple((name, at, by) for name, (at, by) in sorted(asked.items()) if by)
            found[fact.boundary] = Needs(tuple(sorted(settings.items())), requests, values, tuple(logins), behind)
    return found


def _values(
    facts: Facts, partition: Partition, home: Mapping[Module, Boundary], me: Boundary
) -> tuple[tuple[str, Evidence], ...]:
    named = {
        wire.name: Evidence(wire.file, wire.line)
        for wire in facts.wires
        if wire.kind is WireKind.SETTING and wire.source in partition.roots and ".context_processors." in wire.name
        if home.get(wire.target) != me
    }
    return tuple(sorted(named.items(), key=lambda one: (one[1], one[0])))
