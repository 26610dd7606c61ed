"""A query's tables as the SELECT of a view: Query + Schema -> lines of SQL, by what the database knows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .facts import ForeignKey, Query, TableFact
from .names import Table

__all__ = ["Schema", "by_table", "joins", "real", "select"]


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables and the keys that each of them has."""

    tables: Mapping[Table, TableFact]
    keys: Mapping[Table, Sequence[ForeignKey]]


def by_table(keys: Iterable[ForeignKey]) -> dict[Table, tuple[ForeignKey, ...]]:
    """The keys of each table."""
    found: defaultdict[Table, list[ForeignKey]] = defaultdict(list)
    for key in keys:
        found[key.table].append(key)
    return {table: tuple(found[table]) for table in found}


def select(tables: Sequence[Table], query: Query | None, schema: Schema) -> Iterator[str]:
    """SELECT ... FROM ... JOIN ...: the rows of all `tables`, and by which columns the readers of a view of it look."""
    yield f"SELECT {', '.join(_columns(tables, query, schema))}"
    yield from joins(tables, query, schema)
    if query and (sought := real(_of(tables, query.filtered), schema)):
        yield f"-- its readers filter by {', '.join(sought)}{', and count or sum' * query.aggregates}"


def _of(tables: Sequence[Table], names: Iterable[str]) -> Iterator[str]:
    # "learning_enrolment." is a table between two others: it has no column that is known
    return (one for one in names if Table(one.rpartition(".")[0]) in tables and not one.endswith("."))


def _columns(tables: Sequence[Table], query: Query | None, schema: Schema) -> list[str]:
    """What the query looks at, and the key of each table; names that two tables share are told apart."""
    used = [*query.joined, *query.filtered, *query.ordered] if query else []
    found = real([*(f"{table}.pk" for table in tables), *_of(tables, used)], schema)
    shared = Counter(one.rpartition(".")[2] for one in found)
    return [f"{one} AS {one.replace('.', '_')}" if shared[one.rpartition(".")[2]] > 1 else one for one in found]


def real(names: Iterable[str], schema: Schema) -> list[str]:
    """Columns under the names that the database knows them by, each once; what it does not know is left out."""
    found: dict[str, None] = {}
    for name in names:
        table, _, column = name.rpartition(".")
        fact = schema.tables.get(Table(table))
        known = [one.name for one in fact.columns] if fact else []
        primary = next((one.name for one in fact.columns if one.primary), "id") if fact else "id"
        real = primary if column == "pk" else column
        if not known or real in known or real == primary:
            found[f"{table}.{real}"] = None
    return list(found)


def joins(tables: Sequence[Table], query: Query | None, schema: Schema) -> Iterator[str]:
    """FROM ... JOIN ...: each table by a key between it and one that is there, in either direction.

    Keys that the query uses come first. Rows that may have none of the other table's stay, as they do where the
    owners' events arrive one after the other.
    """
    first = next((table for table in tables if not _is_left_out(table, tables, schema)), tables[0])
    placed, waiting, loose = [first], [table for table in tables if table != first], set[Table]()
    joined = frozenset(query.joined) if query else frozenset[str]()
    yield f"FROM {first}"
    while waiting:
        linked = [(table, key) for table in waiting for key in _links(table, placed, schema)]
        best = min(linked, key=lambda one: f"{one[1].table}.{one[1].column}" not in joined, default=None)
        table, key = best or (waiting[0], None)
        between = None if key else _between(table, placed, schema)
        if between or (key and (key.table == table or key.table in loose or _nullable(key, schema))):
            loose.add(table)
        if between:
            yield f"LEFT JOIN {between[0].table} ON {_on(between[0], schema)}"
        on = between[1] if between else key
        yield f"{'LEFT ' * (table in loose)}JOIN {table} ON {_on(on, schema) if on else '...'}"
        waiting.remove(table)
        placed.append(table)


def _is_left_out(table: Table, tables: Sequence[Table], schema: Schema) -> bool:
    """Is there a table whose rows need none of `table`? They would be missing from a view that begins with it."""
    others = (key for one in tables if one != table for key in schema.keys.get(one, ()))
    return any(key.to_table == table and _nullable(key, schema) for key in others)


def _between(table: Table, placed: Sequence[Table], schema: Schema) -> tuple[ForeignKey, ForeignKey] | None:
    """The keys of a table between `table` and one that is placed, to the latter first: course.tags"""
    for keys in schema.keys.values():
        ours = next((key for key in keys if key.to_table in placed), None)
        theirs = next((key for key in keys if key.to_table == table), None)
        if ours and theirs and len(keys) == 2:
            return ours, theirs
    return None


def _on(key: ForeignKey, schema: Schema) -> str:
    (primary,) = real([f"{key.to_table}.pk"], schema)
    return f"{key.table}.{key.column} = {primary}"


def _nullable(key: ForeignKey, schema: Schema) -> bool:
    fact = schema.tables.get(key.table)
    return any(one.name == key.column and one.nullable for one in (fact.columns if fact else ()))


def _links(table: Table, placed: Sequence[Table], schema: Schema) -> Iterator[ForeignKey]:
    """The keys between `table` and those that are placed: its own, then theirs."""
    yield from (key for key in schema.keys.get(table, ()) if key.to_table in placed)
    yield from (key for one in placed for key in schema.keys.get(one, ()) if key.to_table == table)
