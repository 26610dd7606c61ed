"""What modules define and use of each other, where it is really defined."""

import pytest

from decompose.extract.callers import Callers
from decompose.extract.file import Says
from decompose.extract.resolve import index
from decompose.extract.symbols import symbols
from decompose.extract.uses import definitions, uses
from decompose.extract.waits import Waits
from tests.trees import files

SHOP = """
--- shop/__init__.py
from .orders import Order as PublicOrder
from .money import *
--- shop/money.py
RATE = 3
def pay(order): ...
--- shop/orders.py
import abc
class Order(abc.ABC):
    LIMIT = 5
    @classmethod
    def create(cls, who: "User", /, *items: int, dry: bool = False, **rest) -> list[int]: ...
class Lost(Exception): ...
--- shop/api.py
"""


def read(text: str) -> list[Says]:
    return files(SHOP + text)


def used(text: str) -> list[str]:
    said = read(text)
    found = index(said)
    names = symbols(said, found)
    place = next(place for place in found.places if place.path == "shop/api.py")
    api = next(one for one in said if one.path == "shop/api.py")
    return [
        f"{one.function or '-'} {one.used}:{one.name} {one.kind}"
        + (" dropped" if not one.result_used else "")
        + (" loop" if one.in_loop else "")
        for one in uses(place, api, names, Waits(names, Callers([(place, api)], names)))
    ]


def test_names_are_followed_through_re_exports_to_where_they_are_defined() -> None:
    assert used("import shop\nx = shop.PublicOrder\nfrom shop import pay\ny = pay(1)") == [
        "- shop.orders:Order reference",
        "- shop.money:pay call",
    ]


def test_kinds_of_use() -> None:
    text = """
from shop.orders import Order, Lost
from shop.money import RATE, pay
class Late(Order):
    def go(self, order: Order) -> None:
        try:
            for one in order:
                pay(one)
        except Lost:
            raise Lost(RATE)
"""
    assert used(text) == [
        "- shop.orders:Order inherit",
        "Late shop.orders:Order annotation",
        "Late.go shop.money:pay call loop",
        "Late.go shop.orders:Lost raise",
        "Late.go shop.orders:Lost raise",
        "Late.go shop.money:RATE constant",
    ]


def test_what_leaves_a_function_is_no_call_for_each_item() -> None:
    text = "from shop import pay\ndef f(rows):\n    for row in rows:\n        "
    assert used(text + "return pay(row)") == ["f shop.money:pay call"]
    assert used(text + "raise Wrong(pay(row))") == ["f shop.money:pay call"]
    assert used(text + "return [pay(one) for one in row]") == ["f shop.money:pay call loop"]
    dropped = {
        "pay(row)\n        break": "",
        "pay(row)\n        raise": "",
        "while row:\n            pay(row)\n            break": " loop",
        "while row:\n            pay(row)\n            return": "",
        "pay(row)\n        if row: continue\n        break": " loop",
        "if row: continue\n        pay(row)\n        break": "",
        "pay(row)": " loop",
    }
    assert {body: used(text + body) for body in dropped} == {
        body: [f"f shop.money:pay call dropped{loop}"] for body, loop in dropped.items()
    }
    tries = "try:\n            pay(row)\n            raise\n        except Exception: pass"
    assert used(text + tries) == ["f shop.money:pay call loop"], "the next row follows"


def test_a_result_that_lies_in_an_argument_is_looked_at() -> None:
    text = """
from shop import totals
totals.fill(order)
totals.Book.close(order)
totals.note(order)
--- shop/totals.py
def fill(order):
    order.total = 3
def note(order):
    print(order)
class Book:
    def close(order):
        order.closed = True
"""
    assert used(text) == [
        "- shop.totals:fill call",
        "- shop.totals:Book.close call",
        "- shop.totals:note call dropped",
    ]


def test_a_librarys_name_is_used_of_who_passes_it_on() -> None:
    text = "from shop.errors import Late, json\ntry:\n    json.loads(x)\nexcept (KeyError, Late):\n    pass\n"
    passing = "--- shop/errors.py\nimport json\nfrom rq.timeouts import Late\n"
    assert used(text + passing) == ["- shop.errors:json.loads call", "- shop.errors:Late raise"]
    assert used("import json\nfrom rq import Late\njson.loads(Late)") == []


def test_a_librarys_name_is_used_of_the_module_that_imported_it_and_not_of_its_package() -> None:
    text = "from shop import crypto\ntry:\n    f()\nexcept crypto.BadSignature:\n    pass\n"
    assert used(text + "--- shop/crypto.py\nfrom signing import BadSignature\n") == ["- shop.crypto:BadSignature raise"]


def test_a_quoted_annotation_uses_what_it_names() -> None:
    text = "from shop.orders import Order, Lost\ndef f(a: 'Order | None', b: dict[str, 'Lost'], c: 'int' = 1): ...\n"
    assert used(text) == ["- shop.orders:Order annotation", "- shop.orders:Lost annotation"]


def test_what_is_imported_for_types_alone_is_used_for_types_alone() -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.orders import Order\nx: 'int' = Order"
    assert used(text) == ["- shop.orders:Order annotation"]


def test_a_literal_that_a_class_holds_is_a_constant() -> None:
    head = "from shop.orders import Order\nx = "
    assert used(head + "Order.LIMIT")[-1] == "- shop.orders:Order.LIMIT constant"
    assert used(head + "Order.create")[-1] == "- shop.orders:Order.create reference"


