"""A tree that is called shallow is shallow, whatever it holds; and real code is called so."""

import ast
import sysconfig
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.extract.depth import is_shallow

NESTS = (
    "({})", "[{}]", "{{{}: 1}}", "f({})", "f(a={})", "f(*{})", "{}.a", "{}[0]", "a[{}:1, b]", "not {}", "-{}",
    "(yield {})", "lambda x={}: 1", "lambda: {}", "[x for x in {}]", "[{} for x in y]", "1 if {} else 2",
    "1 if 2 else {}", "a + {}", "a and {}", "a or b and {}", "a < {}", "f'{{{}!r:>3}}'", "(x := {})", "{{**{}}}",
    "await {}", "a[{}, b]",
)  # fmt: skip
BLOCKS = ("if {}:", "for x in {}:", "while {}:", "with {} as x:", "def f(x={}):", "class A({}):", "async def f(x: {}):")


def depth(tree: ast.AST) -> int:
    deepest, level = 0, [tree]
    while level:
        deepest, level = deepest + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return deepest


def nested(nests: list[str]) -> str:
    text = "a"
    for nest in nests:
        text = nest.format(f"({text})" if "f'" not in text else "a")
    return text


EXPRESSION = st.lists(st.sampled_from(NESTS), max_size=30).map(nested)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(BLOCKS), EXPRESSION), max_size=12), EXPRESSION, st.integers(5, 80))
def test_what_is_called_shallow_is(blocks: list[tuple[str, str]], last: str, deepest: int) -> None:
    text = "".join("    " * number + block.format(inner) + "\n" for number, (block, inner) in enumerate(blocks))
    try:
        tree = ast.parse(text + "    " * len(blocks) + last)
    except (SyntaxError, RecursionError, MemoryError):
        return
    if is_shallow(tree, deepest):
        assert depth(tree) <= deepest + 1  # the context of a name is a node too, which nobody follows


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(\n" * 60 + "-" * 60 + "1" + ")" * 60,
        "if a: pass\n" + "elif a: pass\n" * 120,
        "x = " + "not " * 120 + "1",
        "x = a" + ".b" * 120,
        "x = " + "f(\n" * 99 + ")" * 99,
    ],
    ids=["signs", "elif", "not", "dots", "calls"],
)
def test_what_is_deep_is_never_called_shallow(text: str) -> None:
    tree = ast.parse(text)
    assert depth(tree) > 60 and not is_shallow(tree, 60)


def test_the_bodies_of_functions_do_not_count_for_an_outline() -> None:
    tree = ast.parse("def f():\n    x = " + "not " * 120 + "1")
    assert is_shallow(tree, 60, outline=True) and not is_shallow(tree, 60)


def test_real_code_is_shallow() -> None:
    files = islice(sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")), 80)
    trees = [ast.parse(file.read_bytes()) for file in files]
    assert all(is_shallow(tree, 99) for tree in trees)
