"""Mixins of manager and queryset classes, and managers whose models are mostly those of tests."""

import ast
from textwrap import dedent

from decompose.extract import code
from decompose.extract.program import Source
from decompose.extract.tables import find
from decompose.model.facts import ModuleKind
from decompose.model.names import Module
from tests.accesses import found

SHOP = """
    from django.db import models
    class LoadingMixin:
        def prefetch_related(self, *paths, late=False):
            if not late:
                return super().prefetch_related(*paths)
            return self._chain()
        def of(self, customer):
            return self.filter(customer=customer)
    class OrderQuerySet(LoadingMixin, models.QuerySet):
        def with_lines(self):
            return self.prefetch_related("lines")
    class Customer(models.Model): ...
    class Order(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        objects = OrderQuerySet.as_manager()
    class Line(models.Model):
        order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
"""


def test_methods_of_a_mixin_of_querysets_are_called_on_rows() -> None:
    text = """from shop.models import Order
def f(): return list(Order.objects.with_lines())
def g(): return Order.objects.of(1).first()
"""
    accesses = found({"shop.models": SHOP, "app": text}).accesses
    assert {f"{one.line} {one.op} {one.table}" for one in accesses if one.module.name == "app"} == {
        "2 read shop_order", "2 read shop_line", "3 read shop_order",
    }  # fmt: skip


def test_models_of_tests_do_not_make_a_manager_one_of_many_models() -> None:
    tested = "from django.db import models\nfrom shop.models import OrderQuerySet\n" + "".join(
        f"class Order{number}(models.Model):\n    objects = OrderQuerySet.as_manager()\n" for number in range(20)
    )
    files = {"shop.models": (SHOP, ModuleKind.SOURCE), "tests.models": (tested, ModuleKind.TEST)}
    accesses = find(
        Source(Module(name), name, "", f"{name.replace('.', '/')}.py", False, kind, code.read(ast.parse(dedent(text))))
        for name, (text, kind) in files.items()
    ).accesses
    assert {f"{one.function} {one.op} {one.table}" for one in accesses} == {
        "LoadingMixin.prefetch_related read shop_order", "LoadingMixin.of read shop_order",
        "OrderQuerySet.with_lines read shop_line", "OrderQuerySet.with_lines read shop_order",
    }  # fmt: skip


def test_a_name_that_querysets_have_anyway_tells_of_no_class() -> None:
    text = """from shop.models import Customer
def h(anything): return list(anything.prefetch_related("lines"))
"""
    assert not [one for one in found({"shop.models": SHOP, "app": text}).accesses if one.module.name == "app"]
