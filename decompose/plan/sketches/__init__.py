"""What a remedy results in, as text to edit: RemedyKind + Seams + Context -> lines. One sketch a kind in `SKETCHES`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from ...model.counts import count, listed
from ...model.facts import Op, WireKind
from ...model.judgements import RemedyKind, Seam, SeamKind
from ...model.names import Boundary, Module, Table
from ..context import Context
from ..context.named import lines, lines_of
from ..context.travel import top
from .commits import command_api, outbox, parted, saga
from .events import event, in_transactions, inside
from .keys import drop_key
from .loads import copied_rows, load
from .messages import Line
from .reading import read_of
from .routes import batch, fields, left_out, result, routes, signature
from .rows import along, columns, read_model, reads, rows, shown_of, slug, view
from .shown import address, claim, templates
from .subjects import used
from .unsettled import unsettled

__all__ = ["SKETCHES", "sketch"]

_Sketch = Callable[[Sequence[Seam], Context], Iterable[Line]]


def sketch(kind: RemedyKind, seams: Sequence[Seam], context: Context) -> Iterable[Line]:
    """A few lines: routes with the parameters of the functions used, messages, SQL, or the steps of a saga."""
    return SKETCHES[kind](seams, context)


def _sync_api(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    owner = seams[0].to_boundary
    if seams[0].kind is SeamKind.TABLE:
        return reads(seams, context)
    if seams[0].kind is SeamKind.JOIN:
        return _composition(seams, context)
    if seams[0].kind is SeamKind.WIRING and seams[0].detail == WireKind.URL:
        return [_forwarded(seam) for seam in seams]
    if seams[0].kind is SeamKind.WIRING and seams[0].detail in (WireKind.CACHE_KEY, WireKind.GET_MODEL):
        return [_by_name(seam, name, context) for seam in seams for name in seam.names]
    ours = seams[0].from_boundary
    if seams[0].detail == "model":
        return _of_classes(seams, context)
    if seams[0].kind is SeamKind.WIRING and seams[0].detail == WireKind.TAGS:
        return [
            f"tags of the same names in {ours} show what {owner} answers:",
            *routes(used(seams), owner, ours, context),
        ]
    found = [*routes([one for one in used(seams) if not inside(ours, *one, context)], owner, ours, context)]
    return [*found, *in_transactions(seams, context)] or [f"{owner}/api.py: one function for each use of {seams[0].to}"]


def _of_classes(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """Routes for what no remedy of a table settles, and the names of the rest."""
    left = unsettled(seams, context)
    yield from routes(used(left), seams[0].to_boundary, seams[0].from_boundary, context)
    if names := {name for _, name in used(seams)} - {name for _, name in used(left)}:
        yield f"  {_go(names)}"


def _go(names: Set[str]) -> str:
    several = len({top(name) for name in names}) > 1
    return f"{', '.join(sorted(names))}: {'go' if len(names) > 1 else 'goes'} away with the remedies of " + (
        "their tables" if several else "its table"
    )


def _forwarded(seam: Seam) -> str:
    at = seam.evidence[0]
    return (
        f"{seam.to_boundary} answers the addresses of {seam.to} itself: the gateway sends it what "
        f"{at.file}:{at.line} includes, under the same path"
    )


def _by_name(seam: Seam, name: str, context: Context) -> str:
    """What a cache key or a name of a class ("billing.Invoice") stands for."""
    owner = seam.to_boundary
    if seam.detail == WireKind.CACHE_KEY:
        return f"one of {owner} and {seam.from_boundary} alone keeps {name} in its cache, and the other asks it"
    declared = ((table, fact) for table, fact in context.tables.items() if fact.module == seam.to)
    tables = [table for table, fact in declared if fact.model == name.rpartition(".")[2]]
    path = rows(owner, tables[0], context) if tables else f"/{slug(owner.name)}/{slug(name.rpartition('.')[2])}"
    return f"GET  {path}/{{id}} -> {{{_read(seam.from_boundary, tables[0], context) if tables else '...'}}}"


def _composition(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    owners = sorted({(context.owners[Table(name)], name) for name in seams[0].names if Table(name) in context.owners})
    ours = seams[0].from_boundary
    held = [table for owner, table in owners if (ours, Table(table)) in context.copies]
    theirs = [(owner, table) for owner, table in owners if owner != ours and table not in held]
    kept = f"the {'copy' if len(held) == 1 else 'copies'} of {', '.join(held)} that {ours} keeps for its other reads"
    if not theirs:
        return [f"the query joins {kept}, and stays as it is"]
    work = [f"{ours} selects from {table} alone and collects the ids" for owner, table in owners if owner == ours]
    work += [f"{ours} asks {kept}"] * bool(held)
    work += [
        f"GET {rows(owner, Table(table), context)}?ids=... -> [{{{_read(ours, Table(table), context)}}}]"
        for owner, table in theirs
    ]
    work.append(f"{ours} puts {'the two' if len(work) == 2 else 'them'} together in memory")
    return [f"{number}. {one}" for number, one in enumerate(work, 1)]


def _read(ours: Boundary, table: Table, context: Context) -> str:
    return columns(table, context, read_of(ours, table, context))


def _batch_api(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    owner = seams[0].to_boundary
    if seams[0].kind is SeamKind.TABLE:
        shown = shown_of(seams, context)
        yield f"GET  {rows(owner, seams[0].to, context)}?ids=... -> [{{{shown}}}]"
    for module, name in used(seams):
        yield batch(owner, module, name, seams[0].from_boundary, context)
        yield from left_out(module, name, context)
    at, many = lines({at for seam in seams for at in seam.evidence}), sum(len(seam.evidence) for seam in seams) > 1
    loops = f"each loop of {at}" if many else f"the loop at {at}"
    yield f"  {loops} collects its items first, then calls once"


def _invert(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    names = [name for _, name in used(seams)]
    if one.kind is SeamKind.TABLE:
        verb = "stores" if one.op is Op.WRITE else "loads"
        yield f"{one.from_boundary} is handed what {verb} the rows, and {one.to_boundary} keeps the table:"
        yield f"  class {_port(str(one.to))}(Protocol): def {verb[:-1]}(...) -> {{{columns(one.to, context)}}}: ..."
    elif one.kind is SeamKind.INHERITANCE and all((one.to, name) in context.classes for name in names):
        above = ", ".join(names)
        yield f"rows of {one.from_boundary} that go on in {above} keep its id, and ask {one.to_boundary} for the rest"
    elif one.kind is SeamKind.INHERITANCE:
        yield f"{one.from_boundary} holds an object of its own in place of inheriting {', '.join(names)}:"
        yield from (f"  class {name.rpartition('.')[2]}Port(Protocol): ..." for name in names)
    else:
        yield f"{one.from_boundary} declares what it needs; {one.to} of {one.to_boundary} registers itself at start-up:"
        for module, name in used(seams):
            taken = signature(module, name, context) or "(...)"
            yield f"  class {_port(name)}(Protocol): def __call__{_bound(taken)}: ..."


def _bound(signature: str) -> str:
    # (cls, order_id: int) -> Receipt, (order_id: int) -> Receipt: (self, order_id: int) -> Receipt
    inner = re.sub(r"^\((self|cls)\b(, )?", "(", signature)
    return "(self)" + inner[2:] if inner.startswith("()") else f"(self, {inner[1:]}"


def _port(name: str) -> str:
    # orders_order -> OrdersOrderPort
    return re.sub(r"[_.]", "", name.title()) + "Port"


def _kernel(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    if one.kind is SeamKind.WIRING and one.detail == WireKind.PAGE:
        yield from templates(seams, context)
        return
    names = ", ".join(name for _, name in used(seams)) or str(one.to)
    if one.detail == "model":
        yield f"{one.from_boundary} knows {names} by its name (app.model), and no class of {one.to_boundary}'s"
        yield f"  what is asked of its rows, if anything, {one.to_boundary} answers"
        return
    if one.to_boundary in context.libraries and one.kind in (SeamKind.CALL, SeamKind.IMPORT) and one.names:
        yield f"library {one.to_boundary}, versioned; {one.from_boundary} requires it, and calls it in its own process:"
        for module, name in used(seams):
            yield f"  {module}.{name}{signature(module, name, context)}"
        return
    if one.detail == "object":
        yield f"{one.from_boundary} makes an object of its own at start-up, from its own settings: {names}"
        yield f"  the library holds how {one.to} makes it, not the object itself"
        return
    if one.kind is SeamKind.INHERITANCE and any((one.to, name) not in context.carried for name in one.names):
        yield f"library {one.to_boundary}-base: {names} of {one.to}, which {one.from_boundary} inherits from as before"
        yield f"  what its methods ask of {one.to_boundary}'s tables they are handed"
        return
    if one.detail == "derived":
        yield from _derived(seams, context)
        return
    code = one.kind in _CODE and one.detail in ("", "startup", WireKind.TAGS)
    if code and (held := load(seams, context)):
        yield f"library: {listed(held[0], 6)} ({held[1]:,} lines, no table)"
    else:
        yield f"library {one.to_boundary}-contract: {names} of {one.to}"
    yield f"  versioned; {one.from_boundary} and {one.to_boundary} depend on it"
    if rows := {table for name in one.names if code for table in copied_rows(one, name, context)}:
        yield f"  it is handed rows of the copy of {listed(sorted(map(str, rows)))} that {one.from_boundary} keeps"
    yield from _changing(one, context)


def _changing(one: Seam, context: Context) -> Iterator[str]:
    """What belongs together by its history is released three times, once it stands in three places."""
    known = context.together.get((one.to, one.from_boundary)) if isinstance(one.to, Module) else None
    if known:
        times = f"{known.times} of its {count(known.changes, 'commit')}"
        yield (
            f"  {one.to} changed together with {known.other} in {times}, of late in {known.last[:10]}: each such "
            f"change is a release of the library and of both, unless the part of {known.other} that goes with it "
            "stands there, too"
        )


_CODE = (SeamKind.CALL, SeamKind.IMPORT, SeamKind.INHERITANCE, SeamKind.WIRING)


def _derived(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What a method says of a row by its columns: a field where it takes nothing, else a function of them."""
    one = seams[0]
    for module, name in used(seams):
        owner, _, last = name.rpartition(".")
        if given := fields(one.to_boundary, module, name, context)[1:]:
            passed = ", ".join(["its row", *given])
            yield f"library {one.to_boundary}-contract: {last}({passed}), of the columns of {owner} alone"
        else:
            answer = result(module, name, context)
            says = f"{last}: {answer}" if answer != "..." else last
            yield (
                f"{says}, a field more of each {owner} that {one.to_boundary} answers with and publishes, "
                f"or a function of its columns in a library {one.to_boundary}-contract"
            )


