"""The questions from the command line, on repositories drawn as text."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from decompose.cli import decompose
from tests.histories import git, repository

PAIRS = "\n".join(
    f"commit {'ann' if i % 3 else 'bob'} {i} Change {i}\n"
    + (
        f"  write shop/orders.py import shop.lines\\nx = {i}\n  write shop/tests/test_orders.py x = {i}\n"
        f"  write shop/{'lines' if i % 5 else 'other'}.py x = {i}\n"
        if i % 2
        else f"  write shop/billing.py x = {i}\n"
    )
    for i in range(1, 121)
)
SHOP = f"""
commit ann 0 Start
  write shop/__init__.py
  write shop/orders.py import shop.lines
  write shop/lines.py x = 0
  write shop/billing.py import shop.lines
  write CODEOWNERS shop/billing.py @money
{PAIRS}
commit ann 130 Totals
  write shop/orders.py import shop.lines\\nx = 99
  write shop/fresh.py x = 1
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(decompose, [*arguments, "--no-cache", "--workers", "1"], standalone_mode=False)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop", SHOP)


def blast(folder: Path, *what: str) -> dict[str, list[dict[str, object]]]:
    shown = run("blast", "--path", str(folder), "-f", "json", *what)
    assert shown.exception is None, shown.exception
    return json.loads(shown.output)  # type: ignore[no-any-return]


def test_a_commit_is_judged_by_what_came_before_it(shop: Path) -> None:
    answer = blast(shop, "HEAD")
    assert answer["changed"] == ["shop.orders"]
    assert answer["unknown"] == ["shop/fresh.py"]
    assert answer["modules"][0]["name"] == "shop.lines"
    assert "changed in 49 of the 61 changes of shop.orders" in answer["modules"][0]["reasons"]
    assert [row["name"] for row in answer["missing"]] == ["shop/lines.py", "shop/tests/test_orders.py"]
    people = {row["name"] for row in answer["people"]}
    assert "bob" in people
    assert "ann" not in people  # who made the change
    before = {row["name"] for row in blast(shop, "shop/orders.py")["people"]}
    assert {"ann", "bob"} <= before


def test_ranges_files_and_the_index(shop: Path) -> None:
    assert blast(shop, "HEAD~3..HEAD")["changed"] == blast(shop, "HEAD~3...HEAD")["changed"]
    assert blast(shop, str(shop / "shop/billing.py"))["people"][0]["name"] == "@money"
    (shop / "shop/lines.py").write_text("x = 7\n")
    git(shop, "add", "-A")
    assert blast(shop, "--staged")["changed"] == ["shop.lines"]


def test_files_are_looked_for_at_the_path_too(shop: Path) -> None:
    assert blast(shop, "shop/billing.py")["changed"] == ["shop.billing"]
    assert blast(shop, "shop/billing.py", "shop/lines.py")["changed"] == ["shop.billing", "shop.lines"]


def test_the_checkout_as_an_argument_is_told_what_to_type(shop: Path) -> None:
    assert f"decompose blast --staged --path {shop}" in str(run("blast", str(shop), "--staged").exception)


