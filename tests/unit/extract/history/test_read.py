"""A repository -> History."""

from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from decompose.extract import history
from decompose.extract.history import HistoryOptions
from decompose.model.facts import Facts, History, ModuleFact, ModuleKind, Project
from decompose.model.names import Module
from decompose.relate import ChangeOptions, changes
from tests.histories import clone, git, repository


def touched(found: History) -> list[tuple[str, str, list[str]]]:
    """(author, subject, paths) of each commit, newest first."""
    files: list[list[str]] = [[] for _ in found.commits]
    for touch in found.touches:
        files[touch.commit].append(found.paths[touch.path])
    return [(commit.author, commit.subject, sorted(paths)) for commit, paths in zip(found.commits, files, strict=True)]


def reasons(found: History) -> dict[str, int]:
    return {left.reason: left.commits for left in found.left_out}


def test_commits_stand_newest_first_with_their_files(tmp_path: Path) -> None:
    found = history.read(
        repository(tmp_path, "commit ann 0 One\n write a.py 1\n write b.py 1\ncommit bob 1 Two\n write a.py 2")
    )
    assert touched(found) == [("bob", "Two", ["a.py"]), ("ann", "One", ["a.py", "b.py"])]
    assert found.head == found.commits[0].sha
    assert found.head_time == found.commits[0].time == 1_704_067_200 + 86_400


def test_a_commit_and_a_file_take_eight_bytes(tmp_path: Path) -> None:
    found = history.read(repository(tmp_path, "commit ann 0 One\n write a.py 1\n write b.py 1"))
    columns = [found.touches.codes(name)[0] for name in ("commit", "path")]
    assert [len(column) for column in columns] == [2, 2]
    assert sum(column.itemsize for column in columns if isinstance(column, array)) == 8


def test_an_exact_rename_leads_to_the_name_of_today(tmp_path: Path) -> None:
    text = """
    commit ann 0 One
      write old/a.py 1
    commit ann 1 Move
      move old/a.py new/a.py
    commit ann 2 Two
      write new/a.py 2
    """
    assert [files for _, _, files in touched(history.read(repository(tmp_path, text)))] == [["new/a.py"]] * 3


def test_a_rename_with_an_edit_is_followed_by_similarity(tmp_path: Path) -> None:
    lines = "\\n".join(f"line {i}" for i in range(40))
    text = f"commit ann 0 One\n write a.py {lines}\ncommit ann 1 Move\n remove a.py\n write b.py {lines}\\nmore"
    folder = repository(tmp_path, text)
    assert [files for _, _, files in touched(history.read(folder))] == [["b.py"]] * 2
    apart = history.read(folder, options=HistoryOptions(similar=False))
    assert [files for _, _, files in touched(apart)] == [["a.py", "b.py"], ["a.py"]]


def test_held_out_commits_name_files_as_at_their_start(tmp_path: Path) -> None:
    text = """
    commit ann 0 One
      write a.py 1
    commit ann 1 Move
      move a.py b.py
    commit ann 2 Two
      write b.py 2
      write c.py 1
    """
    folder = repository(tmp_path, text)
    later = history.read(folder, revisions="HEAD~2..HEAD", forwards=True)
    assert [files for _, _, files in touched(later)] == [["a.py", "c.py"], ["a.py"]]


def test_a_move_on_a_branch_also_names_what_ran_beside_it(tmp_path: Path) -> None:
    text = """
    commit ann 0 One
      write a.py 1
      write z.py 1
    branch side
    commit ann 1 Move
      move a.py b.py
    on main
    commit bob 2 Edit
      write a.py 2
    merge side 3 Merge side
      remove a.py
      write b.py 2
    """
    found = history.read(repository(tmp_path, text))
    assert {path for _, _, files in touched(found) for path in files} == {"b.py", "z.py"}
    assert reasons(found) == {"merge": 1}


def test_octopus_merges_and_unrelated_histories(tmp_path: Path) -> None:
    text = """
    commit ann 0 One
      write a.py 1
    branch x
    commit ann 1 X
      write x.py 1
    on main
    branch y
    commit ann 2 Y
      write y.py 1
    on island
    commit eve 3 Island
      write i.py 1
    on main
    merge x+y+island 4 All
    """
    found = history.read(repository(tmp_path, text))
    assert [subject for _, subject, _ in touched(found)] == ["Island", "Y", "X", "One"]
    assert reasons(found) == {"merge": 1}