def _move(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    if seams[0].kind is SeamKind.WIRING:
        for seam in seams:
            for name in seam.names:
                at = lines(lines_of(name, seam, context.named))
                app = (seam.to, name.rpartition(".")[2]) in context.apps
                own = "INSTALLED_APPS, and leaves this list with the cut" if app else "schedule"
                yield f"{at}: the entry of {name} goes along to {seam.to_boundary}'s own {own}"
        return
    size = context.lines.get(one.to, 0) if isinstance(one.to, Module) else 0
    yield f"{one.to} ({size} lines, no table) moves to {one.from_boundary}: nobody else uses it"


def _delete(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    if seams[0].kind is SeamKind.TABLE:
        yield from along(seams, context)
        return
    if seams[0].kind is SeamKind.WIRING:
        names = ", ".join(sorted({name for seam in seams for name in seam.names}))
        yield f"{names}: the message is that of the calls at these lines"
        return
    if seams[0].detail == "model" or seams[0].kind is SeamKind.TYPE:
        classes = {name for seam in seams for name in seam.names}
        yield f"{_go(classes)}; {seams[0].from_boundary} keeps ids in place of rows"
        return
    for seam in seams:
        for at in seam.evidence:
            unused = [name for name in seam.names if at in lines_of(name, seam, context.named)]
            yield f"{at.file}:{at.line}: remove the import of {', '.join(unused) or seam.to}; no use was found"


def _source(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    for seam in seams:
        for at in seam.evidence:
            for name in seam.names:
                if at in lines_of(name, seam, context.named):
                    module, _, last = name.rpartition(".")
                    yield f"{at.file}:{at.line}: from {module} import {last}, for {seam.to} only passes it on"


def _part(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    """What the message of a transaction has the owner do: no line of its own remains, and no route is made."""
    return parted(seams, context) if seams[0].kind is SeamKind.TABLE else in_transactions(seams, context)


def _split_table(seams: Sequence[Seam], context: Context) -> Iterable[str]:
    one = seams[0]
    return [f"{one.to} keeps {one.to_boundary}'s columns; {one.from_boundary}'s go to a table with the same id"]


SKETCHES: Mapping[RemedyKind, _Sketch] = {
    RemedyKind.MOVE: _move,
    RemedyKind.KERNEL: _kernel,
    RemedyKind.INVERT: _invert,
    RemedyKind.SYNC_API: _sync_api,
    RemedyKind.BATCH_API: _batch_api,
    RemedyKind.EVENT: event,
    RemedyKind.READ_MODEL: read_model,
    RemedyKind.VIEW: view,
    RemedyKind.COMMAND_API: command_api,
    RemedyKind.PART: _part,
    RemedyKind.DROP_KEY: drop_key,
    RemedyKind.SAGA: saga,
    RemedyKind.OUTBOX: outbox,
    RemedyKind.SPLIT_TABLE: _split_table,
    RemedyKind.SOURCE: _source,
    RemedyKind.DELETE: _delete,
    RemedyKind.ADDRESS: address,
    RemedyKind.CLAIM: claim,
}
