"""Stage 1, whole project: the builtin functions that hand values on."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..code import Attr, Call
from ..types import NONE, Type, Types, constant_of, contain, join
from .values import Site, Unit

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["BUILTINS"]


def _gone_over(machine: "Machine", site: Site, number: int = 0, types: Types | None = None) -> Types:
    """What an argument that is gone over gives; a queryset that has a name keeps its rows."""
    written = site.node.args[number] if number < len(site.node.args) else None
    machine.asked, machine.asked_name = written if isinstance(written, str | Attr) else None, ""
    found = machine.iterate(site.arg(number) if types is None else types, site.line)
    machine.asked = None
    return found


def _same(machine: "Machine", site: Site) -> Types:
    return contain("list", _gone_over(machine, site))


def _one_of(machine: "Machine", site: Site) -> Types:
    found = _gone_over(machine, site)
    for types in site.args[1:]:
        found = join(found, types)
    return found


def _super(machine: "Machine", site: Site) -> Types:
    if len(site.args) == 2 and site.node.args[1] not in ("self", "cls"):
        return _super_of(site)
    unit: Unit | None = machine.unit
    while unit is not None and unit.receiver is None:
        unit = unit.parent
    if unit is None or unit.fn is None or unit.fn.owner is None:
        return NONE
    assert unit.receiver is not None
    return (
        (Type("super", unit.fn.owner, unit.receiver),)
        if unit.receiver.kind in ("instance", "class", "manager", "rows")
        else (unit.receiver,)
    )


def _super_of(site: Site) -> Types:
    """super(Order, order).save(), outside of the class: whatever `order` is, it is one."""
    return tuple([Type("super", one.of, _one_of_class(one, site.arg(1))) for one in site.arg(0) if one.kind == "class"])


def _one_of_class(klass: Type, given: Types) -> Type:
    known = (one for one in given if one.kind == "instance" and klass.of in one.of.line())
    return next(known, klass.of.type)


def _getattr(machine: "Machine", site: Site) -> Types:
    found = site.arg(2)
    names = site.arg(1) if site.node.args else NONE
    if len(names) > 1 and not all(one.kind == "text" and one.of.isidentifier() for one in names):
        return found
    for one in names:  # getattr(order, RELATIONS[kind]): any of the texts that the mapping holds
        if one.kind == "text":
            found = join(machine.eval(Attr(site.node.args[0], one.of, site.line)), found)
    return found


def _setattr(machine: "Machine", site: Site) -> Types:
    name = constant_of(site.arg(1))
    if name is not None:
        machine.assign_attribute(Attr(site.node.args[0], name, site.line), site.arg(2))
        return NONE
    for one in site.arg(0):
        for library in machine.libraries:
            if library.assigned and one.kind == "instance":
                library.assigned(machine, one, "", NONE, site.line)
    return NONE


def _enumerate(machine: "Machine", site: Site) -> Types:
    return contain("list", contain("tuple", _gone_over(machine, site), 1))


def _zip(machine: "Machine", site: Site) -> Types:
    found: Types = NONE
    for number in range(len(site.args)):
        found = join(found, contain("list", contain("tuple", _gone_over(machine, site, number), number)))
    return found


def _map(machine: "Machine", site: Site) -> Types:
    found: Types = NONE
    for one in site.arg(0):
        item = _gone_over(machine, site, 1)
        inner = Site(Call("map", ("_",), (), site.line), (item,), {}, site.line)
        found = join(found, machine.apply(one, inner))
    return contain("list", found)


def _filter(machine: "Machine", site: Site) -> Types:
    return contain("list", _gone_over(machine, site, 1))


def _type(machine: "Machine", site: Site) -> Types:
    return tuple([one.of.value for one in site.arg(0) if one.kind == "instance"])


def _dict(machine: "Machine", site: Site) -> Types:
    found: Types = NONE
    for one in site.arg(0):
        if one.kind == "list" or one.kind in machine.iterators:  # of pairs
            pairs = [pair.of for pair in _gone_over(machine, site, 0, (one,)) if pair.kind == "tuple" and pair.extra]
            found = join(found, contain("dict", tuple(pairs)))
        else:
            found = join(found, (one,))
    for key, types in site.keywords.items():
        found = join(found, contain("dict", types, None if key.startswith("**") else key))
    return found


def _locals(machine: "Machine", site: Site) -> Types:
    """ "select * from %(table)s" % locals(): the texts that names of the function hold"""
    found: Types = NONE
    for name, types in machine.unit.env.items():
        found = join(found, contain("dict", tuple([one for one in types if one.kind == "text"]), name))
    return found


def _looked_at(machine: "Machine", site: Site) -> Types:
    for number, types in enumerate(site.args):
        _gone_over(machine, site, number, tuple([one for one in types if one.kind in machine.iterators]))
    return NONE


BUILTINS: Mapping[str, Callable[["Machine", Site], Types]] = {
    "super": _super,
    "getattr": _getattr,
    "setattr": _setattr,
    "list": _same,
    "set": _same,
    "tuple": _same,
    "frozenset": _same,
    "sorted": _same,
    "reversed": _same,
    "iter": _same,
    "next": _one_of,
    "min": _one_of,
    "max": _one_of,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "type": _type,
    "dict": _dict,
    "locals": _locals,
    "len": _looked_at,
    "any": _looked_at,
    "all": _looked_at,
    "sum": _looked_at,
    "bool": _looked_at,
    "isinstance": lambda machine, site: NONE,
    "str": lambda machine, site: tuple([one for one in site.arg(0) if one.kind == "text"]),
    "int": lambda machine, site: NONE,
}
