"""Stage 1, whole project: attributes of values, found along the bases of their classes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..code import Attr
from ..program import ClassInfo
from ..types import NONE, PLAIN, Type, Types, is_unseen, join
from .asked import ask_property
from .kept import filled

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["attribute", "attribute_expression", "attributes_of", "below_of", "found_in", "line_of", "member", "method"]

_OVERRIDES = 12  # subclasses whose overrides are followed


def attribute_expression(machine: "Machine", node: Attr) -> Types:
    """`base.name`; where `base` is unknown, what code elsewhere assigned to the same written name."""
    bases = machine.eval(node.base)
    machine.asked, machine.asked_name = node.base, node.name
    found = attributes_of(machine, bases, node.name, node.line)
    machine.asked = None
    for one in found:
        if not is_unseen(one):
            return found
    for one in bases:
        if one.kind in ("instance", "class", "module"):
            return found
    last = node.base.name if isinstance(node.base, Attr) else node.base
    if isinstance(last, str):
        if (last, node.name) in machine.loose:
            return machine.read(machine.loose[last, node.name])
        machine.missed_loose.setdefault((last, node.name), {})[machine.unit] = None
    return found


def attributes_of(machine: "Machine", bases: Types, name: str, line: int) -> Types:
    """The attribute `name` of every one of `bases`."""
    if len(bases) == 1:
        return attribute(machine, bases[0], name, line)
    found: Types = NONE
    for one in bases:
        found = join(found, attribute(machine, one, name, line))
    return found


def attribute(machine: "Machine", one: Type, name: str, line: int) -> Types:
    """The attribute `name` of one value; what nobody knows is taken for a method."""
    kind = one.kind
    if kind in ("instance", "class"):
        return member(machine, one, name, line)
    if kind == "module":
        return machine.module_member(one.of, name)
    if kind == "external":
        return machine.external_member(f"{one.of}.{name}")
    if hook := machine.attributes.get(kind):
        types = hook(machine, one, name, line)
        if types is not None:
            return types
    if kind == "super":
        return super_member(machine, one, name, line)
    return (Type("method", one, name, one.doubt),)


def member(machine: "Machine", one: Type, name: str, line: int) -> Types:
    """An attribute of an instance or class of the project."""
    info: ClassInfo = one.of
    if name == "__class__":
        return (info.value,)
    if one.kind == "instance" and machine.whole and info.mapped is not None:
        machine.unit.attributes[info, name, line] = None
    if hook := machine.mapped.get(machine.inventory.library_of(info)):
        types = hook(machine, one, name, line)
        if types is not None:
            return types
    found = found_in(machine, line_of(machine, info), one, name, line)
    below = below_of(machine, info)
    if below and (not found or len(below) <= _OVERRIDES):
        for child in below[: 4 * _OVERRIDES]:
            if not child.has(name):
                continue
            types = own_member(machine, child, one, name, line)
            if types is not None:
                found = join(found or NONE, types)
    if found is not None:
        return found
    for hook in machine.inherited:
        types = hook(machine, one, name, line)
        if types is not None:
            return types
    machine.missed.setdefault(name, {})[machine.unit, info] = None
    return (Type("method", one, name, one.doubt),)


def found_in(machine: "Machine", line: Iterable[ClassInfo], one: Type, name: str, at: int) -> Types | None:
    """The attribute of `one` as the first class of `line` has it; None where none has."""
    empty = None
    for info in line:
        if not info.has(name):
            continue
        types = own_member(machine, info, one, name, at)
        if types:
            return types
        if types is not None:
            empty = types
    return empty


def own_member(machine: "Machine", info: ClassInfo, one: Type, name: str, line: int) -> Types | None:
    if name in info.methods:
        fn = info.methods[name]
        if one.kind == "instance" and "property" in fn.marks:
            if machine.whole and machine.asked is not None:
                ask_property(machine, fn, one, line)
            return machine.apply_fn(fn, one, None, line)
        return (Type("function", fn, one, one.doubt),)
    if name in info.attributes:
        if one.kind == "instance" and machine.inventory.is_plain(info, name):
            return PLAIN
        types = machine.read(info.attributes[name])
        if name in info.given and one.kind == "instance" and all(info.given[name].values()):
            types = filled(types, tuple([row for rows in info.given[name].values() for row in rows]))
        return _bound(types, one) if one.kind == "instance" else types
    if name in info.inner:
        return (info.inner[name].value,)
    return None


def _bound(types: Types, one: Type) -> Types:
    """Functions that a class holds as attributes are methods of its instances."""
    for held in types:
        if held.kind == "function" and held.extra is None:
            return tuple([Type("function", t.of, one) if t.kind == "function" else t for t in types])
    return types


def super_member(machine: "Machine", one: Type, name: str, line: int) -> Types:
    receiver: Type = one.extra
    if receiver.kind not in ("instance", "class"):  # rows, in a method of their own class
        mro = line_of(machine, receiver.extra)
        after = mro[mro.index(one.of) + 1 :] if one.of in mro else line_of(machine, one.of)[1:]
        found = found_in(machine, after, receiver, name, line)
        return found if found is not None else (Type("method", receiver, name, receiver.doubt),)
    mro = line_of(machine, receiver.of)
    after = mro[mro.index(one.of) + 1 :] if one.of in mro else line_of(machine, one.of)[1:]
    types = found_in(machine, after, receiver, name, line)
    if types is not None:
        return types
    found = beside(machine, one, name, line)
    if found is not None:
        return found
    for hook in machine.inherited:
        found = hook(machine, receiver, name, line)
        if found is not None:
            return found
    return (Type("method", receiver, name, receiver.doubt),)


def beside(machine: "Machine", one: Type, name: str, line: int) -> Types | None:
    """super() of a mixin: what follows it in the classes that mix it in, of which the receiver may be known."""
    receiver: Type = one.extra
    mixing = one.of if one.of not in line_of(machine, receiver.of) else receiver.of
    found: Types | None = None
    for child in below_of(machine, mixing)[:_OVERRIDES]:
        mro = line_of(machine, child)
        seen_by = child.type if receiver.kind == "instance" else child.value
        types = found_in(machine, mro[mro.index(one.of) + 1 :], seen_by, name, line)
        if types is not None:
            found = join(found or NONE, types)
    return found


def method(machine: "Machine", types: Types, name: str, line: int) -> Types:
    """Call a method of the project's own classes without arguments: the ones that syntax calls."""
    found: Types = NONE
    for one in types:
        for info in line_of(machine, one.of):
            if name in info.methods:
                found = join(found, machine.apply_fn(info.methods[name], one, None, line))
                break
    return found


def line_of(machine: "Machine", info: ClassInfo) -> list[ClassInfo]:
    """`ClassInfo.line`, kept once the bases are known."""
    if not machine.whole:
        return info.line()
    if info not in machine.lines:
        machine.lines[info] = info.line()
    return machine.lines[info]


def below_of(machine: "Machine", info: ClassInfo) -> list[ClassInfo]:
    """`ClassInfo.below`, kept once the bases are known."""
    if not machine.whole:
        return []
    if info not in machine.belows:
        machine.belows[info] = info.below()
    return machine.belows[info]
