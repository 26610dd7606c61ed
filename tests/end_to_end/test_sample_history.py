"""The sample's history is text that gives the same repository each time, and ends in the sample itself."""

import ast
import subprocess
from collections import Counter
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
import record
import replay

from tests.sample_truth import truth


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


def test_it_is_the_history_of_a_dozen_people_over_eighteen_months(
    history: list[replay.Entry], repository: Path
) -> None:
    assert len(history) >= 380
    bots = tuple(truth()["history"]["bots"])
    authors = set(git(repository, "log", "--use-mailmap", "--format=%aN").split("\n"))
    later = record.AUTHOR.partition(" <")[0]  # of edits that are recorded without an author
    assert len(authors - {*bots, later}) == 12
    dates = [datetime.fromisoformat(entry.date) for entry in history]
    assert dates == sorted(dates)
    assert dates[-1] - dates[0] > timedelta(days=540)
    assert sum(entry.merge is not None for entry in history) >= 20
    assert any(entry.renames for entry in history)


def test_blame_skips_the_reformatting(repository: Path) -> None:
    listed = (repository / ".git-blame-ignore-revs").read_text().split("\n")[1]
    assert git(repository, "log", "-1", "--format=%s", listed) == "Double quotes everywhere"
    assert len(git(repository, "show", "--name-only", "--format=", listed).split("\n")) > 100


Changes = list[tuple[datetime, str, frozenset[str]]]


def changes(history: list[replay.Entry]) -> Changes:
    """When, by whom, and which of today's modules: bots, merges and commits of more than thirty modules left out."""
    renamed = {source: target for entry in history for source, target in entry.renames}
    bots = truth()["history"]["bots"]
    found = []
    for entry in history:
        name = entry.author.split(" <")[0].replace("tbecker", "Tom Becker")
        paths = [*entry.edits, *entry.deletes]
        for source, target in renamed.items():
            paths = [target + path[len(source) :] if path.startswith(source) else path for path in paths]
        modules = frozenset(
            path.removesuffix(".py").replace("/", ".")
            for path in paths
            if path.startswith("learnhub/")
            and path.endswith(".py")
            and not {"tests", "migrations"} & set(path.split("/"))
        )
        if name not in bots and not entry.merge and not entry.renames and 0 < len(modules) <= 30:
            found.append((datetime.fromisoformat(entry.date), name, modules))
    return found


def test_planted_pairs_change_together(history: list[replay.Entry]) -> None:
    single = Counter(module for _, _, modules in changes(history) for module in modules)
    pairs = Counter(pair for _, _, modules in changes(history) for pair in combinations(sorted(modules), 2))
    for coupling in truth()["hidden_coupling"]:
        first, second = sorted(coupling["modules"])
        assert pairs[first, second] >= 7
        assert pairs[first, second] / min(single[first], single[second]) >= 0.5


def test_people_collide_where_it_is_planted_and_nowhere_else(history: list[replay.Entry]) -> None:
    """A collision: two people change one module within seven days."""
    found: Counter[tuple[str, str, str]] = Counter()
    for (then, one, before), (now, other, after) in combinations(changes(history), 2):
        if one != other and now - then <= timedelta(days=7):
            found.update((module, *sorted((one, other))) for module in before & after)
    planted = {(row["module"], *sorted(row["people"])) for row in truth()["collision"]}
    assert set(found) == planted
    assert min(found.values()) >= 3
