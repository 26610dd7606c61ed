"""An argument that is of one class or another: each is a run of its own, and a transaction is what one run writes."""

import pytest

from tests.accesses import DJANGO, found

HEAD = """
from django.db import transaction
from shop.models import Customer, Order
"""
LINES = """
class Line(models.Model):
    order = models.ForeignKey("shop.Order", models.CASCADE, related_name="rows")
class Note(models.Model):
    customer = models.ForeignKey("shop.Customer", models.CASCADE, related_name="rows")
"""
ASKS = """
    with transaction.atomic():
        if isinstance(owner, Order):
            owner.rows.create()
        else:
            owner.rows.create()
"""
HANDS_ON = """
    with transaction.atomic():
        add(owner)

def add(owner):
    owner.rows.create()
"""
GIVEN = """
def main(pk, late):
    owner = Order.objects.get(pk=pk) if late else Customer.objects.get(pk=pk)
    clear({})
"""
BY_ITSELF = """
def main(pk):
    clear({})
"""


@pytest.mark.parametrize("body", [ASKS, HANDS_ON])
@pytest.mark.parametrize(
    ("head", "caller"),
    [
        ("def clear(owner: Order | Customer):", ""),
        ("def clear(owner: 'Customer | Order | None' = None):", BY_ITSELF.format("pk")),
        ("def clear(owner):", GIVEN.format("owner")),
        ("def clear(owner):", GIVEN.format("owner=owner")),
        ("def clear(owner: Order | Customer):", GIVEN.format("owner")),
    ],
)
def test_one_class_or_another_makes_two_runs(head: str, body: str, caller: str) -> None:
    files = {"shop.models": DJANGO + LINES.replace("\n", "\n    "), "app": HEAD + head + body + caller}
    assert [[table.name for table in one.writes] for one in found(files).transactions] == [["shop_line"], ["shop_note"]]


def test_a_class_and_one_above_it_are_one_run() -> None:
    models = DJANGO + "    class Gift(Order):\n        note = models.TextField()\n"
    text = HEAD.replace("Order", "Order, Gift") + "def clear(owner):\n    with transaction.atomic():\n"
    text += "        owner.save()\n        owner.customer.save()\n"
    text += "def main(pk, late):\n    clear(Order.objects.get(pk=pk) if late else Gift.objects.get(pk=pk))\n"
    (scope,) = found({"shop.models": models, "app": text}).transactions
    assert [table.name for table in scope.writes] == ["shop_customer", "shop_gift", "shop_order"]
