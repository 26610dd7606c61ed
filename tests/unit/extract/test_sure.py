"""What is sure where a statement stands: what was asked before, what was made just now, what collects."""

import pytest

from tests.accesses import DJANGO, touched
from tests.unit.extract.test_relations_written import TAGGED


def _asked(body: str, models: str = DJANGO) -> list[str]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    name = "shop.models" if models is DJANGO else "m"
    use = f"from {name} import *\nfrom shop.models import Customer, Order, Tag\ndef use(order: Order, session, done):\n"
    if models is not DJANGO:
        use = "from m import Order, Tag\n\ndef use(order: Order, session, done):\n"
    return sorted(one for one in touched({name: models, "use": use + lines + "\n"}) if one.startswith("use:"))


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("order.customer.email\norder.customer.email", [4]),
        ("if order.customer and order.customer.email:\n    order.customer.email", [4]),
        ("if done:\n    order.customer\norder.customer", [5, 6]),
        ("x = order.customer if done else None\norder.customer", [4, 5]),
        ("order.customer\norder.refresh_from_db()\norder.customer", [4, 5, 6]),
        ("order.customer\norder = done[1]\norder.customer", [4, 6]),
        ("order.customer\norder.customer = done\norder.customer", [4, 6]),
        ("order.customer\nfor x in done:\n    order.customer", [4]),
        ("order.customer\nfor x in done:\n    order.customer\n    order.refresh_from_db()", [4, 6, 7]),
        ("for one in Order.objects.all():\n    one.customer\n    one.customer", [4, 5]),
        ("rows = Customer.objects.all()\nlist(rows)\nfor x in rows:\n    print(x)", [4, 5]),
        ("rows = Customer.objects.all()\nfor x in rows:\n    print(x)\nprint(len(rows))", [4, 5]),
        ("if rows := Customer.objects.all():\n    for x in rows:\n        print(x)", [4]),
        ("rows = Customer.objects.all()\nrows.count()\nprint(len(rows))", [4, 5, 6]),
        ("if done:\n    rows = Customer.objects.all()\n    rows = list(rows.values('pk'))\n    len(rows)", [5, 6]),
        ("for x in done:\n    rows = Customer.objects.all()\n    rows = {}\n    len(rows)", [5]),
        ("rows = Customer.objects.all()\nfor x in rows:\n    print(x)\nfor x in rows:\n    print(x)", [4, 5]),
        ("rows = Customer.objects.all()\nrows[0]\nfor x in rows:\n    print(x)", [4, 5, 6]),
        ("rows = Customer.objects.all()\nif not rows:\n    return\nfor x in rows:\n    print(x)", [4, 5]),
        ("rows = Customer.objects.all()\nrows = list(rows)\nfor x in rows:\n    print(x)", [4, 5]),
        ("rows = Customer.objects.all()\nif done:\n    rows = list(rows)\nfor x in rows:\n    print(x)", [4, 6, 7]),
        ("rows = Customer.objects.all()\nrows = rows.filter(pk=1)\nfor x in rows:\n    print(x)", [4, 5, 6]),
        ("try:\n    with open('x'):\n        pass\nexcept OSError:\n    order.customer", [8]),
    ],
)
def test_what_an_object_keeps_is_asked_once(body: str, lines: list[int]) -> None:
    assert sorted({int(one.split(":")[1].split()[0]) for one in _asked(body)}) == lines


@pytest.mark.parametrize(
    ("body", "there"),
    [
        ("new = Order()\nnew._tags = []", ["use:4 write orders"]),
        ("new = Order()\nnew._tags = done", ["use:4 write orders", "use:5 write order_tags"]),
        ("order._tags = []", ["use:4 write order_tags"]),
        ("seen = set()\nseen.add(order)", []),
        ("seen = set()\nfor x in done:\n    seen.add(order)", []),
        ("session.add(order)", ["use:4 write orders"]),
    ],
)
def test_new_objects_and_containers(body: str, there: list[str]) -> None:
    assert _asked(body, TAGGED) == there


def test_a_name_is_the_object_that_it_was_given_last() -> None:
    body = "new = Order.objects.first()\nif not new:\n    new = Plain()\n    new.save()\nnew.save()"
    models = DJANGO + "\n    class Plain:\n        def save(self):\n            pass\n"
    use = "from shop.models import Order, Plain\ndef use():\n" + "\n".join(f"    {one}" for one in body.splitlines())
    assert {one for one in touched({"shop.models": models, "use": use + "\n"}) if one.startswith("use:")} == {
        "use:3 read shop_order",
        "use:7 write shop_order",
    }


def test_a_class_of_a_library_has_no_method_of_ours() -> None:
    models = DJANGO + "\n    class Maker:\n        def produce(self):\n            return Order.objects.first()\n"
    use = "from PIL import Image\ndef use():\n    Image.produce()\n"
    assert not {one for one in touched({"shop.models": models, "use": use}) if one.startswith("use:")}


def test_a_form_reads_the_relations_that_its_model_declares() -> None:
    form = """
        from django import forms
        from shop.models import Tag
        class Made(forms.ModelForm):
            class Meta:
                model = Tag
                fields = "__all__"
        def use(tag):
            return Made(instance=tag)
        """
    assert "app:9 read shop_order_tags" not in touched({"shop.models": DJANGO, "app": form})


def test_an_object_that_rows_are_compared_with_is_never_stored() -> None:
    body = "wanted = Order(id=3)\nsession.query(Order).update_on_match(wanted, 'id', {})"
    assert _asked(body, TAGGED) == ["use:5 read orders", "use:5 write orders"]


_HANDED = """
from shop.models import Customer
def shown(rows):
    return [one.email for one in rows]
def perhaps(rows, done):
    if done:
        return None
    for one in rows:
        print(one)
def first(rows):
    rows = rows.filter(pk=1)
    for one in rows:
        print(one)
def use(done):
    late = Customer.objects.all()
{}
"""


@pytest.mark.parametrize(
    ("body", "there"),
    [
        ("shown(late)\nfor one in late:\n    print(one)", {4, 15}),
        ("shown(rows=late)\nprint(len(late))", {4, 15}),
        ("perhaps(late, done)\nfor one in late:\n    print(one)", {8, 15, 17}),
        ("first(late)\nfor one in late:\n    print(one)", {11, 12, 15, 17}),
        ("(shown if done else first)(late)\nlist(late)", {4, 11, 12, 15, 17}),
        ("list(late)\nshown(late)", {15, 16}),
        ("for one in late:\n    shown(late)", {15, 16}),
        ("list(late)\nshown(late)\nshown(Customer.objects.all())", {4, 15, 16, 18}),
        ("list(late)\nfirst(late)", {11, 12, 15, 16}),
        ("try:\n    for one in late:\n        print(one)\nexcept ValueError:\n    shown(late)", {15, 17}),
        ("few = late[:9]\nshown(few)", {4, 15}),
        ("few = late[:9]\nreturn few", {15}),
        ("list(late)\nfew = late[:9]\nshown(few)", {15, 16}),
        ("try:\n    done()\n    for one in late:\n        done()\nexcept ValueError:\n    shown(late)", {4, 15, 18}),
    ],
)
def test_rows_that_were_gone_over_are_there_for_whoever_is_handed_them(body: str, there: set[int]) -> None:
    text = _HANDED.format("\n".join(f"    {line}" for line in body.splitlines()))
    done = touched({"shop.models": DJANGO, "use": text})
    assert {int(one.split(":")[1].split()[0]) for one in done if one.startswith("use:") and "read" in one} == there
