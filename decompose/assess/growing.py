"""Which tables grow with use: Facts + Loops -> Tables."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from ..model.facts import Access, Facts, ForeignKey, Op, Via
from ..model.names import Module, Table
from .loops import Loop

__all__ = ["growing", "people"]

# bases of the classes whose rows are the people who use a program
_PEOPLE = frozenset({"AbstractBaseUser", "AbstractUser", "UserMixin", "PermissionsMixin"})


def growing(facts: Facts, accesses: Sequence[Access], loops: Iterable[Loop]) -> frozenset[Table]:
    """The tables that have more rows the more people use the program, as far as the code says so.

    The people themselves; what belongs to a row of such a table, near or far, or to a row of any (a type and an id);
    what is written for each row of a query; and what a function writes together with rows of such a table that belong
    to it, as an invoice with its lines. Of others (settings, permissions, menus) nobody knows that they are many.
    """
    keys = _belonging(facts.foreign_keys)
    found = {*people(facts), *_of_anything(facts), *_for_each(loops, accesses)}
    together = list(_together(accesses))
    known = 0
    while known < len(found):
        known = len(found)
        found.update(table for table in keys if not keys[table].isdisjoint(found))
        for tables in together:
            found.update(*(keys[table] & tables for table in tables & found))
    return frozenset(found)


def _belonging(keys: Iterable[ForeignKey]) -> Mapping[Table, Set[Table]]:
    """The tables to whose rows those of each table belong.

    A key that may be empty, to what belongs to the table itself, is a note of one of many: project.latest_order
    """
    found: defaultdict[Table, set[Table]] = defaultdict(set)
    notes: list[tuple[Table, Table]] = []
    for key in keys:
        if key.on_delete == "set_null":
            notes.append((key.table, key.to_table))
        elif key.table != key.to_table:
            found[key.table].add(key.to_table)
    owned = [(table, target) for table, target in notes if table not in _above(target, found)]
    for table, target in owned:
        found[table].add(target)
    return found


def _above(table: Table, keys: Mapping[Table, Iterable[Table]]) -> set[Table]:
    """The table, and all to whose rows its own belong, near or far."""
    found: set[Table] = set()
    waiting = [table]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting.extend(keys.get(one, ()))
    return found


def people(facts: Facts) -> Iterator[Table]:
    """The tables whose rows are the people who use a program."""
    bases = {f"{one.module}.{one.name}": one.bases for one in facts.definitions if one.kind == "class"}
    for fact in facts.tables:
        names: set[str] = set()
        waiting = [f"{fact.module}.{fact.model}"]
        while waiting:
            name = waiting.pop()
            if name not in names:
                names.add(name)
                waiting.extend(bases.get(name, ()))
        known = fact.table.name == "auth_user" or fact.model == "User"
        if known or not _PEOPLE.isdisjoint(name.rpartition(".")[2] for name in names):
            yield fact.table


def _of_anything(facts: Facts) -> Iterator[Table]:
    # object_type, object_id: a row of any table
    columns = {fact.table: {one.name for one in fact.columns} for fact in facts.tables}
    for key in facts.foreign_keys:
        if key.to_table.name == "django_content_type":
            beside = {key.column.replace("type_id", "id"), key.column.replace("content_type_id", "object_id")}
            if not (beside - {key.column}).isdisjoint(columns.get(key.table, ())):
                yield key.table


def _for_each(loops: Iterable[Loop], accesses: Iterable[Access]) -> Iterator[Table]:
    gone_over: defaultdict[tuple[str, int], set[Table]] = defaultdict(set)
    for access in accesses:
        gone_over[access.file, access.line].add(access.table)
    for loop in loops:
        for one in loop.items:
            if one.op is Op.WRITE and one.via is Via.ORM and one.table not in gone_over[loop.file, loop.line]:
                yield one.table


def _together(accesses: Iterable[Access]) -> Iterator[set[Table]]:
    """The tables whose rows one function writes; not those of lines that write one of several."""
    lines: defaultdict[tuple[Module, str, int], set[Table]] = defaultdict(set)
    for one in accesses:
        if one.op is Op.WRITE and one.via is Via.ORM:
            lines[one.module, one.function, one.line].add(one.table)
    found: defaultdict[tuple[Module, str], set[Table]] = defaultdict(set)
    for (module, function, _), tables in lines.items():
        if len(tables) == 1:
            found[module, function] |= tables
    yield from (tables for tables in found.values() if len(tables) > 1)
