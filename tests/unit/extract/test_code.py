import ast
import pickle
from textwrap import dedent

import pytest

from decompose.extract import code
from decompose.extract.code import Assign, Attr, Call, Class, Const, Do, For, Function, Import, Mention, Return, With


def read(text: str, outline: bool = False) -> code.FileCode:
    return code.read(ast.parse(dedent(text)), outline)


def test_a_function_keeps_its_signature_its_calls_and_their_lines() -> None:
    (import_, function) = read(
        """\
        from shop.models import Order as O
        def late(days: int = 3) -> O:
            'How late.'
            return O.objects.filter(days=days)
        """
    ).body
    assert import_ == Import("shop.models", 0, "Order", "O", 1)
    assert isinstance(function, Function)
    assert (function.name, function.returns, function.line, function.end_line) == ("late", "O", 2, 4)
    assert function.params == (code.Param("days", "", "int", Const(3)),)
    filtered = Attr(Attr("O", "objects", 4), "filter", 4)
    assert function.body == (Return(Call(filtered, (), (("days", "days"),), 4), 4),)


def test_lines_of_a_chain_are_those_of_its_names() -> None:
    (statement,) = read(
        """\
        (rows
            .filter(a=1)
            .order_by("b"))
        """
    ).body
    assert isinstance(statement, Do) and isinstance(statement.value, Call)
    assert statement.value.line == 3
    inner = statement.value.func
    assert isinstance(inner, Attr) and isinstance(inner.base, Call) and inner.base.line == 2


def test_loops_and_with_blocks_stay_nested() -> None:
    (loop,) = read("for row in rows:\n    with atomic():\n        row.save()\n").body
    assert isinstance(loop, For) and (loop.line, loop.end_line) == (1, 3)
    (block,) = loop.body
    assert isinstance(block, With) and block.items == ((Call("atomic", (), (), 2), None),)


def test_mentions_say_how_an_imported_name_is_used() -> None:
    found = read(
        """\
        import lib.tool as t
        from lib import Base, Error, helper, mark
        @mark
        class A(Base):
            def run(self, x: Base):
                helper(t.LIMIT)
                for y in x:
                    z = helper(y)
                raise Error()
        """
    ).mentions
    assert set(found) == {
        Mention("mark", "decorator", "", True, False, 3),
        Mention("Base", "inherit", "", True, False, 4),
        Mention("Base", "annotation", "A", True, False, 5),
        Mention("helper", "call", "A.run", False, False, 6),
        Mention("t.LIMIT", "reference", "A.run", True, False, 6),
        Mention("helper", "call", "A.run", True, True, 8),
        Mention("Error", "raise", "A.run", True, False, 9),
    }


def test_a_decorator_with_parentheses_is_a_call() -> None:
    found = read("from lib import mark, retries\n@mark\n@retries(3)\ndef run(): pass\n").mentions
    assert [(one.chain, one.kind) for one in found] == [("mark", "decorator"), ("retries", "call")]


def test_nested_functions_are_named_as_python_names_them() -> None:
    found = read("from a import f\ndef outer():\n    def inner():\n        f()\n    f()\n").mentions
    assert [mention.function for mention in found] == ["outer.<locals>.inner", "outer"]


def test_an_outline_keeps_classes_and_signatures_but_no_function_bodies() -> None:
    (class_,) = read("class A:\n    x = 1\n    def f(self):\n        g()\n", outline=True).body
    assert isinstance(class_, Class)
    assert class_.body[0] == Assign(("x",), Const(1), None, "", 2, 2)
    assert isinstance(class_.body[1], Function) and class_.body[1].body == ()


def test_constant_strings_are_folded() -> None:
    (statement,) = read("x = 'select ' + 'a ' 'from b'\n").body
    assert isinstance(statement, Assign) and statement.value == Const("select a from b")


def test_expressions_thousands_deep_do_not_stop_the_pass() -> None:
    deep = "x = " + " + ".join(f"a{n}" for n in range(800)) + "\ny = 1\n"
    assert len(read(deep).body) == 2
    nested = "z = " + "f(" * 90 + "1" + ")" * 90 + "\ny = 1\n"
    assert read(nested).body[-1] == Assign(("y",), Const(1), None, "", 2, 2)


def test_what_is_nested_too_deeply_is_left_out_and_named() -> None:
    tree = ast.parse("x = 1\ny = 2\n")
    value: ast.expr = ast.Constant(1, lineno=1, col_offset=0)
    for _ in range(5000):
        value = ast.Call(value, [], [], lineno=1, col_offset=0)
    tree.body[0].value = value  # type: ignore[attr-defined]
    found = code.read(tree)
    assert found.unread == (1,) and len(found.body) == 1


def test_file_code_survives_pickling() -> None:
    found = read("from a import b\nclass C(b.D):\n    def f(self):\n        return [b(x) for x in self.y if x]\n")
    assert pickle.loads(pickle.dumps(found)) == found


def mentioned(text: str) -> list[str]:
    return [f"{one.line} {one.chain} {one.kind}" for one in read(text).mentions]


@pytest.mark.parametrize(
    "text",
    [
        "def f(app):\n    app.run()\n",
        "def f():\n    app = make()\n    app.run()\n",
        "def f():\n    for app in all():\n        app.run()\n",
        "def f():\n    return [app.run for app in all()]\n",
        "def f():\n    if app := make():\n        app.run()\n",
        "f = lambda app: app.run()\n",
        "def f(app):\n    def g():\n        app.run()\n",
    ],
)
def test_what_a_scope_binds_itself_is_no_import(text: str) -> None:
    assert mentioned("from lib import app\n" + text) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f(other=app):\n    pass\n",
        "def f():\n    global app\n    app = app.make()\n",
        "def f():\n    try:\n        from lib import app\n    except ImportError:\n        app = None\n    app.run()\n",
        "def f():\n    class A:\n        app = 1\n    app.run()\n",
        "def f():\n    [app for app in all()]\n    app.run()\n",
        "app = app.make()\n",
    ],
)
def test_what_another_scope_binds_hides_nothing(text: str) -> None:
    assert len(mentioned("from lib import app\n" + text)) == 1


def test_a_type_argument_is_no_base_and_every_name_of_an_annotation_is_a_type() -> None:
    text = "from lib import Base, Item, Map\nclass A(Local[Item]): ...\nclass B(Base[Item]):\n    x: Map[Item, int]\n"
    assert mentioned(text) == [
        "2 Item reference",
        "3 Base inherit",
        "3 Item reference",
        "4 Map annotation",
        "4 Item annotation",
    ]
