"""How an owner is asked for what its functions and classes do: a name of a module -> lines of a sketch."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ...model.facts import Definition
from ...model.names import Boundary, Module, Table
from ..context import Context
from ..context.signatures import functions
from ..context.travel import ACTS, top
from .payloads import defined, told
from .reading import read_of
from .rows import columns, rows, slug

__all__ = ["batch", "fields", "left_out", "result", "routes", "signature"]


def result(module: Module | Table, name: str, context: Context) -> str:
    """As annotated, else as its return statements say."""
    definition = _definition(module, name, context)
    if definition is None:
        return "..."
    _, arrow, annotated = definition.signature.rpartition("->")
    return annotated.strip().rstrip(":") if arrow else definition.answer or "..."


_QUERY = re.compile(r"(?:[\w.]*QuerySet(?:\[[\"']?([\w.]+)[\"']?.*\])?|qs|queryset)$")


def _answered(owner: Boundary, module: Module | Table, name: str, reader: Boundary, context: Context) -> str:
    """What is sent back: rows with what the reader reads of them; of a query that the function only makes, its rows."""
    answer = result(module, name, context)
    managed = top(name) if ".objects." in name else ""
    answer = _direct(_SELF.sub(managed, answer) if managed else answer, context)
    if found := _QUERY.match(answer):
        return f"[{_row(owner, found[1] or managed, reader, context) or '{...}'}], its rows: {_NARROWED}"
    return _NAME.sub(lambda one: _row(owner, one[0], reader, context) or one[0], answer)


def _direct(answer: str, context: Context) -> str:
    """ "Order | parent" is an order, whose key parent leads to another one."""
    parts = answer.split(" | ")
    tables = [table for part in parts if (table := context.models.get(part.lower())) and part[:1].isupper()]
    leads = {key.column.removesuffix("_id") for table in tables for key in context.keys.get(table, ())}
    return " | ".join(part for part in parts if part not in leads)


_SELF = re.compile(r"\bSelf\b")

_NARROWED = "what callers narrow them by is passed, too"

_NAME = re.compile(r"(?<![\w.{])[A-Z]\w*(?![\w.(])")


def _row(owner: Boundary, model: str, reader: Boundary, context: Context) -> str:
    """ "{id, total}" for a class of the owner's table, "user_id" for one of others, "" for any other name."""
    last = model.rpartition(".")[2]
    table = context.models.get(last.lower())
    if table is None or context.tables[table].model != last:
        return ""
    if context.owners.get(table, owner) != owner:
        return f"{slug(last).replace('-', '_')}_id"
    return f"{{{columns(table, context, read_of(reader, table, context))}}}"


def signature(module: Module | Table, name: str, context: Context) -> str:
    """The parameters and the annotation of a function, "" where it is not known."""
    definition = _definition(module, name, context)
    return definition.signature if definition else ""


def _definition(module: Module | Table, name: str, context: Context) -> Definition | None:
    return defined((module, name), context) if isinstance(module, Module) else None


def fields(owner: Boundary, module: Module | Table, name: str, context: Context) -> list[str]:
    """What a call of it passes; a method of a row is told which row by its key."""
    passed = told(owner, (module, name), context) if isinstance(module, Module) else []
    return [_key(name), *passed] if _of_row(module, name, context) else passed


def _key(name: str) -> str:
    # "HTTPOrder.pay" -> "http_order_id"
    return slug(name.rpartition(".")[0]).replace("/", "_").replace("-", "_") + "_id"


def _of_row(module: Module | Table, name: str, context: Context) -> bool:
    """Is it a method that is called on a table's row?"""
    return (module, name) in context.methods and not signature(module, name, context).startswith("(cls")


def _address(owner: Boundary, name: str) -> str:
    """/billing/invoice/send; a service goes by its name, not by its interface's: IMailer.send -> mailer/send

    Order.objects.late -> order/late
    """
    service = re.sub(r"^I(?=[A-Z][a-z].*[.])", "", name)
    return f"/{slug(owner.name)}/{slug(re.sub('[.]objects[.]', '.', service))}"


