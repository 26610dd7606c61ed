"""What a remedy of tables results in, as text to edit: Seams + Context -> lines of a sketch."""

import re
from collections.abc import Iterable, Mapping, Sequence

from ..model.facts import ForeignKey, Query
from ..model.judgements import Seam
from ..model.names import Boundary, Module, Table
from .context import Context

__all__ = ["columns", "command_api", "drop_key", "outbox", "read_model", "rows", "saga", "slug", "view"]


# what nobody outside of the owner has to know
_SECRET = re.compile(r"passw|secret|token|api_?key|private_key|salt|hash", re.I)


def slug(name: str) -> str:
    """A name as a part of an address: InvoiceLine.total -> invoice-line/total."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.strip("_").replace(".", "/"))
    return words.replace("_", "-").lower()


def rows(owner: Boundary, table: Module | Table, context: Context) -> str:
    """Where a table's rows are found: /billing/invoice-line, by its class where one declares it."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    name = fact.model.replace(".", "_") if fact and fact.model else str(table)
    return f"/{slug(owner.name)}/{slug(name)}"


def columns(table: Module | Table, context: Context, most: int = 12, *, given: bool = False) -> str:
    """The columns that others may know; `given`: those that they set."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    kept = [one for one in fact.columns if not _SECRET.search(one.name) and not (given and one.primary)] if fact else []
    names = [one.name for one in kept]
    return ", ".join([*names[:most], *(["..."] if len(names) > most or not names else [])])


def read_model(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The copy of a table, and the event that keeps it up to date."""
    one = seams[0]
    table = str(one.to).replace(".", "_")
    ours = one.from_boundary.name.replace("-", "_")
    return [
        f"CREATE TABLE {ours}_{table}_copy ({columns(one.to, context)});  -- in {one.from_boundary}'s database",
        f"event {one.to_boundary}.{table}.changed {{{columns(one.to, context)}}}",
        f"  {one.to_boundary} publishes after each commit; {one.from_boundary} upserts by id, filled by one replay",
    ]


def view(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The SQL of a denormalised view in place of a join."""
    one = seams[0]
    at = one.evidence[0]
    names = [Table(name) for name in one.names] or ([one.to] if isinstance(one.to, Table) else [])
    query = context.queries.get((at.file, at.line))
    title = f"{one.from_boundary}_{(at.function or 'query').rpartition('.')[2]}".replace("-", "_")
    yield f"CREATE TABLE {title}_view AS  -- then kept up to date by the owners' events"
    yield f"SELECT {', '.join(_view_columns(names, query))}"
    yield from _from_clause(names, context)


def _view_columns(tables: Sequence[Table], query: Query | None) -> list[str]:
    used = [*query.joined, *query.filtered, *query.ordered] if query else []
    return list(dict.fromkeys(used)) or [f"{table}.id" for table in tables]


def _from_clause(tables: Sequence[Table], context: Context) -> Iterable[str]:
    """Join each table to one that is already there by a foreign key, in either direction."""
    placed, waiting = [tables[0]], list(tables[1:])
    yield f"FROM {tables[0]}"
    while waiting:
        linked = ((table, key) for table in waiting if (key := _link(table, placed, context)))
        table, key = next(linked, (waiting[0], None))
        on = f"{key.table}.{key.column} = {key.to_table}.id" if key else "..."
        yield f"JOIN {table} ON {on}"
        waiting.remove(table)
        placed.append(table)


def _link(table: Table, placed: Sequence[Table], context: Context) -> ForeignKey | None:
    forth = (key for key in context.keys.get(table, ()) if key.to_table in placed)
    back = (key for one in placed for key in context.keys.get(one, ()) if key.to_table == table)
    return next(forth, None) or next(back, None)


def command_api(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The endpoint at the owner that takes over the writes of others."""
    one = seams[0]
    yield f"POST {rows(one.to_boundary, one.to, context)} {{{columns(one.to, context, given=True)}}} -> id"
    writers = sorted({f"{seam.from_module}:{at.function}" for seam in seams for at in seam.evidence})
    yield f"  {one.to_boundary} alone writes {one.to}; it takes over from {', '.join(writers[:4])}"


_CLEAN_UP: Mapping[str, str] = {
    "cascade": "deletes the rows",
    "set_null": "sets the id to NULL on the rows",
    "set_default": "sets the default id on the rows",
    "protect": "reports the rows, since deletion was refused before: ask {ours} first (GET .../references)",
    "restrict": "reports the rows, since deletion was refused before: ask {ours} first (GET .../references)",
}


def drop_key(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """A constraint that goes, and the job that does its work."""
    one = seams[0]
    table, _, column = one.names[0].rpartition(".")
    job = _CLEAN_UP.get(one.detail, "reports the rows").format(ours=one.from_boundary)
    return [
        f"ALTER TABLE {table} DROP CONSTRAINT <foreign key on {column}>;  -- the id and its index stay",
        f"job on event {one.to_boundary}.{one.to}.deleted {{id}}: {job} of {table} where {column} = id",
    ]


def _transaction_tables(seams: Sequence[Seam], context: Context) -> list[tuple[str, list[str]]]:
    """Each owner with its tables, the boundary of the scope first."""
    ours = seams[0].from_boundary
    by_owner: dict[Boundary, list[str]] = {}
    for name in sorted({name for seam in seams for name in seam.names}):
        by_owner.setdefault(context.owners[Table(name)], []).append(name)
    return [(owner.name, by_owner[owner]) for owner in sorted(by_owner, key=lambda owner: (owner != ours, owner))]


def saga(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """The steps of a transaction that commit alone, each with its compensation."""
    at = seams[0].evidence[0]
    verb = (at.function or "run").rpartition(".")[2]
    yield f"saga {verb} ({at.file}:{at.line}), each step commits alone and is safe to repeat"
    for number, (owner, tables) in enumerate(_transaction_tables(seams, context), 1):
        undo = f"undo_{verb}_in_{owner}".replace("-", "_")
        yield f"{number}. {owner} writes {', '.join(tables)}; compensation: {undo}"
    yield "on failure of step n the compensations n-1 ... 1 run in that order"


def outbox(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What is committed with the event, and who is told of it."""
    at = seams[0].evidence[0]
    verb = (at.function or "run").rpartition(".")[2]
    (ours, own), *others = _transaction_tables(seams, context)
    yield f"{ours} commits {', '.join(own)} and a row of outbox (id, type, payload, sent_at) together"
    for owner, tables in others:
        yield f"relay sends {ours}.{slug(verb)}; {owner} writes {', '.join(tables)} once for each id"
