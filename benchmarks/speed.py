"""How near the floor: each figure beside what the same work must cost at least, and beside its peers, in one run.

    python -m benchmarks.speed CHECKOUT [--runs 5] [--modules 100000] [--scale 1000 10000] [--json FILE]

The floor F is `ast.parse` of every file once in one process, and `git log --raw` once, one after the other. Times are
wall seconds, the median of the runs, and beside them processor seconds of all processes, which say more on a machine
that others use too; both as ratios to F's. Clustering is processor seconds of one run. Memory is the largest sum of the
proportional set sizes of our processes, git's apart. What is not installed is said in its row.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.memory import peak
from benchmarks.synthetic import make


class Row(NamedTuple):
    """One figure: its ratios (0: none) are those to F, unless the note says to what; no value where the note says why.

    `processor` are seconds of all processes, and `work` is their ratio.
    """

    what: str
    value: float | None
    unit: str = "s"
    ratio: float = 0.0
    target: str = ""
    note: str = ""
    processor: float = 0.0
    work: float = 0.0


class Time(NamedTuple):
    """Seconds of the wall's clock, and of the processors."""

    wall: float
    processor: float

    def __add__(self, other: object) -> "Time":
        assert isinstance(other, Time)
        return Time(self.wall + other.wall, self.processor + other.processor)


_PARSE = """
import ast, sys, warnings
warnings.simplefilter("ignore")
for path in sys.stdin.read().split("\\0"):
    try:
        with open(path, "rb") as file:
            ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        pass
"""

_VISIT = _PARSE.replace(
    "ast.parse(file.read())",
    """waiting = [ast.parse(file.read())]
            while waiting:
                waiting.extend(ast.iter_child_nodes(waiting.pop()))""",
)

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

_EMERGE = """
project_name: peer
loglevel: error
analyses:
- analysis_name: peer
  source_directory: {copy}
  only_permit_languages: [py]
  only_permit_file_extensions: [.py]
  file_scan: [number_of_methods, source_lines_of_code, dependency_graph, fan_in_out, louvain_modularity]
  export:
  - directory: {out}
  - json
"""

_TARGETS = {
    "cold": "1.5 F",
    "warm, nothing changed": "0.15 F",
    "one file changed": "0.5 F",
    "blast, warm": "1 s",
    "--help": "0.15 s",
    "pydeps": "cold is about as fast",
    "emerge": "cold is 1.7 times as fast",
}
_PEERS = ("pydeps", "emerge")
_LONGEST = 900  # seconds that a clusterer may take


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--modules", type=int, default=100_000, help="of the graph that is clustered; 0: none is")
    parser.add_argument("--scale", type=int, nargs="*", default=())
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = list(real(arguments.checkout.resolve(), arguments.runs)) if arguments.checkout else []
    rows += [clustering(method, arguments.modules) for method in ("consensus", "leiden") if arguments.modules]
    rows += scale(arguments.scale)
    _print(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps([row._asdict() for row in rows], indent=1) + "\n")


def real(checkout: Path, runs: int) -> Iterator[Row]:
    """The floor, our runs and the peers', interleaved so that noise falls on all alike; then memory and Dask."""
    with tempfile.TemporaryDirectory() as scratch:
        copy, out = Path(scratch) / "copy", Path(scratch) / "out"
        subprocess.run(["git", "clone", "-q", "--shared", str(checkout), str(copy)], check=True, capture_output=True)
        times: dict[str, list[Time]] = {}
        for number in range(runs):
            for what, work in _works(copy, Path(scratch) / f"cache{number}", out):
                try:
                    times.setdefault(what, []).append(work())
                except subprocess.CalledProcessError:
                    if what not in _PEERS:
                        raise
        medians = {what: Time(*map(statistics.median, zip(*found, strict=True))) for what, found in times.items()}
        floor = medians["parse every file"] + medians["git log --raw"]
        for what, took in {"F, the floor": floor, **medians}.items():
            ratios = {"ratio": took.wall / floor.wall, "work": took.processor / floor.processor}
            yield Row(what, took.wall, target=_TARGETS.get(what, ""), processor=took.processor, **ratios)
        for peer in _PEERS:
            if peer not in medians:
                yield Row(peer, None, target=_TARGETS[peer], note="failed" if peer in times else "not installed")
        yield Row("peak memory, cold", peak([*_analyze(copy, out), "--no-cache"]), "GB", target="0.6 GB on nova")
        yield dask(copy, out)


def _analyze(copy: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "decompose", "analyze", str(copy), "-q", "-o", str(out)]


