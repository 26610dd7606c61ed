"""Stage 1, one file: Expr -> text, written out again."""

from .values import Attr, Call, Const, Dict, Display, Expr, Item, Operation

__all__ = ["as_text"]

_BRACKETS = {"list": "[{}]", "tuple": "({})", "set": "{{{}}}"}


def as_text(expr: Expr) -> str:
    """An expression written out again, short: what signatures and bases hold; anything else is "..."."""
    match expr:
        case str():
            return expr
        case Const(value):
            return repr(value) if value is not Ellipsis else "..."
        case Attr(base, name):
            return f"{as_text(base)}.{name}"
        case Item(base, key):
            inner = (
                ", ".join(map(as_text, key.items)) if isinstance(key, Display) and key.kind == "tuple" else as_text(key)
            )
            return f"{as_text(base)}[{inner}]"
        case Operation(op, left, right) if op == "BitOr":
            return f"{as_text(left)} | {as_text(right)}"
        case Call(func):
            return f"{as_text(func)}(...)"
        case Display(kind, items):
            return _BRACKETS[kind].format(", ".join(map(as_text, items)))
        case Dict(keys):
            return "{}" if not keys else "{...}"
        case _:
            return "..."
