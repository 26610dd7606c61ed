"""What git told of a repository, and what a part of it says of older ends."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from decompose.extract import history
from decompose.extract.history import HistoryOptions
from decompose.extract.history.told import further, part
from tests.histories import git, repository

LINES = "\\n".join(f"line {i}" for i in range(40))
TANGLE = f"""
commit ann 0 One
  write old/a.py 1
  write old/b.py {LINES}
  module vendor/lib
commit Old~Bob~<bob@example.org> 1 Two
  write c.py 2
branch side
commit ann 9 Ahead of its time
  write d.py {LINES}\\nof d
commit renovate-bot 2.5 Bump
  write lock.txt 1
  move old/a.py mid/a.py
on main
commit ann 3 Fixes\\n\\nCloses-Bug: #12\\nCo-authored-by: Bob <bob@example.org>
  move old/a.py new/a.py
  remove old/b.py
  write new/b.py {LINES}\\nmore
  write .git-blame-ignore-revs
merge side 4 Merge side
  write d.py {LINES}\\nof d
commit Bob~<bob@example.org> 3.5 Before its parent
  move d.py e.py
  write vendor.txt 1
branch other
commit carl 6 Other
  remove e.py
  write f.py {LINES}\\nof d\\nand f
on main
commit carl 5 Last
  move new/a.py last/a.py
  module vendor/lib2
merge other 7 Merge other
"""


@pytest.fixture
def tangle(tmp_path: Path) -> Path:
    return repository(tmp_path / "tangle", TANGLE)


def commits(folder: Path, *of: str) -> list[str]:
    return git(folder, "rev-list", *of).decode().split()


@pytest.mark.parametrize("scope", ["", "new", "old"])
def test_a_part_says_of_every_older_end_what_git_tells_by_itself(tangle: Path, scope: str) -> None:
    _, told = history.reading(tangle, scope, "HEAD", HistoryOptions())
    told = pickle.loads(pickle.dumps(told, 5))
    ends = commits(tangle, "HEAD")
    assert len(ends) == 10
    for end in ends:
        assert told and part(told, tangle, end)
        found, _ = history.reading(tangle, scope, end, HistoryOptions(), known=told)
        assert found == history.read(tangle, scope, end)


def test_what_is_listed_as_reformatting_depends_on_the_end(tmp_path: Path) -> None:
    folder = repository(tmp_path, "commit ann 0 One\n write a.py 1\ncommit ann 1 Format\n write a.py 2")
    listed = commits(folder, "HEAD")[0]
    (folder / ".git-blame-ignore-revs").write_text(listed)
    git(folder, "add", ".")
    git(folder, "-c", "user.name=ann", "-c", "user.email=a@example.org", "commit", "-q", "-m", "List it")
    now, told = history.reading(folder, "", "HEAD", HistoryOptions())
    then, _ = history.reading(folder, "", "HEAD~1", HistoryOptions(), known=told)
    assert [[one.subject for one in found.commits] for found in (now, then)] == [["List it", "One"], ["Format", "One"]]


def test_of_an_end_that_lies_elsewhere_there_is_no_part(tangle: Path) -> None:
    _, told = history.reading(tangle, "", "HEAD~1", HistoryOptions())
    assert told and part(told, tangle, "HEAD") is None
    assert part(told, tangle, "nowhere") is None
    found, _ = history.reading(tangle, "", "HEAD", HistoryOptions(), known=told)
    assert found == history.read(tangle)


def test_nor_of_a_history_that_was_rewritten(tangle: Path) -> None:
    newest, *_, oldest = commits(tangle, "HEAD")
    git(tangle, "replace", "--graft", newest, oldest)
    _, told = history.reading(tangle, "", "HEAD", HistoryOptions())
    assert told and told.notes and part(told, tangle, "HEAD") is None


def test_a_commit_whose_contents_are_missing_leaves_the_others_followed(tmp_path: Path) -> None:
    moves = "".join(
        f"commit ann {i} Add {i}\n write {i}.py {LINES}\\n{i}\n"
        f"commit ann {i}.5 Move {i}\n remove {i}.py\n write moved/{i}.py {LINES}\\n{i}\\nmore\n"
        for i in range(3)
    )
    folder = repository(tmp_path, moves)
    lost = git(folder, "rev-parse", "HEAD:moved/1.py").decode().strip()
    blob = folder / ".git/objects" / lost[:2] / lost[2:]
    content = blob.read_bytes()
    blob.unlink()
    found, told = history.reading(folder, "", "HEAD", HistoryOptions())
    assert told and len(told.unfollowed) == 1
    assert sorted(found.paths[touch.path] for touch in found.touches) == [
        *["1.py"] * 2, *["moved/0.py"] * 2, "moved/1.py", *["moved/2.py"] * 2
    ]  # fmt: skip
    assert found.notes == (
        "renames that also changed the file are followed in part: contents are missing in this clone",
    )
    before, _ = history.reading(folder, "", "HEAD~4", HistoryOptions(), known=told)
    assert not before.notes and before == history.read(folder, revisions="HEAD~4")
    _, told = history.reading(folder, "", "HEAD~1", HistoryOptions())
    for there in (False, True):  # the contents come to the clone
        if there:
            blob.write_bytes(content)
        later, more = history.reading(folder, "", "HEAD", HistoryOptions(), known=told)
        assert told and further(told, folder, "HEAD", (), similar=True)
        assert more and len(more.unfollowed) == (not there)
        assert later == history.read(folder) and bool(later.notes) is not there


def test_what_was_told_goes_on_to_every_newer_end(tangle: Path) -> None:
    for known in commits(tangle, "HEAD"):
        _, told = history.reading(tangle, "", known, HistoryOptions())
        told = pickle.loads(pickle.dumps(told, 5))
        for end in commits(tangle, "HEAD", "other"):
            found, more = history.reading(tangle, "", end, HistoryOptions(), known=told)
            assert told and more and found == history.read(tangle, "", end)
            assert part(told, tangle, end) or further(told, tangle, end, HistoryOptions().bots, similar=True)
            again, _ = history.reading(tangle, "", "HEAD", HistoryOptions(), known=more)
            assert again == history.read(tangle)


def test_a_history_that_is_not_told_whole_goes_on_to_none(tangle: Path) -> None:
    _, told = history.reading(tangle, "", "HEAD~1", HistoryOptions())
    assert told and further(told, tangle, "HEAD", (), similar=True)
    assert further(replace(told, notes=("broken off",)), tangle, "HEAD", (), similar=True) is None
    assert further(replace(told, head="0" * 40), tangle, "HEAD", (), similar=True) is None
    found, _ = history.reading(tangle, "", "HEAD", HistoryOptions(), known=replace(told, head="0" * 40))
    assert found == history.read(tangle)
