"""What a remedy by events results in, as text to edit: Seams + Context -> lines of a sketch."""

import re
from collections.abc import Iterable, Sequence

from ...model.counts import listed
from ...model.facts import Evidence, WireKind
from ...model.judgements import Seam
from ...model.names import Boundary, Module, Table
from ..context import Context
from ..context.committed import together
from ..context.named import lines, lines_of
from ..context.signatures import handed
from ..context.travel import Named
from .announced import keys_of, of_change, of_deletion
from .messages import Line, Message
from .payloads import heard
from .routes import fields, result, signature
from .rows import slug
from .subjects import used

__all__ = ["event", "in_transactions", "inside", "is_fact", "message_name", "of_rows"]

_NAMED = 4  # lines


def event(seams: Sequence[Seam], context: Context) -> Iterable[Line]:
    """What is told where, with which fields, and who does what then."""
    if seams[0].detail == WireKind.SIGNAL:
        yield from _heard(seams, context)
        return
    one, opened = seams[0], context.opened
    for module, name in used(seams):
        passed = fields(one.to_boundary, module, name, context)
        if not passed and not signature(module, name, context):
            passed = ["id"]
        places = sorted({at for seam in seams if name in seam.names for at in lines_of(name, seam, context.named)})
        at = listed([f"{at.file}:{at.line}" for at in places], _NAMED)
        sender, receiver = one.from_boundary, one.to_boundary
        if first := _given_by(one, module, name, places, context):
            gives = f"what that gives, {sender} has no more"
            yield f"{receiver} runs {module}:{name} itself, once it has run {first}: {gives}"
            continue
        before = "event " if is_fact(name) else "command "
        yield Message(message_name(sender, receiver, name), tuple(passed), sender, receiver, before, made=tuple(places))
        yield f"  {sender} makes its row of the outbox at {at}; {together(places, opened)}"
        taken, of_rows = _takes(receiver, module, name, context)
        yield f"  {receiver} runs {module}:{name}{taken} for each, once{of_rows}"
    yield from in_transactions(seams, context)


def _takes(receiver: Boundary, module: Module | Table, name: str, context: Context) -> tuple[str, str]:
    """ "(user, kind, **values)" and whose row a user is, where a payload is not what the function takes."""
    taken = signature(module, name, context).partition("->")[0].strip()
    rows = [(one.removesuffix("_id"), model) for one, model in handed(taken, context.models, context.words) if model]
    own = [one for one, model in rows if context.owners.get(context.models[model]) == receiver]
    held = [one for one, model in rows if (receiver, context.models[model]) in context.copies]
    told = [f", {', '.join(own)} by id"] * bool(own) + [f", {', '.join(held)} by id from its copy"] * bool(held)
    return taken if told or "**" in taken else "", "".join(told)


def _given_by(one: Seam, module: Module | Table, name: str, places: Iterable[Evidence], context: Context) -> str:
    """What a transaction's message has the receiver run, and gives the rows that a call hands it: issue(), announce().

    "" where there is none, or one of the lines is in another function.
    """
    rows = {model for _, model in handed(signature(module, name, context), context.models, context.words) if model}
    rows = {model for model in rows if context.owners.get(context.models[model]) == one.to_boundary}
    found = set()
    for at in places:
        near = {to for to, lines in context.callers.items() if any(_together(at, line) for line in lines)}
        given = {
            first
            for to, first in near
            if context.home.get(to) == one.to_boundary and inside(one.from_boundary, to, first, context)
            if rows & {part.strip().replace("_", "").lower() for part in result(to, first, context).split("|")}
        }
        found.add(min(given, default=""))
    return found.pop() if len(found) == 1 else ""


def _together(one: Evidence, other: Evidence) -> bool:
    return (one.file, one.function) == (other.file, other.function)


_FACT = re.compile(r"_*(on|after|when)_|(.*_)?(?!\w*eed$|embed$)([a-z]{2,}ed|done|sent|made|paid)$")


