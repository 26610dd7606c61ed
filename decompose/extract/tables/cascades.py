"""Stage 1, whole project: what deleting rows takes along by the keys of other tables."""

from typing import Any

from ...model.facts import Op
from ..program import ClassInfo
from .inventory import Inventory
from .mapping import Relation

__all__ = ["cascade", "goes_unseen"]


def cascade(inventory: Inventory, info: ClassInfo) -> list[tuple[Any, Op]]:
    """What deleting rows of `info` reads and writes besides: (class or table, op), in the order reached.

    Only the statements that are sure to be sent: rows that take others along, or whose deletion somebody hears, are
    read first, and deleted if there are any (the key's `on_delete` says so); others are deleted unseen. Of a class
    that stands for too many tables nothing is said.
    """
    found: dict[tuple[Any, Op], None] = {}
    if inventory.is_general(info):
        return []
    pending, seen = inventory.concrete(info), set()
    while pending:
        one = pending.pop(0)
        if one in seen:
            continue
        seen.add(one)
        pending += [parent for parent in one.mapped.parents if parent not in seen]
        for relation in inventory.relations(one).values():
            _cascade_over(inventory, relation, found, pending)
    return list(found)


def goes_unseen(inventory: Inventory, info: ClassInfo) -> bool:
    """Are rows of `info` deleted by one statement, without being read before?"""
    concrete = inventory.concrete(info)
    return (
        not inventory.hears_deletions and bool(concrete) and not any(_takes_along(inventory, one) for one in concrete)
    )


def _cascade_over(
    inventory: Inventory, relation: Relation, found: dict[tuple[Any, Op], None], pending: list[ClassInfo]
) -> None:
    if relation.kind == "both" and isinstance(relation.between, str):
        found[relation.between, Op.READ if inventory.hears_deletions else Op.WRITE] = None
    if relation.kind not in ("many", "one_back"):
        return
    if relation.on_delete in ("cascade", ""):
        if relation.on_delete or relation.kind == "many":
            for one in inventory.concrete(relation.target):
                if relation.on_delete == "cascade":
                    read_first = inventory.hears_deletions or _takes_along(inventory, one)
                    found[one, Op.READ if read_first else Op.WRITE] = None
                    pending.append(one)
    elif relation.on_delete in ("set_null", "set_default", "set"):
        found[relation.target.mapped.table or relation.target, Op.WRITE] = None  # the column's table, no parent's
        found[relation.target, Op.READ] = None
    elif relation.on_delete in ("protect", "restrict"):
        found[relation.target, Op.READ] = None


def _takes_along(inventory: Inventory, info: ClassInfo) -> bool:
    return bool(info.mapped.parents) or any(
        relation.kind in ("many", "one_back", "both") and relation.on_delete != "do_nothing"
        for relation in inventory.relations(info).values()
    )
