"""Which columns of a table somebody has to be told: readers + Context -> names."""

from ...model.names import Boundary, Module, Table
from ..context import Context
from ..context.guests import ACTIVE

__all__ = ["read_of", "told_of"]


def read_of(reader: Boundary, table: Table, context: Context) -> frozenset[str] | None:
    """The columns that a boundary reads of a table, with the keys that its queries go along.

    A copy has the keys to what else the reader has or reads, too, and what the functions read that it runs on it; of
    users whether they may log in, where the reader answers them.
    """
    found = context.fields.reads.get((reader, table))
    if not found:
        return found
    copied = (reader, table) in context.copies
    run_on = context.run_on.get((reader, table), frozenset()) if copied else frozenset()
    active = frozenset({ACTIVE} if copied and (reader, table) in context.guests else ())
    return (
        found
        | run_on
        | active
        | {
            key.column
            for key in context.keys.get(table, ())
            if (reader, table, key.column) in context.fields.joined
            or (
                copied
                and (context.owners.get(key.to_table) == reader or (reader, key.to_table) in context.fields.reads)
            )
        }
    )


def told_of(table: Module | Table, context: Context) -> frozenset[str] | None:
    """What all that keep copies of a table have of it; None where code does not tell, or receivers hear of it, too."""
    readers = [who for who, other in context.copies if other == table]
    if not isinstance(table, Table) or table in context.heard or any((who, table) in context.opaque for who in readers):
        return None
    read = [read_of(who, table, context) for who in readers]
    return frozenset().union(*(one or () for one in read)) if read and all(read) else None
