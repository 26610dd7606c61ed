"""What a deletion waits for, where others are to do something with what hangs on the row: Parts + Context -> Lines."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...model.counts import listed
from ...model.facts import Evidence, ForeignKey
from ...model.judgements import Seam
from ...model.names import Boundary, Table
from ..context import Context
from ..context.fields import NOTHING
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
    """At `at` rows of `table` are deleted by `deletes`; that does something, by `keys`, to what a part is to write."""

    at: Evidence
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
    found = dict.fromkeys((way.at, way.path[-1][0]) for way in ways.values() if way.along)
    for at, module in sorted(found):
        deletes = context.home.get(module, part.owner)
        gone = {table for where, table, line in context.fields.gone if (where, line) == (module, at.line)}
        for table in sorted({key.to_table for key in needed} & gone) if deletes != part.owner else ():
            yield Wait(at, table, deletes, part, tuple(key for key in needed if key.to_table == table))


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
    """Which line waits, how those who hear of it answer, and what is done then."""
    for one in waits(seams, context):
        owner, first = one.part.owner, one.part.messages[0]
        yield (
            f"{one.at.file}:{one.at.line} waits for that: it deletes {one.table}, which {_does(one.keys)} before "
            f"{owner} hears; the row stays, out of use by a column of its own, until all who are told have answered"
        )
        answer = f"{owner}.{slug(first.name.partition('.')[2].removesuffix('.done').replace('.', '_'))}.answered"
        story = (
            f"  {owner} makes its row of the outbox in the transaction in which it does its part",
            f"  {one.deletes} keeps by message_id who has still to answer, and deletes the row with the last answer; "
            "this stands before the keys go, for until then they do that in one program, too",
        )
        yield Message(answer, ("message_id",), owner, one.deletes, story=story)


def _does(keys: Sequence[ForeignKey]) -> str:
    verbs: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        verbs[_DOES[key.on_delete]].append(f"{key.table} ({key.file}:{key.line}: {key.on_delete})")
    return " and ".join(f"{verb} {listed(verbs[verb], _NAMED)}" for verb in sorted(verbs))
