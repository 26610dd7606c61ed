"""By what a line finds rows of a table: Context -> the address behind the table's, "/{id}" or "?paid="."""

from collections.abc import Iterable, Iterator

from ...model.facts import Evidence, ForeignKey, Query, Via
from ...model.names import Module, Table
from ..context import Context

__all__ = ["found_by", "typed", "way"]

_TYPES = "django_content_type"


def found_by(table: Module | Table, at: Evidence, context: Context) -> str:
    """The address behind the table's by which a line finds its rows: "/{id}", "?paid="."""
    return _way(table, context.asked.at(at, (table,)), at, context) if isinstance(table, Table) else "/{id}"


def way(table: Module | Table, at: Evidence, context: Context) -> tuple[str, bool]:
    """That of a line that reads, and whether the answer is summed up; the query may be begun on another line."""
    if not isinstance(table, Table):
        return "/{id}", False
    query = context.asked.sent(at, table)
    return _way(table, query, at, context), bool(query and query.aggregates)


def _way(table: Table, query: Query | None, at: Evidence, context: Context) -> str:
    filtered = query.filtered if query else ()
    kept = {name for one in filtered if (name := _column(one, table)) and name not in _keys(table, context)}
    others = {Table(one.rpartition(".")[0]) for one in filtered if one != f"{table}."} - {table}
    if not kept and (ends := _between(table, context)):
        return _given(_members(table, ends, query, at, context))
    if query is None or (query.given and not filtered):
        return _by_row(table, at, query, context)
    along = others & context.brought_by(table)
    kept |= {one for one in filtered if Table(one.rpartition(".")[0]) in along}  # ?orders_sku.code=
    others -= along
    # the asker narrows its own rows, or those of others, has the ids of these (filter(groups__in=...)), or takes along
    if others & set(query.tables) or f"{table}." in filtered or (not kept and table in query.prefetched):
        kept.add("ids")
    elif query.given and query.via is Via.RELATION:  # order.lines.filter(paid=True)
        kept.update(_leading(table, context))
    if not kept and any(_column(one, table) for one in filtered):
        return _one(table, context)
    types = typed(table, context)
    return _given(f"{name.removesuffix('_id')}=app.model" if name in types else f"{name}=" for name in kept)


def _given(names: Iterable[str]) -> str:
    told = sorted({name if "=" in name else f"{name}=" for name in names})
    return f"?{'&'.join(told)}" if told else ""


def _one(table: Table, context: Context) -> str:
    """A row by its key, which may itself be a key: "/{user_id}"."""
    fact = context.tables.get(table)
    primary = [one.name for one in fact.columns if one.primary] if fact else []
    return f"/{{{primary[0] if len(primary) == 1 else 'id'}}}"


def _by_row(table: Table, at: Evidence, query: Query | None, context: Context) -> str:
    """What a row at hand leads to: one row by its id, or the rows of it, by their key or those of a table between."""
    for between in sorted(context.asked.along.get((at.file, at.line), frozenset())):
        if table in (ends := [key.to_table for key in _between(between, context)]) and between != table:
            if context.owners.get(between) != context.owners.get(table):
                return "?ids="
            return _given(key.column for key in _between(between, context) if key.to_table != table or len(ends) == 1)
    if query is None:
        return "?ids=" if context.asked.brings(at, table) else _one(table, context)
    return (_given(_leading(table, context)) or "?...") if query.via is Via.RELATION else ""


def _leading(table: Table, context: Context) -> list[str]:
    """The key by which the rows of a row are found, where there is but one: order.lines -> order_id."""
    found = [key.column for key in context.keys.get(table, ())]
    return found if len(found) == 1 else []


def _between(table: Table, context: Context) -> tuple[ForeignKey, ...]:
    """The two keys of a table between two others, Order.readers: a row of it has no id that anybody knows."""
    fact, keys = context.tables.get(table), context.keys.get(table, ())
    return keys if fact and "." in fact.model and len(keys) == 2 else ()


def _members(
    table: Table, ends: tuple[ForeignKey, ...], query: Query | None, at: Evidence, context: Context
) -> Iterator[str]:
    """The keys of a table between that are given: those of rows that are asked for, or of the row that leads there."""
    filtered = query.filtered if query else ()
    # filter(groups__in=groups) of users is told as "auth_user.": the ids of groups are given
    linked = {key.column for key in ends for other in ends if f"{other.to_table}." in filtered and other != key}
    named = {key.column for key in ends if any(_column(one, key.to_table) for one in filtered)}
    if linked or named:
        yield from linked or named
        return
    read = context.asked.along.get((at.file, at.line), frozenset())
    reached = [key for key in ends if key.to_table in read]
    outside = [key for key in ends if context.owners.get(key.to_table) != context.owners.get(table)]
    leads = [key for key in ends if key not in reached] if len(reached) == 1 else outside
    yield (leads or ends)[0].column


def typed(table: Table, context: Context) -> frozenset[str]:
    """The columns that name a type of content, which each database numbers anew."""
    return frozenset(key.column for key in context.keys.get(table, ()) if key.to_table.name == _TYPES)


def _column(name: str, table: Table) -> str:
    """ "orders_order.user_id" -> "user_id", of that table alone."""
    of, _, column = name.rpartition(".")
    return column if of == table.name else ""


def _keys(table: Table, context: Context) -> frozenset[str]:
    fact = context.tables.get(table)
    return frozenset({"pk", "id", *(one.name for one in (fact.columns if fact else ()) if one.primary)})
