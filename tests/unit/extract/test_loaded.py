"""Relations that were loaded with their rows, or before, are not read where somebody asks for them."""

import pytest

from tests.accesses import DJANGO, touched

HEAD = """from django.db.models import Prefetch, prefetch_related_objects
from shop.models import *
def latest(x) -> Order:
    return Order.objects.select_related('customer').get(pk=x)
def found() -> dict[str, list[Order]]:
    return {'a': list(Order.objects.select_related('customer'))}
def use(done):
"""


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("for x in Order.objects.filter(pk=1):\n    x.customer.email", {"shop_customer"}),
        ("for x in Order.objects.select_related('customer'):\n    x.customer.email", set()),
        ("for x in Order.objects.select_related('customer') | done:\n    x.customer.email", set()),
        ("x = Order.objects.select_related('customer').get(pk=1)\nx.customer.orders.all()", {"shop_order"}),
        ("x = Order.objects.select_related(*done).get(pk=1)\nx.customer", {"shop_customer"}),
        (
            "for c in Customer.objects.prefetch_related('orders__tags'):\n    for o in c.orders.all(): o.tags.all()",
            set(),
        ),
        ("for c in Customer.objects.prefetch_related('orders'):\n    c.orders.count(); c.orders.exists()", set()),
        ("for c in Customer.objects.prefetch_related('orders'):\n    len(c.orders.all()[:3])", set()),
        ("for c in Customer.objects.prefetch_related('orders'):\n    c.orders.filter(pk=1)", {"shop_order"}),
        ("for o in Order.objects.prefetch_related('tags'):\n    o.tags.count()", {"labels", "shop_order_tags"}),
        ("for c in Customer.objects.prefetch_related(Prefetch('orders', done)):\n    c.orders.all()", set()),
        (
            "for c in Customer.objects.prefetch_related(Prefetch('orders', to_attr='x')):\n    c.orders.all()",
            {"shop_order"},
        ),
        (
            "rows = list(Order.objects.all())\nprefetch_related_objects(rows, 'tags')\nfor r in rows: r.tags.all()",
            set(),
        ),
        ("row = Order.objects.get(); prefetch_related_objects([row], 'tags')\nrow.tags.all()", set()),
        ("o = Order(customer=done)\no.customer", set()),
        ("o = Order(customer_id=1)\no.customer", {"shop_customer"}),
        ("o = Order.objects.create(customer=done)\no.customer", set()),
        ("o, new = latest(done), 1\no.customer", set()),
        ("for o in found()['a']:\n    o.customer", set()),
        ("for o in found()['a']:\n    o.tags.all()", {"labels", "shop_order_tags"}),
        ("for o in Customer.objects.get().orders.all():\n    o.customer", set()),
        ("o = Customer.objects.get().orders.filter(pk=1).first()\no.customer", set()),
    ],
)
def test_what_a_row_holds_is_not_read_again(body: str, read: set[str]) -> None:
    lines = body.splitlines()
    text = HEAD + "\n".join(f"    {line}" for line in lines) + "\n"
    seen = touched({"shop.models": DJANGO, "use": text})
    last = f"use:{text.count(chr(10))} "
    assert {one.rpartition(" ")[2] for one in seen if one.startswith(last)} == read


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("show(Order.objects.select_related('customer').get(pk=done))", set()),
        ("show(Order.objects.get(pk=done))", {"shop_customer"}),
        ("one = Order.objects.get(pk=done)\none.customer\nshow(one)", set()),
        ("one = Order.objects.get(pk=done)\none.customer\nshow(order=one)", set()),
        ("one = Order.objects.get(pk=done)\nif one.pk:\n    one.customer\nshow(one)", {"shop_customer"}),
        ("show(done)", {"shop_customer"}),
        ("pass", {"shop_customer"}),
        ("show(Order.objects.select_related('customer').get(pk=done))\nshow(Order.objects.get())", {"shop_customer"}),
        ("show(Order.objects.select_related('customer').get(pk=done))\nshow(done)", {"shop_customer"}),
    ],
)
def test_what_all_callers_hand_over_is_there(body: str, read: set[str]) -> None:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    text = f"{HEAD}{lines}\ndef show(order: Order):\n    name(order)\ndef name(order: Order):\n    order.customer\n"
    seen = touched({"shop.models": DJANGO, "use": text})
    last = f"use:{text.count(chr(10))} "
    assert {one.rpartition(" ")[2] for one in seen if one.startswith(last)} == read


MAPPED = """
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
Base = declarative_base()
class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    lines = relationship("Line", lazy="selectin")
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customers.id"))
    customer = relationship("Customer")
    lines = relationship("Line", lazy=False)
    payer = relationship("Customer", lazy="raise_on_sql")
class Line(Base):
    __tablename__ = "lines"
    id = Column(Integer, primary_key=True)
    order_id = Column(ForeignKey("orders.id"))
    customer_id = Column(ForeignKey("customers.id"))
    order = relationship(Order)
"""

ASK = """from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload, noload, selectinload
from m import *
def use(session: Session):
"""


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("one = session.query(Order).first()\none.lines", ["5 lines", "5 orders"]),
        ("one = session.get(Order, 3)\none.lines", ["5 lines", "5 orders"]),
        ("one = session.query(Order).first()\none.payer", ["5 lines", "5 orders"]),
        (
            "one = session.query(Order).first()\none.customer",
            ["5 lines", "5 orders", "6 customers", "6 lines"],
        ),
        (
            "one = session.query(Order).options(joinedload(Order.customer)).first()\none.customer.lines",
            ["5 customers", "5 lines", "5 orders"],
        ),
        (
            "for one in session.scalars(select(Line).options(selectinload(Line.order).joinedload(Order.customer))):\n"
            "    one.order.customer",
            ["5 customers", "5 lines", "5 orders"],
        ),
        ("one = session.query(Order).options(lazyload(Order.lines)).first()", ["5 orders"]),
        ("one = session.query(Order).options(lazyload('*')).first()\none.lines", ["5 orders", "6 lines"]),
        ("one = session.query(Order).options(noload(Order.lines)).first()\none.lines", ["5 orders"]),
        ("one = Order(customer_id=3)\nsession.add(one)\nsession.flush()\none.lines", ["8 lines"]),
    ],
)
def test_what_a_query_of_a_session_loads_is_there(body: str, read: list[str]) -> None:
    text = ASK + "\n".join(f"    {line}" for line in body.splitlines()) + "\n"
    asked = {one for one in touched({"m": MAPPED, "use": text}) if one.startswith("use:") and " read " in one}
    assert sorted(one.removeprefix("use:").replace(" read", "") for one in asked) == read
