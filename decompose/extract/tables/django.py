"""Stage 1, whole project: what Django's managers, querysets, instances and lookups do to the tables."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ...model.facts import Op, Via
from ..code import Attr, Call, Comprehension, Const, Dict, Display, Either, Expr, Item, Operation, Star, Text
from ..infer import Draft, Effect, Library, Machine, Site
from ..program import ClassInfo
from ..types import NONE, Type, Types, contain, join
from .django_models import declare, find_model, manager_kind
from .inventory import Inventory, Relation

__all__ = ["DJANGO", "declare"]

_LAZY = frozenset(
    "all filter exclude order_by distinct reverse select_related prefetch_related annotate alias defer only using"
    " select_for_update union intersection difference extra complex_filter iterator raw get_queryset get_query_set"
    " in_bulk".split()
)
_VALUES = frozenset({"values", "values_list", "dates", "datetimes"})
_ONE = frozenset({"get", "first", "last", "latest", "earliest", "aget", "afirst", "alast", "alatest", "aearliest"})
_SCALAR = frozenset({"count", "exists", "aggregate", "explain", "contains"})
_PATHS = _LAZY | _VALUES | _ONE | _SCALAR | {"update", "get_or_create", "update_or_create"}
_FILTERS = frozenset({"filter", "exclude", "get", "complex_filter", "get_or_create", "update_or_create", "Q", "When"})
_IN_BULK = frozenset({"update", "bulk_create", "bulk_update"})
_JOINS = frozenset({"select_related", "prefetch_related"})
_AGGREGATES = frozenset({"aggregate", "count", "Count", "Sum", "Avg", "Max", "Min"})
_BOTH_WAYS = frozenset({"get_or_create", "update_or_create"})
_CREATES = frozenset({"create", "bulk_create", "abulk_create", "acreate"})
_CHANGES = frozenset({"update", "bulk_update", "aupdate", "abulk_update"})
_ON_RELATION = frozenset({"add", "remove", "set", "clear", "aadd", "aremove", "aset", "aclear"})
_SAVES = frozenset({"save", "asave", "save_base"})
_LOADS = frozenset({"refresh_from_db", "arefresh_from_db", "validate_unique", "full_clean"})


# -- managers and querysets ----------------------------------------------------------------------------------


class Shape(NamedTuple):
    """Rows on their way: the class whose methods they have, and what their query reads besides their own table."""

    cls: ClassInfo | None
    spans: tuple[Any, ...]


_MOST_SPANS = 16


def _inventory(machine: Machine) -> Inventory:
    found: Inventory = machine.inventory
    return found


def _rows_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """A method of the model's own manager or queryset class, else one of Django's."""
    for info in _row_classes(machine, one):
        found = machine.found_in(machine.line_of(info), one, name, line)
        if found:
            return tuple([Type(t.kind, t.of, one, t.doubt) if t.kind == "function" else t for t in found])
    if name == "model" and one.of.mapped:
        return (one.of.value,)
    return (Type("method", one, name, one.doubt),)


def _row_classes(machine: Machine, one: Type) -> list[ClassInfo]:
    """The project's classes whose methods `one` has: its manager's, and those of the querysets that it gives."""
    start = _class_of(one)
    if one.kind == "related":
        start = _default_class(machine, one.of)
    if start is None:
        return []
    found = [start]
    for info in machine.line_of(start):
        if "get_queryset" in info.methods:
            for result in machine.read(machine.unit_of(info.methods["get_queryset"]).returns):
                cls = result.of if result.kind == "instance" else result.extra
                if isinstance(cls, ClassInfo) and cls not in found:
                    found.append(cls)
            break
    for info in machine.line_of(start):
        for cls in info.lookups.get("querysets", ()):
            if cls not in found:
                found.append(cls)
    return found


def _rows_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    model: ClassInfo = one.of
    via = Via.RELATION if one.kind == "related" else Via.ORM
    inventory = _inventory(machine)
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
    if bare in _LAZY:
        if bare == "in_bulk":
            return contain("dict", (Type("instance", model, None, doubt),))
        return (_spanning(one, "rows", more),)
    if bare in _VALUES:
        return (_spanning(one, "values", more),)
    if bare in _ONE or bare in _SCALAR or name in _BOTH_WAYS:
        _read_spans(machine, one, line)
    if bare in _ONE:
        return (Type("instance", model, None, doubt),)
    if name in _BOTH_WAYS:
        return contain("tuple", (Type("instance", model, None, doubt),), 0)
    if name in ("create", "acreate"):
        return (Type("instance", model, None, doubt),)
    if name in ("bulk_create", "abulk_create"):
        return contain("list", (Type("instance", model, None, doubt),))
    if name in ("delete", "adelete", "_raw_delete"):
        _deleted(machine, model, line, via, doubt)
        if one.kind != "instance":
            machine.effect(model, Op.READ, via, line, doubt)
        return NONE
    del inventory
    return NONE if bare in _SCALAR or name in _CHANGES else _tree_method(machine, one, name, site)


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


def _spanning(one: Type, kind: str, more: Iterable[Any]) -> Type:
    """`one` after a call that makes its query read `more`."""
    spans = tuple(dict.fromkeys((*_spans(one), *more)))[:_MOST_SPANS]
    return Type(kind, one.of, Shape(_class_of(one), spans) if spans else _class_of(one), one.doubt)


def _read_spans(machine: Machine, one: Type, line: int) -> None:
    for target in _spans(one):
        machine.effect(target, Op.READ, Via.RELATION, line, one.doubt)


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
    for info in _inventory(machine).concrete(relation.owner):
        found = _inventory(machine).relation(info, relation.name)
        if found is not None and found.between is not None:
            yield found.between


def _read_between(machine: Machine, relation: Relation, line: int, doubt: int) -> None:
    if isinstance(relation, Relation) and relation.kind == "both":
        for between in _all_between(machine, relation):
            machine.effect(between, Op.READ, Via.RELATION, line, doubt)


def _all_between(machine: Machine, relation: Relation) -> "list[ClassInfo | str]":
    return [relation.between] if relation.between is not None else list(_betweens(machine, relation))


def _rows_iterate(machine: Machine, one: Type, line: int) -> Types:
    via = Via.RELATION if one.kind == "related" else Via.ORM
    machine.effect(one.of, Op.READ, via, line, one.doubt)
    _read_spans(machine, one, line)
    return (Type("instance", one.of, None, one.doubt),)


def _values_iterate(machine: Machine, one: Type, line: int) -> Types:
    machine.effect(one.of, Op.READ, Via.ORM, line, one.doubt)
    _read_spans(machine, one, line)
    return NONE


def _values_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    found = _rows_method(machine, one, name, site)
    return tuple([_spanning(t, "values", ()) if t.kind == "rows" else t for t in found or () if t.kind != "instance"])


# -- lookups that span relations -----------------------------------------------------------------------------


def _walk_paths(machine: Machine, one: Type, method: str, site: Site) -> tuple[Any, ...]:
    """Note what the call filters, joins and orders by; says what its query reads besides the rows' own table."""
    draft = machine.draft(site, Via.RELATION if one.kind == "related" else Via.ORM)
    draft.targets[one.of] = None
    if method in _AGGREGATES:
        draft.aggregates = True
    for role, path in _paths(site.node, method):
        _span(machine, one, path, role, method, site.line, draft)
    inner = [t for types in site.all() for t in types if t.kind in ("rows", "values", "related")]
    for t in inner:
        draft.targets[t.of] = None
    reached = (*draft.targets, *draft.prefetched)
    return (*(target for target in reached if target is not one.of), *(span for t in inner for span in _spans(t)))


