"""The sample's history is text that gives the same repository each time, and ends in the sample itself."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "sample_monolith"
sys.path.insert(0, str(SAMPLE))

import record  # noqa: E402
import replay  # noqa: E402


@pytest.fixture(scope="module")
def history() -> list[replay.Entry]:
    return replay.entries()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("learnhub") / "repository"
    replay.replay(target)
    return target


def git(repository: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repository), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_the_last_tree_is_the_sample_byte_for_byte(repository: Path) -> None:
    sample = {path: replay.content(lines) for path, lines in record.files().items()}
    names = git(repository, "ls-files", "-z").split("\0")[:-1]
    assert {name: (repository / name).read_bytes() for name in names} == sample


def test_the_same_text_gives_the_same_commits(repository: Path, tmp_path: Path) -> None:
    assert replay.replay(tmp_path / "again") == git(repository, "rev-parse", "main")


def test_every_tree_parses(history: list[replay.Entry]) -> None:
    for entry, _, old, tree in replay.trees(history):
        for path in sorted(path for path in tree if path.endswith(".py") and tree[path] is not old.get(path)):
            ast.parse(replay.content(tree[path]), f"{path} at commit {entry.number}")


def test_a_later_edit_becomes_one_more_commit(
    history: list[replay.Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "history"
    folder.mkdir()
    for path in replay.HISTORY.glob("*.txt"):
        (folder / path.name).write_bytes(path.read_bytes())
    assert record.record("Nothing", record.AUTHOR, None, folder) is None
    edited = {**record.files(), "docs/new.md": ("--- a line like a header", "")}
    del edited["README.md"]
    monkeypatch.setattr(record, "files", lambda: edited)
    assert record.record("A page is new\n\nAnd why.", record.AUTHOR, None, folder) == len(history) + 1
    longer = replay.entries(folder)
    assert record.last(longer) == edited
    assert longer[-1].message == "A page is new\n\nAnd why.\n"
    assert longer[-1].date > history[-1].date


def test_only_an_earlier_replay_is_replaced(tmp_path: Path, history: list[replay.Entry]) -> None:
    assert replay.replay(tmp_path / "r", history[:1]) == replay.replay(tmp_path / "r", history[:1])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    with pytest.raises(replay.HistoryError, match="not empty"):
        replay.replay(tmp_path / "mine", history[:1])


def test_a_text_that_does_not_fit_says_where() -> None:
    wrong = list(replay.parse(["commit 1", "--- a.py", "@@ -1 +1 @@", "-old", "+new"]))
    with pytest.raises(replay.HistoryError, match=r"commit 1: a\.py: line 1"):
        list(replay.trees(wrong))
