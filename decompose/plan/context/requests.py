"""Requests that are one transaction each: Facts + homes -> where the settings say so, and which write for whom."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...model.counts import count
from ...model.facts import Evidence, Facts, Op, Setting, Via
from ...model.names import Boundary, Module, Table
from ...model.spread import spread
from .calls import by_whom
from .travel import Named, top

__all__ = ["Requests", "atomic", "requests"]


@dataclass(frozen=True, slots=True)
class Requests:
    """`setting` makes each request a transaction, or `stray` was meant to: Django reads it inside of DATABASES alone.

    `together` are the requests, by boundary, that write tables of it and of another one.
    """

    setting: Evidence | None = None
    stray: Evidence | None = None
    together: Mapping[Boundary, tuple[Evidence, ...]] = field(default_factory=dict)

    def told(self, me: Boundary) -> Iterator[str]:
        """What a cut of `me` takes from its requests."""
        if found := self.together.get(me, ()):
            write, one = ("writes", "it") if len(found) == 1 else ("write", "one of them")
            these = (
                f"{count(len(found), 'request')} {write} tables of {me} and of others, the first at "
                f"{found[0].file}:{found[0].line}"
            )
            if self.setting:
                yield (
                    f"each request is one transaction (ATOMIC_REQUESTS, {self.setting.file}:{self.setting.line}), and "
                    f"{these}: where {one} fails, what {me} has done for it stays, and its own rows stay locked while "
                    "it waits for an answer"
                )
            elif self.stray:
                yield (
                    f"ATOMIC_REQUESTS stands outside of DATABASES ({self.stray.file}:{self.stray.line}), where Django "
                    f"does not read it: as far as the code tells no request is one transaction, though {these}"
                )


def atomic(facts: Facts) -> Evidence | None:
    """Where the settings make each request one transaction."""
    return _said(facts, "DATABASES.ATOMIC_REQUESTS")


def requests(facts: Facts, home: Mapping[Module, Boundary], owners: Mapping[Table, Boundary]) -> Requests:
    """Nothing, where the settings do not speak of it."""
    setting, stray = atomic(facts), _said(facts, "ATOMIC_REQUESTS")
    return Requests(setting, stray, _together(facts, home, owners)) if setting or stray else Requests()


def _said(facts: Facts, name: str) -> Evidence | None:
    found: list[Setting] = [one for one in facts.settings if one.name == name and one.value == "True"]
    return Evidence(found[0].file, found[0].line) if found else None


def _together(
    facts: Facts, home: Mapping[Module, Boundary], owners: Mapping[Table, Boundary]
) -> dict[Boundary, tuple[Evidence, ...]]:
    callers = by_whom(facts)
    writers: defaultdict[Boundary, set[Named]] = defaultdict(set)
    for access in facts.accesses:
        if access.op is Op.WRITE and access.via is not Via.CASCADE and access.table in owners:
            writers[owners[access.table]].add((access.module, access.function))
    paths = {fact.module: fact.path for fact in facts.modules}
    entries = [one for one in facts.entry_points if one.kind == "request" and one.module in home]
    wrote: defaultdict[tuple[Named, Evidence], set[Boundary]] = defaultdict(set)
    for boundary in sorted(writers):
        reached = spread(writers[boundary], callers)
        for one in entries:
            if (one.module, one.function) in reached:
                wrote[(one.module, one.function), Evidence(paths[one.module], one.line)].add(boundary)
    found: defaultdict[Boundary, dict[Named, Evidence]] = defaultdict(dict)
    for ((module, function), at), boundaries in sorted(wrote.items()):
        for boundary in boundaries if len(boundaries) > 1 else ():
            view = (module, top(function))  # whose methods answer one request
            found[boundary][view] = min(at, found[boundary].get(view, at))
    return {boundary: tuple(sorted(found[boundary].values())) for boundary in sorted(found)}
