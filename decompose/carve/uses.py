"""Stage 7: what a file takes from the project's modules, by any form of import, at any depth."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .project import File, Project, absolute

__all__ = ["Use", "imported", "taken", "uses"]


@dataclass(frozen=True, slots=True)
class Use:
    """`name` of `module` (None: the module itself) is taken; `names` are the attributes that are read from it."""

    module: str
    name: str | None
    line: int
    names: tuple[str, ...] = ()
    star: bool = False


def uses(file: File, project: Project) -> Iterator[Use]:
    """What `file` takes from modules of the project: first by its import statements, then by dotted uses."""
    for statement in file.scan.statements:
        yield from taken(file, project, statement.node)
    for hit in project.hits(file):
        names = hit.reference.names[hit.depth : hit.depth + 1]
        start, _ = file.text.span(hit.reference.nodes[0])
        yield Use(hit.module, None, file.text.line(start), names)


def imported(file: File, project: Project) -> Iterator[Use]:
    """What the import statements of `file` take from modules of the project; its expressions are not looked at."""
    body = file.tree.body if file.tree is not None else []
    for node in _statements(body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from taken(file, project, node)


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        yield node
        if not isinstance(node, ast.expr) or isinstance(node, ast.Tuple):  # a tuple may stand for a block: see lower.py
            yield from _statements(ast.iter_child_nodes(node))


def taken(file: File, project: Project, node: ast.Import | ast.ImportFrom) -> Iterator[Use]:
    """What one import statement takes from modules of the project."""
    line = file.text.line(file.text.span(node)[0])
    if isinstance(node, ast.Import):
        yield from (Use(alias.name, None, line) for alias in node.names if alias.name in project.universe)
        return
    base = absolute(file, file.module, node.level, node.module or "")
    if base is None or base not in project.universe:
        return
    for alias in node.names:
        if alias.name == "*":
            yield Use(base, None, line, star=True)
        else:
            inner = project.submodule(base, alias.name)
            yield Use(base, alias.name, line) if inner is None else Use(inner, None, line)
