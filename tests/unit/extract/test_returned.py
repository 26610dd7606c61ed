"""What a function answers, read off its return statements."""

import ast
from pathlib import Path

import pytest

from decompose.extract import ExtractOptions, extract
from decompose.extract.answers import answer, closed
from decompose.extract.code import Function, read
from tests.trees import write


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return {'id': row.pk, 'total': row.total}", "{id, total}"),
        ("found = {'id': 1}\n    return found", "{id}"),
        ("return {**row, 'place': 1, 'of': 2}", "{place, of, ...}"),
        ("return {**row}", ""),
        ("order = place(cart)\n    return order", "order"),
        ("if cart:\n        return cart, [line for line in cart.lines]\n    return None", "(cart, [line]) | None"),
        ("for one in cart:\n        if one:\n            return True\n    return False", "bool"),
        ("while cart:\n        return f'{cart}'\n    return", "str | None"),
        ("cart.close()", "None"),
        ("def inner():\n        return 1\n    inner()", "None"),
        ("return Receipt(cart)", "Receipt"),
        ("return cart.total()", ""),
        ("return cart is None", "bool"),
        ("return not cart", "bool"),
        ("return len(cart)", "int"),
        ("return ' '.join(cart)", "str"),
        ("return sep.join(cart)", ""),
        ("return cart.name or cart.number", "name | number"),
        ("return cart.total() or cart.number", ""),
        ("return cart if cart else None", "cart | None"),
        ("return Order.objects.filter(cart=cart).first()", "Order | None"),
        ("if cart:\n        return Order.objects.last()\n    return Order.objects.get(cart=1)", "Order | None"),
        ("rows = Order.objects.filter(cart=cart)\n    return rows.order_by('id')", "[Order]"),
        ("return Order.objects.filter(cart=cart).count()", "int"),
        ("return Order.objects.filter(cart=cart).exists()", "bool"),
        ("return Order.objects.values('id', 'total')", "[{id, total}]"),
        ("return Order.objects.values_list('total', flat=True)", "[total]"),
        ("return Order.objects.late().first()", ""),
        ("return cart.lines.first()", ""),
        ("return self", ""),
        ("return cart.lines.count()", "int"),
        ("return cart.lines.count() + others(cart)", "int"),
        ("return 'a' + cart.name", "str"),
        ("if cart:\n        return []\n    return [one.pk for one in cart]", "[pk]"),
        ("return []", ""),
        ("return [{'id': one.pk} for one in cart]", "[{id}]"),
        ("return [f'{one}' for one in cart]", "[str]"),
        ("return list(Order.objects.filter(cart=cart))", "[Order]"),
        ("return Order.objects.filter(cart=cart)[0]", "Order"),
        ("return Order.objects.filter(cart=cart)[:2]", "[Order]"),
        ("return cart.paid and cart.lines.exists()", "bool"),
        ("return cart.paid and cart", ""),
        ("return reverse('pay')", "str"),
        ("yield cart", ""),
        ("...", ""),
        ("found = 1\n    found = cart\n    return found", "found"),
    ],
)
def test_what_is_returned_is_told_in_few_words(body: str, expected: str) -> None:
    (node,) = read(ast.parse(f"def f(cart):\n    {body}\n")).body
    assert isinstance(node, Function)
    assert closed(answer(node)) == expected


TREE = """
--- shop/__init__.py
--- shop/models.py
from django.db import models
from shop.texts import title
class Late(models.QuerySet):
    def late(self):
        return self.filter(paid=False)
    def latest_late(self):
        return self.late().first()
class Order(models.Model):
    objects = Late.as_manager()
    parent = models.ForeignKey("self", models.CASCADE)
    number = models.IntegerField()
    def first(self):
        return self.parent or self
    def is_paid(self):
        return self.asked()
    def asked(self):
        return bool(self.number)
    def shown(self):
        return title(self)
    def found(self, number):
        for order in Order.objects.filter(number=number):
            return order
    def waits(self):
        for order in Order.objects.all():
            yield order
    def unclear(self, other):
        return other.thing()
    def again(self):
        return self.again()
--- shop/texts.py
def title(order) -> str:
    return order.title
"""


def test_what_a_text_leaves_open_is_inferred_or_asked_of_what_it_calls(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    told = {one.name: one.answer for one in extract(tmp_path, ExtractOptions()).definitions if one.kind == "function"}
    assert told == {
        "Late.late": "QuerySet",
        "Late.latest_late": "Self",
        "Order.first": "Order | parent",
        "Order.is_paid": "bool",
        "Order.asked": "bool",
        "Order.shown": "str",
        "Order.found": "Order",
        "Order.waits": "[Order]",
        "Order.unclear": "",
        "Order.again": "",
        "title": "",
    }


def test_many_that_answer_what_many_answer_cost_no_time(tmp_path: Path) -> None:
    lines = (
        f"def f{n}(x):\n" + "".join(f"    if x > {m}:\n        return f{m}()\n" for m in range(60)) for n in range(60)
    )
    write(tmp_path, "--- shop/__init__.py\n--- shop/many.py\n" + "".join(lines))
    assert {one.answer for one in extract(tmp_path, ExtractOptions()).definitions} == {""}
