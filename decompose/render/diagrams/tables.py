"""Stage 7: Document -> DOT of the tables, framed by the boundary that owns them, with their foreign keys."""

from collections import Counter

from ...model.counts import count
from ..document import Document
from .drawing import CODE, DATA, Edge, Node, cluster, graph, table_id

__all__ = ["table_map"]


def table_map(document: Document, limit: int) -> dict[str, str]:
    """Tables with foreign keys, those with keys that cross boundaries first; crossings are orange."""
    owner = {row["name"]: row["owner"] or "" for row in document["tables"]}
    pairs = sorted(
        {
            (row["table"], row["to_table"])
            for row in document["foreign_keys"]
            if {row["table"], row["to_table"]} <= set(owner)
        }
    )
    if not pairs:
        return {}
    keys, crossing = Counter[str](), Counter[str]()
    for source, target in pairs:
        for name in {source, target}:
            keys[name] += 1
            crossing[name] += owner[source] != owner[target]
    kept = set(sorted(keys, key=lambda name: (-crossing[name], -keys[name], name))[:limit])
    homes = sorted({owner[name] for name in kept})
    frames = [
        cluster(number, home or "no owner", [_table(name, keys[name]) for name in sorted(kept) if owner[name] == home])
        for number, home in enumerate(homes)
    ]
    edges = [
        Edge(
            table_id(source),
            table_id(target),
            "",
            f"{source} refers to {target}",
            3 if owner[source] != owner[target] else 1,
            DATA if owner[source] != owner[target] else CODE,
        )
        for source, target in pairs
        if source != target and {source, target} <= kept
    ]
    left_out = len(owner) - len(kept)
    notes = [f"{count(left_out, 'table')} with fewer keys or none not drawn" if left_out else ""]
    return {
        "tables": graph(
            "Tables and their foreign keys", [], edges, keys=["key", "crossing key"], notes=notes, body=frames, room=4
        )
    }


def _table(name: str, keys: int) -> Node:
    return Node(table_id(name), (name, count(keys, "key")), 0, "table")