def _paths(call: Call, method: str) -> Iterator[tuple[str, str]]:
    """("filter", "user__name"), ("order_by", "-date") ... as written in one call and in the Q, F, Count, ... within."""
    for name, value in call.keywords:
        if name is not None:
            if name not in ("defaults", "flat", "named", "fields", "batch_size", "output_field", "to_attr", "queryset"):
                yield method, name
            if name == "fields" and isinstance(value, Display):
                yield from _strings(value, method)
        yield from _nested(value, "annotate" if method in ("annotate", "aggregate", "alias") else "expression")
    for arg in call.args:
        yield from _nested(arg, method)


def _nested(node: Expr, method: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Const):
        if isinstance(node.value, str) and method not in ("extra", "raw", "update", "get_or_create", "expression"):
            yield method, node.value
    elif isinstance(node, Call):
        name = node.func.name if isinstance(node.func, Attr) else node.func if isinstance(node.func, str) else ""
        if name in _EXPRESSION_CALLS or name in ("desc", "asc"):
            inner = name if name in ("Q", "When") else "order_by" if method == "order_by" else "expression_" + name
            yield from _paths(node, inner)
        if isinstance(node.func, Attr) and name in ("desc", "asc", "resolve_expression"):
            yield from _nested(node.func.base, method)
    elif isinstance(node, Display):
        for item in node.items:
            yield from _nested(item, method)
    elif isinstance(node, Operation):
        yield from _nested(node.left, method)
        yield from _nested(node.right, method)
    elif isinstance(node, Star):
        yield from _nested(node.value, method)
    elif isinstance(node, Either):
        for item in node.items:
            yield from _nested(item, method)
    elif isinstance(node, Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, Const) and isinstance(key.value, str):
                yield method, key.value
            yield from _nested(value, "expression")
    elif isinstance(node, Comprehension | Text | Item):
        return


