"""Stage 1, whole project: interfaces of zope.interface: what is asked for one is an object that provides it."""

import re
from collections.abc import Iterator
from typing import Any

from ..code import Attr, Call
from ..infer import Library, Machine, Site
from ..program import ClassInfo, Fn
from ..types import NONE, Type, Types

__all__ = ["INTERFACES", "implemented"]

# request.find_service(IMailer)      getUtility(IMailer)      registry.queryAdapter(order, IMailer)
_ASKS = re.compile(r"(find|get|query|lookup|resolve|require)(?!.*[fF]actory)").match


def implemented(machine: Machine) -> Iterator[tuple[Fn, Fn]]:
    """Each method of an interface, with those of the classes that say that they implement it."""
    for info in machine.program.classes:
        for one in () if info.scope.source.library else info.node.decorators:
            if isinstance(one, Call) and _name(one.func) == "implementer":  # @implementer(IMailer)
                for interface in [t.of for arg in one.args for t in machine.eval_in(info.scope, arg) if _is_one(t)]:
                    for name, fn in interface.methods.items():
                        above = next((each for each in machine.line_of(info) if name in each.methods), None)
                        if above is not None:
                            yield fn, above.methods[name]


def _name(func: Any) -> str:
    return func.name if isinstance(func, Attr) else func if isinstance(func, str) else ""


def _is_one(one: Type) -> bool:
    is_class = one.kind == "class" and isinstance(one.of, ClassInfo)
    return is_class and any(base == "zope.interface.Interface" for base in one.of.externals())


def _provided(machine: Machine, one: Type, site: Site) -> Types | None:
    name = one.extra if one.kind == "method" and one.of.kind == "unknown" else one.of if one.kind == "external" else ""
    if not isinstance(name, str) or not _ASKS(name.rpartition(".")[2]):
        return None
    found = tuple([Type("service", t.of) for types in site.args for t in types if _is_one(t)])
    return found or None


def _member(machine: Machine, one: Type, name: str, line: int) -> Types:
    for info in machine.line_of(one.of):
        if name in info.methods:
            return (Type("function", info.methods[name], one, one.doubt),)
    return NONE


INTERFACES = Library("interfaces", roots=frozenset({"zope"}), calls=_provided, attributes={"service": _member})
"""A `service` is an object that provides an interface; nobody knows of which class."""
