"""Stage 7: a Django app keeps its label, and a model its table, whatever package they live in.

A model's app label is the last part of its app's dotted name, unless `AppConfig.label` or `Meta.app_label` states it.
Table names, content types, permissions and the migration history hang on the label. So the label is written down
wherever a move would change it, and the database has nothing to notice.
"""

from collections.abc import Callable, Iterator

import libcst as cst

from .homes import Homes
from .layout import Piece, ancestors, join
from .project import File, Project, absolute
from .scopes import dotted

__all__ = ["app_of", "is_model", "keep_labels", "registrations"]

# Modules that Django or Celery import because an app has them.
_IMPORTED_BY_PLACE = {"models": "models", "admin": "admin classes", "tasks": "tasks"}


def keep_labels(tree: cst.Module, file: File, project: Project, homes: Homes) -> cst.Module:
    """`tree`, the new form of `file`, with the labels that its move would change written down."""
    new = homes.rename(file.module)
    if new == file.module:
        return tree
    if file.module.endswith(".apps"):
        return _map_classes(tree, lambda node: _with_config_label(node, file.module, new))
    app = app_of(project, file.module)
    if app is None or homes.rename(app) != app:
        return tree
    label = label_of(project, app)
    return _map_classes(
        tree, lambda node: _with_app_label(node, label) if is_model(project, file.module, node.name.value) else node
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
    node = next((n for n in _classes(file.tree) if n.name.value == name), None)
    if node is None:
        origin = _origin(file, name)
        return origin is not None and is_model(project, *origin, depth - 1)
    bases = [dotted(base.value) for base in node.bases]
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


def _classes(tree: cst.Module | None) -> Iterator[cst.ClassDef]:
    yield from (node for node in (tree.body if tree else ()) if isinstance(node, cst.ClassDef))


def _map_classes(tree: cst.Module, change: Callable[[cst.ClassDef], cst.ClassDef]) -> cst.Module:
    body = [change(node) if isinstance(node, cst.ClassDef) else node for node in tree.body]
    return tree if all(a is b for a, b in zip(body, tree.body, strict=True)) else tree.with_changes(body=body)


def _assigned(node: cst.ClassDef) -> dict[str, cst.BaseExpression | None]:
    """The plain assignments of a class body: {"name": the expression}."""
    found: dict[str, cst.BaseExpression | None] = {}
    for line in node.body.body:
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.Assign):
                found |= {dotted(target.target): small.value for target in small.targets}
            elif isinstance(small, cst.AnnAssign):
                found[dotted(small.target)] = small.value
    return found


def _labels(tree: cst.Module | None) -> Iterator[str]:
    for node in _classes(tree):
        value = _assigned(node).get("label")
        if isinstance(value, cst.SimpleString) and isinstance(value.evaluated_value, str):
            yield value.evaluated_value


def _with_config_label(node: cst.ClassDef, old: str, new: str) -> cst.ClassDef:
    # class OrdersConfig(AppConfig): name = "shop.sales"
    assigned = _assigned(node)
    old_label, new_label = (module.split(".")[-2] for module in (old, new))
    if "name" not in assigned or "label" in assigned or old_label == new_label:
        return node
    at = next(i for i, line in enumerate(node.body.body) if "name" in _names_of(line))
    return _with_line(node, at + 1, f'label = "{old_label}"')


def _names_of(line: cst.CSTNode) -> list[str]:
    small = line.body if isinstance(line, cst.SimpleStatementLine) else ()
    return [dotted(t.target) for s in small if isinstance(s, cst.Assign) for t in s.targets]


def _with_app_label(node: cst.ClassDef, label: str) -> cst.ClassDef:
    """The model with `class Meta: app_label`; an abstract one has no table and needs none."""
    for i, inner in enumerate(node.body.body):
        if isinstance(inner, cst.ClassDef) and inner.name.value == "Meta":
            assigned = _assigned(inner)
            abstract = assigned.get("abstract")
            if "app_label" in assigned or (isinstance(abstract, cst.Name) and abstract.value == "True"):
                return node
            body = [*node.body.body[:i], _with_line(inner, 0, f'app_label = "{label}"'), *node.body.body[i + 1 :]]
            return node.with_changes(body=node.body.with_changes(body=body))
    meta = cst.parse_statement(f'class Meta:\n    app_label = "{label}"\n')
    assert isinstance(meta, cst.ClassDef)
    at = next((i for i, line in enumerate(node.body.body) if isinstance(line, cst.FunctionDef)), len(node.body.body))
    spaced = meta.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    body = [*node.body.body[:at], spaced, *node.body.body[at:]]
    return node.with_changes(body=node.body.with_changes(body=body))


def _with_line(node: cst.ClassDef, at: int, text: str) -> cst.ClassDef:
    lines = node.body.body
    body = [*lines[:at], cst.parse_statement(text), *lines[at:]]
    return node.with_changes(body=node.body.with_changes(body=body))


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
