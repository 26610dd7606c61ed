"""Stage 1, whole project: what Django's model classes and instances do to the tables."""

from collections.abc import Iterable, Iterator, Sequence

from ....model.facts import How, ModuleKind, Op, Via
from ...code import Attr, Call, Const, Display, Expr
from ...infer import Library, Machine, Site
from ...program import ClassInfo, Fn
from ...types import NONE, Type, Types, each, join
from ..inventory import Inventory, inventory_of
from ..managers import beyond, managers_of, rows_attribute
from ..mapping import gives_rows, manager_kind, mixed_in
from ..pointed import pointed
from ..related import follow
from ..rows import deleted, rows_method
from .apps import rest_defaults
from .callers import passed
from .forms import ask_form, cleaned, lacks_field
from .listed import listed
from .loaders import call
from .models import declare
from .registered import registered, registers
from .signals import listen, signal_method
from .through import through_attribute, through_iterate, through_method
from .validated import validated

__all__ = ["DJANGO", "MANAGERS", "listed", "prepare"]

_SAVES = frozenset({"save", "asave", "save_base"})

_DELETES = frozenset({"delete", "adelete", "_delete_row"})

_ANY_OF = 8
"""Models that use a manager's or queryset's class, beyond which nobody knows which of them its `self.model` is."""

_LOADS = frozenset({"refresh_from_db", "arefresh_from_db", "validate_unique", "full_clean"})

_OF_TYPE = frozenset({"model_class", "get_object_for_this_type", "get_all_objects_for_this_type"})


