import pytest

from tests.accesses import DJANGO, found, touched


def test_django_models_become_tables_with_columns_and_keys() -> None:
    facts = found({"shop.models": DJANGO})
    own = {fact.table.name: fact for fact in facts.tables if fact.origin == "own"}
    assert set(own) == {"shop_customer", "shop_order", "shop_order_tags", "labels"}
    assert [(c.name, c.unique, c.primary) for c in own["shop_customer"].columns] == [
        ("id", True, True),
        ("email", True, False),
    ]
    assert {(k.table.name, k.column, k.to_table.name, k.on_delete) for k in facts.foreign_keys} >= {
        ("shop_order", "customer_id", "shop_customer", "cascade"),
        ("shop_order_tags", "tag_id", "labels", "cascade"),
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Order.objects.create()", {"write shop_order"}),
        ("Order.objects.filter(pk=1).count()", {"read shop_order"}),
        ("Order.objects.get_or_create(pk=1)", {"read shop_order", "write shop_order"}),
        ("Order.objects.filter(customer__email='x')", {"read shop_order", "read shop_customer"}),
        ("Order.objects.filter(customer=1)", {"read shop_order"}),
        ("Order.objects.select_related('customer')", {"read shop_order", "read shop_customer"}),
        ("Order.objects.values_list('tags__id')", {"read shop_order", "read shop_order_tags"}),
        ("Order.objects.get(pk=1).customer.email", {"read shop_order", "read shop_customer"}),
        ("Customer.objects.get(pk=1).orders.all()", {"read shop_order", "read shop_customer"}),
        ("Order(pk=1).tags.add(1)", {"write shop_order_tags"}),
        ("Order(pk=1).tags.set([1])", {"read shop_order_tags", "write shop_order_tags"}),
        ("Order(pk=1).save()", {"write shop_order"}),
        ("Order(pk=1).full_clean()", {"read shop_customer"}),
        ("Order(pk=1).full_clean(exclude=['customer'])", set()),
        ("Order(pk=1).full_clean(exclude=left)", {"read shop_customer"}),
        ("Customer().full_clean()", {"read shop_customer"}),
        ("Customer().full_clean(exclude=['email'])", set()),
        ("Customer().full_clean(validate_unique=False)", set()),
        ("Customer().refresh_from_db()", {"read shop_customer"}),
        ("Order(pk=1).delete()", {"write shop_order", "write shop_order_tags"}),
        ("[o.customer for o in Order.objects.all()]", {"read shop_order", "read shop_customer"}),
    ],
)
def test_one_line_of_django(line: str, expected: set[str]) -> None:
    seen = touched({"shop.models": DJANGO, "app": f"from shop.models import Order, Customer\ndef f():\n    {line}\n"})
    assert {one.partition(" ")[2] for one in seen if one.startswith("app:")} == expected


def test_types_flow_through_project_functions_and_their_unannotated_parameters() -> None:
    seen = touched(
        {
            "shop.models": DJANGO,
            "find": """
                from shop.models import Order
                def latest():
                    return Order.objects.latest()
            """,
            "use": """
                import find
                def run():
                    charge(find.latest())
                def charge(thing):
                    thing.save()
            """,
        }
    )
    assert {"find:4 read shop_order", "use:6 write shop_order"} <= seen
    assert not any(one.startswith("use:4") for one in seen)


SQLALCHEMY = """
    from sqlalchemy import Column, ForeignKey, Integer, Table
    from sqlalchemy.orm import declarative_base, relationship
    Base = declarative_base()
    class Customer(Base):
        __tablename__ = "customers"
        id = Column(Integer, primary_key=True)
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        customer_id = Column(ForeignKey("customers.id", ondelete="CASCADE"))
        customer = relationship("Customer", backref="orders")
    logs = Table("logs", Base.metadata, Column("id", Integer, primary_key=True))
"""


def test_sqlalchemy_classes_and_table_objects_become_tables() -> None:
    facts = found({"m": SQLALCHEMY})
    assert {fact.table.name for fact in facts.tables} == {"customers", "orders", "logs"}
    assert [(k.table.name, k.column, k.to_table.name, k.on_delete) for k in facts.foreign_keys] == [
        ("orders", "customer_id", "customers", "cascade")
    ]


