"""What a remedy results in, as text to edit: RemedyKind + Seams + Context -> str. One sketch a kind in `SKETCHES`."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from ..model.facts import ForeignKey, Op, Query, WireKind
from ..model.judgements import RemedyKind, Seam, SeamKind
from ..model.names import Boundary, Module, Table
from .context import Context

__all__ = ["SKETCHES", "sketch"]

_Sketch = Callable[[Sequence[Seam], Context], Iterable[str]]


def sketch(kind: RemedyKind, seams: Sequence[Seam], context: Context) -> str:
    """A few lines: routes with the parameters of the functions used, event fields, SQL, or the steps of a saga."""
    return "\n".join(SKETCHES[kind](seams, context))


def _used(seams: Sequence[Seam]) -> list[tuple[Module | Table, str]]:
    return sorted({(seam.to, name) for seam in seams for name in seam.names}, key=lambda used: (str(used[0]), used[1]))


def _slug(name: str) -> str:
    # InvoiceLine.total -> invoice-line/total
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.strip("_").replace(".", "/"))
    return words.replace("_", "-").lower()


def _parameters(signature: str, models: Container[str]) -> list[str]:
    """`"(self, order: Order, *, dry_run=False) -> Receipt"` -> `["order_id", "dry_run"]`: rows travel as their ids."""
    inside = signature.rpartition(")")[0].removeprefix("(") if ")" in signature else ""
    parts = (part.strip() for part in _at_top_level(inside))
    named = (re.sub(r"\s*=.*", "", part, flags=re.S) for part in parts)
    kept = [part.lstrip("*") for part in named if part not in ("", "self", "cls", "*", "/")]
    return [_as_id(part, models) for part in kept]


def _as_id(parameter: str, models: Container[str]) -> str:
    # user, order: "Order | None", lines: list[Line]
    name, _, annotation = (part.strip() for part in parameter.partition(":"))
    if re.sub(r"\s*\|\s*None$", "", annotation.strip("\"'")).rpartition(".")[2].lower() in models:
        return f"{name}_id"
    inside = re.fullmatch(r"(?:list|List|Iterable|Sequence|QuerySet)\[[\"']?([\w.]+)[\"']?\]", annotation)
    if inside and inside[1].rpartition(".")[2].lower() in models:
        return f"{name}_ids"
    return f"{name}_id" if not annotation and name.replace("_", "") in models else parameter


def _at_top_level(text: str) -> Iterable[str]:
    """Split at the commas that no bracket encloses."""
    depth, start = 0, 0
    for i, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            yield text[start:i]
            start = i + 1
    yield text[start:]


def _result(signature: str) -> str:
    _, arrow, result = signature.rpartition("->")
    return result.strip().rstrip(":") if arrow else "..."


def _signature(module: Module | Table, name: str, context: Context) -> str:
    if not isinstance(module, Module):
        return ""
    definition = context.definitions.get((module, name))
    return definition.signature if definition else ""


_QUERIES = re.compile(r"(get|list|find|is|has|can|count|fetch|load|search|lookup|iter)(_|[A-Z]|$)")


def _route(owner: Boundary, module: Module | Table, name: str, context: Context) -> str:
    signature = _signature(module, name, context)
    asks = _QUERIES.match(name.rpartition(".")[2].lstrip("_")) or (module, name) in context.reading
    verb = "GET " if asks else "POST"
    body = ", ".join(_parameters(signature, context.models)) or ("" if signature else "...")
    return f"{verb} /{_slug(owner.name)}/{_slug(name)} {{{body}}} -> {_result(signature)}"


def _sync_api(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    owner = seams[0].to_boundary
    if seams[0].kind is SeamKind.TABLE:
        table = seams[0].to
        return [f"GET  {_rows(owner, table, context)}/{{id}} -> {{{_columns(table, context)}}}"]
    if seams[0].kind is SeamKind.JOIN:
        return _composition(seams, context)
    if seams[0].kind is SeamKind.WIRING and seams[0].detail in (WireKind.CACHE_KEY, WireKind.GET_MODEL):
        return [_by_name(seam, name, context) for seam in seams for name in seam.names]
    return [_route(owner, module, name, context) for module, name in _used(seams)] or [
        f"{owner}/api.py: one function for each use of {seams[0].to}"
    ]


def _by_name(seam: Seam, name: str, context: Context) -> str:
    """What a cache key or a name of a class ("billing.Invoice") stands for."""
    owner = seam.to_boundary
    if seam.detail == WireKind.CACHE_KEY:
        return f"{owner} alone keeps {name} in the cache; {seam.from_boundary} asks {owner} for what it holds"
    declared = ((table, fact) for table, fact in context.tables.items() if fact.module == seam.to)
    tables = [table for table, fact in declared if fact.model == name.rpartition(".")[2]]
    path = _rows(owner, tables[0], context) if tables else f"/{_slug(owner.name)}/{_slug(name.rpartition('.')[2])}"
    return f"GET  {path}/{{id}} -> {{{_columns(tables[0], context) if tables else '...'}}}"


def _composition(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    owners = sorted({(context.owners[Table(name)], name) for name in seams[0].names if Table(name) in context.owners})
    ours = seams[0].from_boundary
    for owner, table in owners:
        if owner == ours:
            yield f"1. {ours} selects from {table} alone and collects the ids"
    for owner, table in owners:
        if owner != ours:
            yield f"2. GET {_rows(owner, Table(table), context)}?ids=... -> [{{{_columns(Table(table), context)}}}]"
    yield f"3. {ours} puts the two together in memory"


def _batch_api(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    owner = seams[0].to_boundary
    if seams[0].kind is SeamKind.TABLE:
        yield f"GET  {_rows(owner, seams[0].to, context)}?ids=... -> [{{{_columns(seams[0].to, context)}}}]"
    for module, name in _used(seams):
        signature = _signature(module, name, context)
        body = ", ".join(_parameters(signature, context.models)) or "..."
        yield f"POST /{_slug(owner.name)}/{_slug(name)}/batch [{{{body}}}, ...] -> [{_result(signature)}, ...]"
    for seam in seams:
        at = seam.evidence[0]
        yield f"  the loop at {at.file}:{at.line} collects its items first, then calls once"


def _event(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    if one.kind is SeamKind.TABLE:
        yield f"event {one.from_boundary}.{one.to}.changed {{{_columns(one.to, context)}}}"
        yield f"  {one.to_boundary} applies it to {one.to}"
        return
    for module, name in _used(seams):
        fields = ", ".join(_parameters(_signature(module, name, context), context.models)) or "id"
        at = next(at for seam in seams if name in seam.names for at in seam.evidence)
        cause = at.function.replace(".", "_") or name
        yield f"event {one.from_boundary}.{_slug(cause).replace('/', '-')}.done {{{fields}}}"
        yield f"  published at {at.file}:{at.line}; {module}:{name} of {one.to_boundary} subscribes"


# what nobody outside of the owner has to know
_SECRET = re.compile(r"passw|secret|token|api_?key|private_key|salt|hash", re.I)


def _rows(owner: Boundary, table: Module | Table, context: Context) -> str:
    """Where a table's rows are found: /billing/invoice-line, by its class where one declares it."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    name = fact.model.replace(".", "_") if fact and fact.model else str(table)
    return f"/{_slug(owner.name)}/{_slug(name)}"


