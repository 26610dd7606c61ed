"""Reading on any executor and from a cache gives what reading alone gives."""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from decompose.extract import readers
from decompose.extract.cache import NAME, SqliteCache, clear
from decompose.extract.readers import Means, elsewhere, read_files
from decompose.model.facts import Problem

FILES = [(f"shop/m{number}.py", f"import shop.m{number + 1}\nx = {number}\n".encode()) for number in range(40)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "CHUNK", 100)
    monkeypatch.setattr(readers, "HERE", 0)


def read(means: Means) -> list[Any]:
    return read_files(iter(FILES), means, lambda done: None)[0]


ALONE = Means()


class Lost(Executor):
    """Its workers die: some calls fail when their result is asked for, later ones at once."""

    def __init__(self) -> None:
        self.calls = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.calls += 1
        if self.calls > 3:
            raise BrokenProcessPool("gone")
        future: Future[Any] = Future()
        future.set_exception(BrokenProcessPool("gone"))
        return future


def executors() -> Iterator[Executor]:
    yield ThreadPoolExecutor(3)
    yield ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    yield Lost()


def test_an_edit_of_a_large_tree_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "HERE", 200)
    cache, lost = SqliteCache(tmp_path), Lost()
    read_files(iter([*FILES[:-1], ("shop/m39.py", b"before = 1\n")]), Means(cache=cache), lambda done: None)
    assert read(Means(lost, cache)) == read(ALONE)
    assert lost.calls == 0
    read_files(iter([(path, data + b"# all of them") for path, data in FILES]), Means(lost, cache), lambda done: None)
    assert lost.calls
    cache.close()


def test_any_thread_may_ask_the_cache(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: cache.keep_stage(b"%d" % n, b"%d" % -n), range(100)))
        assert list(pool.map(lambda n: cache.stage(b"%d" % n), range(100))) == [b"%d" % -n for n in range(100)]
    assert not cache.complaint
    cache.close()


@pytest.mark.parametrize("pool", list(executors()), ids=lambda pool: type(pool).__name__)
def test_no_executor_changes_what_is_read(pool: Executor) -> None:
    with pool:
        assert read(Means(pool)) == read(ALONE)


@pytest.mark.parametrize("pool", [None, *executors()], ids=lambda pool: type(pool).__name__)
def test_work_elsewhere_gives_what_it_gives_here(pool: Executor | None) -> None:
    pending = [elsewhere(pool, divmod, number, 7) for number in range(9)]
    assert [result() for result in pending] == [divmod(number, 7) for number in range(9)]
    broken = elsewhere(pool, divmod, 1, 0)
    with pytest.raises(ZeroDivisionError):
        broken()


def test_what_cannot_be_read_is_told_and_progress_is_counted() -> None:
    seen: list[int] = []
    contents = [FILES[0], ("broken.py", Problem("broken.py", 0, "cannot be read")), FILES[1]]
    said, unread = read_files(iter(contents), ALONE, seen.append)
    assert [one.path for one in said] == ["shop/m0.py", "shop/m1.py"]
    assert [one.file for one in unread] == ["broken.py"]
    assert seen[-1] == 2


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    paths: list[str] = []
    says = readers.says

    def says_and_counts(path: str, data: bytes) -> Any:
        paths.append(path)
        return says(path, data)

    monkeypatch.setattr(readers, "says", says_and_counts)
    return paths


def test_a_second_run_reads_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        cache = SqliteCache(tmp_path)
        assert read(Means(None, cache)) == read(ALONE)
        cache.close()
        assert not cache.complaint
    paths = counted(monkeypatch)
    cache = SqliteCache(tmp_path)
    changed = [*FILES[:-1], (FILES[-1][0], b"import shop\n")]
    read_files(iter(changed), Means(None, cache), lambda done: None)
    assert paths == [FILES[-1][0]]


