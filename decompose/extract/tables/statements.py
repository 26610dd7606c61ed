"""Stage 1, whole project: what the methods of queries, statements, columns and Table objects read and write."""

from collections.abc import Iterator

from ...model.facts import How, Op, Via
from ..code import Attr, Const, Dict
from ..infer import Effect, Library, Machine, Site, made_at
from ..program import ClassInfo
from ..types import NONE, Type, Types, contain, join
from .mapping import EVERY, TableEntry
from .queries import Rows, evaluated, is_written, read, spanning, spans_read, spread
from .shapes import loaded

__all__ = ["ADDS", "QUERIES"]

_SAME = frozenset(
    "filter filter_by where order_by group_by having limit offset distinct options with_for_update with_lockmode"
    " execution_options enable_eagerloads yield_per populate_existing params autoflush correlate prefix_with slice"
    " reset_joinpoint enable_assertions from_self from_statement with_hint with_labels subquery alias label as_scalar"
    " scalar_subquery cte union union_all intersect except_ unique mappings columns select_entity_from with_session"
    " on_conflict_do_nothing on_conflict_do_update values add_columns add_column with_only_columns set_label_style"
    " returning".split()
)

_JOINS = frozenset({"join", "outerjoin", "select_from", "join_from", "with_entities", "add_entity", "options"})

ADDS = frozenset({"filter", "where", "having", "order_by", "group_by", *_JOINS})
"""What adds to a query that nobody knows, whose arguments then tell its tables."""

_ONE = frozenset(
    "first one one_or_none get get_one first_or_404 get_or_404 one_or_404 fetchone scalar_one scalar_one_or_none"
    "".split()
)

_MANY = frozenset({"all", "fetchall", "fetchmany", "partitions"})

_SCALAR = frozenset({"count", "exists", "scalar"})

_KEPT = frozenset({"add", "append", "extend", "remove"})

_CHANGES = frozenset({"delete", "update", "soft_delete", "update_on_match", "update_returning_pk"})
"""One statement that changes what the query finds; the last three are oslo.db's."""

_STATEMENTS = {"insert": Op.WRITE, "update": Op.WRITE, "delete": Op.WRITE, "select": Op.READ, "exists": Op.READ}


def _query_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    machine.draft(site, Via.ORM).targets[one.of] = None
    doubt = one.doubt
    if name in _SAME or name in _JOINS:
        if name == "options":  # options(joinedload(Order.lines))
            brought = [t.extra.eager for t in spread(site) if isinstance(t.extra, Rows)]
            machine.draft(site, Via.ORM).prefetched.update(dict.fromkeys(one for spans in brought for one in spans))
        if name in _JOINS:
            for types in site.all():
                read(machine, types, site.line)
        return (spanning(machine, one, site, name in _JOINS),)
    if name in _KEPT:  # order.lines.append(line), where `lines` are not loaded for that
        machine.effect(one.of, Op.WRITE, Via.RELATION, site.line, doubt, along=True)
        return NONE
    if name in _CHANGES:
        machine.unread(one.of)
        spans_read(machine, one, site.line)
        machine.effect(one.of, Op.WRITE, Via.ORM, site.line, doubt)
        if name in ("delete", "soft_delete"):
            machine.column(one.of, "", How.GONE, site.line)
        for key in _set_by(site) if name == "update" else ():
            machine.column(one.of, key, How.SET, site.line)
        if name == "update_on_match":
            _is_compared(machine, one, site)
            return _element(one)
        return NONE
    evaluated(machine, one, site.line, loads=name not in _SCALAR)
    if name in _ONE:
        return _element(one)
    if name in _MANY:
        return contain("list", _element(one))
    if name == "scalars":
        return (one,)
    if name in _SCALAR:
        machine.draft(site, Via.ORM).aggregates = True
        return _element(one) if name == "scalar" else NONE
    if name in ("paginate", "items"):
        return (one,)
    if name in ("c", "columns"):
        return NONE
    return (one,)


def _set_by(site: Site) -> Iterator[str]:
    """query.update({"total": 3, Order.paid: True})"""
    for value in site.node.args[:1]:
        for key in value.keys if isinstance(value, Dict) else ():
            if isinstance(key, Const) and isinstance(key.value, str):
                yield key.value
            elif isinstance(key, Attr):
                yield key.name


