"""Stage 1: files that build, start or schedule the program -> the modules that their lines name; nothing is parsed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..model.facts import Mention, Problem
from .labels import Labels
from .resolve import Index, Place
from .source import Tree, contents

__all__ = ["Said", "is_runner", "mentions", "read_runners"]

_LARGEST = 1 << 18  # bytes; larger files are data
_LONGEST = 2_000  # characters of a line

# Makefile      Procfile      Dockerfile      deploy/crontab      .github/workflows/ci.yml      bin/nightly
_RUNNER = re.compile(
    r"(^|/)((GNU)?Makefile|Procfile|Dockerfile|Jenkinsfile|[Jj]ustfile|crontab)[^/]*$"
    r"|\.(bash|conf|cron|dockerfile|ini|mk|service|sh|timer|ya?ml)$"
    r"|(^|/)(bin|scripts?|cron(\.\w+)?)/[^./]+$"
)
_DATA = re.compile(r"(^|/)(fixtures|locale|node_modules|testdata|tests?)/")

# manage.py send_invoices      django-admin send_invoices
_COMMAND = re.compile(r"(?:\bmanage\.py|\bdjango-admin(?:\.py)?)\s+([a-z]\w*)")
# shop.tasks.send      shop.wsgi:application
_DOTTED = re.compile(r"(?<![\w./@-])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?![\w/@-])")
# shop/billing/      ./shop/billing/run.py
_PATH = re.compile(r"(?<![\w./:@-])(?:\./)?((?:[\w-]+/)+[\w.-]*)")
_SOUGHT = (
    ("command", ("manage.py", "django-admin"), _COMMAND),
    ("name", (".",), _DOTTED),
    ("path", ("/",), _PATH),
)
"""What a line may name, by what stands in each line that does: most lines are not searched."""


class Said(NamedTuple):
    """What a line names, as it is written; `how` is "command", "name" or "path"."""

    file: str
    line: int
    how: str
    text: str


def is_runner(path: str) -> bool:
    """Does a file, by its name, build, start or schedule the program?"""
    return bool(_RUNNER.search(path)) and not _DATA.search(path)


def read_runners(tree: Tree) -> tuple[tuple[Said, ...], tuple[Problem, ...]]:
    """What the files name, and which of them could not be read."""
    found: list[Said] = []
    problems: list[Problem] = []
    for path, data in contents(tree, [path for path in tree.paths if is_runner(path)]):
        if isinstance(data, Problem):
            problems.append(data)
        elif len(data) <= _LARGEST and b"\0" not in data:
            found += _said(path, data.decode("utf-8", "replace"))
    return tuple(found), tuple(problems)


def _said(path: str, text: str) -> Iterator[Said]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) <= _LONGEST and not line.lstrip().startswith("#"):
            for how, signs, pattern in _SOUGHT:
                if any(map(line.__contains__, signs)):
                    yield from (Said(path, number, how, one[1]) for one in pattern.finditer(line))


def mentions(said: Iterable[Said], index: Index, paths: Sequence[str]) -> tuple[Mention, ...]:
    """Those that are modules of the project, or lie in the folder of a package of it, in the order of files."""
    labels, modules = Labels(index, ()), {place.path: place for place in index.places}
    packages = {place.path.rpartition("/")[0]: place for place in index.places if place.is_package}
    there = {path[: at.start()] for path in paths for at in re.finditer("/", path)}.union(paths)
    found = set()
    for one in said:
        if one.how == "command":
            place, text = labels.command(one.text), f"manage.py {one.text}"
        elif one.how == "name":
            place, text = _named(one.text, index), one.text
        else:
            path, text = one.text.rstrip("/."), one.text
            place = _within(path, modules, packages) if path in there else None
        if place:
            found.add(Mention(place.module, text, one.file, one.line))
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.text)))


def _named(text: str, index: Index) -> Place | None:
    """The longest part of a name that is a module below a top-level package; of a package the name says no more."""
    parts = text.split(".")
    for end in range(len(parts), 1, -1) if parts[0] in index.tops else ():
        if place := index.find(".".join(parts[:end]), ""):
            return place if end == len(parts) or not place.is_package else None
    return None


def _within(path: str, modules: dict[str, Place], packages: dict[str, Place]) -> Place | None:
    while path:
        if place := modules.get(path) or packages.get(path):
            return place if "." in place.dotted else None
        path = path.rpartition("/")[0]
    return None
