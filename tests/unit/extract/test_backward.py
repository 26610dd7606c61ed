"""Names that tests and migrations ask for rows by, from the other side of a key."""

from pathlib import Path
from textwrap import dedent

from decompose.extract import ExtractOptions, extract
from decompose.extract.backward import Backward, backward
from decompose.extract.patched import patched

SHOP = {
    "shop/__init__.py": "",
    "shop/customers/__init__.py": "",
    "shop/customers/models.py": """
        from django.db import models
        class Customer(models.Model):
            email = models.EmailField()
        class Club(models.Model):
            image = models.TextField()
    """,
    "shop/customers/migrations/__init__.py": "",
    "shop/orders/__init__.py": "",
    "shop/orders/models.py": """
        from django.db import models
        class Order(models.Model):
            customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="orders")
            seen_by = models.ManyToManyField("customers.Customer", related_name="seen_orders")
        class Image(models.Model):
            customer = models.ForeignKey("customers.Customer", models.CASCADE)
    """,
}
ASKS = """
from django.db import migrations
from django.db.models import Q


def clean(apps, schema_editor):
    # Q(orders__paid=True)
    Customer = apps.get_model("customers", "Customer")
    {}


class Migration(migrations.Migration):
    operations = [migrations.RunPython(clean)]
"""


def asked(tmp_path: Path, files: dict[str, str]) -> set[tuple[str, int, str, str]]:
    for path, text in (SHOP | files).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))
    found = extract(tmp_path, ExtractOptions()).asked_back
    return {(one.file.rpartition("/")[2], one.line, one.name, f"{one.table}.{one.column}") for one in found}


def migration(body: str) -> dict[str, str]:
    return {"shop/customers/migrations/0002_clean.py": ASKS.format(body)}


def test_a_migration_asks_by_a_keys_name_on_the_other_side(tmp_path: Path) -> None:
    body = "Customer.objects.filter(Q(orders__isnull=False))"
    assert asked(tmp_path, migration(body)) == {("0002_clean.py", 9, "orders", "orders_order.customer_id")}


def test_without_a_related_name_it_is_that_of_the_class(tmp_path: Path) -> None:
    body = "Customer.objects.filter(image__isnull=False)"
    assert asked(tmp_path, migration(body)) == {("0002_clean.py", 9, "image", "orders_image.customer_id")}
    body = "Customer.objects.get(pk=1).image_set.all()"
    assert asked(tmp_path, migration(body)) == {("0002_clean.py", 9, "image_set", "orders_image.customer_id")}


def test_a_relation_to_many_goes_with_either_of_its_keys(tmp_path: Path) -> None:
    body = "Customer.objects.filter(seen_orders__isnull=False)"
    assert asked(tmp_path, migration(body)) == {
        ("0002_clean.py", 9, "seen_orders", "orders_order_seen_by.customer_id"),
        ("0002_clean.py", 9, "seen_orders", "orders_order_seen_by.order_id"),
    }


def test_a_name_that_a_class_of_the_file_has_as_a_field_says_nothing(tmp_path: Path) -> None:
    body = 'apps.get_model("customers.Club").objects.filter(image__contains="x")'
    assert asked(tmp_path, migration(body)) == set()


def test_a_test_names_classes_by_its_imports(tmp_path: Path) -> None:
    text = "from shop.customers.models import (\n    Customer,\n)\ndef test():\n    Customer().orders.all()\n"
    assert asked(tmp_path, {"shop/customers/tests/test_all.py": text}) == {
        ("test_all.py", 5, "orders", "orders_order.customer_id")
    }


def test_source_is_left_to_inference(tmp_path: Path) -> None:
    text = "from shop.customers.models import Customer\ndef all():\n    return Customer().orders.all()\n"
    assert asked(tmp_path, {"shop/customers/views.py": text}) == set()


def test_steps_of_a_path_are_told_each_with_its_first_line() -> None:
    text = b'Q(order__lines__price=1)\nfilter(lines__paid=True)\n"__init__"\n'
    found = backward(text)
    assert found.asked == (("lines", 1), ("order", 1), ("paid", 2), ("price", 1))


def test_nothing_is_said_of_a_file_that_asks_nothing() -> None:
    assert backward(b"from shop.models import Order\nx = 1\n") == Backward()


def test_imports_that_never_close_cost_no_time() -> None:
    text = b'"""\n' + b"from a import (\n" * 60_000 + b'"""\nfrom shop import (\n    Order,\n)\nx.orders.filter()\n'
    assert backward(text) == Backward((("orders", 60_006),), ("order",))


def test_a_test_names_as_text_what_it_patches_and_opens() -> None:
    text = b"""
@mock.patch("shop.orders.views.pay")
@patch.object(views, "pay")
def test_pay(monkeypatch):
    monkeypatch.setattr('shop.money.RATE', 1)
    open("shop/orders/tests/media/order.jpg"), get("/shop/orders/"), "a.b/c", "shop.orders"
"""
    assert sorted(patched(text)) == [
        (2, "name", "shop.orders.views.pay"),
        (5, "name", "shop.money.RATE"),
        (6, "path", "shop/orders/tests/media/order.jpg"),
    ]
