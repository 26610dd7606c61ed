"""Stage 1, whole project: what managers and querysets read and write."""

from collections.abc import Iterable
from typing import Any

from ...model.facts import How, Op, Via
from ..code import Attr, Call, Const, Dict, Display, Expr
from ..infer import MADE, Effect, Library, Machine, Site
from ..program import ClassInfo
from ..types import NONE, Type, Types, contain
from .asking import asked_by
from .cascades import cascade, goes_unseen
from .inventory import Inventory, inventory_of
from .lookups import AGGREGATES, LAZY, asks_unknown, joined, of_outer, paths, span, spread
from .managers import queried, rows_attribute
from .mapping import JOINS, Relation
from .raw_sql import run_pieces, run_sql
from .related import change_relation, read_between, through, ways_back
from .shapes import are_there, class_of, is_locked, loaded, loading, read_spans, row_of, spanning, spans_of

__all__ = ["ROWS", "ROW_KINDS", "deleted", "rows_method"]

_ANNOTATES = frozenset({"annotate", "alias"})

_VALUES = frozenset({"values", "values_list", "dates", "datetimes"})

_ONE = frozenset({"get", "first", "last", "latest", "earliest", "aget", "afirst", "alast", "alatest", "aearliest"})

_SCALAR = frozenset({"count", "exists", "aggregate", "explain", "contains"})

_PATHS = LAZY | _VALUES | _ONE | _SCALAR | {"update", "get_or_create", "update_or_create"}

_IN_BULK = frozenset({"update", "bulk_create", "bulk_update"})

_LOCKS = frozenset({"select_for_update", "update", "delete"})

_BOTH_WAYS = frozenset({"get_or_create", "update_or_create"})

_OF_CONTAINERS = frozenset({"items", "keys", "pop", "append", "extend", "copy"})  # where it is no query after all

_CREATES = frozenset({"create", "bulk_create", "abulk_create", "acreate"})

_CHANGES = frozenset({"update", "bulk_update", "aupdate", "abulk_update"})

_ON_RELATION = frozenset({"add", "remove", "set", "clear", "aadd", "aremove", "aset", "aclear"})


def rows_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """A method of Django's managers and querysets."""
    model: ClassInfo = one.of
    via = Via.RELATION if one.kind == "related" else Via.ORM
    inventory = inventory_of(machine)
    line, doubt = site.line, one.doubt
    if one.kind == "related" and name in _ON_RELATION:
        change_relation(machine, one.extra, name, line, doubt)
        return NONE
    if isinstance(one.extra, Relation) and one.extra.loaded is not None:
        if name == "all":
            return (one,)
        if name in ("count", "exists") and one.extra.kind != "both":  # which counts in the table between
            return NONE
    bare = name[1:] if name[:1] == "a" and name[1:] in _PATHS else name
    if name == "none":
        return (Type("rows", model, class_of(one), doubt),)
    if name in _CREATES or name in _BOTH_WAYS or name in _CHANGES:
        _written(machine, one, name, site, via)
    if bare in _PATHS and name not in _CREATES and bare != "update":
        machine.effect(model, Op.READ, via, line, doubt, by=_key_of(one))
        if one.kind == "related":
            read_between(machine, one.extra, line, doubt)
    more, along = _walk_paths(machine, one, bare, site) if bare in _PATHS else ((), ())
    if bare in _LOCKS and (draft := machine.asked_before(site)):
        draft.locks = True
    if bare in LAZY:
        if bare == "raw":
            run_sql(machine, site.arg(0, "raw_query"), site.line, known_only=True)
        named, selected = run_pieces(machine, site) if bare == "extra" else ((), ())
        if bare == "in_bulk":
            return contain("dict", (row_of(one),))
        rows = spanning(queried(machine, one), "rows", (*more, *named), bare in JOINS, bare in _LOCKS)
        # count() and values("id") leave out what annotations ask for
        rows = spanning(rows, "rows", (*along, *selected), bare in JOINS or bare in _ANNOTATES or bare == "extra")
        return (
            loading(
                rows, (*joined(site, bare), *ways_back(machine, one)) if bare in JOINS else ways_back(machine, one)
            ),
        )
    if bare in _VALUES:
        return (spanning(one, "values", (*more, *along)),)
    if bare in _ONE or bare in _SCALAR or name in _BOTH_WAYS:
        read_spans(machine, one, line, loaded=bare not in _SCALAR)
    if bare in _ONE:
        return (loaded(row_of(one), ways_back(machine, one)),)
    if name in _BOTH_WAYS:
        return contain("tuple", (Type("instance", model, None, doubt),), 0)
    if name in ("create", "acreate"):
        return (Type("instance", model, inventory.made_with(model, site.node), doubt),)
    if name in ("bulk_create", "abulk_create"):
        return contain("list", (Type("instance", model, None, doubt),), MADE)
    if name in ("delete", "adelete", "_raw_delete"):
        if name == "_raw_delete":  # one statement, and nothing follows
            machine.effect(model, Op.WRITE, via, line, doubt)
            machine.unit.bulk[Effect(model, Op.WRITE, via, line)] = None
            machine.column(model, "", How.GONE, line)
        else:
            deleted(machine, model, line, via, doubt)
        if name == "_raw_delete" or goes_unseen(inventory, model):
            machine.unread(model)
        else:
            machine.effect(model, Op.READ, via, line, doubt)
        return NONE
    if bare == "update":
        machine.unread(model)
    return NONE if bare in _SCALAR or name in _CHANGES else _tree_method(machine, one, name, site)


