"""Stage 1, whole project: what managers and querysets read and write, and the lookups that span relations."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ...model.facts import Op, Via
from ..code import Attr, Call, Comprehension, Const, Dict, Display, Either, Expr, Item, Operation, Star, Text
from ..infer import Draft, Effect, Library, Machine, Site
from ..program import ClassInfo
from ..types import NONE, Type, Types, contain
from .inventory import Inventory, Relation, gives_rows, manager_kind
from .raw_sql import run_pieces, run_sql

__all__ = [
    "ROWS",
    "ROW_KINDS",
    "Shape",
    "all_between",
    "beyond",
    "deleted",
    "follow",
    "inventory_of",
    "managers_of",
    "nested",
    "paths",
    "rows_attribute",
    "rows_method",
    "span",
]


_LAZY = frozenset(
    "all filter exclude order_by distinct reverse select_related prefetch_related annotate alias defer only using"
    " select_for_update union intersection difference extra complex_filter iterator raw get_queryset get_query_set"
    " in_bulk".split()
)

_VALUES = frozenset({"values", "values_list", "dates", "datetimes"})

_ONE = frozenset({"get", "first", "last", "latest", "earliest", "aget", "afirst", "alast", "alatest", "aearliest"})

_SCALAR = frozenset({"count", "exists", "aggregate", "explain", "contains"})

_PATHS = _LAZY | _VALUES | _ONE | _SCALAR | {"update", "get_or_create", "update_or_create"}

_FILTERS = frozenset(
    {"filter", "exclude", "get", "complex_filter", "get_or_create", "update_or_create", "Q", "When", "scan"}
)

# what leaves rows out, reads an alternative, or compares columns with each other finds no rows by an index
_SCANS = frozenset({"exclude", "When", "scan"})

_ORDERS = frozenset({"order_by", "latest", "earliest"})

_IN_BULK = frozenset({"update", "bulk_create", "bulk_update"})

_JOINS = frozenset({"select_related", "prefetch_related"})

_LOCKS = frozenset({"select_for_update", "update", "delete"})

_AGGREGATES = frozenset({"aggregate", "count", "Count", "Sum", "Avg", "Max", "Min"})

_BOTH_WAYS = frozenset({"get_or_create", "update_or_create"})

_CREATES = frozenset({"create", "bulk_create", "abulk_create", "acreate"})

_CHANGES = frozenset({"update", "bulk_update", "aupdate", "abulk_update"})

_ON_RELATION = frozenset({"add", "remove", "set", "clear", "aadd", "aremove", "aset", "aclear"})


class Shape(NamedTuple):
    """Rows on their way: the class whose methods they have, and what their query reads besides their own table.

    `brought` is read only where rows are loaded: select_related and prefetch_related mean nothing to exists().
    `locked`: by select_for_update(), before or in a function that gives them out; `of_row`: those of one row, whose key
    finds them (`filter(order=order)`).
    """

    cls: ClassInfo | None
    spans: tuple[Any, ...]
    brought: tuple[Any, ...] = ()
    locked: bool = False
    of_row: bool = False


_MOST_SPANS = 16


def inventory_of(machine: Machine) -> Inventory:
    """The inventory, typed."""
    found: Inventory = machine.inventory
    return found


def rows_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """A method of the model's own manager or queryset class, else one of Django's."""
    if found := _in_classes(machine, _row_classes(machine, one), one, name, line):
        return found
    if name == "model" and one.of.mapped:
        return (one.of.value,)
    return (Type("method", one, name, one.doubt),)


def beyond(machine: Machine, one: Type, name: str, line: int) -> Types:
    """What `name` is on the querysets that the manager class of `one` gives out."""
    own = machine.line_of(one.extra)
    return _in_classes(machine, [info for info in _row_classes(machine, one) if info not in own], one, name, line)


def _in_classes(machine: Machine, classes: Iterable[ClassInfo], one: Type, name: str, line: int) -> Types:
    for info in classes:
        found = machine.found_in(machine.line_of(info), one, name, line)
        if found:
            return tuple([Type(t.kind, t.of, one, t.doubt) if t.kind == "function" else t for t in found])
    return NONE


def _row_classes(machine: Machine, one: Type) -> list[ClassInfo]:
    """The project's classes whose methods `one` has: its manager's, and those of the querysets that it gives."""
    start = _class_of(one)
    if one.kind == "related":
        start = _default_class(machine, one.of)
    if start is None:
        return []
    found = [] if one.kind == "rows" and not gives_rows(start) else [start]
    for info in machine.line_of(start):
        if "get_queryset" in info.methods:
            for result in machine.read(machine.unit_of(info.methods["get_queryset"]).returns):
                cls = result.of if result.kind == "instance" else result.extra
                if isinstance(cls, ClassInfo) and gives_rows(cls) and cls not in found:
                    found.append(cls)
            break
    for info in machine.line_of(start):
        for cls in info.lookups.get("querysets", ()):
            if cls not in found:
                found.append(cls)
    return found


def rows_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """A method of Django's managers and querysets."""
    model: ClassInfo = one.of
    via = Via.RELATION if one.kind == "related" else Via.ORM
    inventory = inventory_of(machine)
    line, doubt = site.line, one.doubt
    if one.kind == "related" and name in _ON_RELATION:
        _change_relation(machine, one.extra, name, line, doubt)
        return NONE
    bare = name[1:] if name[0] == "a" and name[1:] in _PATHS else name
    if name == "none":
        return (Type("rows", model, _class_of(one), doubt),)
    if name in _CREATES or name in _BOTH_WAYS or name in _CHANGES:
        _written(machine, one, name, site, via)
    if bare in _PATHS and name not in _CREATES and bare != "update":
        machine.effect(model, Op.READ, via, line, doubt)
        if one.kind == "related":
            _read_between(machine, one.extra, line, doubt)
    more = _walk_paths(machine, one, bare, site) if bare in _PATHS else ()
    if bare in _LOCKS and (draft := machine.asked_before(site)):
        draft.locks = True
    if bare in _LAZY:
        if bare in ("raw", "extra"):
            _read_text(machine, bare, site)
        if bare == "in_bulk":
            return contain("dict", (Type("instance", model, None, doubt),))
        narrow = bare == "filter" and _finds_by_key(inventory, model, machine.drafts[id(site.node)])
        return (_spanning(one, "rows", more, bare in _JOINS, bare in _LOCKS, narrow),)
    if bare in _VALUES:
        return (_spanning(one, "values", more),)
    if bare in _ONE or bare in _SCALAR or name in _BOTH_WAYS:
        _read_spans(machine, one, line, loaded=bare not in _SCALAR)
    if bare in _ONE:
        return (Type("instance", model, None, doubt),)
    if name in _BOTH_WAYS:
        return contain("tuple", (Type("instance", model, None, doubt),), 0)
    if name in ("create", "acreate"):
        return (Type("instance", model, None, doubt),)
    if name in ("bulk_create", "abulk_create"):
        return contain("list", (Type("instance", model, None, doubt),))
    if name in ("delete", "adelete", "_raw_delete"):
        if name == "_raw_delete":  # one statement, and nothing follows
            machine.effect(model, Op.WRITE, via, line, doubt)
        else:
            deleted(machine, model, line, via, doubt)
        if name == "_raw_delete" or inventory.goes_unseen(model):
            machine.unread(model)
        else:
            machine.effect(model, Op.READ, via, line, doubt)
        return NONE
    if bare == "update":
        machine.unread(model)
    return NONE if bare in _SCALAR or name in _CHANGES else _tree_method(machine, one, name, site)


