"""What a remedy of tables results in, as text to edit: Seams + Context -> lines of a sketch."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from ...model.facts import Column, Evidence, Via
from ...model.judgements import Seam
from ...model.names import Boundary, Module, Table
from ...model.sql import Schema, select
from ..context import Context
from ..context.named import lines
from ..context.settled import left, shared_with
from ..context.travel import top
from .announced import of_change, of_deletion
from .carrying import carrying, of_events
from .found import typed, way
from .messages import Line
from .reading import read_of

__all__ = ["along", "columns", "read_model", "reads", "rows", "shown_of", "slug", "view"]


# what nobody outside of the owner has to know
_SECRET = re.compile(r"passw|secret|token|api_?key|private_key|salt|hash|^last_login$", re.I)


def slug(name: str) -> str:
    """A name as a part of an address: InvoiceLine.total -> invoice-line/total."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.strip("_").replace(".", "/"))
    return words.replace("_", "-").lower()


def rows(owner: Boundary, table: Module | Table, context: Context) -> str:
    """Where a table's rows are found: /billing/invoice-line, by its class where one declares it."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    name = fact.model.replace(".", "_") if fact and fact.model else str(table)
    return f"/{slug(owner.name)}/{slug(name)}"


def _is_secret(column: Column) -> bool:
    binary = bool(re.search("binary|blob|byte", column.type, re.I))
    return bool(_SECRET.search(column.name)) or (binary and column.name.endswith("key"))


def columns(
    table: Module | Table, context: Context, only: frozenset[str] | None = None, *, given: bool = False, most: int = 12
) -> str:
    """The key and `only` those columns, else all that others may know, or, where these are many, the key alone.

    `given`: those that they set, without the key.
    """
    fact = context.tables.get(table) if isinstance(table, Table) else None
    # a row that only relates two others, Order.readers, is known by their keys
    given = given or bool(fact and "." in fact.model and len(context.keys.get(fact.table, ())) > 1)
    every = [one for one in fact.columns if not (given and one.primary)] if fact else []
    keys, rest = ([one for one in every if one.primary is key] for key in (True, False))
    kept = [*keys, *(one for one in rest if one.name in only)] if only else []
    kept = kept or [one for one in every if not _is_secret(one)]
    if not only and keys and len(kept) > _WHOLE:  # nobody knows which of them are needed
        kept = keys
    most *= 2 if only else 1
    types = typed(fact.table, context) if fact else ()
    names = [f"{one.name.removesuffix('_id')} (as app.model)" if one.name in types else one.name for one in kept]
    open_ended = len(names) > most or all(one.primary for one in kept)  # rows are hardly found for their keys alone
    return ", ".join([*names[:most], *(["..."] if open_ended else [])])


_WHOLE = 6
"""Columns of a row that is told whole where no code says what is read of it."""


def read_model(seams: Sequence[Seam], context: Context) -> Iterable[Line]:
    """The copy of a table, and the events that keep it up to date."""
    one = seams[0]
    table = str(one.to).replace(".", "_")
    ours = one.from_boundary.name.replace("-", "_")
    shown = shown_of(seams, context)
    loads = context.loaded.get((one.to, ""), ()) if isinstance(one.to, Table) else ()
    fixtures = f"; rows that are loaded count, too (raw: {lines(loads)})" * bool(loads)
    kept = context.kept.get((one.from_boundary, one.to), ()) if isinstance(one.to, Table) else ()
    clears = f", and clears what is cached of it at {lines(kept)} (by new keys, as its class is new)" * bool(kept)
    plain = ", by a class of its own, without what runs on the other's rows" * (context.migrates == "django")
    return [
        f"CREATE TABLE {ours}_{table}_copy ({shown});  -- of {one.from_boundary} alone, in the database it has{plain}",
        of_change(one.to_boundary, one.to, one.from_boundary, shown.split(", "), context),
        of_deletion(one.to_boundary, one.to, one.from_boundary, (), context),
        f"  {one.from_boundary} makes or changes its row by the one, and deletes it by the other{clears}; one replay "
        f"of all rows fills the copy{fixtures}",
        *known_to_read(seams, context),
    ]


def _read_by(seams: Sequence[Seam], context: Context) -> frozenset[str] | None:
    """The columns that the asking side of seams of one table reads, or None where nobody knows them all."""
    one = seams[0]
    unknown = any({Via.SQL, Via.FRAMEWORK} & set(seam.detail.split()) for seam in seams)
    return None if unknown or not isinstance(one.to, Table) else read_of(one.from_boundary, one.to, context)


def known_to_read(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """Whose columns a sketch shows, where it shows not all of them."""
    only, fact = _read_by(seams, context), context.tables.get(Table(str(seams[0].to)))
    if only and fact and any(one.name not in only and not one.primary for one in fact.columns):
        yield f"  the key and what the code of {seams[0].from_boundary} reads; templates may show more"
    elif not only and shown_of(seams, context).endswith(", ..."):
        yield f"  which columns of a row {seams[0].from_boundary} needs, its code does not tell"


def reads(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The routes by which rows are asked for, as the queries find them: by key, by columns, all, or summed up."""
    one = seams[0]
    path, shown = rows(one.to_boundary, one.to, context), shown_of(seams, context)
    places = left(seams, context.covered)
    told = {at: sender for module, at in places if (sender := carrying(module, at, one.to_boundary, context))}
    asked = [at for _, at in places if at not in told]
    routes = sorted(_merged({way(one.to, at, context) for at in asked}))
    for where, summed in routes[:_ROUTES]:
        many = f"{{{shown}}}" if where.startswith("/") else f"[{{{shown}}}]"
        yield f"GET  {path}{where} -> {'what is counted or summed up of them' if summed else many}"
    if len(routes) > _ROUTES:
        yield f"  and {len(routes) - _ROUTES} more, by other columns"
    yield from known_to_read(seams, context) if routes else ()
    yield from shared_with(seams, context.covered)
    yield from (f"  {line}" for line in _carried(told))