def _key_of(one: Type) -> str:
    # order.lines: order_id
    return one.extra.column if one.kind == "related" and isinstance(one.extra, Relation) else ""


def _of_manager(call: Call) -> bool:
    # Order.objects.visible(user).filter(...), Order.open.late().filter(...): a method of a manager narrows all rows
    node: Expr | None = call
    above: Expr | None = None
    while isinstance(node, Call | Attr):
        if isinstance(node, Attr) and node.name.endswith("objects"):
            return True
        above, before = node, above
        node = node.func if isinstance(node, Call) else node.base
        called = isinstance(before, Call)
    return isinstance(node, str) and node[:1].isupper() and isinstance(above, Attr) and not called


def _is_key(inventory: Inventory, model: ClassInfo, name: str) -> bool:
    keys = [one for one in inventory.relations(model).items() if one[1].kind == "one"]
    return name in ("id", "pk") or any(name in (attribute, one.column) for attribute, one in keys)


def _tree_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """An unknown method of rows: most of them, by the habit of Django's extensions, give rows of the same model."""
    unlike = name[:1] == "_" or name in _OF_CONTAINERS
    return NONE if unlike else (Type("rows", one.of, class_of(one), max(one.doubt, 1)),)


def _written(machine: Machine, one: Type, name: str, site: Site, via: Via) -> None:
    _gives(machine, one.of, name.removeprefix("a"), site)
    machine.effect(one.of, Op.WRITE, via, site.line, one.doubt)
    if name.removeprefix("a") in _IN_BULK:
        machine.unit.bulk[Effect(one.of, Op.WRITE, via, site.line)] = None
    if name in _BOTH_WAYS:
        machine.effect(one.of, Op.READ, via, site.line, one.doubt)
    if one.kind == "related" and isinstance(one.extra, Relation) and one.extra.between is not None:
        machine.effect(one.extra.between, Op.WRITE, via, site.line, one.doubt)


def _gives(machine: Machine, model: ClassInfo, name: str, site: Site) -> None:
    """update(paid=True), create(total=3), update_or_create(number=1, defaults={...}), bulk_update(rows, ["total"])"""
    how = How.SET if name in _CHANGES else How.NEW
    given = [key for key, _ in site.node.keywords if key and key not in _NOT_COLUMNS]
    for value in (*site.node.args[1:], *(value for key, value in site.node.keywords if key in _NOT_COLUMNS)):
        given += [one.value for one in _listed(value) if isinstance(one, Const) and isinstance(one.value, str)]
    if how is How.NEW and name != "bulk_create":
        machine.column(model, "", how, site.line)
    for key in given if name != "bulk_create" else ():
        if "__" not in key:
            machine.column(model, key, how, site.line)