def _read_text(machine: Machine, method: str, site: Site) -> None:
    """`raw(sql)`, `extra(where=[sql])`."""
    if method == "raw":
        run_sql(machine, site.arg(0, "raw_query"), site.line, known_only=True)
        return
    run_pieces(machine, site)


def _tree_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """An unknown method of rows: most of them, by the habit of Django's extensions, give rows of the same model."""
    return (Type("rows", one.of, _class_of(one), max(one.doubt, 1)),) if name[:1] != "_" else NONE


def _class_of(one: Type) -> ClassInfo | None:
    extra = one.extra.cls if isinstance(one.extra, Shape) else one.extra
    return extra if isinstance(extra, ClassInfo) else None


def _spans(one: Type) -> tuple[Any, ...]:
    if isinstance(one.extra, Relation):
        return (one.extra.between,) if one.extra.between is not None else ()
    return one.extra.spans if isinstance(one.extra, Shape) else ()


def _brought(one: Type) -> tuple[Any, ...]:
    return one.extra.brought if isinstance(one.extra, Shape) else ()


def _finds_by_key(inventory: Inventory, model: ClassInfo, draft: Draft) -> bool:
    keys = {one.column for one in inventory.relations(model).values() if one.kind == "one"}
    return any(target is model and column in keys for target, column in draft.sought)


