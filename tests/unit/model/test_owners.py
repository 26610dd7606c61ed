"""CODEOWNERS: which rule holds for a path, and how the file is read."""

from pathlib import Path

import pytest

from decompose.extract.owners import owners
from decompose.extract.source import open_tree
from decompose.model.owners import owners_of
from tests.histories import repository

RULES = {
    "*": ("@all",),
    "*.sql": ("@dba",),
    "/docs/": ("@writers",),
    "billing/": ("@money",),
    "apps/shop/": ("@shop",),
    "/apps/shop/free.py": (),
}


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("x.py", ("@all",)),
        ("deep/er/x.sql", ("@dba",)),
        ("docs/a/b.md", ("@writers",)),
        ("apps/docs/a.md", ("@all",)),
        ("apps/billing/api.py", ("@money",)),
        ("apps/shop/a.py", ("@shop",)),
        ("apps/shop/free.py", ()),
    ],
)
def test_the_last_matching_rule_counts(path: str, named: tuple[str, ...]) -> None:
    assert owners_of(path, RULES) == named


def test_the_file_as_written(tmp_path: Path) -> None:
    text = r"# top\n*  @all   # everybody\n[Section]\n/a\ b/ @x y@example.org\n* @later\n/none/\n"
    folder = repository(tmp_path, f"commit a 0 1\n write .github/CODEOWNERS {text}\n write CODEOWNERS * @never")
    found = owners(open_tree(folder))
    assert list(found.items()) == [("/a b/", ("@x", "y@example.org")), ("*", ("@later",)), ("/none/", ())]


def test_no_file(tmp_path: Path) -> None:
    assert owners(open_tree(repository(tmp_path, "commit a 0 1\n write a.py 1"))) == {}
