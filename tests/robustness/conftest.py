"""A small shop to break."""

from pathlib import Path

import pytest

from tests.repositories import canary_in
from tests.trees import write

SHOP = """
--- shop/__init__.py
--- shop/orders.py
from shop import stock
from shop.pay import charge

def order(item):
    stock.take(item)
    return charge(item)
--- shop/stock.py
from django.db import models

class Item(models.Model):
    class Meta:
        db_table = "item"

def take(item):
    return Item.objects.filter(pk=item).update(left=0)
--- shop/pay.py
def charge(item):
    from shop.stock import Item
    return Item.objects.get(pk=item)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "checkout", SHOP)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return canary_in(tmp_path)
