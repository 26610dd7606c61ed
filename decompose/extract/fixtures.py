"""Stage 1: files of rows (Django's fixtures) -> the models that they load, by expressions; nothing is parsed.

A file of any depth takes as long as it is large.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..model.facts import Problem
from .source import Tree, contents

__all__ = ["Loaded", "is_fixture", "read_fixtures"]

_LARGEST = 16 << 20  # bytes
_MOST = 500  # fields of one model

# shop/fixtures/demo.json
_PATH = re.compile(r"(^|/)fixtures/(.*/)?[^/]+\.(json|jsonl|ya?ml|xml)$")
# "model": "shop.order"      - model: shop.order      <object model="shop.order">
_MODEL = re.compile(rb"""(?<!\w)model["']?\s{0,99}[:=]\s{0,99}["']?([A-Za-z_]\w{0,99}\.[A-Za-z_]\w{0,99})(?!\w)""")
# "customer": 3      customer: 3      <field name="customer">
_FIELD = re.compile(rb"""(?<!\w)(\w{1,99})["']?\s{0,99}:|<field\s[^>]{0,200}?name="(\w{1,99})\"""")


class Loaded(NamedTuple):
    """Rows of a model that a file holds: the line of the first, how many, and the fields that they give."""

    path: str
    model: str  # "shop.order"
    line: int
    rows: int
    fields: tuple[str, ...]


def is_fixture(path: str) -> bool:
    """Does a file lie where Django looks for rows to load, under a name that it reads?"""
    return bool(_PATH.search(path))


def read_fixtures(tree: Tree) -> tuple[tuple[Loaded, ...], tuple[Problem, ...]]:
    """What the files hold, each read once, and which of them are too large to be read."""
    found: list[Loaded] = []
    problems: list[Problem] = []
    for path, data in contents(tree, [path for path in tree.paths if is_fixture(path)]):
        if isinstance(data, Problem):
            problems.append(data)
        elif len(data) > _LARGEST:
            problems.append(Problem(path, 0, f"larger than {_LARGEST >> 20} MB: not read for the rows that it loads"))
        else:
            found += _rows(path, data)
    return tuple(found), tuple(problems)


def _rows(path: str, data: bytes) -> Sequence[Loaded]:
    line, seen = 1, 0
    first: dict[str, int] = {}
    rows: dict[str, int] = {}
    fields: dict[str, set[str]] = {}
    marks = list(_MODEL.finditer(data))
    ends = [*(one.start() for one in marks), len(data)]
    for mark, after in zip(marks, ends[1:], strict=True):
        line, seen = line + data.count(b"\n", seen, mark.start()), mark.start()
        model = mark[1].decode("ascii", "replace").lower()
        first.setdefault(model, line)
        rows[model] = rows.get(model, 0) + 1
        known = fields.setdefault(model, set())
        for one in _FIELD.finditer(data, mark.end(), after):
            if len(known) < _MOST:
                known.add((one[1] or one[2]).decode("utf-8", "replace"))
    return [Loaded(path, model, first[model], rows[model], tuple(sorted(fields[model]))) for model in first]
