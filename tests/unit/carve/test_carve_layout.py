"""What moves as one piece, where to, and what is refused."""

import pytest

from decompose.carve import Options, Order, carve
from decompose.errors import InputError
from tests.carving import carved, sources

SHOP = """
--- shop/__init__.py
--- shop/orders/__init__.py
--- shop/orders/models.py
--- shop/orders/migrations/__init__.py
--- shop/orders/migrations/0001_initial.py
--- shop/orders/static/orders/logo.png
--- shop/orders/locale/de/LC_MESSAGES/django.po
--- shop/orders/tests/test_models.py
--- shop/util.py
--- shop/money.py
--- main.py
"""


def renamed(names: str, boundary: str = "sales", text: str = SHOP, **options: object) -> dict[str, str]:
    return dict(carved(text, names, boundary, **options)[1].renamed)


def test_a_whole_package_becomes_the_new_package_with_all_that_lies_in_it() -> None:
    files, _ = carved(SHOP, "shop.orders shop.orders.models", "sales", followers=True)
    assert [path for path in sorted(files) if path.startswith("shop/sales/") and "api" not in path] == [
        "shop/sales/__init__.py",
        "shop/sales/apps.py",  # keeps the label
        "shop/sales/locale/de/LC_MESSAGES/django.po",
        "shop/sales/migrations/0001_initial.py",
        "shop/sales/migrations/__init__.py",
        "shop/sales/models.py",
        "shop/sales/static/orders/logo.png",
        "shop/sales/tests/test_models.py",
    ]
    assert not [path for path in files if path.startswith("shop/orders/")]


def test_several_units_keep_their_names_below_their_common_package() -> None:
    assert renamed("shop.orders shop.orders.models shop.money", followers=True)["shop.money"] == "shop.sales.money"
    assert renamed("shop.money main", "cash") == {"shop.money": "cash.shop.money", "main": "cash.main"}


def test_a_package_that_is_the_boundary_already_stays_and_others_join_it() -> None:
    assert renamed("shop.orders shop.orders.models shop.money", "orders", followers=True) == {
        "shop.money": "shop.orders.money"
    }


def test_a_second_package_of_the_same_name_is_called_by_where_it_was() -> None:
    text = SHOP + "--- shop/api/__init__.py\n--- shop/api/orders/__init__.py\n--- shop/api/orders/views.py\n"
    names = "shop.orders shop.orders.models shop.api.orders shop.api.orders.views"
    assert renamed(names, "orders", text, followers=True) == {
        "shop.api.orders": "shop.orders.api",
        "shop.api.orders.views": "shop.orders.api.views",
    }


def test_a_second_package_keeps_its_name_where_others_would_lie_in_it() -> None:
    text = SHOP + "--- shop/sales/__init__.py\n--- shop/base.py\n--- alone.py\n"
    assert renamed("shop.sales shop.base alone", "sales", text) == {
        "shop.base": "sales.shop.base",
        "shop.sales": "sales.shop.sales",
        "alone": "sales.alone",
    }


def test_the_new_package_can_be_chosen() -> None:
    assert renamed("shop.money", into="core.cash") == {"shop.money": "core.cash.money"}


def test_a_name_that_others_hold_is_avoided() -> None:
    assert renamed("shop.money", "util") == {"shop.money": "shop.util_service.money"}
    assert renamed("shop.money", "2 Pay!") == {"shop.money": "shop._2_pay.money"}


def test_a_source_folder_is_no_part_of_the_name() -> None:
    files, _ = carved("--- src/a/__init__.py\n--- src/a/b.py\n--- src/a/c.py\nfrom .b import x\n", "a.b")
    assert "src/a/sales/b.py" in files
    assert files["src/a/c.py"] == "from .sales.api import x\n"


def test_what_a_framework_finds_by_its_place_stays() -> None:
    text = "--- a/__init__.py\n--- a/models.py\n--- a/templatetags/__init__.py\n--- a/templatetags/x.py\n--- a/b.py\n"
    _, carving = carved(text, "a.b a.templatetags.x")
    assert set(carving.renamed) == {"a.b"}
    assert [(lost.kind, lost.path, lost.blocks) for lost in carving.unfollowed] == [
        ("stays", "a/templatetags/x.py", False)
    ]


