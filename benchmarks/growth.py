"""What the rows of `benchmarks.speed` are, and those that a checkout is not needed for: growth, clustering, Dask."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import NamedTuple

from benchmarks.memory import peak
from benchmarks.synthetic import make

__all__ = ["Row", "Time", "analyze_command", "clustering", "dask", "scale", "timed"]


class Row(NamedTuple):
    """One figure: its ratios (0: none) are those to F, unless the note says to what; no value where the note says why.

    `processor` are seconds of all processes, and `work` is their ratio. `met`: is the target reached? None without one.
    """

    what: str
    value: float | None
    unit: str = "s"
    ratio: float = 0.0
    target: str = ""
    note: str = ""
    processor: float = 0.0
    work: float = 0.0
    met: bool | None = None


class Time(NamedTuple):
    """Seconds of the wall's clock, and of the processors."""

    wall: float
    processor: float

    def __add__(self, other: object) -> "Time":
        assert isinstance(other, Time)
        return Time(self.wall + other.wall, self.processor + other.processor)


_CLUSTER = """
import sys, time
from benchmarks.synthetic import coupling
from decompose.cluster import ClusterOptions, cluster
method, modules = sys.argv[1], int(sys.argv[2])
graph = coupling(modules, 10 * modules)
start = time.process_time()
cluster(graph, ClusterOptions(method=method))
print(time.process_time() - start)
"""

_DASK = """
import sys
from distributed import LocalCluster
with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as made:
    print(made.scheduler_address, flush=True)
    sys.stdin.read()
"""

_LONGEST = 900  # seconds that a clusterer may take


def dask(copy: Path, out: Path) -> Row:
    """A cold run on two Dask workers of this machine, as a ratio to one on two processes; are the results the same?"""
    what, target = "cold on Dask, 2 workers", "1.3 of local"
    if not find_spec("distributed"):
        return Row(what, None, target=target, note="distributed is not installed")
    local = timed([*analyze_command(copy, out), "--no-cache", "--workers", "2"])
    wanted = (out / "analysis.json").read_bytes()
    with subprocess.Popen([sys.executable, "-c", _DASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as workers:
        assert workers.stdout
        address = workers.stdout.readline().decode().strip().replace("tcp://", "dask://")
        took = timed([*analyze_command(copy, out), "--no-cache", "--executor", address])
        workers.communicate()
    same, ratio = (out / "analysis.json").read_bytes() == wanted, took.wall / local.wall
    note = f"of local, {local.wall:.2f} s; {'the same bytes' if same else 'ANOTHER RESULT'}"
    return Row(what, took.wall, "s", ratio, target, note, met=same and ratio <= 1.3)


def clustering(method: str, modules: int) -> Row:
    """Processor seconds of boundaries from a graph of `modules` modules and ten times as many ties."""
    most = 120 if method == "consensus" else 10
    what, target = f"{method}, {modules:,} modules", f"{most} s" if method == "consensus" else f"{most} s, engine alone"
    if method == "leiden" and not find_spec("igraph"):
        return Row(what, None, target=target, note="igraph is not installed")
    command = [sys.executable, "-c", _CLUSTER, method, str(modules)]
    try:
        found = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        return Row(what, None, target=target, note=f"not within {_LONGEST} s")
    took = float(found.stdout)
    return Row(what, took, "s CPU", target=target, note="naming and reasons included", met=took < most)


def scale(sizes: Sequence[int]) -> Iterator[Row]:
    """Cold runs on growing monoliths; the ratio is the exponent of growth from the last size, in processor seconds."""
    before: tuple[int, float, float] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            make(Path(scratch) / "big", size, size // 2)
            begun, worked_before = time.perf_counter(), worked()
            held = peak([*analyze_command(Path(scratch) / "big", Path(scratch) / "out"), "--no-cache"])
            took = Time(time.perf_counter() - begun, worked() - worked_before)
        what = f"{size:,} modules"
        time_row = Row(f"{what}, cold", took.wall, "s", processor=took.processor)
        memory_row = Row(f"{what}, peak memory", held, "GB")
        if before:
            yield _grown(time_row, before[0], log(took.processor / before[1]) / log(size / before[0]))
            yield _grown(memory_row, before[0], log(held / before[2]) / log(size / before[0]) if before[2] else 0.0)
        else:
            yield from (time_row, memory_row)
        before = size, took.processor, held


def _grown(row: Row, before: int, exponent: float) -> Row:
    note = f"the exponent of growth from {before:,}"
    return row._replace(ratio=exponent, target="n^1.1", note=note, met=exponent <= 1.1)


def analyze_command(copy: Path, out: Path) -> list[str]:
    """A run of ours without a word."""
    return [sys.executable, "-m", "decompose", "analyze", str(copy), "-q", "-o", str(out)]


def timed(command: Sequence[str], stdin: str = "", cwd: Path | None = None) -> Time:
    """How long `command` takes. Raises CalledProcessError where it fails."""
    start, before = time.perf_counter(), worked()
    subprocess.run(command, input=stdin.encode(), check=True, stdout=subprocess.DEVNULL, cwd=cwd)
    return Time(time.perf_counter() - start, worked() - before)


def worked() -> float:
    """Processor seconds of all processes that were started here, and by those, and have ended."""
    times = os.times()
    return times.children_user + times.children_system
