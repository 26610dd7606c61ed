"""A stage whose input is as in an earlier run is not run again; another input, a damaged entry or no cache runs it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from decompose import extract as stage
from decompose import pipeline
from decompose.cli import pictures
from decompose.extract import ExtractOptions, Means, extract, history
from decompose.extract.cache import NAME, SqliteCache
from decompose.extract.history import fingerprint, told
from decompose.extract.kept import digest, keep, kept, recalled
from decompose.extract.source import open_tree
from decompose.extract.state import state, with_marks
from decompose.model.facts import Facts
from tests.end_to_end.test_analyze import SHOP, git
from tests.trees import write


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = write(tmp_path / "shop", SHOP)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "The shop opens")
    return folder


def observe(checkout: Path, folder: Path) -> Facts:
    cache = SqliteCache(folder)
    found = extract(checkout, ExtractOptions(), means=Means(None, cache))
    cache.close()
    assert not cache.complaint
    return found


def forbid(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    def never(*arguments: Any) -> None:
        raise AssertionError("this stage has nothing new to do")

    for name in names:
        monkeypatch.setattr(stage, name, never)


def test_a_comment_at_the_end_moves_no_meaning(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = observe(checkout, tmp_path)
    with (checkout / "shop/orders/api.py").open("a") as file:
        file.write("# later\n")
    alone = extract(checkout, ExtractOptions())
    forbid(monkeypatch, "_tables", "_meant", "read_history")
    after = observe(checkout, tmp_path)
    assert after == alone
    assert sum(fact.lines for fact in after.modules) == sum(fact.lines for fact in before.modules) + 1


@pytest.mark.parametrize(
    ("at", "spared"),
    [("the end", ("blast_radius", "assess", "weigh", "gains", "quality")), ("the top", ("blast_radius", "gains"))],
)
def test_what_an_edit_leaves_alone_is_not_judged_anew(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, spared: tuple[str, ...]
) -> None:
    def analysed(folder: Path | None) -> pipeline.Analysis:
        cache = SqliteCache(folder) if folder else None
        return pipeline.analyze(checkout, pipeline.Options(), lambda *_: None, Means(cache=cache))

    before = analysed(tmp_path)
    file = checkout / "shop/orders/api.py"
    file.write_text(file.read_text() + "# later\n" if at == "the end" else "# earlier\n" + file.read_text())
    alone = analysed(None)
    for name in spared:
        monkeypatch.setattr(pipeline, name, None)
    after = analysed(tmp_path)
    assert (after.blast, after.assessment, after.plan) == (alone.blast, alone.assessment, alone.plan)
    assert (after.partition, after.metrics) == (alone.partition, alone.metrics)
    assert before.facts.history == after.facts.history


def test_a_tree_that_was_listed_and_marked_is_not_read_again(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = observe(checkout, tmp_path)
    seen = with_marks(open_tree(checkout))
    forbid(monkeypatch, "open_tree", "_meant", "_tables")
    cache = SqliteCache(tmp_path)
    assert extract(checkout, ExtractOptions(), means=Means(None, cache, seen=seen)) == alone
    (checkout / "shop/orders/api.py").unlink()  # what the cache holds of it is enough
    assert extract(checkout, ExtractOptions(), means=Means(None, cache, seen=seen)) == alone
    cache.close()


@pytest.mark.parametrize("what", ["a line moves", "a file comes", "a package is chosen"])
def test_another_meaning_is_read_anew(checkout: Path, tmp_path: Path, what: str) -> None:
    observe(checkout, tmp_path)
    file = checkout / "shop/orders/api.py"
    if what == "a line moves":
        file.write_text("# first\n" + file.read_text())
    elif what == "a file comes":
        (checkout / "shop/new.py").write_text("from shop.orders.models import Order\nOrder.objects.all()\n")
    options = ExtractOptions(packages=("shop.orders",) if what == "a package is chosen" else ())
    cache = SqliteCache(tmp_path)
    assert extract(checkout, options, means=Means(None, cache)) == extract(checkout, options)


def test_the_history_is_kept_up_to_its_head(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {fingerprint(checkout, "", "HEAD")}
    steps = (
        lambda: git(checkout, "commit", "-q", "--allow-empty", "-m", "More"),
        lambda: git(checkout, "commit", "-q", "--amend", "--allow-empty", "-m", "Rewritten"),
        lambda: (checkout / ".mailmap").write_text("Anna <ann@example.org>\n"),
        lambda: git(checkout, "replace", "HEAD", "HEAD~1"),
    )
    for step in steps:
        step()
        found = fingerprint(checkout, "", "HEAD")
        assert found and found not in seen
        seen.add(found)
        assert observe(checkout, tmp_path).history == extract(checkout, ExtractOptions()).history
    forbid(monkeypatch, "read_history")
    assert observe(checkout, tmp_path).history.commits


def test_of_a_new_commit_git_tells_that_alone(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    observe(checkout, tmp_path)
    (checkout / "shop/orders/api.py").rename(checkout / "shop/orders/views.py")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "Move the views")
    alone = extract(checkout, ExtractOptions())
    monkeypatch.setattr(history, "tell", None)
    assert observe(checkout, tmp_path) == alone
    git(checkout, "checkout", "-q", "HEAD~1")
    monkeypatch.setattr(told, "tell", None)
    (before,) = observe(checkout, tmp_path).history.commits
    assert before.subject == "The shop opens"


def test_a_history_that_cannot_be_told_apart_is_not_kept(tmp_path: Path) -> None:
    assert fingerprint(tmp_path, "", "HEAD") == b""


def test_what_is_damaged_is_made_again(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    cache = SqliteCache(tmp_path)
    assert [kept(cache, "counting", lambda: (1, "a"), make) for _ in range(2)] == [1, 1]
    assert kept(cache, "counting", lambda: (1, "b"), make) == 2
    cache.close()
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("UPDATE says SET said = x'80ff'")
    assert kept(SqliteCache(tmp_path), "counting", lambda: (1, "a"), make) == 3
    assert kept(None, "counting", lambda: (1, "a"), make) == 4


def test_parts_do_not_run_into_each_other() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc") != digest(b"abc")
    assert digest("stage", {"a": 1}) == digest("stage", {"a": 1})


def test_another_version_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = SqliteCache(tmp_path)
    keep(cache, digest("a"), "value")
    assert recalled(cache, digest("a")) == "value"
    monkeypatch.setattr("decompose.extract.cache._code", lambda *folders: b"another version")
    assert recalled(cache, digest("a")) is None


def test_a_picture_is_drawn_where_its_dot_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = SqliteCache(tmp_path)
    first = pictures.draw({"a": "digraph { a -> b }", "b": "digraph { c }"}, 5.0, cache)
    drawn: list[str] = []
    real = pictures._drawn

    def counted(texts: Any, seconds: float) -> Any:
        drawn.extend(texts)
        return real(texts, seconds)

    monkeypatch.setattr(pictures, "_drawn", counted)
    second = pictures.draw({"a": "digraph { a -> b }", "b": "digraph { d }"}, 5.0, cache)
    assert drawn == ["b"] and second["a"] == first["a"] and second["b"] != first["b"]


@pytest.mark.parametrize(
    "change", ["a line", "a file", "a commit", "names of people", "a setting of git", "an option", "nothing"]
)
def test_boundaries_are_found_again_where_nothing_changed(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    cache = SqliteCache(tmp_path)
    first = pipeline.bounds(checkout, pipeline.Options(), lambda *_: None, Means(None, cache))
    options, file = pipeline.Options(), checkout / "shop/orders/api.py"
    if change == "a line":
        file.write_text("# first\n" + file.read_text())
    elif change == "a file":
        (checkout / "notes.md").write_text("")
    elif change == "a commit":
        git(checkout, "commit", "-qm", "Nothing new", "--allow-empty")
    elif change == "names of people":
        (checkout / ".mailmap").write_text("Ann <ann@shop.example>\n")
    elif change == "a setting of git":
        git(checkout, "config", "log.showSignature", "false")
    elif change == "an option":
        options = pipeline.Options(ExtractOptions(exclude=("shop/billing/**",)))
    ran: list[object] = []
    whole = pipeline.extract
    monkeypatch.setattr(pipeline, "extract", lambda *given: ran.append(given) or whole(*given))
    second = pipeline.bounds(checkout, options, lambda *_: None, Means(None, cache))
    assert bool(ran) == (change != "nothing")
    assert (second.key == first.key) == (change == "nothing")
    alone = pipeline.bounds(checkout, options, lambda *_: None)
    assert second.relations.facts == alone.relations.facts
    assert repr(second.relations.changes) == repr(alone.relations.changes)
    assert second.partition == alone.partition
    cache.close()


def test_how_firm_a_proposal_stands_is_measured_by_workers_and_once(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def metrics(means: Means) -> object:
        return pipeline.analyze(checkout, pipeline.Options(), lambda *_: None, means).metrics

    alone = metrics(Means())
    ran: list[str] = []
    for name in ("alternatives", "standing"):
        whole = getattr(pipeline, name)
        monkeypatch.setattr(pipeline, name, lambda *given, name=name, whole=whole: ran.append(name) or whole(*given))
    monkeypatch.setattr(pipeline, "_MANY", 0)
    cache = SqliteCache(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        assert metrics(Means(pool, cache)) == alone
        assert sorted(ran) == ["alternatives", "standing"]
        assert metrics(Means(pool, cache)) == alone
    assert len(ran) == 2
    cache.close()


def test_without_a_history_nothing_tells_a_state(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    assert state(folder) == b""
    assert state(folder / "absent") == b""
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "The shop opens")
    assert state(folder) != state(folder, "HEAD") != b""
    git(folder, "config", "remote.origin.promisor", "true")
    assert state(folder) == b""  # a partial clone's contents may arrive at any time
