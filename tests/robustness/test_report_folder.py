"""A report is written whole or not at all, inside of its folder alone, and a failure is one sentence."""

import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from decompose.cli.output import write_report
from decompose.errors import InputError
from tests.repositories import committed
from tests.robustness.test_nothing_runs import ROOT, decompose


def below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(shop: Path, output: Path) -> str:
    done = decompose(shop, "analyze", "-q", "-o", str(output))
    assert done.returncode == 2
    assert done.stderr.startswith("decompose: ") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_an_output_folder_that_exists_gets_the_new_report_and_keeps_other_files(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("kept")
    for _ in range(2):
        assert decompose(shop, "analyze", "-q", "-o", str(out)).returncode == 0
    assert {"mine.txt", "index.html", "analysis.json"} <= set(below(out))
    assert not list(out.glob(".decompose-*"))


def test_an_output_folder_that_is_a_file(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("kept")
    assert "cannot write to" in refused(shop, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "kept"


@pytest.mark.parametrize("place", ["/proc/nowhere/out", "/dev/null/out"])
def test_an_output_folder_that_cannot_be_written(place: str, shop: Path) -> None:
    if not Path(place).parent.parent.exists():
        pytest.skip("no such place here")
    assert "cannot write to" in refused(shop, Path(place))


def test_an_output_folder_that_is_a_link_planted_in_the_checkout(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (shop / "decompose-report").symlink_to(tmp_path / "home")
    committed(shop)
    done = decompose(shop, "analyze", "-q")
    assert done.returncode == 2 and "is a symbolic link" in done.stderr
    assert below(tmp_path / "home") == {}


def test_a_folder_of_the_report_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diagrams").symlink_to(tmp_path / "home")
    with pytest.raises(InputError, match="is a symbolic link"):
        write_report(tmp_path / "out", {"diagrams/map.svg": b"x"})
    assert below(tmp_path / "home") == {}


def test_a_file_of_the_report_that_is_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("kept")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").symlink_to(tmp_path / "secret")
    write_report(tmp_path / "out", {"index.html": b"new"})
    assert (tmp_path / "secret").read_text() == "kept"
    assert (tmp_path / "out" / "index.html").read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_report_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_report(out, {"a": b"old", "b": b"old"})
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(InputError, match=r"cannot write the report to .*: File too large"):
            write_report(out, {"a": b"new", "b": b"x" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    assert below(out) == {"a": b"old", "b": b"old"}
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_standard_output_is_one_sentence(shop: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-P", "-c", "from decompose.cli import main; main()", "analyze", "--json", str(shop)],
            cwd=shop.parent, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=full, stderr=subprocess.PIPE, text=True,
            timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "No space left" in done.stderr and "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_failure_of_ours(shop: Path) -> None:
    start = "from decompose.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", start, "analyze", "--json", str(shop)],
        cwd=shop.parent, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    process.wait(120)
    assert "Traceback" not in said, said


@pytest.mark.parametrize("moment", ["before", "between"])
def test_an_interruption_leaves_no_half_written_report(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_report(out, {"a": b"old", "b": b"old"})
    written = Path.write_bytes

    def interrupted(file: Path, data: bytes) -> int:
        if file.name == ("a" if moment == "before" else "b"):
            raise KeyboardInterrupt
        return written(file, data)

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_report(out, {"a": b"new", "b": b"new"})
    monkeypatch.undo()
    assert below(out) == {"a": b"old", "b": b"old"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_while_files_move_waits_for_the_last(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_report(out, {"a": b"old", "b": b"old"})
    moved = Path.replace

    def interrupted(file: Path, target: Path) -> Path:
        if file.name == "a":
            signal.raise_signal(number)
        return moved(file, target)

    def end(number: int, _: object) -> None:
        raise KeyboardInterrupt(number)

    before = signal.signal(number, end)
    monkeypatch.setattr(Path, "replace", interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            write_report(out, {"a": b"new", "b": b"new"})
        assert signal.getsignal(number) is end
    finally:
        signal.signal(number, before)
    assert below(out) == {"a": b"new", "b": b"new"}


def test_a_folder_in_the_place_of_a_file_leaves_the_old_report(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_report(out, {"a": b"old"})
    (out / "b").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        write_report(out, {"a": b"new", "b": b"new"})
    assert below(out) == {"a": b"old"}


@pytest.mark.slow
def test_control_c_while_reading_says_so_and_writes_nothing(shop: Path, tmp_path: Path) -> None:
    for number in range(400):
        (shop / "shop" / f"large{number}.py").write_text("x = [1, 2, 3]\n" * 3000)
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", "from decompose.cli import main; main()", "analyze", str(shop), "-o", "out"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 2, said
    assert "interrupted" in said and "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_the_report_can_be_read_by_those_who_may_read_the_folder(tmp_path: Path) -> None:
    write_report(tmp_path / "out", {"diagrams/map.svg": b"x"})
    assert stat.S_IMODE((tmp_path / "out" / "diagrams").stat().st_mode) & stat.S_IRUSR
