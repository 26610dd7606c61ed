"""How near the floor: each figure beside what the same work must cost at least, in one run, as a ratio.

    python -m benchmarks.speed CHECKOUT [--runs 5] [--json FILE]      on a real monolith
    python -m benchmarks.speed --scale 1000 10000 [--json FILE]       growth on synthetic ones

The floor F is `ast.parse` of every file once in one process, and `git log --raw` once, one after the other. Times are
wall seconds, the median of the runs; memory is the largest resident set of one of our processes.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from math import log
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.synthetic import make

Row = tuple[str, float, float, str]  # what, seconds, ratio to the floor (0: none), target

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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, nargs="?")
    parser.add_argument("--scale", type=int, nargs="*", default=())
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = real(arguments.checkout, arguments.runs) if arguments.checkout else scale(arguments.scale)
    _print(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps([dict(zip(("what", "seconds", "ratio", "target"), row)) for row in rows]))  # noqa: B905


def real(checkout: Path, runs: int) -> list[Row]:
    """The floor, a cold run, a warm one, and one after a change, interleaved so that noise falls on all alike."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy"
        subprocess.run(["git", "clone", "-q", "--shared", str(checkout), str(copy)], check=True, capture_output=True)
        times: dict[str, list[float]] = {}
        for number in range(runs):
            cache = Path(scratch) / f"cache{number}"
            edited = copy / _some_module(copy)
            for what, work in _works(copy, cache, Path(scratch) / "out", edited):
                times.setdefault(what, []).append(work())
            edited.write_text(edited.read_text() + f"# {number}\n")
    medians = {what: statistics.median(found) for what, found in times.items()}
    floor = medians["parse every file"] + medians["git log --raw"]
    targets = {"cold": "1.5 F", "warm, nothing changed": "0.15 F", "one file changed": "0.5 F", "--help": "0.15 s"}
    rows = [(what, seconds, seconds / floor, targets.get(what, "")) for what, seconds in medians.items()]
    return [("F, the floor", floor, 1.0, ""), *rows, _memory()]


def _works(copy: Path, cache: Path, out: Path, edited: Path) -> Sequence[tuple[str, Callable[[], float]]]:
    files = "\0".join(str(path) for path in sorted(copy.rglob("*.py")))
    analyze = [sys.executable, "-m", "decompose", "analyze", str(copy), "-q", "-o", str(out), "--cache-dir", str(cache)]

    def change() -> float:
        edited.write_text(edited.read_text() + "# changed\n")
        return _timed(analyze)

    return (
        ("parse every file", lambda: _timed([sys.executable, "-c", _PARSE], files)),
        ("git log --raw", lambda: _timed(["git", "-C", str(copy), "log", "--raw", "--no-renames"])),
        ("cold", lambda: _timed(analyze)),
        ("warm, nothing changed", lambda: _timed(analyze)),
        ("one file changed", change),
        ("--help", lambda: _timed([sys.executable, "-m", "decompose", "--help"])),
    )


def _some_module(checkout: Path) -> Path:
    files = sorted(checkout.rglob("*.py"), key=lambda path: (-path.stat().st_size, path))
    return files[len(files) // 4].relative_to(checkout)


def scale(sizes: Sequence[int]) -> list[Row]:
    """Cold runs on growing monoliths; the ratio is the exponent of growth from the size before."""
    rows: list[Row] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            make(Path(scratch) / "big", size, size // 2)
            command = [sys.executable, "-m", "decompose", "analyze", f"{scratch}/big", "-q", "-o", f"{scratch}/out"]
            seconds = _timed([*command, "--no-cache"])
        exponent = log(seconds / rows[-1][1]) / log(size / sizes[len(rows) - 1]) if rows else 0.0
        rows.append((f"{size} modules, cold", seconds, exponent, "n^1.1"))
    return [*rows, _memory()]


def _timed(command: Sequence[str], stdin: str = "") -> float:
    start = time.perf_counter()
    subprocess.run(command, input=stdin.encode(), check=True, stdout=subprocess.DEVNULL, env=os.environ)
    return time.perf_counter() - start


def _memory() -> Row:
    return ("largest process, GB", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6, 0.0, "0.6 GB on nova")


def _print(rows: Sequence[Row]) -> None:
    table = Table("", "seconds", "ratio", "target")
    for what, seconds, ratio, target in rows:
        table.add_row(what, f"{seconds:.2f}", f"{ratio:.2f}" if ratio else "", target)
    Console().print(table)


if __name__ == "__main__":
    main()
