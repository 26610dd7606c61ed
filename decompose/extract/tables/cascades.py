"""Stage 1, whole project: what deleting rows takes along by the keys of other tables."""

from collections.abc import Iterator
from typing import Any

from ...model.facts import Op
from ..program import ClassInfo
from .inventory import Inventory
from .mapping import Relation

__all__ = ["cascade", "goes_unseen"]


def cascade(inventory: Inventory, info: ClassInfo) -> list[tuple[Any, Op]]:
    """What deleting rows of `info` reads and writes besides: (class or table, op), in the order reached.

    Only the statements that are sure to be sent: rows that take others along, or whose deletion somebody hears, are
    read first, and deleted if there are any (the key's `on_delete` says so); others are deleted unseen, and keys
    that are set to something else are set unseen (Django 4.2 and later). What those rows would take along in their
    turn is asked for only where there are any, so it is left out. Of a class that stands for too many tables
    nothing is said.
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
            found.update(dict.fromkeys(_over(inventory, relation)))
    return list(found)


def goes_unseen(inventory: Inventory, info: ClassInfo) -> bool:
    """Are rows of `info` deleted by one statement, without being read before?"""
    concrete = inventory.concrete(info)
    return (
        not inventory.hears_deletions and bool(concrete) and not any(_takes_along(inventory, one) for one in concrete)
    )


def _over(inventory: Inventory, relation: Relation) -> Iterator[tuple[Any, Op]]:
    if relation.kind == "both" and isinstance(relation.between, str):
        yield relation.between, Op.READ if inventory.hears_deletions else Op.WRITE
    if relation.kind not in ("many", "one_back"):
        return
    if relation.on_delete == "cascade":
        for one in inventory.concrete(relation.target):
            yield one, Op.READ if inventory.hears_deletions or _takes_along(inventory, one) else Op.WRITE
    elif relation.on_delete in ("set_null", "set_default", "set"):
        yield relation.target.mapped.table or relation.target, Op.WRITE  # the column's table, no parent's
    elif relation.on_delete in ("protect", "restrict"):
        yield relation.target, Op.READ


def _takes_along(inventory: Inventory, info: ClassInfo) -> bool:
    return bool(info.mapped.parents) or any(
        relation.kind in ("many", "one_back", "both") and relation.on_delete != "do_nothing"
        for relation in inventory.relations(info).values()
    )
