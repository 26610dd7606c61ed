"""Stage 1, whole project: local names of queries that are narrowed and then change rows, and never give any."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..code import Assign, Attr, Call, Expr

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["CHANGES", "begins_with", "is_only_changed"]

CHANGES = frozenset({"delete", "update", "adelete", "aupdate", "soft_delete", "_raw_delete"})


def begins_with(node: Expr) -> str:
    """The name that a chain of calls begins with: late.filter(paid=False).delete"""
    while isinstance(node, Attr | Call):
        node = node.func if isinstance(node, Call) else node.base
    return node if isinstance(node, str) else ""


def is_only_changed(machine: "Machine", name: str) -> bool:
    """Is a local name a query that is never asked for rows, but narrowed, and then changes or deletes them?"""
    fn = machine.unit.fn
    if fn is None or name not in machine.asked_for:
        return False
    key = id(fn), name
    if key not in machine.only_changed:
        machine.only_changed[key] = not any(_uses(fn.node.body, name))
    return machine.only_changed[key]


def _uses(body: Any, name: str) -> Iterator[bool]:
    waiting: list[Any] = [body]
    while waiting:
        one = waiting.pop()
        match one:
            case Call(func=Attr(name=method) as func) if method in CHANGES and begins_with(func) == name:
                waiting += [*_arguments(func), *_given(one)]
            case Assign(targets=(target,), value=value) if target == name:
                chain = isinstance(value, Call) and begins_with(value) == name
                waiting += _arguments(value) if chain else [value]
            case Attr(base=base, name=attribute) if base != name or attribute != "db":  # which asks for no row
                waiting.append(base)
            case Attr():
                continue
            case Call(func=func):
                waiting += [func, *_given(one)]
            case str():
                if one == name:
                    yield True
            case tuple():
                waiting += [part for part in one if isinstance(part, tuple | str)]


def _arguments(node: Expr | None) -> Iterator[Any]:
    """What is given to the calls of a chain."""
    while isinstance(node, Attr | Call):
        if isinstance(node, Call):
            yield from _given(node)
        node = node.func if isinstance(node, Call) else node.base


def _given(node: Call) -> Iterator[Any]:
    yield from node.args
    yield from [value for _, value in node.keywords]
