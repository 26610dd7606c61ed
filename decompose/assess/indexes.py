"""Which columns of a query no index finds: Query + TableFacts -> columns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ..model.facts import Column, Origin, Query, TableFact
from ..model.names import Table

__all__ = ["unindexed"]


def unindexed(query: Query, tables: Mapping[Table, TableFact]) -> Iterator[tuple[str, frozenset[str]]]:
    """The columns that no index finds, each with the columns by which an index finds some of its table's rows.

    Of a table whose rows a key or a whole index of several columns finds, none, nor of one that is joined to those.
    """
    wanted = [name for name in (*query.filtered, *query.joined, *query.ordered) if name not in query.scanned]
    found = {name: column for name in wanted if (column := _own_column(name, tables))}
    asked: defaultdict[Table, list[Column]] = defaultdict(list)
    for name in query.filtered:
        if name in found:
            asked[_owner(name)].append(found[name])
    led = {table for table, columns in asked.items() if any(map(_leads, columns))}
    for name, column in found.items():
        beside = asked[_owner(name)]
        flag = "bool" in column.type.lower()  # an index on it seldom helps
        joined = led and _owner(name) not in led  # its rows are found by the key that leads to it
        if not (flag or joined or _leads(column) or _is_narrow(beside)):
            yield name, frozenset(one.name for one in beside if _leads(one))


def _is_narrow(asked: Iterable[Column]) -> bool:
    asked = tuple(asked)
    names = {one.name for one in asked}
    return any(_is_key(one) or (one.behind and names.issuperset(one.behind)) for one in asked)


def _owner(name: str) -> Table:
    return Table(name.rpartition(".")[0])


def _own_column(name: str, tables: Mapping[Table, TableFact]) -> Column | None:
    fact = tables.get(_owner(name))
    columns = fact.columns if fact and fact.origin is Origin.OWN else ()
    return next((one for one in columns if one.name == name.rpartition(".")[2]), None)


def _is_key(column: Column) -> bool:
    return column.unique or column.primary


def _leads(column: Column) -> bool:
    return column.indexed or _is_key(column)
