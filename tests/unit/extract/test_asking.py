"""What a query is told to ask, held as a value; and what rows bring along through functions that are handed them."""

from tests.accesses import DJANGO, found


def of(text: str, more: dict[str, str] | None = None) -> dict[str, set[str]]:
    """{function: {"op table"}} of a module beside the shop's."""
    by_function: dict[str, set[str]] = {}
    for one in found({"shop.models": DJANGO, **(more or {}), "app": text}).accesses:
        if one.module.name == "app":
            by_function.setdefault(one.function, set()).add(f"{one.op} {one.table}")
    return by_function


ORDERS, CUSTOMERS = {"read shop_order"}, {"read shop_customer"}
TAGS = {"read labels", "read shop_order_tags"}


def test_conditions_that_a_name_or_a_function_holds_are_asked_where_a_query_is_given_them() -> None:
    text = """
        from django.db.models import Q
        from shop.models import Order
        TAGGED = Q(tags__pk__gt=1) & Q(tags__name="new")
        def known(email):
            return Q(customer__email=email)
        def f(new):
            wanted = Q(pk=1)
            if new:
                wanted |= TAGGED
            return Order.objects.filter(wanted).count()
        def g():
            return Order.objects.filter(known("a")).count()
        def h():
            return Order.objects.filter(pk=1).count()
    """
    assert of(text) == {"f": ORDERS | TAGS, "g": ORDERS | CUSTOMERS, "h": ORDERS}


def test_a_prefetch_that_a_function_makes_brings_along_what_its_query_joins() -> None:
    text = """
        from django.db.models import Prefetch
        from shop.models import Customer, Order
        def orders(prefix=""):
            return Prefetch(f"{prefix}orders", queryset=Order.objects.prefetch_related("tags"))
        def made():
            return Customer.objects.prefetch_related(orders())
        def f():
            return list(made())
        def g():
            return made().count()
    """
    assert of(text)["f"] == ORDERS | CUSTOMERS | TAGS
    assert of(text)["g"] == CUSTOMERS


def test_the_queries_within_an_annotation_are_read_where_rows_are_loaded() -> None:
    text = """
        from django.db.models import Exists
        from shop.models import Customer, Order
        def annotated():
            paid = Exists(Order.objects.filter(pk=1))
            return Customer.objects.annotate(paid=paid)
        def f():
            return annotated().count()
        def g():
            return annotated().first()
        def filtered():
            return Customer.objects.filter(Exists(Order.objects.filter(pk=1)))
        def h():
            return filtered().count()
    """
    assert of(text)["f"] == CUSTOMERS
    assert of(text)["g"] == of(text)["h"] == CUSTOMERS | ORDERS


SORTING = """
    def ordered(rows):
        return rows.order_by("pk")
    def tagged(rows):
        return ordered(rows).filter(tags__name="new")
"""


def test_what_one_caller_joins_does_not_come_along_for_another() -> None:
    text = """
        from shop.models import Order
        from sorting import ordered, tagged
        def f():
            return list(ordered(Order.objects.select_related("customer")))
        def g():
            return list(ordered(Order.objects.all()))
        def h():
            return list(tagged(Order.objects.filter(customer__email="a")))
        def within(rows):
            return tagged(rows)
        def k():
            return list(within(Order.objects.all()))
    """
    accesses = of(text, {"sorting": SORTING})
    assert (accesses["f"], accesses["g"]) == (ORDERS | CUSTOMERS, ORDERS)
    assert (accesses["h"], accesses["k"]) == (ORDERS | CUSTOMERS | TAGS, ORDERS | TAGS)


def test_a_function_that_goes_over_rows_reads_what_its_callers_join() -> None:
    text = """
        from shop.models import Order
        def shown(rows):
            for row in rows:
                print(row)
        def f():
            shown(Order.objects.select_related("customer"))
        def g():
            shown(Order.objects.prefetch_related("tags"))
    """
    assert of(text)["shown"] == ORDERS | CUSTOMERS | TAGS


MANAGED = """
    from django.db import models
    import scopes
    class Kind(models.Model):
        name = models.TextField()
    class LineQuerySet(models.QuerySet):
        def known(self):
            return self.select_related("kind")
    class LineManager(models.Manager.from_queryset(LineQuerySet)):
        pass
    class Line(models.Model):
        order = models.ForeignKey("shop.Order", models.CASCADE, related_name="lines")
        kind = models.ForeignKey(Kind, models.CASCADE)
        objects = {manager}
"""


def test_the_methods_of_a_queryset_that_a_librarys_manager_is_made_of_are_those_of_all_its_rows() -> None:
    text = """
        from shop.models import Order
        from lines.models import Line
        def f():
            return list(Line.objects.filter(pk=1).known())
        def g(order: Order):
            return list(order.lines.filter(pk=1).known())
    """
    managers = (
        "LineManager()",
        "models.Manager.from_queryset(LineQuerySet)()",
        "scopes.ScopedManager(order='order', _manager_class=LineManager)",
    )
    for manager in managers:
        accesses = of(text, {"lines.models": MANAGED.format(manager=manager)})
        assert accesses["f"] == accesses["g"] == {"read lines_line", "read lines_kind"}, manager


def test_attributes_that_nobody_knows_leave_room_for_rows() -> None:
    calls = "\n".join(f"            shown(orders.channel{number})" for number in range(30))
    text = f"""
        from shop.models import Customer, Order
        def shown(rows):
            return rows.count()
        def f():
            orders = Order.objects.filter(pk=1)
{calls}
            shown(Customer.objects.all())
    """
    assert of(text)["shown"] == CUSTOMERS


def test_a_method_is_given_no_rows_of_the_classes_below_that_have_one_of_their_own() -> None:
    text = """
        import django_filters
        from shop.models import Customer, Order, Tag
        class Base(django_filters.FilterSet):
            def search(self, queryset, name, value):
                return queryset.filter(pk=value)
        class Orders(Base):
            class Meta:
                model = Order
        class Tags(Base):
            class Meta:
                model = Tag
        class Customers(Base):
            class Meta:
                model = Customer
            def search(self, queryset, name, value):
                return queryset.filter(email=value)
    """
    assert of(text)["Base.search"] == {"read shop_order", "read labels"}
    assert of(text)["Customers.search"] == CUSTOMERS


def test_the_tables_of_a_text_are_read_where_the_query_that_holds_it_is_sent() -> None:
    text = """
        from django.db.models.expressions import RawSQL
        from shop.models import Customer, Order
        def counted(rows, name):
            sql = "SELECT count(*) FROM shop_order_tags WHERE order_id = {table}.id"
            return rows.extra(select={name: sql.format(table=rows.model._meta.db_table)})
        def late():
            return RawSQL("SELECT customer_id FROM shop_order WHERE due < now()", ())
        def f():
            return list(counted(Order.objects.all(), "tagged"))
        def g():
            return counted(Order.objects.all(), "tagged").count()
        def h():
            return Customer.objects.filter(pk__in=late()).exists()
        def i():
            return list(Order.objects.extra(where=["EXISTS (SELECT 1 FROM labels)"]))
    """
    assert of(text)["f"] == ORDERS | {"read shop_order_tags"}
    assert of(text)["g"] == ORDERS
    assert of(text)["h"] == CUSTOMERS | ORDERS
    assert of(text)["i"] == ORDERS | {"read labels"}
