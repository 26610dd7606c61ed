"""Stage 1, whole project: branches that a loop over rows spares most of them.

What stands there is sent for a few rows, so that a loop is not told for it; it happens all the same.
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

from .. import code
from ..code import Expr, Stmt
from .changed import begins_with
from .rounds import filled, looked_at

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["is_known_already", "is_of_a_kind", "is_spared", "spares"]

_ALIKE = ("Eq", "In")


def spares(machine: "Machine") -> bool:
    """Does evaluation stand in such a branch, and in no loop that the branch holds itself?"""
    return bool(machine.spared) and machine.spared[-1] == len(machine.rounds)


def is_spared(machine: "Machine", test: Expr, body: Sequence[Stmt]) -> bool:
    """Does a branch run for rows of one kind alone, for what is not known yet, for what was looked up in vain, or for
    many rows at once?

    if discount.kind == Kind.VOUCHER: ...    if not hasattr(self, "_rates"): ...    if line is None: line = find(order)
    if len(batch) >= 500: ...
    """
    target = getattr(machine.rounds[-1].node, "target", None) if machine.rounds else None
    return (isinstance(target, str) and is_of_a_kind(test, (target,))) or any(
        _is_not_kept(part) or _is_wanting(machine, part, body) or (machine.rounds and _is_full(part))
        for part in _parts(test)
    )


def is_known_already(node: code.If) -> bool:
    """Does a branch give back what an object keeps? What follows runs once for it.

    if hasattr(self, "_rates"): return self._rates
    """
    kept = isinstance(node.test, code.Call) and node.test.func == "hasattr"
    return kept and isinstance(node.body[-1], code.Return)


def _parts(test: Expr) -> Iterator[Expr]:
    # not line and order.paid
    if isinstance(test, code.Either):
        for one in test.items:
            yield from _parts(one)
    else:
        yield test


def _is_not_kept(test: Expr) -> bool:
    # not hasattr(self, "_rates")      getattr(self, "_rates", None) is None      "rates" not in self
    match test:
        case code.Parts((code.Call(func="hasattr"),)) | code.Parts((code.Call(func="getattr"), code.Const(None))):
            return True
        case code.Parts((code.Const(), "self"), op="NotIn"):
            return True
    return False


def _is_full(test: Expr) -> bool:
    # len(batch) >= 500      not number % 500
    match test:
        case code.Parts((code.Operation(op="Mod"), *_), op="Eq" | "Not"):
            return True
        case code.Parts((code.Call(func="len"), code.Const(value=most)), op="Eq" | "Gt" | "GtE"):
            return isinstance(most, int) and most >= _MANY
        case code.Parts((code.Call(func="len"), most), op="Eq" | "Gt" | "GtE"):
            return bool(_SIZE(str(getattr(most, "name", most))))
    return False


_MANY = 10

_SIZE = re.compile(r"batch|chunk|size|^[A-Z_]+$").search


def _is_wanting(machine: "Machine", test: Expr, body: Sequence[Stmt]) -> bool:
    """`if line is None: line = find(order)`, unless a parameter is left out: there no caller may have looked."""
    if not isinstance(test, code.Parts) or test.op in _ALIKE:
        return False
    wanted = looked_at(test).intersection(filled(body))
    return bool(wanted.difference(machine.unit.params))


def is_of_a_kind(test: Expr, rows: Container[str]) -> bool:
    """`discount.kind == Kind.VOUCHER`, where `discount` is among the names of `rows`"""
    if not isinstance(test, code.Parts) or test.op not in _ALIKE:
        return False
    asked = [one for one in test.items if isinstance(one, code.Attr) and isinstance(one.base, str) and one.base in rows]
    return len(asked) == 1 and all(_is_constant(one) for one in test.items if one not in asked)


def _is_constant(node: Expr) -> bool:
    # "paid"      Kind.VOUCHER      [Kind.VOUCHER, Kind.SALE]
    match node:
        case code.Const():
            return True
        case code.Attr():
            return begins_with(node)[:1].isupper()
        case code.Display(items=items):
            return all(map(_is_constant, items))
    return False
