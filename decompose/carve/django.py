"""Stage 7: a Django app keeps its label, and a model its table, whatever package they live in.

A model's app label is the last part of its app's dotted name, unless `AppConfig.label` or `Meta.app_label` states it.
Table names, content types, permissions and the migration history hang on the label. So the label is written down
wherever a move would change it, and the database has nothing to notice.
"""

import ast
from collections.abc import Callable, Iterator, Mapping

from .homes import Homes
from .layout import Piece, ancestors, join
from .project import File, Project, absolute
from .scopes import dotted
from .text import Edits, Text

__all__ = ["app_of", "is_model", "keep_labels", "registrations"]

# Modules that Django or Celery import because an app has them.
_IMPORTED_BY_PLACE = {"models": "models", "admin": "admin classes", "tasks": "tasks"}


def keep_labels(file: File, project: Project, homes: Homes) -> Edits:
    """Edits that write down the labels which the move of `file` would change."""
    new = homes.rename(file.module)
    if new == file.module:
        return {}
    if file.module.endswith(".apps"):
        return _in_classes(file, lambda node: _with_config_label(file.text, node, file.module, new))
    app = app_of(project, file.module)
    if app is None or homes.rename(app) != app:
        return {}
    label = label_of(project, app)
    return _in_classes(
        file, lambda node: _with_app_label(file.text, node, label) if is_model(project, file.module, node.name) else {}
    )


def registrations(project: Project, piece: Piece) -> dict[str, bytes]:
    """New files that keep an app registered: its `models` where they were, a config where its label would change."""
    if piece.whole:
        return _config(project, piece)
    app, _, last = piece.old.rpartition(".")
    if last not in _IMPORTED_BY_PLACE or app_of(project, piece.old) != app:
        return {}
    what = _IMPORTED_BY_PLACE[last]
    doc = f'"""The {what} of this app live in {piece.new}; importing them registers them."""'
    return {piece.files[0][0]: f"{doc}\n\nimport {piece.new}  # noqa: F401\n".encode()}


def app_of(project: Project, module: str) -> str | None:
    """The Django app that `module` belongs to: the nearest package around it with `apps.py` or migrations."""
    marks = ("apps", "migrations")
    return next((a for a in ancestors(module) if any(join(a, mark) in project.universe for mark in marks)), None)


def label_of(project: Project, app: str) -> str:
    """The app's label: what its config states, else the last part of its name."""
    path = project.modules.get(f"{app}.apps")
    found = next(_labels(project.file(path).tree), None) if path else None
    return found or app.rpartition(".")[2]


def is_model(project: Project, module: str, name: str, depth: int = 8) -> bool:
    """Whether class `name` of `module` descends from `models.Model`, through the project's own classes."""
    path = project.modules.get(module)
    if path is None or not depth:
        return False
    file = project.file(path)
    node = next((n for n in _classes(file.tree) if n.name == name), None)
    if node is None:
        origin = _origin(file, name)
        return origin is not None and is_model(project, *origin, depth - 1)
    bases = [dotted(base) for base in node.bases]
    return any(
        base.rpartition(".")[2] in {"Model", "MPTTModel", "MP_Node", "NS_Node", "AbstractUser", "AbstractBaseUser"}
        or is_model(project, module, base, depth - 1)
        for base in bases
        if base
    )


def _origin(file: File, name: str) -> tuple[str, str] | None:
    # from .base import Stamped as Base
    for binding in file.scan.top.bindings.get(name, ()):
        base = absolute(file, file.module, binding.level, binding.target) if binding else None
        if binding is not None and binding.name is not None and base is not None:
            return base, binding.name
    return None


def _classes(tree: ast.Module | None) -> Iterator[ast.ClassDef]:
    yield from (node for node in (tree.body if tree else ()) if isinstance(node, ast.ClassDef))


def _in_classes(file: File, change: Callable[[ast.ClassDef], Edits]) -> Edits:
    return {span: new for node in _classes(file.tree) for span, new in change(node).items()}


