"""Files that the running interpreter cannot read, held against libcst, whose grammar is newer: nothing is lost."""

import ast
import os
from collections import Counter
from pathlib import Path

import libcst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from decompose.extract.parse import parse

REPOS = os.environ.get("DECOMPOSE_REPOS", "")

pytestmark = [pytest.mark.real, pytest.mark.skipif(not REPOS, reason="DECOMPOSE_REPOS names no folder of checkouts")]


class _Statements(libcst.CSTVisitor):
    """The line and kind of each statement, functions and classes by name, imports by module."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        self.found: Counter[tuple[int, str]] = Counter()

    def on_visit(self, node: libcst.CSTNode) -> bool:
        match node:
            case libcst.FunctionDef() | libcst.ClassDef():
                self._add(node.name, node.name.value)
            case libcst.Import() | libcst.ImportFrom():
                self._add(node, "import")
            case libcst.BaseSmallStatement() | libcst.BaseCompoundStatement():
                self._add(node, "statement")
        return True

    def _add(self, node: libcst.CSTNode, kind: str) -> None:
        self.found[self.get_metadata(PositionProvider, node).start.line, kind] += 1


def _ours(tree: ast.Module) -> Counter[tuple[int, str]]:
    found: Counter[tuple[int, str]] = Counter()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found[node.lineno, node.name] += 1
            case ast.Import() | ast.ImportFrom():
                found[node.lineno, "import"] += 1
            case ast.stmt():
                found[node.lineno, "statement"] += 1
    return found


def _unreadable() -> list[Path]:
    """Python files under the folder that need another Python, and that libcst can read."""
    files = [file for file in sorted(Path(REPOS).rglob("*.py")) if file.is_file()]
    return [file for file in files if parse(file.read_bytes(), "").version.startswith("3.")]


def test_nothing_of_files_for_a_newer_python_is_lost() -> None:
    files = _unreadable()
    assert files, "no such file here"
    for file in files:
        data = file.read_bytes()
        theirs = _Statements()
        MetadataWrapper(libcst.parse_module(data)).visit(theirs)
        parsed = parse(data, str(file))
        assert _ours(parsed.tree) == theirs.found, file
        assert [problem.message[:11] for problem in parsed.problems] == ["written for"], file
