"""Another revision is read from git's objects, and the work tree is left alone."""

from pathlib import Path

import pytest

from decompose.errors import InputError
from decompose.extract import ExtractOptions, extract
from decompose.extract.source import contents, open_revision
from decompose.model.facts import Problem
from tests.histories import clone, git, repository

SHOP = r"""
commit ann 0 One
  write shop/__init__.py x = 1
  write shop/orders.py import shop.billing\n
  write shop/billing.py
commit ann 1 Two
  move shop/billing.py shop/money.py
  write shop/orders.py import shop.money\n
"""


def test_tree_imports_and_history_are_those_of_the_commit(tmp_path: Path) -> None:
    folder = repository(tmp_path, SHOP)
    (folder / "shop/orders.py").write_text("import os\n")
    before = extract(folder, ExtractOptions(), revision="HEAD~1")
    assert [fact.path for fact in before.modules] == ["shop/__init__.py", "shop/billing.py", "shop/orders.py"]
    assert [(one.importer.name, one.imported.name) for one in before.imports] == [("shop.orders", "shop.billing")]
    assert [commit.subject for commit in before.history.commits] == ["One"]
    assert git(folder, "status", "--porcelain").split() == [b"M", b"shop/orders.py"]


def test_only_the_scope_is_read(tmp_path: Path) -> None:
    folder = repository(tmp_path, "commit a 0 1\n write api/a.py 1\n write web/b.py 1\n write web/[x].py 1")
    assert open_revision(folder / "web", "HEAD").paths == ("web/[x].py", "web/b.py")
    assert open_revision(folder, "HEAD", exclude=("web",)).paths == ("api/a.py",)


def test_sizes_do_not_matter(tmp_path: Path) -> None:
    folder = repository(tmp_path, f"commit a 0 1\n write a.py \n write b.py {'x' * 300_000}\n write c.py 1\\n2\\n")
    tree = open_revision(folder, "HEAD")
    assert dict(contents(tree, tree.paths)) == {"a.py": b"", "b.py": b"x" * 300_000, "c.py": b"1\n2\n"}


def test_missing_contents_are_problems(tmp_path: Path) -> None:
    source = repository(tmp_path / "source", SHOP)
    git(source, "config", "uploadpack.allowFilter", "true")
    part = clone(source, tmp_path / "part", "--filter=blob:none")
    tree = open_revision(part, "HEAD~1")
    read = dict(contents(tree, tree.paths))
    assert set(read) == set(tree.paths)
    assert any(isinstance(data, Problem) for data in read.values())


def test_an_unknown_commit_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no commit that is named 'nowhere'"):
        open_revision(repository(tmp_path, SHOP), "nowhere")
