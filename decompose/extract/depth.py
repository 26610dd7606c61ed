"""Stage 1, one file: whether a tree is shallow, told by where its nodes stand, at a fraction of a walk's cost. Pure."""

import ast
from typing import Any

__all__ = ["is_shallow"]

_UNWRITTEN = 8  # levels of one expression that take no character: Lambda > arguments, ListComp > comprehension, ...


def is_shallow(tree: ast.Module, deepest: int, outline: bool = False) -> bool:
    """Whether no path of `tree`, as the parser made it, has more than `deepest` nodes; False says "perhaps".

    A level takes a character at least, so what stands on one short line is not looked into; nor are, for an `outline`,
    the bodies of functions.
    """
    branches = _OUTLINE if outline else _BRANCHES
    level: list[Any] = [tree]
    room = deepest - _UNWRITTEN
    while level and room > 0:
        room -= 1
        below: list[Any] = []
        for node in level:
            for name in branches[type(node)]:
                value = getattr(node, name)
                if type(value) is list:
                    below += value
                elif value is not None:
                    below.append(value)
        level = [
            node
            for node in below
            if (kind := type(node)) not in _LEAVES
            and (kind in _PLACELESS or node.end_lineno != node.lineno or node.end_col_offset - node.col_offset > room)
        ]
    return not level


# Fields that hold no node that has nodes below it.
_FLAT = frozenset(
    "arg asname attr conversion ctx id is_async kind kwd_attrs level lineno module name names op ops rest simple tag "
    "type_comment type_ignores".split()
)
_LEAVES = frozenset(
    {ast.Name, ast.Constant, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass, ast.Break, ast.Continue}
    | {ast.MatchSingleton, ast.MatchStar, type(None)}
)
_PLACELESS = frozenset({ast.arguments, ast.comprehension, ast.withitem, ast.match_case})
_BRANCHES = {
    kind: tuple(name for name in kind._fields if name not in _FLAT)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
_OUTLINE = _BRANCHES | {
    kind: tuple(name for name in _BRANCHES[kind] if name != "body") for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
}