def test_nothing_found_is_one_line(shop: Path) -> None:
    (shop / "NOTES").write_text("x\n")
    git(shop, "add", "NOTES")
    said = run("blast", "--path", str(shop), "--staged").output
    assert "Nothing that it touches too was found" in said
    assert "none found" not in said


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_it_reads_well(shop: Path, form: str) -> None:
    shown = run("blast", "--path", str(shop), "-f", form).output
    assert "missing here" in shown
    assert "shop.lines" in shown
    assert "Totals" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("blast", "nowhere"), "no commit that is named 'nowhere'"),
        (("blast", "HEAD~121"), "has no parent"),
        (("blast", "HEAD..HEAD"), "no file was changed"),
        (("blast", "--staged"), "no file was changed"),
        (("backtest", "--at", "1999-01-01"), "no commit before 1999-01-01"),
        (("backtest", "--at", "2024-02-31"), "no day of the calendar"),
        (("trend", "-n", "0"), "one point or more"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(shop: Path, arguments: tuple[str, ...], said: str) -> None:
    name, *rest = arguments
    where = ("--path", str(shop)) if name == "blast" else (str(shop),)
    assert said in str(run(name, *where, *rest).exception)


def test_a_backtest_uses_nothing_from_after_the_cut_off(shop: Path) -> None:
    first = json.loads(run("backtest", str(shop), "--at", "2024-02-10", "--json").output)
    git(shop, "mv", "shop/lines.py", "shop/rows.py")
    git(shop, "-c", "user.name=eve", "-c", "user.email=e@x", "commit", "-qm", "Rename")
    second = json.loads(run("backtest", str(shop), "--at", "2024-02-10", "--json").output)
    for key in ("cutoff", "date", "trained_on"):
        assert first[key] == second[key]
    assert first["changes"] == 81
    assert second["changes"] == 82
    # the later name leads back to the one that the cut-off knows
    assert second["rankings"][0]["queries"] == first["rankings"][0]["queries"]
    assert first["proposed"]["changes"] >= 30
    assert "Made without knowing them" in first["lesson"]


def test_a_backtest_is_the_same_twice(shop: Path) -> None:
    assert (
        run("backtest", str(shop), "--at", "2024-02-10").output
        == run("backtest", str(shop), "--at", "2024-02-10").output
    )


def test_a_trend_goes_back_without_touching_the_work_tree(shop: Path) -> None:
    (shop / "shop/lines.py").write_text("unsaved = 1\n")
    points = json.loads(run("trend", str(shop), "-n", "3", "--json").output)["points"]
    assert [point["modules"] for point in points] == [5, 5, 6]
    assert [point["date"] for point in points] == ["2024-02-13", "2024-03-27", "2024-05-10"]
    assert (shop / "shop/lines.py").read_text() == "unsaved = 1\n"


def test_outside_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    for arguments in (("blast", "--path", str(tmp_path)), ("backtest", str(tmp_path)), ("trend", str(tmp_path))):
        assert "git repository" in str(run(*arguments).exception)


LATER = "\n".join(
    f"commit ann {430 + i} Later {i}\n  write shop/orders.py x = {500 + i}\n"
    f"  write shop/{'lines' if i % 3 else 'billing'}.py x = {500 + i}\n"
    for i in range(40)
)


def test_the_report_judges_its_proposal_by_what_came_later(tmp_path: Path) -> None:
    folder = repository(tmp_path / "long", SHOP + LATER)
    shown = run("analyze", str(folder), "-o", str(tmp_path / "out"))
    found = json.loads((tmp_path / "out/analysis.json").read_text())
    assert found["backtest"]["proposed"]["changes"] == 54
    assert [point["date"] for point in found["trend"]["points"]] == [found["backtest"]["date"], "2025-04-14"]
    assert "not_held_out" not in found
    told = f"(held out since {found['backtest']['date']})"
    text = (tmp_path / "out/report.md").read_text()
    assert told in shown.output
    assert told in text and "in-sample)" not in text.partition("## Context map")[0]
    assert text.replace("\\", "").count(found["backtest"]["lesson"]) == 1  # in the history, not in the answer
    assert found["backtest"]["lesson"] in (tmp_path / "out/index.html").read_text()
    assert "**Trend** of the" in text


def test_without_a_year_to_hold_out_the_report_says_so_and_calls_its_figures_in_sample(tmp_path: Path) -> None:
    folder = repository(tmp_path / "new", SHOP)
    run("analyze", str(folder), "-o", str(tmp_path / "out"), "--trend", "3")
    found = json.loads((tmp_path / "out/analysis.json").read_text())
    assert "backtest" not in found
    assert found["not_held_out"] == "no commit is older than 2023-05-01, so that there is no year to hold out"
    assert len(found["trend"]["points"]) == 3
    text = (tmp_path / "out/report.md").read_text()
    assert "(in-sample). Packages hold more than the proposal. Nothing is held out: " in text
    assert f"held out: {found['not_held_out']}." in text.replace("\\", "")


def test_too_few_later_changes_conclude_nothing(tmp_path: Path) -> None:
    few = SHOP + "commit ann 500 Later\n  write shop/orders.py x = 5\n  write shop/billing.py x = 5\n"
    run("analyze", str(repository(tmp_path / "few", few)), "-o", str(tmp_path / "out"))
    text = (tmp_path / "out/report.md").read_text()
    assert (
        "(in-sample)." in text and "Only 1 later change touches several modules that were there then, too few" in text
    )


def test_given_boundaries_are_not_backtested(tmp_path: Path) -> None:
    folder = repository(tmp_path / "long", SHOP + LATER)
    mine = tmp_path / "mine.toml"
    mine.write_text('[boundaries.sales]\nmodules = ["shop.orders", "shop.lines"]\n')
    found = json.loads(run("analyze", str(folder), "--json", "--boundaries", str(mine)).output)
    assert "given" in found["not_held_out"]
    assert "backtest" not in found
    assert json.loads(run("analyze", str(folder), "--json", "--no-held-out").output)["not_held_out"]


def test_a_comment_says_each_thing_once(shop: Path) -> None:
    """Reasons name the changed module once, what is less likely than a tenth is left out, equal rows are one."""
    text = run("blast", "HEAD~2", "--path", str(shop), "-f", "markdown").output
    assert text.startswith("### Blast radius of ")
    assert "It changes 2 known modules of 1 boundary (`lines`) and 1 test or migration." in text
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows
    assert all(line.count("shop.orders") <= 1 for line in rows if not line.startswith("| `shop.orders`"))
    assert not any(f"| {low}% |" in line for line in rows for low in range(10))
