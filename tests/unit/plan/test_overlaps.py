"""What several remedies do as one piece of work is priced once, and one more seam never lowers an effort."""

from dataclasses import replace

from decompose.assess import assess
from decompose.model.facts import Facts
from decompose.model.judgements import Assessment, Step
from decompose.plan import plan
from decompose.plan.overlaps import saved
from tests.builders import facts, partition

CUT = partition("""
    orders:  shop.orders  | orders_order
    billing: shop.billing | b_bill
    points:  shop.points  | p_point
""")
TEXT = """
    module shop.orders 9000
    table orders_order in shop.orders: id primary
    table b_bill in shop.billing: id primary, total
    table p_point in shop.points: id primary
    def shop.points:award()
    atomic shop.orders:close orders_order, b_bill, p_point
    write shop.orders:close orders_order
    write shop.orders:close b_bill
    call shop.orders:close -> shop.points:award
    use shop.orders:close -> shop.points:award [call]
    write shop.points:award p_point
    write shop.billing:pay b_bill
    read shop.points:sum b_bill
    use shop.orders:show -> shop.points:sum [call]
    def shop.points:sum()
"""


def steps(found: Facts, judged: Assessment) -> dict[str, Step]:
    return {step.boundary.name: step for step in plan(found, CUT, judged).steps}


def test_a_transaction_of_several_owners_is_taken_apart_once() -> None:
    found = facts(TEXT)
    judged = assess(found, CUT)
    points = {one.id: one.options[0].points for one in plan(found, CUT, judged).remedies}
    assert sum(id.startswith("transaction") for id in points) == 2
    orders = steps(found, judged)["orders"]
    alone = 8 + sum(points[id] for id in points if "orders" in id)
    written = points["table.write:orders->billing:b_bill"]  # by a command, which the saga's step is
    twice = 4 + min(written, points["transaction:orders->billing:shop.orders:close"] - 4)
    assert orders.effort == round(alone - twice, 2)
    assert f", {twice:g} less than their sum, for what several of them do is done once" in " ".join(orders.reasons)


def test_one_more_seam_never_lowers_an_effort() -> None:
    found = facts(TEXT)
    judged = assess(found, CUT)
    every = {name: step.effort for name, step in steps(found, judged).items()}
    for seam in judged.seams:
        fewer = replace(judged, seams=tuple(one for one in judged.seams if one != seam))
        assert all(step.effort <= every[name] for name, step in steps(found, fewer).items()), seam.id


def test_of_the_sides_of_one_piece_of_work_the_dearest_is_paid() -> None:
    sides = ({"outbox": 1.5}, {"write": 3.5, "call": 1.0})
    assert saved([sides], {"outbox", "write", "call"}) == 1.5
    assert saved([sides], {"outbox", "call"}) == 1.0
    assert saved([sides], {"write", "call"}) == 0