@pytest.mark.parametrize(
    ("config", "said", "stays"),
    [
        ("", 'get_class("customer.lists.views", "All")', True),
        ("", "import_string('customer.lists.views.All')", True),
        ('class Config:\n    label = "people"\n', 'get_class("people.lists.views", "All")', True),
        ("", 'get_class("customer.lists.forms", "All")', False),
        ("", 'reverse("customer:lists.views")', False),
        ("", "import a.customer.lists.views", False),
    ],
)
def test_what_is_loaded_by_the_label_of_an_app_that_stays_behind_stays(config: str, said: str, stays: bool) -> None:
    text = (
        f"--- a/__init__.py\n--- a/customer/__init__.py\n--- a/customer/apps.py\n{config}--- a/customer/forms.py\n"
        f"--- a/customer/lists/__init__.py\n--- a/customer/lists/views.py\n--- a/lists.py\n--- a/urls.py\n{said}\n"
    )
    _, carving = carved(text, "a.lists a.customer.lists.views")
    assert ("a.customer.lists.views" not in carving.renamed) is stays
    assert [lost.path for lost in carving.unfollowed if lost.kind == "stays"] == ["a/customer/lists/views.py"] * stays


def test_an_app_that_moves_as_a_whole_takes_what_is_loaded_by_its_label_along() -> None:
    text = (
        "--- a/__init__.py\n--- a/customer/__init__.py\n--- a/customer/apps.py\n--- a/customer/views.py\n"
        '--- a/urls.py\nget_class("customer.views", "All")\n'
    )
    _, carving = carved(text, "a.customer a.customer.apps a.customer.views")
    assert "a.customer.views" in carving.renamed


@pytest.mark.parametrize(
    ("path", "unit", "why"),
    [
        ("doc/ext/orders.py", "doc", "doc is no package"),
        ("api-ref/conf.py", "api-ref", "no name that can be imported"),
        ("shop/alembic/env.py", "shop/alembic", "its place among Alembic's scripts"),
        ("shop/alembic/versions/a1_first.py", "shop/alembic", "its place among Alembic's scripts"),
    ],
)
def test_what_is_found_by_its_path_stays(path: str, unit: str, why: str) -> None:
    text = f"{SHOP}--- shop/alembic/script.py.mako\n--- {path}\nx = 1\n"
    _, carving = carved(text, f"shop.money {path.removesuffix('.py').replace('/', '.')}")
    assert dict(carving.renamed) == {"shop.money": "shop.sales.money"}
    assert [(lost.kind, lost.path, lost.blocks) for lost in carving.unfollowed] == [("stays", unit, False)]
    assert why in carving.unfollowed[0].text


def test_a_package_takes_its_alembic_along() -> None:
    text = (
        "--- a/__init__.py\n--- a/db/__init__.py\n--- a/db/alembic/script.py.mako\n--- a/db/alembic/env.py\n--- c.py\n"
    )
    files, _ = carved(text, "a.db a.db.alembic.env", "db_x")
    assert {"a/db_x/alembic/script.py.mako", "a/db_x/alembic/env.py"} <= files.keys()


@pytest.mark.parametrize(
    ("names", "into", "message"),
    [
        ("", "", "has no modules"),
        ("shop.nothing", "", "'shop.nothing', which is no module"),
        ("shop.money", "shop.orders", "exists already"),
        ("shop.money", "not a name", "no dotted package name"),
        ("shop.money", "shop.util.cash", "shop.util is a module"),
        ("shop.money", "shop.money", "shop.money is a module"),
        ("shop.orders.migrations.0001_initial", "", "Nothing of boundary 'sales' can move"),
    ],
)
def test_orders_that_cannot_be_carried_out_are_refused(names: str, into: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        carved(SHOP, names, into=into)


def test_a_boundary_that_is_everything_is_refused() -> None:
    everything = sources("--- a/__init__.py\n--- a/b.py\n")
    with pytest.raises(InputError, match="every module"):
        carve(everything, Order("x", frozenset(everything.modules)), Options())


def test_a_clash_of_files_at_the_new_place_is_refused() -> None:
    text = "--- a/__init__.py\n--- a/b.py\n--- a/c.py\n--- a/sales/b.py\nx = 1\n--- a/sales/__init__.py\n"
    with pytest.raises(InputError, match=r"cannot move to a/sales/b\.py"):
        carved(text, "a.b a.sales a.sales.b", "sales")