def _columns(table: Module | Table, context: Context, most: int = 12, *, given: bool = False) -> str:
    """The columns that others may know; `given`: those that they set."""
    fact = context.tables.get(table) if isinstance(table, Table) else None
    kept = [one for one in fact.columns if not _SECRET.search(one.name) and not (given and one.primary)] if fact else []
    names = [one.name for one in kept]
    return ", ".join([*names[:most], *(["..."] if len(names) > most or not names else [])])


def _read_model(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    table = str(one.to).replace(".", "_")
    ours = one.from_boundary.name.replace("-", "_")
    return [
        f"CREATE TABLE {ours}_{table}_copy ({_columns(one.to, context)});  -- in {one.from_boundary}'s database",
        f"event {one.to_boundary}.{table}.changed {{{_columns(one.to, context)}}}",
        f"  {one.to_boundary} publishes after each commit; {one.from_boundary} upserts by id, filled by one replay",
    ]


def _view(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    at = one.evidence[0]
    names = [Table(name) for name in one.names] or ([one.to] if isinstance(one.to, Table) else [])
    query = context.queries.get((at.file, at.line))
    title = f"{one.from_boundary}_{(at.function or 'query').rpartition('.')[2]}".replace("-", "_")
    yield f"CREATE TABLE {title}_view AS  -- then kept up to date by the owners' events"
    yield f"SELECT {', '.join(_view_columns(names, query))}"
    yield from _from_clause(names, context)


def _view_columns(tables: Sequence[Table], query: Query | None) -> list[str]:
    used = [*query.joined, *query.filtered, *query.ordered] if query else []
    return list(dict.fromkeys(used)) or [f"{table}.id" for table in tables]


def _from_clause(tables: Sequence[Table], context: Context) -> Iterable[str]:
    """Join each table to one that is already there by a foreign key, in either direction."""
    placed, waiting = [tables[0]], list(tables[1:])
    yield f"FROM {tables[0]}"
    while waiting:
        linked = ((table, key) for table in waiting if (key := _link(table, placed, context)))
        table, key = next(linked, (waiting[0], None))
        on = f"{key.table}.{key.column} = {key.to_table}.id" if key else "..."
        yield f"JOIN {table} ON {on}"
        waiting.remove(table)
        placed.append(table)


def _link(table: Table, placed: Sequence[Table], context: Context) -> ForeignKey | None:
    forth = (key for key in context.keys.get(table, ()) if key.to_table in placed)
    back = (key for one in placed for key in context.keys.get(one, ()) if key.to_table == table)
    return next(forth, None) or next(back, None)


def _command_api(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    yield f"POST {_rows(one.to_boundary, one.to, context)} {{{_columns(one.to, context, given=True)}}} -> id"
    writers = sorted({f"{seam.from_module}:{at.function}" for seam in seams for at in seam.evidence})
    yield f"  {one.to_boundary} alone writes {one.to}; it takes over from {', '.join(writers[:4])}"


_CLEAN_UP: Mapping[str, str] = {
    "cascade": "deletes the rows",
    "set_null": "sets the id to NULL on the rows",
    "set_default": "sets the default id on the rows",
    "protect": "reports the rows, since deletion was refused before: ask {ours} first (GET .../references)",
    "restrict": "reports the rows, since deletion was refused before: ask {ours} first (GET .../references)",
}


def _drop_key(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    table, _, column = one.names[0].rpartition(".")
    job = _CLEAN_UP.get(one.detail, "reports the rows").format(ours=one.from_boundary)
    return [
        f"ALTER TABLE {table} DROP CONSTRAINT <foreign key on {column}>;  -- the id and its index stay",
        f"job on event {one.to_boundary}.{one.to}.deleted {{id}}: {job} of {table} where {column} = id",
    ]


def _transaction_tables(seams: Sequence[Seam], context: Context) -> list[tuple[str, list[str]]]:
    """Each owner with its tables, the boundary of the scope first."""
    ours = seams[0].from_boundary
    by_owner: dict[Boundary, list[str]] = {}
    for name in sorted({name for seam in seams for name in seam.names}):
        by_owner.setdefault(context.owners[Table(name)], []).append(name)
    return [(owner.name, by_owner[owner]) for owner in sorted(by_owner, key=lambda owner: (owner != ours, owner))]


def _saga(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    at = seams[0].evidence[0]
    verb = (at.function or "run").rpartition(".")[2]
    yield f"saga {verb} ({at.file}:{at.line}), each step commits alone and is safe to repeat"
    for number, (owner, tables) in enumerate(_transaction_tables(seams, context), 1):
        undo = f"undo_{verb}_in_{owner}".replace("-", "_")
        yield f"{number}. {owner} writes {', '.join(tables)}; compensation: {undo}"
    yield "on failure of step n the compensations n-1 ... 1 run in that order"


def _outbox(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    at = seams[0].evidence[0]
    verb = (at.function or "run").rpartition(".")[2]
    (ours, own), *others = _transaction_tables(seams, context)
    yield f"{ours} commits {', '.join(own)} and a row of outbox (id, type, payload, sent_at) together"
    for owner, tables in others:
        yield f"relay sends {ours}.{_slug(verb)}; {owner} writes {', '.join(tables)} once for each id"


def _invert(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    names = [name for _, name in _used(seams)]
    if one.kind is SeamKind.TABLE:
        verb = "stores" if one.op is Op.WRITE else "loads"
        yield f"{one.from_boundary} is handed what {verb} the rows, and {one.to_boundary} keeps the table:"
        yield f"  class {_port(str(one.to))}(Protocol): def {verb[:-1]}(...) -> {{{_columns(one.to, context)}}}: ..."
    elif one.kind is SeamKind.INHERITANCE:
        yield f"{one.from_boundary} holds an object of its own in place of inheriting {', '.join(names)}:"
        yield from (f"  class {name.rpartition('.')[2]}Port(Protocol): ..." for name in names)
    else:
        yield f"{one.from_boundary} declares what it needs; {one.to} of {one.to_boundary} registers itself at start-up:"
        for module, name in _used(seams):
            signature = _signature(module, name, context) or "(...)"
            yield f"  class {_port(name)}(Protocol): def __call__{_bound(signature)}: ..."


def _bound(signature: str) -> str:
    # (cls, order_id: int) -> Receipt, (order_id: int) -> Receipt: (self, order_id: int) -> Receipt
    inner = re.sub(r"^\((self|cls)\b(, )?", "(", signature)
    return "(self)" + inner[2:] if inner.startswith("()") else f"(self, {inner[1:]}"


def _port(name: str) -> str:
    # orders_order -> OrdersOrderPort
    return re.sub(r"[_.]", "", name.title()) + "Port"


def _kernel(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    bag = context.baggage.get(one.to) if isinstance(one.to, Module) else None
    names = ", ".join(name for _, name in _used(seams)) or str(one.to)
    if one.to_boundary in context.libraries and one.kind in (SeamKind.CALL, SeamKind.IMPORT) and one.names:
        yield f"library {one.to_boundary}, versioned; {one.from_boundary} requires it, and calls it in its own process:"
        for module, name in _used(seams):
            yield f"  {module}.{name}{_signature(module, name, context)}"
        return
    if one.detail == "object":
        yield f"{one.from_boundary} makes an object of its own at start-up, from its own settings: {names}"
        yield f"  the library holds how {one.to} makes it, not the object itself"
        return
    if one.kind in (SeamKind.CALL, SeamKind.IMPORT, SeamKind.INHERITANCE) and bag and one.detail in ("", "startup"):
        yield f"library: {', '.join(map(str, bag.modules))} ({bag.lines} lines, no table)"
    else:
        yield f"library {one.to_boundary}-contract: {names} of {one.to}"
    yield f"  versioned; {one.from_boundary} and {one.to_boundary} depend on it"


def _move(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    lines = context.lines.get(one.to, 0) if isinstance(one.to, Module) else 0
    return [f"{one.to} ({lines} lines, no table) moves to {one.from_boundary}: nobody else uses it"]


def _delete(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    if seams[0].detail == "model":
        names = ", ".join(sorted({name for seam in seams for name in seam.names}))
        yield f"{names}: goes away with the remedies of its table; {seams[0].from_boundary} keeps ids in place of rows"
        return
    for seam in seams:
        for at in seam.evidence:
            yield f"{at.file}:{at.line}: remove the import of {', '.join(seam.names) or seam.to}; no use was found"


def _split_table(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    return [f"{one.to} keeps {one.to_boundary}'s columns; {one.from_boundary}'s go to a table with the same id"]


SKETCHES: Mapping[RemedyKind, _Sketch] = {
    RemedyKind.MOVE: _move,
    RemedyKind.KERNEL: _kernel,
    RemedyKind.INVERT: _invert,
    RemedyKind.SYNC_API: _sync_api,
    RemedyKind.BATCH_API: _batch_api,
    RemedyKind.EVENT: _event,
    RemedyKind.READ_MODEL: _read_model,
    RemedyKind.VIEW: _view,
    RemedyKind.COMMAND_API: _command_api,
    RemedyKind.DROP_KEY: _drop_key,
    RemedyKind.SAGA: _saga,
    RemedyKind.OUTBOX: _outbox,
    RemedyKind.SPLIT_TABLE: _split_table,
    RemedyKind.DELETE: _delete,
}
