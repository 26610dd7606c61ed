"""Stage 1, whole project: `Order.tags.through.objects`: the rows of a table between two models, asked directly."""

from ....model.facts import Op, Via
from ...infer import Machine, Site
from ...types import NONE, Type, Types
from ..related import through

__all__ = ["through_attribute", "through_iterate", "through_method"]

_WRITES = frozenset({"create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create"})


def through_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """Of the descriptor "both" of a model's class; of "between", a table that no class declares."""
    if one.kind == "between":
        if name == "_meta":
            return (Type("meta", one),)
        return (one,) if name in ("objects", "_default_manager", "_base_manager") else (Type("method", one, name),)
    return through(machine, one.extra) if name == "through" else NONE


def through_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """A method of the rows of a table between: all but the writing ones read, and give such rows."""
    if name in _WRITES:
        machine.effect(one.of, Op.WRITE, Via.RELATION, site.line, one.doubt)
    if name in ("update", "delete"):
        machine.unread(one.of)
    elif name not in ("create", "bulk_create"):
        machine.effect(one.of, Op.READ, Via.RELATION, site.line, one.doubt)
    return (one,) if name not in _WRITES else NONE


def through_iterate(machine: Machine, one: Type, line: int) -> Types:
    """A loop over such rows; once they have a name, it keeps them."""
    machine.effect(one.of, Op.READ, Via.RELATION, line, one.doubt, kept=True)
    return NONE
