"""decompose docs and decompose report, from a saved analysis."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from decompose.cli.docs import command as docs
from decompose.cli.report import command as report
from decompose.errors import InputError
from decompose.render import RENDERERS
from tests.documents import shop


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "analysis.json"
    file.write_text(RENDERERS["json"](shop()), "utf-8")
    return file


def test_docs_are_refreshed_once_and_checked(saved: Path, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("<!-- decompose:tables -->\n<!-- /decompose -->\n")
    arguments = [str(file), "--from", str(saved)]
    runner = CliRunner()
    assert runner.invoke(docs, [*arguments, "--check"]).exit_code == 1
    assert "![Tables](images/tables.svg)" not in file.read_text()
    assert runner.invoke(docs, arguments).output == f"{file}: tables refreshed\n"
    assert "![Tables](images/tables.svg)" in file.read_text()
    assert (tmp_path / "images/tables.svg").read_bytes().startswith(b"<?xml")
    assert runner.invoke(docs, [*arguments, "--check"]).exit_code == 0
    picture = tmp_path / "images/tables.svg"
    picture.write_text(picture.read_text().replace("drawn from ", "drawn from 0"))  # another picture than the text's
    assert runner.invoke(docs, [*arguments, "--check"]).exit_code == 1
    picture.unlink()
    assert runner.invoke(docs, [*arguments, "--check"]).exit_code == 1


def test_a_report_is_made_again_from_a_saved_analysis(saved: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(report, [str(saved), "-o", str(out), "--link", "git@github.com:me/shop.git"])
    assert done.exit_code == 0
    made = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert made >= {
        "index.html",
        "report.md",
        "boundaries.toml",
        "diagrams/context-map.svg",
        "diagrams/context-map.png",
    }
    assert (out / "analysis.json").read_bytes() == saved.read_bytes()
    assert "![Boundaries" in (out / "report.md").read_text()
    assert all((out / link).is_file() for link in _links((out / "report.md").read_text()))


def _links(text: str) -> list[str]:
    return [part.split(")")[0] for part in text.split("](")[1:]]


def test_one_view_on_stdout(saved: Path) -> None:
    assert CliRunner().invoke(report, [str(saved), "-f", "mermaid"]).output == RENDERERS["mermaid"](shop())
    assert CliRunner().invoke(report, [str(saved)]).exit_code == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "decompose/analysis", "version": 9}'])
def test_what_is_no_analysis_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        report.main([str(file), "-f", "json"], standalone_mode=False)
    assert str(file) in str(caught.value) and "\n" not in str(caught.value)
