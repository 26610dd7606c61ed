"""The events of a table's rows, of writes and of deletions, each with one story for all: Table + Context -> Message."""

from collections.abc import Iterable

from ...model.facts import Access, Evidence, Via
from ...model.names import Boundary, Module, Table
from ..context import Context
from ..context.committed import deleting, relating, rows_at
from .messages import Message

__all__ = ["key_of", "of_change", "of_deletion"]


def of_change(
    owner: Boundary, table: Module | Table, hears: Boundary, fields: Iterable[str], context: Context
) -> Message:
    """Rows that are made or changed: wherever the owner writes them."""
    every = context.writers.get(table, ()) if isinstance(table, Table) else ()
    written = [one for one in every if context.home[one.module] == owner and not _deletes(one, context)]
    places, framework = (
        tuple(dict.fromkeys(Evidence(one.file, one.line, one.function) for one in written if _by_hand(one) is hand))
        for hand in (True, False)
    )
    story = _by_relation(owner, table, context) or tuple(rows_at(owner, places, framework, context.opened))
    return Message(_named(owner, table, "changed"), tuple(fields), owner, hears, made=places or framework, story=story)


def _deletes(access: Access, context: Context) -> bool:
    gives = context.fields.gives.get((access.module, access.function, access.table))
    return gives is not None and gives.deletes and not gives.makes and not gives.columns


def _by_relation(owner: Boundary, table: Module | Table, context: Context) -> tuple[str, ...]:
    """Rows of a relation that has no class of its own, "Order.readers", send no signals but the relation's."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    told = relating(owner, context.opened) if fact and "." in fact.model else ""
    return (told,) if told else ()


def _by_hand(access: Access) -> bool:
    """Is there a function that a row of the outbox can be made in? An admin page or a view set of a model has none."""
    return access.via is not Via.FRAMEWORK and bool(access.function)


def of_deletion(
    owner: Boundary,
    table: Module | Table,
    hears: Boundary,
    fields: Iterable[str],
    context: Context,
    before: str = "event ",
    after: str = "",
) -> Message:
    """Rows that go: with their key, and the `fields` that their receivers read: nobody can ask for them any more."""
    fields = tuple(dict.fromkeys((key_of(table, context), *(one for one in fields if one != "..."))))
    story = _by_relation(owner, table, context) or (deleting(owner, table in context.captured, context.opened),)
    return Message(_named(owner, table, "deleted"), fields, owner, hears, before, after, story=story)


def key_of(table: Module | Table, context: Context) -> str:
    """The column that a row of a table is known by."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    return next((one.name for one in (fact.columns if fact else ()) if one.primary), "id")


def _named(owner: Boundary, table: Module | Table, what: str) -> str:
    """The one name that all who hear of it know."""
    return f"{owner}.{str(table).replace('.', '_')}.{what}"
