"""With what files are read, as the flags ask for it."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from decompose.cli import means as flags


def test_beside_a_cluster_a_process_of_this_machine_looks_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads the checkout by itself cannot run on workers without its disk."""
    cluster = ThreadPoolExecutor(1)
    monkeypatch.setattr(flags, "_cluster", lambda url: cluster)
    with flags.means(2, "dask://far:8786", tmp_path, no_cache=True) as given:
        assert given.executor is cluster
        assert isinstance(given.local, ProcessPoolExecutor)
    with pytest.raises(RuntimeError, match="shutdown"):
        given.local.submit(int)
    with flags.means(2, "", tmp_path, no_cache=True) as given:
        assert given.executor is given.local
