"""Stage 1, whole project: paths that span relations (`user__orders__total`), and the columns that they find."""

import re
from collections.abc import Iterator

from ...model.facts import How, Op, Via
from ..code import Attr, Call, Comprehension, Const, Dict, Display, Either, Expr, Item, Operation, Star, Text
from ..infer import Draft, Machine, Site
from ..program import ClassInfo
from ..types import Type, each
from .inventory import Inventory, inventory_of
from .mapping import JOINS, Relation
from .pointed import fetch_pointed
from .related import all_between, read_between
from .shapes import ANY_PATH

__all__ = [
    "AGGREGATES",
    "EXPRESSION_CALLS",
    "LAZY",
    "asks_unknown",
    "is_expression",
    "joined",
    "nested",
    "of_outer",
    "paths",
    "span",
    "spread",
]

LAZY = frozenset(
    "all filter exclude order_by distinct reverse select_related prefetch_related annotate alias defer only using"
    " select_for_update union intersection difference extra complex_filter iterator raw get_queryset get_query_set"
    " in_bulk _clone _chain".split()
)

_FILTERS = frozenset(
    {"filter", "exclude", "get", "complex_filter", "get_or_create", "update_or_create", "Q", "When", "scan"}
)

# what leaves rows out, reads an alternative, or compares columns with each other finds no rows by an index
_SCANS = frozenset({"exclude", "When", "scan"})

_GIVEN = frozenset({"defer", "update"})  # whose columns are not read

_ORDERS = frozenset({"order_by", "latest", "earliest"})

AGGREGATES = frozenset({"aggregate", "count", "Count", "Sum", "Avg", "Max", "Min"})

EXPRESSION_CALLS = frozenset(
    "Q F Count Sum Avg Max Min StdDev Variance Prefetch When Case Coalesce Cast Concat Lower Upper Length Trunc"
    " TruncDate TruncMonth TruncDay Subquery Exists ExpressionWrapper Greatest Least Func StringAgg ArrayAgg"
    " FilteredRelation ExtractYear ExtractMonth Value JSONBAgg Substr Replace NullIf Window RowNumber Rank".split()
)

_OWN_KEY = frozenset({"id", "pk"})

_LOOKUPS = frozenset({"in", "isnull", "exact", "gt", "gte", "lt", "lte"})

# what an index finds; name__icontains and created__date read every row, and NULLs are as often too many
_SOUGHT = _OWN_KEY | _LOOKUPS - {"isnull"} | {"range", "startswith", "year"}


# nearly all rows are older than an hour, and have expired: updated__lt=now() - HOUR, expiry_date__lt=today
_STAMPED = re.compile(r"(^|_)(created|updated|modified|changed|added|joined|timestamp)(_|$)", re.I).search
_EARLIER = frozenset({"lt", "lte"})


def asks_unknown(call: Call, method: str) -> bool:
    """Orders.get(name=name, **lookup), Orders.filter(query), Orders.in_bulk(ids): what is not told may well be a key"""
    told = all(name is not None for name, _ in call.keywords) and not any(isinstance(one, str) for one in call.args)
    unknown = method in _FILTERS and not told
    return unknown or (method == "in_bulk" and bool(call.args or call.keywords))


def of_outer(call: Call) -> Iterator[str]:
    """What is asked once for each row of the query around it: Lines.filter(order_id=OuterRef("pk"))"""
    for name, value in call.keywords:
        func = value.func if isinstance(value, Call) else None
        if name is not None and (func.name if isinstance(func, Attr) else func) == "OuterRef":
            yield name
    for arg in call.args:
        if isinstance(arg, Call) and arg.func != "OuterRef":
            yield from of_outer(arg)


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


def spread(site: Site, method: str) -> Iterator[tuple[str, str]]:
    """The paths that a list or constant holds: Orders.prefetch_related(*LINES), Orders.select_related(CUSTOMER)"""
    for node, types in zip(site.node.args, site.args, strict=False):
        if method in JOINS and isinstance(node, Star | str | Attr):
            found = each(types) if isinstance(node, Star) else types
            yield from ((method, one.of) for one in found if one.kind == "text" and not one.extra)


def joined(site: Site, method: str) -> Iterator[str]:
    """The paths of the relations that a call loads with the rows: select_related("order"), Prefetch("lines", late)"""
    for node in site.node.args:
        path = node.args[0] if isinstance(node, Call) and _loads(node) else node
        if isinstance(path, Const) and isinstance(path.value, str):
            yield path.value
    told = [path for _, path in spread(site, method)]
    yield from told
    if not told and any(isinstance(node, Star) for node in site.node.args):  # prefetch_related(*names_of(fields))
        yield ANY_PATH


def _loads(call: Call) -> bool:
    # Prefetch("lines", queryset=late), but not where `to_attr` says where those are found
    name = call.func.name if isinstance(call.func, Attr) else call.func
    return name == "Prefetch" and bool(call.args) and all(key != "to_attr" for key, _ in call.keywords)


