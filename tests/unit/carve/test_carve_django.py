"""An app keeps its label and a model its table, whatever package they move to."""

from tests.carving import carved


def test_a_renamed_app_states_the_label_that_it_had() -> None:
    text = """
--- shop/__init__.py
--- shop/orders/__init__.py
--- shop/orders/apps.py
from django.apps import AppConfig
class OrdersConfig(AppConfig):
    name = "shop.orders"
    verbose_name = "Orders"
--- shop/other.py
"""
    files, _ = carved(text, "shop.orders shop.orders.apps")
    assert '    name = "shop.sales"\n    label = "orders"\n    verbose_name' in files["shop/sales/apps.py"]


def test_an_app_that_keeps_the_end_of_its_name_needs_no_label() -> None:
    config = 'from django.apps import AppConfig\nclass C(AppConfig):\n    name = "{}"\n'
    text = f"--- orders/__init__.py\n--- orders/apps.py\n{config.format('orders')}--- x.py\n--- y.py\n"
    files, _ = carved(text, "orders orders.apps x")
    assert files["sales/orders/apps.py"] == config.format("sales.orders")


def test_an_app_without_a_config_gets_one_where_its_label_would_change() -> None:
    text = "--- a/__init__.py\n--- a/b/__init__.py\n--- a/b/models.py\n--- a/b/migrations/__init__.py\n--- a/c.py\n"
    files, _ = carved(text, "a.b a.b.models a.b.migrations")
    assert '    name = "a.sales"\n    label = "b"\n' in files["a/sales/apps.py"]


SPLIT = """
--- shop/__init__.py
--- shop/apps.py
--- shop/migrations/__init__.py
--- shop/base.py
from django.db import models
class Stamped(models.Model):
    class Meta:
        abstract = True
--- shop/models.py
from django.db import models
from .base import Stamped as Base
class Order(models.Model):
    x = 1

    def __str__(self): ...
class Line(Base):
    class Meta:
        ordering = ["id"]
class Plain: ...
class Named(Base):
    class Meta:
        app_label = "else"
--- shop/views.py
from .models import Order
"""


def test_a_model_that_leaves_its_app_states_the_label_of_that_app() -> None:
    files, _ = carved(SPLIT, "shop.models")
    moved = files["shop/sales/models.py"]
    assert '    x = 1\n\n    class Meta:\n        app_label = "shop"\n' in moved
    assert '    class Meta:\n        app_label = "shop"\n        ordering = ["id"]\n' in moved
    assert "class Plain: ..." in moved
    assert moved.count("app_label") == 3


def test_the_app_that_lost_its_models_still_registers_them() -> None:
    files, _ = carved(SPLIT, "shop.models")
    assert "import shop.sales.models  # noqa: F401" in carved(SPLIT, "shop.models", face=False)[0]["shop/models.py"]
    assert "from shop.sales.api import models" in files["shop/models.py"]


def test_migrations_keep_what_they_name() -> None:
    text = """
--- a/__init__.py
--- a/b/__init__.py
--- a/b/models.py
def token(): ...
--- a/b/migrations/__init__.py
--- a/b/migrations/0001_initial.py
import a.b.models
dependencies = [("b", "0000")]
default = a.b.models.token
--- a/c.py
"""
    files, _ = carved(text, "a.b a.b.models", "c_d")
    assert files["a/c_d/migrations/0001_initial.py"] == (
        'import a.c_d.models\ndependencies = [("b", "0000")]\ndefault = a.c_d.models.token\n'
    )


def test_an_empty_module_that_an_app_is_looked_for_stays() -> None:
    text = "--- a/__init__.py\n--- a/models.py\n# none yet\n--- a/b.py\nx = 1\n--- a/c.py\n"
    files, carving = carved(text, "a.b a.models")
    assert files["a/models.py"] == "# none yet\n"
    assert set(carving.renamed) == {"a.b"}