def _strings(node: Display, method: str) -> Iterator[tuple[str, str]]:
    for item in node.items:
        if isinstance(item, Const) and isinstance(item.value, str):
            yield method, item.value


_EXPRESSION_CALLS = frozenset(
    "Q F Count Sum Avg Max Min StdDev Variance Prefetch When Case Coalesce Cast Concat Lower Upper Length Trunc"
    " TruncDate TruncMonth TruncDay Subquery Exists ExpressionWrapper Greatest Least Func StringAgg ArrayAgg"
    " FilteredRelation ExtractYear ExtractMonth Value JSONBAgg Substr Replace NullIf Window RowNumber Rank".split()
)


def _span(machine: Machine, one: Type, path: str, role: str, method: str, line: int, draft: Draft) -> None:
    """Follow "user__orders__total" from the model; each step into another table reads it."""
    inventory = _inventory(machine)
    steps = path.lstrip("-+?").split("__")
    model: ClassInfo = one.of
    joins = method in _JOINS or role == "expression_Prefetch"
    for number, step in enumerate(steps):
        relation = _lookup(inventory, model, step)
        if relation is None:
            _note_column(draft, role, model, step)
            return
        last = number == len(steps) - 1
        following = steps[number + 1] if not last else ""
        follows = method == "prefetch_related" or role == "expression_Prefetch"
        if not follows:
            _note_column(draft, "joined", model, relation.column or step)
        if relation.kind == "both":
            _read_between(machine, relation, line, one.doubt)
            draft.targets.update(dict.fromkeys(_all_between(machine, relation)))
        local = relation.kind == "one" and (last or following in _OWN_KEY or following in _LOOKUPS)
        if relation.kind == "both" and not joins and (last or following in _OWN_KEY or following in _LOOKUPS):
            local = True
        if local and not joins:
            if role in _FILTERS or role in _LAZY:
                _note_column(draft, role, model, relation.column)
            return
        machine.effect(relation.target, Op.READ, Via.RELATION, line, one.doubt)
        (draft.prefetched if follows else draft.targets)[relation.target] = None
        model = relation.target


