"""Whatever a file holds, the rest of it is read."""

from decompose.extract.parse import parse


def test_a_line_that_cannot_be_read_is_left_out_and_told() -> None:
    parsed = parse(b"import a\nx = = 1\nimport b\n", "shop.py")
    assert [(type(node).__name__, node.lineno) for node in parsed.tree.body] == [("Import", 1), ("Import", 3)]
    assert parsed.partial
    assert [(problem.file, problem.line) for problem in parsed.problems] == [("shop.py", 2)]
