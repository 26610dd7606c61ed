"""What a loop over rows repeats for each of them, and what runs once."""

from textwrap import indent

import pytest

from decompose.model.facts import Op, Via
from tests.accesses import DJANGO, found

HEAD = """
from shop.models import Customer, Order
class Page:
    order: Order
    def show(self, orders, other: Order):
        for order in Order.objects.all():
"""

LOOP = 6
"""The line of the loop in `HEAD`."""


def repeated(body: str) -> list[tuple[int, str, int]]:
    """(line, table, line of the loop that repeats it) of every read of the body but those of the loop itself."""
    files = {"shop.models": DJANGO, "app": HEAD + indent(body, " " * 12)}
    reads = [one for one in found(files).accesses if one.module.name == "app" and one.line > LOOP]
    return [(one.line, one.table.name, one.repeats) for one in reads]


@pytest.mark.parametrize(
    ("body", "repeats"),
    [
        ("order.customer.email", LOOP),
        ("order.customer.email\nbreak", 0),
        ("if order.pk: continue\norder.customer.email\nreturn", 0),
        ("order.customer.email\nif order.pk: continue\nreturn", LOOP),
        ("if order.pk:\n    order.customer.email\n    return order", 0),
        ("if order.pk:\n    order.customer.email\n    raise ValueError", 0),
        ("try:\n    order.customer.email\n    raise ValueError\nexcept ValueError: pass", LOOP),
        ("if order.pk:\n    order.customer.email\n    break\nelse:\n    order.pk", 0),
        ("for number in range(3):\n    order.customer.email\n    break", LOOP),
        ("for number in range(3):\n    order.customer.email\n    return", 0),
        ("try: order.pk\nexcept ValueError:\n    order.customer.email\n    raise", 0),
        ("try:\n    order.customer.email\n    raise\nexcept ValueError: pass", LOOP),
        ("with order.lock():\n    order.customer.email\n    return", 0),
        ("if order.customer: raise ValueError", 0),
        ("if order.pk and order.customer:\n    return", 0),
        ("if order.customer and order.pk: break", LOOP),
        ("if order.customer: continue", LOOP),
        ("if order.customer.email: return", LOOP),
    ],
)
def test_what_leaves_the_loop_runs_once(body: str, repeats: int) -> None:
    assert {one[1:] for one in repeated(body)} == {("shop_customer", repeats)}


@pytest.mark.parametrize(
    ("body", "repeats"),
    [
        ("self.order.customer", 0),
        ("other.customer", 0),
        ("self.order = order\nself.order.customer", LOOP),
        ("other = order\nother.customer", LOOP),
        ("for number in range(3):\n    order.customer", LOOP),
        ("for line in Customer.objects.all():\n    order.customer.pk", LOOP),
        ("first(order).customer", LOOP),
    ],
)
def test_an_object_keeps_what_a_relation_of_it_led_to(body: str, repeats: int) -> None:
    body = body.replace("first(order)", "Order.objects.get(pk=order.pk)")
    assert [loop for line, table, loop in repeated(body) if table == "shop_customer"][-1] == repeats


@pytest.mark.parametrize(
    ("rows", "repeats"),
    [
        ("Customer.objects.filter(pk=1)", LOOP),
        ("known", 0),
        ("known.filter(pk=1)", LOOP),
        ("(known[0],)", 0),
        ("order.tags.all()", LOOP),
    ],
)
def test_a_queryset_that_has_a_name_keeps_its_rows(rows: str, repeats: int) -> None:
    files = {
        "shop.models": DJANGO,
        "app": "from shop.models import Customer, Order\ndef f():\n    known = Customer.objects.filter(pk=3)\n\n\n"
        f"    for order in Order.objects.all():\n        for one in {rows}: pass\n        [two for two in {rows}]",
    }
    reads = [one for one in found(files).accesses if one.line > LOOP and one.table.name in ("shop_customer", "labels")]
    assert {one.repeats for one in reads} == {repeats}


