from pathlib import Path
from subprocess import run

import pytest

from benchmarks.findings import Finding, count, sheet, table, wilson


def test_the_documented_shares_are_those_of_the_documented_verdicts() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "findings.md").read_text(encoding="utf-8")
    assert all(line in page for line in count(page))
    assert len(list(count(page))) == 38


def test_wilson_has_the_textbook_values() -> None:
    assert wilson(25, 25) == pytest.approx((0.8668, 1.0), abs=1e-4)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_what_is_not_right_stands_with_its_reason(tmp_path: Path) -> None:
    tmp_path.joinpath("join.md").write_text("| join | shop | a.py:1 | x |\n| join | shop | a.py:2 | y |\n", "utf-8")
    tmp_path.joinpath("join.verdicts.csv").write_text("n,right,reason\n1,yes,\n2,no,one table | only\n", "utf-8")
    rows = list(table([tmp_path]))
    assert rows == ["| join | shop | a.py:1 | x | yes |", "| join | shop | a.py:2 | y | no: one table / only |"]
    assert list(count("\n".join(rows))) == ["| join | 2 | 1 | 50% | 9% to 91% |"]


def test_a_finding_that_stands_in_no_file_has_a_sheet(tmp_path: Path) -> None:
    run(["git", "init", "-q", tmp_path], check=True)
    one = Finding("foreign_key", ":4", "auth_permission.content_type_id (to django_content_type)")
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    run(["git", *who, "-C", tmp_path, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    assert one.what in "\n".join(sheet("foreign_key", [(tmp_path, one)], "1"))
