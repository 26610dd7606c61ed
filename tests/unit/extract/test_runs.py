"""What one run of a scope writes: with what the receivers of signals do, and of many sisters what one of them does."""

import pytest

from tests.accesses import DJANGO, found

SIGNALS = """
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from shop.models import Customer, Order, Tag

class Index:
    def changed(self):
        Tag.objects.create()

def save(order):
    order.save()

def place(order: Order, orders):
    with transaction.atomic():
        {body}
    order.save()
"""
RECEIVER = """
@receiver({signal}, sender={sender})
def changed(sender, instance, **kwargs):
    Index().changed()
"""
WITH_TAG = (["shop_order"], ["labels"])
WITHOUT: tuple[list[str], list[str]] = (["shop_order"], [])


def scopes(text: str) -> list[tuple[list[str], list[str]]]:
    """Of each run what it writes, and what receivers do."""
    done = found({"shop.models": DJANGO, "app": text}).transactions
    return [([table.name for table in one.writes], [table.name for table in one.heard]) for one in done]


@pytest.mark.parametrize(
    ("body", "signal", "sender", "scope"),
    [
        ("order.save()", "post_save", "Order", WITH_TAG),
        ("order.save()", "[post_save, post_delete]", "Order", WITH_TAG),
        ("order.save()", "post_save", "'shop.Order'", WITH_TAG),
        ("save(order)", "post_save", "Order", WITH_TAG),
        ("order.save()", "post_save", "Tag", WITHOUT),
        ("Order.objects.bulk_create(orders)", "post_save", "Order", WITHOUT),
    ],
)
def test_what_a_receiver_writes_belongs_to_the_run(
    body: str, signal: str, sender: str, scope: tuple[list[str], list[str]]
) -> None:
    assert scopes(SIGNALS.format(body=body) + RECEIVER.format(signal=signal, sender=sender)) == [scope]


def test_receivers_hear_what_receivers_write() -> None:
    text = SIGNALS.format(body="order.save()") + RECEIVER.format(signal="post_save", sender="Order")
    text += (
        RECEIVER.format(signal="post_save", sender="Tag")
        .replace("changed", "tagged")
        .replace("Index().tagged()", "Customer.objects.create()")
    )
    assert scopes(text) == [(["shop_order"], ["labels", "shop_customer"])]


def test_a_receiver_of_two_senders_does_for_each_what_it_does_for_it() -> None:
    text = (
        SIGNALS.format(body="order.save()")
        + "@receiver(post_save, sender=Customer)"
        + RECEIVER.format(signal="post_save", sender="Order").replace(
            "Index().changed()", "if isinstance(instance, Customer):\n        Tag.objects.create()"
        )
    )
    assert scopes(text) == [WITHOUT]


SISTERS = """
from django.db import transaction
from django import forms
from shop.models import Customer, Order, Tag

class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
    def save(self, commit=True):
        return Order.objects.create()

class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
    def save(self, commit=True):
        return Tag.objects.create()

class Edit:
    form = None
    def post(self, request):
        with transaction.atomic():
            Customer.objects.create()
            self.form(request.POST).save()
"""


@pytest.mark.parametrize("sisters", [3, 40])
def test_a_method_of_many_sisters_does_for_one_of_them_at_a_time(sisters: int) -> None:
    forms = ["OrderForm", "TagForm"]
    views = "".join(f"class Edit{n}(Edit):\n    form = {forms[n % 2]}\n" for n in range(sisters))
    assert scopes(SISTERS + views) == [
        (["labels", "shop_customer"], []),
        (["shop_customer", "shop_order"], []),
    ]


ROWS = SISTERS.replace("self.form(request.POST).save()", "self.rows.get().delete()").replace("form =", "rows =")


def test_rows_of_many_sisters_are_those_of_one_at_a_time() -> None:
    rows = ["rows = Order.objects.all()", "rows = Tag.objects.all()", "title = 1", "title = 2", "title = 3"]
    views = "".join(f"class Edit{n}(Edit):\n    {rows[n % 5]}\n" for n in range(80))
    assert scopes(ROWS + views) == [
        (["labels", "shop_customer"], []),
        (["shop_customer", "shop_order"], []),
    ]


def test_sisters_that_say_of_which_table_they_are_stand_apart_with_what_a_deletion_takes_along() -> None:
    rows = ["rows = Order.objects.all()", "rows = Tag.objects.all()"]
    views = "".join(f"class Edit{n}(Edit):\n    {rows[n % 2]}\n" for n in range(80))
    assert scopes(ROWS + views) == [
        (["labels", "shop_customer", "shop_order_tags"], []),
        (["shop_customer", "shop_order", "shop_order_tags"], []),
    ]


@pytest.mark.parametrize(
    ("body", "silent"),
    [
        ("row.save()", False),
        ("row.change(kind=1)", True),
        ("row.change_all()", True),
        ("row.keep()", False),
        ("Row.objects.filter(kind=1)._raw_delete('default')", True),
        ("Row.objects.filter(kind=1).delete()", False),
    ],
)
def test_a_method_of_a_base_that_sends_no_signal_sends_none_for_whom_it_is_called_on(body: str, silent: bool) -> None:
    models = """
from django.db import models
class Base(models.Model):
    class Meta:
        abstract = True
    def change(self, **given):
        self.__class__.objects.filter(pk=self.pk).update(**given)
    def change_all(self):
        self.change(kind=2)
    def keep(self):
        self.change(kind=2)
        self.save()
class Row(Base):
    kind = models.IntegerField()
""" + "".join(f"class Row{number}(Base): ...\n" for number in range(80))
    text = f"from shop.models import Row\ndef f(row: Row):\n    {body}\n"
    done = found({"shop.models": models, "app": text}).accesses
    assert {one.bulk for one in done if one.op == "write" and str(one.module) == "app"} == {silent}
