"""Stage 1, whole project: what evaluation knows of the values that functions return -> text, by their names."""

from collections.abc import Iterator

from ...model.names import Module
from ..infer import Machine
from ..program import ClassInfo
from ..types import Type
from .inventory import Inventory, inventory_of

__all__ = ["answers"]


def answers(machine: Machine) -> dict[tuple[Module, str], str]:
    """ "Order | [Line]": rows, or objects of other classes, and containers of them; the rest is not told.

    Of a manager's methods "QuerySet" and "Self" are rows of whatever class it is of.
    """
    inventory = inventory_of(machine)
    found: dict[tuple[Module, str], dict[str, None]] = {}
    for unit in machine.units:
        source = unit.scope.source
        if unit.fn is not None and not source.library and unit.returns.types:
            own = inventory.model_of(unit.receiver) if unit.receiver is not None else None
            texts = (text for one in unit.returns.types for text in _texts(one, inventory, own))
            found.setdefault((source.module, unit.name), {}).update(dict.fromkeys(texts))
    return {named: " | ".join(sorted(found[named])) for named in sorted(found) if found[named]}


def _texts(one: Type, inventory: Inventory, own: ClassInfo | None) -> Iterator[str]:
    if one.doubt > 1:  # a guess, by name alone
        return
    model = inventory.model_of(one) if one.kind != "values" else None
    if model is not None and model.mapped is None:
        return  # of a manager that many have, evaluated for none of them
    if model is not None:
        yield "QuerySet" if model is own else f"[{model.name}]"
    elif one.kind == "instance" and isinstance(one.of, ClassInfo) and not one.of.scope.source.library:
        yield "Self" if one.of is own else one.of.name
    elif one.kind == "list" and isinstance(one.of, Type):
        yield from (f"[{text}]" for text in _texts(one.of, inventory, own))
    elif one.kind == "text":
        yield "str"
