"""Stage 1, whole project: the models that Django's migrations make, and the fields that they give them."""

from collections.abc import Iterator

from ....model.facts import ModuleKind
from ...code import Assign, Call, Class, Const, Dict, Expr
from ...infer import Machine
from ...program import ClassInfo, Scope
from .fields import Created, Field, Models, field_kind
from .migrations import calls_in, fields_in, given, last_name

__all__ = ["created", "foreign_fields", "is_created"]


def created(machine: Machine) -> Created:
    """What the migrations of all apps make, each app's in the order of their names."""
    found: Created = {}
    scopes = [one for one in machine.program.scopes if one.source.kind is ModuleKind.MIGRATION]
    by_scope = {id(info.scope): info for info in machine.program.classes if info.name == "Migration"}
    for scope in sorted(scopes, key=lambda one: one.source.dotted):
        app = scope.source.dotted.rpartition(".")[0].rpartition(".")[0]
        if app and id(scope) in by_scope:
            for call in _operations(scope):
                _apply(found, app, by_scope[id(scope)], call)
    return found


def _apply(found: Created, app: str, info: ClassInfo, call: Call) -> None:
    kind = last_name(call.func)
    if kind == "CreateModel" and not _is_proxy(given(call, 2, "options")):
        fields = {name: (info, field) for name, field in fields_in(given(call, 1, "fields"))}
        found[app, _text(given(call, 0, "name")).lower()] = fields
    elif kind == "RenameModel":
        model = found.pop((app, _text(given(call, 0, "old_name")).lower()), None)
        if model is not None:
            found[app, _text(given(call, 1, "new_name")).lower()] = model
    elif kind == "RenameField":
        model = found.get((app, _text(given(call, 0, "model_name")).lower()))
        if model is not None and (known := model.pop(_text(given(call, 1, "old_name")), None)):
            model[_text(given(call, 2, "new_name"))] = known
    elif kind in ("AddField", "AlterField", "RemoveField"):
        model, name = found.get((app, _text(given(call, 0, "model_name")).lower())), _text(given(call, 1, "name"))
        field = given(call, 2, "field")
        if model is not None and isinstance(field, Call):
            model[name] = info, field
        elif model is not None:
            model.pop(name, None)


def _is_proxy(options: Expr | None) -> bool:
    # options={"proxy": True}
    items = zip(options.keys, options.values, strict=True) if isinstance(options, Dict) else ()
    return any(key == Const("proxy") and value == Const(True) for key, value in items)


def _operations(scope: Scope) -> Iterator[Call]:
    for node in scope.body:
        for one in node.body if isinstance(node, Class) and node.name == "Migration" else ():
            if isinstance(one, Assign) and one.targets[0] == "operations":
                yield from _within(one.value)


def _within(node: Expr | None) -> Iterator[Call]:
    for call in calls_in(node):
        if last_name(call.func) == "SeparateDatabaseAndState":
            yield from _within(given(call, 1, "state_operations"))
        else:
            yield call


def _text(node: Expr | None) -> str:
    return node.value if isinstance(node, Const) and isinstance(node.value, str) else ""


def is_created(models: Created, info: ClassInfo) -> bool:
    """Do the migrations of its app make a model of the class's name?"""
    return _of(models, info) is not None


def _of(models: Created, info: ClassInfo) -> dict[str, tuple[ClassInfo, Call]] | None:
    app, name = info.scope.source.dotted, info.name.rpartition(".")[2].lower()
    while app:
        app = app.rpartition(".")[0]
        if (app, name) in models:
            return models[app, name]
    return None


def foreign_fields(models: Models, info: ClassInfo) -> Iterator[Field]:
    """What migrations know of a model's fields, where a library's base that nobody described declares some."""
    # class Member(AbstractOrganizationUser): pass
    known = ("django.", "mptt.models.", "treebeard.", "taggit.", "modelcluster.")
    model = _of(models.created, info) if not all(one.startswith(known) for one in info.externals()) else None
    for name, (migration, call) in model.items() if model is not None else ():
        kind = field_kind(models, migration, call.func)
        if kind and not any(key == "parent_link" for key, _ in call.keywords):
            yield Field(name, kind, call, migration, call.line)
