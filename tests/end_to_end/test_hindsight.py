"""The report's look back gives the same wherever it is made, and is made once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from decompose import hindsight, pipeline
from decompose.errors import InputError
from decompose.extract import Means, history
from decompose.extract.cache import SqliteCache
from decompose.extract.moments import commit_at
from tests.histories import git, repository

YEARS = "\n".join(
    f"commit ann {12 * i} Change {i}\n  write shop/orders.py import shop.lines\\nx = {i}\n"
    f"  write shop/{'lines' if i % 3 else 'billing'}.py x = {i}\n"
    for i in range(1, 60)
)
SHOP = f"commit ann 0 Start\n  write shop/__init__.py\n  write shop/other.py x = 0\n{YEARS}"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop", SHOP)


def silent(what: str, done: int, total: int) -> None: ...


def looked_back(shop: Path, means: Means) -> dict[str, Any]:
    options = pipeline.Options()
    back = hindsight.hindsight(shop, options, silent, means)
    done = pipeline.analyze(shop, options, silent, means, back.begin)
    return dict(back.found(done))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[SqliteCache]:
    made = SqliteCache(tmp_path / "cache")
    yield made
    made.close()


def test_a_process_beside_finds_the_same(shop: Path, cache: SqliteCache, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = looked_back(shop, Means())
    assert alone["backtest"].proposed.changes > 20
    monkeypatch.setattr(hindsight, "_MANY", 0)
    begun: list[object] = []
    with ThreadPoolExecutor(1) as pool:
        whole = pool.submit
        monkeypatch.setattr(pool, "submit", lambda *work: begun.append(work) or whole(*work))
        assert looked_back(shop, Means(None, None, pool)) == alone
        assert looked_back(shop, Means(None, cache, pool)) == alone
        assert len(begun) == 2
        assert looked_back(shop, Means(None, cache, pool)) == alone
    assert len(begun) == 2, "what is kept needs no process"


def test_git_tells_the_history_once(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    tell = history.tell
    monkeypatch.setattr(history, "tell", lambda *given: asked.append(given[2]) or tell(*given))
    looked_back(shop, Means())
    assert [revisions for revisions in asked if ".." not in revisions] == ["HEAD"]


def test_it_is_kept_until_the_history_changes(shop: Path, cache: SqliteCache, monkeypatch: pytest.MonkeyPatch) -> None:
    first = looked_back(shop, Means(None, cache))
    assert looked_back(shop, Means()) == first
    ran: list[object] = []
    whole = pipeline.backtest
    monkeypatch.setattr(pipeline, "backtest", lambda *given: ran.append(given) or whole(*given))
    (shop / "shop/orders.py").write_text("an_edit = 1\n")
    assert looked_back(shop, Means(None, cache))["backtest"] == first["backtest"]
    assert not ran
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2025-12-12T00:00:00Z")
    git(shop, "-c", "user.name=ann", "-c", "user.email=a@x", "commit", "-qam", "The edit")
    assert looked_back(shop, Means(None, cache))["backtest"].changes == first["backtest"].changes + 1
    assert ran


def test_the_day_to_go_back_to_stays_for_a_month_of_commits(tmp_path: Path) -> None:
    """The last commit of `SHOP` is made on 10 December 2025, the later ones on the 20th and on 2 January."""
    later = [f"commit ann {day} Later\n  write shop/orders.py x = {day}" for day in (718, 731)]
    drawn = ["\n".join([SHOP, *later[:many]]) for many in range(3)]
    days = [commit_at(repository(tmp_path / str(many), text)) for many, text in enumerate(drawn)]
    assert days[0] == days[1] != days[2]
    with pytest.raises(InputError, match="is no day of the calendar"):
        commit_at(tmp_path / "0", "2025-02-30")


def test_a_history_without_a_year_is_a_reason(tmp_path: Path) -> None:
    young = repository(tmp_path / "young", "commit ann 0 Start\n  write shop/a.py\n  write shop/b.py x = 1\n")
    assert looked_back(young, Means()) == {
        "not_held_out": "no commit is older than 2023-01-01, so that there is no year to hold out"
    }
