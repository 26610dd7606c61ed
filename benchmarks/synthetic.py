"""A seeded synthetic monolith: any number of modules, tables and commits, with degrees as real ones have them.

    python -m benchmarks.synthetic FOLDER --modules 10000 --commits 5000

Modules stand in packages of about 25 (an app each); four in five imports stay inside the app, the rest prefer modules
that are imported much already. An app owns five tables; its modules query them, and now and then those of others. A
commit touches one to eight modules, mostly of one app. Every module has about 100 lines.
"""

import argparse
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from decompose.model.columns import columns
from decompose.model.judgements import CouplingGraph, Tie
from decompose.model.names import Module

APP = 25  # modules
TABLES = 5  # in each app
START = 1_600_000_000  # the first commit's time, in seconds since 1970

_BODY = """\
class {name}(Base{number}):
    limit = {number}

    def total(self, rows: list[int]) -> int:
        found = 0
        for row in rows:
            if row % {modulus}:
                found += row
            else:
                found -= self.limit
        return found


"""


def main() -> None:
    """Write the monolith that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--modules", type=int, default=1000)
    parser.add_argument("--commits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    make(arguments.folder, arguments.modules, arguments.commits, arguments.seed)


def make(folder: Path, modules: int, commits: int, seed: int = 0) -> None:
    """A repository at `folder` whose head holds `modules` modules, reached by `commits` commits."""
    source = random.Random(seed)
    names = [f"app{number // APP}/m{number % APP}" for number in range(modules)]
    texts = dict(_texts(names, source))
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    stream = b"".join(_commits(texts, names, commits, source))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, check=True, input=stream)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)


def coupling(modules: int, ties: int, seed: int = 0) -> CouplingGraph:
    """A graph of `ties` ties: four in five within four apps side by side, the rest to those tied much already."""
    source = random.Random(seed)
    near = 4 * APP
    pairs: dict[tuple[int, int], float] = {}
    popular: list[int] = []
    while len(pairs) < min(ties, modules * (modules - 1) // 4):
        a = source.randrange(modules)
        b = min(a // near * near + source.randrange(near), modules - 1)
        if source.random() >= 0.8:
            b = source.choice(popular) if popular and source.random() < 0.7 else source.randrange(modules)
        popular.append(b)
        if a != b:
            pairs[min(a, b), max(a, b)] = source.uniform(0.1, 1.1)
    names = tuple(Module(f"big.app{number // APP}.m{number % APP}") for number in range(modules))
    return CouplingGraph(names, ties=columns(Tie, (Tie(a, b, w, imports=w) for (a, b), w in sorted(pairs.items()))))


def _texts(names: list[str], source: random.Random) -> Iterator[tuple[str, str]]:
    popular: list[int] = []
    apps = -(-len(names) // APP)
    for app in range(apps):
        yield f"big/app{app}/__init__.py", ""
        yield f"big/app{app}/models.py", _models(app, apps, source)
    yield "big/__init__.py", ""
    for number, name in enumerate(names):
        yield f"big/{name}.py", _module(number, len(names), popular, source)


def _models(app: int, apps: int, source: random.Random) -> str:
    lines = ["from django.db import models", ""]
    for table in range(TABLES):
        other = source.randrange(apps) if source.random() < 0.2 else app
        lines += [
            "",
            f"class T{app}x{table}(models.Model):",
            "    name = models.CharField(max_length=20)",
            f'    other = models.ForeignKey("app{other}.T{other}x{table}", on_delete=models.CASCADE)',
        ]
    return "\n".join(lines) + "\n"


def _module(number: int, modules: int, popular: list[int], source: random.Random) -> str:
    app = number // APP
    lines = [f"from big.app{app}.models import T{app}x{source.randrange(TABLES)} as Own"]
    for position in range(source.choice((1, 2, 3, 3, 4, 5, 8))):
        target = _target(app, modules, popular, source)
        popular.append(target)
        lines.append(f"from big.app{target // APP}.m{target % APP} import C{target} as Base{position}")
    body = [
        _BODY.format(name=f"C{number}" if not part else f"C{number}p{part}", number=0, modulus=part + 2)
        for part in range(source.randrange(4, 9))
    ]
    query = "def rows(name):\n    return [one.other.name for one in Own.objects.filter(name=name)]\n"
    return "\n".join(lines) + "\n\n\n" + "".join(body) + query


def _target(app: int, modules: int, popular: list[int], source: random.Random) -> int:
    if source.random() < 0.8:
        return min(app * APP + source.randrange(APP), modules - 1)
    return source.choice(popular) if popular and source.random() < 0.7 else source.randrange(modules)


def _commits(texts: dict[str, str], names: list[str], commits: int, source: random.Random) -> Iterator[bytes]:
    """git fast-import: each commit appends a comment to some modules; the last one writes every file as it is."""
    for number in range(commits - 1):
        first = source.randrange(len(names))
        near = [min(first // APP * APP + source.randrange(APP), len(names) - 1) for _ in range(source.randrange(4))]
        far = [source.randrange(len(names)) for _ in range(source.randrange(3))] if source.random() < 0.3 else []
        changed = {f"big/{names[one]}.py": f"# {number}\n" for one in (first, *near, *far)}
        yield _commit(number, changed, source)
    yield _commit(commits - 1, texts, source)


def _commit(number: int, files: dict[str, str], source: random.Random) -> bytes:
    author = f"Author {source.randrange(40)} <a@example.org>"
    head = f"commit refs/heads/main\nauthor {author} {START + number * 3600} +0000\n"
    head += f"committer {author} {START + number * 3600} +0000\ndata 6\nChange\n"
    body = "".join(f"M 644 inline {path}\ndata {len(text.encode())}\n{text}\n" for path, text in sorted(files.items()))
    return (head + body).encode()


if __name__ == "__main__":
    main()