def _member(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """An attribute of a model: a relation, a manager, or nothing that we know better than Python."""
    info: ClassInfo = one.of
    if info.mapped is None and manager_kind(info):
        return _of_manager_class(machine, one, name, line)
    if inventory_of(machine).library_of(info) != "django":
        return None
    relation = inventory_of(machine).relation(info, name)
    if relation is not None and not relation.hidden and (relation.name == name):
        if one.kind == "class":
            return (Type("both", info, relation),) if relation.kind == "both" else NONE
        return follow(machine, relation, one, line)
    if one.kind == "instance" and pointed(machine, one, name, line) is not None:
        return NONE
    if one.kind == "class" or name in ("objects", "_default_manager", "_base_manager"):
        managers = managers_of(machine, info, name)
        if managers:
            return tuple([Type("manager", info, cls, one.doubt) for cls in managers])
    if name == "_meta":
        return (Type("meta", info),)
    if name in ("DoesNotExist", "MultipleObjectsReturned"):
        return NONE
    return None


def _of_manager_class(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """`self` in a manager or queryset class stands for rows of every model that uses the class."""
    info: ClassInfo = one.of
    if one.kind == "class":
        if name in ("as_manager", "from_queryset"):
            return (Type("method", one, name),)
        return None
    if name == "model":
        models = inventory_of(machine).users.get(info, ())
        return tuple([model.value for model in models]) if len(models) <= _ANY_OF else NONE
    if any(name in above.methods or name in above.attributes for above in machine.line_of(info)):
        return None
    if machine.unit.fn is None and not machine.whole:  # queryset = Order.objects.all(): known once Order is a model
        return NONE
    return rows_attribute(machine, Type("rows", info, info, one.doubt), name, line)


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
    if inventory_of(machine).library_of(info) != "django":
        if manager_kind(info):
            return rows_method(machine, Type("rows", info, info, one.doubt), name, site)
        return ask_form(machine, one, name, site)
    if name in _SAVES:
        for saved in _saved(info, site):
            machine.effect(saved, Op.WRITE, Via.ORM, site.line, one.doubt)
        for types in (site.keywords.get("update_fields", NONE),):
            for field in each(types):
                if field.kind == "text" and not field.extra:
                    machine.column(info, field.of, How.SET, site.line)
    elif name in _DELETES:
        deleted(machine, info, site.line, Via.ORM, one.doubt)
    elif name in _LOADS:
        if name.endswith("refresh_from_db") or machine.unit.scope.source.library:
            machine.effect(info, Op.READ, Via.ORM, site.line, one.doubt)
        else:
            validated(machine, one, name, site)
    elif name in _OF_TYPE and info.mapped.table == "django_content_type":
        machine.unresolved("dynamic_model", site.line, f"{name} of a type that only a row tells")
    elif name.startswith(("get_next_by_", "get_previous_by_")):
        machine.effect(info, Op.READ, Via.ORM, site.line, one.doubt)
        return (one,)
    return NONE


def _saved(info: ClassInfo, site: Site) -> Sequence[ClassInfo | str]:
    """What a `save()` writes: all tables of the row, or those alone that have one of `update_fields`."""
    tables = (*info.mapped.parents, info) if info.mapped else (info,)
    named = dict(site.node.keywords).get("update_fields") if len(tables) > 1 and info.mapped.table else None
    fields = named.items if isinstance(named, Display) else ()
    names = {str(one.value).removesuffix("_id") for one in fields if isinstance(one, Const)}
    if not names or len(names) < len(fields):
        return tables
    return [str(one.mapped.table) for one in tables if not names.isdisjoint(one.mapped.columns)] or tables


def _inherited(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """super() in a manager or queryset class; what a form has read from its fields."""
    info: ClassInfo = one.of
    if manager_kind(info):  # the class itself has been asked
        rows = Type("rows", info, info, one.doubt)
        return beyond(machine, rows, name, line) or (Type("method", rows, name, one.doubt),)
    if name == "model" and info in inventory_of(machine).fielded:
        return tuple([model.value for model in inventory_of(machine).fielded[info]])
    if name in ("cleaned_data", "validated_data") and one.kind == "instance":
        return cleaned(machine, info)
    return None


def _decorates(machine: Machine, one: Type, decorator: Expr, fn: Fn) -> None:
    registered(machine, decorator, fn)
    # @receiver(post_save, sender=Order)      @receiver([post_save, post_delete], sender=Order)
    if one.kind == "external" and one.of == "django.dispatch.receiver" and isinstance(decorator, Call):
        senders = [machine.eval(value) for name, value in decorator.keywords if name == "sender"]
        for arg in decorator.args[:1]:
            for signal in _signals(machine.eval(arg)):
                listen(machine, signal, (Type("function", fn),), senders[0] if senders else NONE, decorator.line)
    # @search_receiver(post_save, Order), by a decorator of the project's own
    elif one.kind == "function" and isinstance(decorator, Call) and len(decorator.args) + len(decorator.keywords) > 1:
        given = [machine.eval(value) for value in (*decorator.args, *(value for _, value in decorator.keywords))]
        for signal in _signals(given[0]):
            listen(machine, signal, (Type("function", fn),), given[1], decorator.line)


def _signals(types: Types) -> Iterator[Type]:
    for one in types:
        signal = one.of if one.kind in ("list", "tuple") else one
        if signal.kind == "signal":
            yield signal
        elif signal.kind == "external" and ".signals." in signal.of:
            yield Type("signal", signal.of)


def _meta(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    if type(one.of) is Type:  # of a table between, which no class declares
        return (Type("text", one.of.of),) if name == "db_table" else NONE
    if name == "db_table":  # of an abstract class: those of the classes below it
        concrete = inventory_of(machine).concrete(one.of)
        return tuple([Type("text", info.mapped.table) for info in concrete[:_ANY_OF]])
    return (one.of.value,) if name == "model" else NONE


def _generic(machine: Machine, bases: Types, params: tuple[Types, ...]) -> Types | None:
    """QuerySet[Order], Manager["Order"], OrderQuerySet["Order"]"""
    for base in bases:
        cls = base.of if base.kind == "class" and manager_kind(base.of) else None
        library = base.kind == "external" and base.of.rpartition(".")[2] in ("QuerySet", "Manager", "RelatedManager")
        if (cls or library) and params:
            kind = "manager" if cls and not gives_rows(cls) else "rows"
            return tuple([Type(kind, one.of, cls) for one in params[0] if one.kind == "instance" and one.of.mapped])
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
    rest_defaults(machine)
    _transactions(inventory)
    inventory.generics.append(_generic)
    inventory.callers.append(passed)
    inventory.lacking.append(lacks_field)
    if inventory.user is not None:  # request.user, self.request.user: whoever logged in
        machine.write(machine.loose_cell("request", "user"), (Type("instance", inventory.user, None, 1),))
    for info in sorted(inventory.mapped, key=_is_tested):  # a test's models say nothing of a manager that others use
        if info.mapped.library == "django" and info.mapped.table:
            for cls in _used_managers(info):
                users = inventory.users.setdefault(cls, [])
                if info not in users and not (_is_tested(info) and users and not _is_tested(users[0])):
                    users.append(info)
    for cls in inventory.users:
        mixed_in(cls)


def _is_tested(info: ClassInfo) -> bool:
    return info.scope.source.kind is ModuleKind.TEST


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


DJANGO = Library(
    name="django",
    roots=frozenset({"django", "mptt", "treebeard", "polymorphic", "model_utils", "rest_framework", "swapper"}),
    attributes={"meta": _meta, "both": through_attribute, "between": through_attribute},
    methods={"class": _class_method, "instance": _instance_method, "signal": signal_method, "between": through_method},
    iterate={"between": through_iterate},
    calls=call,
    inherited=_inherited,
    mapped=_member,
    decorates=_decorates,
    overhears=registers,
    saves=_SAVES | {"delete", "adelete"},
)

MANAGERS = Library(name="manager", mapped=_member)
"""Classes of managers and querysets, which stand for the rows of the models that use them."""
