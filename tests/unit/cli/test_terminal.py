import pytest

from decompose.cli.terminal import folded, say, shortened


def test_a_long_line_is_broken_at_single_spaces_and_stands_further_in() -> None:
    line = "  1.09 shop.orders (imports 0.35, history 0.21) shop/orders.py:26"
    assert list(folded(line, 40)) == ["  1.09 shop.orders (imports 0.35,", "      history 0.21) shop/orders.py:26"]
    assert list(folded(line, 80)) == [line]
    assert list(folded("name   12   a b", 13)) == ["name   12   a", "    b"]  # columns stay together


def test_a_name_is_never_broken_and_styles_have_no_width() -> None:
    name = "a" * 60
    assert list(folded(f"in {name} and", 40)) == ["in", f"    {name}", "    and"]
    assert list(folded("\x1b[1mshop\x1b[0m is bold", 12)) == ["\x1b[1mshop\x1b[0m is bold"]


def test_a_list_says_how_much_is_left_and_what_shows_it() -> None:
    rows = [f"  {at}" for at in range(1200)]
    assert shortened(rows, 2, False) == ["  0", "  1", "  and 1,198 more: --all lists them"]
    assert shortened(rows, 2, True) == rows == shortened(rows, 1200, False)


def test_lines_are_as_wide_as_the_terminal_and_steer_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    say(["word " * 30, "evil \x1b[31m \u202e name"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 50
    assert lines[-1] == "evil \\x1b[31m \\u202e name"