def is_fact(name: str) -> bool:
    """Does a function hear of what has happened, by its name (`on_paid`, `order_placed`), or is it told what to do?"""
    return bool(_FACT.match(_last(name)))


def message_name(sender: Boundary, receiver: Boundary, name: str) -> str:
    """A fact is its sender's; a command has the verb of whoever carries it out."""
    if is_fact(name):
        return f"{sender}.{slug(_ON.sub('', _last(name)))}"
    return f"{receiver}.{slug(_shown(name)).replace('/', '-')}"


_ON = re.compile(r"^(on|after|when)_")

_QUEUED = frozenset({"delay", "apply_async", "defer", "enqueue", "send", "send_async", "schedule"})


def _shown(name: str) -> str:
    # recount.delay -> recount
    owner, _, last = name.rpartition(".")
    return owner if owner and last in _QUEUED and owner.rpartition(".")[2][:1].islower() else name


def _last(name: str) -> str:
    return _shown(name).rpartition(".")[2]


def _heard(seams: Sequence[Seam], context: Context) -> Iterable[Line]:
    """A signal's receiver hears of its sender: the sender tells of its rows, where it is a model."""
    for name in sorted({name for seam in seams for name in seam.names}):
        one = next(seam for seam in seams if name in seam.names)
        owner, hears, at = one.to_boundary, one.from_boundary, lines_of(name, one, context.named)
        declared = ((table, fact) for table, fact in sorted(context.tables.items()) if fact.module == one.to)
        # "orders.Order", or of a relation's own rows: "Order.lines.through"
        called = {name.rpartition(".")[2], name.removesuffix(".through")}
        of_column = name.rpartition(".")[0].rpartition(".")[2]  # "User.email", of which SQLAlchemy tells
        models = {fact.model: table for table, fact in declared}
        table = next((models[one] for one in (*sorted(called), of_column) if one in models), None)
        if isinstance(one.to, Table):  # of a library, which no module declares
            table = one.to
        if table:
            listening = {seam.from_module for seam in seams if name in seam.names}
            yield from of_rows(
                table, owner, hears, [f for f in context.heard.get(table, ()) if f[0] in listening], context
            )
            if (hears, table) in context.copies:
                yield f"  the copy of {table} is kept up to date by the same"
        else:
            where = f"in a receiver of m2m_changed of {name}" if name.endswith(".through") else f"where {name} is sent"
            story = f"  {owner} makes its row of the outbox {where}"
            yield Message(f"{owner}.{slug(name).replace('/', '-')}", ("...",), owner, hears, story=(story,))
        yield f"  {one.from_module} of {hears} subscribes ({lines(at)})"


def of_rows(
    table: Table, owner: Boundary, hears: Boundary, receivers: Sequence[Named], context: Context
) -> Iterable[Message]:
    """What the receivers of a row's signals are told instead: of changes, of deletions, or of both."""
    saved = [one for one in receivers if one not in context.deleted.get(table, ())]
    deleted = [one for one in receivers if one not in context.saved.get(table, ())]
    told = bool(saved or not receivers)
    if told:
        yield of_change(owner, table, hears, heard(table, saved, context), context)
    if deleted or (told and len(keys_of(table, context)) > 1):  # m2m_changed tells of both
        yield of_deletion(owner, table, hears, heard(table, deleted, context), context)


def in_transactions(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What a remedy of a transaction makes the owner do already."""
    one = seams[0]
    for module, name in used(seams):
        if scope := inside(one.from_boundary, module, name, context):
            yield (
                f"  {name} is part of the transaction at {scope.file}:{scope.line}: there the event of its outbox or "
                "saga makes it run, and no call"
            )


def inside(caller: Boundary, module: Module | Table, name: str, context: Context) -> Evidence | None:
    """The transaction that a function, or a method of a class, runs in for its caller, where it does nowhere else."""
    keys = (key for key in context.within if key[:2] == (caller, module) and f"{key[2]}.".startswith(f"{name}."))
    return next((context.within[key] for key in keys), None)
