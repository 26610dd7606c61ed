"""What a function answers, read off its return statements."""

import ast

import pytest

from decompose.extract.answers import answer
from decompose.extract.code import Function, read


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return {'id': row.pk, 'total': row.total}", "{id, total}"),
        ("found = {'id': 1}\n    return found", "{id}"),
        ("order = place(cart)\n    return order", "order"),
        ("if cart:\n        return cart, [line for line in cart.lines]\n    return None", "(cart, [line]) | None"),
        ("for one in cart:\n        if one:\n            return True\n    return False", "bool"),
        ("while cart:\n        return f'{cart}'\n    return", "str | None"),
        ("cart.close()", "None"),
        ("def inner():\n        return 1\n    inner()", "None"),
        ("return Receipt(cart)", "Receipt"),
        ("return cart.total()", ""),
        ("return cart is None", "bool"),
        ("return not cart", "bool"),
        ("return len(cart)", "int"),
        ("return ' '.join(cart)", "str"),
        ("return sep.join(cart)", ""),
        ("return cart.name or cart.number", "name | number"),
        ("return cart.total() or cart.number", ""),
        ("return cart if cart else None", "cart | None"),
        ("return Order.objects.filter(cart=cart).first()", "Order | None"),
        ("if cart:\n        return Order.objects.last()\n    return Order.objects.get(cart=1)", "Order | None"),
        ("rows = Order.objects.filter(cart=cart)\n    return rows.order_by('id')", "[Order]"),
        ("return Order.objects.filter(cart=cart).count()", "int"),
        ("return Order.objects.filter(cart=cart).exists()", "bool"),
        ("return Order.objects.values('id', 'total')", "[{id, total}]"),
        ("return Order.objects.values_list('total', flat=True)", "[total]"),
        ("return Order.objects.late().first()", ""),
        ("return cart.lines.first()", ""),
        ("return self", ""),
        ("yield cart", ""),
        ("...", ""),
        ("found = 1\n    found = cart\n    return found", "found"),
    ],
)
def test_what_is_returned_is_told_in_few_words(body: str, expected: str) -> None:
    (node,) = read(ast.parse(f"def f(cart):\n    {body}\n")).body
    assert isinstance(node, Function)
    assert answer(node) == expected
