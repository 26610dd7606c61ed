"""What a remedy of writes results in, as text to edit: Seams + Context -> lines of a sketch."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ...model.counts import listed
from ...model.facts import Evidence
from ...model.judgements import Seam
from ...model.names import Boundary, Module, Table
from ..context import Context
from ..context.committed import together
from ..context.fields import NOTHING
from ..context.named import lines
from ..context.settled import left, shared_with
from ..context.ways import Way
from .found import found_by
from .messages import Line
from .parts import Part, parts, verb
from .rows import columns, rows, slug
from .waiting import waiting

__all__ = ["command_api", "outbox", "parted", "saga"]

_TAKES = re.compile(r"_*(delete|remove|purge|clear|clean|expire|prune)")

_PLACES = 2  # events that are spelled out before the rest is counted
_NAMED = 6  # boundaries
_WRITERS = 4


def _rest(seams: Sequence[Seam], found: Sequence[Part], context: Context) -> Iterable[str]:
    """Who else writes in the transaction, or has done so until it left, in a sentence each."""
    ours, asked = seams[0].from_boundary, {seams[0].from_boundary, *(seam.to_boundary for seam in seams)}
    others = [part.owner for part in found if part.owner not in asked]
    if rest := [one.name for one in others if one not in context.gone]:
        own = "has a remedy of its own" if len(rest) == 1 else "have remedies of their own"
        yield (
            f"{listed(rest, _NAMED)} {own}: until the step in which one leaves the monolith, its rows are committed "
            f"with those of {ours} as today"
        )
    before = sorted((context.gone[one], one) for one in others if one in context.gone)
    if left := [f"{one} (step {step})" for step, one in before]:
        its, hears = ("its", "it hears") if len(left) == 1 else ("their", "they hear")
        made = "what that step made" if len(left) == 1 else "what those steps made"
        yield f"{listed(left, _NAMED)} left before: {its} rows are no part of it any more, and {hears} by {made}"


def saga(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The steps of a transaction that commit alone, each with its compensation."""
    at, found = seams[0].evidence[0], parts(seams, context)
    asked = {seams[0].from_boundary, *(seam.to_boundary for seam in seams)}
    yield f"saga {verb(at)} ({at.file}:{at.line}), each step commits alone and is safe to repeat"
    for number, part in enumerate([part for part in found if part.owner in asked], 1):
        undo = f"undo_{verb(at)}_in_{part.owner}".replace("-", "_")
        given = f", given {part.told()}," * bool(part.payload)
        yield f"{number}. {part.owner}{given} {part.does()}; compensation: {undo}"
        if part.others and part.sender == seams[0].from_boundary != part.owner:
            yield f"   what comes to {part.maker} at {lines(part.others)} has that step done, too, by itself"
    yield "on failure of step n the compensations n-1 ... 1 run in that order"
    if context.atomic:
        yield (
            f"a request is one transaction ({_setting(context.atomic)}): one that runs this is taken out of that "
            "(non_atomic_requests), or has a task do the steps, so that each of them commits"
        )
    yield from _rest(seams, found, context)


def outbox(seams: Sequence[Seam], context: Context) -> Iterable[Line]:
    """What is committed with the event, who is told of it, and which deletions wait until it is done."""
    at, found = seams[0].evidence[0], parts(seams, context)
    ways = context.ways.get((at.file, at.line), {})
    owners = {seam.to_boundary for seam in seams}
    senders = {part.sender for part in found if part.owner in owners}
    for one in sorted(senders & context.gone.keys()):
        yield (
            f"{one} does its part since step {context.gone[one]} in a transaction of its own, with a row of its own "
            "outbox"
        )
    if senders - context.gone.keys():
        yield f"in the transaction at {at.file}:{at.line} a row of the outbox is committed, too"
    if context.atomic:
        yield (
            f"  where a request runs it, that is its last commit ({_setting(context.atomic)}): what else the request "
            "writes is committed with the row, or with none"
        )
    for part in found:
        if part.owner in owners:
            does = f"; {part.owner} {part.does()} once for each id"
            if part.deleted:
                yield f"relay sends {listed(part.deleted, _PLACES)}, for the job of the key{does}"
            yield from (replace(one, before=f"relay sends {one.before}", after=does) for one in part.messages)
            yield from _refused(part, ways, context)
            if part.others and not part.deleted:
                yield (
                    f"  {part.maker} makes the row, for what comes to it at {lines(part.others)} commits one, too; "
                    f"{together(part.others, context.opened)}"
                )
            elif part.maker != verb(at) and any(one.made and one.sender not in context.gone for one in part.messages):
                yield f"  {part.maker} makes the row, for it has what goes along"
    yield from waiting(seams, context)
    yield from _rest(seams, found, context)


def _refused(part: Part, ways: Mapping[Table, Way], context: Context) -> Iterator[str]:
    """What a constraint of several columns says to the values that a part gives to rows which are there."""
    for name, way in ((name, ways[Table(name)]) for name in part.tables if Table(name) in ways):
        gives = context.fields.gives.get((way.path[-1][0], way.at.function, Table(name)), NOTHING)
        fact = None if gives.makes or way.along else context.tables.get(Table(name))
        groups = {
            tuple(sorted((one.name, *others)))
            for one in (fact.columns if fact else ())
            for others in one.unique_with
            if one.name in gives.columns
        }
        for group in sorted(groups):
            yield (
                f"  no two rows of {name} share ({', '.join(group)}): where what it gives would make two do, the "
                "message fails each time and is passed over, so that it leaves such a row out, or makes one of both"
            )


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
    if routes:
        ids = " (by an id that the asker makes)" * any(route.startswith("POST") for route in routes)
        yield (
            "  asked for once the asker's other rows are committed, with a timeout, and again where no answer came, "
            f"which then does nothing{ids}; while {one.to_boundary} is down, who waits is told so"
        )
    if routes and (one.from_boundary, one.to) in context.copies:
        ours = one.from_boundary
        yield f"  the rows that come back {ours} has in its copy at once, and clears what it has cached of them"
    yield from shared_with(seams, context.covered)
    yield from parted(seams, context)


def parted(seams: Sequence[Seam], context: Context) -> Iterator[str]:
    """The lines that write in a transaction whose remedy has the owner write."""
    one = seams[0]
    for at in sorted({at for _, at in left(seams, context.covered)}):
        if scope := context.handled.get((at.file, at.line, one.to)):
            yield (
                f"{at.file}:{at.line} is part of the transaction at {scope.file}:{scope.line}: what writes it when "
                f"{one.to_boundary} hears of that is the work here; no endpoint is made for it"
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
    copied = (context.home.get(module), table) in context.copies
    many = "id" if where.startswith("/") else "the rows" if copied else "how many"
    if gives.makes:
        return f"POST {path} {{{shown}}} -> id"
    if gives.columns:
        return f"PATCH {path}{where} {{{shown}}} -> {many}"
    if gives.deletes:
        return f"DELETE {path}{where}" + f" -> {'ids' if copied else many}" * (many != "id")
    named = [part for part in at.function.split(".") if part.isidentifier() and part[:1] != "_"]
    does = named[-1] if named else "write"
    body, answer = ("which rows", "how many") if _TAKES.match(does) else (shown, "id")
    return f"POST {path}/{slug(does)} {{{body}}} -> {answer}"
