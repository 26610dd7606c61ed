"""Naming files and resolving imports: layouts, namespaces, collisions, relative imports."""

import pytest

from decompose.extract.file import kind_of
from decompose.extract.resolve import index, module_facts, resolve_imports
from decompose.model.facts import ModuleKind
from tests.trees import files


def names(text: str) -> dict[str, str]:
    return {place.path: place.module.name for place in index(files(text)).places}


def edges(text: str) -> list[str]:
    read = files(text)
    imports, _ = resolve_imports(read, index(read))
    return sorted(f"{one.importer} > {one.imported} {' '.join(one.names)}".strip() for one in imports)


def kinds(text: str) -> dict[str, str]:
    read = files(text)
    found = index(read)
    imports, _ = resolve_imports(read, found)
    return {fact.path: fact.kind.value for fact in module_facts(read, found, imports)}


LAYOUTS = {
    "flat": ("--- shop/__init__.py\n--- shop/models.py", ["shop", "shop.models"]),
    "src": ("--- src/shop/__init__.py\n--- src/shop/models.py", ["shop", "shop.models"]),
    "side by side": ("--- back/a/__init__.py\n--- back/b/__init__.py\nimport a", ["a", "b"]),
    "loose modules": ("--- app.py\nimport models\n--- models.py", ["app", "models"]),
    "namespace, confirmed by an import": (
        "--- src/acme/shop/__init__.py\n--- src/acme/pay/__init__.py\nimport acme.shop",
        ["acme.pay", "acme.shop"],
    ),
    "namespace without any __init__": (
        "--- acme/shop/models.py\n--- acme/pay/api.py\nfrom acme.shop import models",
        ["acme.pay.api", "acme.shop.models"],
    ),
    "apps in a subfolder, imported from there": (
        "--- project/manage.py\n--- project/users/__init__.py\n--- project/pay/api.py\nfrom users import x",
        ["manage", "pay.api", "users"],
    ),
    "a loose folder inside a package": (
        "--- src/shop/__init__.py\n--- src/shop/jobs/nightly.py",
        ["shop", "shop.jobs.nightly"],
    ),
    "PATH inside a package": ("--- shop/orders/__init__.py\nimport shop.orders.api\n--- shop/orders/api.py", None),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_are_named_as_the_project_imports_them(layout: str) -> None:
    text, expected = LAYOUTS[layout]
    assert sorted(names(text).values()) == (expected or ["shop.orders", "shop.orders.api"])


def test_pythons_own_modules_name_no_root() -> None:
    text = "--- shop/__init__.py\n--- shop/a.py\nimport json\n--- shop/b.py\nimport json\n--- shop/loose/json.py\n"
    assert names(text)["shop/loose/json.py"] == "shop.loose.json"
    assert edges(text) == []


def test_no_single_file_is_the_library_of_its_name_that_has_modules() -> None:
    text = """
--- settings/celery.py
from .base import Base
--- settings/base.py
--- shop/__init__.py
--- shop/worker.py
from celery import Celery
from celery.app.task import Task
"""
    assert names(text)["settings/celery.py"] == "settings.celery"
    assert edges(text) == ["settings.celery > settings.base Base"]


def test_no_folder_is_the_library_of_its_name_that_lacks_what_is_asked_of_it() -> None:
    text = """
--- shop/__init__.py
--- shop/api/__init__.py
--- shop/api/utils/rest_framework/__init__.py
--- shop/api/utils/rest_framework/views.py
from rest_framework.serializers import Serializer
from rest_framework.exceptions import NotFound
--- shop/api/orders.py
from rest_framework.serializers import Serializer
from rest_framework.views import APIView
from shop.api.utils.rest_framework.views import Page
"""
    assert names(text)["shop/api/utils/rest_framework/views.py"] == "shop.api.utils.rest_framework.views"
    assert edges(text) == ["shop.api.orders > shop.api.utils.rest_framework.views Page"]


def test_a_loose_folder_has_its_full_name_where_its_short_one_is_a_package_elsewhere() -> None:
    text = """
--- api/core/__init__.py
--- api/core/models.py
--- api/core/workflows.py
import core.models
import core.workflows
from core.helpers import ask
--- api/core/helpers.py
--- api/features/__init__.py
--- api/features/pipelines/core/__init__.py
--- api/features/pipelines/core/models.py
from features.pipelines.core.constants import MOST
--- api/features/pipelines/core/constants.py
"""
    assert names(text)["api/features/pipelines/core/models.py"] == "features.pipelines.core.models"


def test_one_dotted_name_in_two_roots_is_two_modules() -> None:
    text = """
--- one/app/__init__.py
--- one/app/models.py
--- one/main.py
import app.models
--- two/app/__init__.py
--- two/app/models.py
--- two/main.py
import app.models
"""
    assert names(text)["one/app/models.py"] == "one:app.models"
    assert names(text)["two/app/models.py"] == "two:app.models"
    assert edges(text) == ["one:main > one:app.models", "two:main > two:app.models"]


def test_a_package_hides_the_module_of_its_name() -> None:
    text = "--- shop/__init__.py\n--- shop/api.py\n--- shop/api/__init__.py\n--- shop/b.py\nfrom shop import api"
    assert names(text)["shop/api.py"] != names(text)["shop/api/__init__.py"]
    assert len(set(names(text).values())) == 4
    assert len(edges(text)) == 1


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("from shop import orders", "shop.pay.api > shop.orders"),
        ("from shop.orders import Order, Line", "shop.pay.api > shop.orders Line Order"),
        ("from shop import VERSION", "shop.pay.api > shop VERSION"),
        ("from . import card", "shop.pay.api > shop.pay.card"),
        ("from .. import orders", "shop.pay.api > shop.orders"),
        ("from ..orders import *", "shop.pay.api > shop.orders *"),
        ("import shop.orders as o", "shop.pay.api > shop.orders"),
        ("from .... import lost", None),
        ("import shop.missing", None),
        ("import json", None),
    ],
)
def test_imports_reach_their_modules(statement: str, expected: str | None) -> None:
    text = f"""
--- shop/__init__.py
--- shop/orders.py
--- shop/pay/__init__.py
--- shop/pay/card.py
--- shop/pay/api.py
{statement}
"""
    assert edges(text) == ([expected] if expected else [])