def test_a_constant_ends_where_its_value_does() -> None:
    said = read("LEVELS = (\n    (0, 'newcomer'),\n    (9, 'expert'),\n)\nRATE = 3\n")
    place = next(place for place in index(said).places if place.path == "shop/api.py")
    one = next(one for one in said if one.path == "shop/api.py")
    found = definitions(place, one, symbols(said, index(said)))
    assert [(each.name, each.line, each.end_line) for each in found] == [("LEVELS", 1, 4), ("RATE", 5, 5)]


def test_submodules_libraries_and_circles() -> None:
    assert used("import shop.orders\nimport json\njson.loads(shop.orders.Order.create)") == [
        "- shop.orders:Order.create reference"
    ]
    circle = "--- shop/a.py\nfrom .b import x\n--- shop/b.py\nfrom .a import x\n"
    assert len(used("from shop.a import x\nx()\n" + circle)) == 1


def test_definitions_carry_signatures_and_bases() -> None:
    said = read("")
    found = index(said)
    names = symbols(said, found)
    place = next(place for place in found.places if place.path == "shop/orders.py")
    orders = next(one for one in said if one.path == "shop/orders.py")
    assert [(one.name, one.kind, one.signature, one.bases) for one in definitions(place, orders, names)] == [
        ("Order", "class", "", ("abc.ABC",)),
        (
            "Order.create",
            "function",
            "(cls, who: 'User', /, *items: int, dry: bool = False, **rest) -> list[int]",
            (),
        ),
        ("Lost", "class", "", ("Exception",)),
    ]


@pytest.mark.parametrize(
    ("line", "dropped"),
    [
        ("pay(1)", True),
        ("try: pay(1)\nfinally: pass", True),
        ("try: pay(1)\nexcept ValueError: pass", False),
        ("try: pass\nexcept ValueError: pay(1)", True),
        ("try:\n    def later(): pay(1)\nexcept ValueError: pass", True),
        ("pay(1, save=True)", True),
        ("pay(1, with_save=False)", False),
        ("pay(1, dry=False)", True),
    ],
)
def test_who_catches_errors_or_saves_itself_waits_for_a_call(line: str, dropped: bool) -> None:
    (use,) = used(f"from shop.money import pay\n{line}\n")
    assert use.endswith(" dropped") == dropped


def test_classes_and_values_of_patterns_are_used() -> None:
    text = "from shop.orders import Order\nfrom shop import money\n"
    cases = "match x:\n    case Order() | [Order(LIMIT=1)]: pass\n    case money.RATE if money.pay(x): pass\n"
    assert set(used(text + cases)) >= {
        "- shop.orders:Order reference",
        "- shop.money:RATE constant",
        "- shop.money:pay call",
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("@lru_cache(maxsize=9)\ndef rates(): ...", ["rates"]),
        ("@memoize_redis(60)\ndef rates(): ...", ["rates"]),
        ("@never_cache\ndef rates(): ...", []),
        ("@view_config(route='r', decorator=[cors(), origin_cache(9)])\ndef rates(): ...", ["rates"]),
        ("@view_config(decorator=_CACHE_DECORATOR)\ndef rates(): ...", ["rates"]),
        ("@view_config(decorator=[cors(), cache_control(9)], renderer=cache)\ndef rates(): ...", []),
        ("def rates():\n    return cache.get_or_set('rates', lambda: 1)", ["rates"]),
        ("def rates():\n    store = get_redis_interface('A')\n    return store.get('rates')", ["rates"]),
        ("def rates():\n    def one(): return rate_cache.get('one')\n    return one()", ["rates"]),
        ("def rates():\n    cache.delete('rates')\n    return request.GET.get('a')", []),
        ("class Rates:\n    @cached_property\n    def one(self): ...\n    def two(self): ...", ["Rates.one"]),
        (
            "@method_decorator(cache_page(60), name='dispatch')\nclass Rates:\n    def get(self): ...",
            ["Rates", "Rates.get"],
        ),
        (
            "class Rates:\n    def dispatch(self, *a):\n        return cache_page(9)(super().dispatch)(*a)",
            ["Rates.dispatch"],
        ),
    ],
)
def test_definitions_say_what_a_cache_keeps(text: str, kept: list[str]) -> None:
    said = read(text)
    found = index(said)
    place, one_said = next((place, one) for place, one in zip(found.places, said, strict=True) if "api" in place.path)
    assert [one.name for one in definitions(place, one_said, symbols(said, found)) if one.cached] == kept


def test_a_class_that_a_loader_gives_is_used_where_it_is_defined() -> None:
    text = """
Late = loading.get_class("shop.orders", "Order")
def late():
    Early, Other = get_classes("shop.orders", ("Order", "Lost"))
    raise Other(Late.create(), Early.LIMIT)
"""
    assert sorted(used(text)) == [
        "late shop.orders:Lost raise",
        "late shop.orders:Order.LIMIT constant",
        "late shop.orders:Order.create call",
    ]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from shop import *\ndef f(items):\n    for pay in items:\n        pay(1)", []),
        ("from shop import *\ndef f(order):\n    return pay(order), print(RATE), lost", [
            "f shop.money:pay call", "f shop.money:RATE constant"]),
        ("from shop.orders import *\nx = Order.create()\nclass Lost: ...\nLost()", [
            "- shop.orders:Order.create call"]),
        ("from shop.orders import *\nABC = abc.ABC", []),
    ],
)  # fmt: skip
def test_a_name_that_an_import_of_all_names_binds_is_used_where_it_is_defined(code: str, found: list[str]) -> None:
    assert used(code) == found
