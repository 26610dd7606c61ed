from pathlib import Path

import pytest

from benchmarks.findings import count, wilson


def test_the_documented_shares_are_those_of_the_documented_verdicts() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "findings.md").read_text(encoding="utf-8")
    assert all(line in page for line in count(page))
    assert len(list(count(page))) == 35


def test_wilson_has_the_textbook_values() -> None:
    assert wilson(25, 25) == pytest.approx((0.8668, 1.0), abs=1e-4)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
