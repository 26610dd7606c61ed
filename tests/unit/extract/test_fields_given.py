"""Dataclasses that hold rows, which hold relations already."""

import pytest

from tests.accesses import DJANGO, touched

APP = """
    from dataclasses import dataclass
    from shop.models import Order
    @dataclass
    class Info:
        order: Order
        count: int = 0
    @dataclass
    class Late(Info):
        days: int = 0
    def gather():
        late = Order.objects.select_related("customer")
        return [INFO for order in late]
    def show(info: Info):
        return info.order.customer.email
"""


@pytest.mark.parametrize(
    ("made", "more", "asked"),
    [
        ("Info(order=order)", "", False),
        ("Info(order, 3)", "", False),
        ("Late(order=order, days=3)", "", False),
        ("Info(order=order) if order else Info(order=None)", "", False),
        ("Info(order=order)", "Info(Order.objects.get())", True),
        ("Info(order=order)", "Info(order=found())", True),
        ("Info(order=order)", "Info(**found())", True),
        ("Info(order=order)", "info.order = Order.objects.get()", True),
        ("Info(order=order)", "info.order = Order.objects.select_related('customer').get()", False),
    ],
)
def test_a_field_holds_what_all_who_fill_it_have_loaded(made: str, more: str, asked: bool) -> None:
    app = APP.replace("INFO", made) + (f"    def more(info: Info, found):\n        {more}\n" if more else "")
    line = app.splitlines().index("        return info.order.customer.email") + 1
    assert (f"app:{line} read shop_customer" in touched({"shop.models": DJANGO, "app": app})) is asked
