"""The formulas against numbers worked out by hand on two groups of two."""

from math import log

import pytest

from decompose.assess import metrics

GROUPS = [["a", "b"], ["c", "d"]]
CALLS = {("a", "b"): 4.0, ("c", "d"): 1.0, ("a", "c"): 1.0, ("a", "a"): 9.0, ("a", "elsewhere"): 3.0}


def test_structure():
    assert metrics.sm(GROUPS, CALLS) == pytest.approx((1 / 4 + 1 / 4) / 2 - 1 / 8)
    assert metrics.sm([["a", "b"]], CALLS) == pytest.approx(1 / 4)


def test_calls():
    assert metrics.icp(GROUPS, CALLS) == pytest.approx(1 / (1 + log(4) + 1 + 1))
    assert metrics.ifn(GROUPS, CALLS) == 1 / 2
    assert metrics.interface_classes(GROUPS, CALLS) == 1 / 2
    assert metrics.coupling(GROUPS, CALLS) == pytest.approx(1 / 3)
    assert metrics.cohesion(GROUPS, CALLS) == pytest.approx(1 / 2)


def test_sizes_and_purity():
    assert metrics.ned(GROUPS) == 1
    assert metrics.ned([["a"] * 5]) == 0
    assert metrics.bcp(GROUPS, {"a": ["x", "y"], "b": ["y", "z"], "c": ["x"]}) == pytest.approx(log(3) / 2)
    assert metrics.dtp(GROUPS, {"t": {"a": 1, "b": 1}, "u": {"a": 1, "c": 1}}) == pytest.approx((1 + 1 - log(2)) / 2)


def test_modularity_is_that_of_networkx():
    import networkx as nx

    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 4), ("c", "d", 1), ("a", "c", 1)])
    assert metrics.modularity(GROUPS, CALLS) == pytest.approx(nx.community.modularity(graph, GROUPS))


def test_cochange():
    icf, ecf, rei = metrics.rei(GROUPS, {("a", "b"): 3.0, ("b", "c"): 2.0})
    assert (icf, ecf, rei) == (pytest.approx(3 / 2), pytest.approx(2 / 4), pytest.approx(1 / 3))


def test_nothing():
    assert metrics.sm([], {}) == metrics.icp([], {}) == metrics.ned([]) == metrics.coupling([], {}) == 0
