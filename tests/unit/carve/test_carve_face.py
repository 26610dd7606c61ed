"""The face exports what outsiders use, and the contract keeps the border."""

import subprocess
import sys
import tomllib

from tests.carving import carved, run

SHOP = """
--- shop/__init__.py
--- shop/orders.py
from django.db import models
def place(user, *, dry_run: bool = False) -> int:
    return 1
def _hidden(): ...
def unused(): ...
class Order(models.Model): ...
--- shop/views.py
from shop.orders import place, Order
--- shop/jobs.py
from shop import orders
from shop.orders import _hidden
def go(): return orders.place(1)
--- shop/tests/test_orders.py
from shop.orders import unused
--- shop/other.py
x = 1
"""


def test_it_exports_exactly_what_outsiders_use_with_signatures() -> None:
    files, carving = carved(SHOP, "shop.orders")
    assert carving.exports == ("Order", "_hidden", "orders", "place")
    assert "from .orders import place as place  # (user, *, dry_run: bool = False) -> int" in files["shop/sales/api.py"]
    assert files["shop/views.py"] == "from shop.sales.api import place, Order\n"
    assert files["shop/jobs.py"].startswith("from shop.sales.api import orders\nfrom shop.sales.api import _hidden\n")


def test_what_outsiders_should_not_use_is_listed_with_its_lines() -> None:
    _, carving = carved(SHOP, "shop.orders")
    assert [(each.home, each.why, each.used_by) for each in carving.exposed] == [
        ("shop.sales.orders.Order", "model", (("shop/views.py", 1),)),
        ("shop.sales.orders._hidden", "private", (("shop/jobs.py", 2),)),
        ("shop.sales.orders", "module", (("shop/jobs.py", 1), ("shop/jobs.py", 3))),
    ]


def test_tests_go_on_reaching_inside() -> None:
    files, _ = carved(SHOP, "shop.orders")
    assert files["shop/tests/test_orders.py"] == "from shop.sales.orders import unused\n"


def test_names_that_two_modules_share_are_told_apart() -> None:
    text = "--- a.py\ndef go(): print('a')\n--- b.py\ndef go(): print('b')\n"
    main = "--- main.py\nfrom a import go\nfrom b import go as other\ngo(); other()\n"
    files, carving = carved(text + main, "a b")
    assert carving.exports == ("a_go", "b_go")
    assert run(files) == "a\nb\n"


def test_a_star_import_stays_direct_and_is_listed() -> None:
    files, carving = carved("--- a.py\nx = 1\n--- main.py\nfrom a import *\nprint(x)\n", "a")
    assert files["main.py"] == "from sales.a import *\nprint(x)\n"
    assert [(lost.kind, lost.path, lost.line, lost.blocks) for lost in carving.unfollowed] == [
        ("star", "main.py", 1, False)
    ]


def test_the_face_is_named_otherwise_where_the_package_has_an_api() -> None:
    files, _ = carved("--- a/__init__.py\n--- a/api.py\nx = 1\n--- main.py\nfrom a.api import x\n", "a a.api")
    assert files["main.py"] == "from sales.face import x\n"


def test_the_face_follows_a_replaced_function() -> None:
    text = "--- a.py\ndef f(): return 'real'\n--- main.py\ndef go():\n    from a import f\n    return f()\n"
    patched = "from unittest import mock\nwith mock.patch('a.f', lambda: 'fake'): print(go())\n"
    files, _ = carved(text + patched, "a")
    assert run(files) == "fake\n"


def test_the_contract_lets_tests_in_and_nobody_else() -> None:
    files, _ = carved(SHOP + "--- pyproject.toml\n[project]\nname = 'shop'  # kept\n", "shop.orders")
    assert files["pyproject.toml"].startswith("[project]\nname = 'shop'  # kept\n")
    (contract,) = tomllib.loads(files["pyproject.toml"])["tool"]["importlinter"]["contracts"]
    assert contract["type"] == "protected"
    assert contract["protected_modules"] == ["shop.sales"]
    assert contract["allowed_importers"] == ["shop.sales", "shop.tests"]
    assert contract["ignore_imports"] == ["** -> shop.sales.api"]


def test_the_contract_joins_those_that_stand() -> None:
    ini = "[importlinter]\nroot_packages =\n    shop\n"
    files, _ = carved(f"{SHOP}--- .importlinter\n{ini}", "shop.orders")
    assert files[".importlinter"].startswith(ini + "\n[importlinter:contract:shop-sales-face]\n")


def test_inline_contracts_are_left_to_a_person() -> None:
    text = "[tool.importlinter]\nroot_package = 'shop'\ncontracts = []\n"
    files, carving = carved(f"{SHOP}--- pyproject.toml\n{text}", "shop.orders")
    assert files["pyproject.toml"] == text
    assert [lost.kind for lost in carving.unfollowed] == ["guard"]


def test_tach_learns_the_interface_where_it_is_in_use() -> None:
    files, _ = carved(f"{SHOP}--- tach.toml\nsource_roots = ['.']\n", "shop.orders")
    known = tomllib.loads(files["tach.toml"])
    assert known["interfaces"] == [{"expose": ["api.*"], "from": ["shop.sales"]}]
    assert known["modules"] == [{"path": "shop.sales", "utility": True}]


def test_linters_and_formatters_have_nothing_to_say_about_it() -> None:
    """Whatever the project's line length from 88 on: it is its own code from now on."""
    text = """
--- a.py
from django.db import models
LIMIT = 1
class Order(models.Model): ...
class Money: ...
def fetch_everything_of_a_user(account_number: int, *, refresh: bool = False) -> bytes: ...
def place(user, *, dry_run: bool = False) -> int: ...
def _hidden(): ...
--- b.py
def Camel(): ...
--- c/__init__.py
--- c/deep.py
--- main.py
from a import LIMIT, Order, Money, fetch_everything_of_a_user, place, _hidden
from b import Camel
from c import deep
"""
    files, _ = carved(text, "a b c c.deep")
    face = files["sales/api.py"]
    assert face.count("if TYPE_CHECKING:") == 2  # what is meant for others, and what is not
    for words in (["check", "--select", "E,F,I,W,RUF100"], ["format", "--check"]):
        options = ["--isolated", "--line-length", "88", "--stdin-filename", "sales/api.py", "-"]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, *options], input=face, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_long_signature_stands_above_its_line() -> None:
    text = "--- a.py\ndef fetch_everything_of_a_user(account_number: int, *, refresh: bool = False) -> bytes: ...\n"
    files, _ = carved(f"{text}--- main.py\nfrom a import fetch_everything_of_a_user\n", "a")
    assert max(map(len, files["sales/api.py"].split("\n"))) < 110
    assert "    # (account_number: int, *, refresh: bool = False) -> bytes\n    from .a import" in files["sales/api.py"]


def test_without_a_face_nothing_but_the_move_happens() -> None:
    files, carving = carved(SHOP, "shop.orders", face=False)
    assert len(carving.commits) == 1
    assert files["shop/views.py"] == "from shop.sales.orders import place, Order\n"


def test_a_package_that_nobody_uses_gets_a_contract_and_no_face() -> None:
    files, carving = carved("--- a/__init__.py\n--- a/b/__init__.py\n--- a/c.py\n", "a.b", "b")
    assert carving.renamed == {}
    assert "name = Others do not use a.b\n" in files[".importlinter"]
    assert "a/b/api.py" not in files
