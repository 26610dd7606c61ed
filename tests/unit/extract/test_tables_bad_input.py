"""Input that no application should hold, and some does: each is survived, and told where it matters."""

from tests.accesses import found, touched


def of(text: str) -> set[str]:
    return touched({"shop.models": text})


def test_two_models_with_one_name() -> None:
    model = "from django.db import models\nclass Order(models.Model):\n    pass\n"
    facts = found({"shop.models": model, "other.models": model, "app": "def f(order):\n    order.save()\n"})
    assert [fact.table.name for fact in facts.tables] == ["other_order", "shop_order"]
    assert not facts.accesses
    assert [one.text for one in facts.unresolved] == ["order.save()"]


def test_a_model_that_inherits_from_something_unknown() -> None:
    text = "from django.db import models\nfrom nowhere import Base\nclass Order(Base):\n    n = models.IntegerField()\n"
    assert [fact.table.name for fact in found({"shop.models": text}).tables] == ["shop_order"]


def test_circular_relations() -> None:
    text = """
        from django.db import models
        class A(models.Model):
            b = models.ForeignKey("B", models.CASCADE)
        class B(models.Model):
            a = models.ForeignKey(A, models.CASCADE)
            me = models.ForeignKey("self", models.CASCADE)
        def f():
            A.objects.get(pk=1).delete()
    """
    assert "9 write shop_a" in {one.partition(":")[2] for one in of(text)}


def test_a_class_that_only_looks_like_a_model() -> None:
    text = """
        class Field:
            pass
        class Order:
            objects = []
            total = Field()
            class Meta:
                db_table = "orders"
        def f():
            Order.objects.filter(total=1)
            Order().save()
    """
    facts = found({"shop.models": text})
    assert not facts.tables
    assert not facts.accesses


def _sql(text: str) -> set[str]:
    code = f"from django.db import connection\ndef f():\n    connection.cursor().execute({text!r})\n"
    return {f"{one.op} {one.table}" for one in found({"app": code}).accesses}


def test_sql_with_syntax_errors() -> None:
    assert _sql("select * frm orders join bills on (((") == set()
    assert _sql("select * from orders where (((") == {"read orders"}


def test_templated_sql() -> None:
    assert _sql("select {{ columns }} from orders {% if x %} where {{ y }} {% endif %}") == {"read orders"}


def test_vendor_dialects() -> None:
    assert _sql("SELECT TOP 10 * FROM [dbo].[orders] WITH (NOLOCK)") == {"read dbo.orders"}
    assert _sql("INSERT INTO `orders` (id) VALUES (1) ON DUPLICATE KEY UPDATE id = 1") == {"write orders"}
    assert _sql("UPDATE orders SET a = b FROM bills WHERE bills.id = orders.id RETURNING *") == {
        "write orders",
        "read bills",
    }


def test_a_literal_of_a_megabyte() -> None:
    assert _sql("select * from orders where id in (" + "1, " * 350_000 + "1)") == set()


def test_a_table_of_a_thousand_columns() -> None:
    columns = "\n".join(f"            c{number} = models.IntegerField()" for number in range(1000))
    text = f"        from django.db import models\n        class Wide(models.Model):\n{columns}\n"
    (fact,) = found({"shop.models": text}).tables
    assert len(fact.columns) == 1001


def test_recursion_in_types() -> None:
    text = """
        from django.db import models
        class Node(models.Model):
            parent = models.ForeignKey("self", models.CASCADE)
        def grow(x):
            return grow([x])
        def up(node: Node):
            return up(node.parent) or [up(node)]
        class Loop(Loop):
            pass
        x = {"a": lambda: x}
    """
    assert "shop.models:8 read shop_node" in of(text)


def test_generated_code() -> None:
    lines = "\n".join(f"def f{number}():\n    return f{number + 1}()\n" for number in range(2000))
    assert found({"app": lines + "def f2000():\n    return 1\n"}).accesses == ()


def test_automap_is_told_as_reflected() -> None:
    text = "from sqlalchemy.ext.automap import automap_base\nBase = automap_base()\nUser = Base.classes.user\n"
    assert [(one.kind, one.line) for one in found({"app": text}).unresolved] == [("reflected", 2)]


def test_a_method_of_related_rows_passed_as_an_argument() -> None:
    text = """
        from django.db import models
        class Label(models.Model):
            pass
        class Order(models.Model):
            labels = models.ManyToManyField(Label)
        def each(do, items):
            for item in items:
                do(item)
        def label(order: Order, labels):
            each(order.labels.add, labels)
    """
    assert "shop.models:9 write shop_order_labels" in of(text)


def test_a_method_of_a_table_passed_as_an_argument() -> None:
    text = """
        from sqlalchemy import Column, Integer, MetaData, Table
        orders = Table("orders", MetaData(), Column("id", Integer))
        def run(connection, make):
            connection.execute(make())
        def clear(connection):
            run(connection, orders.delete)
    """
    assert of(text) == {"shop.models:5 write orders"}


def test_an_attribute_without_a_name() -> None:
    text = """
        from django.db import models
        class Order(models.Model):
            pass
        def f():
            getattr(Order.objects.all(), "")()
    """
    assert of(text) == {"shop.models:6 read shop_order"}
