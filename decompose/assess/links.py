"""Which tables of a query are really joined: Facts + Query -> Tables."""

from collections import defaultdict
from collections.abc import Iterator, Set
from itertools import pairwise

from ..model.facts import Facts, Query, Via
from ..model.names import Table

__all__ = ["Links"]


class Links:
    """The keys between tables. A query over "one of these models" names many tables and joins none."""

    __slots__ = ("_keys", "_wide")

    def __init__(self, facts: Facts, wide: bool = False) -> None:
        """`wide`: tables between two others are joined too, where a query stops at them."""
        self._wide = wide
        self._keys: defaultdict[Table, set[tuple[str, Table]]] = defaultdict(set)
        for key in facts.foreign_keys:
            self._keys[key.table].add((key.column, key.to_table))

    def joined(self, query: Query) -> tuple[Table, ...]:
        """The tables of the largest group that keys hold together; in SQL text, all of them."""
        import networkx as nx  # noqa: PLC0415  # slow to load

        if query.via is Via.SQL or len(query.tables) < 2:
            return query.tables
        graph: nx.Graph[Table] = nx.Graph()
        graph.add_nodes_from(query.tables)
        graph.add_edges_from(self._edges(query))
        groups = (tuple(sorted(group)) for group in nx.connected_components(graph))
        return min(groups, key=lambda group: (-len(group), group))

    def _edges(self, query: Query) -> Iterator[tuple[Table, Table]]:
        tables = frozenset(query.tables)
        columns = {name.rpartition(".")[2] for name in query.joined}
        for table in query.tables:
            for column, target in self._keys[table]:
                if target in tables and column in columns:
                    yield table, target
        if self._wide:
            yield from self._between(query, columns)
        # course.tags: the table between has keys to both
        if len(query.joined) >= len(tables) - 1:
            for keys in self._keys.values():
                ends = sorted({target for _, target in keys} & tables)
                if len(ends) > 1 and any(not self._is_key(name) for name in query.joined):
                    yield from pairwise(ends)

    def _between(self, query: Query, columns: Set[str]) -> Iterator[tuple[Table, Table]]:
        # Count("course__tags"): the table between has a key to courses, and the column is the relation's own name
        related = {Table(name.rpartition(".")[0]) for name in query.joined if not self._is_key(name)}
        for table in query.tables:
            keys = self._keys[table]
            if len(keys) > 1 and columns.isdisjoint(column for column, _ in keys):
                yield from ((table, target) for _, target in sorted(keys) if target in related)

    def _is_key(self, name: str) -> bool:
        table, _, column = name.rpartition(".")
        return any(column == own for own, _ in self._keys[Table(table)])