def _carried(told: Mapping[Evidence, Table]) -> Iterable[str]:
    for at, sender in told.items():
        yield f"at {at.file}:{at.line} the event of {sender} carries what is read, and nothing is asked"


def along(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What answers for a table that nobody asks for by itself."""
    one = seams[0]
    if told := of_events(seams, context):
        yield from _carried(told)
        return
    read = one.from_boundary, Table(str(one.to))
    other = context.brought.get(read)
    if read in context.given:
        module, name = context.given[read]
        yield f"it is what {name} of {module} gives at these lines: the route of that answers with it"
    elif other is None:
        askers = sorted({f"{seam.from_module}.{top(at.function)}" for seam in seams for at in seam.evidence})
        yield f"{', '.join(askers)}: {one.to_boundary} has it from a library, by which its own code finds its own rows"
    elif context.owners.get(other) == one.to_boundary:
        yield f"it is found by rows of {other}, of the same owner: the route of those finds by it, or answers with it"
    else:
        yield f"it comes with rows of {other}, and no code of {one.from_boundary} reads a column of it: leave it out"


def _merged(ways: Set[tuple[str, bool]]) -> Set[tuple[str, bool]]:
    """Who asks for many rows by their ids asks for one by its own, too."""
    return {way for way in ways if not (way[0].startswith("/") and ("?ids=", way[1]) in ways)}


def shown_of(seams: Sequence[Seam], context: Context) -> str:
    """The columns that the asking side reads of a table's rows, also where they go on in others of their owner."""
    one = seams[0]
    found, table = [columns(one.to, context, _read_by(seams, context))], one.to
    while isinstance(table, Table) and (above := context.parents.get(table)) and len(found) < _PARENTS:
        if context.owners.get(above) != one.to_boundary:
            break
        found.append(columns(above, context, read_of(one.from_boundary, above, context), given=True))
        table = above
    listed = [name for part in found for name in part.split(", ")]
    return ", ".join([*(name for name in listed if name != "..."), *(["..."] if listed[-1] == "..." else [])])


_PARENTS = 4


_ROUTES = 4  # by which a table is asked for, before the rest is counted


def view(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The SQL of a denormalised view in place of a join."""
    one = seams[0]
    at = one.evidence[0]
    names = [Table(name) for name in one.names] or ([one.to] if isinstance(one.to, Table) else [])
    query = context.asked.at(at, names)
    title = f"{one.from_boundary}_{(at.function or 'query').rpartition('.')[2]}".replace("-", "_")
    theirs = [name for name in names if context.owners.get(name) != one.from_boundary]
    if theirs and all((one.from_boundary, name) in context.copies for name in theirs):
        yield f"-- {one.from_boundary} keeps copies of {', '.join(map(str, theirs))} for its other reads: the query can"
        yield "-- join those as it is; the view is for where that takes too long"
    yield f"CREATE TABLE {title}_view AS  -- then kept up to date by the owners' events"
    yield from select(names, query, Schema(context.tables, context.keys))
