"""Stage 4: a plain graph as text -> CouplingGraph, so that the clusterers can be laid beside papers."""

import json
from collections.abc import Iterator
from io import BytesIO
from math import isfinite

from ..errors import InputError
from ..model.columns import columns
from ..model.judgements import CouplingGraph, Tie
from ..model.names import Module

__all__ = ["read_graph"]

Edge = tuple[str, str, float]


def read_graph(data: bytes, file: str) -> CouplingGraph:
    """JSON with `nodes` and `edges`, or GraphML; the weights of edges between the same two nodes are added up.

    JSON nodes are names or {"id": name}, edges are [a, b], [a, b, weight] or {"source", "target", "weight"} (`links` is
    read as `edges`). A JSON object of {"a--b": weight} is read too, as the published call volumes are written. Raises
    InputError for anything else, and for a weight that is negative or no number.
    """
    nodes, edges = _graphml(data, file) if data.lstrip()[:1] == b"<" else _json(data, file)
    names = sorted({*nodes, *(end for a, b, _ in edges for end in (a, b))})
    if not names:
        raise InputError(f"{file}: the graph has no nodes")
    index = {name: i for i, name in enumerate(names)}
    weights: dict[tuple[int, int], float] = {}
    for a, b, weight in edges:
        if not isfinite(weight) or weight < 0:
            raise InputError(f"{file}: the edge {a} - {b} has the weight {weight}; it must be a number from 0 up")
        if a != b and weight:
            pair = (min(index[a], index[b]), max(index[a], index[b]))
            weights[pair] = weights.get(pair, 0.0) + weight
    ties = (Tie(a, b, weight, imports=weight) for (a, b), weight in sorted(weights.items()))
    return CouplingGraph(tuple(map(Module, names)), ties=columns(Tie, ties))


def _json(data: bytes, file: str) -> tuple[list[str], list[Edge]]:
    try:
        document = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: not JSON: {error}") from None
    if not isinstance(document, dict):
        raise InputError(f"{file}: not a graph; expected an object with `nodes` and `edges`")
    if "nodes" not in document and "edges" not in document and "links" not in document:
        return [], [(*_ends(pair, file), _number(weight, file)) for pair, weight in document.items()]
    nodes = [str(node["id"] if isinstance(node, dict) and "id" in node else node) for node in document.get("nodes", [])]
    return nodes, list(_edges(document.get("edges", document.get("links", [])), file))


def _edges(rows: object, file: str) -> Iterator[Edge]:
    for row in rows if isinstance(rows, list) else [rows]:
        if isinstance(row, dict) and {"source", "target"} <= row.keys():
            yield str(row["source"]), str(row["target"]), _number(row.get("weight", 1), file)
        elif isinstance(row, list) and len(row) in (2, 3):
            yield str(row[0]), str(row[1]), _number(row[2] if len(row) == 3 else 1, file)
        else:
            raise InputError(f"{file}: {json.dumps(row)[:60]} is no edge; write [a, b, weight]")


def _ends(pair: str, file: str) -> tuple[str, str]:
    a, mark, b = pair.partition("--")
    if not mark:
        raise InputError(f"{file}: not a graph; expected an object with `nodes` and `edges`")
    return a, b


def _number(value: object, file: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{file}: the weight {json.dumps(value)[:60]} is no number")
    return float(value)


def _graphml(data: bytes, file: str) -> tuple[list[str], list[Edge]]:
    import networkx as nx  # noqa: PLC0415  # slow to load

    try:
        graph = nx.read_graphml(BytesIO(data))
    except (SyntaxError, ValueError, KeyError, nx.NetworkXError) as error:
        raise InputError(f"{file}: not GraphML: {error}") from None
    return [str(node) for node in graph], [
        (str(a), str(b), float(w)) for a, b, w in graph.edges(data="weight", default=1)
    ]
