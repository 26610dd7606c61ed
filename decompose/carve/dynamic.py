"""Stage 7: code that finds modules in ways that no text shows: listed, because the carve cannot follow it."""

import ast
import re
from collections.abc import Iterator

from .layout import Layout, ancestors
from .project import File, Project
from .scopes import dotted
from .values import Unfollowed

__all__ = ["dynamic"]

_SIGNS = rb"import_module|__import__|import_string|sys\.path\b|iter_modules|walk_packages"
# files(__package__)   get_data(__name__, "x")   Flask(__name__)   Blueprint("x", __name__, template_folder="y")
_BESIDE = re.compile(
    rb"\b(?:files|get_data|(?:open|read)_(?:text|binary)|contents|resource_\w+|PackageLoader|Flask)\(\s*(?:__name__|__package__)\b"
    rb"|\bBlueprint\([^)]*\b__name__\b[^)]*\b(?:template|static)_folder\b"
)
_LOADERS = frozenset({"import_module", "__import__", "import_string"})
_WALKERS = frozenset({"iter_modules", "walk_packages"})
_PATH_WRITERS = frozenset({"append", "insert", "extend", "remove"})


def dynamic(project: Project, layout: Layout) -> tuple[Unfollowed, ...]:
    """Loaders with a computed name, walks over packages that lose modules, writes to `sys.path`, files beside a module.

    A computed name that begins with a constant outside what moves is no concern, nor is one that a setting holds.
    """
    found: list[Unfollowed] = []
    lasts = b"|".join(re.escape(piece.old.rpartition(".")[2].encode()) for piece in layout.pieces) or rb"(?!)"
    signs = re.compile(_SIGNS + rb"|getattr\(\s*\w+\s*,\s*[\"'](?:" + lasts + rb")[\"']")
    for path in sorted(project.sources.files):
        if path.endswith(".py") and signs.search(project.sources.files[path]):
            found += _in_file(project.file(path), layout)
    alone = sorted(path for piece in layout.pieces if not piece.whole for path, _ in piece.files)
    return (*found, *(lost for path in alone for lost in _beside(path, project.sources.files[path])))


def _beside(path: str, data: bytes) -> Iterator[Unfollowed]:
    """What a module that moves without its package reads from beside it, by its own name."""
    for match in _BESIDE.finditer(data):
        text = match[0].decode("utf-8", "replace").splitlines()[0]
        yield Unfollowed(
            "file_path", path, data.count(b"\n", 0, match.start()) + 1, f"{text} finds files beside the module"
        )


def _in_file(file: File, layout: Layout) -> Iterator[Unfollowed]:
    nodes = [node for node in ast.walk(file.tree or ast.Module([], [])) if isinstance(node, ast.expr | ast.stmt)]
    kinds = ((file.text.span(node), kind) for node in nodes if (kind := _kind(node, file, layout)))
    for span, kind in sorted(kinds):
        text = file.text.source(span).splitlines()[0][:80]
        yield Unfollowed(kind, file.path, file.text.line(span[0]), text, blocks=kind != "sys_path")


def _kind(node: ast.AST, file: File, layout: Layout) -> str:
    """Which of the ways it is, "" for none."""
    if isinstance(node, ast.Call):
        return _kind_of_call(node, file, layout)
    if isinstance(node, ast.Assign):
        return "sys_path" if any(map(_is_path, node.targets)) else ""
    return "sys_path" if isinstance(node, ast.AugAssign) and _is_path(node.target) else ""


def _kind_of_call(node: ast.Call, file: File, layout: Layout) -> str:
    name = dotted(node.func)
    last = name.rpartition(".")[2]
    if last in _LOADERS and node.args and not _is_constant(node.args[0]) and _may_mean(node.args[0], layout):
        return "dynamic_import"
    if last in _WALKERS and _may_hold(node, file, layout):
        return "package_walk"
    if name.startswith("sys.path.") and last in _PATH_WRITERS:
        return "sys_path"
    if name == "getattr" and len(node.args) > 1 and _is_module_name(node.args[1], layout):
        return "dynamic_attribute"
    return ""


def _may_mean(name: ast.expr, layout: Layout) -> bool:
    # f"plugins.{x}" cannot mean shop.orders; f"shop.{x}" can; f"shop.orders.{x}" was followed as a string
    start = _constant_start(name)
    followed = start.endswith(".") and "." in start[:-1]
    pieces = [piece.old for piece in layout.pieces]
    inside = not followed and any(start.startswith(f"{piece}.") for piece in pieces)
    return not start or inside or any(piece.startswith(start) for piece in pieces)


def _may_hold(node: ast.Call, file: File, layout: Layout) -> bool:
    # iter_modules(shop.plugins.__path__) does not see shop.orders; iter_modules(path) may
    path = dotted(node.args[0]) if node.args else ""
    package = path.removesuffix(".__path__")
    if _is_own_folder(node, file):
        own = file.module if file.is_package else file.module.rpartition(".")[0]
        return any(own in ancestors(piece.old) for piece in layout.pieces)
    return package == path or any(package in {piece.old, *ancestors(piece.old)} for piece in layout.pieces)


def _is_own_folder(node: ast.Call, file: File) -> bool:
    # here = os.path.dirname(__file__); iter_modules([here])
    given = [value for part in (*node.args, *node.keywords) for value in ast.walk(part)]
    names = {value.id for value in given if isinstance(value, ast.Name)}
    assigned = [each for each in ast.walk(file.tree or node) if isinstance(each, ast.Assign)]
    given += [value for each in assigned if names & set(map(dotted, each.targets)) for value in ast.walk(each.value)]
    return any(isinstance(value, ast.Name) and value.id in ("__file__", "__path__") for value in given)


def _is_module_name(node: ast.expr, layout: Layout) -> bool:
    # getattr(shop, "orders")
    lasts = {piece.old.rpartition(".")[2] for piece in layout.pieces}
    return isinstance(node, ast.Constant) and node.value in lasts


def _is_constant(node: ast.expr) -> bool:
    # A settings module holds strings, which were followed there.
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return dotted(node) == "__name__" or dotted(node).startswith("settings.")


def _constant_start(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr) and node.values:
        return _constant_start(node.values[0])
    if isinstance(node, ast.BinOp):  # "shop." + name, "shop.%s" % name
        return _constant_start(node.left)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.partition("%")[0]
    return ""


def _is_path(node: ast.expr) -> bool:
    return dotted(node.value if isinstance(node, ast.Subscript) else node) == "sys.path"
