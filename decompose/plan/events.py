"""What a remedy by events results in, as text to edit: Seams + Context -> lines of a sketch."""

from collections.abc import Iterable, Sequence

from ..model.counts import listed
from ..model.facts import WireKind
from ..model.judgements import Seam, SeamKind
from .context import Context
from .payloads import heard
from .routes import fields, signature
from .rows import columns, slug
from .subjects import used

__all__ = ["event", "in_transactions"]

_NAMED = 4  # lines and events


def event(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What is published where, with which fields, and who subscribes."""
    one = seams[0]
    if one.kind is SeamKind.TABLE:
        yield f"event {one.from_boundary}.{one.to}.changed {{{columns(one.to, context)}}}"
        yield f"  {one.to_boundary} applies it to {one.to}"
        return
    if one.detail == WireKind.SIGNAL:
        yield from _heard(seams, context)
        return
    for module, name in used(seams):
        passed = ", ".join(fields(one.to_boundary, module, name, context))
        unknown = "" if signature(module, name, context) else "id"
        places = sorted({at for seam in seams if name in seam.names for at in seam.evidence})
        causes = dict.fromkeys(slug(at.function.replace(".", "_") or name).replace("/", "-") for at in places)
        sent = listed([f"{one.from_boundary}.{cause}.done" for cause in causes], _NAMED)
        at = listed([f"{at.file}:{at.line}" for at in places], _NAMED)
        yield f"event {sent} {{{passed or unknown}}}"
        yield f"  published at {at}; {module}:{name} of {one.to_boundary} subscribes"
    yield from in_transactions(seams, context)


def _heard(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """A signal's receiver hears of its sender: the sender publishes, at the lines that write where it is a model."""
    for name in sorted({name for seam in seams for name in seam.names}):
        one = next(seam for seam in seams if name in seam.names)
        owner, at = one.to_boundary, one.evidence[0]
        declared = ((table, fact) for table, fact in sorted(context.tables.items()) if fact.module == one.to)
        table = next((table for table, fact in declared if fact.model == name.rpartition(".")[2]), None)
        what = slug(str(table) if table else name).replace("/", "-")
        if table:
            listening = {seam.from_module for seam in seams if name in seam.names}
            receivers = [each for each in context.heard.get(table, ()) if each[0] in listening]
            yield f"event {owner}.{what}.changed {{{heard(table, receivers, context)}}}"
        else:
            yield f"event {owner}.{what}.sent {{...}}"
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
        yield f"  {one.from_module} of {one.from_boundary} subscribes ({at.file}:{at.line})"


def in_transactions(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What a remedy of a transaction makes the owner do already."""
    one = seams[0]
    for module, name in used(seams):
        inside = [
            context.within[key]
            for key in context.within
            if key[:2] == (one.from_boundary, module) and f"{key[2]}.".startswith(f"{name}.")
        ]
        for scope in inside[:1]:
            yield (
                f"  {name} is part of the transaction at {scope.file}:{scope.line}: there the event of its outbox or "
                "saga makes it run, and no call"
            )
