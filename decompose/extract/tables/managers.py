"""Stage 1, whole project: whose methods rows have: a project's own classes of managers and querysets."""

from collections.abc import Iterable

from ..infer import Machine
from ..program import ClassInfo
from ..types import NONE, Type, Types
from .mapping import JOINS, gives_rows, manager_kind
from .shapes import class_of, spanning, spans_of

__all__ = ["beyond", "managers_of", "queried", "rows_attribute"]


def rows_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """A method of the model's own manager or queryset class, else one of Django's."""
    if found := _in_classes(machine, _row_classes(machine, one), one, name, line):
        # one of the project's own goes on to Django's, which loads what is named
        return (*found, Type("method", one, name, one.doubt)) if name in JOINS else found
    if name == "model" and one.of.mapped:
        return (one.of.value,)
    return (Type("method", one, name, one.doubt),)


def beyond(machine: Machine, one: Type, name: str, line: int) -> Types:
    """What `name` is on the querysets that the manager class of `one` gives out."""
    own = machine.line_of(one.extra)
    return _in_classes(machine, [info for info in _row_classes(machine, one) if info not in own], one, name, line)


def queried(machine: Machine, one: Type) -> Type:
    """What a query of `one` begins with: of a relation, rows whose methods are those of their model's manager."""
    cls = _default_class(machine, one.of) if one.kind == "related" else None
    return one if cls is None else spanning(Type("rows", one.of, cls, one.doubt), "rows", spans_of(one))


def managers_of(machine: Machine, info: ClassInfo, name: str) -> list[ClassInfo | None]:
    """The classes of the manager called `name`; None stands for Django's own."""
    default = name in ("_default_manager", "_base_manager")
    for above in machine.line_of(info):
        names = list(above.attributes) if default else [name]
        for attribute in names:
            cell = above.attributes.get(attribute)
            found = [_manager_class(one) for one in machine.read(cell)] if cell else []
            kept: list[ClassInfo | None] = [one for one in found if one is None or isinstance(one, ClassInfo)]
            if kept:
                return [one for one in kept if one is not None] or [None]
    return [None] if default or name == "objects" else []


def _in_classes(machine: Machine, classes: Iterable[ClassInfo], one: Type, name: str, line: int) -> Types:
    for info in classes:
        found = machine.found_in(machine.line_of(info), one, name, line)
        if found:
            return tuple([Type(t.kind, t.of, one, t.doubt) if t.kind == "function" else t for t in found])
    return NONE


def _row_classes(machine: Machine, one: Type) -> list[ClassInfo]:
    """The project's classes whose methods `one` has: its manager's, and those of the querysets that it gives."""
    start = class_of(one)
    if one.kind == "related":
        start = _default_class(machine, one.of)
    if start is None:
        return []
    found = [] if one.kind == "rows" and not gives_rows(start) else [start]
    for info in machine.line_of(start):
        if "get_queryset" in info.methods:
            for result in machine.read(machine.unit_of(info.methods["get_queryset"]).returns):
                cls = result.of if result.kind == "instance" else class_of(result)
                if cls is not None and gives_rows(cls) and cls not in found:
                    found.append(cls)
            break
    for info in machine.line_of(start):
        for cls in info.lookups.get("querysets", ()):
            if cls not in found:
                found.append(cls)
    return found


def _default_class(machine: Machine, info: ClassInfo) -> ClassInfo | None:
    return managers_of(machine, info, "_default_manager")[0] if info.mapped else None


def _manager_class(one: Type) -> "ClassInfo | bool | None":
    """The manager class that a class attribute holds an instance of; None: Django's own, False: no manager."""
    if one.kind == "instance" and manager_kind(one.of):
        found: ClassInfo = one.of
        return found
    if one.kind == "made" and one.of.rpartition(".")[2].endswith("Manager") and not one.of.startswith("taggit."):
        return None
    return False
