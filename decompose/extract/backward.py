"""Stage 1, one file: the text of a test or a migration -> names that it may ask for rows by, from the other side of
their keys. The bodies of its functions are read nowhere else.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Backward", "backward"]

# Q(order_lines__isnull=False)     "order_lines__price"     customer.orders.filter(...)
_STEP = re.compile(rb"__(?<=[A-Za-z0-9]__)(?=[A-Za-z])")
_ROWS = re.compile(
    rb"\.(?:add|all|annotate|count|create|exclude|exists|filter|first|get|get_or_create|last|order_by|select_related|set"
    rb"|update|values|values_list)\("
)
_BEFORE = re.compile(rb"(?<![\w.])[A-Za-z]\w*\Z")
_OF_ROW = re.compile(rb"(?<=\.)[a-z]\w*\Z")
_AFTER = re.compile(rb"\w*")
# apps.get_model("shop", "Order")     apps.get_model("shop.Order")     from shop.models import Customer, Order
_CLASS = re.compile(rb"get_model\(\s*[\"']\w+(?:\.|[\"']\s*,\s*(?:model_name\s*=\s*)?[\"'])(\w+)[\"']")
_IMPORTED = re.compile(rb"^[ \t]*(?:from\s[^\n]*?\simport\s(?:\([^()]*\)|[^\n]*))", re.M)
_NAME = re.compile(rb"[A-Z]\w*")
_LONGEST = 200  # characters before a step, or of a line before it


class Backward(NamedTuple):
    """`asked` are the names, each with its first line, `classes` those that it names, in lower case; both sorted."""

    asked: tuple[tuple[str, int], ...] = ()
    classes: tuple[str, ...] = ()


def backward(data: bytes) -> Backward:
    """The steps of all paths, and what managers' methods are called on; comments are left out."""
    found: dict[str, int] = {}
    line, seen = 1, 0
    for start, names in sorted(_written(data)):
        line, seen = line + data.count(b"\n", seen, start), start
        if not data[data.rfind(b"\n", max(0, start - _LONGEST), start) + 1 : start].lstrip().startswith(b"#"):
            for name in names:
                found.setdefault(name.decode("utf-8", "replace"), line)
    if not found:
        return Backward()
    imported = (name for one in _IMPORTED.finditer(data) for name in _NAME.findall(one[0]))
    classes = {name.lower().decode("utf-8", "replace") for name in (*_CLASS.findall(data), *imported)}
    return Backward(tuple(sorted(found.items())), tuple(sorted(classes)))


def _written(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Where a path begins, with its steps; twice where it has three."""
    for one in _STEP.finditer(data):
        if before := _BEFORE.search(data, max(0, one.start() - _LONGEST), one.start()):
            after = _AFTER.match(data, one.end(), one.end() + _LONGEST)
            yield before.start(), [*before[0].split(b"__"), *(after[0].split(b"__") if after else ())]
    for one in _ROWS.finditer(data):
        if before := _OF_ROW.search(data, max(0, one.start() - _LONGEST), one.start()):
            yield before.start(), [before[0]]
