"""What an event or a call carries: functions and receivers + Context -> fields, as text to edit."""

import re
from collections.abc import Iterable

from ...model.facts import Definition
from ...model.names import Boundary, Table
from ..context import Context
from ..context.fields import NOTHING
from ..context.signatures import handed
from ..context.travel import Named
from ..context.ways import Way
from .found import found_by
from .rows import columns

__all__ = ["carried_by", "defined", "heard", "told"]

# what a signal's receiver is given beside the row, and no event carries
_OF_SIGNALS = frozenset(
    {"action", "args", "instance", "kwargs", "model", "origin", "pk_set", "reverse", "self", "sender", "signal"}
    | {"update_fields", "using"}
)


def told(owner: Boundary, function: Named, context: Context) -> list[str]:
    """What a function of `owner` has to be told: its parameters, of others' rows the columns that it reads, too."""
    definition = defined(function, context)
    function = (function[0], definition.name) if definition else function
    return [
        _of_row(owner, function, parameter, context.models[model], context) if model else parameter
        for parameter, model in handed(definition.signature if definition else "", context.models, context.words)
    ]


def defined(function: Named, context: Context) -> Definition | None:
    """What is called, of a task the function that it runs: `recount.delay(order)`."""
    module, (name, _, last) = function[0], function[1].rpartition(".")
    task = context.definitions.get((module, name)) if not last.startswith("_") else None
    return context.definitions.get(function) or (task if task and task.kind == "function" else None)


def _of_row(owner: Boundary, function: Named, parameter: str, table: Table, context: Context) -> str:
    """The id of a row, with what the function reads of it, where neither the table, a copy nor another read of it is
    its.
    """
    fact = context.tables[table]
    read = context.fields.read_in(function, table) & {one.name for one in fact.columns if not one.primary}
    held = context.owners.get(table) == owner or (owner, table) in context.copies
    if not read or held or context.fields.finds(function, table):
        return parameter
    shown = f"{{{columns(table, context, read)}}}"
    many = parameter.endswith("_ids")
    return f"{parameter.removesuffix('_ids')} [{shown}, ...]" if many else f"{parameter.removesuffix('_id')} {shown}"


def heard(table: Table, receivers: Iterable[Named], context: Context) -> list[str]:
    """What the receivers of a row's signal read of it, and by it of other rows of its owner; all of it, if unknown."""
    receivers = sorted(receivers)
    read = frozenset().union(*(context.fields.read_in(one, table) for one in receivers))
    beside = {
        f"{other}.{name}"
        for one in receivers
        for other, names in context.fields.own.get(one, {}).items()
        if other != table and context.owners.get(other) == context.owners.get(table)
        for name in names
    }
    asked = {name for one in receivers for name in _parameters(one, context)} - _OF_SIGNALS
    return [*columns(table, context, read).split(", "), *sorted(beside), *sorted(asked)]


def _parameters(function: Named, context: Context) -> list[str]:
    definition = context.definitions.get(function)
    inside = re.search(r"\((.*)\)", definition.signature, re.S) if definition else None
    return re.findall(r"(?:^|,)\s*\**(\w+)", inside[1]) if inside else []


def carried_by(owner: Boundary, table: Table, way: Way, context: Context) -> list[str]:
    """What `owner` has to be told to write `table`, as a way of a transaction does it today."""
    place = next((one for one in way.path if context.home.get(one[0]) == owner), None)
    if place is None:
        return _written(table, way, context)
    sender = next((each for each, found in sorted(context.heard.items()) if place in found), None)
    if sender is not None:
        return heard(sender, [place], context)
    return told(owner, place, context)


def _written(table: Table, way: Way, context: Context) -> list[str]:
    """What finds the rows of `table` that a line writes, and the columns that its function gives."""
    gives = context.fields.gives.get((*way.path[-1], table), NOTHING)
    found = re.findall(r"(\w+)(?=[=}])", where := found_by(table, way.at, context)) or ["id" if where else "which rows"]
    shown = columns(table, context, gives.columns, given=True).split(", ") if gives.columns else []
    return [*(found if not gives.makes and (shown or gives.deletes) else []), *shown]
