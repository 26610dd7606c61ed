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
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from decompose import pipeline
from decompose.ask.backtest import backtest
from decompose.ask.learn import fit
from decompose.ask.likely import Model, likely
from decompose.extract import held_out, history
from decompose.model.blast import Backtest
from decompose.model.changes import Changes
from decompose.relate import changes

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
        _table(SCALE, map(_synthetic, (given.synthetic // 10, given.synthetic)))
    if given.repositories and given.only != "backtest":
        _table(READING, map(_reading, given.repositories))
    if given.repositories and given.only != "reading":
        _backtests(given.repositories, given.held)


def _table(head: Row, rows: Iterator[Row] | Any) -> None:
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


# ---- reading

READING = [
    "repository", "commits", "touches", "`git log --raw`: wall, CPU", "read and count: wall, CPU", "ratio",
    "own memory", "PyDriller: CPU",
]  # fmt: skip


def _reading(repository: Path) -> Row:
    alone = [_spent(lambda: _git_alone(repository)) for _ in range(3)]
    runs = [_in_own_process(repository) for _ in range(3)]
    wall, cpu = min(run.wall for run in runs), min(run.cpu for run in runs)
    driller = f"{_spent(lambda: _pydriller(repository))[1] / cpu:.0f} x" if find_spec("pydriller") else "not installed"
    return [
        repository.name, f"{runs[0].commits:,.0f}", f"{runs[0].touches:,.0f}",
        f"{min(alone)[0]:.2f} s, {min(used for _, used in alone):.2f} s", f"{wall:.2f} s, {cpu:.2f} s",
        f"{wall / min(alone)[0]:.2f}", f"{max(run.megabytes for run in runs):.0f} MB", driller,
    ]  # fmt: skip


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall time, and of CPU time in this process and those that it started and waited for."""
    start, before = time.perf_counter(), _cpu()
    work()
    return time.perf_counter() - start, _cpu() - before


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def _git_alone(repository: Path) -> None:
    # without renames, so that a clone that lacks contents can answer
    command = ["git", "-C", str(repository), "log", "--raw", "--no-renames"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


_READ = """
import resource, sys, time
from collections import Counter
from pathlib import Path
from decompose.extract import history
start = time.perf_counter()
found = history.read(Path(sys.argv[1]))
Counter(found.touches.codes("path")[0])
seconds = time.perf_counter() - start
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(seconds, own, len(found.commits), len(found.touches))
"""


def _in_own_process(repository: Path) -> SimpleNamespace:
    before = _cpu()
    shown = subprocess.run([sys.executable, "-c", _READ, str(repository)], capture_output=True, check=True, text=True)
    wall, megabytes, commits, touches = map(float, shown.stdout.split())
    return SimpleNamespace(wall=wall, cpu=_cpu() - before, megabytes=megabytes, commits=commits, touches=touches)


def _pydriller(repository: Path) -> None:
    for commit in import_module("pydriller").Repository(str(repository)).traverse_commits():
        for changed in commit.modified_files:
            _ = changed.new_path


# ---- the future


def _backtests(repositories: list[Path], held: int) -> None:
    found = [(repository.name, *_backtest(repository, held)) for repository in repositories]
    _table(
        ["repository", "cut-off", "changes", "groups", "inside one", "lift", "packages", "inside one", "lift",
         "difference, points"],
        (_lift_row(name, answer) for name, answer, _ in found),
    )  # fmt: skip
    _table(
        ["repository", "queries", "", "recall@5", "recall@10", "precision@10", "MRR"],
        (row for name, answer, _ in found for row in _ranking_rows(name, answer)),
    )
    _table(
        ["probability", "modules", "mean probability", "in the change"],
        _belief_rows([one for *_, beliefs in found for one in beliefs]),
    )


def _backtest(repository: Path, held: int) -> tuple[Backtest, list[tuple[float, bool]]]:
    """The backtest with the last `held` commits held out, and what was said of single modules and came true or not."""
    commits = history.read(repository).commits
    cutoff = commits[min(held, len(commits) - 1)].sha
    options = pipeline.Options()
    found = pipeline.bounds(repository, options, lambda *_: None, revision=cutoff)
    later = held_out(repository, cutoff, found.relations.facts, options.extract)
    came = changes(replace(found.relations.facts, history=later), options.relate.changes)
    model = fit(found.relations)
    answer = backtest(found.relations, found.partition, model, later, came)
    return answer, list(_beliefs(model, came))


def _lift_row(name: str, answer: Backtest) -> Row:
    made, layout = answer.proposed, answer.packages
    mean, low, high = (100 * points for points in answer.gain)
    return [
        name, answer.date, str(made.changes), str(made.groups), f"{made.inside:.1%}", f"{made.lift:.2f}",
        str(layout.groups), f"{layout.inside:.1%}", f"{layout.lift:.2f}", f"{mean:+.1f} ({low:.1f} to {high:.1f})",
    ]  # fmt: skip


def _ranking_rows(name: str, answer: Backtest) -> Iterator[Row]:
    for row in answer.rankings:
        figures = (row.recall_5, row.recall_10, row.precision_10, row.mrr)
        yield [name, str(row.queries), row.name, *(f"{figure:.3f}" for figure in figures)]


def _beliefs(model: Model, later: Changes) -> Iterator[tuple[float, bool]]:
    """Of each later change of three modules or more half is shown: the probability of others, and whether they came."""
    draw = random.Random(1)
    for touched in later:
        if len(touched) > 2:
            shown = draw.sample(list(touched), len(touched) // 2)
            yield from ((one.probability, one.module in touched) for one in likely(model, shown))


def _belief_rows(beliefs: list[tuple[float, bool]]) -> Iterator[Row]:
    for low, high in ((10, 20), (20, 30), (30, 40), (40, 50), (50, 60), (60, 101)):
        inside = [(p, came) for p, came in beliefs if low <= 100 * p < high]
        if inside:
            said, came = (sum(one[i] for one in inside) / len(inside) for i in range(2))
            yield [f"{low} to {min(high, 100)} %", f"{len(inside):,}", f"{said:.0%}", f"{came:.0%}"]


# ---- scale

SCALE = ["commits", "files", "touches", "`git log --raw` CPU", "read CPU", "count CPU", "pairs", "peak"]


def _synthetic(commits: int, files: int = 50_000) -> Row:
    """A repository of `commits` commits over `files` files, read and counted in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
        with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE) as importing:
            assert importing.stdin is not None
            importing.stdin.writelines(_imported(commits, files))
        alone = _spent(lambda: _git_alone(Path(folder)))[1]
        command = [sys.executable, "-c", _SCALE, folder]
        shown = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    read, count, pairs, megabytes, commits, known, touches = map(float, shown)
    sizes = (f"{commits:,.0f}", f"{known:,.0f}", f"{touches:,.0f}")
    return [*sizes, f"{alone:.0f} s", f"{read:.0f} s", f"{count:.0f} s", f"{pairs:,.0f}", f"{megabytes:.0f} MB"]


_SCALE = """
import resource, sys, time
from pathlib import Path
from dataclasses import replace
from decompose.extract import history
from decompose.model.facts import Facts, ModuleFact, ModuleKind, Project
from decompose.model.names import Module
from decompose.relate import ChangeOptions, CoChangeOptions, changes, cochange
def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
found = history.read(Path(sys.argv[1]))
read = spent()
modules = tuple(ModuleFact(Module(path[:-3].replace("/", ".")), path, ModuleKind.SOURCE, 1) for path in found.paths)
facts = Facts(Project("big"), modules, history=replace(found, kinds=(ModuleKind.SOURCE,) * len(modules)))
pairs = cochange(changes(facts, ChangeOptions()), CoChangeOptions()).pairs
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(read, spent() - read, len(pairs), peak, len(found.commits), len(found.paths), len(found.touches))
"""

_BLOBS = 8


def _imported(commits: int, files: int) -> Iterator[bytes]:
    """For `git fast-import`: one to four files a commit, close together but for one in five."""
    draw = random.Random(0)
    for number in range(_BLOBS):
        yield b"blob\nmark :%d\ndata 2\n%d\n\n" % (number + 1, number)
    for number in range(commits):
        near = draw.randrange(files)
        touched = {near} | {_beside(near, files, draw) for _ in range(draw.randrange(4))}
        who = b"Ann <ann@example.org> %d +0000" % (1_000_000_000 + number * 600)
        yield b"commit refs/heads/main\nauthor %b\ncommitter %b\ndata 7\nChange\n\n" % (who, who)
        yield from (b"M 644 :%d %b\n" % (number % _BLOBS + 1, _path(file)) for file in sorted(touched))
        yield b"\n"


def _beside(near: int, files: int, draw: random.Random) -> int:
    return draw.randrange(files) if draw.random() < 0.2 else near // 32 * 32 + draw.randrange(32)


def _path(file: int) -> bytes:
    return b"big/p%d/q%d/m%d.py" % (file // 1280, file // 32 % 40, file % 32)


if __name__ == "__main__":
    main()
