"""Processor seconds of each stage of one analysis, alone in one process, beside what it is measured by.

    python -m benchmarks.budget CHECKOUT

It prints JSON: stage -> seconds, those of git and Graphviz included. `benchmarks.speed` reads it.
"""

import ast
import gc
import json
import os
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from decompose import pipeline
from decompose.cli.report import report_files
from decompose.extract.file import says
from decompose.extract.history import HistoryOptions, read
from decompose.extract.source import contents, open_tree

T = TypeVar("T")

_EXTRACTION = ("Reading modules", "Resolving names", "Following names and tables", "Reading history")


def main() -> None:
    """Measure the checkout that the argument names."""
    gc.disable()
    warnings.simplefilter("ignore")
    print(json.dumps(spent(Path(sys.argv[1]))))


def spent(checkout: Path) -> dict[str, float]:
    """Stage -> processor seconds."""
    took: dict[str, float] = {}

    def timed(what: str, work: Callable[[], T]) -> T:
        before = _worked()
        found = work()
        took[what] = _worked() - before
        return found

    tree, options = open_tree(checkout), pipeline.Options()
    found = contents(tree, [path for path in tree.paths if path.endswith(".py")])
    files = [(path, data) for path, data in found if isinstance(data, bytes)]
    log = ["git", "-C", str(checkout), "log", "--raw", "--no-renames"]
    timed("parsing", lambda: _parse([data for _, data in files]))
    timed("reading", lambda: [says(path, data) for path, data in files])
    timed("git", lambda: subprocess.run(log, check=True, stdout=subprocess.DEVNULL))
    timed("history", lambda: read(tree.repository, tree.scope, "HEAD", HistoryOptions()))
    stages: Counter[str] = Counter()
    now = ["", _worked()]

    def progress(what: str, *_: int) -> None:
        stages[str(now[0])] += (at := _worked()) - float(now[1])
        now[:] = what, at

    done = pipeline.analyze(checkout, options, progress)
    progress("")
    took["extraction"] = sum(stages[what] for what in _EXTRACTION) - took["history"]
    took["cluster"] = stages["Finding boundaries"]
    document = pipeline.document(done)
    timed("render", lambda: report_files(document))
    return took


def _parse(sources: Sequence[bytes]) -> None:
    for data in sources:
        with suppress(SyntaxError, ValueError, RecursionError):
            ast.parse(data)


def _worked() -> float:
    """Of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    main()
