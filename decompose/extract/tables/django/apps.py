"""Stage 1, whole project: Django's apps and settings: the labels of models, and the user who logs in."""

from collections.abc import Iterator
from typing import Any

from ....model.facts import ModuleKind
from ...code import Attr, Call, Const, Display, Expr, Operation
from ...infer import Machine
from ...program import ClassInfo, Scope
from ...types import NONE
from ..inventory import Inventory
from ..written import keyword, last, text
from .meta import assignments, option

__all__ = [
    "app_configs",
    "find_model",
    "hears_deletions",
    "implicit_id",
    "implicit_ids",
    "label_of",
    "rest_defaults",
    "user_model",
]

_SEARCH_SIGNALS = "HAYSTACK_SIGNAL_PROCESSOR"

_OF_DELETIONS = frozenset({"pre_delete", "post_delete"})


def app_configs(machine: Machine) -> dict[str, str]:
    """Dotted name of an app's package -> its label."""
    found: dict[str, str] = {}
    for info in machine.program.classes:
        if any(base.endswith("AppConfig") for base in info.externals()):
            name = _text(info, "name") or info.scope.package
            found[name] = _text(info, "label") or name.rpartition(".")[2]
    for name in _installed(machine):
        found.setdefault(name, name.rpartition(".")[2])
    return found


def implicit_ids(machine: Machine) -> dict[str, str]:
    """Dotted name of an app's package -> the field that its models without a key are given, by it or by settings."""
    found: dict[str, str] = {}
    for info in machine.program.classes:
        if any(base.endswith("AppConfig") for base in info.externals()) and (
            field := _text(info, "default_auto_field")
        ):
            found[_text(info, "name") or info.scope.package] = field.rpartition(".")[2]
    for scope in machine.program.scopes:
        cell = scope.cells.get("DEFAULT_AUTO_FIELD") if scope.source.kind is not ModuleKind.TEST else None
        for one in cell.types if cell else ():
            for name in _apps(scope) if one.kind == "text" else ():
                found.setdefault(name.partition(".apps.")[0], one.of.rpartition(".")[2])
    return found


def implicit_id(ids: dict[str, str], info: ClassInfo) -> str:
    """The field of the key that a model has without declaring one; a library's app says what its own models have."""
    dotted = info.scope.source.dotted
    known = [] if info.scope.source.library else [one for one in ids if f"{dotted}.".startswith(f"{one}.")]
    return ids[max(known, key=len)] if known else "AutoField"


def label_of(machine: Machine, configs: dict[str, str], info: ClassInfo) -> str:
    """The label of the app that a model belongs to."""
    stated = text(machine, info.scope, option(info, "app_label"))
    if stated:
        return stated
    dotted = info.scope.source.dotted
    known = [name for name in configs if f"{dotted}.".startswith(f"{name}.")]
    if known:
        return configs[max(known, key=len)]
    parts = dotted.split(".")
    if "models" in parts[1:]:
        return parts[len(parts) - 1 - parts[::-1].index("models") - 1]
    return parts[-2] if len(parts) > 1 else parts[0]


def find_model(inventory: Inventory, label: str, near: str = "") -> ClassInfo | None:
    """The model that "app.Model" or "Model" names; `near` is the app label of who says it."""
    app, _, name = label.rpartition(".")
    return inventory.labels.get(((app or near).rpartition(".")[2].lower(), name.lower()))


def user_model(machine: Machine, inventory: Inventory) -> ClassInfo | None:
    """The model that AUTH_USER_MODEL of any settings, last those of tests, swaps in; else Django's own."""
    named = [*_setting(machine, "AUTH_USER_MODEL", tests=False), *_setting(machine, "AUTH_USER_MODEL", tests=True)]
    found = (find_model(machine.inventory, label) for label in named if label != "auth.User")
    return next((info for info in found if info), None) or find_model(machine.inventory, "auth.User")


