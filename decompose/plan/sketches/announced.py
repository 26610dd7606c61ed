"""The events of a table's rows, of writes and of deletions, each with one story for all: Table + Context -> Message."""

from collections.abc import Iterable, Iterator

from ...model.facts import Evidence, Via
from ...model.names import Boundary, Module, Table
from ..context import Context
from ..context.committed import Written, deleting, relating, rows_at
from .found import typed
from .messages import Message
from .reading import told_of

__all__ = ["key_of", "keys_of", "of_change", "of_deletion"]


def of_change(
    owner: Boundary, table: Module | Table, hears: Boundary, fields: Iterable[str], context: Context
) -> Message:
    """Rows that are made or changed: wherever somebody writes them."""
    written = _written(table, context, deletions=False)
    ends = _ends(table, context)
    story = tuple(relating(owner, False, ends, written.silent, context.opened)) if ends else ()
    story = story or tuple(rows_at(owner, written, context.opened, copies=table not in context.heard))
    story = (*story, *_others(owner, written, context))
    made = (written.saved or written.silent or written.framework) if written.of == {owner} else ()
    return Message(_named(owner, table, "changed"), tuple(fields), owner, hears, made=made, story=story)


def _written(table: Module | Table, context: Context, deletions: bool) -> Written:
    """The lines that write rows of the table, or those that delete them."""
    every = context.writers.get(table, ()) if isinstance(table, Table) else ()
    fact, between = context.tables.get(table) if isinstance(table, Table) else None, bool(_ends(table, context))
    found: dict[str, list[Evidence]] = {"saved": [], "silent": [], "framework": [], "saving": []}
    of, copied = set[Boundary](), any(other == table for _, other in context.copies)
    told = None if deletions else told_of(table, context)
    for one in every:
        if ((one.module, one.table, one.line) in context.fields.gone) is not deletions:
            continue
        if not (deletions or copied) and (one.bulk or one.via is Via.SQL):
            continue  # who hears of signals has not heard of it before
        changed = context.fields.changed.get((one.module, one.table, one.line))
        if changed and told is not None and told.isdisjoint(changed):
            continue  # save(update_fields=[...]), update(...)
        at = Evidence(one.file, one.line, one.function)
        of.add(context.home[one.module])
        if one.bulk or one.via is Via.SQL or (between and one.via is Via.ORM):
            found["silent"].append(at)
        elif one.via is Via.FRAMEWORK and one.function.rpartition(".")[2][:1] in _CLASSES:
            found["framework"].append(at)
        elif fact and (one.module, one.function) == (fact.module, f"{fact.model}.save"):
            found["saving"].append(at)  # which all other lines that save a row run
        else:
            found["saved"].append(at)
    places = {kind: tuple(dict.fromkeys(found[kind])) for kind in found}
    saved, framework = (places["saving"], ()) if places["saving"] else (places["saved"], places["framework"])
    return Written(saved, places["silent"], framework, frozenset(of))


_CLASSES = frozenset(("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))  # what a class body, or a page of the admin, begins with


def _others(owner: Boundary, written: Written, context: Context) -> Iterator[str]:
    """Who else writes the rows, at some of the lines, until the owner does it for them."""
    others = sorted(written.of - {owner})
    here = [one.name for one in others if one not in context.gone]
    left = [one.name for one in others if one in context.gone]
    if here:
        yield f"    lines of {', '.join(here)} are among them until {owner} writes for them by its commands"
    if left:
        yield f"    what it writes for {', '.join(left)} by its commands counts, too"


def _ends(table: Module | Table, context: Context) -> tuple[str, ...]:
    """The tables that rows of a relation relate, "Order.readers", which has no class of its own."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    keys = context.keys.get(fact.table, ()) if fact and "." in fact.model else ()
    return tuple(dict.fromkeys(key.to_table.name for key in keys))


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
    fields = tuple(dict.fromkeys((*keys_of(table, context), *(one for one in fields if one != "..."))))
    ends, silent = _ends(table, context), _written(table, context, deletions=True).silent
    deleted = [one for one in ends if Table(one) in context.owners]
    story = tuple(relating(owner, True, deleted, silent, context.opened)) if ends else ()
    story = story or tuple(deleting(owner, table in context.captured, silent, context.opened))
    return Message(_named(owner, table, "deleted"), fields, owner, hears, before, after, story=story)


def key_of(table: Module | Table, context: Context) -> str:
    """The column that a row of a table is known by."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    return next((one.name for one in (fact.columns if fact else ()) if one.primary), "id")


def keys_of(table: Module | Table, context: Context) -> tuple[str, ...]:
    """The columns that a row is known by to others: its key, or both keys of one that only relates two others."""
    fact = context.tables.get(table) if isinstance(table, Table) and _ends(table, context) else None
    both = {key.column for key in context.keys.get(fact.table, ())} if fact else set()
    types = typed(fact.table, context) if fact else ()
    named = {name: f"{name.removesuffix('_id')} (as app.model)" if name in types else name for name in both}
    return tuple(named[one.name] for one in fact.columns if one.name in both) if fact else (key_of(table, context),)


def _named(owner: Boundary, table: Module | Table, what: str) -> str:
    """The one name that all who hear of it know."""
    return f"{owner}.{str(table).replace('.', '_')}.{what}"
