"""How firmly a boundary stands: against a random graph, a join and a cut."""

from decompose.cluster import alternatives, cluster, read_orders, standing
from decompose.cluster.engines import ClusterOptions
from tests.graphs import graph as coupled

ORDERS = '[boundaries.x]\nmodules = ["a", "b", "c", "d"]\n[boundaries.y]\nmodules = ["e", "f"]'


def test_shares_are_of_the_weight_of_a_boundarys_ties() -> None:
    graph = coupled("a-b:4 c-d:4 b-c:1 d-e:2 e-f:4")
    partition = cluster(graph, ClusterOptions(frozen=True, orders=read_orders(ORDERS, "b.toml")))
    x, y = standing(graph, partition)
    assert (x.kept, x.joined) == (0.9, 0.1)  # 18 of its degree of 20 stay inside, 2 go to y
    assert (x.kept_by_chance, x.joined_by_chance) == (0.6667, 0.3333)  # degrees 20 and 10 of 30
    assert x.cut == 0.1111  # of 9 inside, the tie b-c of 1
    assert (str(x.nearest), str(y.nearest)) == ("y", "x")


def test_a_boundary_without_ties_has_no_neighbour() -> None:
    graph = coupled("a-b:1 c-d:1")
    rows = standing(graph, cluster(graph, ClusterOptions(frozen=True, orders=read_orders(ORDERS, "b.toml"))))
    assert {row.nearest for row in rows} == {None}


def test_what_is_called_coarser_has_fewer_boundaries_and_what_is_called_finer_more() -> None:
    ring = " ".join(f"{a}{i}-{a}{(i + 1) % 8}:3 {a}{i}-{a}{(i + 3) % 8}:2" for a in "pqrstu" for i in range(8))
    graph = coupled(f"{ring} p0-q0:2 q1-r1:2 r2-s2:2 s3-t3:2 t4-u4:2 u5-p5:2")
    options = ClusterOptions()
    assert [(word, size > 1) for word, _, size in alternatives(graph, options, 1)] == [("finer", True)]
    assert [(word, size < 99) for word, _, size in alternatives(graph, options, 99)] == [("coarser", True)]
