"""Links to pages of other boundaries: told, cheap, and no need of each other."""

from decompose.assess import assess
from decompose.model.judgements import RemedyKind, SplitPlan
from decompose.model.names import Boundary
from decompose.plan import plan
from decompose.plan.verdict import around
from tests.builders import facts, partition

CUT = partition("orders: shop.orders shop.carts | orders_order\nusers: shop.users shop.people | u_user")

LINKS = """
wire link shop.orders -> shop.users : users.login
wire link shop.orders -> shop.people : users.profile
wire link shop.carts -> shop.users : users.login
wire link shop.users -> shop.orders : orders.list
"""


def planned(text: str) -> SplitPlan:
    found = facts(text)
    return plan(found, CUT, assess(found, CUT))


def test_all_links_of_a_boundary_to_another_are_one_remedy() -> None:
    one, other = planned(LINKS).remedies
    assert (one.id, one.subject) == (
        "wiring.link:orders->users",
        "orders links to pages of users: users.login, users.profile",
    )
    assert [(option.kind, option.points) for option in one.options] == [(RemedyKind.ADDRESS, 0.7)]
    assert one.sketch.splitlines()[1:] == ["  users.profile -> shop.people", "  users.login -> shop.users"]
    assert "the names of users's pages" in one.options[0].skipped
    assert other.id == "wiring.link:users->orders"


def test_who_links_to_a_page_does_not_need_who_answers_it() -> None:
    owned = dict.fromkeys((Boundary("orders"), Boundary("users")), 1)
    linked = around(owned, assess(facts(LINKS), CUT).seams, ())
    assert [(one.needs, one.mutual) for one in linked.values()] == [(0, 0), (0, 0)]
    called = around(owned, assess(facts(f"{LINKS}wire task shop.carts -> shop.users : welcome"), CUT).seams, ())
    assert [(one.needs, one.mutual) for one in called.values()] == [(1, 0), (0, 0)]


def test_a_link_binds_no_modules_and_hides_no_coupling() -> None:
    wired = facts(LINKS)
    assert [wire.binds for wire in wired.wires] == [False] * 4
    assert [seam.binds for seam in assess(wired, CUT).seams] == [False] * 4
