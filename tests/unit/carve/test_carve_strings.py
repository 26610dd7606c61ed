"""Names of modules inside text follow, in code, configuration and documentation."""

import pytest

from tests.carving import carved

SHOP = """
--- shop/__init__.py
--- shop/orders/__init__.py
--- shop/orders/models.py
class Order: ...
--- shop/orders/tasks.py
def send(): ...
--- shop/orders/data/rates.json
{}
--- shop/util.py
--- lone/__init__.py
def helper(): ...
--- lone/models.py
class Thing: ...
"""
MOVED = "shop.orders shop.orders.models shop.orders.tasks lone lone.models"


def follow(text: str, path: str = "app.py") -> str:
    files, _ = carved(f"{SHOP}--- {path}\n{text}\n", MOVED, face=False)
    return files[path].rstrip("\n")


def listed(text: str) -> list[tuple[str, int, bool]]:
    _, carving = carved(f"{SHOP}--- app.py\n{text}\n", MOVED, face=False)
    return [(lost.kind, lost.line, lost.blocks) for lost in carving.unfollowed]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 'shop.orders.tasks.send'", "x = 'sales.shop.orders.tasks.send'"),
        ("x = 'shop.orders.tasks:send'", "x = 'sales.shop.orders.tasks:send'"),
        ('x = include("shop.orders.urls")', 'x = include("sales.shop.orders.urls")'),
        ("x = r'shop.orders'", "x = r'sales.shop.orders'"),
        ("x = 'shop.orders.%s' % y", "x = 'sales.shop.orders.%s' % y"),
        ("x = f'shop.orders.{y}'", "x = f'sales.shop.orders.{y}'"),
        ("x = 'python -m shop.orders.tasks --all'", "x = 'python -m sales.shop.orders.tasks --all'"),
        ("x = 'shop/orders/data/rates.json'", "x = 'sales/shop/orders/data/rates.json'"),
        ("INSTALLED_APPS = ['lone', 'shop.orders']", "INSTALLED_APPS = ['sales.lone', 'sales.shop.orders']"),
        ("INSTALLED_APPS += ['lone']", "INSTALLED_APPS += ['sales.lone']"),
        ("import_module('lone')", "import_module('sales.lone')"),
        ("setup(packages=['lone'])", "setup(packages=['sales.lone'])"),
        ("app.autodiscover_tasks(['lone'])", "app.autodiscover_tasks(['sales.lone'])"),
        ("L = {'loggers': {'lone': {}}}", "L = {'loggers': {'sales.lone': {}}}"),
        ("class C(AppConfig):\n    name = 'lone'", "class C(AppConfig):\n    name = 'sales.lone'"),
        ("x = 'lone.helper'", "x = 'sales.lone.helper'"),
        ('"""See :mod:`shop.orders.tasks`."""', '"""See :mod:`sales.shop.orders.tasks`."""'),
        ("x = 1  # like shop.orders.models.Order", "x = 1  # like sales.shop.orders.models.Order"),
    ],
)
def test_code(before: str, after: str) -> None:
    assert follow(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "x = 'lone'",
        "key = ForeignKey('lone.Thing')",  # an app label and a model
        "x = 'lone.html'",
        "x = 'lone.%s_thing' % y",
        "x = has_perm('lone.add_thing')",
        "x = 'myshop.orders'",
        "x = 'shop.orders_old'",
        "x = path('shop/orders/', y)",
        "x = b'shop.orders'",
        "get_model('lone', 'Thing')",
    ],
)
def test_what_names_no_module_stays(text: str) -> None:
    assert follow(text) == text


