"""One file's imports: forms, kinds, lines."""

import ast

import pytest

from decompose.extract.imports import written_imports


def read(text: str) -> list[str]:
    return [
        f"{'.' * one.level}{one.module}{':' + one.name if one.name else ''} as {one.bound} {one.kind} {one.line}"
        for one in written_imports(ast.parse(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a.b", ["a.b as a runtime 1"]),
        ("import a.b as c", ["a.b as c runtime 1"]),
        ("from a import b, c as d", ["a:b as b runtime 1", "a:c as d runtime 1"]),
        ("from . import b", [".:b as b runtime 1"]),
        ("from ..a import *", ["..a:* as  runtime 1"]),
        ("def f():\n    import a", ["a as a lazy 2"]),
        ("class C:\n    import a", ["a as a runtime 2"]),
        ("class C:\n    async def f(self):\n        import a", ["a as a lazy 3"]),
        ("try:\n    import a\nexcept E:\n    import b\nelse:\n    import c\nfinally:\n    import d", None),
        ("match x:\n    case 1:\n        import a", ["a as a runtime 3"]),
        ("with x:\n    import a", ["a as a runtime 2"]),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", ["a as a type 2", "b as b runtime 4"]),
        ("if typing.TYPE_CHECKING:\n    import a", ["a as a type 2"]),
        ("if not TYPE_CHECKING:\n    import a\nelse:\n    import b", ["a as a runtime 2", "b as b type 4"]),
        ("if TYPE_CHECKING:\n    def f():\n        import a", ["a as a type 3"]),
    ],
)
def test_forms(text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = [f"{name} as {name} runtime {line}" for name, line in zip("abcd", (2, 4, 6, 8), strict=True)]
    assert read(text) == expected