def _spanning(
    one: Type, kind: str, more: Iterable[Any], loading: bool = False, locking: bool = False, narrow: bool = False
) -> Type:
    """`one` after a call that makes its query read `more`; `loading`: where it loads rows, `locking`: it locks them,
    `narrow`: it asks for those of one row."""
    spans, brought = dict.fromkeys(_spans(one)), dict.fromkeys(_brought(one))
    (brought if loading else spans).update(dict.fromkeys(more))
    locked, of_row = locking or _is_locked(one), narrow or _is_of_row(one)
    if not (spans or brought or locked or of_row):
        return Type(kind, one.of, _class_of(one), one.doubt)
    shape = Shape(_class_of(one), tuple(spans)[:_MOST_SPANS], tuple(brought)[:_MOST_SPANS], locked, of_row)
    return Type(kind, one.of, shape, one.doubt)


def _is_locked(one: Type) -> bool:
    return isinstance(one.extra, Shape) and one.extra.locked


def _is_of_row(one: Type) -> bool:
    return isinstance(one.extra, Shape) and one.extra.of_row


def _read_spans(machine: Machine, one: Type, line: int, *, kept: bool = False, loaded: bool = True) -> None:
    for target in (*_spans(one), *(_brought(one) if loaded else ())):
        machine.effect(target, Op.READ, Via.RELATION, line, one.doubt, kept=kept)


def _written(machine: Machine, one: Type, name: str, site: Site, via: Via) -> None:
    machine.effect(one.of, Op.WRITE, via, site.line, one.doubt)
    if name.removeprefix("a") in _IN_BULK:
        machine.unit.bulk[Effect(one.of, Op.WRITE, via, site.line)] = None
    if name in _BOTH_WAYS:
        machine.effect(one.of, Op.READ, via, site.line, one.doubt)
    if one.kind == "related" and isinstance(one.extra, Relation) and one.extra.between is not None:
        machine.effect(one.extra.between, Op.WRITE, via, site.line, one.doubt)


def _change_relation(machine: Machine, relation: Relation, name: str, line: int, doubt: int) -> None:
    if relation.kind == "both":
        if relation.between is None:
            for between in _betweens(machine, relation):
                machine.effect(between, Op.WRITE, Via.RELATION, line, doubt)
                machine.effect(between, Op.READ, Via.RELATION, line, doubt)
            return
        machine.effect(relation.between, Op.WRITE, Via.RELATION, line, doubt)
        if name.lstrip("a") in ("dd", "set", "add"):
            machine.effect(relation.between, Op.READ, Via.RELATION, line, doubt)
    else:
        machine.effect(relation.target, Op.WRITE, Via.RELATION, line, doubt)


