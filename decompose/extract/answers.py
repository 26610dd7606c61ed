"""Stage 1, one file: Function -> what it answers, in a few words, where no annotation says so."""

from collections.abc import Mapping, Sequence

from .code import (
    Assign,
    Attr,
    Call,
    Comprehension,
    Const,
    Dict,
    Display,
    Expr,
    Function,
    Leave,
    Return,
    Stmt,
    Text,
)
from .symbols import statements

__all__ = ["answer"]

MOST = 3
"""Answers of different kinds, from which on a function has none that a few words tell."""


def answer(node: Function) -> str:
    """`"{id, total} | None"`: kinds of values, keys of a dict, or names that it returns; "" where that is unclear.

    What has no body, as a method of an interface, says nothing.
    """
    if node.generator or not node.body:
        return ""
    body = list(statements(node.body))
    held = _held(body)
    texts = sorted({_text(one.value, held) for one in body if isinstance(one, Return) and not _is_none(one.value)})
    if not texts:
        return "None"
    if "" in texts or len(texts) >= MOST:
        return ""
    return " | ".join([*texts, *["None"] * any(map(_answers_nothing, body))])


def _answers_nothing(one: Stmt) -> bool:
    return (isinstance(one, Leave) and one.how == "return") or (isinstance(one, Return) and _is_none(one.value))


def _held(body: Sequence[Stmt]) -> Mapping[str, Expr | None]:
    """What each name is given, where that is one thing."""
    found: dict[str, Expr | None] = {}
    for one in body:
        if isinstance(one, Assign):
            for target in one.targets:
                if isinstance(target, str):
                    found[target] = None if target in found else one.value
    return found


def _text(expr: Expr, held: Mapping[str, Expr | None]) -> str:
    match expr:
        case str():
            return "" if expr in ("self", "cls") else _text(held[expr] or "", {}) or expr if expr in held else expr
        case Const(bool()) | Const(str()) | Const(int()) | Const(float()):
            return type(expr.value).__name__
        case Text():
            return "str"
        case Dict(keys) if keys and all(isinstance(key, Const) and isinstance(key.value, str) for key in keys):
            return f"{{{', '.join(key.value for key in keys if isinstance(key, Const))}}}"
        case Display("tuple", items):
            texts = [_text(item, held) for item in items]
            return f"({', '.join(texts)})" if all(texts) else ""
        case Comprehension("list", _, str() as item):
            return f"[{item}]"
        case Attr(_, name):
            return name
        case Call(str() as name) if name[:1].isupper() or name in _KINDS:
            return name
        case _:
            return ""


_KINDS = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "sum", "tuple"})


def _is_none(expr: Expr) -> bool:
    return isinstance(expr, Const) and expr.value is None
