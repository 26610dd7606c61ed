"""Every form of reference that a carve promises to follow: one row for each, on an app that moves whole.

`shop.orders` becomes `shop.sales`. What a row names, a user of `docs/carve.md` reads there; the odd cases of each form
have their tests in the files beside this one.
"""

import pytest

from tests.carving import carved

APP = """
--- shop/__init__.py
--- shop/util.py
def fmt(): ...
--- shop/orders/__init__.py
--- shop/orders/apps.py
from django.apps import AppConfig
class OrdersConfig(AppConfig):
    name = "shop.orders"
--- shop/orders/models.py
class Order: ...
--- shop/orders/tasks.py
def send(): ...
--- shop/orders/middleware.py
class Basket: ...
--- shop/orders/urls.py
urlpatterns = []
--- shop/orders/data/rates.json
{}
--- shop/orders/templates/orders/list.html
<p>
--- shop/orders/static/orders/list.css
p {}
--- shop/orders/locale/de/LC_MESSAGES/django.po
msgid ""
--- shop/orders/fixtures/demo.json
[]
--- shop/orders/templatetags/__init__.py
--- shop/orders/templatetags/order_tags.py
x = 1
--- shop/orders/management/__init__.py
--- shop/orders/management/commands/__init__.py
--- shop/orders/management/commands/send_orders.py
from shop.orders.tasks import send
--- shop/orders/migrations/__init__.py
--- shop/orders/migrations/0001_initial.py
import shop.orders.models
--- shop/orders/tests/test_tasks.py
from ..tasks import send
"""
MOVED = " ".join(
    "shop.orders" + name
    for name in (
        "", ".apps", ".models", ".tasks", ".middleware", ".urls", ".templatetags", ".templatetags.order_tags",
        ".management", ".management.commands", ".management.commands.send_orders", ".migrations",
        ".migrations.0001_initial",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param(path, before, after, id=form)
        for form, path, before, after in [
            ("absolute", "shop/a.py", "import shop.orders.tasks", "import shop.sales.tasks"),
            ("relative", "shop/a.py", "from .orders import tasks", "from .sales import tasks"),
            ("relative name", "shop/a.py", "from .orders.tasks import send", "from .sales.tasks import send"),
            ("aliased", "shop/a.py", "import shop.orders.tasks as t", "import shop.sales.tasks as t"),
            (
                "dotted use",
                "shop/a.py",
                "import shop.orders.tasks\nshop.orders.tasks.send(shop.util)",
                "import shop.sales.tasks\nshop.sales.tasks.send(shop.util)",
            ),
            (
                "one of several",
                "shop/a.py",
                "from shop import orders, util",
                "from shop import sales as orders, util",
            ),
            ("star", "shop/a.py", "from shop.orders.tasks import *", "from shop.sales.tasks import *"),
            (
                "lazy",
                "shop/a.py",
                "def f():\n    from shop.orders.tasks import send",
                "def f():\n    from shop.sales.tasks import send",
            ),
            (
                "type only",
                "shop/a.py",
                "if TYPE_CHECKING:\n    from shop.orders.models import Order\ndef f(x: 'Order'): ...",
                "if TYPE_CHECKING:\n    from shop.sales.models import Order\ndef f(x: 'Order'): ...",
            ),
            (
                "__all__",
                "shop/a.py",
                "from shop import orders\n__all__ = ['orders']",
                "from shop import sales as orders\n__all__ = ['orders']",
            ),
            (
                "re-export",
                "shop/a.py",
                "from shop.orders.models import Order as Order\n__all__ = ['Order']",
                "from shop.sales.models import Order as Order\n__all__ = ['Order']",
            ),
            (
                "settings",
                "conf.py",
                "AUTH_BACKEND = 'shop.orders.tasks.send'",
                "AUTH_BACKEND = 'shop.sales.tasks.send'",
            ),
            ("INSTALLED_APPS", "conf.py", "INSTALLED_APPS = ['shop.orders']", "INSTALLED_APPS = ['shop.sales']"),
            (
                "INSTALLED_APPS by its config",
                "conf.py",
                "INSTALLED_APPS = ['shop.orders.apps.OrdersConfig']",
                "INSTALLED_APPS = ['shop.sales.apps.OrdersConfig']",
            ),
            (
                "middleware",
                "conf.py",
                "MIDDLEWARE = ['shop.orders.middleware.Basket']",
                "MIDDLEWARE = ['shop.sales.middleware.Basket']",
            ),
            (
                "include",
                "urls.py",
                "path('orders/', include('shop.orders.urls'))",
                "path('orders/', include('shop.sales.urls'))",
            ),
            (
                "import_string",
                "a.py",
                "import_string('shop.orders.tasks.send')",
                "import_string('shop.sales.tasks.send')",
            ),
            ("task name", "a.py", "app.send_task('shop.orders.tasks.send')", "app.send_task('shop.sales.tasks.send')"),
            (
                "entry point",
                "pyproject.toml",
                "[project.scripts]\nsend = 'shop.orders.tasks:send'  # kept",
                "[project.scripts]\nsend = 'shop.sales.tasks:send'  # kept",
            ),
            (
                "mock target",
                "tests/test_a.py",
                "@patch('shop.orders.tasks.send')\ndef f(x): ...",
                "@patch('shop.sales.tasks.send')\ndef f(x): ...",
            ),
            (
                "logging in code",
                "conf.py",
                "LOGGING = {'loggers': {'shop.orders': {'level': 'INFO'}}}",
                "LOGGING = {'loggers': {'shop.sales': {'level': 'INFO'}}}",
            ),
            (
                "logging in ini",
                "logging.ini",
                "[logger_o]\nqualname = shop.orders",
                "[logger_o]\nqualname = shop.sales",
            ),
            (
                "pytest option",
                "setup.cfg",
                "[tool:pytest]\naddopts = --cov=shop.orders",
                "[tool:pytest]\naddopts = --cov=shop.sales",
            ),
            (
                "pytest path",
                "pytest.ini",
                "[pytest]\ntestpaths = shop/orders/tests",
                "[pytest]\ntestpaths = shop/sales/tests",
            ),
            ("workflow", "ci.yml", "  - run:  pytest shop/orders  # fast", "  - run:  pytest shop/sales  # fast"),
            (
                "reference in documents",
                "docs/a.rst",
                ":class:`~shop.orders.models.Order`",
                ":class:`~shop.sales.models.Order`",
            ),
            (
                "path in documents",
                "README.md",
                "See [rates](shop/orders/data/rates.json).",
                "See [rates](shop/sales/data/rates.json).",
            ),
            ("path in code", "a.py", "open('shop/orders/data/rates.json')", "open('shop/sales/data/rates.json')"),
        ]
    ],
)
def test_it_follows(path: str, before: str, after: str) -> None:
    files, carving = carved(f"{APP}--- {path}\n{before}\n", MOVED, face=False)
    assert carving.package == "shop.sales"
    assert files[path] == f"{after}\n"
    assert not [lost for lost in carving.unfollowed if lost.blocks]


