"""Stage 1, whole project: rows of any table that a type and an id lead to, by Django's GenericForeignKey."""

from ...model.facts import How
from ..infer import Machine
from ..infer.sure import is_kept
from ..program import ClassInfo
from ..types import NONE, Type, Types
from .shapes import held

__all__ = ["fetch_pointed", "id_of", "pointed"]

_KEYS = "generic"  # in the notes of a class: its keys, each with the column of its id


def id_of(info: ClassInfo, name: str) -> str:
    """The column that holds the id, if the attribute is a generic key; else ""."""
    return str(info.mapped.notes.get(_KEYS, {}).get(name, "")) if info.mapped else ""


def pointed(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """`flag.content_object`: a row of some table, which only the row tells; None where it is no such key."""
    if not id_of(one.of, name):
        return None
    if not (is_kept(machine, name, line) or any(path.partition("__")[0] == name for path in held(one))):
        _unknown(machine, one.of, name, line)
    machine.column(one.of, name, How.BEHIND, line)
    return NONE


def fetch_pointed(machine: Machine, info: ClassInfo, name: str, line: int) -> None:
    """prefetch_related("content_object")"""
    if id_of(info, name):
        _unknown(machine, info, name, line)
        machine.column(info, name, How.BEHIND, line)


def _unknown(machine: Machine, info: ClassInfo, name: str, line: int) -> None:
    if machine.whole:
        machine.unresolved("any_row", line, f"{info.name}.{name}: a row of whatever table its type names")
