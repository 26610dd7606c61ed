"""Stage 1, whole project: modules whose evaluation depends on nothing but the names that they read."""

from collections.abc import Iterable

from .. import code
from ..code import Expr, Stmt

__all__ = ["only_declares"]


def only_declares(body: Iterable[Stmt]) -> bool:
    """Do statements only import, define and give names to constants? No library is asked what that does."""
    return all(map(_declares, body))


def _declares(node: Stmt) -> bool:
    match node:
        case code.Import() | code.Function():
            return True
        case code.Class(bases=bases, decorators=(), body=body):
            return all(map(_is_name, bases)) and only_declares(body)
        case code.Assign(targets=targets, value=value, annotation=None):
            return all(isinstance(target, str) for target in targets) and (value is None or _is_constant(value))
        case code.Do(value=value):
            return _is_constant(value)
        case code.If(test=test, body=body, orelse=orelse):
            return _is_constant(test) and only_declares(body) and only_declares(orelse)
        case code.Try(body=body, handlers=handlers, final=final):
            return only_declares(body) and only_declares(final) and all(only_declares(one.body) for one in handlers)
    return False


def _is_name(node: Expr) -> bool:
    return isinstance(node, str) or (isinstance(node, code.Attr) and _is_name(node.base))


def _is_constant(node: Expr) -> bool:
    match node:
        case str() | code.Const():
            return True
        case code.Display(items=items) | code.Parts(items=items):
            return all(map(_is_constant, items))
        case code.Dict(keys=keys, values=values):
            return all(key is not None and _is_constant(key) for key in keys) and all(map(_is_constant, values))
    return False