def _is_compared(machine: Machine, one: Type, site: Site) -> None:
    """wanted = Order(id=3); query.update_on_match(wanted, "id", values): that object is never stored"""
    line = made_at(machine, site.node.args[0]) if site.node.args else 0
    if line:
        machine.forget(Effect(one.of, Op.WRITE, Via.ORM, line))


def _element(one: Type) -> Types:
    """One row of a query."""
    shape, _, number = one.extra.shape.partition("#")
    if shape != "entity" or not isinstance(one.of, ClassInfo):
        return NONE
    found = (loaded(Type("instance", one.of, None, one.doubt), one.extra.paths),)
    return contain("tuple", found, int(number)) if number else found


def _query_iterate(machine: Machine, one: Type, line: int) -> Types:
    evaluated(machine, one, line)
    return _element(one)


def _query_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    if name in ("c", "columns"):
        return (Type("alias", one.of, one.extra, one.doubt),)
    if name == "items":
        return (one,)
    if name == "session":
        return (Type("session"),)
    return (Type("method", one, name, one.doubt),)


def _alias_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    return (one,)


def _table_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    entry: TableEntry = one.of
    if name in ("c", "columns"):
        if entry is EVERY:  # what is asked is how they are made
            return NONE
        if machine.unit.fn is not None and not is_written(machine, entry.name):  # no Index(orders.c.id) of a model
            machine.effect(entry.name, Op.READ, Via.ORM, line, one.doubt, mentioned=True)
        return (Type("alias", entry.name, Rows("table"), one.doubt),)
    if name in ("name", "fullname"):
        return NONE if entry is EVERY else (Type("text", entry.name),)
    return (Type("method", one, name, one.doubt),)


def _table_of_all(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """metadata.tables["orders"], and of names that nobody knows each in its turn: for name in data: tables[name]"""
    entry = machine.inventory.tables.get(name) if name else EVERY if machine.loops else None
    return (Type("core_table", entry, None, 1 if entry is EVERY else 0),) if entry is not None else None


def _all_tables(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    every = (Type("core_table", EVERY, None, 1),)
    if name == "get":
        held = [_table_of_all(machine, one, str(text.of), site.line) for text in site.arg(0) if text.kind == "text"]
        return join(NONE, tuple([table for types in held for table in types or ()]))
    if name == "items":
        return contain("list", contain("tuple", every, 1))
    return contain("list", every) if name == "values" else NONE


def _table_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    entry: TableEntry = one.of
    op = _STATEMENTS.get(name, Op.READ)
    machine.effect(entry.name, op, Via.ORM, site.line, one.doubt)
    machine.draft(site, Via.ORM).targets[entry.name] = None
    for types in site.all():
        read(machine, types, site.line)
    kind = "written" if op is Op.WRITE else "query"
    return (Type(kind, entry.name, Rows("table"), one.doubt),)


def _column_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    if one.kind == "relation":
        if name in ("any", "has", "contains", "of_type", "and_"):
            read(machine, (one,), site.line)
        return (one,)
    for types in site.all():
        read(machine, tuple([t for t in types if t.kind != "class"]), site.line)
    return (one, *(t for types in site.all() for t in types if t.kind == "query"))[:6]


def _called(machine: Machine, one: Type, site: Site) -> Types | None:
    # orders.c.id.label("number"), orders.c.id.in_(query): what `orders.c` leads to may be a column's method
    return _column_method(machine, one, "", site) if one.kind == "alias" else None


def _written_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    machine.draft(site, Via.ORM).targets[one.of] = None
    for key, _ in site.node.keywords if name == "values" else ():
        if key:
            machine.column(one.of, key, How.SET, site.line)
    if name == "from_select":
        for types in site.all():
            read(machine, types, site.line)
    return (one,)


QUERIES = Library(
    name="queries",
    attributes={"query": _query_attribute, "alias": _alias_attribute, "core_table": _table_attribute},
    methods={
        "query": _query_method,
        "core_table": _table_method,
        "column": _column_method,
        "relation": _column_method,
        "alias": _column_method,
        "written": _written_method,
        "core_tables": _all_tables,
    },
    iterate={"query": _query_iterate},
    items={"alias": _alias_attribute, "core_tables": _table_of_all},
    calls=_called,
)
