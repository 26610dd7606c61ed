"""Graphs of other people: read, or refused with a clear sentence."""

import pytest

from decompose.cluster import read_graph
from decompose.errors import InputError


def ties(data):
    graph = read_graph(data, "g")
    return [(graph.modules[tie.a].name, graph.modules[tie.b].name, tie.weight) for tie in graph.ties]


@pytest.mark.parametrize(
    "data",
    [
        b'{"nodes": ["a", "b"], "edges": [["a", "b", 2], ["b", "a", 1]]}',
        b'{"nodes": [{"id": "a"}], "links": [{"source": "a", "target": "b", "weight": 3}]}',
        b'{"a--b": 2, "b--a": 1, "a--a": 9}',
        b"""<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="w" for="edge" attr.name="weight"
        attr.type="double"/><graph edgedefault="undirected"><node id="a"/><node id="b"/><edge source="a" target="b">
        <data key="w">3</data></edge></graph></graphml>""",
    ],
)
def test_one_graph_in_each_form(data):
    assert ties(data) == [("a", "b", 3.0)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"{}", "no nodes"),
        (b"[1]", "not a graph"),
        (b'{"nodes": []}', "no nodes"),
        (b'{"edges": [["a", "b", -1]]}', "has the weight -1"),
        (b'{"edges": [["a", "b", NaN]]}', "has the weight nan"),
        (b'{"edges": [["a", "b", "x"]]}', "is no number"),
        (b'{"edges": [["a"]]}', "is no edge"),
        (b'{"edges": 3}', "is no edge"),
        (b'{"ab": 3}', "not a graph"),
        (b"<graphml", "not GraphML"),
        (b"\xff\xfe", "not JSON"),
    ],
)
def test_what_is_no_graph_is_refused(data, said):
    with pytest.raises(InputError, match=said):
        read_graph(data, "g")
