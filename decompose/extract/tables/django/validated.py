"""Stage 1, whole project: `full_clean()`: what it looks up.

order.full_clean(exclude=["customer"])      order.full_clean(exclude=left, validate_unique=False)
"""

from ....model.facts import Op, Via
from ...code import Const, Display, Expr
from ...infer import Machine, Site
from ...program import ClassInfo
from ...types import Type
from ..inventory import inventory_of
from .meta import option

__all__ = ["validated"]


def validated(machine: Machine, one: Type, name: str, site: Site) -> None:
    """A row is validated: each key but those that are excluded, and its own table where something is unique in it."""
    given = dict(site.node.keywords)
    left = given.get("exclude") or (site.node.args[0] if site.node.args else None)
    excluded = _names(left)
    unique = given.get("validate_unique") != Const(False) and _is_unique(one.of, excluded)
    if unique or option(one.of, "constraints") is not None:
        machine.effect(one.of, Op.READ, Via.ORM, site.line, one.doubt)
    if name == "full_clean":
        for relation in inventory_of(machine).relations(one.of).values():
            if relation.kind == "one" and relation.name not in excluded:
                machine.effect(relation.target, Op.READ, Via.RELATION, site.line, one.doubt)


def _names(left: Expr | None) -> frozenset[str]:
    """The fields that are left out, as far as they are written."""
    items = left.items if isinstance(left, Display) else ()
    return frozenset(one.value for one in items if isinstance(one, Const) and isinstance(one.value, str))


def _is_unique(info: ClassInfo, excluded: frozenset[str]) -> bool:
    """Is there a column, or several together, that no two rows may have alike? A row's own number is not asked."""
    if info.mapped is None or info.mapped.table is None:
        return True
    columns = [pair for above in info.line() if above.mapped for pair in above.mapped.columns.items()]
    own = any(one.unique and name not in excluded and not one.type.endswith("AutoField") for name, one in columns)
    return own or option(info, "unique_together") is not None
