"""What a name may be where a branch asks for its class, a loop binds it anew, or a call leaves a branch out."""

import pytest

from decompose.model.facts import Op
from tests.accesses import DJANGO, found

HEAD = "from django.db import transaction\nfrom shop.models import Customer, Order, Tag\n"


def written(text: str) -> set[str]:
    """The tables that a module after `HEAD` writes, but by what a deletion takes along."""
    done = found({"shop.models": DJANGO, "app": HEAD + text}).accesses
    return {one.table.name for one in done if one.module.name == "app" and one.op is Op.WRITE and one.via != "cascade"}


@pytest.mark.parametrize(
    ("body", "tables"),
    [
        ("if isinstance(row, Order): row.save()", {"shop_order"}),
        ("if isinstance(row, (Order, Tag)): row.save()", {"shop_order", "labels"}),
        ("if isinstance(row, Order): pass\n    else: row.save()", {"shop_customer", "labels"}),
        ("if isinstance(row, Order): pass\n    elif isinstance(row, Tag): row.save()", {"labels"}),
        ("if not isinstance(row, Order): row.save()", {"shop_customer", "labels"}),
        ("if row.pk or isinstance(row, Order): row.save()", {"shop_order", "shop_customer", "labels"}),
        ("(row if isinstance(row, Order) else None).save()", {"shop_order"}),
        ("if isinstance(row, Order): pass\n    row.save()", {"shop_order", "shop_customer", "labels"}),
        ("if isinstance(other, Order): other.save()", {"shop_order"}),
    ],
)
def test_a_branch_knows_the_class_that_it_asks_for(body: str, tables: set[str]) -> None:
    assert written(f"def f(row: Order | Customer | Tag, other):\n    {body}\n") == tables


def test_what_is_of_a_class_of_python_is_no_row() -> None:
    text = "def f(rows):\n    if {}:\n        rows.get(pk=1)\ndef g():\n    f(Order.objects.all())\n    f({{}})\n"

    def reads(test: str) -> bool:
        done = found({"shop.models": DJANGO, "app": HEAD + text.format(test)}).accesses
        return any(one.function == "f" for one in done)

    assert reads("rows") and reads("not isinstance(rows, dict)")
    assert not reads("isinstance(rows, dict)")


@pytest.mark.parametrize(
    ("test", "lines"),
    [
        ("isinstance(rows, list)", {7}),
        ("not isinstance(rows, (list, tuple))", {5}),
        ("isinstance(rows, QuerySet)", {5}),
        ("isinstance(rows, models.QuerySet)", {5}),
        ("isinstance(rows, str)", {7}),
        ("isinstance(rows, Held)", {7}),
        ("not isinstance(rows, (Held, Order))", {5}),
        ("isinstance(rows, Sequence | int)", {5, 7}),
    ],
)
def test_a_branch_knows_whether_rows_are_a_list(test: str, lines: set[int]) -> None:
    head = "from shop.models import *; from held import Held\ndef f(): g(Order.objects.all())\ndef g(rows):\n"
    body = f"    if {test}:\n        len(rows)\n    else:\n        len(rows)\n"
    seen = found({"shop.models": DJANGO, "held": "class Held: pass", "app": head + body}).accesses
    assert {one.line for one in seen if one.module.name == "app" and one.line > 2} == lines


def test_a_loop_binds_its_names_anew() -> None:
    loops = (
        "def f():\n    for model in (Order,): model.objects.filter(pk=1).update(a=1)\n    for model in (Tag,): pass\n"
    )
    assert written(loops) == {"shop_order"}
    assert written(loops + "    model.objects.update(a=1)\n") == {"shop_order", "labels"}


def test_rows_under_unknown_keys_are_of_one_class_or_unknown() -> None:
    text = "def f(key):\n    data = {}\n    data[key] = Order.objects.get()\n    data.get('order').save()\n"
    assert written(text) == {"shop_order"}
    assert not written(text.replace("    data.get", "    data[key] = Tag.objects.get()\n    data.get"))


