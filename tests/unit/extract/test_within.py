"""What is within a piece of code: itself first, and all else in the order in which it stands."""

import ast

from decompose.extract.code import calls_within, read
from decompose.extract.code.text import as_text


def test_calls_are_found_in_the_order_of_the_code() -> None:
    text = "if a:\n    if b:\n        create(name(x))\n    drop(x)\nlast()\n"
    assert [as_text(one.func) for one in calls_within(read(ast.parse(text)).body)] == ["create", "name", "drop", "last"]
