"""Stage 1, whole project: what Django and its frameworks pass to the methods of a project's classes."""

from ...infer import Machine
from ...program import ClassInfo, Fn
from ...types import NONE, Type, Types
from ..inventory import inventory_of
from .forms import form_model

__all__ = ["passed"]

_ROW = frozenset({"obj", "object", "instance", "model_instance", "record"})
_ROWS = frozenset({"queryset", "qs", "query_set"})
_MOST = 16  # models that share one class of fields or one admin class


def passed(machine: Machine, fn: Fn, name: str) -> Types:
    """What the parameter `name` of a method is given: by the class of fields, form, serialiser or admin it is in."""
    # def pre_save(self, model_instance, add)      def get_total(self, obj)      def mark_paid(self, request, queryset)
    if name not in _ROW and name not in _ROWS:
        return NONE
    kind = "instance" if name in _ROW else "rows"
    receiver = machine.unit.receiver
    owner = receiver.of if receiver is not None and receiver.kind in ("instance", "class") else fn.owner
    return tuple([Type(kind, model, None, 1) for model in _models(machine, owner, fn)]) if owner else NONE


def _models(machine: Machine, owner: ClassInfo, fn: Fn) -> list[ClassInfo]:
    """The models of `owner` and of the classes below it that have the method from it, and none of their own."""
    inventory = inventory_of(machine)
    if owner.mapped is not None:
        return []
    found: dict[ClassInfo, None] = {}
    for info in (owner, *machine.below_of(owner)):
        if info is not owner and fn is not _own(machine, info, fn):
            continue
        found.update(dict.fromkeys(inventory.fielded.get(info, ())))
        found.update(dict.fromkeys(inventory.administered.get(info, ())))
        model = form_model(machine, info) if _says(machine, info) else None
        if model is not None:
            found[model] = None
    return list(found) if len(found) <= _MOST else []


def _says(machine: Machine, info: ClassInfo) -> bool:
    """Is what a class's Meta says its own or its bases', and not that of some class below?"""
    line = machine.line_of(info)
    metas = [one.inner["Meta"] for one in line if "Meta" in one.inner]
    own = any(one.has("model") for meta in metas for one in machine.line_of(meta))
    return own or not metas or not machine.below_of(info)


def _own(machine: Machine, info: ClassInfo, fn: Fn) -> Fn:
    """The method that objects of the class have by the name of `fn`."""
    name = fn.node.name
    return next((one.methods[name] for one in machine.line_of(info) if name in one.methods), fn)
