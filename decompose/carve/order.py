"""Stage 7: Project + pieces -> the old packages that must go on being loaded before what has left them.

    app/core/__init__.py: from .tax import rate      app/core/tax.py: from .base import Base

Whoever asked for app.core.tax got app.core first, which then loaded tax. From its new place tax would come first, would
load app.core by way of app.core.base, and app.core would find it half-loaded.

Where a load begins matters only to imports that go in a circle, and only if they can be entered at several places. A
circle whose modules all lie in one package that belongs to it cannot: Python loads that package first.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

import networkx as nx

from .homes import Homes
from .layout import Piece, ancestors, under
from .project import Project
from .scopes import dotted
from .uses import taken
from .values import Unfollowed

__all__ = ["load_order"]

_LOADERS = frozenset({"import_module", "__import__", "import_string"})


def load_order(project: Project, pieces: Sequence[Piece]) -> tuple[Mapping[str, str], tuple[Unfollowed, ...]]:
    """New package -> the old one to load before what is in it; and the pieces for which the order cannot be kept."""
    homes = Homes("", {piece.old: piece.new for piece in pieces})
    present = project.modules.keys() | {new for piece in pieces for _, new in piece.modules}
    left = [_between(project, homes, piece.old, piece.new) for piece in pieces]
    entered = [_between(project, homes, piece.new, piece.old) for piece in pieces]
    graph = _graph(project, homes, {package for packages in (*left, *entered) for package in packages})
    entries = frozenset(_entries(graph, homes))
    first: dict[str, str] = {}
    lost: list[Unfollowed] = []
    for piece, old, new in zip(pieces, left, entered, strict=True):
        reached = {each: {each, *nx.descendants(graph, each)} for each in old}
        leading = [each for each in old if entries & reached[each]]
        # an outer one that comes to the piece by another way would find it before the inner one has begun
        leading[1:] = [each for each in leading[1:] if not reached[each].isdisjoint(one for one, _ in piece.modules)]
        places = [each for each in ancestors(piece.new) if each not in present]
        first |= zip(places, leading, strict=False)
        lost += [_told(piece, f"{each} is no longer loaded before {piece.old}") for each in leading[len(places) :]]
        lost += [_told(piece, f"{each} is loaded before {piece.old} from now on") for each in new if each in entries]
    return {package: first[package] for package in first if not _loads_already(first, package)}, tuple(lost)


def _loads_already(first: Mapping[str, str], package: str) -> bool:
    """Whether a package around `package` loads the same old one, or one inside it."""
    return any(under(first[each], first[package]) for each in ancestors(package) if each in first)


def _told(piece: Piece, change: str) -> Unfollowed:
    text = f"{change}, and leads into imports that go in a circle"
    return Unfollowed("import_circle", piece.files[0][0], 1, text)


def _between(project: Project, homes: Homes, name: str, other: str) -> tuple[str, ...]:
    """The packages around `name` that stay, and are not around `other`; the innermost first."""
    return tuple(
        package
        for package in ancestors(name)
        if package in project.modules and homes.rename(package) == package and not under(other, package)
    )


def _entries(graph: nx.DiGraph, homes: Homes) -> Iterator[str]:
    """The modules of circles that have several entries.

    Where one of the modules is a package around all others after the move, it is the only entry; behind it they may
    form further circles.
    """
    for circle in nx.strongly_connected_components(graph):
        outermost = min(circle, key=lambda module: len(homes.rename(module)))
        if len(circle) == 1:
            continue
        if all(under(homes.rename(module), homes.rename(outermost)) for module in circle):
            yield from _entries(graph.subgraph(circle - {outermost}), homes)
        else:
            yield from circle


def _graph(project: Project, homes: Homes, packages: Iterable[str]) -> nx.DiGraph:
    """The modules that are loaded when `packages` are; edges go from a module to what it loads."""
    graph = nx.DiGraph()
    graph.add_nodes_from(pending := sorted(packages))
    seen = set(pending)
    while pending:
        module = pending.pop()
        for target in _loaded(project, module):
            for one in (target, *ancestors(target), *ancestors(homes.rename(target))):
                if one in project.modules:
                    graph.add_edge(module, one)
                    pending += () if one in seen else (one,)
                    seen.add(one)
    return graph


def _loaded(project: Project, module: str) -> Iterator[str]:
    """The modules that `module` imports when it is loaded."""
    file = project.file(project.modules[module])
    for node in _run(file.tree.body if file.tree is not None else ()):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (use.module for use in taken(file, project, node))
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _LOADERS:
            names = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield from (one for name in names for one in (name, *ancestors(name)) if one in project.modules)


def _run(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that are run when their module is loaded: not in functions, nor for type checkers alone."""
    for node in nodes:
        yield node
        if isinstance(node, ast.If) and dotted(node.test).rpartition(".")[2] == "TYPE_CHECKING":
            yield from _run(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _run(ast.iter_child_nodes(node))