_NOT_COLUMNS = frozenset({"batch_size", "create_defaults", "defaults", "fields"})


def _listed(value: Expr) -> Iterable[Expr | None]:
    return value.items if isinstance(value, Display) else value.keys if isinstance(value, Dict) else ()


def _rows_iterate(machine: Machine, one: Type, line: int) -> Types:
    via, kept = Via.RELATION if one.kind == "related" else Via.ORM, one.kind == "rows"
    if isinstance(one.extra, Relation) and one.extra.loaded is not None:
        return (loaded(row_of(one), (*one.extra.loaded, *ways_back(machine, one))),)
    if are_there(one):
        return (row_of(one),)
    machine.effect(one.of, Op.READ, via, line, one.doubt, kept=kept)
    read_spans(machine, one, line, kept=kept)
    return (loaded(row_of(one), ways_back(machine, one)),)


def _values_iterate(machine: Machine, one: Type, line: int) -> Types:
    if are_there(one):
        return NONE
    machine.effect(one.of, Op.READ, Via.ORM, line, one.doubt, kept=True)
    read_spans(machine, one, line, kept=True, loaded=False)
    return NONE


def _values_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    found = rows_method(machine, one, name, site)
    return tuple([spanning(t, "values", ()) if t.kind == "rows" else t for t in found or () if t.kind != "instance"])


def _walk_paths(machine: Machine, one: Type, method: str, site: Site) -> tuple[tuple[Any, ...], list[Any]]:
    """Note what the call filters, joins and orders by; says what its query reads besides the rows' own table.

    Apart from that: the tables of the queries within what it is given, Exists(lines).
    """
    # by a function, say: what finds those rows is not known here
    given = machine.asked_before(site) is None and one.kind == "rows" and not _of_manager(site.node)
    draft = machine.draft(site, Via.RELATION if one.kind == "related" else Via.ORM)
    draft.targets[one.of] = None
    draft.of_one = draft.of_one or one.kind == "related" or given or asks_unknown(site.node, method)
    if any(_is_key(inventory_of(machine), one.of, name) for name in of_outer(site.node)):
        draft.of_one = True
    draft.locks = draft.locks or is_locked(one)
    draft.routed = draft.routed or method == "using"
    if method in AGGREGATES:
        draft.aggregates = True
    held, along = asked_by(site)
    before = draft.targets, draft.prefetched  # also of other models, which the same line asks in their turn
    draft.targets, draft.prefetched = {}, {}
    for role, path in (*paths(site.node, method), *spread(site, method), *held):
        span(machine, one, path, role, method, site.line, draft)
    inner = [t for types in site.all() for t in types if t.kind in ("rows", "values", "related")]
    for t in inner:
        draft.targets[t.of] = None
    reached = (*draft.targets, *draft.prefetched)
    draft.targets, draft.prefetched = before[0] | draft.targets, before[1] | draft.prefetched
    spans = [span for t in inner for span in spans_of(t)]
    return (*(target for target in reached if target is not one.of), *spans), along


def deleted(machine: Machine, info: ClassInfo, line: int, via: Via, doubt: int) -> None:
    """The line deletes rows of `info`, and does what deleting them takes along."""
    machine.effect(info, Op.WRITE, via, line, doubt)
    machine.column(info, "", How.GONE, line)
    for target, op in cascade(inventory_of(machine), info):
        machine.effect(target, op, Via.CASCADE, line, doubt)


def _attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    if name == "through" and one.kind == "related" and isinstance(one.extra, Relation):
        return through(machine, one.extra)
    return rows_attribute(machine, one, name, line)


ROW_KINDS = ("rows", "manager", "related")

ROWS = Library(
    name="rows",
    attributes=dict.fromkeys((*ROW_KINDS, "values"), _attribute),
    methods={**dict.fromkeys(ROW_KINDS, rows_method), "values": _values_method},
    iterate={**dict.fromkeys(ROW_KINDS, _rows_iterate), "values": _values_iterate},
    lazy=frozenset({*ROW_KINDS, "values"}),
)
