"""What a remedy of writes results in, as text to edit: Seams + Context -> lines of a sketch."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model.counts import listed
from ..model.facts import Evidence
from ..model.judgements import Seam
from ..model.names import Boundary, Module, Table
from .context import Context
from .fields import NOTHING
from .found import found_by
from .payloads import carried_by
from .rows import changed, columns, rows, slug
from .settled import left, shared_with
from .travel import Named
from .ways import Way

__all__ = ["command_api", "outbox", "saga"]

_TAKES = re.compile(r"_*(delete|remove|purge|clear|clean|expire|prune)")

_PLACES = 2  # lines that a step of a saga spells out before it counts the rest
_NAMED = 6  # boundaries
_CHANGED = ".changed"
_WRITERS = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """What one owner does in a transaction: to `tables`, by `ways` that are known, `along` with rows deleted alone.

    It hears of it from `sender`, when that has done `cause`; by the function `shared` where `others`, lines, come
    to that, too; of what goes along with rows, `deleted` are the events of those.
    """

    owner: Boundary
    tables: tuple[str, ...]
    ways: tuple[Way, ...]
    along: bool
    sender: Boundary
    cause: str
    payload: tuple[str, ...] = ()
    shared: str = ""
    others: str = ""
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


def _verb(at: Evidence) -> str:
    return (at.function or "run").rpartition(".")[2]


def _parts(seams: Sequence[Seam], context: Context) -> list[_Part]:
    """What each owner does, the boundary of the scope first."""
    one, at = seams[0], seams[0].evidence[0]
    ours, ways = one.from_boundary, context.ways.get((at.file, at.line), {})
    by_owner: dict[Boundary, list[str]] = {}
    for name in sorted({name for seam in seams for name in seam.names}):
        by_owner.setdefault(context.owners[Table(name)], []).append(name)
    parts = []
    for owner, names in by_owner.items():
        known = tuple(ways[Table(name)] for name in names if Table(name) in ways)
        along = owner != ours and len(known) == len(names) and all(way.along for way in known)
        sender, shared, others = _sender(owner, known, context) or (ours, "", "")
        told_of = _verb(at) if sender == ours and not others else shared.rpartition(".")[2]
        cause = shared if shared.endswith(_CHANGED) else slug(told_of)
        tables = [Table(name) for name in names if Table(name) in ways and not ways[Table(name)].along]
        told = dict.fromkeys(each for table in tables for each in carried_by(owner, table, ways[table], context))
        parts.append(
            _Part(
                owner, tuple(names), known, along, sender, cause, tuple(told) if owner != ours else (), shared,
                others, tuple(_deletions(owner, names, ways, context)) if along else (),
            )
        )  # fmt: skip
    return sorted(parts, key=lambda part: (part.owner != ours, part.sender != ours, part.owner))


def _deletions(owner: Boundary, names: Sequence[str], ways: Mapping[Table, Way], context: Context) -> list[str]:
    """The events of the deletions, in the same transaction, that take rows of `owner` along by its keys."""
    keys = (key for name in names for key in context.keys.get(Table(name), ()) if key.to_table in ways)
    others = {key.to_table: context.owners.get(key.to_table, owner) for key in keys}
    return sorted(f"{others[table]}.{table}.deleted" for table in others if others[table] != owner)


def _sender(owner: Boundary, ways: Sequence[Way], context: Context) -> tuple[Boundary, str, str] | None:
    """Whoever is the last on the way that is not the owner itself, what it does then, and who else has it do that."""
    for way in ways:
        outside = [place for place in way.path if context.home.get(place[0], owner) != owner]
        if outside:
            home = context.home[outside[-1][0]]
            if table := _heard(owner, way, context):  # as whoever hears of that table's rows is told
                return context.owners.get(table, home), changed(table), ""
            last, others = _shared(way, outside, home, context)
            return home, last, others
    return None


def _heard(owner: Boundary, way: Way, context: Context) -> Table | None:
    """The table whose rows' signal makes `owner` write, where it is one that does."""
    place = next((one for one in way.path if context.home.get(one[0]) == owner), None)
    return next((table for table, found in sorted(context.heard.items()) if place in found), None)


def _shared(way: Way, outside: Sequence[Named], home: Boundary, context: Context) -> tuple[str, str]:
    """The function of `home` that tells the owner for all who come to it: the last to which others do; and how."""
    known = {(context.paths[module], function) for module, function in way.path}
    last, found = outside[-1][1], set[str]()
    for module, function in (place for place in outside if place != way.path[0]):
        callers = context.callers.get((module, function), ())
        if others := [one for one in callers if (one.file, one.function) not in known]:
            last = function if context.home[module] == home else outside[-1][1]
            found.update(f"{one.file}:{one.line}" for one in others)
    return last, listed(sorted(found), _PLACES + 1)


def _rest(seams: Sequence[Seam], parts: Sequence[_Part]) -> list[str]:
    """Who else writes in the transaction, in a sentence."""
    asked = {seams[0].from_boundary, *(seam.to_boundary for seam in seams)}
    rest = [part.owner.name for part in parts if part.owner not in asked]
    own = "has a remedy of its own" if len(rest) == 1 else "have remedies of their own"
    told = (
        f"{listed(rest, _NAMED)} {own}: until the step in which one leaves the monolith, its rows are committed with "
        f"those of {seams[0].from_boundary} as today"
    )
    return [told] * bool(rest)