def _betweens(machine: Machine, relation: Relation) -> Iterator[ClassInfo | str]:
    """The tables between, of a relation that an abstract class declares."""
    for info in inventory_of(machine).concrete(relation.owner):
        found = inventory_of(machine).relation(info, relation.name)
        if found is not None and found.between is not None:
            yield found.between


def _read_between(machine: Machine, relation: Relation, line: int, doubt: int) -> None:
    if isinstance(relation, Relation) and relation.kind == "both":
        for between in all_between(machine, relation):
            machine.effect(between, Op.READ, Via.RELATION, line, doubt)


def all_between(machine: Machine, relation: Relation) -> "list[ClassInfo | str]":
    """The tables between, of a relation to many on both sides."""
    return [relation.between] if relation.between is not None else list(_betweens(machine, relation))


def _rows_iterate(machine: Machine, one: Type, line: int) -> Types:
    via, kept = Via.RELATION if one.kind == "related" else Via.ORM, one.kind == "rows"
    machine.effect(one.of, Op.READ, via, line, one.doubt, kept=kept)
    _read_spans(machine, one, line, kept=kept)
    return (Type("instance", one.of, None, one.doubt),)


def _values_iterate(machine: Machine, one: Type, line: int) -> Types:
    machine.effect(one.of, Op.READ, Via.ORM, line, one.doubt, kept=True)
    _read_spans(machine, one, line, kept=True)
    return NONE


def _values_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    found = rows_method(machine, one, name, site)
    return tuple([_spanning(t, "values", ()) if t.kind == "rows" else t for t in found or () if t.kind != "instance"])


def _walk_paths(machine: Machine, one: Type, method: str, site: Site) -> tuple[Any, ...]:
    """Note what the call filters, joins and orders by; says what its query reads besides the rows' own table."""
    given = machine.asked_before(site) is None  # by a function, say: what that asked for is not known here
    draft = machine.draft(site, Via.RELATION if one.kind == "related" else Via.ORM)
    draft.targets[one.of] = None
    draft.of_one = draft.of_one or one.kind == "related" or (given and _is_of_row(one))
    draft.locks = draft.locks or _is_locked(one)
    if method in _AGGREGATES:
        draft.aggregates = True
    for role, path in paths(site.node, method):
        span(machine, one, path, role, method, site.line, draft)
    inner = [t for types in site.all() for t in types if t.kind in ("rows", "values", "related")]
    for t in inner:
        draft.targets[t.of] = None
    reached = (*draft.targets, *draft.prefetched)
    return (*(target for target in reached if target is not one.of), *(span for t in inner for span in _spans(t)))


def paths(call: Call, method: str) -> Iterator[tuple[str, str]]:
    """("filter", "user__name"), ("order_by", "-date") ... as written in one call and in the Q, F, Count, ... within."""
    for name, value in call.keywords:
        if name is not None:
            if name not in (
                "defaults",
                "flat",
                "named",
                "fields",
                "batch_size",
                "output_field",
                "to_attr",
                "queryset",
                "then",
            ):
                yield "scan" if method in _FILTERS and _finds_nothing(name, value) else method, name
            if name == "fields" and isinstance(value, Display):
                yield from _strings(value, method)
        yield from nested(value, "annotate" if method in ("annotate", "aggregate", "alias") else "expression")
    for arg in call.args:
        yield from nested(arg, method)