def test_programs_and_reformatting_are_left_out_and_counted(tmp_path: Path) -> None:
    text = """
    commit ann 0 One
      write a.py 1
    commit dependabot[bot]~<support@example.org> 1 Bump
      write requirements.txt 2
    commit ann 2 Black
      write a.py 3
    """
    folder = repository(tmp_path, text)
    black = git(folder, "rev-parse", "HEAD").decode().strip()
    (folder / ".git-blame-ignore-revs").write_text(f"# formatting\n{black} # black\n")
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=ann", "-c", "user.email=ann@example.org", "commit", "-qm", "Ignore")
    found = history.read(folder)
    assert reasons(found) == {"bot": 1, "reformatting": 1}
    assert [left.examples for left in found.left_out][1] == (black,)
    assert history.read(folder, options=HistoryOptions(bots=("ann <*",))).commits[0].author == "dependabot[bot]"


def test_people_mailmap_coauthors_and_the_nameless(tmp_path: Path) -> None:
    text = r"""
    commit ann 0 One\n\nCo-authored-by: Bob Stone <BOB@example.org>
      write a.py 1
    commit <none@example.org> 1 Two
      write a.py 2
    commit <> 2 Three
      write a.py 3
    commit Bob~Stone~<bob@example.org> 3 Four
      write .mailmap Ann Lee <ann@example.org>
    """
    found = history.read(repository(tmp_path, text))
    assert [commit.author for commit in found.commits] == ["Bob Stone", "unknown", "none@example.org", "Ann Lee"]
    assert found.commits[3].coauthors == ("Bob Stone",)


def test_a_program_is_no_co_author(tmp_path: Path) -> None:
    named = (
        r"Co-authored-by: Bob <bob@x>\nCo-authored-by: dependabot[bot] <d@x>"
        r"\nCo-Authored-By: Claude <noreply@anthropic.com>"
    )
    (commit,) = history.read(repository(tmp_path, f"commit ann 0 One\\n\\n{named}\n write a.py 1")).commits
    assert (commit.author, commit.coauthors) == ("ann", ("Bob",))


@pytest.mark.parametrize(
    ("message", "ticket"),
    [
        ("Fix totals (#12)", "#12"),
        ("SHOP-12: fix totals", "SHOP-12"),
        ("Fix totals\\n\\nCloses-Bug: #4711", "4711"),
        ("Fix totals\\n\\nImplements: blueprint fast-totals", "fast-totals"),
        ("Read UTF-8 and SHA-256", ""),
    ],
)
def test_tickets(tmp_path: Path, message: str, ticket: str) -> None:
    found = history.read(repository(tmp_path, f"commit ann 0 {message}\n write a.py 1"))
    assert found.commits[0].ticket == ticket


def test_a_subfolder_sees_its_own_changes_alone(tmp_path: Path) -> None:
    text = """
    commit ann 0 One
      write api/a.py 1
      write web/b.py 1
    commit ann 1 Two
      write web/b.py 2
    commit ann 2 Three
      write api/[x]/c.py 1
    """
    folder = repository(tmp_path, text)
    assert [files for _, _, files in touched(history.read(folder, "api"))] == [["api/[x]/c.py"], ["api/a.py"]]
    assert [files for _, _, files in touched(history.read(folder, "api/[x]"))] == [["api/[x]/c.py"]]


def test_submodules_are_named_not_counted(tmp_path: Path) -> None:
    found = history.read(repository(tmp_path, "commit ann 0 One\n write a.py 1\n module vendor/lib", checkout=False))
    assert touched(found) == [("ann", "One", ["a.py"])]
    assert found.notes == ("submodules are not looked into: vendor/lib",)


def test_no_git_and_no_commits_are_said(tmp_path: Path) -> None:
    assert "not a git repository" in history.read(tmp_path / "..").notes[0]
    assert "no commits" in history.read(repository(tmp_path, "")).notes[0]


def test_one_commit(tmp_path: Path) -> None:
    assert touched(history.read(repository(tmp_path, "commit ann 0 One\n write a.py 1"))) == [("ann", "One", ["a.py"])]