def test_a_key_of_the_wsgi_environment_that_looks_like_a_module_stays_everywhere() -> None:
    use = 'def app(environ, start):\n    environ["shop.orders"].go()\n'
    test = "given = {'shop.orders': 1, 'wsgi.input': 2}\nmock.patch('shop.orders')\nx = 'shop.orders.tasks.send'\n"
    page = "Take it from ``req.environ['shop.orders']``; see shop.orders.\n"
    files, carving = carved(f"{SHOP}--- app.py\n{use}--- tests/test_app.py\n{test}--- a.rst\n{page}", MOVED, face=False)
    assert files["app.py"] == use
    assert files["tests/test_app.py"] == test.replace("('shop", "('sales.shop").replace("= 'shop", "= 'sales.shop")
    assert files["a.rst"] == page.replace("see shop", "see sales.shop")
    assert not carving.unfollowed


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("docs/a.rst", ".. automodule:: shop.orders.tasks", ".. automodule:: sales.shop.orders.tasks"),
        ("README.md", "See `shop/orders/models.py`.", "See `sales/shop/orders/models.py`."),
        ("README.md", "https://x.org/shop/orders/models.py", "https://x.org/shop/orders/models.py"),
        ("pyproject.toml", 'go = "shop.orders.tasks:send"  # x', 'go = "sales.shop.orders.tasks:send"  # x'),
        ("setup.cfg", "x =\n    shop.orders.tasks:send", "x =\n    sales.shop.orders.tasks:send"),
        ("ci.yml", "run:  python -m shop.orders.tasks", "run:  python -m sales.shop.orders.tasks"),
        ("ci.yml", "paths: ['shop/orders/**']", "paths: ['sales/shop/orders/**']"),
        ("CODEOWNERS", "/shop/orders/ @ann", "/sales/shop/orders/ @ann"),
        ("MANIFEST.in", "recursive-include shop/orders *.json", "recursive-include sales/shop/orders *.json"),
        ("CHANGELOG.md", "Adds shop.orders.tasks.", "Adds shop.orders.tasks."),
        ("data.json", '"shop.orders.tasks"', '"shop.orders.tasks"'),
    ],
)
def test_other_files(path: str, before: str, after: str) -> None:
    assert follow(before, path) == after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import_module(f'shop.{x}')", [("dynamic_import", 1, True)]),
        ("import_module(name)", [("dynamic_import", 1, True)]),
        ("import_module(f'plugins.{x}')", []),
        ("import_module('shop.orders.' + x)", []),  # the string has followed
        ("import_module('shop.orders.task_' + x)", [("dynamic_import", 1, True)]),
        ("import_module('lone.' + x)", [("dynamic_import", 1, True)]),
        ("iter_modules([path])", [("package_walk", 1, True)]),
        ("iter_modules(shop.__path__)", [("package_walk", 1, True)]),
        ("iter_modules(plugins.__path__)", []),
        ("here = dirname(__file__)\niter_modules(path=[here])", []),  # beside app.py nothing moves
        ("import_module(settings.BACKEND)", []),
        ("__import__(name)", [("dynamic_import", 1, True)]),
        ("\nsys.path.insert(0, x)", [("sys_path", 2, False)]),
        ("x = 'say shop.orders.tasks loudly'", [("text", 1, False)]),
        ("import shop\nx = getattr(shop, 'orders')", [("dynamic_attribute", 2, True)]),
        ("def broken(:  # shop.orders", [("unparsable", 1, True)]),
    ],
)
def test_what_cannot_be_followed_is_listed(text: str, expected: list[tuple[str, int, bool]]) -> None:
    assert listed(text) == expected


def test_a_walk_over_the_own_package_matters_where_that_loses_modules() -> None:
    walk = "from pkgutil import iter_modules\nfor m in iter_modules(__path__): pass\n"
    text = f"--- a/__init__.py\n{walk}--- a/b.py\n--- a/c.py\n--- z/__init__.py\n--- z/y.py\n"
    assert [lost.kind for lost in carved(text, "a.b")[1].unfollowed] == ["package_walk"]
    assert not carved(text, "z.y")[1].unfollowed
    assert not carved(text, "a a.b a.c")[1].unfollowed


def test_a_prefix_below_which_only_some_move_is_listed() -> None:
    text = "--- a/__init__.py\n--- a/b/__init__.py\n--- a/b/c.py\n--- a/b/d.py\n--- e.py\nx = 'a.b.%s'\n"
    assert [(lost.kind, lost.line) for lost in carved(text, "a.b.c")[1].unfollowed] == [("dynamic_name", 1)]
