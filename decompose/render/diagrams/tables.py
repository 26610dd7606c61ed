"""Stage 7: Document -> DOT of the foreign keys between boundaries, with the tables that they lead to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from ...model.counts import count
from ..document import Document
from .drawing import DATA, Edge, Node, boundary_id, graph

__all__ = ["table_map"]

_SHOWN = 5  # tables of a boundary that are named
_HUB = 4  # boundaries, and half of all, from which keys lead to a table whose keys are counted and not drawn
_REST = "rest"

_Keys = Sequence[tuple[str, str]]
"""(table, the table that it refers to), each once."""


def table_map(document: Document, limit: int) -> dict[str, str]:
    """The boundaries that own tables, the tables that others' keys lead to, and how many keys cross from each to each.

    A table to which keys lead from half of the boundaries is marked, and has no arrows: they would hide all others.
    """
    owner = {row["name"]: row["owner"] or "" for row in document["tables"]}
    pairs = {(row["table"], row["to_table"]) for row in document["foreign_keys"]}
    keys = sorted((source, target) for source, target in pairs if source != target and {source, target} <= owner.keys())
    if not keys:
        return {}
    crossing = [(source, target) for source, target in keys if owner[source] != owner[target]]
    hubs = _hubs(crossing, owner)
    tied = {owner[table] for key in crossing for table in key}
    kept = _kept(crossing, owner, tied or {*owner.values()}, limit)
    nodes = _nodes(keys, owner, kept, hubs)
    if folded := len(tied - kept):
        nodes.append(Node(_REST, (count(folded, "boundary", "boundaries"), "with fewer crossing keys"), 0, "folded"))
    edges = _edges([key for key in crossing if key[1] not in hubs], owner, kept)
    alone = len({*owner.values()} - {""} - tied - kept)
    notes = [
        "keys to tables marked ● come from half of the boundaries or more, and are not drawn" if hubs else "",
        f"{count(alone, 'more boundary owns', 'more boundaries own')} tables, and no key crosses" if alone else "",
    ]
    title = "Tables and their foreign keys"
    return {"tables": graph(title, nodes, edges, keys=["crossing key"], notes=notes, direction="TB")}


def _hubs(crossing: _Keys, owner: Mapping[str, str]) -> set[str]:
    users: defaultdict[str, set[str]] = defaultdict(set)
    for source, target in crossing:
        users[target].add(owner[source])
    return {table for table, homes in users.items() if len(homes) >= max(_HUB, len({*owner.values()}) / 2)}


def _kept(crossing: _Keys, owner: Mapping[str, str], tied: Set[str], limit: int) -> set[str]:
    """All of `tied`, or the `limit` - 1 that most keys cross from or to."""
    owned = Counter(owner.values())
    touched = Counter(owner[table] for key in crossing for table in key)
    ranked = sorted(tied, key=lambda name: (-touched[name], -owned[name], name))
    return set(ranked if len(ranked) <= limit else ranked[: limit - 1])


def _nodes(keys: _Keys, owner: Mapping[str, str], kept: Iterable[str], hubs: Set[str]) -> list[Node]:
    owned = Counter(owner.values())
    inside = Counter(owner[source] for source, target in keys if owner[source] == owner[target])
    led = Counter(target for source, target in keys if owner[source] != owner[target])
    nodes = []
    for name in sorted(kept):
        mine = sorted((table for table in led if owner[table] == name), key=lambda table: (-led[table], table))
        lines = [f"{'●' if table in hubs else '▪'} {table} ← {led[table]:,}" for table in mine[:_SHOWN]]
        more = [f"  and {count(len(mine) - _SHOWN, 'more table')}"] if len(mine) > _SHOWN else []
        size = f"{count(owned[name], 'table')}, {count(inside[name], 'key')} inside"
        nodes.append(Node(boundary_id(name), (name or "no owner", size, *lines, *more), 0, "table"))
    return nodes


def _edges(crossing: _Keys, owner: Mapping[str, str], kept: Set[str]) -> list[Edge]:
    drawn: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key in crossing:
        source, target = (boundary_id(owner[table]) if owner[table] in kept else _REST for table in key)
        if source != target:
            drawn[source, target].append(" → ".join(key))
    edges = []
    for (source, target), names in sorted(drawn.items()):
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        said = f"{count(len(names), 'key')}: {'; '.join(names[:6])}{more}"
        edges.append(Edge(source, target, f"{len(names):,}", said, len(names), DATA))
    return edges