_QUERIES = re.compile(r"(get|list|find|is|has|can|count|fetch|load|search|lookup|iter)(_|[A-Z]|$)")

_KEEPS = frozenset(("save", "asave", "delete", "adelete"))


def _route(owner: Boundary, module: Module | Table, name: str, reader: Boundary, context: Context) -> str:
    definition = _definition(module, name, context)
    runs = (module, definition.name if definition else name)  # of a task, what it runs
    last = runs[1].rpartition(".")[2]
    own, named = _of_row(module, name, context), bool(_QUERIES.match(last.lstrip("_")))
    if runs in context.rooted:  # get_bot() may make its row
        asks = runs in context.reading
    else:  # what comes to no table and acts on nothing by its name works something out
        asks = named or (definition is not None and not own and not ACTS.match(last))
    parts = told(owner, (module, name), context) if isinstance(module, Module) else []
    passed = ", ".join(parts) or ("" if signature(module, name, context) else "...")
    verb, path, gives = (
        "GET " if asks else "POST",
        _address(owner, name),
        f" -> {_answered(owner, module, name, reader, context)}",
    )
    if kept := _kept(owner, module, name, context):
        return kept
    if own:
        path = f"{_address(owner, name.rpartition('.')[0])}/{{id}}/{slug(last)}"
    return f"{verb} {path} {{{passed}}}{gives}"


def _kept(owner: Boundary, module: Module | Table, name: str, context: Context, many: bool = False) -> str:
    """A row that is saved or deleted, or `many`, by what its class overrides; "" for any other method."""
    model, _, last = name.rpartition(".")
    found = (table for table, fact in context.tables.items() if (fact.module, fact.model) == (module, model))
    table = next(found, None) if last in _KEEPS else None
    if table is None:
        return ""
    path, given = rows(owner, table, context), columns(table, context, given=True)
    if "delete" in last:
        return f"DELETE {path}?ids=" if many else f"DELETE {path}/{{id}}"
    return f"PUT  {path} [{{id, {given}}}, ...]" if many else f"PUT  {path}/{{id}} {{{given}}}"


def batch(owner: Boundary, module: Module | Table, name: str, reader: Boundary, context: Context) -> str:
    """One route for all items of a loop."""
    if kept := _kept(owner, module, name, context, many=True):
        return kept
    body = ", ".join(fields(owner, module, name, context)) or "..."
    each = _answered(owner, module, name, reader, context)
    return f"POST {_address(owner, name)}/batch [{{{body}}}, ...] -> [{each}, ...]"


_METHODS = 4  # of a class, before the rest is counted


def routes(
    names: Sequence[tuple[Module | Table, str]], owner: Boundary, reader: Boundary, context: Context
) -> Iterator[str]:
    """One route for a function; of a class, one for each method that comes to a table, where none is named."""
    for module, name in names:
        if not any(at == module and other.startswith(f"{name}.") for at, other in names):
            yield from _routes(owner, module, name, reader, context)
            yield from left_out(module, name, context)


def left_out(module: Module | Table, name: str, context: Context) -> Iterator[str]:
    """What a call passes and no message carries."""
    if names := functions(signature(module, name, context)):
        one, it = ("functions", "them") if len(names) > 1 else ("a function", "it")
        yield f"  {', '.join(names)} of {name}: {one}, which no message carries; who calls runs {it} on what comes back"


def _routes(owner: Boundary, module: Module | Table, name: str, reader: Boundary, context: Context) -> Iterable[str]:
    definition = _definition(module, name, context)
    if definition is None or definition.kind != "class":
        return [_route(owner, module, name, reader, context)]
    inside = (each for at, each in context.definitions if at == module and each.startswith(f"{name}."))
    methods = sorted(each for each in inside if not each.rpartition(".")[2].startswith("_"))
    more = [f"  and {len(methods) - _METHODS} more methods of {name}"] * (len(methods) > _METHODS)
    found = [_route(owner, module, each, reader, context) for each in methods[:_METHODS]]
    return [*found, *more] or [_route(owner, module, name, reader, context)]
