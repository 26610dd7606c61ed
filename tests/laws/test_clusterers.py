"""What every clusterer must do, whatever its algorithm."""

import random
import sys

import pytest

from decompose.cluster import CLUSTERERS, ClusterOptions, cluster, read_orders
from decompose.errors import InputError
from tests.graphs import graph

PLANTED = graph(
    " ".join(f"p.{g}.m{i}-p.{g}.m{j}:4" for g in "xyz" for i in range(5) for j in range(i)) + " p.x.m0-p.y.m0:1"
)
AWKWARD = {
    "empty": graph(""),
    "one module": graph("a"),
    "no ties": graph("p.a p.b q.c"),
    "one tie": graph("a-b"),
    "two programs": graph("a.x-a.y:1 b.x-b.y:1"),
    "a cycle": graph("p.a-p.b p.b-p.c p.c-p.a"),
    "no words": graph("a1-a2 a2-a3 mod_17-mod_18"),
    "names that are not English": graph("магазин.заказы.вид-магазин.заказы.модель 商店.订单-商店.用户"),
    "planted": PLANTED,
}


@pytest.fixture(autouse=True)
def _installed(request):
    callspec = getattr(request.node, "callspec", None)
    if callspec and callspec.params["method"] == "leiden":
        pytest.importorskip("igraph")


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.parametrize("method", CLUSTERERS)
def test_every_module_stands_in_exactly_one_place(method, name):
    found = cluster(AWKWARD[name], ClusterOptions(method))
    placed = [m for b in found.boundaries for m in b.modules] + [*found.kernel_modules, *found.roots]
    assert sorted(placed) == list(AWKWARD[name].modules)
    names = [b.boundary for b in found.boundaries]
    assert len(set(names)) == len(names)


def test_ten_thousand_modules_in_one_package_are_placed():
    ties = " ".join(f"p.m{i}-p.m{i + 1}" for i in range(9_999))
    found = cluster(graph(ties), ClusterOptions(runs=3))
    assert sum(len(fact.modules) for fact in found.boundaries) == 10_000
    assert len(found.boundaries) <= 40


@pytest.mark.parametrize("method", CLUSTERERS)
def test_planted_groups_are_recovered(method):
    found = cluster(PLANTED, ClusterOptions(method, resolution=1))
    assert sorted(b.modules for b in found.boundaries) == [tuple(PLANTED.modules[i : i + 5]) for i in (0, 5, 10)]


@pytest.mark.parametrize("method", CLUSTERERS)
def test_twice_is_the_same(method):
    rng = random.Random(1)
    ties = " ".join(f"p.m{rng.randrange(40)}-p.n{rng.randrange(40)}:{rng.randrange(1, 9)}" for _ in range(200))
    drawn = graph(" ".join(sorted({t.split(":")[0]: t for t in ties.split()}.values())))
    assert cluster(drawn, ClusterOptions(method)) == cluster(drawn, ClusterOptions(method))


@pytest.mark.parametrize("method", CLUSTERERS)
@pytest.mark.parametrize("text", ['[orders]\napart = [["p.x.m0", "p.x.m1"]]', '[orders.pin]\n"p.x.m0" = "elsewhere"'])
def test_orders_are_obeyed_whoever_clusters(method, text):
    found = cluster(PLANTED, ClusterOptions(method, resolution=1, orders=read_orders(text, "boundaries.toml")))
    home = {module.name: fact.boundary.name for fact in found.boundaries for module in fact.modules}
    assert home["p.x.m0"] != home["p.x.m1"]
    assert "pin" not in text or home["p.x.m0"] == "elsewhere"


@pytest.mark.parametrize("method", [method for method in CLUSTERERS if method != "package"])
def test_names_do_not_decide(method):
    """The planted groups are found whatever the modules are called, and in whatever order they stand."""
    names = [module.name for module in PLANTED.modules]
    mixed = random.Random(3).sample(range(len(names)), len(names))
    renamed = {name: f"q.{i:02}" for name, i in zip(names, mixed, strict=True)}
    ties = " ".join(f"{renamed[names[tie.a]]}-{renamed[names[tie.b]]}:{tie.weight:g}" for tie in PLANTED.ties)
    found = cluster(graph(ties), ClusterOptions(method, resolution=1))
    wanted = {frozenset(renamed[name] for name in names[i : i + 5]) for i in (0, 5, 10)}
    assert {frozenset(module.name for module in fact.modules) for fact in found.boundaries} == wanted


def test_a_missing_engine_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(InputError, match=r"pip install 'decompose\[igraph\]'"):
        cluster(PLANTED, ClusterOptions("leiden"))
