"""Stage 1, whole project: methods of values of which nobody knows what they are."""

from typing import TYPE_CHECKING

from ..code import Attr, Expr
from ..code.text import as_text
from ..program import ClassInfo
from ..types import NONE, Type, Types, join
from .containers import GROWING
from .sure import is_box
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["method_of_unknown", "tell", "unknown_receiver"]

_COMMON = frozenset(
    "get set add remove delete save create update all filter first last count exists items keys values append extend"
    " pop clear copy close open read write run start stop send join split strip format encode decode index insert sort"
    " execute query commit rollback flush refresh validate clean render process handle load dump dumps loads is_valid"
    " log info debug error warning exception put post patch head options name next reset wait connect parse apply call"
    " to_dict as_dict as_view match search group find replace upper lower title search build check test setup init"
    " register unregister enter exit lock unlock acquire release submit result done cancel map reduce merge"
    " list order_by distinct select_related prefetch_related annotate alias defer only using iterator aggregate"
    " values_list in_bulk union bulk_create bulk_update latest earliest".split()
)


def unknown_receiver(machine: "Machine", func: Attr, site: Site) -> Types:
    """`x.name(...)` where nobody knows x: a container that is still empty, or the one class with such a method."""
    box = func.name in GROWING and is_box(machine, func.base)  # seen = set(); seen.add(line)
    types = method_of_unknown(machine, func.name, site) if not box else None
    if types is not None:
        return types  # session.add(line): no set that holds it from now on
    if func.name in GROWING:
        machine.grow(func.base, machine.grown(func.name, site))
    if box:
        return NONE
    owners = machine.families.get(func.name, ())
    if (
        owners
        and func.name not in _COMMON
        and isinstance(func.base, str | Attr)
        and not _is_library(machine, func.base)
    ):
        tops = {id(topmost(machine, owner, func.name)): owner for owner in owners}
        top = topmost(machine, owners[0], func.name)
        if len(tops) == 1:
            receiver = Type("instance", top, None, 2)
            found: Types = NONE
            for one in machine.member(receiver, func.name, site.line):
                found = join(found, machine.apply(one, site))
            return found
    tell(machine, func, site)
    return NONE


def _is_library(machine: "Machine", base: Expr) -> bool:
    """Is it a module or class of a library? `Image.new(...)`, where it is imported from PIL"""
    names = [one.of for one in machine.eval(base) if one.kind == "external"]
    return any("." not in name or name.rpartition(".")[2][:1].isupper() for name in names)


def tell(machine: "Machine", func: Attr, site: Site) -> None:
    """Note `x.save()` where nobody knows what `x` is: it may write any table."""
    if func.name in machine.saving and not site.args and machine.whole:
        machine.unresolved("unknown_receiver", site.line, f"{as_text(func)}()")


def topmost(machine: "Machine", info: ClassInfo, name: str) -> ClassInfo:
    return [one for one in machine.line_of(info) if name in one.methods][-1]


def method_of_unknown(machine: "Machine", name: str, site: Site) -> Types | None:
    """What some library takes a method of an unknown value to give."""
    asked = Type("method", Type("unknown"), name)
    for hook in machine.calls:
        types = hook(machine, asked, site)
        if types is not None:
            return types
    return None
