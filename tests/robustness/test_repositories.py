"""Every state that git can leave a checkout in: what can be read is read, and what is missing is said."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from decompose.errors import InputError
from decompose.extract import ExtractOptions, extract, git
from decompose.model.facts import Facts
from tests.repositories import committed, run

READABLE = {("shop.orders", "shop.pay"), ("shop.orders", "shop.stock"), ("shop.pay", "shop.stock")}


@pytest.fixture
def told(shop: Path) -> Path:
    """The shop with a history: an edit, a rename that edits, and most files deleted."""
    committed(shop, "Begin")
    (shop / "shop" / "till.py").write_text("".join(f"line_{n} = {n}\n" for n in range(50)))
    for number in range(30):
        (shop / "shop" / f"old{number}.py").write_text(f"x = {number}\n")
    committed(shop, "Add")
    (shop / "shop" / "till.py").rename(shop / "shop" / "cash.py")
    with (shop / "shop" / "cash.py").open("a") as file:
        file.write("more = 1\n")
    committed(shop, "Rename and edit")
    for number in range(30):
        (shop / "shop" / f"old{number}.py").unlink()
    return committed(shop, "Delete most")


def read(folder: Path, revision: str = "") -> Facts:
    return extract(folder, ExtractOptions(), revision=revision)


def edges(facts: Facts) -> set[tuple[str, str]]:
    return {(str(one.importer), str(one.imported)) for one in facts.imports}


def notes(facts: Facts) -> str:
    return "; ".join((*facts.history.notes, *(problem.message for problem in facts.problems)))


def subjects(facts: Facts) -> list[str]:
    return [commit.subject for commit in facts.history.commits]


def clone(source: Path, *options: str) -> Path:
    run(source, "config", "uploadpack.allowFilter", "true")
    target = source.with_name("clone")
    run(source.parent, "clone", "-q", *options, f"file://{source}", str(target))
    return target


def test_no_git_at_all(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    facts = read(told)
    assert edges(facts) == READABLE and not len(facts.history.commits)
    assert "git was not found" in notes(facts)


def test_no_repository(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(shop.parent))
    facts = read(shop)
    assert edges(facts) == READABLE
    assert "not a git repository" in notes(facts)


def test_a_repository_without_commits(shop: Path) -> None:
    run(shop, "init", "-q")
    facts = read(shop)
    assert edges(facts) == READABLE
    assert "no commits" in notes(facts)


def test_a_repository_with_commits_but_no_files(tmp_path: Path) -> None:
    facts = read(committed(tmp_path))
    assert facts.modules == () and subjects(facts) == ["A change"]


def test_a_history_that_renames_and_deletes_most_files(told: Path) -> None:
    facts = read(told)
    assert edges(facts) == READABLE
    assert subjects(facts) == ["Delete most", "Rename and edit", "Add", "Begin"]
    cash = facts.history.paths.index("shop/cash.py")
    assert [touch.commit for touch in facts.history.touches if touch.path == cash] == [1, 2]


def test_a_shallow_clone(told: Path) -> None:
    facts = read(clone(told, "--depth", "2"))
    assert edges(facts) == READABLE
    assert facts.history.shallow and "shallow clone" in notes(facts)


@pytest.mark.parametrize("rest", ["blob:none", "tree:0"])
def test_a_partial_clone_is_not_asked_for_what_it_lacks(rest: str, told: Path) -> None:
    partial = clone(told, f"--filter={rest}")
    before = sorted(path.name for path in (partial / ".git" / "objects").rglob("*") if path.is_file())
    shutil.rmtree(told)  # a remote that fails, were it asked
    facts = read(partial)
    assert edges(facts) == READABLE
    assert rest == "tree:0" or subjects(facts) == ["Delete most", "Rename and edit", "Add", "Begin"]
    assert sorted(path.name for path in (partial / ".git" / "objects").rglob("*") if path.is_file()) == before


def test_a_partial_clone_fetches_nothing_from_a_remote_that_answers(told: Path) -> None:
    partial = clone(told, "--filter=blob:none")
    before = sorted(path.name for path in (partial / ".git" / "objects").rglob("*") if path.is_file())
    read(partial)
    assert sorted(path.name for path in (partial / ".git" / "objects").rglob("*") if path.is_file()) == before


def test_a_partial_clone_is_not_asked_to_compare_contents(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    stream = git.stream

    def watched(repository: Path, *arguments: str, stdin: bytes = b"") -> Iterator[bytes]:
        asked.append(arguments)
        return stream(repository, *arguments, stdin=stdin)

    monkeypatch.setattr(git, "stream", watched)
    facts = read(clone(told, "--filter=blob:none"))
    assert asked and not any("-M" in arguments for arguments in asked)
    assert "followed in part" in notes(facts)
    asked.clear()
    read(told)
    assert any("-M" in arguments for arguments in asked)


def test_another_revision_of_a_partial_clone_tells_what_is_missing(told: Path) -> None:
    (told / "shop" / "pay.py").write_text("import shop.orders\n")
    committed(told, "Change")
    partial = clone(told, "--filter=blob:none")
    facts = read(partial, "HEAD~1")
    assert {problem.file: problem.message for problem in facts.problems}["shop/pay.py"] == (
        "its content is missing in this clone"
    )
    assert ("shop.orders", "shop.stock") in edges(facts)


def test_missing_blobs(told: Path) -> None:
    blob = run(told, "rev-parse", "HEAD:shop/pay.py").strip()
    (told / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert edges(read(told)) == READABLE
    facts = read(told, "HEAD")
    assert "shop/pay.py" in {problem.file for problem in facts.problems}
    assert ("shop.orders", "shop.stock") in edges(facts)


def test_a_missing_tree_ends_the_history_and_says_so(told: Path) -> None:
    tree = run(told, "rev-parse", "HEAD~2^{tree}").strip()
    (told / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    facts = read(told)
    assert edges(facts) == READABLE
    assert "only as far as git could" in notes(facts)


def test_a_broken_index(told: Path) -> None:
    (told / ".git" / "index").write_bytes(b"no index")
    facts = read(told)
    assert edges(facts) == READABLE
    assert "git failed" in notes(facts)


def test_a_broken_head(told: Path) -> None:
    (told / ".git" / "HEAD").write_text("nonsense")
    assert edges(read(told)) == READABLE


def test_a_worktree(told: Path) -> None:
    run(told, "worktree", "add", "-q", str(told.with_name("tree")), "-b", "other")
    facts = read(told.with_name("tree"))
    assert edges(facts) == READABLE and len(facts.history.commits) == 4


def test_a_detached_head(told: Path) -> None:
    run(told, "checkout", "-q", "--detach", "HEAD~1")
    facts = read(told)
    assert edges(facts) == READABLE and len(facts.history.commits) == 3


def test_a_submodule_is_analysed_alone_and_named_in_what_holds_it(told: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    (outer / "main.py").write_text("import os\n")
    committed(outer)
    run(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(told), "part")
    committed(outer)
    assert edges(read(outer / "part")) == READABLE
    around = read(outer)
    assert [fact.path for fact in around.modules] == ["main.py"]
    assert "submodules are not looked into: part" in notes(around)


def test_a_folder_inside_of_a_repository(told: Path) -> None:
    facts = read(told / "shop")
    assert edges(facts) == READABLE
    assert all(fact.path.startswith("shop/") for fact in facts.modules)
    assert len(facts.history.commits) == 4


def test_a_bare_repository_has_no_files(told: Path) -> None:
    bare = clone(told, "--bare")
    assert read(bare).modules == ()
    assert edges(read(bare, "HEAD")) == READABLE


def test_a_work_tree_elsewhere_is_not_read(told: Path, tmp_path: Path) -> None:
    run(told, "config", "core.worktree", str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    facts = read(told)
    assert edges(facts) == READABLE
    assert facts.problems


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_dubious_ownership_is_told_with_the_way_out(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for path in (told, told / ".git"):
        os.chown(path, 12345, 12345)
    facts = read(told)
    assert edges(facts) == READABLE
    assert f"git config --global --add safe.directory {told}" in notes(facts)


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "-h", "HEAD~100", "HEAD:shop"])
def test_a_revision_that_is_none_is_an_input_error(revision: str, told: Path) -> None:
    with pytest.raises(InputError, match="has no commit that is named"):
        read(told, revision)


def test_a_revision_without_a_repository_is_an_input_error(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(shop.parent))
    with pytest.raises(InputError, match="is not a git repository"):
        read(shop, "HEAD")


def test_a_commit_of_any_date_and_any_message_is_read(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for date in ("@0 +0000", "@4102444800 +1400"):
        monkeypatch.setenv("GIT_AUTHOR_DATE", date)
        monkeypatch.setenv("GIT_COMMITTER_DATE", date)
        (told / "shop" / "pay.py").write_text(f"# {date}\n")
        committed(told, "\x1b[31mred\u202e \x01 " + "long " * 5000)
    facts = read(told)
    assert len(facts.history.commits) == 6
    assert len(facts.history.commits[0].subject) <= 200


def test_git_runs_in_any_language(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    with pytest.raises(git.GitError, match="has no commit that is named"):
        git.revision(told, "nirgends")
