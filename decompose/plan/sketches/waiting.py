"""What a deletion waits for, where others are to do something with what hangs on the row: Parts + Context -> Lines."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...model.counts import count, listed
from ...model.facts import Evidence, ForeignKey, Origin
from ...model.judgements import Seam
from ...model.names import Boundary, Table
from ..context import Context
from ..context.fields import NOTHING
from ..context.named import lines
from ..context.travel import Named
from ..context.ways import Way
from .messages import Line, Message
from .parts import Part, parts
from .rows import slug

__all__ = ["Wait", "waiting", "waits"]

_NAMED = 3  # keys

_DOES: Mapping[str, str] = {
    "cascade": "takes along",
    "set_null": "empties the key of",
    "set_default": "sets the key of",
    "set": "sets the key of",
    "protect": "is refused for",
    "restrict": "is refused for",
}


@dataclass(frozen=True, slots=True)
class Wait:
    """At `at`, in the function `inside`, rows of `table` are deleted by `deletes`; that does something, by `keys`, to
    what a part is to write.
    """

    at: Evidence
    inside: Named
    table: Table
    deletes: Boundary
    part: Part
    keys: tuple[ForeignKey, ...]


def waits(seams: Sequence[Seam], context: Context) -> list[Wait]:
    """The deletions in a transaction that others have to be done before, each with who has."""
    at, owners = seams[0].evidence[0], {seam.to_boundary for seam in seams}
    ways = context.ways.get((at.file, at.line), {})
    hear = [part for part in parts(seams, context) if part.owner in owners and part.messages]
    return [one for part in hear for one in _of(part, ways, context)]


def _of(part: Part, ways: Mapping[Table, Way], context: Context) -> Iterator[Wait]:
    needed = [key for name in part.tables for key in _needed(Table(name), ways, context)]
    found = dict.fromkeys((way.at, way.path[-1]) for way in ways.values() if way.along)
    for at, inside in sorted(found):
        module, _ = inside
        deletes = context.home.get(module, part.owner)
        gone = {table for where, table, line in context.fields.gone if (where, line) == (module, at.line)}
        for table in sorted({key.to_table for key in needed} & gone) if deletes != part.owner else ():
            yield Wait(at, inside, table, deletes, part, tuple(key for key in needed if key.to_table == table))


def _needed(table: Table, ways: Mapping[Table, Way], context: Context) -> Iterator[ForeignKey]:
    """The keys that it gives another row to point to, or deletes the rows of, for the deletion to go its way."""
    way = ways.get(table)
    if way is None or way.along:
        return
    gives = context.fields.gives.get((way.path[-1][0], way.at.function, table), NOTHING)
    for key in context.keys.get(table, ()):
        clears = gives.deletes and key.on_delete in ("protect", "restrict")
        if key.on_delete in _DOES and (clears or key.column in gives.columns):
            yield key


def waiting(seams: Sequence[Seam], context: Context) -> Iterator[Line]:
    """Which line waits, what is so until it runs, how those who hear of it answer, and what is done then."""
    told = set[tuple[Evidence, Table]]()
    for one in waits(seams, context):
        owner, first = one.part.owner, one.part.messages[0]
        yield (
            f"{one.at.file}:{one.at.line} waits for that: it deletes {one.table}, which {_does(one.keys)} before "
            f"{owner} hears"
        )
        if (one.at, one.table) not in told:
            told.add((one.at, one.table))
            yield from _meanwhile(one, context)
        answer = f"{owner}.{slug(first.name.partition('.')[2].removesuffix('.done').replace('.', '_'))}.answered"
        story = (
            f"  {owner} makes its row of the outbox in the transaction in which it does its part",
            f"  {one.deletes} keeps by message_id who has still to answer, and deletes the row with the last answer; "
            "this stands before the keys go, for until then they do that in one program, too",
        )
        yield Message(answer, ("message_id",), owner, one.deletes, story=story)


def _meanwhile(one: Wait, context: Context) -> Iterator[str]:
    """What comes back without the deletion, how the row is marked, and who reads it all the same."""
    function = one.inside[1] or "the program"
    callers = context.callers.get(one.inside, ())
    goes_on = f"who calls it ({lines(callers)}) goes on" if callers else "what comes after it goes on"
    yield (
        f"  {function} ends without that line, which runs where the last answer is heard; {goes_on} while the row is "
        "there, and a page, a log or a status says that it is under way, not that it is done"
    )
    fact = context.tables.get(one.table)
    if fact and fact.origin is Origin.OWN and fact.model:
        how = f"a column of {fact.model} ({fact.file}:{fact.line}), the moment at which that began, empty before"
    else:
        how = f"a row in a table of {one.deletes}'s own, with its key: {one.table} is a library's, and gets no column"
    named = [column.name for column in fact.columns] if fact else []
    off = next((f"; {name} is False from then on" for name in _ACTIVE if name in named), "")
    yield f"  until then it is marked by {how}{off}"
    taken = [column.name for column in fact.columns if column.unique and not column.primary] if fact else []
    stays = f"; {listed(taken, _NAMED)}, which no two rows share, {'stays' if len(taken) == 1 else 'stay'} taken"
    if reading := context.asked.reading.get(one.table, ()):
        file, line = reading[0]
        yield (
            f"  {count(len(reading), 'line reads', 'lines read')} {one.table}, the first at {file}:{line}: those that "
            f"list rows, choose one or let somebody in leave out what is marked{stays if taken else ''}"
        )


_ACTIVE = ("is_active", "active", "enabled", "is_enabled")
"""What a row is switched off by, where it can be."""


def _does(keys: Sequence[ForeignKey]) -> str:
    verbs: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        verbs[_DOES[key.on_delete]].append(f"{key.table} ({key.file}:{key.line}: {key.on_delete})")
    return " and ".join(f"{verb} {listed(verbs[verb], _NAMED)}" for verb in sorted(verbs))
