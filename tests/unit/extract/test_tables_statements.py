"""What one statement reads besides what it writes: filters, loaders, cascades, and listeners to a flush."""

import pytest

from decompose.model.facts import Query
from tests.accesses import DJANGO, found, touched

MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer
    from sqlalchemy.orm import backref, declarative_base, relationship
    Base = declarative_base()
    class Stamped:
        changed = Column(Integer)
    class Customer(Stamped, Base):
        __tablename__ = "customers"
        id = Column(Integer, primary_key=True)
        name = Column(Integer)
        orders = relationship("Order", cascade="all, delete-orphan")
        notes = relationship("Note", cascade="all, delete-orphan", passive_deletes=True)
        logs = relationship("Log", viewonly=True)
    class Order(Stamped, Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        customer_id = Column(ForeignKey("customers.id"))
        customer = relationship(Customer)
        lines = relationship("Line", lazy="selectin")
    class Line(Base):
        __tablename__ = "lines"
        id = Column(Integer, primary_key=True)
        order_id = Column(ForeignKey("orders.id"))
        product = relationship("Product", lazy=False)
        product_id = Column(ForeignKey("products.id"))
    class Product(Base):
        __tablename__ = "products"
        id = Column(Integer, primary_key=True)
        name = Column(Integer)
    class Note(Base):
        __tablename__ = "notes"
        id = Column(Integer, primary_key=True)
        customer_id = Column(ForeignKey("customers.id"))
    class Log(Base):
        __tablename__ = "logs"
        id = Column(Integer, primary_key=True)
        customer_id = Column(ForeignKey("customers.id"))
"""

APP = """
    from sqlalchemy import delete, event, select, update
    from sqlalchemy.event import listens_for
    from sqlalchemy.orm import Session, joinedload
    from shop.models import Customer, Line, Log, Note, Order, Product, Stamped
"""


HELPERS = """
    from sqlalchemy.orm.attributes import flag_modified
    def compare(column): ...
"""


def of(text: str) -> set[str]:
    """{"op table via"} of a function that is given a session."""
    app = f"{APP}    def f(session: Session, one: Customer):\n        {text}\n{HELPERS}"
    files = {"shop.models": MODELS, "app": app}
    return {f"{one.op} {one.table} {one.via}" for one in found(files).accesses if str(one.module) == "app"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("session.execute(delete(Product).where(Product.name == 3))", {"write products orm"}),
        ("session.execute(update(Product).where(Product.id == 3).values(name=4))", {"write products orm"}),
        (
            "session.execute(delete(Product).where(Product.id.in_(select(Line.product_id))))",
            {"write products orm", "read lines orm"},
        ),
        (
            "session.execute(delete(Product).where(Product.id.in_(select(Product.id).limit(3))))",
            {"write products orm", "read products orm"},
        ),
        ("session.query(Product).filter(Product.name == 3).delete()", {"write products orm"}),
        ("session.query(Product).filter_by(name=3).update({'name': 4})", {"write products orm"}),
        ("session.query(Product).filter_by(name=3).soft_delete()", {"write products orm"}),
        ("session.query(Product).get(3).name = 4", {"write products orm", "read products orm"}),
        ("late = session.query(Product); late = late.filter(Product.name == 3); late.delete()", {"write products orm"}),
        ("one.name['x'] = 4", {"write customers orm"}),
        ("one.orders = []", {"write orders relation"}),
        (
            "values = {}; values['name'] = Product.name + 1\n        session.query(Product).update(values)",
            {"write products orm"},
        ),
        ("values = {'name': Product.name + 1}\n        session.query(Product).update(values)", {"write products orm"}),
        (
            "values = {}; values['name'] = Product.name + 1 + one.name\n        session.query(Product).update(values)",
            {"write products orm"},
        ),
        ("flag_modified(one, 'name')", {"write customers orm"}),
        ("compare(Product.name)", set()),
        ("compare(Product.name == 3)", set()),
    ],
)
def test_what_a_statement_compares_in_the_table_that_it_writes_is_not_read(text: str, expected: set[str]) -> None:
    assert of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("session.query(Order).first()", {"read orders orm", "read lines relation", "read products relation"}),
        ("session.query(Order).count()", {"read orders orm"}),
        ("session.query(Order.id).all()", {"read orders orm"}),
        ("q = session.query(Note)\n        q.count()", {"read notes orm"}),
    ],
)
def test_what_a_relation_always_brings_along_is_read_where_rows_are_loaded(text: str, expected: set[str]) -> None:
    assert of(text) == expected


def test_an_option_that_loads_more_is_no_part_of_what_is_counted() -> None:
    text = """query = session.query(Order).options(joinedload(Order.customer))
        query.count()
        query.all()
    """
    files = {"shop.models": MODELS, "app": f"{APP}    def f(session: Session):\n        {text}\n"}
    told = {f"{one.line} {one.table}" for one in found(files).accesses if str(one.module) == "app"}
    assert {one for one in told if one.endswith("customers")} == {"7 customers", "9 customers"}


def test_what_the_database_itself_deletes_is_no_statement_of_a_flush() -> None:
    assert of("session.delete(one)") == {
        "write customers orm",
        "read orders cascade",
        "write orders cascade",
    }
    assert "read lines cascade" in of("session.delete(session.query(Order).first())")


@pytest.mark.parametrize(
    ("head", "args", "line", "expected"),
    [
        ('@listens_for(Order, "before_update")', "mapper, connection, target", "target.customer", {"read customers"}),
        ('@event.listens_for(Order, "load")', "target, context", "target.customer", {"read customers"}),
        ('@listens_for(Order.customer_id, "set")', "order, value, old, by", "order.customer", {"read customers"}),
        ('@listens_for(Session, "before_flush")', "session, context, all", "session.query(Log)", {"read logs"}),
        ('@listens_for(Order, "after_insert")', "m, c, o", 'c.execute("delete from notes")', {"write notes"}),
        ('@listens_for(Stamped, "before_update")', "mapper, connection, target", "target.changed = 3", set()),
    ],
)
def test_a_listener_is_given_what_its_event_carries(head: str, args: str, line: str, expected: set[str]) -> None:
    text = f"{APP}    {head}\n    def hear({args}):\n        {line}\n"
    told = found({"shop.models": MODELS, "app": text}).accesses
    assert {f"{one.op} {one.table}" for one in told if str(one.module) == "app"} == expected


def test_a_listener_that_is_registered_by_a_call_or_a_wrapper_is_given_it_too() -> None:
    text = f"""{APP}
    def hear(mapper, connection, target):
        target.customer
    event.listen(Order, "after_insert", hear)
    def listens_for(target, identifier):
        def decorate(function):
            return function
        return decorate
    @listens_for(Session, "after_flush")
    def flushed(config, session, context):
        session.query(Log).all()
    """
    told = {one.partition(":")[2] for one in touched({"shop.models": MODELS, "app": text}) if one.startswith("app:")}
    assert told == {"8 read customers", "16 read logs"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Order.objects.filter(customer=3).update(customer=4)", {"write shop_order orm"}),
        (
            "Order.objects.filter(customer__email='x').update(customer=4)",
            {"write shop_order orm", "read shop_customer relation"},
        ),
        (
            "Order.objects.filter(customer=3).delete()",
            {"write shop_order orm", "read shop_order orm", "write shop_order_tags cascade"},
        ),
        (
            "Customer.objects.filter(email='x').delete()",
            {"write shop_customer orm", "read shop_customer orm", "read shop_order cascade"},
        ),
        ("Order.tags.through.objects.filter(order=3).delete()", {"write shop_order_tags relation"}),
        ("Order().tags.through.objects.filter(order=3).delete()", {"write shop_order_tags relation"}),
        ("Note.objects.filter(text='x').delete()", {"write shop_note orm"}),
        ("late = Note.objects.filter(text='x'); late.delete()", {"write shop_note orm"}),
        ("late = Note.objects.all(); late = late.filter(text='x'); late.update(text='y')", {"write shop_note orm"}),
        ("late = Note.objects.all(); late.update(text=late.note)", {"write shop_note orm", "read shop_note orm"}),
        ("late = Note.objects.all(); late._raw_delete(late.db)", {"write shop_note orm"}),
        ("late = Note.objects.all(); late.delete(); print(late)", {"write shop_note orm", "read shop_note orm"}),
    ],
)  # fmt: skip
def test_rows_of_django_that_one_statement_changes_are_not_read_before(text: str, expected: set[str]) -> None:
    models = f"{DJANGO}\n    class Note(models.Model):\n        text = models.TextField()\n"
    app = f"from shop.models import Customer, Note, Order\ndef f():\n    {text}\n"
    told = found({"shop.models": models, "app": app}).accesses
    assert {f"{one.op} {one.table} {one.via}" for one in told if str(one.module) == "app"} == expected


def asked(text: str) -> Query:
    imports = (
        "from shop.models import Customer, Order\nfrom django.db.models import F, Q, When, prefetch_related_objects\n"
        "from django.shortcuts import get_object_or_404\n"
    )
    app = f"{imports}def f(x):\n    {text}\n"
    (query,) = (one for one in found({"shop.models": DJANGO, "app": app}).queries if one.function == "f")
    return query


def test_whether_there_are_any_rows_is_no_column_of_theirs() -> None:
    query = asked("Customer.objects.filter(orders__isnull=False, email=x)")
    assert query.filtered == ("shop_customer.email",)
    assert "shop_order" in {table.name for table in query.tables}


@pytest.mark.parametrize(
    ("text", "scanned"),
    [
        ("Customer.objects.filter(email=x)", ()),
        ("Customer.objects.filter(email__in=x)", ()),
        ("Customer.objects.filter(email__icontains=x)", ("shop_customer.email",)),
        ("Customer.objects.filter(Q(email__icontains=x))", ("shop_customer.email",)),
        ("Customer.objects.filter(email__icontains=x).filter(email=x)", ()),
        ("Customer.objects.exclude(email=x)", ("shop_customer.email",)),
        ("Customer.objects.exclude(Q(email=x))", ("shop_customer.email",)),
        ("Order.objects.filter(customer__email__iendswith=x)", ("shop_customer.email",)),
        ("Customer.objects.filter(Q(email=x) | Q(id=3))", ("shop_customer.email", "shop_customer.id")),
        ("Customer.objects.filter(Q(email=x) & Q(id=3))", ()),
        ("Customer.objects.filter(email=F('name'))", ("shop_customer.email",)),
        ("Customer.objects.annotate(late=When(email=x, then=1))", ("shop_customer.email",)),
        ("Order.objects.filter(customer__isnull=x)", ("shop_order.customer_id",)),
        ("Order.objects.filter(customer=None)", ("shop_order.customer_id",)),
        ("Customer.objects.filter(Q(email=True))", ("shop_customer.email",)),
        ("Customer.objects.filter(id__gt=0)", ("shop_customer.id",)),
        ("Customer.objects.filter(id=0)", ("shop_customer.id",)),
        ("Customer.objects.filter(email__lte=now - F('name'))", ("shop_customer.email",)),
        ("Customer.objects.filter(id__gt=1)", ()),
        ("Customer.objects.filter(id__gt=Decimal('0.0'))", ("shop_customer.id",)),
        ("Customer.objects.filter(id__gt=Decimal('1.5'))", ()),
        ("Customer.objects.filter(email='')", ("shop_customer.email",)),
        ("Customer.objects.filter(~Q(email=x))", ("shop_customer.email",)),
        ("Customer.objects.filter(~Q(email=x) & Q(id=x))", ("shop_customer.email",)),
        ("Customer.objects.filter(email__in=KNOWN)", ("shop_customer.email",)),
        ("Customer.objects.filter(email__in=Kinds.KNOWN)", ("shop_customer.email",)),
        ("Customer.objects.filter(email__in=['a', 'b'])", ("shop_customer.email",)),
        ("Customer.objects.filter(email__in=['a'])", ()),
        ("Customer.objects.filter(email__in=Kinds.KNOWN())", ("shop_customer.email",)),
        ("Customer.objects.filter(email__in=Kinds.KNOWN(x))", ()),
        ("Customer.objects.annotate(paid=Count('orders', filter=Q(email=x)))", ("shop_customer.email",)),
        ("Customer.objects.filter(x, email=x)", ("shop_customer.email",)),
        ("Order.objects.filter(customer=OuterRef('pk'))", ("shop_order.customer_id",)),
        ("Order.objects.filter(customer_id=OuterRef('pk'), id=x)", ("shop_order.customer_id", "shop_order.id")),
        ("Order.objects.filter(Q(pk=OuterRef('pk')))", ("shop_order.pk",)),
        ("Customer.objects.filter(email=OuterRef('code'))", ()),
        ("Customer.objects.filter(email=x, **x)", ("shop_customer.email",)),
        ("Customer.objects.filter(email=x).in_bulk(x)", ("shop_customer.email",)),
        ("Customer.objects.filter(email=x).in_bulk()", ()),
        ("Customer.objects.filter(date_joined__lt=x)", ("shop_customer.date_joined",)),
        ("Customer.objects.filter(date_joined__gte=x)", ()),
        ("Customer.objects.filter(due__lt=x)", ()),
    ],
)
def test_what_no_index_finds_is_told_apart(text: str, scanned: tuple[str, ...]) -> None:
    query = asked(text)
    assert query.scanned == scanned
    assert set(scanned) <= set(query.filtered)


SHOWN = """
    class Rows(models.QuerySet):
        def shown(self, user):
            return self.exclude(email=user)
    class Customer(models.Model):
        objects = Rows.as_manager()
        open = Rows.as_manager()
        @classmethod
        def late(cls):
            return cls.objects.filter(email="")
"""


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Customer.objects.filter(email=x).count()", False),
        ("late = Customer.objects.all()\n    late.filter(email=x).count()", False),
        ("x.orders.count()", True),
        ("late().filter(email='a').count()", True),
        ("shown = Customer.objects.shown(x)\n    shown.filter(email='a').count()", False),
        ("Customer.open.shown(x).filter(email='a').count()", False),
        ("Customer.late().filter(email='a').count()", True),
    ],
)
def test_of_what_another_function_or_a_row_begins_nobody_knows_what_finds_it(text: str, given: bool) -> None:
    models = DJANGO.replace("    class Customer(models.Model):", SHOWN)
    app = "from shop.models import Customer\ndef late():\n    return Customer.objects.all()\n"
    app += f"def f(x: Customer):\n    {text}\n"
    queries = [one for one in found({"shop.models": models, "app": app}).queries if one.function == "f"]
    assert [one.given for one in queries][-1:] == [given]


def test_a_relation_that_is_given_a_row_finds_by_its_key() -> None:
    assert asked("Customer.objects.filter(orders=x)").filtered == ("shop_order.pk",)
    assert asked("Customer.objects.filter(orders__in=x)").filtered == ("shop_order.pk",)
    assert asked("Customer.objects.filter(orders__id=x)").filtered == ("shop_order.id",)
    assert asked("Customer.objects.annotate(n=Count('orders'))").filtered == ()


def test_rows_that_are_locked_changed_or_deleted_are_told() -> None:
    rows = "Order.objects.filter(customer=3)"
    assert not asked(rows).locks
    for ends in ("select_for_update()", "update(customer=4)", "delete()"):
        assert asked(f"{rows}.{ends}").locks, ends
    assert asked(f"late = {rows}\n    late.delete()").locks
    assert asked("g().filter(customer=3)\ndef g():\n    return Order.objects.select_for_update()").locks
    assert not asked("g().filter(customer=3)\ndef g():\n    return Order.objects.all()").locks


def test_a_keys_own_column_joins_no_table() -> None:
    assert [str(one) for one in asked("Order.objects.filter(customer__id__in=x)").tables] == ["shop_order"]
    assert [str(one) for one in asked("Order.objects.filter(customer__pk=x)").tables] == ["shop_order"]


def test_what_is_fetched_by_a_query_of_its_own_is_not_joined() -> None:
    query = asked("Order.objects.prefetch_related('tags')")
    assert [str(table) for table in query.tables] == ["shop_order"]
    assert [str(table) for table in query.prefetched] == ["labels", "shop_order_tags"]


def test_a_cast_says_what_a_value_is() -> None:
    app = """
        from typing import cast
        from shop.models import Order
        def f(x):
            order = cast("Order | None", x.order)
            order.customer
    """
    assert touched({"shop.models": DJANGO, "app": app}) == {"app:6 read shop_customer"}


def test_what_finds_rows_that_are_begun_elsewhere_is_not_known() -> None:
    assert asked("x = Customer()\n    x.orders.order_by('id')").scanned == ("shop_order.id",)
    assert asked("Order.objects.order_by('id')").scanned == ()
    assert asked("get_object_or_404(Customer().orders, id=x)").scanned == ("shop_order.id",)
    assert asked("g().filter(id=x)\ndef g():\n    return Order.objects.filter(customer=3)").scanned == (
        "shop_order.id",
    )
    assert asked("Order.objects.visible(x).filter(id=x)").scanned == ()
    assert asked("late = Order.objects.filter(customer=3).filter(id=x)").scanned == ()


def test_what_is_looked_up_goes_on_with_the_query_that_is_given() -> None:
    query = asked("get_object_or_404(Order.objects.select_related('customer'), id=x)")
    assert (query.filtered, [str(table) for table in query.tables]) == (
        ("shop_order.id",),
        ["shop_customer", "shop_order"],
    )
    app = """
        from django.shortcuts import get_object_or_404
        from shop.models import Order
        def f(x):
            late = Order.objects.filter(customer=3)
            get_object_or_404(late, id=x)
    """
    told = [one.filtered for one in found({"shop.models": DJANGO, "app": app}).queries]
    assert told == [("shop_order.customer_id",), ("shop_order.customer_id", "shop_order.id")]


def test_the_relations_that_a_list_names_come_along() -> None:
    for names in ("*['customer', 'tags']", "*BROUGHT", "'customer', 'tags'"):
        text = f"Order.objects.prefetch_related({names})\nBROUGHT = ['customer']\nBROUGHT += ['tags']"
        assert {str(table) for table in asked(text).prefetched} >= {"shop_customer"}, names
    assert asked("Order.objects.select_related(WHOSE)\nWHOSE = 'customer'").prefetched
    assert asked("prefetch_related_objects([Order()], *['customer'])").prefetched


def test_no_index_keeps_the_order_of_what_is_joined() -> None:
    assert asked("Order.objects.order_by('customer__email')").scanned == ("shop_customer.email",)
    assert asked("Customer.objects.order_by('email')").scanned == ()
    assert asked("Order.objects.filter(customer__in=x).order_by('id')").scanned == ("shop_order.id",)
    assert asked("Order.objects.filter(customer=3).order_by('id')").scanned == ()


def test_how_many_values_a_field_may_have_is_counted() -> None:
    models = """
    from django.db import models
    from shop.kinds import KINDS
    class Status(models.TextChoices):
        OPEN = "open"
        PAID = "paid"
    class Sizes:
        S, M = "s", "m"
        CHOICES = [(S, "small"), (M, "middle"), ("l", "large")]
    class Order(models.Model):
        STATES = (("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"))
        a = models.CharField(choices=Status.choices)
        b = models.CharField(choices=Status)
        c = models.CharField(choices=Sizes)
        d = models.CharField(choices=STATES)
        e = models.CharField(choices=KINDS)
        f = models.CharField(choices=[("x", "X")])
        g = models.CharField(choices=anything())
        h = models.CharField()
        i = models.CharField(choices=Sizes.CHOICES)
        j = models.CharField(choices=Kind.choices)
        class Kind(models.TextChoices):
            OLD = "old"
            NEW = "new"
    """
    (table,) = found({"shop.models": models, "shop.kinds": "KINDS = [1, 2, 3, 4, 5]\n"}).tables
    assert [one.choices for one in table.columns if one.name != "id"] == [2, 2, 3, 4, 5, 1, 0, 0, 3, 2]


def test_the_last_list_of_indexes_counts() -> None:
    models = (
        DJANGO
        + """
    class Line(models.Model):
        number = models.IntegerField()
        kind = models.IntegerField()
        class Meta:
            indexes = [models.Index(fields=["number"])]
            indexes = [models.Index(fields=["kind"])]
    """
    )
    (line,) = (one for one in found({"shop.models": models}).tables if str(one.table) == "shop_line")
    assert {column.name: column.indexed for column in line.columns if column.name != "id"} == {
        "number": False,
        "kind": True,
    }


def test_an_index_of_several_columns_is_known_by_all_of_them() -> None:
    models = (
        DJANGO
        + """
    class Line(models.Model):
        order = models.ForeignKey(Order, on_delete=models.CASCADE)
        number = models.IntegerField()
        kind = models.IntegerField()
        class Meta:
            unique_together = [("order", "number")]
            indexes = [models.Index(fields=["kind", "number"])]
    """
    )
    (line,) = (one for one in found({"shop.models": models}).tables if str(one.table) == "shop_line")
    told = {column.name: (column.indexed, column.behind) for column in line.columns}
    assert told["number"] == (False, (("order_id",), ("kind",)))
    assert told["kind"] == (True, ())
    unique = {column.name: column.unique_with for column in line.columns if column.unique_with}
    assert unique == {"order_id": (("number",),), "number": (("order_id",),)}, "an index is none"


def test_queries_of_one_line_that_differ_in_little_stand_as_they_are_written() -> None:
    asks = (
        "count()",
        "prefetch_related('tags')",
        "all()",
        "prefetch_related('customer')",
        "prefetch_related('tags', 'customer')",
    )
    line = ", ".join(f"Order.objects.{one}" for one in asks)
    text = f"from shop.models import Order\ndef ask():\n    return {line}\n"
    queries = [one for one in found({"shop.models": DJANGO, "shop.views": text}).queries if one.line == 3]
    assert [(one.aggregates, len(one.prefetched)) for one in queries] == [
        (True, 0),
        (False, 2),
        (False, 0),
        (False, 1),
        (False, 3),
    ]


def test_a_column_of_a_class_that_continues_another_is_read_in_the_table_that_has_it() -> None:
    models = """
        from sqlalchemy import Column, ForeignKey, Integer, exists
        from sqlalchemy.orm import declarative_base
        Base = declarative_base()
        class Person(Base):
            __tablename__ = "people"
            id = Column(Integer, primary_key=True)
            name = Column(Integer)
        class Worker(Person):
            __tablename__ = "workers"
            id = Column(ForeignKey("people.id"), primary_key=True)
            wage = Column(Integer)
    """
    app = """
        from sqlalchemy import exists
        from shop.models import Worker
        def f():
            exists().where(Worker.wage == 3)
            exists().where(Worker.name == 3)
    """
    told = touched({"shop.models": models, "app": app})
    assert {one for one in told if one.startswith("app:")} == {"app:5 read workers", "app:6 read people"}


LOAD = """
    def load(session, orders=True):
        query = session.query(Customer)
        if orders:
            query = query.options(joinedload(Customer.orders))
        return query
"""


@pytest.mark.parametrize(
    ("call", "tables"),
    [
        ("load(session).all()", {"customers", "orders"}),
        ("load(session, True).all()", {"customers", "orders"}),
        ("load(session, orders=False).all()", {"customers"}),
        ("load(session, False).all()", {"customers"}),
        ("load(session, orders=one.name).all()", {"customers", "orders"}),
    ],
)
def test_rows_come_along_where_the_constants_of_a_call_say_so(call: str, tables: set[str]) -> None:
    app = f"{APP}{LOAD}    def f(session: Session, one: Customer):\n        {call}\n"
    read = [one for one in found({"shop.models": MODELS, "app": app}).accesses if one.function == "f"]
    assert {one.table.name for one in read} & {"customers", "orders"} == tables


def test_what_a_call_leaves_out_of_a_query_it_does_not_compare() -> None:
    text = """
    def near(session: Session, model, mine=False):
        query = session.query(model)
        if session.info and mine:
            query = query.filter(model.name == 3)
        return query
    def f(session: Session):
        near(session, Product).all()
        near(session, Customer, mine=True).all()
    """
    told = found({"shop.models": MODELS, "app": APP + text})
    seen = [one for one in (*told.accesses, *told.columns) if one.function == "near"]
    lines = sorted({one.line for one in seen})
    assert {one.table.name for one in seen if one.line == lines[0]} == {"products", "customers"}
    assert {one.table.name for one in seen if one.line == lines[1]} == {"customers"}


DECIDED = """
    def load(session: Session, model, which=None, joined=None):
        query = session.query(model)
        if session.info and which:
            if which == "named":
                query = query.filter(model.name == 3)
        if joined is None:
            joined = []
        for name in joined:
            query = query.options(joinedload(Customer.orders))
        return query
    def f(session: Session, one):
        CALL.all()
"""
OWN = """
    def _own(session: Session, which=None, names=()):
        return load(session, Customer, which, joined=names)
"""


@pytest.mark.parametrize(
    ("call", "compared", "along"),
    [
        ("load(session, Customer)", False, False),
        ("load(session, Customer, 'named')", True, False),
        ("load(session, Customer, 'other')", False, False),
        ("load(session, Customer, which=one)", True, False),
        ("load(session, Customer, joined=[])", False, False),
        ("load(session, Customer, joined=['orders'])", False, True),
        ("load(session, Customer, joined=[*one])", False, True),
        ("load(session, Customer, **one)", True, True),
        ("_own(session)", False, False),
        ("_own(session, 'named')", True, False),
        ("_own(session, names=one)", False, True),
    ],
)
def test_constants_of_a_call_decide_comparisons_and_loops(call: str, compared: bool, along: bool) -> None:
    app = APP + DECIDED.replace("CALL", call) + (OWN if "_own" in call else "")
    told = found({"shop.models": MODELS, "app": app})
    assert along is any(one.table.name == "orders" and one.function == "f" for one in told.accesses)
    assert compared is any(one.function == "load" and one.column == "name" for one in told.columns)


def test_what_is_assigned_or_grown_is_no_constant_of_a_call() -> None:
    text = """
    def load(session: Session, which=None, joined=(), late=()):
        query = session.query(Customer)
        if session.info:
            which = session.info
        if which:
            query = query.filter(Customer.name == 3)
        late.append(which)
        for name in late:
            query = query.options(joinedload(Customer.orders))
        return query
    def f(session: Session):
        load(session, late=[]).all()
    """
    told = found({"shop.models": MODELS, "app": APP + text})
    along = {one.table.name for one in told.accesses if one.function == "f"}
    assert along == {"customers", "orders", "lines", "products"}
    assert any(one.function == "load" and one.column == "name" for one in told.columns)


@pytest.mark.parametrize(
    ("test", "tables"),
    [
        ("name in ('orders',)", {"orders"}),
        ("name == 'orders'", {"orders"}),
        ("name not in ('orders',)", set()),
        ("name != 'orders'", set()),
        ("name in one", {"orders"}),
    ],
)
def test_a_branch_knows_the_text_that_it_asks_for(test: str, tables: set[str]) -> None:
    text = f"""
    def f(session: Session, one):
        for name in ["orders", "name"]:
            if {test}:
                getattr(session.query(Customer).first(), name)
    """
    seen = found({"shop.models": MODELS, "app": APP + text}).accesses
    along = {"lines", "products"}  # with orders
    assert {one.table.name for one in seen} - {"customers"} == tables | (along if tables else set())


@pytest.mark.parametrize(
    ("body", "tables"),
    [
        ("if one: row = session.query(Product).get(3)\n        else: session.delete(row)", set()),
        ("if one: row = session.query(Product).get(3)\n        session.delete(row)", {"products"}),
        ("if one: row = session.query(Product).get(3)\n        else: pass\n        session.delete(row)", {"products"}),
        ("if isinstance(one, Product): pass\n        else: return\n        session.delete(one)", {"products"}),
    ],
)
def test_a_branch_sees_nothing_of_what_the_other_gives_to_names(body: str, tables: set[str]) -> None:
    app = f"{APP}    def f(session: Session, one):\n        {body}\n"
    seen = found({"shop.models": MODELS, "app": app}).accesses
    assert {one.table.name for one in seen if one.op == "write"} == tables


def test_a_round_sees_nothing_of_what_the_one_before_gave_to_names_that_it_binds() -> None:
    text = """
    def f(session: Session, rounds):
        query = None
        for kind in rounds:
            if kind == 3:
                row = session.query(Product).get(3)
                query = [query, row]
            else:
                row = session.query(Customer).get(3)
                session.delete(row)
    """
    seen = found({"shop.models": MODELS, "app": APP + text}).accesses
    written = {one.table.name for one in seen if one.op == "write"}
    assert "customers" in written
    assert "products" not in written


def test_rows_of_a_table_between_are_kept_once_they_have_a_name() -> None:
    model = "from django.db import models\nclass Tag(models.Model): pass\nclass Order(models.Model):\n    tags = {}\n"
    use = (
        "from shop.models import Order\ndef f(keys):\n    rows = Order.tags.through.objects.filter(order_id__in=keys)\n"
        "    keys = [one.tag_id for one in rows]\n    for row in rows:\n        print(row)\n"
    )
    files = {"shop.models": model.format("models.ManyToManyField(Tag)"), "app": use}
    lines = [one.line for one in found(files).accesses if one.table.name == "shop_order_tags"]
    assert lines == [3, 4]