def test_another_path_or_version_is_another_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = SqliteCache(tmp_path)
    cache.keep([("a.py", b"x")], [b"said"])
    assert list(cache.recall([("a.py", b"x"), ("b.py", b"x"), ("a.py", b"y")])) == [b"said", None, None]
    monkeypatch.setattr("decompose.extract.cache._code", lambda *folders: b"another version")
    assert list(cache.recall([("a.py", b"x")])) == [None]


@pytest.mark.parametrize("damage", [b"", b"not a database at all, but long enough to look at", None])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    cache = SqliteCache(tmp_path)
    read(Means(None, cache))
    cache.close()
    file = tmp_path / NAME
    file.write_bytes(file.read_bytes()[:3000] if damage is None else damage)
    cache = SqliteCache(tmp_path)
    assert read(Means(None, cache)) == read(ALONE)
    cache.close()


def test_a_damaged_entry_is_read_again(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path)
    read(Means(None, cache))
    cache.close()
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("UPDATE says SET said = x'00ff'")
    assert read(Means(None, SqliteCache(tmp_path))) == read(ALONE)


def test_tables_of_an_earlier_shape_are_emptied(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("CREATE TABLE says (key BLOB PRIMARY KEY, said BLOB, used INTEGER) WITHOUT ROWID")
        connection.execute("INSERT INTO says VALUES (x'00', x'00', 1)")
    connection.close()
    cache = SqliteCache(tmp_path)
    cache.keep_stage(b"key", b"value")
    assert cache.stage(b"key") == b"value"
    cache.close()
    assert not cache.complaint


def test_an_entry_that_is_found_is_not_written_anew(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path)
    cache.keep_stage(b"key", bytes(1 << 20))
    cache.close()
    before = (tmp_path / NAME).stat().st_size
    again = SqliteCache(tmp_path)
    assert again.stage(b"key")
    assert (tmp_path / f"{NAME}-wal").stat().st_size < before / 10
    again.close()


def test_a_locked_cache_is_not_waited_for_long_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("decompose.extract.cache._PATIENCE", 0.05)
    SqliteCache(tmp_path).close()
    holder = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    cache = SqliteCache(tmp_path)
    assert read(Means(None, cache)) == read(ALONE)
    assert "locked" in cache.complaint
    holder.close()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = SqliteCache(tmp_path / "file")
    assert read(Means(None, cache)) == read(ALONE)
    assert "is not used" in cache.complaint


@pytest.mark.parametrize(
    ("disk", "said"), [("PRAGMA query_only = ON", "readonly"), ("PRAGMA max_page_count = 1", "full")]
)
def test_a_disk_that_takes_nothing_more_is_said(tmp_path: Path, disk: str, said: str) -> None:
    cache = SqliteCache(tmp_path)
    cache._connection.execute(disk)  # type: ignore[union-attr]  # SQLite reports what such a disk makes it report
    cache.keep_stage(b"key", bytes(1 << 20))
    assert said in cache.complaint
    assert read(Means(None, cache)) == read(ALONE)
    assert cache.stage(b"key") is None
    cache.close()
    again = SqliteCache(tmp_path)
    assert read(Means(None, again)) == read(ALONE)
    assert not again.complaint


def test_two_runs_share_one_cache(tmp_path: Path) -> None:
    one, two = SqliteCache(tmp_path), SqliteCache(tmp_path)
    assert read(Means(None, one)) == read(Means(None, two))
    one.close()
    two.close()
    assert not one.complaint
    assert not two.complaint


def test_the_oldest_entries_go_when_there_are_too_many(tmp_path: Path) -> None:
    def run(name: str, limit: int) -> None:
        cache = SqliteCache(tmp_path, limit)
        cache.keep([(name, b"")], [b"x" * 100])
        cache.close()

    def held() -> Sequence[bytes | None]:
        return SqliteCache(tmp_path).recall([("a", b""), ("b", b"")])

    run("a", 1000)
    run("b", 150)
    assert list(held()) == [None, b"x" * 100]


def test_clearing_forgets(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path)
    cache.keep([("a", b"")], [b"said"])
    cache.close()
    clear(tmp_path)
    assert list(SqliteCache(tmp_path).recall([("a", b"")])) == [None]
    clear(tmp_path / "nothing here")
