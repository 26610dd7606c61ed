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
    Either,
    Expr,
    Function,
    Leave,
    Parts,
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
    given = {_text(one.value, held) for one in body if isinstance(one, Return) and not _is_none(one.value)}
    texts = sorted({text for told in given for text in told.split(" | ")} - {"None"})
    if not given:
        return "None"
    if "" in given or len(texts) >= MOST:
        return ""
    nothing = any(map(_answers_nothing, body)) or any("None" in told.split(" | ") for told in given)
    return " | ".join([*texts, *["None"] * nothing])


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
        case Parts(_, op) if op in _COMPARES:
            return "bool"
        case Either(items, _, op) if op != "And":
            texts = [_text(item, held) if not _is_none(item) else "None" for item in items]
            return " | ".join(dict.fromkeys(texts)) if all(texts) else ""
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
        case Call(str() as name):
            return _CALLS.get(name, "")
        case Call(Attr(Const(str()), name)) if name in _TEXTS:
            return "str"
        case Call(Attr(base, name), args):
            return _METHODS.get(name) or _rows(base, name, args, held)
        case _:
            return ""


_KINDS = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "sum", "tuple"})

_CALLS: Mapping[str, str] = {"all": "bool", "any": "bool", "hasattr": "bool", "isinstance": "bool", "len": "int"}

_COMPARES = frozenset({"Not", "Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"})

_TEXTS = frozenset({"format", "join"})

_METHODS: Mapping[str, str] = {"exists": "bool", "endswith": "bool", "startswith": "bool", "isoformat": "str"}

_ONE: Mapping[str, str] = {"create": "", "get": "", "first": " | None", "last": " | None", "earliest": "", "latest": ""}

_MANY = frozenset(
    "all annotate distinct exclude filter order_by prefetch_related reverse select_for_update select_related".split()
)


def _rows(base: Expr, method: str, args: Sequence[Expr], held: Mapping[str, Expr | None]) -> str:
    """ "Order" for Order.objects.filter(...).get(), "[Order]" without the get, "int" for its count()."""
    node: Expr | None = base
    while isinstance(node, Call | Attr | str):
        if isinstance(node, Attr) and node.name == "objects" and isinstance(node.base, str) and node.base[:1].isupper():
            return _of_rows(node.base, method, args)
        if isinstance(node, Call):
            named = node.func.name if isinstance(node.func, Attr) else ""
            node = node.func.base if isinstance(node.func, Attr) and named in _MANY else None
        else:
            node = held.get(node) if isinstance(node, str) else None
            held = {}
    return ""


def _of_rows(model: str, method: str, args: Sequence[Expr]) -> str:
    if method in _ONE:
        return f"{model}{_ONE[method]}"
    if method == "count":
        return "int"
    given = [one.value for one in args if isinstance(one, Const) and isinstance(one.value, str)]
    if method in ("values", "values_list") and given and len(given) == len(args):
        return f"[{{{', '.join(given)}}}]" if method == "values" or len(given) > 1 else f"[{given[0]}]"
    return f"[{model}]" if method in _MANY else ""


def _is_none(expr: Expr) -> bool:
    return isinstance(expr, Const) and expr.value is None
