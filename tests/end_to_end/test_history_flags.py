"""What counts as a change, from the command line: folders of a larger repository, tickets, people, sizes, programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from decompose.cli import decompose
from tests.histories import repository

DAYS = "\n".join(
    f"commit {'ann' if i % 2 else 'bob'} {10 * i} SHOP-{i // 2 + 1} part {i % 2}\n"
    f"  write services/shop/{'orders' if i % 2 else 'lines'}.py x = {i}\n"
    f"  write services/shop/templates/{i % 3}.html {i}\n  write web/pages.py y = {i}"
    for i in range(60)
)
WIDE = "\n".join(f"  write services/shop/m{i}.py z = 1" for i in range(31))
MONOREPO = f"""
commit ann 0 Start
  write services/shop/__init__.py
  write services/shop/orders.py from shop import lines
  write services/shop/lines.py x = 0
  write web/pages.py y = 0
  write .git-blame-ignore-revs
{DAYS}
commit ann 620 Every file at once
{WIDE}
commit dependabot[bot] 621 Bump
  write services/shop/orders.py x = 1000
commit cat 622 The last
  write services/shop/orders.py from shop import lines\\nx = 3
  write services/shop/vendor/lib.py x = 1
  write services/shop/tests/test_orders.py x = 1
  write services/shop/migrations/0001_initial.py x = 1
"""


@pytest.fixture(scope="module")
def monorepo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("monorepo"), MONOREPO)


def run(*arguments: str) -> Any:
    told = CliRunner().invoke(decompose, [*arguments, "--no-cache", "--workers", "1", "-q"], catch_exceptions=False)
    return json.loads(told.output)


def radius(monorepo: Path, *flags: str) -> dict[str, Any]:
    shown: dict[str, Any] = run("analyze", str(monorepo / "services"), "--json", "--no-held-out", *flags)
    return shown["blast_radius"]  # type: ignore[no-any-return]


def test_a_folder_has_the_changes_of_its_own_files(monorepo: Path) -> None:
    found = radius(monorepo)
    assert found["changes"] == 61  # the start, fifty-nine days (the first writes what stands there), the last
    assert {row["reason"]: row["commits"] for row in found["left_out"]} == {
        "bot": 1,
        "more than 30 source modules": 1,
    }
    kinds = dict(found["kinds"])
    assert {kind: kinds[kind] for kind in ("test", "migration", "vendored")} == {
        "test": 1, "migration": 1, "vendored": 1,
    }  # fmt: skip


def test_sizes_and_programs_are_what_the_flags_say(monorepo: Path) -> None:
    assert radius(monorepo, "--max-changeset", "31")["changes"] == 62
    assert radius(monorepo, "--max-changeset", "p95")["largest"] == 1
    assert radius(monorepo, "--bot", "cat <*")["changes"] == 61  # the bot comes, cat goes


def test_commits_of_a_ticket_are_one_change(monorepo: Path) -> None:
    pairs = radius(monorepo, "--group", "ticket")
    assert pairs["changes"] == 32
    assert (pairs["proposed"]["changes"], radius(monorepo)["proposed"]["changes"]) == (30, 1)


def test_commits_of_a_person_within_hours_are_one_change(tmp_path: Path) -> None:
    """Two commits of Ann at the same time, one of Bob between them."""
    text = """
    commit ann 0 One
      write services/a.py 1
    commit bob 0 Two
      write services/b.py 1
    commit ann 0 Three
      write services/c.py 1
    """
    folder = repository(tmp_path, text)
    assert radius(folder.parent / folder.name, "--group", "author")["changes"] == 2


def test_questions_are_answered_inside_of_a_folder(monorepo: Path) -> None:
    inside = str(monorepo / "services")
    answer = run("blast", "HEAD", "--path", inside, "-f", "json")
    assert answer["changed"] == ["services.shop.orders"]
    assert all(name.startswith("services/") for name in answer["unknown"])
    back = run("backtest", inside, "--at", "2025-01-01", "--json")
    assert back["changes"] > 20
    points = run("trend", inside, "-n", "2", "--json")["points"]
    assert [point["modules"] for point in points] == [3, 34]


def test_the_report_says_what_was_left_out(monorepo: Path, tmp_path: Path) -> None:
    folder = str(monorepo / "services")
    CliRunner().invoke(decompose, ["analyze", folder, "-o", str(tmp_path), "--no-cache", "--workers", "1"])
    text = (tmp_path / "report.md").read_text().replace("\\", "")
    assert (
        "61 changes of at most 30 modules each were counted. Left out: 1 commit (more than 30 source modules), such as"
        in text
    )
    assert "; 1 commit (bot), such as" in text
