"""Lines that ask for a row of one of several tables, by the class that they have or find: Facts + homes -> Chosen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...model.counts import listed
from ...model.facts import Confidence, Evidence, Facts, Op, Via
from ...model.names import Boundary, Module, Table
from ..context.travel import Named

__all__ = ["Chosen", "chosen", "told"]

_NAMED = 4
_INFERRED = {Confidence.LIKELY}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A line of `place`, and whose it is, with the tables of which it asks for one; some are of others."""

    owner: Boundary
    place: Named
    at: Evidence
    tables: tuple[Table, ...]


def chosen(facts: Facts, home: Mapping[Module, Boundary], owners: Mapping[Table, Boundary]) -> tuple[Chosen, ...]:
    """Of functions that are no methods, which a base may have for all classes below it; in the order of lines."""
    # m = get_model(name); m.objects.get(pk=pk): inference alone knows which m may be
    asked: defaultdict[tuple[Module, str, Evidence], dict[Table, Confidence]] = defaultdict(dict)
    for one in facts.accesses:
        if one.op is Op.READ and one.via is Via.ORM and one.module in home and "." not in one.function:
            asked[one.module, one.function, Evidence(one.file, one.line)][one.table] = one.confidence
    several = {key: found for key, found in asked.items() if len(found) > 1 and {*found.values()} == _INFERRED}
    joined: defaultdict[tuple[str, int], list[tuple[Table, ...]]] = defaultdict(list)
    for query in facts.queries if several else ():
        joined[query.file, query.line].append(query.tables)
    found = [
        Chosen(home[module], (module, function), at, tuple(sorted(tables)))
        for (module, function, at), tables in several.items()
        if not any(len(tables.keys() & set(query)) > 1 for query in joined[at.file, at.line])
        if any(owners.get(table, home[module]) != home[module] for table in tables)
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def told(me: Boundary, lines: Iterable[Chosen], owners: Mapping[Table, Boundary]) -> Iterator[str]:
    """A class of others is not there any more, and no API hands one over."""
    mine = [one for one in lines if one.owner == me]
    if mine:
        where = [f"{one.at.file}:{one.at.line} ({_listed(one.tables, owners)})" for one in mine]
        yield (
            "in it a row is asked for of one of several tables, by a class that no other process has: "
            f"{listed(where, _NAMED)}; a name (app.model) takes the class's place there, and says whom to "
            "ask: get_model would raise LookupError"
        )

    others = [one for one in lines if one.owner != me and any(owners.get(table) == me for table in one.tables)]
    if others:
        where = [f"{one.at.file}:{one.at.line} ({_listed(one.tables, owners)})" for one in others]
        yield (
            "lines that stay ask for a row of one of several tables, some of them its own, by a class that they are "
            f"handed: {listed(where, _NAMED)}; who hands one over hands a name (app.model), and for its own it is asked"
        )


def _listed(tables: Iterable[Table], owners: Mapping[Table, Boundary]) -> str:
    return listed([f"{one} of {owners[one]}" if one in owners else one.name for one in tables], _NAMED)
