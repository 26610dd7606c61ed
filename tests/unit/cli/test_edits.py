"""A report written where one stands: edits stay, and what is told no more goes."""

import json
from pathlib import Path

import pytest

from decompose.cli.edits import rewrite
from decompose.cli.report import report_files
from tests.documents import shop


def below(folder: Path, place: str) -> set[str]:
    return {path.name for path in (folder / place).iterdir()}


@pytest.fixture
def files() -> dict[str, bytes]:
    made = report_files(shop())
    return {name: data for name, data in made.items() if name.startswith(("decisions", "boundaries"))}


def test_a_record_that_the_new_plan_has_not_goes_unless_somebody_edited_it(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    rewrite(tmp_path, files)
    first, _, *others = sorted(name for name in files if name.startswith("decisions/"))
    (tmp_path / first).write_text("# We have decided\n")
    (tmp_path / "decisions" / "0042-use-kafka.md").write_text("# Ours\n")
    rewrite(tmp_path, {name: files[name] for name in others})
    assert below(tmp_path, "decisions") == {Path(name).name for name in (first, *others)} | {"0042-use-kafka.md"}


def test_what_somebody_edited_is_left_alone_and_said(
    files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(tmp_path, files)
    record = min(name for name in files if name.startswith("decisions/"))
    for name in (record, "boundaries.toml"):
        (tmp_path / name).write_bytes(files[name].replace(b"decompose", b"us") + b"edited\n")
    rewrite(tmp_path, files)
    assert (tmp_path / record).read_bytes().endswith(b"edited\n")
    assert (tmp_path / "boundaries.toml").read_bytes().endswith(b"edited\n")
    assert (tmp_path / "boundaries.proposed.toml").read_bytes() == files["boundaries.toml"]
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(" has edits")[0] for line in said] == [
        str(tmp_path / "boundaries.toml"),
        str(tmp_path / record),
    ]


def test_what_nobody_edited_is_written_anew(files: dict[str, bytes], tmp_path: Path) -> None:
    rewrite(tmp_path, files)
    later = {name: data.replace(b"draft", b"second draft") for name, data in files.items()}
    rewrite(tmp_path, later)
    assert all((tmp_path / name).read_bytes() == data for name, data in later.items())


def test_a_picture_that_the_new_report_has_not_goes_and_one_that_is_not_ours_stays(tmp_path: Path) -> None:
    made = report_files(shop())
    boundary = [name for name in made if name.startswith("diagrams/boundary-")]
    assert boundary
    rewrite(tmp_path, made)
    for name in ("boundary-mine.dot", "mine.svg"):
        (tmp_path / "diagrams" / name).write_text("digraph {}")
    rewrite(tmp_path, {name: data for name, data in made.items() if name not in boundary})
    left = below(tmp_path, "diagrams")
    assert left == {Path(name).name for name in made if name.startswith("diagrams/") and name not in boundary} | {
        "boundary-mine.dot",
        "mine.svg",
    }


def test_names_that_are_no_text_count_as_ours(tmp_path: Path) -> None:
    document = json.loads(json.dumps(shop()))
    document["plan"][0]["boundary"] = "s\udcffhop"
    made = {name: data for name, data in report_files(document).items() if name.startswith("decisions")}
    rewrite(tmp_path, made)
    rewrite(tmp_path, {})
    assert below(tmp_path, "decisions") == set()


def test_a_folder_that_is_a_link_loses_nothing(files: dict[str, bytes], tmp_path: Path) -> None:
    rewrite(tmp_path / "other", files)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "decisions").symlink_to(tmp_path / "other" / "decisions")
    rewrite(tmp_path / "out", {"report.md": b""})
    assert below(tmp_path / "other", "decisions")