def rest_defaults(machine: Machine) -> None:
    """Give the views of Django REST framework the paginator of the project that settings name for all of them."""
    # REST_FRAMEWORK = {"DEFAULT_PAGINATION_CLASS": "shop.api.Pages"}
    views = machine.program.find("rest_framework.generics")
    if views is None:
        return
    cells = [one.cells["REST_FRAMEWORK"] for one in machine.program.scopes if "REST_FRAMEWORK" in one.cells]
    for one in [one for cell in cells for one in cell.types]:
        if one.kind == "dict" and one.extra == "DEFAULT_PAGINATION_CLASS" and one.of.kind == "text":
            module, _, name = one.of.of.rpartition(".")
            scope = machine.program.find(module)
            found = machine.global_name(scope, name) if scope is not None and not scope.source.library else NONE
            for view in machine.global_name(views, "GenericAPIView") if found else NONE:
                machine.write_attribute(view.of, "pagination_class", found)


def hears_deletions(machine: Machine) -> bool:
    """Does anything listen to the deletion of rows of every model? A search index kept up to date does."""
    realtime = any("Realtime" in one for tests in (False, True) for one in _setting(machine, _SEARCH_SIGNALS, tests))
    return realtime or any(
        _hears_any(call)
        for scope in machine.program.scopes
        if scope.source.kind is not ModuleKind.TEST and not scope.source.library
        if not _OF_DELETIONS.isdisjoint(scope.cells)
        for call in _calls(scope.body)
    )


def _hears_any(call: Call) -> bool:
    # @receiver([post_save, pre_delete])      post_delete.connect(forget)      and not with sender=Order
    if keyword(call, "sender"):
        return False
    if last(call.func) == "receiver":
        signals = call.args[0] if call.args else None
        items = signals.items if isinstance(signals, Display) else (signals,)
        return any(last(one) in _OF_DELETIONS for one in items)
    if not isinstance(call.func, Attr) or call.func.name != "connect" or len(call.args) > 1:
        return False
    return last(call.func.base) in _OF_DELETIONS


def _calls(node: tuple[Any, ...]) -> Iterator[Call]:
    if isinstance(node, Call):
        yield node
    for one in node:
        if isinstance(one, tuple):
            yield from _calls(one)


def _installed(machine: Machine) -> Iterator[str]:
    """Packages that are apps without an AppConfig: those that settings install, and those with migrations."""
    for scope in machine.program.scopes:
        if scope.source.kind is ModuleKind.MIGRATION and ".migrations" in scope.source.dotted:
            yield scope.source.dotted.rpartition(".migrations")[0]
        yield from (name for name in _apps(scope) if machine.program.find(name))


def _apps(scope: Scope) -> Iterator[str]:
    """What a settings module installs, as it is written."""
    for node in assignments(scope.body):
        if node.value is not None and _is_app_list(node.targets[0]):
            yield from _texts(node.value)


def _setting(machine: Machine, name: str, tests: bool) -> Iterator[str]:
    """The constant texts that settings modules, of the project or of its tests, give to `name`."""
    for scope in machine.program.scopes:
        cell = scope.cells.get(name)
        if cell is not None and (scope.source.kind is ModuleKind.TEST) is tests:
            yield from (one.of for one in cell.types if one.kind == "text")


def _is_app_list(target: Expr) -> bool:
    # INSTALLED_APPS = [...]      INSTALLED_APPS += [...]      LOCAL_APPS = (...)
    return isinstance(target, str) and (target.endswith("INSTALLED_APPS") or target in ("LOCAL_APPS", "PROJECT_APPS"))


def _texts(node: Expr) -> Iterator[str]:
    if isinstance(node, Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, Display):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Operation):
        yield from _texts(node.left)
        yield from _texts(node.right)


def _text(info: ClassInfo, name: str) -> str:
    for one in info.line():
        cell = one.attributes.get(name)
        for found in cell.types if cell else ():
            if found.kind == "text":
                return str(found.of)
    return ""