def saga(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The steps of a transaction that commit alone, each with its compensation."""
    at, parts = seams[0].evidence[0], _parts(seams, context)
    asked = {seams[0].from_boundary, *(seam.to_boundary for seam in seams)}
    yield f"saga {_verb(at)} ({at.file}:{at.line}), each step commits alone and is safe to repeat"
    for number, part in enumerate([part for part in parts if part.owner in asked], 1):
        undo = f"undo_{_verb(at)}_in_{part.owner}".replace("-", "_")
        given = f", given {part.told()}," * bool(part.payload)
        yield f"{number}. {part.owner}{given} {part.does()}; compensation: {undo}"
        if part.others and part.sender == seams[0].from_boundary != part.owner:
            yield f"   what comes to {part.shared} at {part.others} has that step done, too, by itself"
    yield "on failure of step n the compensations n-1 ... 1 run in that order"
    if context.atomic:
        yield (
            f"a request is one transaction ({_setting(context.atomic)}): one that runs this is taken out of that "
            "(non_atomic_requests), or has a task do the steps, so that each of them commits"
        )
    yield from _rest(seams, parts)


def outbox(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What is committed with the event, who is told of it, and, of rows that are deleted, who waits for it."""
    at, parts = seams[0].evidence[0], _parts(seams, context)
    ours, owners = seams[0].from_boundary, {seam.to_boundary for seam in seams}
    ways = context.ways.get((at.file, at.line), {}).values()
    yield f"in the transaction at {at.file}:{at.line} a row of outbox (id, type, payload, sent_at) is committed, too"
    if context.atomic:
        yield (
            f"  where a request runs it, that is its last commit ({_setting(context.atomic)}): what else the request "
            "writes is committed with the row, or with none"
        )
    for part in parts:
        if part.owner in owners:
            event = f"{part.sender}.{part.cause} {part.told()}".rstrip()
            if part.deleted:
                event = f"{listed(part.deleted, _PLACES)} {{id}}, for the job of the key"
            yield f"relay sends {event}; {part.owner} {part.does()} once for each id"
            if part.others and not part.deleted:
                yield f"  {part.shared} makes the row, for what comes to it at {part.others} commits one, too"
    if any(way.along for way in ways):
        yield f"what {ours} deletes it keeps, out of use, until those who hear of it have answered"
    yield from _rest(seams, parts)


def _setting(at: Evidence) -> str:
    return f"ATOMIC_REQUESTS, {at.file}:{at.line}"


def command_api(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The endpoints at the owner that take over the writes of others, one for each thing that they do."""
    one = seams[0]
    places = left(seams, context.covered)
    known = {at: context.handled.get((at.file, at.line, one.to)) for _, at in places}
    routes: dict[str, list[str]] = {}
    for module, at in sorted(places, key=lambda place: (str(place[0]), place[1].function, place[1])):
        if not known[at] and isinstance(one.to, Table):
            writers = routes.setdefault(_command(one.to_boundary, one.to, module, at, context), [])
            writers += [f"{module}:{at.function}"] * (f"{module}:{at.function}" not in writers)
    for route in list(routes)[:_WRITERS]:
        yield route
        yield f"  what {listed(routes[route], _NAMED)} writes to {one.to} today, and nothing else of its row"
    if len(routes) > _WRITERS:
        yield f"  and {len(routes) - _WRITERS} more, which write it from elsewhere"
    yield from shared_with(seams, context.covered)
    for at in sorted(known):
        if scope := known[at]:
            yield (
                f"{at.file}:{at.line} is part of the transaction at {scope.file}:{scope.line}: {one.to_boundary} "
                "writes it when it hears of that by the remedy of the transaction; no endpoint is made for it"
            )


def _given(table: Table, module: Module, function: str, context: Context) -> str:
    """What a function gives to rows of a table, and to the tables of their owner in which they go on."""
    found: list[str] = []
    one: Table | None = table
    while one is not None and context.owners.get(one) == context.owners.get(table) and len(found) < _WRITERS:
        gives = context.fields.gives.get((module, function, one), NOTHING)
        found += [columns(one, context, gives.columns, given=True)] * (one == table or bool(gives.columns))
        one = context.parents.get(one)
    return ", ".join(found)


def _command(owner: Boundary, table: Table, module: Module, at: Evidence, context: Context) -> str:
    """POST makes a row, PATCH gives columns to those that are there, DELETE removes them, as the function does it."""
    gives = context.fields.gives.get((module, at.function, table), NOTHING)
    path, where = rows(owner, table, context), found_by(table, at, context) or "?..."
    shown = _given(table, module, at.function, context)
    many = "id" if where.startswith("/") else "how many"
    if gives.makes:
        return f"POST {path} {{{shown}}} -> id"
    if gives.columns:
        return f"PATCH {path}{where} {{{shown}}} -> {many}"
    if gives.deletes:
        return f"DELETE {path}{where}" + " -> how many" * (many != "id")
    named = [part for part in at.function.split(".") if part.isidentifier() and part[:1] != "_"]
    does = named[-1] if named else "write"
    body, answer = ("which rows", "how many") if _TAKES.match(does) else (shown, "id")
    return f"POST {path}/{slug(does)} {{{body}}} -> {answer}"