def nested(node: Expr, method: str) -> Iterator[tuple[str, str]]:
    """The paths in an argument: in Q, F, Count, Prefetch ... and in texts, with the role that they play."""
    if isinstance(node, Const):
        if isinstance(node.value, str) and method not in ("extra", "raw", "update", "get_or_create", "expression"):
            yield method, node.value
    elif isinstance(node, Call):
        name = node.func.name if isinstance(node.func, Attr) else node.func if isinstance(node.func, str) else ""
        if name in _EXPRESSION_CALLS or name in ("desc", "asc"):
            inner = "order_by" if method == "order_by" else "expression_" + name
            if name in ("Q", "When"):
                inner = method if method in _SCANS else name
            yield from paths(node, inner)
        if isinstance(node.func, Attr) and name in ("desc", "asc", "resolve_expression"):
            yield from nested(node.func.base, method)
    elif isinstance(node, Display):
        for item in node.items:
            yield from nested(item, method)
    elif isinstance(node, Operation):
        role = "scan" if node.op == "BitOr" and method in _FILTERS else method
        yield from nested(node.left, role)
        yield from nested(node.right, role)
    elif isinstance(node, Star):
        yield from nested(node.value, method)
    elif isinstance(node, Either):
        for item in node.items:
            yield from nested(item, method)
    elif isinstance(node, Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, Const) and isinstance(key.value, str):
                yield method, key.value
            yield from nested(value, "expression")
    elif isinstance(node, Comprehension | Text | Item):
        return


def _finds_nothing(path: str, value: Expr) -> bool:
    """Does no index find what is compared so? due__lt=F("paid"), paid=None, open=True, total__gt=0"""
    if isinstance(value, Const):
        some = path.endswith(("__gt", "__gte", "__lt", "__lte")) and value.value == 0
        return value.value is None or isinstance(value.value, bool) or some
    name = value.func.name if isinstance(value, Call) and isinstance(value.func, Attr) else getattr(value, "func", "")
    return name == "F"


def _strings(node: Display, method: str) -> Iterator[tuple[str, str]]:
    for item in node.items:
        if isinstance(item, Const) and isinstance(item.value, str):
            yield method, item.value


_EXPRESSION_CALLS = frozenset(
    "Q F Count Sum Avg Max Min StdDev Variance Prefetch When Case Coalesce Cast Concat Lower Upper Length Trunc"
    " TruncDate TruncMonth TruncDay Subquery Exists ExpressionWrapper Greatest Least Func StringAgg ArrayAgg"
    " FilteredRelation ExtractYear ExtractMonth Value JSONBAgg Substr Replace NullIf Window RowNumber Rank".split()
)


def span(machine: Machine, one: Type, path: str, role: str, method: str, line: int, draft: Draft) -> None:
    """Follow "user__orders__total" from the model; each step into another table reads it."""
    inventory = inventory_of(machine)
    steps = path.lstrip("-+?").split("__")
    model: ClassInfo = one.of
    joins = method in _JOINS or role == "expression_Prefetch"
    for number, step in enumerate(steps):
        relation = _lookup(inventory, model, step)
        crosses = number > 0 and role in _ORDERS  # no index keeps the order of what is joined
        sought = not crosses and role not in _SCANS and _SOUGHT.issuperset(steps[number + 1 :])
        if relation is None:
            _note_column(draft, role, model, step, sought)
            return
        last = number == len(steps) - 1
        following = steps[number + 1] if not last else ""
        follows = method == "prefetch_related" or role == "expression_Prefetch"
        if relation.kind == "both":
            _read_between(machine, relation, line, one.doubt)
            (draft.prefetched if follows else draft.targets).update(dict.fromkeys(all_between(machine, relation)))
        local = relation.kind == "one" and (last or following in _OWN_KEY or following in _LOOKUPS)
        if relation.kind == "both" and not joins and (last or following in _OWN_KEY or following in _LOOKUPS):
            local = True
        if local and not joins:
            if role in _FILTERS or role in _LAZY:
                _note_column(draft, role, model, relation.column, sought)
            if relation.kind == "both":  # the table between is joined
                _note_column(draft, "joined", model, step)
            return
        if not follows:
            _note_column(draft, "joined", model, relation.column or step)
        machine.effect(relation.target, Op.READ, Via.RELATION, line, one.doubt)
        if not follows:
            draft.targets[relation.target] = None
        if joins:
            draft.prefetched[relation.target] = None
        model = relation.target


