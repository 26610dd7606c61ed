"""Stage 1, whole project: expressions as they are written, and the texts and names that they lead to."""

from collections.abc import Iterable, Iterator

from ..code import (
    Assign,
    Attr,
    Call,
    Const,
    Display,
    Expr,
    Item,
    Return,
    Star,
    Stmt,
)
from ..infer import Machine
from ..program import Fn, Scope

__all__ = ["as_written", "called", "constants", "flag", "is_false", "keyword", "last", "text", "values"]


def keyword(call: Call, name: str) -> Expr | None:
    """The value of one keyword argument."""
    return next((value for key, value in call.keywords if key == name), None)


def flag(call: Call, name: str) -> bool:
    """Is the keyword argument a plain `True`?"""
    value = keyword(call, name)
    return isinstance(value, Const) and value.value is True


def is_false(value: Expr | None) -> bool:
    """Is it a plain `False`?"""
    return isinstance(value, Const) and value.value is False


def last(node: Expr | None) -> str | None:
    """The last name of a dotted one as it is written."""
    return node.name if isinstance(node, Attr) else node if isinstance(node, str) else None


def as_written(node: Expr | None) -> str:
    """An annotation as text, near enough to look for names in it."""
    if node is None:
        return ""
    if isinstance(node, str):
        return node
    if isinstance(node, Const):
        return str(node.value)
    if isinstance(node, Attr):
        return node.name
    if isinstance(node, Item):
        return f"{as_written(node.base)}[{as_written(node.key)}]"
    if isinstance(node, Display):
        return ", ".join(as_written(item) for item in node.items)
    if isinstance(node, Star):
        return as_written(node.value)
    left, right = getattr(node, "left", None), getattr(node, "right", None)
    return f"{as_written(left)} | {as_written(right)}" if left is not None else ""


def values(body: Iterable[Stmt]) -> Iterator[tuple[str, Expr]]:
    """What a body assigns to plain names."""
    for node in body:
        if isinstance(node, Assign) and isinstance(node.targets[0], str) and node.value is not None:
            yield node.targets[0], node.value


def constants(body: Iterable[Stmt]) -> Iterator[tuple[str, object]]:
    """The literals that a body assigns to plain names."""
    for name, value in values(body):
        if isinstance(value, Const):
            yield name, value.value


def text(machine: Machine, scope: Scope, node: Expr | None) -> str:
    """The whole text that an expression stands for, else ""."""
    if node is None:
        return ""
    return next((one.of for one in machine.eval_in(scope, node) if one.kind == "text" and not one.extra), "")


def called(machine: Machine, scope: Scope, func: Expr, deepest: int = 4) -> str:
    """ "Column" of whatever name leads to SQLAlchemy's Column."""
    for one in machine.eval_in(scope, func):
        if one.kind in ("external", "made"):
            return str(one.of.rpartition(".")[2])
        if one.kind == "function" and deepest and (inner := _handed_on(one.of)) is not None:
            return called(machine, one.of.scope, inner, deepest - 1)
        if one.kind == "class" and (known := [base.rpartition(".")[2] for base in one.of.externals()]):
            return str(known[0])
    return "" if machine.eval_in(scope, func) else last(func) or ""


def _handed_on(fn: Fn) -> Expr | None:
    """What a function calls with all that it is given: def Table(*args, **kwargs): return sa.Table(*args, **kwargs)"""
    rest = [param.name for param in fn.node.params if param.kind == "*"]
    for node in fn.node.body:
        if isinstance(node, Return) and isinstance(node.value, Call):
            func = node.value.func
            if rest and Star(rest[0]) in node.value.args:
                return func
    return None
