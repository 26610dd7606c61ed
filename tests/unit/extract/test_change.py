"""The lines of a change at hand, as the commit before it counts them."""

from pathlib import Path

from decompose.extract.change import change_at_hand
from tests.histories import repository

SHOP = r"""
commit ann 0 One
  write shop.py a\nb\nc\nd\ne\n
  write odd.py x\n@@ -7,3 +9 @@\n--- a/shop.py\nlast
  write notes.txt a\n
commit ann 1 Two
  write shop.py a\nB\nC\nd\nnew\ne\n
  write odd.py y\nlast\n
  write fresh.py 1\n
  write notes.txt b\n
commit ann 2 Three
  write shop.py a\nd\nnew\ne\n
"""


def test_places_that_are_replaced_removed_and_inserted(tmp_path: Path) -> None:
    shop = repository(tmp_path, SHOP)
    assert change_at_hand(shop, ("HEAD",), False).lines == {"shop.py": [(2, 3)]}
    before = change_at_hand(shop, ("HEAD~1",), False).lines
    assert before is not None
    assert before["shop.py"] == [(2, 3), (4, 5)]


def test_what_looks_like_a_header_is_content(tmp_path: Path) -> None:
    found = change_at_hand(repository(tmp_path, SHOP), ("HEAD~1",), False).lines
    assert found == {"shop.py": [(2, 3), (4, 5)], "odd.py": [(1, 4)]}


def test_a_range_has_lines_and_files_have_none(tmp_path: Path) -> None:
    shop = repository(tmp_path, SHOP)
    whole = change_at_hand(shop, ("HEAD~2..HEAD",), False).lines
    assert whole is not None
    assert whole["shop.py"] == [(2, 3), (4, 5)]
    assert change_at_hand(shop, ("shop.py",), False).lines is None
