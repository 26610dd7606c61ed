"""What runs after a transaction, or elsewhere, is no part of it."""

from textwrap import indent

import pytest

from tests.accesses import DJANGO, found

HEAD = """
from functools import partial
from celery import shared_task
from django.db import transaction
from shop.models import Customer, Order

@shared_task
def forget(order):
    Customer.objects.create()

def told(order, connection):
    if connection.in_atomic_block:
        transaction.on_commit(lambda: forget(order))
    else:
        forget(order)

def place(order, pool, queue, connection):
    with transaction.atomic():
        order.tags.clear()
"""


@pytest.mark.parametrize(
    ("body", "inside"),
    [
        ("forget(order)", True),
        ("forget.apply(order)", True),
        ("forget.delay(order)", False),
        ("queue.enqueue(forget, order)", False),
        ("pool.submit(forget, order)", False),
        ("transaction.on_commit(forget)", False),
        ("transaction.on_commit(\n    partial(\n        forget,\n        order,\n    )\n)", False),
        ("transaction.on_commit(\n    lambda: forget(\n        order\n    )\n)", False),
        ("told(order, connection)", False),
    ],
)
def test_what_waits_or_runs_elsewhere_is_not_in_the_transaction(body: str, inside: bool) -> None:
    files = {"shop.models": DJANGO, "app": HEAD + indent(body, " " * 8)}
    (scope,) = found(files).transactions
    assert ("shop_customer" in {one.name for one in scope.writes}) == inside


def test_a_call_says_which_lines_of_its_callee_wait() -> None:
    (told,) = [
        one
        for one in found({"shop.models": DJANGO, "app": HEAD + "        told(order, connection)"}).calls
        if one.callee == "told"
    ]
    assert told.spared == ((13, 13), (15, 15))
