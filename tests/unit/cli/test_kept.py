"""A run without changes finds its result again; anything that it is made of makes it anew."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from decompose.cli.kept import Made, kept_or_made
from decompose.extract import cache as cache_module
from decompose.extract.cache import RESULTS, SqliteCache
from tests.trees import write

FLAGS: dict[str, object] = {"packages": ("shop",), "output": Path("out")}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return write(tmp_path / "checkout", "--- shop/__init__.py\n--- shop/a.py\nx = 1\n--- notes.txt\nold\n")


def runs(checkout: Path, folder: Path, flags: dict[str, object] = FLAGS) -> int:
    """How often the result is made in one run: 0 where it was kept."""
    made: list[int] = []

    def make(seen: object) -> Made:
        made.append(1)
        return Made({"a": b"\xff"}, "plain", "coloured")

    cache = SqliteCache(folder)
    assert kept_or_made(cache, checkout, flags, make) == Made({"a": b"\xff"}, "plain", "coloured")
    cache.close()
    return len(made)


def test_a_second_run_makes_nothing(checkout: Path, tmp_path: Path) -> None:
    assert [runs(checkout, tmp_path / "cache") for _ in range(3)] == [1, 0, 0]


def commit(folder: Path) -> None:
    who = {f"GIT_{role}_{key}": "ann@example.org" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x", "--allow-empty"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, env=os.environ | who)


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edited module": lambda folder: (folder / "shop/a.py").write_text("x = 2"),
    "a new file": lambda folder: (folder / "shop/page.html").write_text(""),
    "a renamed file": lambda folder: (folder / "notes.txt").rename(folder / "other.txt"),
    "settings": lambda folder: (folder / "pyproject.toml").write_text(""),
    "a commit": commit,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_result_is_made_of_makes_it_anew(checkout: Path, tmp_path: Path, change: str) -> None:
    runs(checkout, tmp_path / "cache")
    CHANGES[change](checkout)
    assert runs(checkout, tmp_path / "cache") == 1


def test_flags_count_unless_they_only_say_where_it_goes(checkout: Path, tmp_path: Path) -> None:
    runs(checkout, tmp_path / "cache")
    assert runs(checkout, tmp_path / "cache", FLAGS | {"output": Path("elsewhere"), "quiet": True}) == 0
    assert runs(checkout, tmp_path / "cache", FLAGS | {"packages": ()}) == 1


def test_a_file_that_a_flag_names_counts_by_its_content(checkout: Path, tmp_path: Path) -> None:
    orders = tmp_path / "boundaries.toml"
    for text, made in (("version = 1", 1), ("version = 1", 0), ("version = 2", 1)):
        orders.write_text(text)
        assert runs(checkout, tmp_path / "cache", FLAGS | {"boundaries": orders}) == made


def test_another_version_finds_nothing(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs(checkout, tmp_path / "cache")
    monkeypatch.setattr(cache_module, "_code", lambda *folders: b"newer")
    assert runs(checkout, tmp_path / "cache") == 1


def test_only_the_last_results_are_kept(checkout: Path, tmp_path: Path) -> None:
    for number in range(RESULTS + 1):
        runs(checkout, tmp_path / "cache", FLAGS | {"packages": (str(number),)})
    assert runs(checkout, tmp_path / "cache", FLAGS | {"packages": (str(RESULTS),)}) == 0
    assert runs(checkout, tmp_path / "cache", FLAGS | {"packages": ("0",)}) == 1