_OWN_KEY = frozenset({"id", "pk"})

_LOOKUPS = frozenset({"in", "isnull", "exact", "gt", "gte", "lt", "lte"})

# what an index finds; name__icontains and created__date read every row, and NULLs are as often too many
_SOUGHT = _OWN_KEY | _LOOKUPS - {"isnull"} | {"range", "startswith", "year"}


def _lookup(inventory: Inventory, model: ClassInfo, step: str) -> Relation | None:
    relation = inventory.relation(model, step)
    if relation is not None and relation.lookup in (step, ""):
        return relation if not relation.hidden else None
    for info in [
        model,
        *model.line()[1:],
        *(inventory.concrete(model) if model.mapped or model in inventory.users else ()),
    ]:
        if info.mapped:
            found = info.mapped.notes.get("lookups", {}).get(step)
            if found is not None:
                relation = found
                break
    if relation is None and model in inventory.users:
        for user in inventory.users[model]:
            if found := _lookup(inventory, user, step):
                return found
    return relation


def _note_column(draft: Draft, role: str, model: ClassInfo, name: str, sought: bool = False) -> None:
    if role == "joined":
        draft.joined[model, name] = None
    elif role in _FILTERS:
        draft.filtered[model, name] = None
        if sought:
            draft.sought[model, name] = None
    elif role in _ORDERS:
        draft.ordered[model, name] = None
        if sought:
            draft.sought[model, name] = None
    elif role.startswith("expression_") and role[11:] in _AGGREGATES:
        draft.aggregates = True


def follow(machine: Machine, relation: Relation, one: Type, line: int) -> Types:
    """`order.customer`, `customer.orders`: a row that is read at once, or rows that are not read yet."""
    if relation.kind in ("one", "one_back"):
        machine.effect(relation.target, Op.READ, Via.RELATION, line, one.doubt, kept=True)
        return (Type("instance", relation.target, None, one.doubt),)
    return (Type("related", relation.target, relation, one.doubt),)


def managers_of(machine: Machine, info: ClassInfo, name: str) -> list[ClassInfo | None]:
    """The classes of the manager called `name`; None stands for Django's own."""
    default = name in ("_default_manager", "_base_manager")
    for above in machine.line_of(info):
        names = list(above.attributes) if default else [name]
        for attribute in names:
            cell = above.attributes.get(attribute)
            found = [_manager_class(one) for one in machine.read(cell)] if cell else []
            kept: list[ClassInfo | None] = [one for one in found if one is None or isinstance(one, ClassInfo)]
            if kept:
                return kept
    return [None] if default or name == "objects" else []


def _manager_class(one: Type) -> "ClassInfo | bool | None":
    """The manager class that a class attribute holds an instance of; None: Django's own, False: no manager."""
    if one.kind == "instance" and manager_kind(one.of):
        found: ClassInfo = one.of
        return found
    if one.kind == "made" and one.of.rpartition(".")[2].endswith("Manager"):
        return None
    return False


def _default_class(machine: Machine, info: ClassInfo) -> ClassInfo | None:
    return managers_of(machine, info, "_default_manager")[0] if info.mapped else None


def deleted(machine: Machine, info: ClassInfo, line: int, via: Via, doubt: int) -> None:
    """The line deletes rows of `info`, and does what deleting them takes along."""
    machine.effect(info, Op.WRITE, via, line, doubt)
    for target, op in inventory_of(machine).cascade(info):
        machine.effect(target, op, Via.CASCADE, line, doubt)


ROW_KINDS = ("rows", "manager", "related")


ROWS = Library(
    name="rows",
    attributes=dict.fromkeys((*ROW_KINDS, "values"), rows_attribute),
    methods={**dict.fromkeys(ROW_KINDS, rows_method), "values": _values_method},
    iterate={**dict.fromkeys(ROW_KINDS, _rows_iterate), "values": _values_iterate},
)
