"""What nearly always changed with a file, and is not in the change."""

from pathlib import Path

from decompose.ask.missing import missing
from decompose.extract import ExtractOptions, extract
from tests.histories import repository


def _history(folder: Path, extra: str = "") -> Path:
    """Twenty commits of orders.py, its test, another test and a catalogue of texts, among twenty of billing.py."""
    commits = "\n".join(
        f"commit ann {i} Change {i}\n"
        + (
            f"  write shop/orders.py x = {i}\n  write shop/texts.pot {i}\n  write shop/old.sql {i}\n"
            f"  write shop/tests/test_orders.py x = {i}\n  write shop/tests/test_pay.py x = {i}"
            if i % 2
            else f"  write shop/billing.py x = {i}"
        )
        for i in range(1, 41)
    )
    return repository(folder, f"{commits}\ncommit ann 50 Clean\n  remove shop/old.sql\n{extra}")


def _missing(folder: Path, *files: str) -> list[str]:
    return [one.name for one in missing(extract(folder, ExtractOptions()), files)]


def test_files_of_any_kind_that_still_stand_tests_last(tmp_path: Path) -> None:
    expected = ["shop/texts.pot", "shop/tests/test_orders.py", "shop/tests/test_pay.py"]
    assert _missing(_history(tmp_path / "shop"), "shop/orders.py") == expected


def test_a_test_is_no_reason_to_miss_another_test(tmp_path: Path) -> None:
    assert _missing(_history(tmp_path / "shop"), "shop/tests/test_orders.py") == ["shop/orders.py", "shop/texts.pot"]


def test_what_is_there_is_not_missing(tmp_path: Path) -> None:
    tests = ("shop/tests/test_orders.py", "shop/tests/test_pay.py")
    assert _missing(_history(tmp_path / "shop"), "shop/orders.py", "shop/texts.pot", *tests) == []


def test_a_file_that_changes_with_everything_is_missing_nowhere(tmp_path: Path) -> None:
    notes = "\n".join(
        f"commit ann {60 + i} Change\n  write shop/notes.md {i}\n  write shop/{name}.py x = {i}"
        for i, name in enumerate(["fresh", "other"] * 20)
    )
    assert "shop/notes.md" in _missing(_history(tmp_path / "a", notes), "shop/fresh.py")
    more = "\n".join(
        f"commit ann {101 + i} Change\n  write shop/notes.md {-i}\n  write shop/x.py x = {i}" for i in range(80)
    )
    assert "shop/notes.md" not in _missing(_history(tmp_path / "b", f"{notes}\n{more}"), "shop/fresh.py")


def test_a_file_that_moved_is_missing_under_the_name_of_today(tmp_path: Path) -> None:
    folder = _history(tmp_path / "shop", "commit ann 51 Move\n  move shop/texts.pot shop/words.pot")
    assert "shop/words.pot" in _missing(folder, "shop/orders.py")
