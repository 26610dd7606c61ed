"""Stage 7: Document -> DOT of the foreign keys between boundaries, with the tables that they lead to."""

from collections import Counter, defaultdict

from ...model.counts import count
from ..document import Document
from .drawing import DATA, Edge, Node, boundary_id, graph

__all__ = ["table_map"]

_SHOWN = 5  # tables of a boundary that are named
_HUB = 4  # boundaries, and half of all, from which keys lead to a table whose keys are counted and not drawn
_REST = "rest"


def table_map(document: Document, limit: int) -> dict[str, str]:
    """The boundaries that own tables, the tables that others' keys lead to, and how many keys cross from each to each.

    A table to which keys lead from half of the boundaries is marked, and has no arrows: they would hide all others.
    """
    owner = {row["name"]: row["owner"] or "" for row in document["tables"]}
    pairs = {(row["table"], row["to_table"]) for row in document["foreign_keys"]}
    keys = sorted((source, target) for source, target in pairs if source != target and {source, target} <= owner.keys())
    if not keys:
        return {}
    owned = Counter(owner.values())
    crossing = [(source, target) for source, target in keys if owner[source] != owner[target]]
    inside = Counter(owner[source] for source, target in keys if owner[source] == owner[target])
    led = Counter(target for _, target in crossing)
    users: defaultdict[str, set[str]] = defaultdict(set)
    for source, target in crossing:
        users[target].add(owner[source])
    hubs = {table for table, homes in users.items() if len(homes) >= max(_HUB, len(owned) / 2)}
    touched = Counter(owner[table] for pair in crossing for table in pair)
    ranked = sorted(owned, key=lambda name: (-touched[name], -owned[name], name))
    kept = set(ranked if len(ranked) <= limit else ranked[: limit - 1])

    nodes = []
    for name in sorted(kept):
        mine = sorted((table for table in led if owner[table] == name), key=lambda table: (-led[table], table))
        lines = [f"{'●' if table in hubs else '▪'} {table} ← {led[table]:,}" for table in mine[:_SHOWN]]
        more = [f"  and {count(len(mine) - _SHOWN, 'more table')}"] if len(mine) > _SHOWN else []
        size = f"{count(owned[name], 'table')}, {count(inside[name], 'key')} inside"
        nodes.append(Node(boundary_id(name), (name or "no owner", size, *lines, *more), 0, "table"))
    if folded := len(ranked) - len(kept):
        nodes.append(Node(_REST, (count(folded, "boundary", "boundaries"), "with fewer crossing keys"), 0, "folded"))
    drawn: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for source, target in crossing:
        ends = [boundary_id(owner[table]) if owner[table] in kept else _REST for table in (source, target)]
        if target not in hubs and ends[0] != ends[1]:
            drawn[ends[0], ends[1]].append(f"{source} → {target}")
    edges = [
        Edge(
            *ends,
            f"{len(said):,}",
            f"{count(len(said), 'key')}: "
            + "; ".join(said[:6])
            + (f" and {len(said) - 6} more" if len(said) > 6 else ""),
            len(said),
            DATA,
        )
        for ends, said in sorted(drawn.items())
    ]
    notes = [
        "numbers count keys from other boundaries",
        "keys to tables marked ● come from half of the boundaries or more, and are not drawn" if hubs else "",
    ]
    return {
        "tables": graph(
            "Tables and their foreign keys", nodes, edges, keys=["crossing key"], notes=notes, direction="TB"
        )
    }
