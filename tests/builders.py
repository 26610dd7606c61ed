"""Facts and partitions drawn as text: one fact a line, so that a test shows its whole input.

    module   shop.orders 120 [test|migration|...]             names lines kind
    import   shop.orders -> shop.billing : charge, Invoice [lazy|type]
    use      shop.orders:place -> shop.billing:charge [call|inherit|raise|constant|annotation|reference] [loop] [unused]
    call     shop.orders:place -> shop.orders:_price [each 12] [seldom] [spared 9-12]  `spared`: lines left out
    def      shop.billing:charge(order_id: int) -> Receipt
    def      class shop.billing:Late < shop.billing.Invoice   and `def class m:Invoice`, `def constant m:RATE`
    def      shop.billing:rates() [cached]                    also of a class
    table    orders_order in shop.orders: id primary, user_id indexed, status
    fk       orders_line.order_id -> orders_order [cascade]
    generic  notes_note.object_id -> orders_order             -> any: to rows of whatever table
    read     shop.orders:place orders_order [loop] [each 12]  `each`: the line of the loop over rows that repeats it
    read     shop.orders:place orders_order [each 12] [along] sends no statement of its own
    read     shop.orders:total orders_order [of order]        `of`: what the parameter `order` keeps; with it goes
    call     shop.orders:place -> shop.orders:total [each 12] [same order]  the parameters that are the same each time
    write    shop.orders:place orders_order [loop] [bulk] [likely]
    query    shop.orders:dash orders_order, auth_user [filter t.c] [join t.c] [order t.c] [aggregate] [n+1] [loop] [sql]
             [prefetch t, u] [given]
    column   shop.orders:place orders_order.status [read|set|new|gone|behind]   "orders_order" is the row as such
    back     shop.users.migrations.0002 orders_order.user_id by orders    the name that a key has on its other side
    own      shop.billing:rate RATES                          a name of its own module
    atomic   shop.orders:place orders_order, billing_invoice
    wire     signal shop.orders -> shop.billing : order_placed [post_save]
    heard    shop.mail:greet auth_user User [post_save]       of a library's table
    page     shop/orders/templates/o.html in shop.orders [takes base.html] [link inbox shop.mail, home shop.users]
             [reads codes shop/mid.py] [load tags shop.tags]  without `in` nobody's
    entry    request shop.views:index                         task shop.tasks:pay [named shop.tasks.pay]
    connect  shop.orders:dump psycopg2.connect
    address  shop.urls -> shop.orders : orders/
    given    setting shop.orders DEBUG                        given request shop.orders codes shop/mid.py
    setting  DATABASES.ENGINE = django.db.backends.sqlite3
    commit   ann 3 shop/orders.py shop/billing.py             author, day, files; newest first

Every fact stands at the line of the text that states it, in the file of its module (`shop/orders.py`).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from decompose.extract.file import kind_of
from decompose.model.columns import columns
from decompose.model.facts import (
    Access,
    Address,
    AskedBack,
    Call,
    CalledOn,
    Column,
    ColumnUse,
    Commit,
    Confidence,
    Connection,
    Definition,
    EntryPoint,
    Evidence,
    Facts,
    ForeignKey,
    GenericKey,
    Given,
    Heard,
    History,
    How,
    Import,
    ImportKind,
    ModuleFact,
    ModuleKind,
    Op,
    Origin,
    OwnUse,
    Page,
    Project,
    Query,
    Setting,
    TableFact,
    Touch,
    Transaction,
    Use,
    UseKind,
    Via,
    Wire,
    WireKind,
)
from decompose.model.judgements import BoundaryFact, Partition
from decompose.model.names import Boundary, Module, Table

__all__ = ["facts", "partition", "path_of"]

_DAY = 86_400


def path_of(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _split(text: str, by: str = ",") -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(by) if part.strip())


def _flags(text: str) -> tuple[str, dict[str, str]]:
    """`"a b [loop] [filter x, y]"` -> `("a b", {"loop": "", "filter": "x, y"})`."""
    flags = {name: rest for name, _, rest in (flag.partition(" ") for flag in re.findall(r"\[([^\]]*)\]", text))}
    return re.sub(r"\s*\[[^\]]*\]", "", text).strip(), flags


def _place(text: str) -> tuple[Module, str]:
    module, _, function = text.strip().partition(":")
    return Module(module), function


def _module(text: str, line: int) -> ModuleFact:
    name, *rest = text.split()
    kind = ModuleKind(rest[1]) if len(rest) > 1 else ModuleKind.SOURCE
    return ModuleFact(Module(name), path_of(name), kind, int(rest[0]) if rest else 100)


def _import(text: str, line: int) -> Import:
    text, flags = _flags(text)
    ends, _, names = text.partition(" : ")
    importer, imported = _split(ends, "->")
    kind = next((kind for kind in ImportKind if kind in flags), ImportKind.RUNTIME)
    return Import(Module(importer), Module(imported), kind, tuple(sorted(_split(names))), path_of(importer), line)


def _use(text: str, line: int) -> Use:
    text, flags = _flags(text)
    (module, function), (used, name) = map(_place, text.split("->"))
    kind = next((kind for kind in UseKind if kind in flags), UseKind.CALL)
    return Use(module, function, used, name, kind, "unused" not in flags, "loop" in flags, line)


def _call(text: str, line: int) -> Call:
    text, flags = _flags(text)
    (module, function), (called, callee) = map(_place, text.split("->"))
    first, _, last = flags.get("spared", "").partition("-")
    spared = ((int(first), int(last)),) if first else ()
    on = next((on for on in CalledOn if on and on in flags), CalledOn.NAME)  # [row shop.orders:Order]
    classes = tuple(map(_place, _split(flags[on]))) if on else ()
    sure = Confidence.GUESS if "guess" in flags else Confidence.CERTAIN
    return Call(
        module, function, called, callee, line, int(flags.get("each", 0)), "seldom" in flags, spared,
        _split(flags.get("same", "")), on, classes, sure, "unused" not in flags, "awaited" in flags, "alone" in flags,
        "loop" in flags, flags.get("kept", ""),
    )  # fmt: skip


def _definition(text: str, line: int) -> Definition:
    kind = next((kind for kind in ("class", "constant") if text.startswith(kind + " ")), "function")
    plain = text.removesuffix(" [cached]")  # a signature has brackets of its own
    head, _, bases = plain.removeprefix(kind + " ").partition(" < ")
    module, name = _place(head)
    name, paren, rest = name.partition("(")
    return Definition(module, name, kind, paren + rest, _split(bases), line, line + 1, plain != text)


def _table(text: str, line: int) -> TableFact:
    head, _, body = text.partition(":")
    name, _, module = head.partition(" in ")
    cells = [(words[0], words[1:]) for words in (cell.split() for cell in _split(body))]
    fields = tuple(
        Column(
            cell,
            next((mark.removeprefix("type:") for mark in marks if mark.startswith("type:")), "integer"),
            indexed="indexed" in marks,
            unique="unique" in marks,
            nullable="nullable" in marks,
            primary="primary" in marks,
            behind=tuple((mark.removeprefix("behind:"),) for mark in marks if mark.startswith("behind:")),
            unique_with=tuple((mark.removeprefix("with:"),) for mark in marks if mark.startswith("with:")),
        )
        for cell, marks in cells
    )
    module = module.strip()
    model = name.strip().rpartition("_")[2].title()
    return TableFact(
        Table(name.strip()), model, Module(module) if module else None, Origin.OWN, fields, path_of(module), line
    )


def _foreign_key(text: str, line: int) -> ForeignKey:
    text, flags = _flags(text)
    source, target = _split(text, "->")
    table, _, column = source.rpartition(".")
    return ForeignKey(Table(table), column, Table(target), next(iter(flags), ""), "shop/models.py", line)


def _asked_back(text: str, line: int) -> AskedBack:
    module, key, _, name = text.split()
    table, _, column = key.rpartition(".")
    return AskedBack(Module(module), Table(table), column, name, path_of(module), line)


def _generic_key(text: str, line: int) -> GenericKey:
    source, target = _split(text, "->")
    table, _, column = source.rpartition(".")
    return GenericKey(Table(table), column, None if target == "any" else Table(target), "shop/models.py", line)


def _setting(text: str, line: int) -> Setting:
    name, value = _split(text, "=")
    return Setting(name, value, "shop/settings.py", line)


def _access(op: Op) -> Callable[[str, int], Access]:
    def access(text: str, line: int) -> Access:
        text, flags = _flags(text)
        place, table = text.split()
        module, function = _place(place)
        return Access(
            module=module,
            function=function,
            table=Table(table),
            op=op,
            via=next((via for via in Via if via in flags), Via.ORM),
            confidence=Confidence.LIKELY if "likely" in flags else Confidence.CERTAIN,
            in_loop=bool({"loop", "each"} & flags.keys()),
            file=path_of(module.name),
            line=line,
            repeats=int(flags.get("each", 0)),
            along="along" in flags or "seldom" in flags,
            seldom="seldom" in flags,
            bulk="bulk" in flags,
            of=flags.get("of", ""),
            by=flags.get("by", ""),
        )

    return access


def _column(text: str, line: int) -> ColumnUse:
    text, flags = _flags(text)
    place, column = text.split()
    table, _, name = column.partition(".")
    return ColumnUse(*_place(place), Table(table), name, next((how for how in How if how in flags), How.READ), line)


def _own_use(text: str, line: int) -> OwnUse:
    place, _, name = text.partition(" ")
    return OwnUse(*_place(place), name.strip())


def _query(text: str, line: int) -> Query:
    text, flags = _flags(text)
    place, _, tables = text.partition(" ")
    module, function = _place(place)
    return Query(
        module=module,
        function=function,
        tables=tuple(map(Table, _split(tables))),
        joined=_split(flags.get("join", "")),
        filtered=_split(flags.get("filter", "")),
        ordered=_split(flags.get("order", "")),
        aggregates="aggregate" in flags,
        per_item="n+1" in flags,
        in_loop="loop" in flags or "n+1" in flags,
        via=next((via for via in Via if via in flags), Via.ORM),
        file=path_of(module.name),
        line=line,
        prefetched=tuple(map(Table, _split(flags.get("prefetch", "")))),
        scanned=_split(flags.get("scan", "")),
        locks="locks" in flags,
        given="given" in flags,
        routed="routed" in flags,
    )


def _transaction(text: str, line: int) -> Transaction:
    text, flags = _flags(text)
    place, _, tables = text.partition(" ")
    module, function = _place(place)
    writes, heard = (tuple(map(Table, _split(listed))) for listed in (tables, flags.get("heard", "")))
    return Transaction(module, function, "atomic", writes, path_of(module.name), line, line + 3, heard)


def _wire(text: str, line: int) -> Wire:
    kind, rest = text.split(" ", 1)
    ends, _, name = rest.partition(" : ")
    source, target = _split(ends, "->")
    name, _, signal = name.strip().partition(" [")
    return Wire(Module(source), Module(target), WireKind(kind), name, path_of(source), line, signal.rstrip("]"))


def _heard(text: str, line: int) -> Heard:
    place, table, model, signal = text.split()
    module, function = _place(place)
    return Heard(module, function, Table(table), model, signal.strip("[]"), path_of(module.name), line)


def _page(text: str, line: int) -> Page:
    text, flags = _flags(text)
    file, _, holder = text.partition(" in ")
    kinds = ("takes", "link", "reads", "load", "calls")
    takes, links, reads, loads, calls = (_split(flags.get(kind, "")) for kind in kinds)
    return Page(
        file,
        Module(holder) if holder else None,
        tuple((line, other) for other in takes),
        tuple((line, name, Module(module)) for name, module in map(str.split, links)),
        tuple((line, name, Evidence(path, line)) for name, path in map(str.split, reads)),
        tuple((line, name, Module(module)) for name, module in map(str.split, loads)),
        shows=_split(flags.get("shows", "")),
        calls=tuple((line, name, Module(module), name) for name, module in map(str.split, calls)),
    )


def _entry(text: str, line: int) -> EntryPoint:
    text, flags = _flags(text)
    kind, place = text.split()
    return EntryPoint(*_place(place), kind, line, flags.get("named", ""))


def _address(text: str, line: int) -> Address:
    """shop.urls -> shop.orders : orders/"""
    who, _, path = text.partition(" :")
    module, _, answers = who.partition(" -> ")
    return Address(Module(module), path.strip(), Module(answers), path_of(module), line)


def _connection(text: str, line: int) -> Connection:
    place, driver = text.split()
    module, function = _place(place)
    return Connection(module, function, driver, path_of(module.name), line)


def _given(text: str, line: int) -> Given:
    kind, module, name, *by = text.split()
    return Given(Module(module), kind, name, path_of(module), line, Evidence(by[0], line) if by else None)


_Change = tuple[str, int, list[str]]


def _commit(text: str, line: int) -> _Change:
    author, day, *files = text.split()
    return author, int(day), files


_READERS: dict[str, Callable[[str, int], Any]] = {
    "module": _module,
    "import": _import,
    "use": _use,
    "call": _call,
    "def": _definition,
    "table": _table,
    "fk": _foreign_key,
    "generic": _generic_key,
    "setting": _setting,
    "read": _access(Op.READ),
    "write": _access(Op.WRITE),
    "query": _query,
    "column": _column,
    "own": _own_use,
    "back": _asked_back,
    "atomic": _transaction,
    "wire": _wire,
    "heard": _heard,
    "page": _page,
    "entry": _entry,
    "connect": _connection,
    "given": _given,
    "address": _address,
    "commit": _commit,
}


def _lines(text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if word := line.strip().partition("#")[0].strip():
            kind, _, rest = word.partition(" ")
            yield kind, _READERS[kind](rest.strip(), number)


def _history(changes: list[_Change]) -> History:
    paths = sorted({path for _, _, files in changes for path in files})
    commits = [Commit(f"{i:040x}", day * _DAY, author, "") for i, (author, day, _) in enumerate(changes)]
    touches = [Touch(i, paths.index(path)) for i, (_, _, files) in enumerate(changes) for path in sorted(files)]
    return History(
        columns(Commit, commits),
        columns(Touch, touches),
        tuple(paths),
        tuple(kind_of(path) if path.endswith(".py") else None for path in paths),
        commits[0].sha if commits else "",
        commits[0].time if commits else 0,
        standing=bytes([1] * len(paths)),
    )


def facts(text: str) -> Facts:
    """Read the notation above; modules that only other lines name exist with 100 lines."""
    found: dict[str, list[Any]] = {kind: [] for kind in _READERS}
    for kind, fact in _lines(text):
        found[kind].append(fact)
    named = {fact.module: fact for fact in found["module"]}
    for module in _mentioned(found):
        named.setdefault(module, ModuleFact(module, path_of(module.name), ModuleKind.SOURCE, 100))
    return Facts(
        project=Project("shop", packages=tuple(sorted({module.name.split(".")[0] for module in named}))),
        modules=tuple(named[module] for module in sorted(named)),
        imports=columns(Import, found["import"]),
        definitions=columns(Definition, found["def"]),
        uses=columns(Use, found["use"]),
        calls=columns(Call, found["call"]),
        tables=tuple(sorted(found["table"], key=lambda fact: fact.table)),
        foreign_keys=tuple(found["fk"]),
        generic_keys=tuple(found["generic"]),
        asked_back=tuple(found["back"]),
        heard=tuple(found["heard"]),
        settings=tuple(found["setting"]),
        accesses=columns(Access, found["read"] + found["write"]),
        queries=columns(Query, found["query"]),
        own_uses=columns(OwnUse, found["own"]),
        columns=columns(ColumnUse, found["column"]),
        transactions=tuple(found["atomic"]),
        wires=columns(Wire, found["wire"]),
        pages=tuple(found["page"]),
        entry_points=tuple(found["entry"]),
        addresses=tuple(found["address"]),
        connections=tuple(found["connect"]),
        given=tuple(found["given"]),
        history=_history(found["commit"]),
    )


def _mentioned(found: dict[str, list[Any]]) -> Iterator[Module]:
    for group in found.values():
        for fact in group:
            for slot in ("module", "importer", "imported", "used", "called", "source", "target", "holder"):
                if isinstance(name := getattr(fact, slot, None), Module):
                    yield name


def partition(text: str) -> Partition:
    """`orders: shop.orders shop.lines | orders_order` a line; `kernel:` and `roots:` set modules and tables aside."""
    rows: dict[str, tuple[tuple[Module, ...], tuple[Table, ...]]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition(":")
        modules, _, tables = rest.partition("|")
        rows[name] = (tuple(sorted(map(Module, modules.split()))), tuple(sorted(map(Table, tables.split()))))
    kernel = rows.pop("kernel", ((), ()))
    roots = rows.pop("roots", ((), ()))
    return Partition(
        boundaries=tuple(BoundaryFact(Boundary(name), *rows[name], why="as drawn") for name in sorted(rows)),
        kernel_modules=kernel[0],
        kernel_tables=kernel[1],
        roots=roots[0],
        method="drawn",
    )