@pytest.mark.parametrize(
    "path",
    [
        "data/rates.json",
        "templates/orders/list.html",
        "static/orders/list.css",
        "locale/de/LC_MESSAGES/django.po",
        "fixtures/demo.json",
        "templatetags/order_tags.py",
        "management/commands/send_orders.py",
        "migrations/0001_initial.py",
        "tests/test_tasks.py",
    ],
)
def test_what_lies_in_the_app_comes_along(path: str) -> None:
    files, carving = carved(APP, MOVED, face=False)
    moves = {pair for commit in carving.commits for pair in commit.moves}
    assert (f"shop/orders/{path}", f"shop/sales/{path}") in moves
    assert f"shop/orders/{path}" not in files


def test_names_by_which_a_framework_finds_them_stay() -> None:
    """Templates, static files, tags and commands are found by names below the app, which do not change."""
    lines = ["x = render('orders/list.html')", "y = static('orders/list.css')", "call_command('send_orders')"]
    text = "\n".join([*lines, "builtins = ['order_tags']", ""])
    files, carving = carved(f"{APP}--- a.py\n{text}", MOVED, face=False)
    assert files["a.py"] == text
    assert files["shop/sales/management/commands/send_orders.py"] == "from shop.sales.tasks import send\n"
    assert files["shop/sales/migrations/0001_initial.py"] == "import shop.sales.models\n"
    assert not carving.unfollowed