def test_a_declarative_base_is_no_table_whatever_it_names_tables_by() -> None:
    text = """
        from sqlalchemy import Column, Integer
        from sqlalchemy.orm import DeclarativeBase, declared_attr
        class Base(DeclarativeBase):
            @declared_attr.directive
            def __tablename__(cls):
                return cls.__name__.lower()
        class Order(Base):
            id = Column(Integer, primary_key=True)
    """
    assert [fact.table.name for fact in found({"shop": text}).tables] == ["order"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("session.query(Order).filter(Order.id == 1).all()", {"read orders"}),
        ("session.query(Order).join(Customer)", {"read orders", "read customers"}),
        ("session.query(Order).options(joinedload(Order.customer))", {"read orders", "read customers"}),
        ("session.query(Order).first().customer.id", {"read orders", "read customers"}),
        ("session.execute(select(Order.id)).all()", {"read orders"}),
        ("session.execute(insert(logs))", {"write logs"}),
        ("session.execute(logs.insert())", {"write logs"}),
        (
            "session.execute(text('select * from orders o join customers c using (id)'))",
            {"read orders", "read customers"},
        ),
        ("session.execute(text('update orders set id = 1'))", {"write orders"}),
        ("session.add(Order())", {"write orders"}),
        ("session.delete(session.get(Order, 1))", {"read orders", "write orders"}),
    ],
)
def test_one_line_of_sqlalchemy(line: str, expected: set[str]) -> None:
    head = (
        "from m import *\nfrom sqlalchemy import select, insert, text\nfrom sqlalchemy.orm import Session, joinedload\n"
    )
    seen = touched({"m": SQLALCHEMY, "app": f"{head}def f(session: Session):\n    {line}\n"})
    assert {one.partition(" ")[2] for one in seen if one.startswith("app:")} == expected


def test_the_order_of_files_changes_nothing() -> None:
    files = {"shop.models": DJANGO, "m": SQLALCHEMY, "app": "from shop.models import Order\nx = Order.objects.all()\n"}
    assert found(files) == found(dict(reversed(files.items())))


def test_bad_input_is_survived() -> None:
    files = {
        "a.models": """
            from django.db import models
            from elsewhere import Unknown
            from a.models import Loop
            class Loop(Loop):
                pass
            class A(models.Model):
                b = models.ForeignKey("a.B", on_delete=models.CASCADE)
            class B(models.Model):
                a = models.ForeignKey(A, on_delete=models.CASCADE)
            class A(models.Model):
                pass
            class Looks(Unknown):
                objects = 1
            def f(x):
                y = [x]
                f(y)
                A().delete()
        """,
        "b": "def g(c):\n    c.execute('select * from {{ x }} where ((')\n    c.execute('insert into')\n",
    }
    assert {fact.table.name for fact in found(files).tables if fact.origin == "own"} == {"a_a", "a_b"}


def test_a_parameter_is_taken_for_the_model_of_its_name_unless_another_class_has_it_too() -> None:
    use = "def f(order):\n    order.save()\n"
    assert "app:2 write shop_order" in touched({"shop.models": DJANGO, "app": use})
    assert not any(
        one.startswith("app:") for one in touched({"shop.models": DJANGO, "app": use, "b": "class Order: x = 1"})
    )


def test_a_session_is_no_row_of_django_where_the_project_has_no_model_of_django() -> None:
    use = "def merge(session, old):\n    session.delete(old)\n    session.save()\n"
    assert touched({"m": SQLALCHEMY, "use": use}) == set()
    shop = "from django.db import models\nclass Order(models.Model):\n    pass\n"
    assert "use:3 write django_session" in touched({"m": shop, "use": use})


def test_a_helper_that_is_given_a_class_stays_precise() -> None:
    head = "from m import *\nfrom sqlalchemy.orm import Session\n"
    helper = "def rows(context, model):\n    return context.session.query(model)\n"
    use = (
        "def f(context):\n    rows(context.odd, Order).first()\ndef g(context):\n    rows(context, Customer).first()\n"
    )
    seen = touched({"m": SQLALCHEMY, "app": head + helper + use})
    assert {"app:6 read orders", "app:8 read customers"} <= seen
    assert not {"app:6 read customers", "app:8 read orders"} & seen


