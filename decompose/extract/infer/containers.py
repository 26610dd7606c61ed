"""Stage 1, whole project: what the methods of lists, tuples and dicts put in and give out."""

from typing import TYPE_CHECKING, Any

from ..code import Attr
from ..types import NONE, Type, Types, constant_of, contain, join
from .rounds import singly
from .strings import text_method
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["GROWING", "KEYED", "at_key", "container_method", "grown"]

GROWING = frozenset({"append", "add", "appendleft", "insert", "extend", "update", "setdefault"})

KEYED = frozenset({"get", "pop"})


def at_key(types: Types, key: Any) -> Types:
    """The dicts among `types` that are known to hold something at `key`; where none is, those of unknown keys.

    What was put in by unknown keys is rows of one class, or says nothing of what one key holds.
    """
    exact = tuple([one for one in types if one.kind == "dict" and one.extra is not None and one.extra == key])
    any_key = tuple([one for one in types if one.kind == "dict" and (key is None or one.extra is None)])
    if exact or key is None or len({row.of: None for one in any_key if (row := _row(one.of))}) < 2:
        return exact or any_key
    return tuple([one for one in any_key if not _row(one.of)])


def _row(one: Type) -> Type | None:
    """The row of a table that a value is, or that stands in it."""
    while one.kind in ("list", "tuple", "dict"):
        one = one.of
    return one if one.kind == "instance" and one.of.mapped is not None else None


def container_method(machine: "Machine", receiver: Type, name: str, site: Site) -> Types:
    """A method of a list, tuple, dict or text."""
    if receiver.kind in ("list", "tuple", "dict"):
        if name in GROWING and isinstance(site.node.func, Attr):
            machine.grow(site.node.func.base, grown(machine, name, site))
        return taken(receiver, name, site)
    if receiver.kind == "text":
        return text_method(machine, receiver, name, site)
    return NONE


def grown(machine: "Machine", name: str, site: Site) -> Types:
    """What `list.append(...)`, `dict.update(...)` and their like put in."""
    if name in ("append", "add", "appendleft", "insert") and site.args:
        return singly(machine, site.args[-1])
    if name == "setdefault" and len(site.args) == 2:
        return contain("dict", site.args[1], constant_of(site.args[0]))
    if name == "update" and site.keywords:
        found: Types = site.arg(0)
        for key, types in site.keywords.items():
            found = join(found, contain("dict", types, key))
        return found
    return contain("list", machine.iterate(site.arg(0), site.line)) if name == "extend" else site.arg(0)


def taken(receiver: Type, name: str, site: Site) -> Types:
    """What a method of a container gives out."""
    if receiver.kind == "dict":
        if name in KEYED or name == "setdefault":
            return join((receiver.of,), site.arg(1))
        if name == "values":
            return contain("list", (receiver.of,))
        if name == "items":
            return contain("list", contain("tuple", (receiver.of,), 1))
        return (receiver,) if name == "copy" else NONE
    if name in ("pop", "popleft"):
        return (receiver.of,)
    return (receiver,) if name in ("copy", "union", "intersection", "difference") else NONE
