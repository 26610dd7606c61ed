"""Bodies that nothing reads are left out, and nothing else changes."""

import ast

import pytest

from decompose.extract.bodies import without_bodies
from decompose.extract.parse import parse

CUT = {
    "a body": (
        "def f(a, b=(1, [2])):  # why\n    x = 1\n\n    y = 2\nz = 3\n",
        "def f(a, b=(1, [2])): pass\n\n\n\nz = 3\n",
    ),
    "a method": (
        "class T:\n    async def f(self) -> dict[str, int]:\n        x\n    a = 1\n",
        "class T:\n    async def f(self) -> dict[str, int]: pass\n\n    a = 1\n",
    ),
    "a header of several lines": (
        "def f(\n    a=')',  # (\n):\n    x\ny = 1\n",
        "def f(\n    a=')',\n): pass\n\ny = 1\n",
    ),
    "a text that looks like code": (
        'def f():\n    x = """\nclass C:\n  \'\'\'\n"""\ny = 1\n',
        "def f(): pass\n\n\n\n\ny = 1\n",
    ),
    "a comment that stands left": ("def f():\n    x\n# y\n    z\na = 1\n", "def f(): pass\n\n\n\na = 1\n"),
    "a line that goes on": ("def f():\n    x = \\\n1\ny = 1\n", "def f(): pass\n\n\ny = 1\n"),
    "the last line": ("def f():\n    x", "def f(): pass"),
}


def dump(text: str) -> list[str]:
    """The tree, and the line of each statement that is no stand-in for a body."""
    tree = ast.parse(text)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass)]
    return [ast.dump(tree), *(f"{node.lineno}" for node in found)]


@pytest.mark.parametrize("name", CUT)
def test_a_body_is_left_out_and_every_other_statement_keeps_its_line(name: str) -> None:
    text, same = CUT[name]
    assert dump(without_bodies(text, "upgrade")) == dump(same)


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    import a\n",
        "def upgrade():\n    x = 1\n",
        "def f(): return 1\n",
        "x = '''\ndef f():\n    return 1'''\ny = '''\n'''\n",
        "x = (1,\n  2)\n",
        "def f():\n    x = 1\ny = '''never ended\n",
    ],
)
def test_what_may_be_read_stays(text: str) -> None:
    assert without_bodies(text, "upgrade") == text


def test_a_bracket_that_closes_left_of_its_function_loses_nothing() -> None:
    text = "def test():\n    x = max(\n1)\n\nclass Case:\n    def test(self):\n        import shop\n"
    parsed = parse(text.encode(), "tests/test_a.py", outline=True)
    assert ast.dump(parsed.tree) == ast.dump(ast.parse(text)) and not parsed.partial


def test_what_is_wrong_in_a_body_that_nothing_reads_is_no_problem() -> None:
    text = b"import a\ndef test():\n    print 'x'\nimport b\n"
    assert not parse(text, "tests/test_a.py", outline=True).problems
    assert parse(text, "shop/a.py").problems


@pytest.mark.parametrize(
    "text", ["def f(\n", "def f():\n    x = '\n", "x = '''\n", "def f(()\n", '"""\\', "  " * 50 + "'"]
)
def test_the_time_is_linear_in_the_text(text: str) -> None:
    without_bodies(text * 200_000, "upgrade")  # would take hours if a line were tried again and again
