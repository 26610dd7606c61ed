"""Reading on a Dask cluster: the same result, whatever happens to its workers; a scheduler that is none is said."""

import os
import signal
import socket
from collections.abc import Iterator
from threading import Timer
from typing import Any

import pytest

from decompose.cli import means as command
from decompose.errors import InputError
from decompose.extract import cache, readers
from decompose.extract.readers import Means, read_files

FILES = [
    (f"shop/m{n}.py", b"import shop\n" + b"".join(b"x%d = f(%d)\n" % (i, n) for i in range(200))) for n in range(60)
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


def read(means: Means) -> list[Any]:
    return read_files(iter(FILES), means, lambda done: None)[0]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "CHUNK", 2_000)
    monkeypatch.setattr(readers, "HERE", 0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("small_chunks")
def test_a_cluster_reads_the_same_even_where_a_worker_is_killed(cluster: Any) -> None:
    alone = read(Means())
    pool = command._cluster(cluster.scheduler_address.replace("tcp://", "dask://"))
    try:
        assert read(Means(pool)) == alone
        victim = next(iter(pool._client.run(os.getpid).values()))  # type: ignore[attr-defined]
        Timer(0.05, os.kill, (victim, signal.SIGKILL)).start()
        assert read(Means(pool)) == alone
    finally:
        pool.shutdown(wait=False)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_workers_of_another_version_are_refused(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_code", lambda *folders: b"another version")
    with pytest.raises(InputError, match="another version of decompose"):
        command._cluster(cluster.scheduler_address.replace("tcp://", "dask://"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(command, "_PATIENCE", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        with pytest.raises(InputError, match=f"no usable Dask scheduler at 127.0.0.1:{port}"):
            command._cluster(f"dask://127.0.0.1:{port}")


@pytest.mark.parametrize("url", ["dask:/host:1", "ray://host:1", "host:1"])
def test_another_kind_of_executor_is_one_sentence(url: str) -> None:
    with pytest.raises(InputError, match="takes dask://HOST:PORT"):
        command._cluster(url)