UNION = """
def wipe(owner: Order | Tag):
    if isinstance(owner, Order): owner.delete()
    else: owner.delete()
def save(row, tag, keep=True, quick=False):
    if quick: return
    if not keep:
        tag.save()
    else:
        row.save()
"""


@pytest.mark.parametrize(
    ("call", "tables"),
    [
        ("wipe(order)", {"shop_order"}),
        ("wipe(tag)", {"labels"}),
        ("save(order, tag)", {"shop_order"}),
        ("save(order, tag, keep=True)", {"shop_order"}),
        ("save(order, tag, False)", {"labels"}),
        ("save(order, tag, keep=None)", {"labels"}),
        ("save(order, tag, order.pk)", {"shop_order", "labels"}),
        ("save(order, tag, quick=True)", set()),
        ("save(order, tag, **{})", {"shop_order", "labels"}),
        ("save(order, tag); save(order, tag, False)", {"shop_order", "labels"}),
    ],
)
def test_a_transaction_writes_what_its_arguments_leave(call: str, tables: set[str]) -> None:
    caller = f"def f(order: Order, tag: Tag):\n    with transaction.atomic():\n        {call}\n"
    scopes = found({"shop.models": DJANGO, "app": HEAD + UNION + caller}).transactions
    written = {table.name for one in scopes if one.function == "f" for table in one.writes}
    assert written - {"shop_order_tags"} == tables  # rows of the table between go with either


@pytest.mark.parametrize(
    ("body", "tables"),
    [
        ("if row.pk and isinstance(row, Order): row.save()", {"shop_order"}),
        ("if isinstance(row, Order) or isinstance(row, Tag): pass\n    else: row.save()", {"shop_customer"}),
        ("if isinstance(row, Order) and row.pk: pass\n    else: row.save()", {"shop_order", "shop_customer", "labels"}),
    ],
)
def test_a_branch_knows_what_all_parts_of_its_test_ask_for(body: str, tables: set[str]) -> None:
    assert written(f"def f(row: Order | Customer | Tag):\n    {body}\n") == tables


SCANNED = """
import inspect, sys
class Payment:
    def __init__(self, kept): self.kept = kept
    def drop(self): self.kept.delete()
class Card(Payment):
    def pay(self): self.kept.save()
def kinds(modules):
    found = {}
    for module in modules:
        for name in dir(module):
            one = getattr(module, name)
            if inspect.isclass(one) and issubclass(one, Payment):
                found[name] = one
    return found
"""


def test_what_is_searched_for_below_a_class_is_made_with_what_it_is_given() -> None:
    text = "def f(order: Order, modules):\n    for one in kinds(modules).values(): one(order)\n"
    done = found({"shop.models": DJANGO, "app": HEAD + SCANNED + text}).accesses
    written = {(one.function, one.table.name, one.confidence) for one in done if one.op is Op.WRITE}
    assert {("Payment.drop", "shop_order", "likely"), ("Card.pay", "shop_order", "likely")} <= written


def test_what_is_put_into_a_container_that_a_module_keeps_is_found_there() -> None:
    text = "this = sys.modules[__name__]\nthis.config = {}\ndef load(): this.config['kinds'] = kinds([])\n"
    text += "def f(order: Order):\n    for one in this.config['kinds'].values(): one(order)\n"
    done = found({"shop.models": DJANGO, "app": HEAD + SCANNED + text}).accesses
    assert ("Card.pay", "shop_order") in {(one.function, one.table.name) for one in done if one.op is Op.WRITE}


def test_what_is_given_rows_by_a_method_is_no_container_for_that() -> None:
    model = """
        from sqlalchemy import Column, Integer
        from sqlalchemy.orm import declarative_base
        class Order(declarative_base()):
            __tablename__ = "orders"
            id = Column(Integer, primary_key=True)
    """
    text = "from model import Order\nclass Orders:\n    def __init__(self, db): self.db = db\n"
    text += "    def late(self): return self.db.query(Order).all()\n"
    text += "def f(request): request.db.add(Order()); Orders(request.db).late()\n"
    done = found({"model": model, "app": text}).accesses
    assert ("Orders.late", "orders") in {(one.function, one.table.name) for one in done}
