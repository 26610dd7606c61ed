"""Which columns functions read and give."""

import pytest

from decompose.model.facts import How
from tests.accesses import found

MODELS = """
    from django.db import models
    class Customer(models.Model):
        email = models.EmailField()
    class Order(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        total = models.IntegerField()
        paid = models.BooleanField()
    class Rush(Order):
        fee = models.IntegerField()
"""

MAPPED = """
    from sqlalchemy import Column, Integer, String, insert, update
    from sqlalchemy.orm import Session, declarative_base
    Base = declarative_base()
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        total = Column(Integer)
        state = Column(String)
"""


def used(models: str, body: str, imports: str = "Customer, Order, Rush") -> set[tuple[str, str, How]]:
    code = f"from shop.models import {imports}\ndef work(order: Order, session):\n    {body}\n"
    touched = found({"shop/": "", "shop.models": models, "shop.work": code})
    return {(one.table.name, one.column, one.how) for one in touched.columns if one.function == "work"}


@pytest.mark.parametrize(
    ("body", "uses"),
    [
        ("return order.total", {("shop_order", "total", How.READ)}),
        ("return order.save", set()),
        (
            "return order.customer.email",
            {("shop_order", "customer_id", How.READ), ("shop_customer", "email", How.READ)},
        ),
        ("return order.customer_id", {("shop_order", "customer_id", How.READ)}),
        ("order.paid = True", {("shop_order", "paid", How.SET)}),
        ("order.save(update_fields=['paid'])", {("shop_order", "paid", How.SET)}),
        (
            "Order.objects.filter(customer__email='').update(paid=True)",
            {
                ("shop_order", "customer_id", How.READ),
                ("shop_customer", "email", How.READ),
                ("shop_order", "paid", How.SET),
            },
        ),
        ("Order.objects.defer('total')", set()),
        (
            "Order.objects.create(total=3)",
            {("shop_order", "", How.NEW), ("shop_order", "total", How.NEW)},
        ),
        (
            "Order.objects.update_or_create(pk=1, defaults={'paid': True})",
            {
                ("shop_order", "id", How.READ),
                ("shop_order", "", How.NEW),
                ("shop_order", "id", How.NEW),
                ("shop_order", "paid", How.NEW),
            },
        ),
        ("order.delete()", {("shop_order", "", How.GONE)}),
        (
            "Rush(total=1, fee=2)",
            {
                ("shop_order", "", How.NEW),
                ("shop_rush", "", How.NEW),
                ("shop_order", "total", How.NEW),
                ("shop_rush", "fee", How.NEW),
            },
        ),
        ("Order.objects.bulk_update([order], ['total'])", {("shop_order", "total", How.SET)}),
    ],
)
def test_columns_of_djangos_rows(body: str, uses: set[tuple[str, str, How]]) -> None:
    assert used(MODELS, body) == uses


@pytest.mark.parametrize(
    ("body", "uses"),
    [
        ("return session.query(Order).filter(Order.total > 3).all()", {("orders", "total", How.READ)}),
        ("order.state = 'open'", {("orders", "state", How.SET)}),
        ("session.add(Order(total=3))", {("orders", "", How.NEW), ("orders", "total", How.NEW)}),
        ("session.delete(order)", {("orders", "", How.GONE)}),
        ("session.query(Order).update({'state': 'open'})", {("orders", "state", How.SET)}),
        ("session.execute(update(Order).values(state='open'))", {("orders", "state", How.SET)}),
        (
            "session.execute(insert(Order).values(total=3))",
            {("orders", "", How.NEW), ("orders", "total", How.SET)},
        ),
    ],
)
def test_columns_of_sqlalchemys_rows(body: str, uses: set[tuple[str, str, How]]) -> None:
    assert used(MAPPED, body.replace("session.", "Session().", 1), "Order, Session, insert, update") == uses


def test_a_function_uses_what_its_module_defines() -> None:
    code = """
        from shop.models import Order
        LEVELS = ((0, "new"), (9, "old"))
        class Level: pass
        def names(): return [name for _, name in LEVELS]
        def level(orders): return Level(names()[len(orders)], Order)
    """
    touched = found({"shop/": "", "shop.models": MODELS, "shop.levels": code})
    assert [(one.function, one.name) for one in touched.own_uses if one.module.name == "shop.levels"] == [
        ("level", "Level"),
        ("level", "names"),
        ("names", "LEVELS"),
    ]


LISTS = """
    from django.contrib import admin
    from django.db import models
    from django import forms
    class Customer(models.Model):
        pass
    class Order(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        total = models.IntegerField()
        class Meta:
            unique_together = [
                ("total", "customer"),
            ]
            ordering = ["-customer__email", "total"]
            verbose_name = "customer"
            constraints = [
                models.UniqueConstraint(fields=["customer"], name="customer"),
                models.CheckConstraint(check=models.Q(customer__isnull=False), name="total"),
            ]
    class OrderForm(forms.ModelForm):
        class Meta:
            model = Order
            fields = ("total",
                      "customer")
    @admin.register(Order)
    class OrderAdmin(admin.ModelAdmin):
        list_display = ["total"]
        raw_id_fields = ["customer"]
        inlines = ["customer"]
"""


def test_classes_list_keys_by_their_names_each_on_its_own_line() -> None:
    touched = found({"shop/": "", "shop.models": LISTS})
    named = [(one.function, one.line) for one in touched.columns if one.how is How.NAMED]
    assert {one.column for one in touched.columns if one.how is How.NAMED} == {"customer_id"}
    assert named == [
        ("Order.Meta", 12), ("Order.Meta", 14), ("Order.Meta", 17), ("Order.Meta", 18),
        ("OrderForm.Meta", 24), ("OrderAdmin", 28),
    ]  # fmt: skip
