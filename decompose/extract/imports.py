"""Stage 1, one file: ast.Module -> the imports as written, before anybody knows which module they mean."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ..model.facts import ImportKind

__all__ = ["CLASS_LOADERS", "WrittenImport", "loaded", "written_imports"]

CLASS_LOADERS = frozenset({"get_class", "get_classes", "load_class", "load_classes", "import_class"})
"""Functions that give a class, or several, for the end of a module's name: get_class("shop.views", "Cart")"""


@dataclass(frozen=True, slots=True)
class WrittenImport:
    """`import module` (name is None) or `from module import name`, with `level` leading dots; "*" is a star import.

    `loaded`: a loader of classes is given the end of the module's name: `Cart = get_class("shop.views", "Cart")`.
    """

    level: int
    module: str
    name: str | None
    bound: str  # the local name that it binds; "" for a star import
    kind: ImportKind
    line: int
    loaded: bool = False


_Scope: TypeAlias = tuple[list[ast.stmt], ImportKind]


def written_imports(tree: ast.Module) -> tuple[WrittenImport, ...]:
    """All imports of one file in the order of their lines, also those inside functions, branches and handlers."""
    found = [written for statement, kind in _statements(tree) for written in _read(statement, kind)]
    return tuple(sorted(found, key=lambda written: written.line))


def loaded(statement: ast.Assign) -> tuple[str, dict[str, str]]:
    """The end of a module's name, and its names by those that are bound; "" where no class is loaded by constant names.

    Cart = get_class("shop.views", "Cart"): "shop.views", {"Cart": "Cart"}
    """
    call = statement.value
    if not isinstance(call, ast.Call) or len(call.args) < 2 or len(statement.targets) != 1:
        return "", {}
    called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if called not in CLASS_LOADERS:
        return "", {}
    module, wanted = _constants(call.args[0]), _constants(call.args[1])
    bound = [one.id if isinstance(one, ast.Name) else "" for one in _items(statement.targets[0])]
    if len(module) != 1 or "." not in module[0] or len(wanted) != len(bound):
        return "", {}
    return module[0], {local: name for local, name in zip(bound, wanted, strict=True) if local and name}


def _constants(node: ast.expr) -> list[str]:
    return [one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else "" for one in _items(node)]


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else [node]


_Statement: TypeAlias = ast.Import | ast.ImportFrom | ast.Assign


def _statements(tree: ast.Module) -> Iterator[tuple[_Statement, ImportKind]]:
    pending: list[_Scope] = [(tree.body, ImportKind.RUNTIME)]
    while pending:
        body, kind = pending.pop()
        for statement in body:
            if type(statement) in _SIMPLE:
                if isinstance(statement, ast.Assign):
                    yield statement, kind
                continue
            if isinstance(statement, ast.Import | ast.ImportFrom):
                yield statement, kind
            elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                pending.append((statement.body, ImportKind.LAZY if kind is ImportKind.RUNTIME else kind))
            elif isinstance(statement, ast.If):
                pending += _branches(statement, kind)
            else:
                pending += _blocks(statement, kind)


_SIMPLE = frozenset(
    {ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Raise, ast.Assert, ast.Delete}
    | {ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal}
)


def _branches(statement: ast.If, kind: ImportKind) -> list[_Scope]:
    # if TYPE_CHECKING: ... else: ...      if not TYPE_CHECKING: ... else: ...
    test, then, other = statement.test, kind, kind
    if _asks_type_checking(test):
        then = ImportKind.TYPE
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and _asks_type_checking(test.operand):
        other = ImportKind.TYPE
    return [(statement.body, then), (statement.orelse, other)]


def _asks_type_checking(test: ast.expr) -> bool:
    # TYPE_CHECKING      typing.TYPE_CHECKING
    name = test.id if isinstance(test, ast.Name) else test.attr if isinstance(test, ast.Attribute) else ""
    return name == "TYPE_CHECKING"


def _blocks(statement: ast.stmt, kind: ImportKind) -> Iterator[_Scope]:
    """The nested bodies of any compound statement: class, for, while, with, try, match."""
    for name in ("body", "orelse", "finalbody"):
        if body := getattr(statement, name, None):
            yield body, kind
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body, kind


def _read(statement: _Statement, kind: ImportKind) -> Iterator[WrittenImport]:
    if isinstance(statement, ast.Assign):
        module, named = loaded(statement)
        yield from (
            WrittenImport(0, module, name, bound, kind, statement.lineno, True) for bound, name in named.items()
        )
        return
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            bound = alias.asname or alias.name.partition(".")[0]
            yield WrittenImport(0, alias.name, None, bound, kind, statement.lineno)
        else:
            bound = "" if alias.name == "*" else alias.asname or alias.name
            yield WrittenImport(statement.level, statement.module or "", alias.name, bound, kind, statement.lineno)
