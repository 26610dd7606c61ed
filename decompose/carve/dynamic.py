"""Stage 7: code that finds modules in ways that no text shows: listed, because the carve cannot follow it."""

import re
from collections.abc import Iterator

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from .layout import Layout, ancestors
from .project import File, Project
from .scopes import dotted
from .values import Unfollowed

__all__ = ["dynamic"]

_SIGNS = rb"import_module|__import__|import_string|sys\.path\b|iter_modules|walk_packages"
_LOADERS = frozenset({"import_module", "__import__", "import_string"})
_WALKERS = frozenset({"iter_modules", "walk_packages"})
_PATH_WRITERS = frozenset({"append", "insert", "extend", "remove"})


def dynamic(project: Project, layout: Layout) -> tuple[Unfollowed, ...]:
    """Loaders with a computed name, `__import__`, walks over packages that lose modules, and writes to `sys.path`.

    A computed name that begins with a constant outside what moves is no concern, nor is one that a setting holds.
    """
    found: list[Unfollowed] = []
    lasts = b"|".join(re.escape(piece.old.rpartition(".")[2].encode()) for piece in layout.pieces) or rb"(?!)"
    signs = re.compile(_SIGNS + rb"|getattr\(\s*\w+\s*,\s*[\"'](?:" + lasts + rb")[\"']")
    for path in sorted(project.sources.files):
        if path.endswith(".py") and signs.search(project.sources.files[path]):
            found += _in_file(project.file(path), layout)
    return tuple(found)


def _in_file(file: File, layout: Layout) -> Iterator[Unfollowed]:
    if file.tree is None:
        return
    wrapper = MetadataWrapper(file.tree, unsafe_skip_copy=True)
    collector = _Calls(layout)
    file.tree.visit(collector)
    if not collector.found:
        return
    positions = wrapper.resolve(PositionProvider)
    for kind, node in collector.found:
        text = cst.Module([]).code_for_node(node).split("\n")[0][:80]
        yield Unfollowed(kind, file.path, positions[node].start.line, text, blocks=kind != "sys_path")


class _Calls(cst.CSTVisitor):
    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout
        self.found: list[tuple[str, cst.CSTNode]] = []

    def visit_Call(self, node: cst.Call) -> None:
        name = dotted(node.func)
        last = name.rpartition(".")[2]
        if (
            last in _LOADERS
            and node.args
            and not _is_constant(node.args[0].value)
            and self._may_mean(node.args[0].value)
        ):
            self.found.append(("dynamic_import", node))
        elif last in _WALKERS and self._may_hold(node):
            self.found.append(("package_walk", node))
        elif name.startswith("sys.path.") and last in _PATH_WRITERS:
            self.found.append(("sys_path", node))
        elif name == "getattr" and len(node.args) > 1 and self._is_module_name(node.args[1].value):
            self.found.append(("dynamic_attribute", node))

    def visit_Assign(self, node: cst.Assign) -> None:
        if any(_is_path(target.target) for target in node.targets):
            self.found.append(("sys_path", node))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if _is_path(node.target):
            self.found.append(("sys_path", node))

    def _may_mean(self, name: cst.BaseExpression) -> bool:
        # f"plugins.{x}" cannot mean shop.orders; f"shop.{x}" can
        start = _constant_start(name)
        pieces = [piece.old for piece in self.layout.pieces]
        return not start or any(piece.startswith(start) or start.startswith(f"{piece}.") for piece in pieces)

    def _may_hold(self, node: cst.Call) -> bool:
        # iter_modules(shop.plugins.__path__) does not see shop.orders; iter_modules(path) may
        path = dotted(node.args[0].value) if node.args else ""
        package = path.removesuffix(".__path__")
        return package == path or any(package in {piece.old, *ancestors(piece.old)} for piece in self.layout.pieces)

    def _is_module_name(self, node: cst.BaseExpression) -> bool:
        # getattr(shop, "orders")
        lasts = {piece.old.rpartition(".")[2] for piece in self.layout.pieces}
        return isinstance(node, cst.SimpleString) and node.raw_value in lasts


def _is_constant(node: cst.BaseExpression) -> bool:
    # A settings module holds strings, which were followed there.
    return isinstance(node, cst.SimpleString) or dotted(node) == "__name__" or dotted(node).startswith("settings.")


def _constant_start(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.FormattedString) and node.parts and isinstance(node.parts[0], cst.FormattedStringText):
        return node.parts[0].value
    if isinstance(node, cst.BinaryOperation):  # "shop." + name, "shop.%s" % name
        return _constant_start(node.left)
    if isinstance(node, cst.SimpleString):
        return node.raw_value.partition("%")[0]
    return ""


def _is_path(node: cst.BaseExpression) -> bool:
    target = node.value if isinstance(node, cst.Subscript) else node
    return dotted(target) == "sys.path"