def test_what_names_the_project_but_nothing_in_it_is_listed() -> None:
    read = files("--- shop/__init__.py\n--- shop/a.py\nimport shop.missing\nimport json\nfrom .... import lost")
    _, unresolved = resolve_imports(read, index(read))
    assert [(one.line, one.text) for one in unresolved] == [(1, "import shop.missing"), (3, "from .... import lost")]


def test_a_program_of_tools_beside_the_project_is_a_script_with_its_packages() -> None:
    text = """
--- shop/__init__.py
--- shop/api.py
--- shop/more.py
--- shop/orders.py
--- shop/users.py
--- dev/gen/main.py
import pieces.table
import texts
--- dev/gen/texts.py
--- dev/gen/pieces/__init__.py
--- dev/gen/pieces/table.py
"""
    found = kinds(text)
    assert {path: found[path] for path in found if path.startswith("dev")} == dict.fromkeys(
        (path for path in found if path.startswith("dev")), "script"
    )
    assert found["shop/api.py"] == "source"
    needed = kinds(text.replace("--- shop/more.py", "import texts\n--- shop/more.py"))
    assert needed["dev/gen/texts.py"] == "source", "the project needs it"


def test_a_package_of_scripts_that_nobody_imports_is_no_part_of_the_program() -> None:
    text = """
--- shop/__init__.py
--- shop/api.py
--- shop/orders.py
--- shop/tools/__init__.py
--- shop/tools/dates.py
--- scripts/__init__.py
--- scripts/count_orders.py
import shop.orders
"""
    found = kinds(text)
    assert {path for path in found if found[path] == "script"} == {"scripts/__init__.py", "scripts/count_orders.py"}
    used = kinds(text.replace("--- shop/orders.py", "from scripts import count_orders\n--- shop/orders.py"))
    assert used["scripts/count_orders.py"] == "source", "the program runs it"


def test_kinds() -> None:
    text = """
--- setup.py
--- shop/__init__.py
--- shop/api.py
--- shop/tests/test_api.py
--- shop/conftest.py
--- shop/migrations/0001_initial.py
--- shop/alembic/versions/1a.py
--- shop/revisions/2b.py
revision = "2b"
down_revision: str | None = "1a"
--- browser_tests/pages/basket.py
--- shop/vendor/six.py
--- shop/order_pb2.py
--- shop/schema.py
# Generated by the schema compiler
--- shop/templates.py
HEADER = "do not edit"
--- tools/release.py
if __name__ == "__main__":
    pass
"""
    assert kinds(text) == {
        "setup.py": "script",
        "shop/__init__.py": "source",
        "shop/alembic/versions/1a.py": "migration",
        "shop/api.py": "source",
        "browser_tests/pages/basket.py": "test",
        "shop/conftest.py": "test",
        "shop/migrations/0001_initial.py": "migration",
        "shop/order_pb2.py": "generated",
        "shop/revisions/2b.py": "migration",
        "shop/schema.py": "generated",
        "shop/templates.py": "source",
        "shop/tests/test_api.py": "test",
        "shop/vendor/six.py": "vendored",
        "tools/release.py": "script",
    }


def test_a_release_unpacked_in_the_tree_is_vendored() -> None:
    assert kind_of("desktop/ext-py3/boto-2.49.0/boto/auth.py") is ModuleKind.VENDORED
    assert kind_of("ext/python-sasl-0.3.1a2/sasl/__init__.py") is ModuleKind.VENDORED
    assert kind_of("shop-1.2/shop/models.py") is ModuleKind.SOURCE  # the release that is being analysed
    assert kind_of("shop/api/v2.1/routes.py") is ModuleKind.SOURCE


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('Cart = get_class("basket.views", "Cart")', ["shop.pay > shop.apps.basket.views Cart"]),
        ('Cart, Line = loading.get_classes("basket.views", ["Cart", "Line"])',
         ["shop.pay > shop.apps.basket.views Cart Line"]),
        ('def pay():\n    Cart = get_class("basket.views", "Cart")', ["shop.pay > shop.apps.basket.views Cart"]),
        ('Cart = get_class("basket.gone", "Cart")', []),
        ('Cart = get_class("views", "Cart")', []),
        ('Cart = get_class(label, "Cart")', []),
        ('Cart = cached("basket.views", "Cart")', []),
    ],
)  # fmt: skip
def test_what_loads_a_class_by_the_end_of_a_modules_name_imports_it(statement: str, expected: list[str]) -> None:
    text = f"""
--- shop/__init__.py
--- shop/pay.py
{statement}
--- shop/apps/basket/views.py
--- overrides/shop/forked/basket/views.py
"""
    assert edges(text) == expected