def test_a_shallow_clone_says_so_and_its_cut_is_no_change(tmp_path: Path) -> None:
    source = repository(
        tmp_path / "source", "commit a 0 1\n write a.py 1\ncommit a 1 2\n write b.py 1\ncommit a 2 3\n write a.py 2"
    )
    found = history.read(clone(source, tmp_path / "clone", "--depth=2"))
    assert touched(found) == [("a", "3", ["a.py"])]
    assert found.shallow
    assert "git fetch --unshallow" in found.notes[0]


def test_a_partial_clone_is_read_without_fetching(tmp_path: Path) -> None:
    lines = "\\n".join(f"line {i}" for i in range(40))
    text = f"""
    commit ann 0 One
      write a.py {lines}
      write x.py 1
    commit ann 1 Move
      move x.py y.py
    commit ann 2 Move and edit
      remove a.py
      write b.py {lines}\\nmore
    commit ann 3 Last
      write b.py 3
    """
    source = repository(tmp_path / "source", text)
    git(source, "config", "uploadpack.allowFilter", "true")
    part = clone(source, tmp_path / "part", "--filter=blob:none")
    found = history.read(part)
    assert [files for _, _, files in touched(found)] == [["b.py"], ["a.py", "b.py"], ["y.py"], ["a.py", "y.py"]]
    assert any("contents are missing" in note for note in found.notes)


def test_times_that_run_backwards_still_put_children_first(tmp_path: Path) -> None:
    text = """
    commit a 9 1
      write a.py 1
    commit a 1 2
      write a.py 2
    commit a 3 3
      write a.py 3
    """
    assert [commit.subject for commit in history.read(repository(tmp_path, text)).commits] == ["3", "2", "1"]


@pytest.mark.parametrize(("written", "read"), [(b"-86400", 0), (b"99999999999999999999999", 2**62), (b"7", 7)])
def test_times_before_1970_and_beyond_all_clocks(tmp_path: Path, written: bytes, read: int) -> None:
    folder = repository(tmp_path, "commit a 0 1\n write a.py 1")
    tree = git(folder, "rev-parse", "HEAD^{tree}").strip()
    who = b"a <a@x> " + written + b" +0000"
    raw = b"tree " + tree + b"\nauthor " + who + b"\ncommitter " + who + b"\n\nOdd\n"
    sha = git(folder, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=raw).decode().strip()
    git(folder, "update-ref", "refs/heads/main", sha)
    found = history.read(folder)
    assert [commit.subject for commit in found.commits] == ["Odd"]
    assert found.commits[0].time == read == found.head_time


def test_messages_and_paths_in_any_encoding(tmp_path: Path) -> None:
    folder = repository(tmp_path, "")
    stream = (
        b"commit refs/heads/main\ncommitter Ren\xe9 <r@example.org> 0 +0000\nencoding latin-1\ndata 5\ncaf\xe9\n"
        b'M 644 inline "a\\nb.py"\ndata 1\n1\nM 644 inline "\\377.py"\ndata 1\n2\n'
    )
    git(folder, "fast-import", "--quiet", stdin=stream)
    found = history.read(folder)
    assert touched(found) == [("René", "café", ["\\xff.py", "a\nb.py"])]


OLD_AND_NEW = """
commit ann 0 Old one
  write a.py 1
  write b.py one two three
commit ann 1 Old two
  write a.py 2
branch import
on import
commit bob 2 Import
  write src/a.py 2
  write src/b.py one two three
commit bob 3 New
  write src/a.py 3
"""


def grafted(folder: Path, how: str, commit: str, *parents: str) -> None:
    """`commit` gets other `parents`, by an object that replaces it or by a line of the old grafts file."""
    if how == "replace":
        git(folder, "replace", "--graft", commit, *parents)
    else:
        names = [git(folder, "rev-parse", name).decode().strip() for name in (commit, *parents)]
        (folder / ".git/info/grafts").write_text(" ".join(names) + "\n")


