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
    Item,
    Leave,
    Operation,
    Parts,
    Return,
    Stmt,
    Text,
)
from .code.text import as_text
from .symbols import statements

__all__ = ["answer", "closed"]

MOST = 3
"""Answers of different kinds, from which on a function has none that a few words tell."""


def answer(node: Function) -> str:
    """`"{id, total} | None"`: kinds of values, keys of a dict, or names that it returns; "" where it returns nothing.

    Of what its own text does not tell "$order" is a name, "pay()" or "self.pay()" what another function answers, also
    "pay()order" with the name that it gets, and "?" anything else: `answered` looks those up. What has no body, as a
    method of an interface, says nothing.
    """
    if not node.body:
        return ""
    if node.generator:
        return "?"
    body = list(statements(node.body))
    held = _held(body)
    given = [part for one in body if isinstance(one, Return) for part in _parts(one.value, held)]
    if all(_is_none(one.value) for one in body if isinstance(one, Return)):
        return "None"
    return " | ".join(dict.fromkeys([*given, *["None"] * any(map(_answers_nothing, body))]))


def closed(raw: str) -> str:
    """What can be said: names stand for themselves, and where anything is open nothing is told."""
    parts = [part for part in raw.split(" | ") if part]
    texts = {part.rpartition("()")[2] or part for part in (part.removeprefix("$") for part in parts)}
    several = any(text != "[]" and text.startswith("[") for text in texts)
    texts -= {"[]"} if several else set()
    texts -= {"{}"} if any(text != "{}" and text.startswith("{") for text in texts) else set()
    rest = sorted(texts - {"None"})
    if not texts <= {"None"} and (len(rest) >= MOST or any(_is_open(text) for text in rest)):
        return ""
    return " | ".join([*rest, *["None"] * ("None" in texts)])


def _is_open(text: str) -> bool:
    return text in ("?", "self", "cls", "[]", "{}") or text.endswith("()")


def _parts(expr: Expr, held: Mapping[str, Expr | None]) -> list[str]:
    """All that a value may be, each part as `answer` tells it."""
    match expr:
        case Const(None):
            return ["None"]
        case Either(items, _, op) if op != "And":
            return [part for item in items for part in _parts(item, held)]
        case str():
            value = held.get(expr)
            found = _parts(value, {}) if value is not None else []
            if len(found) == 1 and found[0].endswith("()"):
                return [f"{found[0]}{expr}"]
            return found if found and "?" not in found else [f"${expr}"]
        case _:
            return [_text(expr, held) or _called(expr) or "?"]


def _called(expr: Expr) -> str:
    # pay(order), self.pay(order), shop.pay(order)
    written = as_text(expr.func) if isinstance(expr, Call) else ""
    return f"{written}()" if written and all(part.isidentifier() for part in written.split(".")) else ""


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
        case Either(items, _, "And"):  # order.paid and order.lines.exists()
            return "bool" if _text(items[-1], held) == "bool" else ""
        case Operation(_, left, right):
            both = {_text(left, held), _text(right, held)}
            return next((text for text in sorted(both) if text in ("int", "str") or text.startswith("[")), "")
        case Item(base, key) if (rows := _text(base, held)).startswith("["):
            return rows if isinstance(key, Parts) else rows[1:-1]
        case Dict(keys) if any(keys) and all(_is_known(key) for key in keys):  # {"place": 1, **row}: and more
            named = [str(key.value) for key in keys if isinstance(key, Const)]
            return f"{{{', '.join([*named, *['...'] * (None in keys)])}}}"
        case Display("tuple", items):
            texts = [_text(item, held) for item in items]
            return f"({', '.join(texts)})" if all(texts) else ""
        case Display("list", ()):
            return "[]"
        case Dict(()):
            return "{}"
        case Display("list", (item, *_)) | Comprehension("list", _, item):
            text = _text(item, held)
            return f"[{text}]" if text else ""
        case Attr(_, name):
            return name
        case Call("list" | "sorted", (one,)) if (rows := _text(one, held)).startswith("["):
            return rows
        case Call(str() as name) if name[:1].isupper() or name in _KINDS:
            return name
        case Call(str() as name):
            return _CALLS.get(name, "")
        case Call(Attr(Const(str()), name)) if name in _TEXTS:
            return "str"
        case Call(Attr(_, "count"), ()):
            return "int"
        case Call(Attr(base, name), args):
            return _METHODS.get(name) or _rows(base, name, args, held)
        case _:
            return ""


def _is_known(key: Expr | None) -> bool:
    return key is None or (isinstance(key, Const) and isinstance(key.value, str))


_KINDS = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "sum", "tuple"})

_CALLS: Mapping[str, str] = {
    **dict.fromkeys(("all", "any", "callable", "hasattr", "isinstance", "issubclass"), "bool"),
    **dict.fromkeys(("redirect", "render"), "HttpResponse"),  # Django's, as the next
    **dict.fromkeys(("format_html", "gettext", "mark_safe", "pgettext", "render_to_string", "reverse"), "str"),
    "len": "int",
}

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
    given = [one.value for one in args if isinstance(one, Const) and isinstance(one.value, str)]
    if method in ("values", "values_list") and given and len(given) == len(args):
        return f"[{{{', '.join(given)}}}]" if method == "values" or len(given) > 1 else f"[{given[0]}]"
    return f"[{model}]" if method in _MANY else ""


def _is_none(expr: Expr) -> bool:
    return isinstance(expr, Const) and expr.value is None
