"""Stage 7: paths that code computes from `__file__`, in modules that move."""

from collections.abc import Iterator
from itertools import pairwise
from posixpath import dirname

import libcst as cst

from .project import File
from .rewrite import Changes
from .scopes import children, dotted
from .strings import Names
from .values import Unfollowed

__all__ = ["follow_resources"]

_NEUTRAL = frozenset({"Path", "PurePath", "abspath", "realpath", "normpath", "str", "fspath", "resolve", "absolute"})


def follow_resources(file: File, names: Names) -> tuple[Changes, list[Unfollowed]]:
    """`Path(__file__).parent.parent` and `dirname(dirname(__file__))` climb as far as they must from the new place."""
    if file.tree is None or "__file__" not in file.text or file.path not in names.paths:
        return {}, []
    changes: Changes = {}
    lost: list[Unfollowed] = []
    for trail in _trails(file.tree, ()):
        anchor, ups = _climb(trail)
        old, new = _up(file.path, ups), _up(names.paths[file.path], ups)
        if ups == 0 or names.paths.get(old) == new:
            continue
        missing = _levels(names.paths[file.path], old) - ups
        if missing > 0:
            changes[id(anchor)] = _higher(anchor, missing)
        elif missing < 0:
            lost.append(
                Unfollowed("file_path", file.path, file.line_of("__file__"), f"a path from __file__ to {old or '.'}")
            )
    return changes, lost


def _trails(node: cst.CSTNode, outer: tuple[cst.CSTNode, ...]) -> Iterator[tuple[cst.CSTNode, ...]]:
    """Each `__file__`, innermost first, with the nodes around it."""
    if isinstance(node, cst.Name) and node.value == "__file__":
        yield (node, *outer)
    for child in children(node):
        yield from _trails(child, (node, *outer))


def _climb(trail: tuple[cst.CSTNode, ...]) -> tuple[cst.CSTNode, int]:
    """The outermost expression that is still a folder above `__file__`, and how many levels above."""
    anchor, ups, pending = trail[0], 0, 0
    for inner, outer in pairwise(trail):
        if isinstance(outer, cst.Arg):
            continue
        if isinstance(outer, cst.Call) and outer.func is not inner:  # dirname(...)
            name = _last(outer.func)
            if name not in _NEUTRAL and name != "dirname":
                break
            ups += name == "dirname"
        elif isinstance(outer, cst.Call):  # (...).resolve()
            pass
        elif isinstance(outer, cst.Attribute) and outer.attr.value == "parent":
            ups += 1
        elif isinstance(outer, cst.Attribute) and outer.attr.value in {*_NEUTRAL, "parents"}:
            pending = outer.attr.value == "parents"
            continue
        elif isinstance(outer, cst.Subscript) and pending:  # .parents[2]
            ups, pending = ups + 1 + _index(outer), 0
        else:
            break
        anchor = outer
    return anchor, ups


def _index(node: cst.Subscript) -> int:
    index = node.slice[0].slice
    number = index.value if isinstance(index, cst.Index) else None
    return number.evaluated_value if isinstance(number, cst.Integer) else 0


def _last(func: cst.BaseExpression) -> str:
    return func.attr.value if isinstance(func, cst.Attribute) else dotted(func)


def _up(path: str, levels: int) -> str:
    for _ in range(levels):
        path = dirname(path)
    return path


def _levels(path: str, folder: str) -> int:
    """How many levels `folder` lies above `path`; -1 where it does not."""
    if folder and not path.startswith(folder + "/"):
        return -1
    return path[len(folder) :].strip("/").count("/") + 1


def _higher(anchor: cst.CSTNode, levels: int) -> cst.BaseExpression:
    assert isinstance(anchor, cst.BaseExpression)
    for _ in range(levels):
        if isinstance(anchor, cst.Call) and _last(anchor.func) == "dirname":
            anchor = cst.Call(anchor.func.deep_clone(), [cst.Arg(anchor)])
        else:
            anchor = cst.Attribute(anchor, cst.Name("parent"))
    return anchor
