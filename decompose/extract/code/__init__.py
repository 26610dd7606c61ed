"""Stage 1: ast.Module -> FileCode, what one file says, cut down to what inference and wiring need.

The one pass over a file's tree. The result holds no `ast` node, no context and no docstring, and can be pickled;
everything that needs more than this file happens on it, later. An expression is one of the values of `Expr`,
a statement one of `Stmt`; nesting is kept, so loops, `with` blocks and functions are read off the tree.
"""

import ast
import builtins
from collections.abc import Iterable

from ..imports import loaded
from .reader import Reader
from .statements import block
from .values import (
    Assign,
    Attr,
    Bind,
    Call,
    Class,
    Comprehension,
    Const,
    Delete,
    Dict,
    Display,
    Do,
    Either,
    Expr,
    FileCode,
    For,
    Function,
    Handler,
    If,
    Import,
    Item,
    Lambda,
    Leave,
    Loop,
    Mention,
    Operation,
    Param,
    Parts,
    Raise,
    Return,
    Star,
    Stmt,
    Text,
    Try,
    While,
    With,
    Yield,
    calls_within,
    within,
)

__all__ = [
    "Assign",
    "Attr",
    "Bind",
    "Call",
    "Class",
    "Comprehension",
    "Const",
    "Delete",
    "Dict",
    "Display",
    "Do",
    "Either",
    "Expr",
    "FileCode",
    "For",
    "Function",
    "Handler",
    "If",
    "Import",
    "Item",
    "Lambda",
    "Leave",
    "Loop",
    "Mention",
    "Operation",
    "Param",
    "Parts",
    "Raise",
    "Return",
    "Star",
    "Stmt",
    "Text",
    "Try",
    "While",
    "With",
    "Yield",
    "calls_within",
    "read",
    "within",
]


def read(tree: ast.Module, outline: bool = False) -> FileCode:
    """Reduce `tree`. An `outline` leaves the bodies of functions out: enough for tests, which only declare."""
    reader = Reader(outline)
    reader.imported.update(_bound_by_imports(tree.body))
    if "*" in reader.imported:
        reader.imported.update(_unbound(tree))
    body = block(reader, tree.body)
    return FileCode(body, tuple(reader.mentions), outline, tuple(reader.unread))


def _unbound(tree: ast.Module) -> Iterable[str]:
    """Names that `from a import *` may bind: those that are read, and that neither Python nor a definition binds."""
    read = {node.id for node in ast.walk(tree) if type(node) is ast.Name and type(node.ctx) is ast.Load}
    made = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    return read - made - set(dir(builtins))


def _bound_by_imports(body: Iterable[ast.stmt]) -> Iterable[str]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]
        elif isinstance(node, ast.Assign):
            yield from loaded(node)[1]
        elif isinstance(node, ast.If | ast.Try):
            yield from _bound_by_imports(node.body)
            yield from _bound_by_imports(node.orelse)
            for handler in getattr(node, "handlers", ()):
                yield from _bound_by_imports(handler.body)
