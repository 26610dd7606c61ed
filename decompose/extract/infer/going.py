"""Stage 1, whole project: whether a loop goes over rows that a query finds, and over many of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .. import code
from ..code import Expr
from ..effects import named
from ..types import Type, Types
from .rounds import MADE, SINGLY

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["are_mappings", "are_rows"]


def are_rows(machine: "Machine", written: Expr, iterated: Types) -> bool:
    """A query, or a list of what a table holds; of a list that callers give, nobody here knows what it brings.

    Rows that were added to it one by one were found or made one by one, and no query has found new ones. Nor is it a
    query with whose rows relations are loaded that only a run knows: prefetch_related(*names_of(fields)).
    """
    if any(one.kind in machine.iterators and machine.inventory.are_open(one) for one in iterated):
        return False
    given = _handed(written) in machine.unit.params
    if any(one.kind == "list" and one.extra == SINGLY for one in iterated) or _are_few(machine, written):
        return False
    return not _is_one(machine, written) and any(
        one.kind in machine.iterators or (one.kind == "list" and not given and one.extra != MADE and _is_row(one.of))
        for one in iterated
    )


def _are_few(machine: "Machine", written: Expr) -> bool:
    """Does a slice leave but a few rows? `orders[:3]`, and `first`, after `first = orders[:3]`"""
    match written:
        case code.Item(key=code.Parts(items=(code.Const(value=int(most)),), op="To")):
            return most <= _FEW
        case str() if machine.unit.fn is not None and written not in machine.unit.params:
            values = _given(machine, machine.unit.fn.node).get(written, ())
            sliced = [one for one in values if isinstance(one, code.Item)]
            empty = [one for one in values if isinstance(one, code.Display) and not one.items]
            return (
                bool(sliced)
                and len(sliced) + len(empty) == len(values)
                and all(_are_few(machine, one) for one in sliced)
            )
    return False


_FEW = 5
"""Rows for which going back to the database does no harm."""


def _given(machine: "Machine", function: code.Function) -> Mapping[str, tuple[Expr, ...]]:
    """The values that a function gives to each of its names."""
    found = machine.values.get(id(function))
    if found is None:
        found = machine.values[id(function)] = named(function)
    return found


def _is_row(one: Type) -> bool:
    return one.kind == "instance" and one.of.mapped is not None


def _handed(written: Expr) -> str:
    # orders      orders.values()      sorted(orders)
    match written:
        case str():
            return written
        case code.Call(func=code.Attr(base=str(name), name="values" | "items" | "copy")):
            return name
        case code.Call(func="list" | "sorted" | "reversed" | "set" | "enumerate", args=(str(name), *_)):
            return name
    return ""


def _is_one(machine: "Machine", written: Expr) -> bool:
    """Does it ask for the row of one key? `App.objects.filter(pk=key)`"""
    draft = machine.named_drafts.get(written) if isinstance(written, str) else machine.drafts.get(id(written))
    if draft is None or draft.several or not draft.targets:
        return False
    first = next(iter(draft.targets))  # App.objects.filter(pk=key).select_related("owner"): whatever it brings along
    return any(name[0] is first and name[1] in ("id", "pk") and name in draft.sought for name in draft.filtered)


def are_mappings(loop: code.For) -> bool:
    """`for value in data["values"]: attribute.values.create(**value)`"""
    given = (None, loop.target)
    return any(isinstance(one, code.Call) and given in one.keywords for one in code.within(loop.body))
