"""How near the floor: each figure beside what the same work must cost at least, and beside its peers, in one run.

    python -m benchmarks.speed CHECKOUT [--runs 5] [--modules 100000] [--scale 1000 10000 100000] [--json FILE]

A row for each target, with what was reached. The floor F is `ast.parse` of every file once in one process, and `git log
--raw` once, one after the other. Times are wall seconds, the median of the runs, and beside them processor seconds of
all processes, which say more on a machine that others use too; both as ratios to F's. Budgets and clustering are
processor seconds of one run. Memory is the largest sum of the proportional set sizes of our processes, git's apart.
What is not installed or fails is said in its row.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from compileall import compile_dir
from pathlib import Path

from rich.console import Console
from rich.table import Table

import decompose
from benchmarks.growth import Row, Time, analyze_command, clustering, dask, scale, timed
from benchmarks.memory import peak

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

_Times = Mapping[str, Time]

_TARGETS: dict[str, tuple[str, Callable[[_Times], bool]]] = {
    "cold": ("1.5 F", lambda of: of["cold"].wall <= 1.5 * of["F"].wall),
    "warm, nothing changed": (".15 F", lambda of: of["warm, nothing changed"].wall <= 0.15 * of["F"].wall),
    "a comment added": (".5 F", lambda of: of["a comment added"].wall <= 0.5 * of["F"].wall),
    "a function changed": (".5 F", lambda of: of["a function changed"].wall <= 0.5 * of["F"].wall),
    "blast, warm": ("1 s", lambda of: of["blast, warm"].wall < 1),
    "--help": (".15 s", lambda of: of["--help"].wall < 0.15),
    "pydeps": ("cold is as fast", lambda of: of["cold"].wall <= of["pydeps"].wall),
    "emerge": ("cold is 1.7 times as fast", lambda of: 1.7 * of["cold"].wall <= of["emerge"].wall),
}
_BUDGETS = {
    "reading": ("parsing", 2.0),
    "extraction": ("parsing", 2.0),
    "history": ("git", 1.5),
    "cluster": ("", 2.0),
    "render": ("", 1.5),
}
"""Stage -> what its processor seconds are measured by ("": by the second), and how many of these it may take."""

_PEERS = ("pydeps", "emerge")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--modules", type=int, default=100_000, help="of the graph that is clustered; 0: none is")
    parser.add_argument("--scale", type=int, nargs="*", default=(1000, 10_000), help="modules of synthetic monoliths")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows: list[Row] = []
    for row in _rows(arguments.checkout, arguments.runs, arguments.scale, arguments.modules):
        print(f"{row.what}: {_value(row) or row.note}", file=sys.stderr, flush=True)
        rows.append(row)
    _print(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps([row._asdict() for row in rows], indent=1) + "\n")


def _rows(checkout: Path | None, runs: int, sizes: Sequence[int], modules: int) -> Iterator[Row]:
    if checkout:
        yield from real(checkout.resolve(), runs)
    yield from scale(sizes)
    yield from (clustering(method, modules) for method in ("consensus", "leiden") if modules)


def real(checkout: Path, runs: int) -> Iterator[Row]:
    """The floor, our runs and the peers', interleaved so that noise falls on all alike; then memory and Dask.

    All are compiled to bytecode first, as what is installed is.
    """
    compile_dir(Path(decompose.__file__).parent, quiet=2)
    with tempfile.TemporaryDirectory() as scratch:
        copy, out = Path(scratch) / "copy", Path(scratch) / "out"
        subprocess.run(["git", "clone", "-q", "--shared", str(checkout), str(copy)], check=True, capture_output=True)
        times: dict[str, list[Time]] = {}
        for number in range(runs):
            for what, work in _works(copy, Path(scratch) / f"cache{number}", out):
                try:
                    times.setdefault(what, []).append(work())
                except subprocess.CalledProcessError:
                    times.setdefault(what, [])
        of = {what: Time(*map(statistics.median, zip(*found, strict=True))) for what, found in times.items() if found}
        of = {"F": of["parse every file"] + of["git log --raw"], **of}
        for what in dict.fromkeys([*of, *_PEERS]):
            yield _timed_row(what, of, "failed" if what in times else "not installed")
        yield from budgets(copy)
        held = peak([*analyze_command(copy, out), "--no-cache"])
        yield Row("peak memory, cold", held, "GB", target=".6 GB on nova", met=held < 0.6)
        yield dask(copy, out)


def _timed_row(what: str, of: _Times, missing: str) -> Row:
    target, reached = _TARGETS.get(what, ("", lambda _: False))
    if what not in of:
        return Row(what, None, target=target, note=missing)
    took, floor = of[what], of["F"]
    ratios = {"ratio": took.wall / floor.wall, "work": took.processor / floor.processor}
    met = reached(of) if target else None
    return Row(what, took.wall, target=target, processor=took.processor, met=met, **ratios)


def budgets(copy: Path) -> Iterator[Row]:
    """Processor seconds of each stage, alone in one process, as ratios to what it is measured by."""
    command = [sys.executable, "-m", "benchmarks.budget", str(copy)]
    took = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    for stage, (measure, most) in _BUDGETS.items():
        ratio = took[stage] / took[measure] if measure else 0.0
        target = f"{most:g} x {measure}" if measure else f"{most:g} s"
        met = (ratio or took[stage]) <= most
        yield Row(f"budget: {stage}", took[stage], "s CPU", ratio, target, f"of {measure}" if measure else "", met=met)


def _works(copy: Path, cache: Path, out: Path) -> Iterator[tuple[str, Callable[[], Time]]]:
    files = "\0".join(str(path) for path in sorted(copy.rglob("*.py")))
    edited = _some_module(copy)
    analyze = [*analyze_command(copy, out), "--cache-dir", str(cache)]
    blast = [sys.executable, "-m", "decompose", "blast", str(edited.relative_to(copy)), "-q", "--cache-dir", str(cache)]

    def change(how: Callable[[str], str]) -> Time:
        edited.write_text(how(edited.read_text()))
        return timed(analyze)

    def blast_again() -> Time:
        timed(blast, cwd=copy)
        return timed(blast, cwd=copy)

    yield "parse every file", lambda: timed([sys.executable, "-c", _PARSE], files)
    yield "parse, and visit every node", lambda: timed([sys.executable, "-c", _VISIT], files)
    yield "git log --raw", lambda: timed(["git", "-C", str(copy), "log", "--raw", "--no-renames"])
    yield "cold", lambda: timed(analyze)
    yield "warm, nothing changed", lambda: timed(analyze)
    yield "a comment added", lambda: change(lambda text: f"{text}# changed\n")
    yield "a function changed", lambda: change(_with_a_statement_more)
    yield "blast, warm", blast_again
    yield "--help", lambda: timed([sys.executable, "-m", "decompose", "--help"])
    if pydeps := _installed("pydeps"):
        options = ["--show-deps", "--no-output", "--no-config", "--max-bacon", "0"]
        yield "pydeps", lambda: timed([pydeps, *options, _package(copy)], cwd=copy)
    if emerge := _installed("emerge"):
        out.mkdir(exist_ok=True)
        config = out.parent / "emerge.yaml"
        config.write_text(_EMERGE.format(copy=copy, out=out))
        yield "emerge", lambda: timed([emerge, "-c", str(config)])


def _installed(peer: str) -> str | None:
    return shutil.which(peer, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))


def _package(checkout: Path) -> str:
    """The top package with most files."""
    tops = [folder.parent for folder in sorted(checkout.glob("*/__init__.py"))]
    return max(tops, key=lambda top: len(list(top.rglob("*.py"))), default=checkout).name


def _some_module(checkout: Path) -> Path:
    """A source file of some length, with a function in it."""
    found = [path for path in checkout.rglob("*.py") if not _ASIDE.intersection(path.relative_to(checkout).parts)]
    files = sorted(found, key=lambda path: (-path.stat().st_size, path))
    later = files[len(files) // 4 :]
    return next((path for path in later if _with_a_statement_more(text := path.read_text()) != text), files[0])


_ASIDE = frozenset({"tests", "migrations"})


def _with_a_statement_more(text: str) -> str:
    """The first function begins with a call, as after most edits of code: what it means is another thing."""
    return _HEAD.sub(r"\g<0>\g<1>    changed = str()\n", text, count=1)


# def find(number):
_HEAD = re.compile(r"^( *)def \w+\([^()\n]*\):\n", re.M)


def _print(rows: Sequence[Row]) -> None:
    table = Table("", "measured", "ratio", "processor", "ratio", "target", "", "note")
    for row in rows:
        ratios = (f"{ratio:.2f}" if ratio else "" for ratio in (row.ratio, row.work))
        processor = f"{row.processor:.2f} s" if row.processor else ""
        verdict = {True: "met", False: "missed", None: ""}[row.met]
        table.add_row(row.what, _value(row), next(ratios), processor, next(ratios), row.target, verdict, row.note)
    Console(width=160).print(table)


def _value(row: Row) -> str:
    return "" if row.value is None else f"{row.value:.2f} {row.unit}"


if __name__ == "__main__":
    main()
