"""What each owner does in a transaction that several write in: Seams + Context -> Parts, each with its messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...model.facts import Evidence
from ...model.judgements import Seam
from ...model.names import Boundary, Table
from ..context import Context
from ..context.travel import Named
from ..context.ways import Way
from .events import is_fact, message_name, of_rows
from .messages import Message
from .payloads import carried_by
from .rows import slug

__all__ = ["Part", "parts", "verb"]

_PLACES = 2  # lines that a part spells out before it counts the rest


@dataclass(frozen=True, slots=True)
class Part:
    """What one owner does in a transaction: to `tables`, by `ways` that are known, `along` with rows deleted alone.

    It hears of it by `messages`, or by `deleted`, the events of rows that take its own along; from `sender`, whose
    function `maker` tells it, also where `others`, lines, come to that.
    """

    owner: Boundary
    tables: tuple[str, ...]
    ways: tuple[Way, ...]
    along: bool
    sender: Boundary
    messages: tuple[Message, ...] = ()
    payload: tuple[str, ...] = ()
    maker: str = ""
    others: tuple[Evidence, ...] = ()
    deleted: tuple[str, ...] = ()

    def told(self) -> str:
        """ "{order_id, total}"."""
        return f"{{{', '.join(self.payload)}}}" if self.payload else ""

    def does(self) -> str:
        """ "writes a, b (shop/pay.py:8, by place > charge)"."""
        names = ", ".join(self.tables)
        return f"{f'deletes the rows of {names} that go with it' if self.along else f'writes {names}'}{self.places()}"

    def places(self) -> str:
        first = {way.at: way for way in reversed(self.ways)}
        told = [_told(first[at]) for at in sorted(first)]
        more = f" and {len(told) - _PLACES} more" * (len(told) > _PLACES)
        return f" ({'; '.join(told[:_PLACES])}{more})" if told else ""


def _told(way: Way) -> str:
    called = [name for _, name in way.path[1:]]
    return f"{way.at.file}:{way.at.line}" + (f", by {' > '.join(called)}" if called else "")


def verb(at: Evidence) -> str:
    """What a function does, by its name."""
    return (at.function or "run").rpartition(".")[2]


def parts(seams: Sequence[Seam], context: Context) -> list[Part]:
    """What each owner does, the boundary of the scope first."""
    one, at = seams[0], seams[0].evidence[0]
    ours, ways = one.from_boundary, context.ways.get((at.file, at.line), {})
    by_owner: dict[Boundary, list[str]] = {}
    for name in sorted({name for seam in seams for name in seam.names}):
        by_owner.setdefault(context.owners[Table(name)], []).append(name)
    found = []
    for owner, names in by_owner.items():
        known = tuple(ways[Table(name)] for name in names if Table(name) in ways)
        along = owner != ours and len(known) == len(names) and all(way.along for way in known)
        sender, maker, others = _sender(owner, known, context) or (ours, Evidence(at.file, at.line, at.function), ())
        if not others and sender == ours:
            maker = at
        tables = [Table(name) for name in names if Table(name) in ways and not ways[Table(name)].along]
        payload = dict.fromkeys(each for table in tables for each in carried_by(owner, table, ways[table], context))
        deleted = _deletions(owner, names, ways, context) if along else []
        messages = () if owner == ours or deleted else _messages(owner, sender, maker, known, tuple(payload), context)
        told = tuple(payload) if owner != ours else ()
        found.append(
            Part(owner, tuple(names), known, along, sender, messages, told, verb(maker), others, tuple(deleted))
        )
    return sorted(found, key=lambda part: (part.owner != ours, part.sender != ours, part.owner))


def _messages(
    owner: Boundary,
    sender: Boundary,
    maker: Evidence,
    ways: Sequence[Way],
    payload: tuple[str, ...],
    context: Context,
) -> tuple[Message, ...]:
    """A signal's events where it hears of rows; a command where one function of its does it all; else what is done."""
    if place := next(
        (place for way in ways if (place := _place(owner, way, context)) and _heard(place, context)), None
    ):
        table = _heard(place, context)
        return tuple(of_rows(table, context.owners.get(table, sender), owner, [place], context)) if table else ()
    does = {_place(owner, way, context) for way in ways if not way.along}
    done = f"{sender}.{slug(verb(maker))}.done"
    name, before = done, "event "
    if len(does) == 1 and (one := does.pop()):
        name = message_name(sender, owner, one[1])
        before = "event " if is_fact(one[1]) else "command "
    return (Message(name, payload, sender, owner, before, made=(maker,)),)


def _deletions(owner: Boundary, names: Sequence[str], ways: Mapping[Table, Way], context: Context) -> list[str]:
    """The events of the deletions, in the same transaction, that take rows of `owner` along by its keys."""
    keys = (key for name in names for key in context.keys.get(Table(name), ()) if key.to_table in ways)
    others = {key.to_table: context.owners.get(key.to_table, owner) for key in keys}
    return sorted(f"{others[table]}.{table}.deleted" for table in others if others[table] != owner)


def _sender(
    owner: Boundary, ways: Sequence[Way], context: Context
) -> tuple[Boundary, Evidence, tuple[Evidence, ...]] | None:
    """Whoever is the last on the way that is not the owner itself, where it tells it, and who else has it do so."""
    for way in ways:
        outside = [place for place in way.path if context.home.get(place[0], owner) != owner]
        if outside:
            home = context.home[outside[-1][0]]
            if (place := _place(owner, way, context)) and (table := _heard(place, context)):
                return context.owners.get(table, home), _at(outside[-1], context), ()
            last, others = _shared(way, outside, home, context)
            return home, _at(last, context), others
    return None


def _at(place: Named, context: Context) -> Evidence:
    definition = context.definitions.get(place)
    return Evidence(context.paths[place[0]], definition.line if definition else 0, place[1])


def _place(owner: Boundary, way: Way, context: Context) -> Named | None:
    """The first function of the owner on the way."""
    return next((one for one in way.path if context.home.get(one[0]) == owner), None)


def _heard(place: Named, context: Context) -> Table | None:
    """The table whose rows' signal makes a function run, where it is one that does."""
    return next((table for table, found in sorted(context.heard.items()) if place in found), None)


def _shared(way: Way, outside: Sequence[Named], home: Boundary, context: Context) -> tuple[Named, tuple[Evidence, ...]]:
    """The function of `home` that tells the owner for all who come to it: the last to which others do; and where."""
    known = {(context.paths[module], function) for module, function in way.path}
    last, found = outside[-1], set[Evidence]()
    for module, function in (place for place in outside if place != way.path[0]):
        callers = context.callers.get((module, function), ())
        if others := [one for one in callers if (one.file, one.function) not in known]:
            last = (module, function) if context.home[module] == home else outside[-1]
            found.update(others)
    return last, tuple(sorted(found))
