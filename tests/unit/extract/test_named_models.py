"""Models whose names callers give, or tests list: get_model(label)."""

import pytest

from tests.accesses import DJANGO, found

APP = """
from django.apps import apps
from shop.models import Order
LABELS = ["shop.Order", "shop.Tag"]
ROUTES = ["shop.order"]
"""


def opened(text: str) -> tuple[set[str], list[tuple[str, int]]]:
    """What the module after `APP` touches, and what is left open."""
    done = found({"shop.models": DJANGO, "app": APP + text})
    touched = {f"{one.line} {one.op} {one.table}" for one in done.accesses if one.module.name == "app"}
    return touched, [(one.kind, one.line) for one in done.unresolved]


def test_a_model_that_callers_name_is_followed_into_the_function() -> None:
    text = """
        def thumbnail(label, pk):
            model = apps.get_model(label)
            row = model.objects.get(pk=pk)
            row.save()
        def f(): thumbnail("shop.Order", 1)
        def g(queue): thumbnail.delay("shop.Customer", 1)
    """.replace("\n        ", "\n")
    both = {f"{line} {table}" for line in ("9 read", "10 write") for table in ("shop_order", "shop_customer")}
    assert opened(text) == (both, [])


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("    if label not in LABELS:\n        return\n    apps.get_model(*label.split('.')).objects.get(pk=1)\n", 9),
        ("    if not label in LABELS:\n        raise KeyError\n    apps.get_model(label).objects.get(pk=1)\n", 9),
        (
            "    if label in LABELS:\n        app, name = label.split('.')\n"
            "        apps.get_model(app, name).objects.get(pk=1)\n",
            9,
        ),
        ("    for one in LABELS:\n        apps.get_model(one).objects.get(pk=1)\n", 8),
    ],
)
def test_a_model_is_one_of_those_that_a_list_names(body: str, line: int) -> None:
    assert opened("def f(request, label):\n" + body) == ({f"{line} read shop_order", f"{line} read labels"}, [])


@pytest.mark.parametrize(
    "body",
    [
        "    if label not in LABELS:\n        pass\n    apps.get_model(label).objects.get(pk=1)\n",
        "    if label in LABELS:\n        return\n    apps.get_model(label).objects.get(pk=1)\n",
        "    if label not in ROUTES:\n        return\n    apps.get_model(label).objects.get(pk=1)\n",
        "    if label:\n        return\n    apps.get_model('shop', label).objects.get(pk=1)\n",
    ],
)
def test_what_no_list_tells_is_left_open(body: str) -> None:
    touched, unresolved = opened("def f(request, label):\n" + body)
    assert (touched, [kind for kind, _ in unresolved]) == (set(), ["dynamic_model"])


def test_the_class_of_a_type_that_a_row_holds_is_left_open() -> None:
    text = "from django.contrib.contenttypes.models import ContentType\n"
    text += "def f(pk):\n    type = ContentType.objects.get(pk=pk)\n    return type.get_object_for_this_type(pk=1)\n"
    assert opened(text)[1] == [("dynamic_model", 9)]


def test_the_setting_of_the_user_names_its_model() -> None:
    text = (
        "from django.conf import settings\ndef f():\n    apps.get_model(settings.AUTH_USER_MODEL).objects.get(pk=1)\n"
    )
    assert opened(text) == ({"8 read auth_user"}, [])


def test_a_model_that_may_be_swapped_is_the_one_that_is_named() -> None:
    text = """import swapper
from django.db import models
class Note(models.Model):
    order = models.ForeignKey(swapper.get_model_name("shop", "Order"), on_delete=models.CASCADE)
Order = swapper.load_model("shop", "Order")
def f(): Order.objects.get(pk=1)
def g(): Note.objects.filter(order__pk=1, order__customer=2)
"""
    done = found({"shop.models": DJANGO, "app": text})
    assert {f"{one.line} {one.op} {one.table}" for one in done.accesses} == {
        "6 read shop_order", "7 read app_note", "7 read shop_order",
    }  # fmt: skip
    assert ("app_note", "shop_order") in {(str(one.table), str(one.to_table)) for one in done.foreign_keys}


def test_a_function_gives_out_the_name_of_a_model() -> None:
    text = """
from django.conf import settings
def order_label(): return getattr(settings, "ORDER_MODEL", "shop.Order")
def order_model():
    label = order_label()
    try:
        return apps.get_model(label, require_ready=False)
    except ValueError as error:
        raise RuntimeError(label) from error
def f(): order_model().objects.get(pk=1)
class Page:
    model = order_model()
    def show(self): return self.model.objects.get(pk=1)
"""
    assert opened(text) == ({"15 read shop_order", "18 read shop_order"}, [])