def _works(copy: Path, cache: Path, out: Path) -> Iterator[tuple[str, Callable[[], Time]]]:
    files = "\0".join(str(path) for path in sorted(copy.rglob("*.py")))
    edited = _some_module(copy)
    analyze = [*_analyze(copy, out), "--cache-dir", str(cache)]
    blast = [sys.executable, "-m", "decompose", "blast", str(edited.relative_to(copy)), "-q", "--cache-dir", str(cache)]

    def change() -> Time:
        edited.write_text(edited.read_text() + "# changed\n")
        return _timed(analyze)

    def blast_again() -> Time:
        _timed(blast, cwd=copy)
        return _timed(blast, cwd=copy)

    yield "parse every file", lambda: _timed([sys.executable, "-c", _PARSE], files)
    yield "parse, and visit every node", lambda: _timed([sys.executable, "-c", _VISIT], files)
    yield "git log --raw", lambda: _timed(["git", "-C", str(copy), "log", "--raw", "--no-renames"])
    yield "cold", lambda: _timed(analyze)
    yield "warm, nothing changed", lambda: _timed(analyze)
    yield "one file changed", change
    yield "blast, warm", blast_again
    yield "--help", lambda: _timed([sys.executable, "-m", "decompose", "--help"])
    if pydeps := _installed("pydeps"):
        options = ["--show-deps", "--no-output", "--no-config", "--max-bacon", "0"]
        yield "pydeps", lambda: _timed([pydeps, *options, _package(copy)], cwd=copy)
    if emerge := _installed("emerge"):
        out.mkdir(exist_ok=True)
        config = out.parent / "emerge.yaml"
        config.write_text(_EMERGE.format(copy=copy, out=out))
        yield "emerge", lambda: _timed([emerge, "-c", str(config)])


def _installed(peer: str) -> str | None:
    return shutil.which(peer, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))


def _package(checkout: Path) -> str:
    """The top package with most files."""
    tops = [folder.parent for folder in sorted(checkout.glob("*/__init__.py"))]
    return max(tops, key=lambda top: len(list(top.rglob("*.py"))), default=checkout).name


def _some_module(checkout: Path) -> Path:
    files = sorted(checkout.rglob("*.py"), key=lambda path: (-path.stat().st_size, path))
    return files[len(files) // 4]


def dask(copy: Path, out: Path) -> Row:
    """A cold run on two Dask workers of this machine, as a ratio to one on two processes; are the results the same?"""
    what, target = "cold on Dask, 2 workers", "1.3 of local"
    if not find_spec("distributed"):
        return Row(what, None, target=target, note="distributed is not installed")
    local = _timed([*_analyze(copy, out), "--no-cache", "--workers", "2"])
    wanted = (out / "analysis.json").read_bytes()
    with subprocess.Popen([sys.executable, "-c", _DASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as workers:
        assert workers.stdout
        address = workers.stdout.readline().decode().strip().replace("tcp://", "dask://")
        took = _timed([*_analyze(copy, out), "--no-cache", "--executor", address])
        workers.communicate()
    same = (out / "analysis.json").read_bytes() == wanted
    note = f"of local, {local.wall:.2f} s; {'the same bytes' if same else 'ANOTHER RESULT'}"
    return Row(what, took.wall, ratio=took.wall / local.wall, target=target, note=note)


def clustering(method: str, modules: int) -> Row:
    """Processor seconds of boundaries from a graph of `modules` modules and ten times as many ties."""
    what, target = f"{method}, {modules:,} modules", "120 s" if method == "consensus" else "10 s"
    if method == "leiden" and not find_spec("igraph"):
        return Row(what, None, target=target, note="igraph is not installed")
    command = [sys.executable, "-c", _CLUSTER, method, str(modules)]
    try:
        found = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        return Row(what, None, target=target, note=f"not within {_LONGEST} s")
    return Row(what, float(found.stdout), target=target, note="processor seconds, naming and reasons included")


def scale(sizes: Sequence[int]) -> list[Row]:
    """Cold runs on growing monoliths, in processor seconds; the ratio is the exponent of growth from the last size."""
    rows: list[Row] = []
    before: tuple[int, dict[str, float]] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            make(Path(scratch) / "big", size, size // 2)
            before_it = _worked()
            held = peak([*_analyze(Path(scratch) / "big", Path(scratch) / "out"), "--no-cache"])
            seconds = _worked() - before_it
        for what, value, unit in (("cold, processor", seconds, "s"), ("peak memory", held, "GB")):
            row = Row(f"{size:,} modules, {what}", value, unit, target="n^1.1")
            if before and before[1][what]:
                exponent = log(value / before[1][what]) / log(size / before[0])
                row = row._replace(ratio=exponent, note=f"the exponent of growth from {before[0]:,}")
            rows.append(row)
        before = (size, {"cold, processor": seconds, "peak memory": held})
    return rows


def _timed(command: Sequence[str], stdin: str = "", cwd: Path | None = None) -> Time:
    start, before = time.perf_counter(), _worked()
    subprocess.run(command, input=stdin.encode(), check=True, stdout=subprocess.DEVNULL, cwd=cwd)
    return Time(time.perf_counter() - start, _worked() - before)


def _worked() -> float:
    """Processor seconds of all processes that were started here, and by those, and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _print(rows: Sequence[Row]) -> None:
    table = Table("", "measured", "ratio", "processor", "ratio", "target", "note")
    for row in rows:
        value = "" if row.value is None else f"{row.value:.2f} {row.unit}"
        ratios = (f"{ratio:.2f}" if ratio else "" for ratio in (row.ratio, row.work))
        processor = f"{row.processor:.2f} s" if row.processor else ""
        table.add_row(row.what, value, next(ratios), processor, next(ratios), row.target, row.note)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
