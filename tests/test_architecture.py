"""The architecture is a test: import contracts, one-line openings, no forgotten exports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "decompose"
FILES = sorted(PACKAGE.rglob("*.py"))


def test_import_contracts_hold() -> None:
    script = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PACKAGE.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_module_says_what_it_is(file: Path) -> None:
    assert (ast.get_docstring(ast.parse(file.read_bytes())) or "").strip()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_what_a_module_exports_has_a_docstring(file: Path) -> None:
    tree = ast.parse(file.read_bytes())
    exported = {
        name.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
        if isinstance(node.value, ast.List)
        for name in node.value.elts
        if isinstance(name, ast.Constant)
    }
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name in exported and not ast.get_docstring(node)
    ]
    assert not bare