MEMO = """
from shop.models import Customer, Order
class Cache:
    def one(self):
        if self.rates is None:
            self.rates = list(Customer.objects.all())
            self.load()
        return self.rates
    def two(self, key):
        if key in self.rates:
            return self.rates[key]
        self.rates[key] = Customer.objects.get(pk=key)
        self.load()
    def three(self):
        if self.rates is None:
            self.other = list(Customer.objects.all())
            self.load()
    def four(self, save=False):
        if save:
            Customer.objects.update(pk=1)
            self.load()
    def five(self, save=True):
        if save:
            Customer.objects.update(pk=1)
            self.load()
    def load(self): ...
class Row(Order):
    def six(self):
        if self.rates is None:
            self.rates = list(Customer.objects.all())
            self.load()
    def load(self): ...
"""


@pytest.mark.parametrize(
    ("name", "seldom"),
    [("one", True), ("two", True), ("three", False), ("four", True), ("five", False), ("six", False)],
)
def test_what_an_object_keeps_is_worked_out_once_and_what_nobody_asks_for_never(name: str, seldom: bool) -> None:
    made = found({"shop.models": DJANGO, "app": MEMO})
    assert {one.along for one in made.accesses if one.function.endswith(f".{name}")} == {seldom}
    assert {one.seldom for one in made.calls if one.function.endswith(f".{name}")} == {seldom}


def test_queries_that_become_one_are_sent_later() -> None:
    body = (
        "late = Customer.objects.filter(pk=1) | Customer.objects.filter(orders=order)\n"
        "late |= Customer.objects.filter(pk=2)\\\n    .order_by('pk')\nlate |= Customer.objects.all()"
    )
    files = {"shop.models": DJANGO, "app": HEAD + indent(body, " " * 12)}
    reads = [one for one in found(files).accesses if one.table.name == "shop_customer"]
    assert reads and all(one.along for one in reads)
    plain = {"shop.models": DJANGO, "app": HEAD + indent("Customer.objects.get(pk=order.pk)", " " * 12)}
    assert not any(one.along for one in found(plain).accesses)


MAPPED = """
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, backref, declarative_base, joinedload, relationship
Base = declarative_base()
class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customers.id"))
    payer_id = Column(ForeignKey("customers.id"))
    customer = relationship("Customer", lazy=LAZY, foreign_keys=customer_id, backref=backref("orders", lazy=LAZY))
"""

USE = """
from m import Customer, Order, Session
def f(session: Session):
    for order in session.query(Order).all():
        order.customer
def g(session: Session):
    for customer in session.query(Customer).all():
        customer.orders
"""


@pytest.mark.parametrize(
    ("lazy", "along"),
    [("False", True), ("'joined'", True), ("'selectin'", True), ("True", False), ("'select'", False)],
)
def test_relations_that_the_mapping_loads_at_once_come_along(lazy: str, along: bool) -> None:
    accesses = found({"m": MAPPED.replace("LAZY", lazy), "app": USE}).accesses
    related = [one for one in accesses if one.module.name == "app" and one.via == "relation"]
    lines = [4, 4, 7, 7] if along else [5, 8]  # with the query, from both sides, or for each row
    assert [one.line for one in related] == lines
    assert all(one.along is along for one in related)


def test_a_flush_sends_what_a_session_was_given_together() -> None:
    use = """
from m import Order, Session
def f(session: Session):
    for order in session.query(Order).all():
        order.customer_id = 3
        session.add(Order(id=order.id))
        session.delete(order)
    session.query(Order).update({"id": 1})
"""
    accesses = found({"m": MAPPED.replace("LAZY", "True"), "app": use}).accesses
    written = {one.line: one.along for one in accesses if one.module.name == "app" and one.op == "write"}
    assert written == {5: True, 6: True, 7: True, 8: False}


