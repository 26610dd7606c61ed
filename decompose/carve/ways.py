"""Stage 7: one file -> the ways that its code computes from `__file__` to other files and folders."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from posixpath import dirname, join, normpath

from .project import File
from .scopes import dotted

__all__ = ["Way", "last_name", "reach", "up", "ways"]

Trail = tuple[ast.AST, ...]
"""A node, and the nodes around it, innermost first."""

_NEUTRAL = frozenset({"Path", "PurePath", "abspath", "realpath", "normpath", "str", "fspath", "resolve", "absolute"})


@dataclass(frozen=True, slots=True)
class Way:
    """`abspath(dirname(dirname(start))) / "data" / "rates.json"`: up from `start` by `levels`, then down by `parts`.

    `step` is what climbs last (here the outer `dirname`), `foot` the whole of what says the folder (`abspath`),
    `down` the `join` call or `/` that joins the first part. `bound` is the module's name for where the way leads.
    """

    start: ast.Name
    step: ast.expr
    foot: ast.expr
    levels: int
    parts: tuple[ast.Constant, ...]
    down: ast.AST | None
    bound: str

    @property
    def rest(self) -> str:
        """The constant part of the way down: "data/rates.json"."""
        return "/".join(str(part.value).strip("/") for part in self.parts)


def ways(file: File, starts: Mapping[str, object]) -> Iterator[Way]:
    """The ways that begin at one of the names `starts`."""
    tree = file.tree or ast.Module([], [])
    for trail in _trails(tree, (), starts):
        foot, step, levels = _climb(trail)
        outer = trail[trail.index(foot) + 1 :]
        parts, behind = _descend(foot, outer)
        down = outer[0] if parts and isinstance(outer[0], ast.Call | ast.BinOp) else None
        yield Way(trail[0], step, foot, levels, parts, down, _bound(file, behind))  # type: ignore[arg-type]  # a trail begins with a name


def up(path: str, levels: int) -> str:
    """The folder so many levels above `path`."""
    for _ in range(levels):
        path = dirname(path)
    return path


def last_name(func: ast.expr) -> str:
    """`dirname` for `os.path.dirname`, and for what is called in whatever way."""
    return func.attr if isinstance(func, ast.Attribute) else dotted(func)


def reach(folder: str, rest: str) -> str | None:
    """Where `rest` leads from `folder`, below the root, which is ""; None for what is outside."""
    path = normpath(join(folder, rest))
    return None if path.startswith(("..", "/")) else path.removeprefix(".") if path == "." else path


def _trails(node: ast.AST, outer: Trail, starts: Mapping[str, object]) -> Iterator[Trail]:
    if isinstance(node, ast.Name) and node.id in starts and isinstance(node.ctx, ast.Load):
        yield (node, *outer)
    for child in ast.iter_child_nodes(node):
        yield from _trails(child, (node, *outer), starts)


def _climb(trail: Trail) -> tuple[ast.expr, ast.expr, int]:
    """(the outermost expression that is still a folder above the start, what climbs last, how many levels)."""
    foot = step = trail[0]
    levels, pending = 0, False
    for inner, outer in pairwise(trail):
        rises = 0
        if isinstance(outer, ast.Call) and outer.func is not inner:  # dirname(...)
            name = last_name(outer.func)
            if name not in _NEUTRAL and name != "dirname":
                break
            rises = int(name == "dirname")
        elif isinstance(outer, ast.Call):  # (...).resolve()
            pass
        elif isinstance(outer, ast.Attribute) and outer.attr == "parent":
            rises = 1
        elif isinstance(outer, ast.Attribute) and outer.attr in {*_NEUTRAL, "parents"}:
            pending = outer.attr == "parents"
            continue
        elif isinstance(outer, ast.Subscript) and pending:  # .parents[2]
            rises, pending = 1 + _index(outer), False
        else:
            break
        foot, step, levels = outer, outer if rises else step, levels + rises
    return foot, step, levels  # type: ignore[return-value]  # each is an expression


def _index(node: ast.Subscript) -> int:
    number = next((n.value for n in ast.walk(node.slice) if isinstance(n, ast.Constant)), 0)
    return number if isinstance(number, int) else 0


def _descend(foot: ast.expr, outer: Trail) -> tuple[tuple[ast.Constant, ...], Trail]:
    """The constants that are joined to `foot`, in order; and what is around it all, () where more is joined."""
    parts: list[ast.Constant] = []
    inner: ast.AST = foot
    for n, node in enumerate(outer):
        if isinstance(node, ast.Attribute) and node.attr in {*_NEUTRAL, "joinpath"}:
            inner = node
            continue
        if isinstance(node, ast.Call) and _goes_on(node, inner):
            joined = [] if last_name(node.func) in _NEUTRAL else [arg for arg in node.args if arg is not inner]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and node.left is inner:  # folder / "data"
            joined = [node.right]
        else:
            return tuple(parts), outer[n:]
        for arg in joined:
            if not _is_relative(arg):
                return tuple(parts), ()
            parts.append(arg)  # type: ignore[arg-type]  # a constant
        inner = node
    return tuple(parts), ()


def _goes_on(call: ast.Call, inner: ast.AST) -> bool:
    # join(folder, "data")   folder.joinpath("data")   abspath(folder)   folder.resolve()
    name = last_name(call.func)
    if call.func is inner:
        return name in {*_NEUTRAL, "joinpath"}
    return bool(call.args) and call.args[0] is inner and name in {*_NEUTRAL, "join"}


def _is_relative(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.startswith("/")


def _bound(file: File, outer: Trail) -> str:
    """ROOT of the module's own `ROOT = <the way>`, "" for a name that is bound more than once."""
    if len(outer) != 2 or not isinstance(outer[0], ast.Assign | ast.AnnAssign):
        return ""
    targets = outer[0].targets if isinstance(outer[0], ast.Assign) else [outer[0].target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    if len(names) != 1 or sum(len(scope.bindings.get(names[0], ())) for scope in file.scan.scopes) != 1:
        return ""
    return names[0]
