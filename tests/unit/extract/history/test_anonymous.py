"""Pseudonyms: stable, everywhere, and of no use to find a name."""

from pathlib import Path

from decompose.extract import ExtractOptions, extract
from decompose.extract.history import HistoryOptions
from tests.histories import repository

SHOP = r"""
commit Ann~Lee~<ann@example.org> 0 Start
  write shop/__init__.py
  write CODEOWNERS * @shop/team ann@example.org
commit Bob~Stone~<bob@example.org> 1 Ann Lee asked @bob for this\n\nCo-authored-by: Eve Fox <eve@example.org>
  write shop/a.py x = 1
"""
HIDDEN = ExtractOptions(history=HistoryOptions(anonymise=True))


def test_no_name_is_left_and_numbers_follow_first_commits(tmp_path: Path) -> None:
    found = extract(repository(tmp_path, SHOP), HIDDEN)
    newest, oldest = found.history.commits
    assert (oldest.author, newest.author, newest.coauthors) == ("Person 1", "Person 2", ("Person 3",))
    assert newest.subject == "Person 1 asked someone for this"
    assert dict(found.owners) == {"*": ("Owner 1", "Owner 2")}
    everything = repr(list(found.history.commits)) + repr(found.owners)
    assert not any(name in everything for name in ("Ann", "Bob", "Eve", "@"))


def test_later_commits_move_no_pseudonym(tmp_path: Path) -> None:
    folder = repository(tmp_path, SHOP + "commit Zoe~<z@example.org> 2 More\n  write shop/b.py x = 1\n")
    assert [commit.author for commit in extract(folder, HIDDEN).history.commits] == ["Person 4", "Person 2", "Person 1"]
