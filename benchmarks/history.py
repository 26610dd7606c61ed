"""History: how fast it is read, how well the future is told from it. One command, one table a question.

    python -m benchmarks.history REPOSITORY ...             reading, backtest and ranking of each
    python -m benchmarks.history --synthetic 1000000        a history of that many commits over 50,000 files

Every figure stands beside its comparison in the same run: reading beside `git log --raw` alone (and PyDriller, where it
is there), the proposal beside packages and random groups, the ranking beside simpler ones. The cut-off lies `--held`
commits before the head.
"""

import argparse
import random
import resource
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from decompose import pipeline
from decompose.extract import history
from decompose.extract.history.log import entries
from decompose.model.blast import Backtest
from decompose.model.changes import Changes
from decompose.relate import CoChangeOptions, cochange

__all__: list[str] = []

Row = list[str]


def main() -> None:
    """Run what the arguments name and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*", type=Path)
    parser.add_argument("--held", type=int, default=1000, help="commits that are held out")
    parser.add_argument("--synthetic", type=int, default=0, metavar="COMMITS")
    parser.add_argument("--only", choices=["reading", "backtest"], help="one of the two parts")
    given = parser.parse_args()
    if given.synthetic:
        _table(
            "commits files touches read+count peak".split(), map(_synthetic, (given.synthetic // 10, given.synthetic))
        )
    if given.repositories and given.only != "backtest":
        _table(READING, map(_reading, given.repositories))
    if given.repositories and given.only != "reading":
        _backtests(given.repositories, given.held)


def _table(head: Row, rows: Iterator[Row] | Any) -> None:
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


# ---- reading

READING = ["repository", "commits", "touches", "`git log --raw`", "read and count", "ratio", "own memory", "PyDriller"]


def _reading(repository: Path) -> Row:
    alone = min(_timed(lambda: _git_alone(repository)) for _ in range(3))
    runs = [_in_own_process(repository) for _ in range(3)]
    best = min(run.seconds for run in runs)
    driller = f"{_pydriller(repository) / best:.0f} x" if find_spec("pydriller") else "not installed"
    return [
        repository.name, f"{runs[0].commits:,}", f"{runs[0].touches:,}", f"{alone:.2f} s", f"{best:.2f} s",
        f"{best / alone:.2f}", f"{max(run.megabytes for run in runs)} MB", driller,
    ]  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _git_alone(repository: Path) -> None:
    # without renames, so that a clone that lacks contents can answer
    command = ["git", "-C", str(repository), "log", "--raw", "--no-renames"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


_READ = """
import resource, sys, time
from pathlib import Path
from decompose.extract import history
start = time.perf_counter()
found = history.read(Path(sys.argv[1]))
from collections import Counter
Counter(found.touches.codes("path")[0])
seconds = time.perf_counter() - start
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(seconds, own, len(found.commits), len(found.touches))
"""


def _in_own_process(repository: Path) -> SimpleNamespace:
    shown = subprocess.run([sys.executable, "-c", _READ, str(repository)], capture_output=True, check=True, text=True)
    seconds, megabytes, commits, touches = shown.stdout.split()
    return SimpleNamespace(seconds=float(seconds), megabytes=int(megabytes), commits=int(commits), touches=int(touches))


def _pydriller(repository: Path) -> float:
    driller = import_module("pydriller")

    def work() -> None:
        for commit in driller.Repository(str(repository)).traverse_commits():
            for changed in commit.modified_files:
                _ = changed.new_path

    return _timed(work)


# ---- the future


def _backtests(repositories: list[Path], held: int) -> None:
    found = [(repository.name, _backtest(repository, held)) for repository in repositories]
    _table(
        ["repository", "cut-off", "changes", "groups", "inside one", "lift", "packages", "inside one", "lift"],
        (_lift_row(name, answer) for name, answer in found),
    )
    _table(
        ["repository", "queries", "", "recall@5", "recall@10", "precision@10", "MRR"],
        (row for name, answer in found for row in _ranking_rows(name, answer)),
    )


def _backtest(repository: Path, held: int) -> Backtest:
    commits = history.read(repository).commits
    cutoff = commits[min(held, len(commits) - 1)].sha
    return pipeline.ask_backtest(repository, cutoff, pipeline.Options(), lambda *_: None)


def _lift_row(name: str, answer: Backtest) -> Row:
    made, layout = answer.proposed, answer.packages
    return [
        name, answer.date, str(made.changes), str(made.groups), f"{made.inside:.1%}", f"{made.lift:.2f}",
        str(layout.groups), f"{layout.inside:.1%}", f"{layout.lift:.2f}",
    ]  # fmt: skip


def _ranking_rows(name: str, answer: Backtest) -> Iterator[Row]:
    for row in answer.rankings:
        figures = (row.recall_5, row.recall_10, row.precision_10, row.mrr)
        yield [name, str(row.queries), row.name, *(f"{figure:.3f}" for figure in figures)]


# ---- scale


def _synthetic(commits: int, files: int = 50_000) -> Row:
    """A log as git would print it, of `commits` commits with five files each: parsed, packed, counted in pairs."""
    start = time.perf_counter()
    starts, members, weights = array("I", [0]), array("I"), array("d")
    numbers: dict[bytes, int] = {}
    for entry in entries(_log(commits, files)):
        members.extend(sorted({numbers.setdefault(path, len(numbers)) for _, path in entry.changes}))
        starts.append(len(members))
        weights.append(1.0)
    made = Changes(len(numbers), starts, members, array("I", range(len(weights))), weights)
    pairs = cochange(made, CoChangeOptions()).pairs
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        f"{commits:,}",
        f"{len(numbers):,}",
        f"{len(members):,}",
        f"{seconds:.0f} s, {len(pairs):,} pairs",
        f"{peak} MB",
    ]


def _log(commits: int, files: int) -> Iterator[bytes]:
    """Changes lie close together, as they do: four of five files of one neighbourhood of fifty."""
    draw = random.Random(0)
    meta = b":100644 100644 " + b"a" * 40 + b" " + b"b" * 40 + b" M"
    for number in range(commits):
        near = draw.randrange(files) // 50 * 50
        touched = {near + draw.randrange(50) for _ in range(4)} | {draw.randrange(files)}
        header = [b"%040x" % number, b"", b"%d" % number, b"Ann", b"ann@example.org", b"Change %d\n" % number, b""]
        changes = [
            part
            for i, path in enumerate(sorted(touched))
            for part in ((b"\n" if not i else b"") + meta, b"src/%d.py" % path)
        ]
        yield b"\0".join([*header, *changes, b""])


if __name__ == "__main__":
    main()