def test_what_options_load_is_brought_along_by_their_query() -> None:
    use = """
from m import Order, Session, joinedload
def f(session: Session):
    return (
        session.query(Order)
        .filter(Order.id > 3)
        .options(joinedload(Order.customer))
        .all()
    )
"""
    (query,) = [one for one in found({"m": MAPPED.replace("LAZY", "True"), "app": use}).queries if one.prefetched]
    assert [table.name for table in query.prefetched] == ["customers"]


def test_what_is_made_where_a_look_up_finds_nothing_is_seldom() -> None:
    app = """
        from shop.models import Tag
        def find(name):
            try:
                return Tag.objects.get(name=name)
            except Tag.DoesNotExist:
                return Tag.objects.create(name=name)
        def make(name):
            try:
                return Tag.objects.create(name=name)
            except ValueError:
                return Tag.objects.create(name="other")
        def one(name):
            try:
                return Tag.objects.get(name=name)
            except Tag.MultipleObjectsReturned:
                return Tag.objects.create(name="again")
    """
    told = [one for one in found({"shop.models": DJANGO, "app": app}).accesses if one.op is Op.WRITE]
    assert {one.line: one.seldom for one in told} == {7: True, 10: False, 12: False, 17: True}


GUARDED = """
from shop.models import Tag
def one(tags=None):
    if tags is None:
        tags = list(Tag.objects.all())
    return tags
def two(tags=None):
    if tags:
        return tags.get(3)
    return Tag.objects.get(pk=3)
def three(tags=None):
    if tags is None:
        tags = list(Tag.objects.all())
    return tags
def four(tags):
    if tags is None:
        tags = list(Tag.objects.all())
    return tags
def caller(x):
    one(x)
    two(tags=x)
    three(None)
    three(tags=None)
    four(x)
"""


def test_what_some_caller_gives_is_not_looked_up_each_time() -> None:
    told = found({"shop.models": DJANGO, "app": GUARDED}).accesses
    assert {one.function: one.seldom for one in told} == {"one": True, "two": True, "three": False, "four": False}


def test_what_is_spread_into_a_call_is_a_mapping_and_no_row() -> None:
    app = """
        from shop.models import Customer, Order
        def f(data):
            data = data or Order.objects.all()
            for value in data:
                Customer.objects.create({})
    """
    for given, repeats in (("name=value", 5), ("**value", 0)):
        told = found({"shop.models": DJANGO, "app": app.format(given)}).accesses
        assert {one.repeats for one in told if one.op is Op.WRITE} == {repeats}


PASSED = """
from shop.models import Customer, Order
class Page:
    order: Order
    @property
    def payer(self):
        return self.order.customer
    def show(self, other: Order):
        for order in Order.objects.all():
            {}
    def name(self, order: Order, given: Order = None):
        return order.customer
    def mine(self):
        return self.order.customer
    def new(self, order: Order):
        order = Order.objects.get(pk=order.pk)
        return order.customer
    def owned(self):
        self.order = Order.objects.first()
        return self.order.customer
"""


@pytest.mark.parametrize(
    ("call", "of", "same"),
    [
        ("self.name(order)", "order", {"self"}),
        ("self.name(other)", "order", {"self", "order"}),
        ("self.name(self.order, given=order)", "order", {"self", "order"}),
        ("self.name(find(other))", "order", {"self"}),
        ("self.mine()", "self", {"self"}),
        ("self.payer", "self", {"self"}),
        ("self.new(other)", "", {"self", "order"}),
        ("self.owned()", "", {"self"}),
        ("self.order = order; self.mine()", "self", set()),
        ("order.order = other; self.mine()", "self", {"self"}),
        ("Page.name(self, other)", "order", {"self", "order"}),
        ("new = Order(customer_id=other.pk); self.name(new)", "order", {"self", "order"}),
        ("new = Order.objects.create(pk=3); self.name(new)", "order", {"self", "order"}),
        ("new = Order(); new = order; self.name(new)", "order", {"self"}),
        ("new = Order.objects.get(pk=3); self.name(new)", "order", {"self"}),
    ],
)
def test_what_a_call_passes_each_time_keeps_what_it_was_asked_for(call: str, of: str, same: set[str]) -> None:
    made = found({"shop.models": DJANGO, "app": PASSED.format(call)})
    (one,) = (one for one in made.calls if one.repeats)
    assert set(one.same) & {"self", "order"} == same
    reads = [read for read in made.accesses if read.function == one.callee and read.via is Via.RELATION]
    assert {read.of for read in reads} == {of}


