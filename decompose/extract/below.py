"""Stage 1, one file: Function -> what the statements below a line of it use and call."""

from collections.abc import Iterable, Iterator, Sequence

from .code import Assign, Attr, Call, Const, For, Function, Handler, If, Leave, Stmt, Try, While, With, calls_within
from .code.text import as_text

__all__ = ["below", "looks_at"]


def below(function: Function, line: int) -> tuple[frozenset[str], tuple[Call, ...]]:
    """The names that the statements below `line` use, and the calls that they make."""
    nodes = tuple(_below(function.body, line))
    return frozenset(_names(nodes)), tuple(calls_within(nodes))


def looks_at(function: Function, line: int, written: str) -> bool:
    """Do the statements below `line` use the object that is `written` so, `self.order`, for more than its key?"""
    waiting: list[object] = list(_below(function.body, line))
    while waiting:
        node = waiting.pop()
        match node:
            case Const():
                continue
            case Attr(base=base, name="id" | "pk") if as_text(base) == written:
                continue
            case str() | Attr() if as_text(node) == written:
                return True
            case Attr(base=base):
                waiting.append(base)
            case Call(func=func, args=args, keywords=keywords):
                waiting += (func, *args, *(value for _, value in keywords))
            case Assign(targets=targets, value=value):
                waiting += (*targets, value)
            case For(target=target, iter=iterated, body=body):
                waiting += (target, iterated, *body)
            case tuple():
                waiting += (part for part in node if isinstance(part, tuple | str))
    return False


def _below(body: Iterable[Stmt | Handler], line: int) -> Iterator[Stmt | Handler]:
    for node in body:
        match node:
            case Leave():
                pass
            case _ if node.line > line:
                yield node
            case If(body=first, orelse=other):
                yield from _below(other if other and _starts(other) <= line else first, line)
            case For(body=inner) | While(body=inner) | With(body=inner) | Handler(body=inner) | Function(body=inner):
                yield from _below(inner, line)
            case Try(body=inner, handlers=handlers, final=final):
                yield from _below((*inner, *handlers, *final), line)


def _starts(body: Sequence[Stmt]) -> int:
    return next((one.line for one in body if not isinstance(one, Leave)), 0)


def _names(node: object) -> Iterator[str]:
    match node:
        case str():
            yield node
        case Const():
            pass
        case Attr(base=base):
            yield from _names(base)
        case Call(func=func, args=args, keywords=keywords):
            for part in (func, *args, *(value for _, value in keywords)):
                yield from _names(part)
        case tuple():
            for part in node:
                yield from _names(part)