def nested(node: Expr, method: str) -> Iterator[tuple[str, str]]:
    """The paths in an argument: in Q, F, Count, Prefetch ... and in texts, with the role that they play."""
    if isinstance(node, Const):
        if isinstance(node.value, str) and method not in ("extra", "raw", "update", "get_or_create", "expression"):
            yield method, node.value
    elif isinstance(node, Call):
        name = node.func.name if isinstance(node.func, Attr) else node.func if isinstance(node.func, str) else ""
        if name in EXPRESSION_CALLS or name in ("desc", "asc"):
            inner = "order_by" if method == "order_by" else "expression_" + name
            if name in ("Q", "When"):
                # Count("lines", filter=Q(paid=True)): of all rows it counts some
                inner = method if method in _SCANS else "scan" if method == "expression" else name
            yield from paths(node, inner)
        if isinstance(node.func, Attr) and name in ("desc", "asc", "resolve_expression"):
            yield from nested(node.func.base, method)
    elif isinstance(node, Display):
        for item in node.items:
            yield from nested(item, method)
    elif isinstance(node, Operation):
        role = "scan" if node.op in ("BitOr", "Invert") and method in _FILTERS else method
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


def is_expression(node: Expr) -> bool:
    """Is it a Q, F, Count, Prefetch ... as written, whose paths `nested` finds?"""
    func = node.func if isinstance(node, Call) else None
    return (func.name if isinstance(func, Attr) else func) in EXPRESSION_CALLS


def _finds_nothing(path: str, value: Expr) -> bool:
    """Does no index find what is compared so? due__lt=F("paid"), paid=None, open=True, name="", total__gt=0, left=0,
    due__lt=now - F("days"), kind__in=OPEN_KINDS"""
    if isinstance(value, Const):
        return value.value is None or value.value == "" or isinstance(value.value, bool) or value.value == 0
    if path.endswith("__in"):
        return _is_constant(value)
    if isinstance(value, Call) and value.func == "Decimal" and value.args:
        return _finds_nothing(path, Const(_number(value.args[0])))
    return _is_of_row(value)


def _is_of_row(value: Expr) -> bool:
    # F("due")      models.F("due")      now() - F("days")
    if isinstance(value, Operation):
        return _is_of_row(value.left) or _is_of_row(value.right)
    name = value.func.name if isinstance(value, Call) and isinstance(value.func, Attr) else getattr(value, "func", "")
    return name == "F"


def _number(node: Expr) -> object:
    # 0      "0.0"
    value = node.value if isinstance(node, Const) else None
    return 0 if isinstance(value, str) and not value.strip("0.") else value


def _is_constant(node: Expr) -> bool:
    # OPEN_KINDS      Kind.OPEN_KINDS      Kind.OPEN_KINDS()      [Kind.NEW, "sent"]
    match node:
        case Call(func=func, args=()):
            return not node.keywords and _is_constant(func)
        case str():
            return node.isupper()
        case Attr(name=name):
            return name.isupper()
        case Display(items=items):
            return len(items) > 1 and all(isinstance(one, Const) or _is_constant(one) for one in items)
    return False


def _strings(node: Display, method: str) -> Iterator[tuple[str, str]]:
    for item in node.items:
        if isinstance(item, Const) and isinstance(item.value, str):
            yield method, item.value


def span(machine: Machine, one: Type, path: str, role: str, method: str, line: int, draft: Draft) -> None:
    """Follow "user__orders__total" from the model; each step into another table reads it."""
    inventory = inventory_of(machine)
    steps = path.lstrip("-+?").split("__")
    model: ClassInfo = one.of
    joins = method in JOINS or role == "expression_Prefetch"
    draft.several = draft.several or (role in _FILTERS and steps[-1] == "in")
    for number, step in enumerate(steps):
        relation = _lookup(inventory, model, step)
        crosses = number > 0 and role in _ORDERS  # no index keeps the order of what is joined
        sought = not crosses and role not in _SCANS and _SOUGHT.issuperset(steps[number + 1 :])
        sought = sought and not (_STAMPED(step) and _EARLIER.intersection(steps[number + 1 :]))
        given = method in _GIVEN or (method in _FILTERS and role == "expression")  # defaults={"paid": True}
        if not given and (relation is None or relation.kind == "one"):
            machine.column(model, step, How.READ, line)
        if relation is None:
            if joins:
                fetch_pointed(machine, model, step, line)
            _note_column(draft, role, model, step, sought)
            return
        last = number == len(steps) - 1
        following = steps[number + 1] if not last else ""
        follows = method == "prefetch_related" or role == "expression_Prefetch"
        if relation.kind == "both":
            read_between(machine, relation, line, one.doubt)
            (draft.prefetched if follows else draft.targets).update(dict.fromkeys(all_between(machine, relation)))
        ends = last or following in _OWN_KEY or following in _LOOKUPS
        local = ends and (relation.kind == "one" or (relation.kind == "both" and not joins))
        if local and not joins:
            if role in _FILTERS or role in LAZY:
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
        if following == "isnull":  # reviews__isnull=False: whether there are any
            return
        if role in _FILTERS and (last or following in _LOOKUPS):
            _note_column(draft, role, relation.target, "pk", sought)  # lines=line: by the key of the line
            return
        model = relation.target


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
    elif role.startswith("expression_") and role[11:] in AGGREGATES:
        draft.aggregates = True
