"""Stage 1, whole project: what assignments bind: names, attributes, items of containers."""

from typing import TYPE_CHECKING

from ...model.facts import How
from .. import code
from ..code import Attr, Expr
from ..program import ClassInfo
from ..types import NONE, Cell, Types, constant_of, contain, doubted, join, seen
from .kept import is_row
from .sure import about_attribute, about_name

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["assign", "assign_attribute", "bind", "give", "grow", "loose_cell", "write_attribute"]


def assign(machine: "Machine", target: Expr, types: Types, line: int) -> None:
    """`target = value`, where the value is of `types`: names, attributes, items, and displays of those."""
    if isinstance(target, str):
        bind(machine, target, types)
    elif isinstance(target, Attr):
        assign_attribute(machine, target, types)
    elif isinstance(target, code.Item):
        if isinstance(target.base, Attr):  # order.data["paid"] = True
            tell_assigned(machine, machine.eval(target.base.base), target.base.name, NONE, line)
        machine.eval(target.base)
        key = machine.eval(target.key)
        grow(machine, target.base, contain("dict", types, constant_of(key)))
    elif isinstance(target, code.Display):
        for number, item in enumerate(target.items):
            if isinstance(item, code.Star):
                assign(machine, item.value, types, line)
            else:
                assign(machine, item, unpacked(machine, types, number, line), line)


def unpacked(machine: "Machine", types: Types, number: int, line: int) -> Types:
    found: Types = NONE
    for one in types:
        if one.kind == "tuple":
            if one.extra in (number, None):
                found = join(found, (one.of,))
        elif one.kind in ("list", "rows"):
            found = join(found, machine.iterate((one,), line))
        elif hook := machine.attributes.get(one.kind):
            found = join(found, hook(machine, one, f"[{number}]", line) or NONE)
    return found


def bind(machine: "Machine", name: str, types: Types) -> None:
    """`name = value` where evaluation stands: in a class, a module or a function."""
    if machine.klass is not None:
        write_attribute(machine, machine.klass, name, types)
    elif machine.unit.fn is None:
        machine.write(machine.unit.scope.cell(name), types)
    else:
        env = machine.unit.env
        about_name(machine, name)
        if machine.unit.known:
            machine.unit.known.pop(name, None)
        known = env.get(name, NONE)
        if machine.branches == 0 and any(one.kind == "text" for one in types):
            known = tuple([one for one in known if one.kind != "text"])  # the new text, and no longer the old one
        env[name] = join(known, types)


def assign_attribute(machine: "Machine", target: Attr, types: Types) -> None:
    """`base.name = value`, also where nobody knows what `base` is."""
    bases = machine.eval(target.base)
    about_attribute(machine, target)
    if target.name in machine.families and target.base != "self":
        fill(machine, bases, target.name)
    for one in bases:
        if one.kind == "class" or (one.kind == "instance" and not machine.inventory.is_plain(one.of, target.name)):
            write_attribute(machine, one.of, target.name, types)
    if target.base != "cls":  # cls.total = column_property(...) makes a class, and changes no row
        tell_assigned(machine, bases, target.name, types, target.line)
    if not any(one.kind in ("instance", "class") for one in bases) and types:
        machine.write(loose_cell(machine, target.base, target.name), tuple([doubted(one, 1) for one in types]))


def fill(machine: "Machine", bases: Types, name: str) -> None:
    """A cached property that is given a value for objects of others is not worked out for each of them."""
    # for line in lines: line.total = totals[line.pk]
    for one in bases:
        for info in machine.line_of(one.of) if one.kind == "instance" else ():
            if name in info.methods:
                info.methods[name].filled |= info.methods[name].keeps


def tell_assigned(machine: "Machine", bases: Types, name: str, types: Types, line: int) -> None:
    """Libraries that watch attributes hear that one of `bases` changes."""
    for one in bases:
        if one.kind == "instance" and one.of.mapped is not None:
            machine.column(one.of, name, How.SET, line)
        for library in machine.libraries:
            if library.assigned and one.kind in ("instance", "class"):
                library.assigned(machine, one, name, types, line)


def loose_cell(machine: "Machine", base: Expr, name: str) -> Cell:
    """The attribute `name` of values of unknown type that are all called the same: request.basket."""
    last = base.name if isinstance(base, Attr) else base if isinstance(base, str) else ""
    if (last, name) not in machine.loose:
        machine.loose[last, name] = Cell()
        for unit in machine.missed_loose.pop((last, name), ()):
            machine.push(unit)
    return machine.loose[last, name]


def write_attribute(machine: "Machine", info: ClassInfo, name: str, types: Types) -> None:
    """The attribute `name` of the class may also be of `types`; who missed it looks again."""
    cell = info.attributes.get(name)
    if cell is None:
        cell = info.cell(name)
        for unit, missing in machine.missed.get(name, ()):
            if info in machine.line_of(missing) or missing in machine.line_of(info):
                machine.push(unit)
        for above in machine.line_of(info)[1:]:  # who saw a base's looks again
            for unit in above.attributes[name].readers_of() if name in above.attributes else ():
                machine.push(unit)
    machine.write(cell, seen(types))
    if name in info.given:
        give(machine, info, name, types, 0)


def give(machine: "Machine", info: ClassInfo, name: str, types: Types, place: int) -> None:
    """A field that is annotated to be a row is given one at some place, with the relations that it holds.

    Of what is spread over the fields, Line(**values), any may be given something that nobody knows.
    """
    rows = tuple([one for one in types if is_row(one)])
    for owner in machine.line_of(info):
        for field in [name] if name in owner.attributes else list(owner.attributes) if name[:2] == "**" else ():
            cell, given = owner.attributes[field], owner.given.setdefault(field, {})
            if any(map(is_row, cell.types)) and (new := join(given.get(place, NONE), rows)) != given.get(place):
                given[place] = new
                for unit in cell.readers_of():
                    machine.push(unit)


def grow(machine: "Machine", target: Expr, types: Types) -> None:
    """`target` is a container, and now holds more."""
    types = machine.inventory.chosen(types)
    if isinstance(target, str):
        if target in machine.unit.env or machine.unit.fn is None:
            before = machine.sure
            bind(machine, target, types)
            machine.sure = before  # it is the same container
    elif isinstance(target, Attr) and types:
        bases = machine.eval(target.base)
        for one in bases:
            if one.kind == "instance":
                write_attribute(machine, one.of, target.name, types)
        keyed = tuple([doubted(one, 1) for one in types if one.kind == "dict"])  # request.db.add(order) is no set
        if keyed and not any(one.kind in ("instance", "class") for one in bases):
            machine.write(loose_cell(machine, target.base, target.name), keyed)