INDEXES = """
    from django.contrib.postgres.indexes import GinIndex
    from django.db import models
    class Base(models.Model):
        made = models.DateTimeField()
        class Meta:
            abstract = True
            indexes = [models.Index(fields=["made"])]
    class Page(Base):
        title = models.CharField()
        body = models.TextField()
        state = models.CharField()
        kind = models.CharField()
        class Meta:
            {}
"""


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ('indexes = [models.Index(fields=["-title", "body"])]', {"title"}),
        ('indexes = [GinIndex(fields=["title", "body"])]', {"title", "body"}),
        ('indexes = [*Base.Meta.indexes, models.Index(fields=["kind"])]', {"made", "kind"}),
        ('indexes = Base.Meta.indexes + [models.Index(fields=["kind"])]', {"made", "kind"}),
        ('indexes = [models.Index(fields=["kind"])]; indexes.extend(Base.Meta.indexes)', {"made", "kind"}),
        ('constraints = [models.UniqueConstraint(fields=["state", "kind"], name="one")]', {"state"}),
        ('constraints = [models.UniqueConstraint(fields=["state"], condition=models.Q(kind=1), name="one")]', set()),
        ("indexes = Page.Meta.indexes", set()),
        ("pass", set()),
    ],
)
def test_columns_that_an_index_of_meta_leads_with(meta: str, expected: set[str]) -> None:
    facts = found({"shop.models": INDEXES.format(meta)})
    (page,) = (fact for fact in facts.tables if fact.model == "Page")
    assert {column.name for column in page.columns if column.indexed and not column.primary} == expected


def test_a_raw_delete_takes_nothing_along() -> None:
    text = "from shop.models import Order\ndef f():\n    Order.objects.filter(customer=3).{}()\n"
    assert {one for one in touched({"shop.models": DJANGO, "shop.a": text.format("delete")}) if "write" in one} == {
        "shop.a:3 write shop_order",
        "shop.a:3 write shop_order_tags",
    }
    raw = touched({"shop.models": DJANGO, "shop.a": text.format("_raw_delete")})
    assert {one for one in raw if "write" in one} == {"shop.a:3 write shop_order"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('__table_args__ = (Index("ix", "total", "note"), {"schema": None})', {"total"}),
        ("__table_args__ = (Index('ix', total.desc()),)", {"total"}),
        ("__table_args__ = (Index('ix', sqlalchemy.text('total DESC')),)", {"total"}),
        ("__table_args__ = (Index('ix', sqlalchemy.func.lower(note)),)", set()),
        ("__table_args__ = (Index('ix', 'total', 'note', postgresql_using='gin'),)", {"total", "note"}),
        ("__table_args__ = (sqlalchemy.UniqueConstraint('note', 'total'),)", {"note"}),
        ("@declared_attr\n        def __table_args__(cls):\n            return (Index('ix', cls.note),)", {"note"}),
        ("pass\n    Index('ix', Order.note)", {"note"}),
        ("pass\n    ix = Index('ix', Order.__table__.c.note)", {"note"}),
        ("pass\n    Table('logs', Base.metadata, Column('note', Text), Index('ix', 'note'))", {"logs.note"}),
        (
            "pass\n    logs = Table('logs', Base.metadata, Column('note', Text))\n    Index('ix', logs.c.note)",
            {"logs.note"},
        ),
    ],
)
def test_columns_that_an_index_of_sqlalchemy_leads_with(line: str, expected: set[str]) -> None:
    text = f"""
    import sqlalchemy
    from sqlalchemy import Column, Index, Integer, Table, Text
    from sqlalchemy.orm import declarative_base, declared_attr
    Base = declarative_base()
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        total = Column("total", Integer)
        note = Column(Text)
        {line}
    """
    tables = found({"shop": text}).tables
    marked = {(fact.table.name, one.name) for fact in tables for one in fact.columns if one.indexed and not one.primary}
    assert {name if table == "orders" else f"{table}.{name}" for table, name in marked} == expected
