"""What a remedy by events results in, as text to edit: Seams + Context -> lines of a sketch."""

from collections.abc import Iterable, Sequence

from ..model.counts import listed
from ..model.facts import Evidence, WireKind
from ..model.judgements import Seam, SeamKind
from ..model.names import Boundary, Module, Table
from .context import Context
from .named import lines, lines_of
from .payloads import heard
from .routes import fields, signature
from .rows import changed, columns, slug
from .subjects import used

__all__ = ["event", "in_transactions", "inside"]

_NAMED = 4  # lines


def event(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What is published where, with which fields, and who subscribes."""
    one = seams[0]
    if one.kind is SeamKind.TABLE:
        yield f"event {one.from_boundary}.{changed(one.to)} {{{columns(one.to, context)}}}"
        yield f"  {one.to_boundary} applies it to {one.to}"
        return
    if one.detail == WireKind.SIGNAL:
        yield from _heard(seams, context)
        return
    for module, name in used(seams):
        passed = ", ".join(fields(one.to_boundary, module, name, context))
        unknown = "" if signature(module, name, context) else "id"
        places = sorted({at for seam in seams if name in seam.names for at in lines_of(name, seam, context.named)})
        causes = {slug(at.function.replace(".", "_") or name).replace("/", "-") for at in places}
        # what several come to is one event for all of them: who hears of it does the same
        what = f"{causes.pop()}.done" if len(causes) == 1 else f"{slug(name).replace('/', '-')}.due"
        at = listed([f"{at.file}:{at.line}" for at in places], _NAMED)
        yield f"event {one.from_boundary}.{what} {{{passed or unknown}}}"
        yield f"  published at {at}; {module}:{name} of {one.to_boundary} subscribes"
    yield from in_transactions(seams, context)


def _heard(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """A signal's receiver hears of its sender: the sender publishes, at the lines that write where it is a model."""
    for name in sorted({name for seam in seams for name in seam.names}):
        one = next(seam for seam in seams if name in seam.names)
        owner, at = one.to_boundary, lines_of(name, one, context.named)
        declared = ((table, fact) for table, fact in sorted(context.tables.items()) if fact.module == one.to)
        # "orders.Order", or of a relation's own rows: "Order.lines.through"
        called = {name.rpartition(".")[2], name.removesuffix(".through")}
        table = next((table for table, fact in declared if fact.model in called), None)
        if table:
            listening = {seam.from_module for seam in seams if name in seam.names}
            receivers = [each for each in context.heard.get(table, ()) if each[0] in listening]
            yield f"event {owner}.{changed(table)} {{{heard(table, receivers, context)}}}"
            if (one.from_boundary, table) in context.copies:
                yield f"  the one that keeps the copy of {table} up to date, not a second one"
        else:
            yield f"event {owner}.{slug(name).replace('/', '-')}.sent {{...}}"
        places = (
            [access for access in context.writers.get(table, ()) if context.home[access.module] == owner]
            if table
            else []
        )
        within = [context.within[key] for key in context.within if key[:2] == (owner, one.from_module)]
        if within:
            scope = within[0]
            yield f"  the outbox or saga of the transaction at {scope.file}:{scope.line} sends it, nothing else"
        elif places:
            more = f" and {len(places) - 1} more" if len(places) > 1 else ""
            yield f"  {owner} publishes it after the commit at {places[0].file}:{places[0].line}{more}"
        else:
            yield f"  {owner} publishes it where {name} is sent"
        yield f"  {one.from_module} of {one.from_boundary} subscribes ({lines(at)})"


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
