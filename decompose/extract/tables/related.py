"""Stage 1, whole project: steps over relations: the rows they lead to, and the tables between."""

from collections.abc import Iterator

from ...model.facts import Op, Via
from ..infer import Machine
from ..program import ClassInfo
from ..types import Type, Types
from .inventory import inventory_of
from .mapping import Relation
from .shapes import held, loaded

__all__ = ["all_between", "beyond_of", "change_relation", "follow", "read_between", "through", "ways_back"]


def follow(machine: Machine, relation: Relation, one: Type, line: int) -> Types:
    """`order.customer`, `customer.orders`: a row that is read at once, or rows that are not read yet."""
    beyond = beyond_of(relation, one)
    if relation.kind in ("one", "one_back"):
        if beyond is None:
            machine.effect(relation.target, Op.READ, Via.RELATION, line, one.doubt, kept=True, by=relation.column)
        return (loaded(Type("instance", relation.target, None, one.doubt), beyond or ()),)
    return (Type("related", relation.target, relation if beyond is None else relation.with_rows(beyond), one.doubt),)


def ways_back(machine: Machine, one: Type) -> tuple[str, ...]:
    """The relations by which rows that were asked of a row hold that row itself: `order.lines` hold their `order`."""
    to = one.extra if one.kind == "related" else None
    if not isinstance(to, Relation) or to.kind != "many" or not to.column:
        return ()
    back = inventory_of(machine).relations(to.target).values()
    return tuple([one.name for one in back if (one.kind, one.column, one.owner) == ("one", to.column, to.target)])


def beyond_of(relation: Relation, one: Type) -> tuple[str, ...] | None:
    """What a row holds beyond a relation; None where it does not hold that."""
    # order__customer, lines: of a line's `order` it is customer, of `lines` nothing, of `tags` None
    steps = [path.partition("__") for path in held(one)]
    found = [beyond for name, _, beyond in steps if name in (relation.name, relation.lookup)]
    return tuple([beyond for beyond in found if beyond]) if found else None


def change_relation(machine: Machine, relation: Relation, name: str, line: int, doubt: int) -> None:
    """`order.tags.add(...)`, `customer.orders.clear()`: what it writes, and reads before."""
    if relation.kind == "both":
        for between in all_between(machine, relation):
            machine.effect(between, Op.WRITE, Via.RELATION, line, doubt)
            # of a table of its own Django leaves it to INSERT ... ON CONFLICT DO NOTHING to see what is there already
            if name in ("set", "aset") or (name in ("add", "aadd") and isinstance(between, ClassInfo)):
                machine.effect(between, Op.READ, Via.RELATION, line, doubt)
    else:
        machine.effect(relation.target, Op.WRITE, Via.RELATION, line, doubt)


def read_between(machine: Machine, relation: Relation, line: int, doubt: int) -> None:
    """The line reads the table between, if there is one."""
    if isinstance(relation, Relation) and relation.kind == "both":
        for between in all_between(machine, relation):
            machine.effect(between, Op.READ, Via.RELATION, line, doubt)


def all_between(machine: Machine, relation: Relation) -> "list[ClassInfo | str]":
    """The tables between, of a relation to many on both sides."""
    return [relation.between] if relation.between is not None else list(_betweens(machine, relation))


def through(machine: Machine, relation: Relation) -> Types:
    """`Order.tags.through`, `order.tags.through`: the classes of the tables between, or those tables."""
    found = all_between(machine, relation)
    return tuple([Type("between", table) if isinstance(table, str) else table.value for table in found])


def _betweens(machine: Machine, relation: Relation) -> Iterator[ClassInfo | str]:
    """The tables between, of a relation that an abstract class declares."""
    for info in inventory_of(machine).concrete(relation.owner):
        found = inventory_of(machine).relation(info, relation.name)
        if found is not None and found.between is not None:
            yield found.between
