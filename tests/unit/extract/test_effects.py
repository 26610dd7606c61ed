import ast
from textwrap import dedent

import pytest

from decompose.extract.code import Function, read
from decompose.extract.effects import effects, raises, unguarded


def changes(text: str) -> bool:
    (function,) = read(ast.parse(dedent(text))).body
    assert isinstance(function, Function)
    return effects(function).hands_back


@pytest.mark.parametrize(
    "body",
    [
        "order.total = 3",
        "order.lines[0].total += 3",
        "del order['tax']",
        "setattr(order, name, 3)",
        "order.append(3)",
        "order.update({'tax': 3})",
        "order.store_value(3)",
        "if name:\n        order.total = 3",
        "for line in order:\n        line.total = 3",
        "for line in order.fields.values():\n        line.total = 3",
        "for key, line in order.items():\n        line.total = 3",
        "line = order.lines[0]\n    line.total = 3",
    ],
)
def test_a_function_that_changes_what_it_is_given(body: str) -> None:
    assert changes(f"def f(order, name):\n    {body}\n")


@pytest.mark.parametrize(
    "body",
    [
        "order.total = 3; order.save()",
        "order.total = 3; Order.objects.bulk_update([], order)",
        "order.update(total=3)",
        "order.lines.append(3)",
        "self.total = 3",
        "other = []; other.append(order)",
        "return order.total",
        "for line in order:\n        line.total = 3\n        line.save()",
        "line = find(order)\n    line.total = 3",
    ],
)
def test_a_function_that_keeps_it_or_changes_something_else(body: str) -> None:
    assert not changes(f"def f(self, order):\n    {body}\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("raise ValueError(order)", True),
        ("if order.late:\n        raise Late", True),
        ("def later():\n        raise Late\n    plan(later)", False),
        ("order.save()", False),
    ],
)
def test_who_raises_is_waited_for(body: str, expected: bool) -> None:
    (function,) = read(ast.parse(f"def f(order):\n    {body}\n")).body
    assert isinstance(function, Function)
    assert raises(unguarded(function)) == expected
