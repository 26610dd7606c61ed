"""Requests that are one transaction each: what a step and the sketches of transactions say of them."""

import pytest

from decompose.assess import assess
from decompose.plan import plan
from tests.builders import facts, partition

CUT = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user\nbills: shop.bills | b_bill")
CODE = """
    table orders_order in shop.orders: id primary
    table u_user in shop.users: id primary
    table b_bill in shop.bills: id primary
    entry request shop.orders:Place.post
    entry request shop.orders:Place.form_valid
    entry request shop.orders:show
    entry request shop.orders:drop
    call shop.orders:Place.post -> shop.orders:place
    call shop.orders:Place.form_valid -> shop.orders:place
    call shop.orders:place -> shop.users:bless
    write shop.orders:place orders_order
    write shop.orders:show orders_order
    write shop.users:bless u_user
    write shop.orders:drop orders_order
    write shop.orders:drop u_user [cascade]
    atomic shop.orders:place orders_order, u_user{}
"""
INSIDE = "\n    setting DATABASES.ATOMIC_REQUESTS = True"


def risks(text: str) -> dict[str, list[str]]:
    found = facts(text)
    return {
        step.boundary.name: [one for one in step.risks if "ATOMIC_REQUESTS" in one]
        for step in plan(found, CUT, assess(found, CUT)).steps
    }


def test_a_request_that_is_one_transaction_loses_it_where_it_writes_for_two_owners() -> None:
    told = risks(CODE.format(INSIDE))
    assert told["users"] == [
        "each request is one transaction (ATOMIC_REQUESTS, shop/settings.py:18), and 1 request writes tables of users "
        "and of others, the first at shop/orders.py:5: where it fails, what users has done for it stays, and its own "
        "rows stay locked while it waits for an answer"
    ]
    assert told["orders"] and not told["bills"]


def test_a_setting_that_django_does_not_read_is_told_as_one() -> None:
    told = risks(CODE.format("\n    setting ATOMIC_REQUESTS = True"))["users"]
    assert [one.partition(":")[0] for one in told] == ["ATOMIC_REQUESTS stands outside of DATABASES (shop/settings.py"]
    assert "as far as the code tells no request is one transaction, though 1 request writes" in told[0]


@pytest.mark.parametrize("setting", ["", "\n    setting DATABASES.ATOMIC_REQUESTS = False"])
def test_nothing_is_told_of_requests_that_commit_as_they_go(setting: str) -> None:
    assert not any(risks(CODE.format(setting)).values())


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("", "  where a request runs it, that is its last commit (ATOMIC_REQUESTS, shop/settings.py:18): what else"),
        (", b_bill", "a request is one transaction (ATOMIC_REQUESTS, shop/settings.py:18): one that runs this is"),
    ],
)
def test_what_takes_the_place_of_a_transaction_knows_of_the_one_around_it(more: str, says: str) -> None:
    found = facts(CODE.format(more + INSIDE))
    sketches = [one.sketch for one in plan(found, CUT, assess(found, CUT)).remedies if one.id.startswith("transaction")]
    assert sketches and all(says in one for one in sketches)
    found = facts(CODE.format(more))
    assert not any("ATOMIC" in one.sketch for one in plan(found, CUT, assess(found, CUT)).remedies)
