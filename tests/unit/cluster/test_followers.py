"""Where tests go, beside the modules that they exercise."""

from dataclasses import replace

import pytest

from decompose.cluster import cluster, read_orders
from decompose.cluster.engines import ClusterOptions
from decompose.model.judgements import Follower
from decompose.model.names import Module
from tests.graphs import graph

ORDERS = '[boundaries.x]\nmodules = ["p.x.*"]\n[boundaries.y]\nmodules = ["p.y.*"]'
CODE = graph("p.x.a-p.x.b p.x.b-p.x.c p.x.c-p.x.d p.y.a-p.y.b p.x.a-p.y.a")
X, Y = 0, 4  # the first module of each


@pytest.mark.parametrize(
    ("test", "uses", "home"),
    [
        ("p.x.tests.t", ((X, 5), (Y, 9)), "x"),  # what its package is, it tests, whatever it makes rows of
        ("p.x.tests.t", ((X, 4), (Y, 9)), "y"),
        ("p.x.tests.t", ((Y, 9),), "y"),
        ("p.x.tests.t", (), "x"),
        ("p.tests.t", ((X, 5), (Y, 9)), "y"),  # x is two thirds of p: that says nothing
    ],
)
def test_a_test_goes_with_what_its_package_is_where_it_uses_that(
    test: str, uses: tuple[tuple[int, int], ...], home: str
) -> None:
    drawn = replace(CODE, followers=(Follower(Module(test), uses),))
    found = cluster(drawn, ClusterOptions(frozen=True, orders=read_orders(ORDERS, "b.toml")))
    assert [(str(module), str(boundary)) for module, boundary in found.followers] == [(test, home)]
