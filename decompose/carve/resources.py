"""Stage 7: paths that code computes from `__file__`, in modules that move."""

import ast
from collections.abc import Iterator
from itertools import pairwise
from posixpath import dirname

from .project import File
from .scopes import dotted
from .strings import Names
from .text import Edits, Span
from .values import Unfollowed

__all__ = ["follow_resources"]

_NEUTRAL = frozenset({"Path", "PurePath", "abspath", "realpath", "normpath", "str", "fspath", "resolve", "absolute"})


def follow_resources(file: File, names: Names) -> tuple[Edits, list[Unfollowed]]:
    """`Path(__file__).parent.parent` and `dirname(dirname(__file__))` climb as far as they must from the new place."""
    if file.tree is None or b"__file__" not in file.data or file.path not in names.paths:
        return {}, []
    edits: dict[Span, str] = {}
    lost: list[Unfollowed] = []
    for trail in _trails(file.tree, ()):
        anchor, ups = _climb(trail)
        old, new = _up(file.path, ups), _up(names.paths[file.path], ups)
        if ups == 0 or names.paths.get(old) == new:
            continue
        missing = _levels(names.paths[file.path], old) - ups
        if missing > 0:
            edits |= _higher(file, anchor, missing)
        elif missing < 0:
            line = file.text.line(file.text.span(trail[0])[0])
            lost.append(Unfollowed("file_path", file.path, line, f"a path from __file__ to {old or '.'}"))
    return edits, lost


def _trails(node: ast.AST, outer: tuple[ast.AST, ...]) -> Iterator[tuple[ast.expr, *tuple[ast.AST, ...]]]:
    """Each `__file__`, innermost first, with the nodes around it."""
    if isinstance(node, ast.Name) and node.id == "__file__":
        yield (node, *outer)
    for child in ast.iter_child_nodes(node):
        yield from _trails(child, (node, *outer))


def _climb(trail: tuple[ast.expr, *tuple[ast.AST, ...]]) -> tuple[ast.expr, int]:
    """The outermost expression that is still a folder above `__file__`, and how many levels above."""
    anchor, ups, pending = trail[0], 0, 0
    for inner, outer in pairwise(trail):
        if isinstance(outer, ast.Call) and outer.func is not inner:  # dirname(...)
            name = _last(outer.func)
            if name not in _NEUTRAL and name != "dirname":
                break
            ups += name == "dirname"
        elif isinstance(outer, ast.Call):  # (...).resolve()
            pass
        elif isinstance(outer, ast.Attribute) and outer.attr == "parent":
            ups += 1
        elif isinstance(outer, ast.Attribute) and outer.attr in {*_NEUTRAL, "parents"}:
            pending = outer.attr == "parents"
            continue
        elif isinstance(outer, ast.Subscript) and pending:  # .parents[2]
            ups, pending = ups + 1 + _index(outer), 0
        else:
            break
        anchor = outer
    return anchor, ups


def _index(node: ast.Subscript) -> int:
    number = next((n.value for n in ast.walk(node.slice) if isinstance(n, ast.Constant)), 0)
    return number if isinstance(number, int) else 0


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else dotted(func)


def _up(path: str, levels: int) -> str:
    for _ in range(levels):
        path = dirname(path)
    return path


def _levels(path: str, folder: str) -> int:
    """How many levels `folder` lies above `path`; -1 where it does not."""
    if folder and not path.startswith(folder + "/"):
        return -1
    return path[len(folder) :].strip("/").count("/") + 1


def _higher(file: File, anchor: ast.expr, levels: int) -> Edits:
    start, end = file.text.span(anchor)
    if isinstance(anchor, ast.Call) and _last(anchor.func) == "dirname":
        dirname_ = file.text.source(file.text.span(anchor.func))
        return {(start, start): f"{dirname_}(" * levels, (end, end): ")" * levels}
    return {(end, end): ".parent" * levels}
