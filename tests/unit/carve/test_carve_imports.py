"""Each form of import follows, and nothing else of its line changes."""

import ast

import libcst as cst
import pytest

from decompose.carve import Carving, project
from tests.carving import carved

SHOP = """
--- shop/__init__.py
--- shop/orders.py
def place(): ...
class Order: ...
--- shop/util.py
def fmt(): ...
--- shop/billing/__init__.py
from .core import charge
--- shop/billing/core.py
def charge(): ...
"""
MOVED = "shop.orders shop.billing shop.billing.core"


def moved(text: str, names: str) -> tuple[dict[str, str], Carving]:
    return carved(text, names, face=False)


def follow(code: str, path: str = "app.py") -> str:
    """`code`, a module at `path`, after orders and billing moved to shop.sales."""
    files, _ = moved(f"{SHOP}--- {path}\n{code}\n", MOVED)
    return files[path].rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import shop.orders", "import shop.sales.orders"),
        ("import shop.orders as o  # why", "import shop.sales.orders as o  # why"),
        ("import os, shop.orders", "import os, shop.sales.orders"),
        ("import shop.orders\nshop.orders.place()", "import shop.sales.orders\nshop.sales.orders.place()"),
        (
            "import shop.orders\nshop.orders.place(shop.util.fmt)",
            "import shop.sales.orders\nshop.sales.orders.place(shop.util.fmt)",
        ),
        ("from shop import orders", "from shop.sales import orders"),
        ("from shop import orders, util", "from shop import util\nfrom shop.sales import orders"),
        ("from shop import orders as o; o.place()", "from shop.sales import orders as o; o.place()"),
        ("from shop.orders import place", "from shop.sales.orders import place"),
        ("from shop.orders import *", "from shop.sales.orders import *"),
        ("from shop.billing import charge", "from shop.sales.billing import charge"),
        ("if x: import shop.orders; y()", "if x: import shop.sales.orders; y()"),
        (
            "def f():\n    from shop import orders, util  # lazy",
            "def f():\n    from shop import util  # lazy\n    from shop.sales import orders",
        ),
        (
            "from shop import (\n    orders,  # why\n    util,\n)",
            "from shop import util\nfrom shop.sales import (\n    orders,  # why\n)",
        ),
        (
            "from shop.orders import (\n    Order,\n    place\n)",
            "from shop.sales.orders import (\n    Order,\n    place\n)",
        ),
        ("import shop as s\ns.orders.place()", "import shop as s\nimport shop.sales\nshop.sales.orders.place()"),
        (
            "import shop.orders\ndef f(x: 'shop.orders.Order | None'): ...",
            "import shop.sales.orders\ndef f(x: 'shop.sales.orders.Order | None'): ...",
        ),
        (
            "import shop.orders\ndef f(shop): return shop.orders",
            "import shop.sales.orders\ndef f(shop): return shop.orders",
        ),
        ("from other.shop import orders", "from other.shop import orders"),
    ],
)  # fmt: skip
def test_outsiders(before: str, after: str) -> None:
    assert follow(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from .core import charge", "from .core import charge"),
        ("from . import core", "from . import core"),
        ("from ..orders import place", "from ..orders import place"),
        ("from .. import orders", "from .. import orders"),
        ("from ..util import fmt", "from shop.util import fmt"),
        ("from .. import util, orders", "from .. import orders\nfrom shop import util"),
        ("from ..orders import *", "from ..orders import *"),
    ],
)
def test_insiders_keep_their_relative_imports_where_they_still_reach(before: str, after: str) -> None:
    files, _ = moved(f"{SHOP}--- shop/billing/more.py\n{before}\n", f"{MOVED} shop.billing.more")
    assert files["shop/sales/billing/more.py"].rstrip("\n") == after


def test_a_module_that_left_its_siblings_reaches_them_again() -> None:
    files, _ = moved("--- a/__init__.py\n--- a/b.py\nfrom . import c\nfrom .c import x\n--- a/c.py\nx = 1\n", "a.b")
    assert files["a/sales/b.py"] == "from a import c\nfrom a.c import x\n"


def test_those_left_behind_reach_it_relatively_where_they_did() -> None:
    files, _ = moved("--- a/__init__.py\nfrom . import b\n--- a/b.py\nx = 1\n--- a/c.py\nfrom .b import x\n", "a.b")
    assert files["a/__init__.py"] == "from .sales import b\n"
    assert files["a/c.py"] == "from .sales.b import x\n"


def test_a_name_that_a_package_binds_anew_is_no_submodule() -> None:
    text = "--- a/__init__.py\nfrom .b import b\n--- a/b.py\ndef b(): ...\n--- a/c.py\nfrom a import b\n"
    files, _ = moved(text, "a.b")
    assert files["a/c.py"] == "from a import b\n"


def test_a_star_import_that_brought_a_loaded_submodule_names_it_now() -> None:
    text = "--- a/__init__.py\nfrom . import b\n--- a/b.py\nx = 1\n--- z.py\nfrom a import *\nb.x\n"
    files, _ = moved(text, "a.b")
    assert files["z.py"] == "from a import *\nfrom a.sales import b\nb.x\n"


def test_a_local_name_like_the_new_package_is_not_run_over() -> None:
    text = "--- orders.py\nx = 1\n--- z.py\nimport orders\ndef f(sales): return orders.x + sales\n"
    files, _ = moved(text, "orders")
    assert files["z.py"] == "from sales import orders as orders_2\ndef f(sales): return orders_2.x + sales\n"


def test_a_moved_package_takes_its_name_along() -> None:
    text = "--- a/__init__.py\n--- a/old/__init__.py\nx = 1\n--- a/old/b.py\n--- z.py\n"
    files, carving = moved(f"{text}from a import old\nfrom a.old import b\n", "a.old a.old.b")
    assert carving.renamed == {"a.old": "a.sales", "a.old.b": "a.sales.b"}
    assert files["z.py"] == "from a import sales as old\nfrom a.sales import b\n"


def test_what_does_not_name_the_moved_stays_byte_for_byte() -> None:
    odd = "x  =  1 ;y = [ 2,3 ]\r\nfrom  shop  import   util\r\n\tz=0".replace("\t", "")
    assert follow(odd) == odd


def test_only_what_may_name_the_moved_is_parsed_and_libcst_sees_only_imports_that_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, given = [], []
    monkeypatch.setattr(project, "_read", lambda text: read.append(text) or ast.parse(text))
    parse = cst.parse_statement
    monkeypatch.setattr(cst, "parse_statement", lambda text: given.append(text) or parse(text))
    monkeypatch.setattr(cst, "parse_module", pytest.fail)
    bystander = "import os\nfrom shop.util import fmt\nx = 'orders'\n"
    user = "from shop import util\nfrom shop.orders import place\n"
    carved(f"{SHOP}--- by.py\n{bystander}--- user.py\n{user}", "shop.orders")
    assert bystander not in read
    assert read.count(user) == 1
    assert set(given) == {"from shop.orders import place", "from shop.sales.orders import place"}  # moved, then faced
