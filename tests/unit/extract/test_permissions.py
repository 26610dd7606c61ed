"""Permissions by name: whose they are, and where code asks for one."""

import pytest

from decompose.extract.resolve import index
from decompose.extract.symbols import symbols
from decompose.extract.uses import definitions
from decompose.extract.wires import wires
from tests.trees import files

SHOP = """
--- shop/__init__.py
--- shop/orders/__init__.py
--- shop/orders/models/__init__.py
from .order import Order
--- shop/orders/models/order.py
class Order(models.Model):
    class Meta:
        permissions = (("cancel", "May cancel"),)
--- shop/orders/models/line.py
class OrderLine(models.Model): ...
--- shop/orders/forms.py
class Pay(Form): ...
--- shop/books/__init__.py
--- shop/books/models.py
class Entry(models.Model): ...
"""


def asked(text: str) -> list[str]:
    said = files(f"{SHOP}--- shop/api.py\n{text}\n")
    found = index(said)
    names = symbols(said, found)
    defined = [
        one for place, one_said in zip(found.places, said, strict=True) for one in definitions(place, one_said, names)
    ]
    wired, *_ = wires({one.path: one.wiring for one in said}, found, names, [], defined)
    return [f"{one.target} {one.name} {one.line}" for one in wired if one.kind == "permission"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('user.has_perm("orders.cancel")', "shop.orders.models.order orders.cancel 1"),
        ('has_perm(user, "orders.view_order", order)', "shop.orders.models.order orders.view_order 1"),
        ('user.has_perms(["orders.change_orderline"])', "shop.orders.models.line orders.change_orderline 1"),
        (
            '@permission_required("orders.may_list_order")\ndef f(): ...',
            "shop.orders.models.order orders.may_list_order 1",
        ),
        ('class V:\n    permission_required = "orders.cancel"', "shop.orders.models.order orders.cancel 2"),
        ('tab = Tab(\n  permission="orders.cancel")', "shop.orders.models.order orders.cancel 1"),
        ('x = [{"link": "a.b", "permission": "orders.cancel"}]', "shop.orders.models.order orders.cancel 1"),
        ('user.has_perm("books.anything")', "shop.books.models books.anything 1"),  # all tables are there
        ('user.has_perm("orders.anything")', None),
        ('user.has_perm("orders.pay_pay")', None),  # no table's class
        ('user.has_perm("auth.view_user")', None),
        ('reverse("orders.view_order")', None),
        ('user.has_perm("cancel")', None),
    ],
)
def test_a_permission_is_that_of_a_class_of_tables(text: str, expected: str | None) -> None:
    assert asked(text) == ([expected] if expected else [])


def test_a_name_of_many_words_is_not_looked_up_word_by_word() -> None:
    """Of 200,000 words that took hours."""
    assert asked(f'user.has_perm("books.view{"_x" * 200_000}_entry")') == []
