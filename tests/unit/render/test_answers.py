"""The answers to questions about the history, as text."""

from decompose.model.blast import Backtest, Ranking, Trend, TrendPoint
from decompose.model.containment import Containment
from decompose.render.answers import backtest_text, trend_text

WIDTH = 80  # columns of a terminal
MADE = Containment("proposed boundaries", 1_234, 33_000, 1.0, 0.98, 1.0, 1.0, 12.34, 0.999, 123.4)
RANKED = Ranking("import neighbours", 600, 0.1234, 1.0, 1.0, 1.0, 1.0)
TEST = Backtest("c" * 40, "2025-01-01", 0, 33_000, 9_999, MADE, MADE, (0.0, 0.0, 0.0), (RANKED,), (), "Lesson.")
POINT = TrendPoint("c" * 40, "2025-01-01", 100_000, 1_000, 99_999, 99_999, 9_999, 9_999, 99_999, 1.0)


def test_the_rows_of_tables_fit_a_terminal() -> None:
    tables = [line for line in backtest_text(TEST).splitlines() if "  " in line]
    tables += trend_text(Trend("the packages", (POINT,))).splitlines()[2:]
    assert len(tables) == 7
    assert max(map(len, tables)) <= WIDTH
