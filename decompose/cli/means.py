"""With what files are read: worker processes, a cluster, the user's cache. Only flags decide, never the target."""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click

from ..errors import InputError
from ..extract import Means, aside
from ..extract.cache import SqliteCache, reader_version

__all__ = ["cache_folder", "means", "means_options"]

_PATIENCE = 10.0  # seconds until a scheduler must have answered


def means_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flags that `means` takes, for commands that read a checkout."""
    for option in (
        click.option("--no-cache", is_flag=True, help="Neither use nor keep what files said in earlier runs."),
        click.option(
            "--cache-dir", type=click.Path(path_type=Path), help="Folder of the cache [the user's cache folder]."
        ),
        click.option("--executor", default="", metavar="URL", help="Read files on a Dask cluster: dask://HOST:PORT."),
        click.option("--workers", type=click.IntRange(min=1), help="Processes that read files [one a core]."),
    ):
        command = option(command)
    return command


@contextmanager
def means(workers: int | None, executor: str, cache_dir: Path | None, no_cache: bool) -> Iterator[Means]:
    """What the flags ask for, released at the end; a cache that fails is told on stderr."""
    cache = None if no_cache else SqliteCache(cache_dir or cache_folder())
    cluster, local = _cluster(executor) if executor else None, _processes(workers or os.cpu_count() or 1)
    try:
        yield Means(cluster or local, cache, local)
    finally:
        if cluster is not None:
            cluster.shutdown(wait=False)  # Dask's cancels always
        if local is not None:
            # waited for, as Python would on its way out, where it may wake what has just been closed and fail loudly
            local.shutdown(wait=True, cancel_futures=True)
        if cache is not None:
            cache.close()
            if cache.complaint:
                click.echo(f"decompose: {cache.complaint}", err=True)


def cache_folder() -> Path:
    """Where the system keeps caches of this user."""
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/decompose"
    local = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    return Path(local or Path.home() / ".cache") / "decompose"


def _processes(workers: int) -> Executor | None:
    if workers == 1:
        return None
    # spawned, not forked: a progress line draws from a thread of its own; what files say holds no cycles to collect
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=gc.disable)


def _cluster(url: str) -> Executor:
    scheme, _, address = url.partition("://")
    if scheme != "dask" or not address:
        raise InputError(f"--executor takes dask://HOST:PORT, not {url!r}")
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--executor needs Dask: pip install 'decompose[dask]'") from None

    def connected() -> tuple[Any, set[bytes]]:
        client = Client(f"tcp://{address}", timeout=_PATIENCE)
        return client, set(client.run(reader_version).values())

    try:
        client, versions = aside(connected).result(_PATIENCE * 2)  # who accepts and then is silent is not waited for
    except Exception as error:  # no answer, another protocol, workers without this program
        reason = str(error) or "it does not answer"
        raise InputError(f"no usable Dask scheduler at {address}: {reason}") from None
    if versions - {reader_version()}:
        raise InputError(f"workers at {address} run another version of decompose or of Python: install this one there")
    pool: Executor = client.get_executor(retries=2)
    return pool