@pytest.mark.parametrize(
    ("word", "page", "seldom"),
    [("cached_property", "self", True), ("property", "self", False), ("cached_property", "order", False)],
)
def test_a_property_that_is_kept_is_worked_out_once_for_the_same_object(word: str, page: str, seldom: bool) -> None:
    text = f"""
    from functools import cached_property
    from shop.models import Customer, Order
    class Shown(Order):
        @{word}
        def rank(self): return Customer.objects.count()
        def show(self):
            for order in Shown.objects.all():
                {page}.rank
    """
    made = found({"shop.models": DJANGO, "app": text})
    assert [one.seldom for one in made.calls if one.callee == "Shown.rank"] == [seldom]


def test_what_a_property_sets_is_not_what_it_gives() -> None:
    text = """
    from shop.models import Order
    class Page:
        @property
        def total(self): return 3
        @total.setter
        def total(self, value): Order.objects.update(pk=value)
    def show(pages: list[Page]):
        for order in Order.objects.all():
            Page().total
    """
    made = found({"shop.models": DJANGO, "app": text})
    assert [one.function for one in made.accesses if one.op is Op.WRITE] == ["Page.total.setter"]
    assert [one.callee for one in made.calls] == ["Page.total"]


@pytest.mark.parametrize(("word", "seldom"), [("cached_property", True), ("property", False)])
def test_a_cached_property_that_others_fill_is_not_worked_out_for_each(word: str, seldom: bool) -> None:
    text = f"""
    from functools import cached_property
    from shop.models import Customer, Order
    class Shown(Order):
        @{word}
        def rank(self): return Customer.objects.filter(pk__lt=self.pk).count()
    def fill(rows: list[Shown]):
        for row in rows:
            row.rank = 3
    def show():
        for row in Shown.objects.all():
            row.rank
    """
    made = found({"shop.models": DJANGO, "app": text})
    assert [one.seldom for one in made.calls if one.callee == "Shown.rank"] == [seldom]


@pytest.mark.parametrize(
    ("rows", "repeats"),
    [
        ("[Order(pk=key) for key in keys]", 0),
        ("Order.objects.bulk_create(keys)", 0),
        ("[one for one in Order.objects.all()]", LOOP),
    ],
)
def test_rows_that_are_made_one_by_one_no_query_found(rows: str, repeats: int) -> None:
    head = f"from shop.models import Order\ndef show(keys):\n    rows = {rows}\n\n\n"
    text = head + "    for row in rows:\n        row.customer"
    reads = [one for one in found({"shop.models": DJANGO, "app": text}).accesses if one.table.name == "shop_customer"]
    assert [one.repeats for one in reads] == [repeats]


@pytest.mark.parametrize(
    ("rows", "repeats"),
    [
        ("Order.objects.filter(pk=key)", 0),
        ("Order.objects.filter(pk=key).prefetch_related('tags').select_related('customer')", 0),
        ("Order.objects.filter(customer__pk=key).select_related('customer')", LOOP),
        ("Order.objects.filter(pk__in=key)", LOOP),
    ],
)
def test_the_row_of_one_key_is_one_whatever_it_brings_along(rows: str, repeats: int) -> None:
    head = f"from shop.models import Order\ndef show(key):\n    rows = {rows}\n\n\n"
    text = head + "    for row in rows:\n        row.tags.filter(pk=3).first()"
    reads = [one for one in found({"shop.models": DJANGO, "app": text}).accesses if one.line > LOOP]
    assert {one.repeats for one in reads} == {repeats}


