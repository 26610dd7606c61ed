"""What a loop over rows spares most of them, and loops that have one round or are given what they go over."""

from textwrap import indent

import pytest

from tests.accesses import DJANGO, found

PAGE = """
from shop.models import Customer, Order
class Page:
    def show(self, known, gone: dict[int, Order]):
        first = None
        for order in Order.objects.all():
"""

LOOP = 6


def of_customers(body: str) -> set[bool]:
    """Whether the reads of customers in the loop are sent with other statements, or for few rows."""
    files = {"shop.models": DJANGO, "app": PAGE + indent(body, " " * 12)}
    return {one.along for one in found(files).accesses if one.table.name == "shop_customer" and one.line > LOOP}


@pytest.mark.parametrize(
    ("test", "spared"),
    [
        ("order.kind == Kind.GIFT", True),
        ("order.kind in [Kind.GIFT, 'sale']", True),
        ("'sale' == order.kind", True),
        ("order.kind != Kind.GIFT", False),
        ("order.kind == known", False),
        ("order.kind", False),
        ("known.kind == Kind.GIFT", False),
        ("order.kind == Kind.GIFT or known", False),
        ("not hasattr(order, '_payer')", True),
        ("getattr(order, '_payer', None) is None", True),
        ("hasattr(order, '_payer')", False),
        ("'payer' not in self", True),
        ("'payer' not in order", False),
        ("first is None", True),
        ("not first and order.pk", True),
        ("first", False),
        ("known is None", False),
        ("len(known) >= 500", True),
        ("len(known) == LIMIT", True),
        ("not order.pk % 500", True),
        ("order.pk % 500 == 0 and known", True),
        ("len(known) < 500", False),
        ("len(known) >= self.batch_size", True),
        ("len(known) > 1", False),
        ("len(known) >= self.value", False),
    ],
)
def test_what_most_rounds_leave_out_is_no_statement_of_the_loop(test: str, spared: bool) -> None:
    assert of_customers(f"if {test}:\n    first = known = order.customer") == {spared}


def test_what_a_branch_does_for_few_rows_is_called_for_few() -> None:
    body = "if order.kind == Kind.GIFT:\n    self.one()\nself.two()"
    text = PAGE + indent(body, " " * 12) + "\n    def one(self): ...\n    def two(self): ...\n"
    calls = found({"shop.models": DJANGO, "app": text}).calls
    assert {one.callee: one.seldom for one in calls} == {"Page.one": True, "Page.two": False}


def test_a_loop_inside_of_such_a_branch_repeats_what_it_holds() -> None:
    body = "if not hasattr(self, '_rows'):\n    for other in Order.objects.all():\n        other.customer"
    assert of_customers(body) == {False}


def test_what_follows_a_kept_answer_runs_once() -> None:
    text = """
from shop.models import Customer
class Page:
    def payer(self):
        if hasattr(self, "_payer"):
            return self._payer
        return Customer.objects.get(pk=1)
    def other(self):
        if hasattr(self, "_payer"):
            self.known = True
        return Customer.objects.get(pk=1)
"""
    reads = found({"shop.models": DJANGO, "app": text}).accesses
    assert {one.function: one.along for one in reads} == {"Page.payer": True, "Page.other": False}


@pytest.mark.parametrize(("kinds", "spared"), [("[Kind.GIFT, 'sale']", True), ("other", False)])
def test_what_follows_the_kind_of_a_row_is_asked_for_some_alone(kinds: str, spared: bool) -> None:
    answer = f"order.kind in {kinds} or order.customer"
    text = f"from shop.models import Order\ndef f(order: Order, other):\n    return {answer}"
    (read,) = found({"shop.models": DJANGO, "app": text}).accesses
    assert read.along is spared


def test_a_query_is_sent_where_somebody_asks_for_its_rows() -> None:
    assert of_customers("late = Customer.objects.filter(orders=order)\nself.last = late") == {True}
    assert of_customers("late = Customer.objects.filter(orders=order)\nfor one in late: pass") == {False}
    assert of_customers("late = Customer.objects.filter(orders=order).first()") == {False}


@pytest.mark.parametrize(
    ("rows", "repeats"),
    [
        ("Order.objects.filter(pk=3)", False),
        ("Order.objects.filter(id=3, paid=True)", False),
        ("Order.objects.filter(pk__in=known)", True),
        ("Order.objects.order_by('-pk')", True),
        ("Order.objects.exclude(pk=3)", True),
        ("Order.objects.filter(customer__pk=3)", True),
        ("gone.values()", False),
        ("sorted(gone.values())", True),
        ("list(Order.objects.all())", True),
    ],
)
def test_a_loop_goes_over_rows_that_a_query_finds(rows: str, repeats: bool) -> None:
    text = PAGE.replace("Order.objects.all()", rows) + " " * 12 + "order.customer"
    reads = found({"shop.models": DJANGO, "app": text}).accesses
    assert {one.repeats > 0 for one in reads if one.line > LOOP} == {repeats}


@pytest.mark.parametrize(
    ("test", "arguments", "spared"),
    [
        ("save", "save=False", ((2, 2),)),
        ("not save", "save=True", ((2, 2),)),
        ("save", "save=True", ()),
        ("save and self.pk", "save=False", ((2, 2),)),
        ("self.pk and not save", "save=True", ((2, 2),)),
        ("save and self.pk", "save=True", ()),
        ("save or self.pk", "save=False", ()),
        ("save or again", "save=False, again=False", ((2, 2),)),
        ("save or again", "save=False", ()),
    ],
)
def test_the_constants_of_a_call_leave_lines_out(
    test: str, arguments: str, spared: tuple[tuple[int, int], ...]
) -> None:
    app = f"def f(self, save, again=x):\n    if {test}: self.store()\n\ndef g(row):\n    f(row, {arguments})\n"
    models = "from django.db import models\nclass Row(models.Model): ...\n"
    calls = found({"shop.models": models, "app": app.replace("def g(row)", "def g(row: 'Row')")}).calls
    assert [one.spared for one in calls if one.callee == "f"] == [spared]


@pytest.mark.parametrize(
    ("made", "repeats"),
    [
        ("list(Order.objects.all())", True),
        ("[row for row in Order.objects.all()]", True),
        ("late()", True),
        ("[Order(), Order()]", False),
        ("read(files)", False),
        ("each(files)", False),
    ],
)
def test_rows_that_were_made_one_by_one_are_those_of_no_query(made: str, repeats: bool) -> None:
    app = (
        "from shop.models import Order\n"
        "def late():\n    rows = []\n    for row in Order.objects.all():\n        rows.append(row)\n    return rows\n"
        "def read(files):\n    found = []\n    for one in files:\n        found.append(Order.objects.get(name=one))\n"
        "    return found\n"
        "def each(files):\n    for one in files:\n        yield Order.objects.get(name=one)\n"
        f"def f(files):\n    for order in {made}:\n        print(order.customer.email)\n"
    )
    told = found({"shop.models": DJANGO, "app": app}).accesses
    read = [one for one in told if one.function == "f" and one.table.name == "shop_customer"]
    assert [bool(one.repeats) for one in read] == [repeats]
