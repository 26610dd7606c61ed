"""Writing a report: whole or not at all, inside its folder."""

from pathlib import Path

import pytest

from decompose.cli.output import write_report
from decompose.errors import InputError


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    for text in (b"one", b"two"):
        write_report(tmp_path / "out", {"index.html": text, "diagrams/map.svg": text})
        assert (tmp_path / "out/diagrams/map.svg").read_bytes() == text
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["diagrams", "index.html"]


@pytest.mark.parametrize("name", ["../escape", "/etc/passwd", "a/../../b"])
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="outside"):
        write_report(tmp_path / "out", {"fine": b"", name: b""})
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="cannot write to"):
        write_report(tmp_path / "out", {"index.html": b""})


def test_a_failure_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_report(tmp_path, {"a": b"old", "b": b"old"})

    def full(file: Path, data: bytes) -> int:
        if file.name == "b":
            raise OSError(28, "No space left on device")
        return len(data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left"):
        write_report(tmp_path, {"a": b"new", "b": b"new"})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
