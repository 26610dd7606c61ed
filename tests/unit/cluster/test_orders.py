"""What people decide is obeyed, and what cannot be obeyed is said with its lines."""

import pytest

from decompose.cluster import ClusterOptions, cluster, judge, read_orders
from decompose.errors import InputError
from tests.graphs import graph

TANGLE = graph(
    " ".join(f"p.{g}.m{i}-p.{g}.m{j}:4" for g in "xyz" for i in range(5) for j in range(i))
    + " p.x.m0-p.y.m0:1 p.y.m1-p.z.m1:1"
)


def places(text, **options):
    found = cluster(TANGLE, ClusterOptions(resolution=1, orders=read_orders(text, "boundaries.toml"), **options))
    assert sorted(m for b in found.boundaries for m in b.modules) == list(TANGLE.modules)
    return {module.name: fact.boundary.name for fact in found.boundaries for module in fact.modules}


def refusal(text, act=lambda orders: cluster(TANGLE, ClusterOptions(resolution=1, orders=orders))):
    with pytest.raises(InputError) as caught:
        act(read_orders(text, "boundaries.toml"))
    return str(caught.value)


def test_a_pin_moves_one_module_and_leaves_the_others():
    free, pinned = places(""), places('[orders.pin]\n"p.x.m1" = "y"')
    assert pinned == free | {"p.x.m1": "y"}


def test_a_pin_may_found_a_boundary():
    assert places('[orders.pin]\n"p.x.m1" = "new"')["p.x.m1"] == "new"


def test_what_is_kept_together_stands_together():
    found = places('[orders]\ntogether = [["p.x.m1", "p.z.m2"]]')
    assert found["p.x.m1"] == found["p.z.m2"]


def test_what_is_kept_apart_does_not_meet():
    found = places('[orders]\napart = [["p.x.m1", "p.x.m2", "p.x.m3"]]')
    assert len({found[f"p.x.m{i}"] for i in (1, 2, 3)}) == 3


def test_what_is_kept_together_goes_away_together():
    found = places('[orders]\ntogether = [["p.x.m1", "p.x.m2"]]\napart = [["p.x.m1", "p.x.m3"]]')
    assert found["p.x.m1"] == found["p.x.m2"] != found["p.x.m3"]


def test_a_forbidden_boundary_is_left():
    assert places('[orders.forbid]\n"p.x.m1" = "x"')["p.x.m1"] != "x"


def test_merging_and_naming():
    assert set(places('[orders]\nmerge = [["x", "y"]]\nname = { z = "zoo" }').values()) == {"x", "zoo"}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_the_number_wanted(count):
    assert len(set(places(f"[orders]\ncount = {count}").values())) == count


def test_the_number_wanted_does_not_join_what_is_kept_apart():
    found = places('[orders]\ncount = 1\napart = [["p.x.m1", "p.z.m1"]]')
    assert found["p.x.m1"] != found["p.z.m1"]
    assert len(set(found.values())) == 2


def test_a_proposal_that_was_edited_is_kept():
    edited = '[boundaries.ours]\nmodules = ["p.x.*", "p.y.m0"]\n[boundaries.theirs]\nmodules = ["p.y.*", "p.z.*"]'
    assert places(edited)["p.y.m0"] == "ours"
    assert set(places(edited).values()) == {"ours", "theirs"}


def test_a_proposal_found_anew_keeps_the_names_of_the_earlier_one():
    earlier = '[boundaries.shop]\nmodules = ["p.x.*"]'
    assert places(earlier, afresh=True)["p.x.m2"] == "shop"


def test_new_modules_join_what_they_are_tied_to():
    assert places('[boundaries.a]\nmodules = ["p.x.m0"]\n[boundaries.b]\nmodules = ["p.z.m0"]')["p.x.m3"] == "a"


def test_judging_leaves_all_as_declared():
    found = judge(TANGLE, read_orders('[boundaries.bill]\nmodules = ["p.x.*", "p.y.m3"]', "boundaries.toml"))
    assert [(fact.boundary.name, len(fact.modules)) for fact in found.boundaries] == [("remainder", 9), ("bill", 6)]
    assert "9 modules are in no boundary" in found.notes[0]


def test_the_longest_entry_wins():
    text = (
        '[boundaries.a]\nmodules = ["p.*"]\n[boundaries.b]\nmodules = ["p.x.*"]\n[boundaries.c]\nmodules = ["p.x.m1"]'
    )
    found = judge(TANGLE, read_orders(text, "boundaries.toml"))
    assert {fact.boundary.name: len(fact.modules) for fact in found.boundaries} == {"a": 10, "b": 4, "c": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[orders.pin]\n"p.x.m9" = "y"', "boundaries.toml:2: 'p.x.m9' is no module"),
        ('[orders.pin]\n"p.x.*" = "a"\n"p.x.m1" = "b"', "is pinned to 'a' and to 'b'"),
        ('[orders]\ntogether = [["p.x.m1", "p.x.m2"]]\napart = [["p.x.m1", "p.x.m2"]]', "boundaries.toml:2,3:"),
        (
            '[orders]\napart = [["p.x.m1", "p.x.m2"]]\n[orders.pin]\n"p.x.m1" = "a"\n"p.x.m2" = "a"',
            "pinned to the same",
        ),
        ('[orders.pin]\n"p.x.m1" = "a"\n[orders.forbid]\n"p.x.m1" = "a"', "forbidden there"),
        ('[orders]\nmerge = [["x", "nowhere"]]', "no boundary is called nowhere"),
        ("[orders]\ncount = -1", "boundaries.toml:2: count"),
        ("[orders]\nfoo = 1", "unknown order 'foo'"),
        ("[boundaries]\na = 3", "boundaries.toml:2: a must be a table"),
        ('[boundaries.a]\nmodules = "p"', "must be a list"),
        ("not toml", "not valid TOML"),
    ],
)
def test_what_cannot_be_obeyed_is_said_with_its_lines(text, said):
    assert said in refusal(text)


def test_one_module_in_two_boundaries_is_refused():
    text = '[boundaries.a]\nmodules = ["p.x.m1"]\n[boundaries.b]\nmodules = ["p.x.m1"]'
    assert "boundaries.toml:2,4: 'p.x.m1' is in 'a' and in 'b'" in refusal(text, lambda o: judge(TANGLE, o))


def test_an_empty_file_is_nothing_to_judge():
    assert "declares no boundary" in refusal("", lambda orders: judge(TANGLE, orders))
