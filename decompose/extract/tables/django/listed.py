"""Stage 1, whole project: where classes name a model's keys in lists: constraints, orders, forms, the admin."""

from collections.abc import Iterator

from ....model.facts import ColumnUse, How
from ....model.names import Table
from ...code import Assign, Call, Const, Dict, Display, Either, Expr, Operation, Star
from ...infer import Machine
from ...program import ClassInfo
from ..inventory import inventory_of
from .forms import form_model
from .meta import assignments

__all__ = ["listed"]

# unique_together = [("order", "product")]      ordering = ["order__placed"]      indexes = [Index(fields=["order"])]
_OF_META = frozenset(
    "constraints exclude extra_kwargs field_classes fields get_latest_by index_together indexes labels lookup_fields "
    "order_with_respect_to ordering read_only_fields unique_together widgets".split()
)

# list_display = ["order"]      search_fields = ["order__number"]      raw_id_fields = ("order",)
_OF_ADMIN = frozenset(
    "autocomplete_fields date_hierarchy exclude fields fieldsets filter_horizontal filter_vertical list_display "
    "list_editable list_filter list_select_related ordering radio_fields raw_id_fields readonly_fields search_fields "
    "sortable_by".split()
)

_NO_FIELDS = frozenset({"name", "violation_error_message", "violation_error_code", "db_tablespace", "opclasses"})


def listed(machine: Machine) -> Iterator[ColumnUse]:
    """The keys of rows that classes name, each with its line, in whatever order."""
    administered = inventory_of(machine).administered
    for info in machine.program.classes:
        if info.scope.source.library:
            continue
        inside = f"{info.name}.Meta"
        if info.mapped and info.mapped.library == "django":
            yield from _named(machine, info, _options(info), inside)
        elif "Meta" in info.inner and (model := form_model(machine, info)):
            yield from _named(machine, model, _options(info), inside, info)
        for model in administered.get(info, ()):
            body = [node for node in assignments(info.node.body) if node.targets[0] in _OF_ADMIN]
            yield from _named(machine, model, body, info.name, info)


def _options(info: ClassInfo) -> list[Assign]:
    meta = info.inner.get("Meta")
    return [node for node in assignments(meta.node.body) if node.targets[0] in _OF_META] if meta else []


def _named(
    machine: Machine, model: ClassInfo, body: list[Assign], function: str, info: ClassInfo | None = None
) -> Iterator[ColumnUse]:
    inventory, module = inventory_of(machine), (info or model).scope.source.module
    for node in body:
        for text, line in _texts(node.value, node.line) if node.value is not None else ():
            relation = inventory.relation(model, text.lstrip("-").partition("__")[0])
            if relation is not None and relation.kind == "one" and relation.column:
                for table in inventory.tables_of(model):
                    yield ColumnUse(module, function, Table(table), relation.column, How.NAMED, line)


def _texts(value: Expr, line: int) -> Iterator[tuple[str, int]]:
    """The texts of an option, and the fields that its conditions ask for, each with its line."""
    waiting: list[tuple[Expr, int]] = [(value, line)]
    while waiting:
        one, at = waiting.pop()
        match one:
            case Const(text) if isinstance(text, str):
                yield text, at
            case Display(_, items, lines):
                waiting += zip(items, lines or (at,) * len(items), strict=True)
            case Dict(keys, values, lines):
                below = lines or (at,) * len(values)
                waiting += [(key, where) for key, where in zip(keys, below, strict=True) if key is not None]
                waiting += zip(values, below, strict=True)
            case Call(_, args, keywords, where):
                waiting += [(each, where) for each in args]
                waiting += [(each, where) for name, each in keywords if name not in _NO_FIELDS]
                yield from ((name, where) for name, _ in keywords if name and "__" in name)
            case Operation(_, left, right):
                waiting += [(left, at), (right, at)]
            case Either(items):
                waiting += [(each, at) for each in items]
            case Star(inner):
                waiting.append((inner, at))