def test_a_query_that_a_loop_narrows_is_sent_where_somebody_asks_for_it() -> None:
    text = """
from shop.models import Order, Tag
def show():
    known = Order.objects.all()
    for tag in Tag.objects.all():
        known = known.filter(tags=tag)
        {}
    return known
"""

    def sent(body: str) -> set[int]:
        reads = found({"shop.models": DJANGO, "app": text.format(body)}).accesses
        return {one.repeats for one in reads if one.table.name == "shop_order" and not one.along and one.line > 5}

    assert sent("pass") == set()
    assert sent("known.first()") == {5}
    assert sent("[one for one in known]") == {5}


def test_a_relation_is_told_with_the_column_of_its_key() -> None:
    text = "from shop.models import Customer, Order\ndef f(order: Order, customer: Customer):\n    {}\n"

    def by(body: str) -> set[tuple[str, str]]:
        reads = found({"shop.models": DJANGO, "app": text.format(body)}).accesses
        return {(one.table.name, one.by) for one in reads if one.via is Via.RELATION}

    assert by("order.customer.email") == {("shop_customer", "customer_id")}
    assert by("customer.orders.filter(pk=3).first()") == {("shop_order", "customer_id")}
    assert {one for one in by("order.tags.first()") if one[0] == "labels"} == {("labels", "")}


@pytest.mark.parametrize(
    ("body", "kept"),
    [("self.rates", "self"), ("other.rates", "other"), ("self.first.rates", "self"), ("self.total()", "")],
)
def test_a_call_of_what_an_object_keeps_is_told_with_whose_it_is(body: str, kept: str) -> None:
    text = f"""
from functools import cached_property
from shop.models import Customer
class Page:
    first: "Page"
    @cached_property
    def rates(self): return list(Customer.objects.all())
    def total(self): return self.rates
    def show(self, other: "Page"): return {body}
"""
    calls = found({"shop.models": DJANGO, "app": text}).calls
    assert [one.kept for one in calls if one.function == "Page.show"] == [kept]


@pytest.mark.parametrize(
    ("rows", "repeats"),
    [
        ("Order.objects.all()[:3]", 0),
        ("Order.objects.all()[:30]", LOOP),
        ("Order.objects.all()[3:]", LOOP),
        ("rows", 0),
        ("more", LOOP),
    ],
)
def test_a_few_rows_are_no_loop_over_rows(rows: str, repeats: int) -> None:
    head = "from shop.models import Order\ndef show(all):\n    rows = []\n    if all: rows = Order.objects.all()[:5]\n"
    text = head + f"    more = Order.objects.all()[:50]\n    for row in {rows}:\n        row.customer.email"
    reads = [one for one in found({"shop.models": DJANGO, "app": text}).accesses if one.line > LOOP]
    assert {one.repeats for one in reads} == {repeats}


def test_what_is_added_to_a_dynamic_relation_is_written_by_a_flush() -> None:
    text = "from m import Customer, Order\ndef add(one: Customer):\n    one.orders.append(Order())"
    made = found({"m": MAPPED.replace("LAZY", "'dynamic'"), "app": text}).accesses
    assert {(one.op, one.along) for one in made if one.line == 3 and one.table.name == "orders"} == {(Op.WRITE, True)}


@pytest.mark.parametrize(
    ("rows", "repeats"),
    [
        ("Order.objects.prefetch_related('tags')", 6),
        ("Order.objects.prefetch_related(*names(other))", 0),
        ("Order.objects.select_related(*names(other)).filter(pk=1)", 0),
        ("same(Order.objects.prefetch_related(*names(other)))", 0),
    ],
)
def test_what_relations_rows_hold_may_be_known_to_a_run_alone(rows: str, repeats: int) -> None:
    text = HEAD.replace("Order.objects.all()", rows) + "            order.customer.email\n"
    text += "def same(rows):\n    return rows.order_by('pk')\n"
    reads = [one for one in found({"shop.models": DJANGO, "app": text}).accesses if one.line == LOOP + 1]
    assert [(one.table.name, one.repeats) for one in reads] == [("shop_customer", repeats)]