_OWN_KEY = frozenset({"id", "pk"})
_LOOKUPS = frozenset({"in", "isnull", "exact", "gt", "gte", "lt", "lte"})


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


def _note_column(draft: Draft, role: str, model: ClassInfo, name: str) -> None:
    if role == "joined":
        draft.joined[model, name] = None
    elif role in _FILTERS:
        draft.filtered[model, name] = None
    elif role == "order_by" or role in ("latest", "earliest"):
        draft.ordered[model, name] = None
    elif role.startswith("expression_") and role[11:] in _AGGREGATES:
        draft.aggregates = True


# -- classes and instances -----------------------------------------------------------------------------------


def _member(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """An attribute of a model: a relation, a manager, or nothing that we know better than Python."""
    info: ClassInfo = one.of
    if info.mapped is None and manager_kind(info):
        return _of_manager_class(machine, one, name, line)
    if _inventory(machine).library_of(info) != "django":
        return None
    relation = _inventory(machine).relation(info, name)
    if relation is not None and not relation.hidden and (relation.name == name):
        if one.kind == "class":
            return NONE
        return _follow(machine, relation, one, line)
    if one.kind == "class" or name in ("objects", "_default_manager", "_base_manager"):
        managers = _managers(machine, info, name)
        if managers:
            return tuple([Type("manager", info, cls, one.doubt) for cls in managers])
    if name == "_meta":
        return (Type("meta", info),)
    if name in ("DoesNotExist", "MultipleObjectsReturned"):
        return NONE
    return None


def _follow(machine: Machine, relation: Relation, one: Type, line: int) -> Types:
    if relation.kind in ("one", "one_back"):
        machine.effect(relation.target, Op.READ, Via.RELATION, line, one.doubt)
        return (Type("instance", relation.target, None, one.doubt),)
    return (Type("related", relation.target, relation, one.doubt),)


def _managers(machine: Machine, info: ClassInfo, name: str) -> list[ClassInfo | None]:
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
    if one.kind == "made" and one.of.rpartition(".")[2].endswith("Manager") and one.of.startswith("django"):
        return None
    return False


def _default_class(machine: Machine, info: ClassInfo) -> ClassInfo | None:
    return _managers(machine, info, "_default_manager")[0] if info.mapped else None


def _of_manager_class(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """`self` in a manager or queryset class stands for rows of every model that uses the class."""
    info: ClassInfo = one.of
    if one.kind == "class":
        if name in ("as_manager", "from_queryset"):
            return (Type("method", one, name),)
        return None
    if name == "model":
        return tuple([model.value for model in _inventory(machine).users.get(info, ())][:8])
    if any(name in above.methods or name in above.attributes for above in machine.line_of(info)):
        return None
    return _rows_attribute(machine, Type("rows", info, info, one.doubt), name, line)


def _class_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    if name == "as_manager":
        return (one.of.type,)
    if name == "from_queryset":
        for argument in site.arg(0):
            if argument.kind == "class":
                one.of.lookups.setdefault("querysets", [])
                if argument.of not in one.of.lookups["querysets"]:
                    one.of.lookups["querysets"].append(argument.of)
        return join((one,), tuple([t for t in site.arg(0) if t.kind == "class"]))
    return None


def _instance_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    info: ClassInfo = one.of
    if _inventory(machine).library_of(info) != "django":
        if manager_kind(info):
            return _rows_method(machine, Type("rows", info, info, one.doubt), name, site)
        return _ask_form(machine, one, name, site)
    if name in _SAVES:
        for parent in info.mapped.parents if info.mapped else ():
            machine.effect(parent, Op.WRITE, Via.ORM, site.line, one.doubt)
        machine.effect(info, Op.WRITE, Via.ORM, site.line, one.doubt)
    elif name in ("delete", "adelete"):
        _deleted(machine, info, site.line, Via.ORM, one.doubt)
    elif name in _LOADS:
        machine.effect(info, Op.READ, Via.ORM, site.line, one.doubt)
    elif name.startswith(("get_next_by_", "get_previous_by_")):
        machine.effect(info, Op.READ, Via.ORM, site.line, one.doubt)
        return (one,)
    return NONE


def _deleted(machine: Machine, info: ClassInfo, line: int, via: Via, doubt: int) -> None:
    machine.effect(info, Op.WRITE, via, line, doubt)
    for target, op in _inventory(machine).cascade(info):
        machine.effect(target, op, Via.RELATION, line, doubt)


# -- forms and what else frameworks ask of a class -----------------------------------------------------------


def _inherited(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """super() in a manager; what a form has read from its fields."""
    info: ClassInfo = one.of
    if manager_kind(info):
        return _rows_attribute(machine, Type("rows", info, info, one.doubt), name, line)
    if name in ("cleaned_data", "validated_data") and one.kind == "instance":
        return _cleaned(machine, info)
    return None


def _form_model(machine: Machine, info: ClassInfo) -> ClassInfo | None:
    for one in machine.attributes_of(machine.attribute(info.type, "Meta", 0), "model", 0):
        if one.kind == "class" and one.of.mapped:
            found: ClassInfo = one.of
            return found
    return None


def _choices(machine: Machine, info: ClassInfo) -> Iterator[tuple[str, Type]]:
    """The fields of a form or serialiser whose values are rows: declared ones, and those of the model's relations."""
    for above in machine.line_of(info):
        for name, cell in list(above.attributes.items()):
            for one in machine.read(cell):
                if one.kind == "choice":
                    yield name, one


def _form_relations(machine: Machine, info: ClassInfo, kind: str) -> Iterator[Relation]:
    model = _form_model(machine, info)
    if model is None:
        return
    fields = _listed_fields(machine, info)
    for relation in _inventory(machine).relations(model).values():
        named = relation.name in fields if fields is not None else True
        own = model in relation.owner.below() or relation.owner in machine.line_of(model)
        if relation.kind == kind and named and own and not relation.name.endswith("+"):
            yield relation


def _listed_fields(machine: Machine, info: ClassInfo) -> set[str] | None:
    """What Meta.fields lists; None where it does not say."""
    for one in machine.attribute(info.type, "Meta", 0):
        if one.kind == "class":
            for above in machine.line_of(one.of):
                cell = above.attributes.get("fields")
                texts = (
                    {t.of.of for t in machine.read(cell) if t.kind in ("list", "tuple") and t.of.kind == "text"}
                    if cell
                    else set()
                )
                if texts:
                    return texts
    return None


def _cleaned(machine: Machine, info: ClassInfo) -> Types:
    found: Types = NONE
    for name, one in _choices(machine, info):
        found = join(
            found, contain("dict", (Type("rows" if one.extra else "instance", one.of, None, one.doubt),), name)
        )
    for relation in _form_relations(machine, info, "one"):
        found = join(found, contain("dict", (Type("instance", relation.target),), relation.name))
    return found


def _ask_form(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """The steps of forms and serialisers that need the model's fields."""
    if name == "_check_choices":
        for _, choice in _choices(machine, one.of):
            machine.effect(choice.of, Op.READ, Via.FRAMEWORK, site.line, choice.doubt)
        for relation in _form_relations(machine, one.of, "one"):
            machine.effect(relation.target, Op.READ, Via.FRAMEWORK, site.line)
    elif name in ("_save_many", "_read_many"):
        for relation in _form_relations(machine, one.of, "both"):
            for between in _all_between(machine, relation):
                machine.effect(between, Op.READ, Via.FRAMEWORK, site.line)
                if name == "_save_many":
                    machine.effect(between, Op.WRITE, Via.FRAMEWORK, site.line)
            if name == "_read_many":
                machine.effect(relation.target, Op.READ, Via.FRAMEWORK, site.line)
    else:
        return None
    return NONE


def _choice_field(machine: Machine, site: Site) -> Types:
    last = site.node.func.name if isinstance(site.node.func, Attr) else str(site.node.func)
    rows = site.arg(0, "queryset")
    return tuple([Type("choice", one.of, "Multiple" in last, one.doubt) for one in rows if one.kind in _ROWS])


def _form_factory(machine: Machine, site: Site) -> Types:
    """modelform_factory(Order, form=OrderForm), modelformset_factory(Line), inlineformset_factory(Order, Line)"""
    last = site.node.func.name if isinstance(site.node.func, Attr) else str(site.node.func)
    models = [one for types in site.args for one in types if one.kind == "class" and one.of.mapped]
    models += [one for one in site.keywords.get("model", ()) if one.kind == "class"]
    bases = [one for key in ("formset", "form") for one in site.keywords.get(key, ()) if one.kind == "class"]
    forms = [one for one in site.keywords.get("form", ()) if one.kind == "class"]
    if "formset" in last:
        forms += [one for types in site.args[:2] for one in types if one.kind == "class" and not one.of.mapped][:1]
        bases = [one for one in site.keywords.get("formset", ()) if one.kind == "class"]
    return _made_class(machine, site, last, models[-1:], forms, bases)


def _made_class(
    machine: Machine, site: Site, last: str, models: list[Type], forms: list[Type], bases: list[Type]
) -> Types:
    scope = machine.program.find("django.forms")
    if scope is None:
        return NONE
    default = "BaseInlineFormSet" if "formset" in last else "BaseModelForm"
    known = [one.of for one in bases] or [one.of for one in machine.global_name(scope, default)]
    made = machine.made_class(site.node, last, known)
    if not forms and "formset" in last and models:
        form = machine.made_class(
            (site.node, "form"), "Form", [t.of for t in machine.global_name(scope, "BaseModelForm")]
        )
        machine.write_attribute(form, "_model", tuple(models))
        forms = [form.value]
    for name, types in (("model", models), ("form", forms), ("_model", models)):
        if types:
            machine.write_attribute(made, name, tuple(types))
    return (made.value,)


def _admin_register(machine: Machine, site: Site) -> Types:
    """admin.site.register(Order, OrderAdmin), @admin.register(Order): listed, searched, edited and deleted there"""
    for types in site.args[:1]:
        for one in (*types, *machine.iterate(types, site.line)):
            if one.kind == "class" and one.of.mapped:
                machine.effect(one.of, Op.READ, Via.FRAMEWORK, site.line)
                machine.effect(one.of, Op.WRITE, Via.FRAMEWORK, site.line)
    return NONE


def _meta(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    if name == "db_table" and one.of.mapped and one.of.mapped.table:
        return (Type("text", one.of.mapped.table),)
    return (one.of.value,) if name == "model" else NONE


# -- functions of the library, and loaders -------------------------------------------------------------------


def _call(machine: Machine, one: Type, site: Site) -> Types | None:
    if one.kind == "function":
        return _loader(machine, one.of.node.name, site)
    if one.kind == "method":
        return _loader(machine, one.extra, site) if one.of.kind in ("unknown", "external", "made") else None
    if one.kind != "external":
        return None
    last = one.of.rpartition(".")[2]
    if last in ("get_model", "get_class", "get_classes", "get_user_model", "get_models"):
        return _loader(machine, last, site)
    if last in ("_model_form", "_formset") or last.endswith(("form_factory", "formset_factory")):
        return _form_factory(machine, site)
    if last in ("ModelChoiceField", "ModelMultipleChoiceField", "PrimaryKeyRelatedField", "SlugRelatedField"):
        return _choice_field(machine, site)
    if last == "register" and ".admin" in one.of:
        return _admin_register(machine, site)
    if not one.of.startswith("django."):
        return None
    if hook := _FUNCTIONS.get(last):
        return hook(machine, site)
    return None


def _loader(machine: Machine, name: str, site: Site) -> Types | None:
    """get_model("shop", "Order"), get_class("shop.views", "OrderView"): known by what they are called and given."""
    inventory = _inventory(machine)
    if name == "get_user_model":
        return (inventory.user.value,) if inventory.user else NONE
    if name == "get_model":
        texts = [_text(types) for types in site.args] + [_text(types) for types in site.keywords.values()]
        label = ".".join(text for text in texts[:2] if text)
        found = find_model(inventory, label) if label else None
        if found is None and machine.whole and not label:
            machine.unresolved("dynamic_model", site.line, "get_model with a name that is not constant")
        return (found.value,) if found else None
    if name in _CLASS_LOADERS and len(site.args) >= 2:
        module = _text(site.args[0])
        if not module:
            return None
        if name.endswith("s"):
            names = [(one.extra, one.of.of) for one in site.args[1] if one.kind == "tuple"]
            listed = names or list(enumerate(_listed(site.node.args[1])))
            found_all: Types = NONE
            for number, wanted in listed:
                found_all = join(found_all, contain("tuple", _by_suffix(machine, module, str(wanted)), number))
            return found_all or None
        return _by_suffix(machine, module, _text(site.args[1])) or None
    return None


_CLASS_LOADERS = frozenset({"get_class", "get_classes", "load_class", "load_classes", "import_class"})


def _listed(node: Expr) -> list[str]:
    items = node.items if isinstance(node, Display) else ()
    return [item.value if isinstance(item, Const) else "" for item in items]


def _by_suffix(machine: Machine, module: str, name: str) -> Types:
    """The name in the one module of the project whose dotted name ends like that; the shortest of several."""
    if not name:
        return NONE
    found = [
        scope
        for dotted, scopes in machine.program.named.items()
        if dotted == module or dotted.endswith(f".{module}")
        for scope in scopes
    ]
    for scope in sorted(found, key=lambda scope: len(scope.source.dotted)):
        types = machine.global_name(scope, name)
        if types:
            return types
    return NONE


def _text(types: Types) -> str:
    return next((one.of for one in types if one.kind == "text" and not one.extra), "")


def _get_or_404(machine: Machine, site: Site) -> Types:
    rows = _as_rows(machine, site.arg(0))
    found: Types = NONE
    for one in rows:
        machine.effect(one.of, Op.READ, Via.ORM, site.line, one.doubt)
        draft = Draft(site.line, Via.ORM, machine.loops > 0, bool(machine.heads), {one.of: None})
        machine.unit.queries[id(site.node)] = draft
        for role, path in _paths(Call("get", (), site.node.keywords, site.line), "get"):
            _span(machine, one, path, role, "get", site.line, draft)
        found = join(found, (Type("instance", one.of, None, one.doubt),))
    return found


def _get_list_or_404(machine: Machine, site: Site) -> Types:
    return contain("list", _get_or_404(machine, site))


def _as_rows(machine: Machine, types: Types) -> Types:
    return tuple(
        [
            Type("rows", one.of, None, one.doubt) if one.kind == "class" else one
            for one in types
            if (one.kind == "class" and one.of.mapped) or one.kind in ("rows", "manager", "related")
        ]
    )


def _prefetch(machine: Machine, site: Site) -> Types:
    """prefetch_related_objects(instances, "lines__product")"""
    for one in machine.iterate(site.arg(0), site.line):
        if one.kind == "instance" and one.of.mapped:
            draft = Draft(site.line, Via.RELATION, False, False)
            for arg in site.node.args[1:]:
                for role, path in _nested(arg, "prefetch_related"):
                    _span(machine, one, path, role, "prefetch_related", site.line, draft)
    return NONE


def _on_commit(machine: Machine, site: Site) -> Types:
    machine.unit.deferred[site.line] = None
    for one in site.arg(0):
        machine.apply(one, Site(site.node, (), {}, site.line))
    return NONE


def _lazy_object(machine: Machine, site: Site) -> Types:
    found: Types = NONE
    for one in site.arg(0):
        found = join(found, machine.apply(one, Site(site.node, (), {}, site.line)))
    return found


def _paginator(machine: Machine, site: Site) -> Types:
    return contain("list", machine.iterate(site.arg(0), site.line))


_FUNCTIONS = {
    "get_object_or_404": _get_or_404,
    "aget_object_or_404": _get_or_404,
    "get_list_or_404": _get_list_or_404,
    "prefetch_related_objects": _prefetch,
    "on_commit": _on_commit,
    "SimpleLazyObject": _lazy_object,
    "lazy": _lazy_object,
    "Paginator": _paginator,
}


def _generic(machine: Machine, bases: Types, params: tuple[Types, ...]) -> Types | None:
    """QuerySet[Order], Manager["Order"], OrderQuerySet["Order"]"""
    for base in bases:
        cls = base.of if base.kind == "class" and manager_kind(base.of) else None
        library = base.kind == "external" and base.of.rpartition(".")[2] in ("QuerySet", "Manager", "RelatedManager")
        if (cls or library) and params:
            return tuple([Type("rows", one.of, cls) for one in params[0] if one.kind == "instance" and one.of.mapped])
    return None


def _transactions(inventory: Inventory) -> None:
    inventory.transactions.update(
        {
            "django.db.transaction.atomic": "atomic",
            "django.db.transaction.commit_on_success": "atomic",
            "django.db.transaction.commit_manually": "commit",
        }
    )


def prepare(machine: Machine, inventory: Inventory) -> None:
    """Declare all models, and note who uses which manager class."""
    declare(machine, inventory)
    _transactions(inventory)
    inventory.generics.append(_generic)
    for info in inventory.mapped:
        if info.mapped.library == "django":
            for cls in _used_managers(info):
                users = inventory.users.setdefault(cls, [])
                if info not in users and info.mapped.table:
                    users.append(info)


def _used_managers(info: ClassInfo) -> Iterable[ClassInfo]:
    """Manager classes, what they inherit from, and the queryset classes that they are made of or give out."""
    pending = [
        one.of
        for above in info.line()
        for cell in above.attributes.values()
        for one in cell.types
        if one.kind == "instance" and manager_kind(one.of)
    ]
    seen: dict[ClassInfo, None] = {}
    while pending:
        cls = pending.pop()
        if cls in seen:
            continue
        seen[cls] = None
        pending += [above for above in cls.line() if above is not cls]
        pending += cls.lookups.get("querysets", [])
        for fn in cls.methods.values():
            if fn.node.name in ("get_queryset", "get_query_set"):
                pending += _returned_classes(fn.node.body, cls)
    return seen


def _returned_classes(body: Iterable[object], cls: ClassInfo) -> Iterator[ClassInfo]:
    # return OrderQuerySet(self.model, using=self._db)
    for node in body:
        value = getattr(node, "value", None)
        while isinstance(value, Call) and isinstance(value.func, Attr):
            value = value.func.base
        if isinstance(value, Call) and isinstance(value.func, str):
            cell = cls.scope.cells.get(value.func)
            for one in cell.types if cell else ():
                if one.kind == "class":
                    yield one.of


_ROWS = ("rows", "manager", "related")

DJANGO = Library(
    name="django",
    roots=frozenset({"django", "mptt", "treebeard", "polymorphic", "model_utils", "rest_framework"}),
    attributes={**dict.fromkeys((*_ROWS, "values"), _rows_attribute), "meta": _meta},
    methods={
        **dict.fromkeys(_ROWS, _rows_method),
        "values": _values_method,
        "class": _class_method,
        "instance": _instance_method,
    },
    iterate={**dict.fromkeys(("rows", "related"), _rows_iterate), "values": _values_iterate, "manager": _rows_iterate},
    calls=_call,
    inherited=_inherited,
    mapped=_member,
)
