"""With --anonymise no output of any command names a person."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from decompose.cli import decompose
from tests.histories import repository

PEOPLE = ("zebedee", "quilliam")
COMMITS = "\n".join(
    f"commit {PEOPLE[day % 2]} {day} Change {day}, asked for by @{PEOPLE[day % 2]} and {PEOPLE[(day + 1) % 2]}\n"
    f"  write shop/orders.py import shop.lines\\nx = {day}\n  write shop/{'lines' if day % 3 else 'pay'}.py x = {day}"
    for day in range(1, 80)
)
SHOP = f"""
commit zebedee 0 Start
  write shop/__init__.py
  write shop/orders.py import shop.lines
  write shop/lines.py x = 0
  write shop/pay.py x = 0
  write CODEOWNERS *.py @zebedee quilliam@example.org
{COMMITS}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("shop"), SHOP)


def _run(*arguments: str) -> str:
    done = CliRunner().invoke(
        decompose, [*arguments, "--anonymise", "--no-cache", "--workers", "1"], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def _named(text: str) -> list[str]:
    return [person for person in PEOPLE if person in text.lower()]


def test_no_file_of_the_report_names_anybody(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    assert _named(_run("analyze", str(shop), "-o", str(out), "--held-out")) == []
    texts = {
        path.name: path.read_bytes().decode("utf-8", "replace") for path in sorted(out.rglob("*")) if path.is_file()
    }
    assert {name: _named(text) for name, text in texts.items() if _named(text)} == {}
    found = json.loads(texts["analysis.json"])["blast_radius"]
    assert {person for row in found["collisions"] for person in row["people"]} == {"Person 1", "Person 2"}
    assert {owner for row in found["knowledge"] for owner in row["owners"]} <= {"Owner 1", "Owner 2"}


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_no_answer_names_anybody(form: str, shop: Path) -> None:
    shown = _run("blast", "HEAD", "--path", str(shop), "-f", form)
    assert _named(shown) == []
    assert "Person 1" in shown


@pytest.mark.parametrize("question", [("backtest", "--at", "2024-02-20"), ("trend", "-n", "2")])
def test_no_measurement_names_anybody(question: tuple[str, ...], shop: Path) -> None:
    name, *rest = question
    assert _named(_run(name, str(shop), *rest)) == []