def _assigned(node: ast.ClassDef) -> Mapping[str, tuple[ast.stmt, ast.expr | None]]:
    """The plain assignments of a class body: name -> (statement, value)."""
    found: dict[str, tuple[ast.stmt, ast.expr | None]] = {}
    for one in node.body:
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        found |= {dotted(target): (one, one.value) for target in targets}  # type: ignore[attr-defined]  # both have it
    return found


def _labels(tree: ast.Module | None) -> Iterator[str]:
    for node in _classes(tree):
        _, value = _assigned(node).get("label", (None, None))
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def _with_config_label(text: Text, node: ast.ClassDef, old: str, new: str) -> Edits:
    # class OrdersConfig(AppConfig): name = "shop.sales"
    assigned = _assigned(node)
    old_label, new_label = (module.split(".")[-2] for module in (old, new))
    if "name" not in assigned or "label" in assigned or old_label == new_label:
        return {}
    return _behind(text, assigned["name"][0], [f'label = "{old_label}"'])


def _with_app_label(text: Text, node: ast.ClassDef, label: str) -> Edits:
    """The model with `class Meta: app_label`; an abstract one has no table and needs none."""
    line = f'app_label = "{label}"'
    meta = next((inner for inner in node.body if isinstance(inner, ast.ClassDef) and inner.name == "Meta"), None)
    if meta is None:
        functions = (n for n, inner in enumerate(node.body) if isinstance(inner, ast.FunctionDef))
        return _with_block(text, node, next(functions, len(node.body)), ["class Meta:", f"    {line}"])
    assigned = _assigned(meta)
    _, abstract = assigned.get("abstract", (None, None))
    if "app_label" in assigned or (isinstance(abstract, ast.Constant) and abstract.value is True):
        return {}
    start, _ = text.span(meta.body[0])
    alone = text.begins_line(start)
    return {(start, start): f"{line}{text.line_end}{text.before(start)}" if alone else f"{line}; "}


def _with_block(text: Text, node: ast.ClassDef, n: int, lines: list[str]) -> Edits:
    """`lines` as the n-th statement of the class's body, an empty line before it and behind it."""
    first, _ = text.span(node.body[0])
    outer = text.before(text.span(node)[0])
    if not text.begins_line(first):  # class Order(models.Model): ...
        indent = f"{text.line_end}{outer}    "
        start = first - (len(text.before(first)) - len(text.before(first).rstrip()))
        return {(start, text.span(node)[1]): "".join(f"{indent}{line}" for line in lines)}
    if n:
        return _behind(text, node.body[n - 1], ["", *lines])
    start = text.span(min((*getattr(node.body[0], "decorator_list", ()), node.body[0]), key=lambda one: one.lineno))[0]
    start = first - len(text.before(first)) if start > first else start - len(text.before(start))
    indent = text.before(first)
    return {(start, start): "".join(f"{indent}{line}{text.line_end}" for line in lines) + text.line_end}


def _behind(text: Text, node: ast.stmt, lines: list[str]) -> Edits:
    """`lines` behind a statement, at its indentation; on its line where it shares that with what it is in."""
    start, end = text.span(node)
    if not text.begins_line(start):  # class C(AppConfig): name = "orders"
        return {(end, end): f"; {'; '.join(lines)}"}
    _, behind = text.rest_of_line(end)
    new = [f"{text.before(start)}{line}" if line else "" for line in lines]
    return {(behind, behind): "".join(f"{text.line_end}{line}" for line in new)}


def _config(project: Project, piece: Piece) -> dict[str, bytes]:
    old_label, new_label = piece.old.rpartition(".")[2], piece.new.rpartition(".")[2]
    is_app = any(join(piece.old, name) in project.universe for name in ("migrations",))
    if old_label == new_label or not is_app or f"{piece.old}.apps" in project.modules or piece.folder is None:
        return {}
    class_name = "".join(word.title() for word in new_label.split("_")) + "Config"
    text = (
        "from django.apps import AppConfig\n\n\n"
        f'class {class_name}(AppConfig):\n    name = "{piece.new}"\n    label = "{old_label}"\n'
    )
    return {f"{piece.folder[1]}/apps.py": text.encode()}
