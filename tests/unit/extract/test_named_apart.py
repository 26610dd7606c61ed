"""Attributes by names that stand apart: in a mapping of constants."""

import pytest

from tests.accesses import DJANGO, touched

ASKED = """
from shop.models import Order
RELATIONS = {{"labels": {}, "people": {}}}
def change(order: Order, kind, one):
    getattr(order, RELATIONS[kind]).add(one)
"""


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (('"tags"', '"tags"'), {"shop_order_tags"}),
        (('"tags"', '"buyers"'), {"shop_order_tags", "shop_order_buyers"}),
        (('"tags"', "change"), set[str]()),
    ],
)
def test_an_attribute_is_any_of_those_that_a_mapping_names(names: tuple[str, str], written: set[str]) -> None:
    models = DJANGO.replace("    class Tag(", "        buyers = models.ManyToManyField(Customer)\n    class Tag(")
    seen = touched({"shop.models": models, "app": ASKED.format(*names)})
    assert {one.partition(" write ")[2] for one in seen if one.startswith("app:5 write ")} == written