@pytest.mark.parametrize("how", ["replace", "grafts"])
def test_a_graft_that_cuts_leaves_what_lies_before_it_uncounted(tmp_path: Path, how: str) -> None:
    folder = repository(
        tmp_path, "commit a 0 1\n write a.py 1\n write b.py 1\ncommit a 1 2\n write a.py 2\ncommit a 2 3\n write a.py 3"
    )
    before = history.fingerprint(folder, "", "HEAD")
    assert touched(history.read(folder)) == [("a", "3", ["a.py"]), ("a", "2", ["a.py"]), ("a", "1", ["a.py", "b.py"])]
    assert history.read(folder).notes == ()
    grafted(folder, how, "HEAD~1")
    found = history.read(folder)
    # the commit at the cut shows the whole tree as its own, as a first commit does
    assert touched(found) == [("a", "3", ["a.py"]), ("a", "2", ["a.py", "b.py"])]
    assert found.notes == ("the history is read with 1 graft or replaced object, and not as it was made",)
    assert history.fingerprint(folder, "", "HEAD") != before


@pytest.mark.parametrize("how", ["replace", "grafts"])
def test_a_graft_that_joins_an_older_history_is_followed_through_its_renames(tmp_path: Path, how: str) -> None:
    folder = repository(tmp_path, OLD_AND_NEW)
    root = "import~1"
    git(folder, "rm", "-q", "--cached", "-r", ".")
    git(folder, "checkout", "-q", "-f", "import")
    # the import as a history of its own: the same tree without a parent, then the commit on top of it
    tree = git(folder, "rev-parse", f"{root}^{{tree}}").decode().strip()
    who = ("-c", "user.name=bob", "-c", "user.email=bob@x")
    git(folder, "read-tree", tree)
    git(folder, "rm", "-q", "--cached", "a.py", "b.py")
    tree = git(folder, "write-tree").decode().strip()
    alone = git(folder, *who, "commit-tree", tree, "-m", "Import").decode().strip()
    git(folder, "reset", "-q", "--hard", alone)
    (folder / "src/a.py").write_text("3")
    git(folder, *who, "commit", "-qam", "New")
    assert [subject for _, subject, _ in touched(history.read(folder))] == ["New", "Import"]
    grafted(folder, how, alone, "main")
    found = history.read(folder)
    assert touched(found) == [
        ("bob", "New", ["src/a.py"]),
        ("bob", "Import", ["src/a.py", "src/b.py"]),
        ("ann", "Old two", ["src/a.py"]),
        ("ann", "Old one", ["src/a.py", "src/b.py"]),
    ]


def test_a_replaced_commit_counts_as_what_replaces_it(tmp_path: Path) -> None:
    folder = repository(
        tmp_path, "commit a 0 1\n write a.py 1\ncommit a 1 2\n write a.py 2\ncommit a 2 3\n write a.py 3"
    )
    last = git(folder, "rev-parse", "HEAD").decode().strip()
    (folder / "b.py").write_text("1")
    git(folder, "add", "b.py")
    git(
        folder,
        "-c",
        "user.name=eve",
        "-c",
        "user.email=e@x",
        "commit",
        "-q",
        "--amend",
        "--author=eve <e@x>",
        "-m",
        "4",
    )
    git(folder, "replace", last, "HEAD")
    git(folder, "update-ref", "refs/heads/main", last)
    found = history.read(folder)
    assert touched(found)[0] == ("eve", "4", ["a.py", "b.py"])
    assert found.head == last


@pytest.mark.slow
def test_a_commit_of_two_hundred_thousand_files_is_one_bulk_change(tmp_path: Path) -> None:
    folder = repository(tmp_path / "big", "commit ann 0 One\n  write a.py 1\n  write b.py 1")
    paths = b"".join(b"M 644 :1 p%d/m%d.py\n" % (i // 500, i) for i in range(200_000))
    head = b"committer eve <eve@x> 1704200000 +0000\n"
    stream = b"blob\nmark :1\ndata 2\nx\n\ncommit refs/heads/main\n%bdata 5\nVenv\n\nfrom refs/heads/main^0\n%b\n"
    git(folder, "fast-import", "--quiet", stdin=stream % (head, paths))
    found = history.read(folder)
    assert len(found.commits) == 2
    assert len(found.touches) == 200_002
    known = tuple(
        ModuleFact(Module(path.removesuffix(".py").replace("/", ".")), path, ModuleKind.SOURCE, 1)
        for path in ("a.py", "b.py")
    )
    kinds = (ModuleKind.SOURCE,) * len(found.paths)
    made = changes(Facts(Project("x"), known, history=replace(found, kinds=kinds)), ChangeOptions())
    assert len(made) == 1
    assert [(left.reason, left.commits) for left in made.left_out] == [("more than 30 source modules", 1)]
