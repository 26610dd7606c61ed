"""Stage 1, whole project: functions of Django, and loaders that are known by what they are called and given."""

from itertools import product

from ....model.facts import Op, Via
from ...code import Call, Const, Display, Expr
from ...imports import CLASS_LOADERS
from ...infer import Draft, Machine, Site
from ...types import NONE, Type, Types, contain, doubted, each, join
from ..asking import asking
from ..inventory import inventory_of
from ..lookups import joined, nested, paths, span, spread
from ..mapping import manager_kind
from ..shapes import loaded, read_spans, row_of
from .apps import find_model
from .forms import admin_register, administer, choice_field, form_factory
from .signals import made_signal, signal_method

__all__ = ["call"]


def call(machine: Machine, one: Type, site: Site) -> Types | None:
    """What a function of Django, or one that behaves like its loaders, gives; None where it is neither."""
    if one.kind == "function":
        return _loader(machine, one.of.node.name, site)
    if one.kind == "method":
        return _loader(machine, one.extra, site) if one.of.kind in ("unknown", "external", "made") else None
    if one.kind == "registered":
        return administer(machine, site.arg(0), one.of)
    if one.kind == "related":  # project.versions(manager="internal")
        return (one,)
    if one.kind != "external":
        return None
    last = one.of.rpartition(".")[2]
    if last in ("get_model", "get_class", "get_classes", "get_user_model", "get_models"):
        return _loader(machine, last, site)
    if one.of.startswith("swapper."):
        return _swapped(machine, last, site)
    if last in ("_model_form", "_formset") or last.endswith(("form_factory", "formset_factory")):
        return form_factory(machine, site)
    if last in ("ModelChoiceField", "ModelMultipleChoiceField", "PrimaryKeyRelatedField", "SlugRelatedField"):
        return choice_field(machine, site)
    if last == "register" and ".admin" in one.of:
        return admin_register(machine, site)
    if last == "from_queryset":  # models.Manager.from_queryset(OrderQuerySet): both are bases
        return join(
            (Type("external", one.of.rpartition(".")[0]),), tuple([t for t in site.arg(0) if t.kind == "class"])
        )
    if last.endswith("Manager") and (managers := _managing(site)):  # ScopedManager(_manager_class=OrderManager)
        return managers
    if not one.of.startswith("django."):
        return None
    if last == "Signal":
        return made_signal(machine, one, site)
    if ".signals." in one.of and last in ("connect", "send"):
        return signal_method(machine, Type("signal", one.of.rpartition(".")[0]), last, site)
    if hook := _FUNCTIONS.get(last):
        return hook(machine, site)
    return asking(last, site)


def _managing(site: Site) -> Types:
    return tuple([one.of.type for types in site.all() for one in types if one.kind == "class" and manager_kind(one.of)])


def _loader(machine: Machine, name: str, site: Site) -> Types | None:
    """get_model("shop", "Order"), get_class("shop.views", "OrderView"): known by what they are called and given."""
    inventory = inventory_of(machine)
    if name == "get_user_model":
        return (inventory.user.value,) if inventory.user else NONE
    if name == "get_model":
        if inventory.user and any(map(_is_user_setting, site.arg(0))):  # get_model(settings.AUTH_USER_MODEL)
            return (inventory.user.value,)
        given = _given(site)
        found = dict.fromkeys(filter(None, [find_model(inventory, label) for label in _labels(given)]))
        if machine.whole and not (found or all(given)):  # given nothing, it is no loader of models
            machine.unresolved("dynamic_model", site.line, "get_model with a name that is not constant")
        return tuple([doubted(one.value, int(len(found) > 1)) for one in found]) or None
    if name in CLASS_LOADERS and len(site.args) >= 2:
        module = _text(site.args[0])
        if not module:
            return None
        if name.endswith("es"):  # get_classes
            names = [(one.extra, one.of.of) for one in site.args[1] if one.kind == "tuple"]
            listed = names or list(enumerate(_listed(site.node.args[1])))
            found_all: Types = NONE
            for number, wanted in listed:
                found_all = join(found_all, contain("tuple", _by_suffix(machine, module, str(wanted)), number))
            return found_all or None
        return _by_suffix(machine, module, _text(site.args[1])) or None
    return None


def _swapped(machine: Machine, last: str, site: Site) -> Types | None:
    # swapper.load_model("shop", "Order")      ForeignKey(swapper.get_model_name("shop", "Order"))
    if last == "load_model":
        return _loader(machine, "get_model", site)
    return tuple([Type("text", label) for label in _labels(_given(site))]) if last == "get_model_name" else None


def _is_user_setting(one: Type) -> bool:
    return one.kind in ("external", "made") and str(one.of).endswith(".AUTH_USER_MODEL")


def _given(site: Site) -> list[list[str]]:
    """get_model("shop.Order")      get_model("shop", model_name="Order")      get_model(*label.split("."))"""
    pieces = [one for types in site.args for one in types if one.kind == "tuple"]
    spread = [tuple([one.of for one in pieces if one.extra == place]) for place in (0, 1) if pieces]
    return [[one.of for one in types if one.kind == "text" and not one.extra] for types in spread or [*site.all()][:2]]


def _labels(given: list[list[str]]) -> list[str]:
    return [".".join(filter(None, chosen)) for chosen in product(*(one or [""] for one in given)) if any(chosen)]


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
        if not machine.whole:
            machine.demand(machine.module_units[scope])
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
        draft = _asked(machine, site)
        draft.targets[one.of] = None
        draft.of_one = draft.of_one or one.kind == "related"
        for role, path in paths(Call("get", (), site.node.keywords, site.line), "get"):
            span(machine, one, path, role, "get", site.line, draft)
        read_spans(machine, one, site.line)
        found = join(found, (row_of(one),))
    return found


def _asked(machine: Machine, site: Site) -> Draft:
    """The query that is given, or one that goes on with it: get_object_or_404(Order.objects.filter(...), pk=1)"""
    given = site.node.args[0] if site.node.args else None
    if given is not None and (known := machine.drafts.get(id(given))):
        return known
    draft = Draft(site.line, Via.ORM, machine.loops > 0, bool(machine.head))
    draft.continues(machine.named_drafts.get(given) if isinstance(given, str) else None)
    machine.unit.queries[id(site.node)] = draft
    return draft


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
            draft = Draft(site.line, Via.RELATION, False, False, {one.of: None})
            machine.unit.queries[id(site.node)] = draft
            listed = [path for arg in site.node.args[1:] for path in nested(arg, "prefetch_related")]
            for role, path in (*listed, *spread(site, "prefetch_related")):
                span(machine, one, path, role, "prefetch_related", site.line, draft)
    _hold(machine, site)
    return NONE


def _hold(machine: Machine, site: Site) -> None:
    """The rows that names stand for hold from here on what was loaded: [order], orders"""
    given, env = site.node.args[0] if site.node.args else None, machine.unit.env
    paths = list(joined(site, "prefetch_related"))
    for name in given.items if isinstance(given, Display) else (given,):
        if isinstance(name, str) and name in env:
            env[name] = tuple([_holding(one, paths) for one in env[name]])


def _holding(one: Type, paths: list[str]) -> Type:
    if one.kind == "list":
        return Type("list", _holding(one.of, paths), one.extra, one.doubt)
    return loaded(one, paths) if one.kind == "instance" and one.of.mapped else one


def _on_commit(machine: Machine, site: Site) -> Types:
    # on_commit(notify)      on_commit(partial(notify, order))      on_commit(lambda: notify(order)), of several lines
    machine.unit.deferred.update(dict.fromkeys(range(site.line, _last_line(site.node) + 1)))
    for one in site.arg(0):
        machine.apply(one, Site(site.node, (), {}, site.line))
    return NONE


def _call_command(machine: Machine, site: Site) -> Types:
    """call_command("loaddata", "demo", "prices.json"): the rows of these files are written"""
    if site.arg(0) == (Type("text", "loaddata"),):
        inventory = inventory_of(machine)
        for name in [one.of for types in site.args[1:] for one in (*types, *each(types)) if one.kind == "text"]:
            for label in inventory.fixtures.get(name, ()):
                if label in inventory.labels:
                    machine.effect(inventory.labels[label], Op.WRITE, Via.FRAMEWORK, site.line)
    return NONE


def _last_line(node: object) -> int:
    last = getattr(node, "line", 0)
    return max((last, *map(_last_line, node))) if isinstance(node, tuple) else 0


def _lazy_object(machine: Machine, site: Site) -> Types:
    found: Types = NONE
    for one in site.arg(0):
        found = join(found, machine.apply(one, Site(site.node, (), {}, site.line)))
    return found


def _paginator(machine: Machine, site: Site) -> Types:
    return contain("list", machine.iterate(site.arg(0), site.line))


_FUNCTIONS = {
    "call_command": _call_command,
    "get_object_or_404": _get_or_404,
    "aget_object_or_404": _get_or_404,
    "get_list_or_404": _get_list_or_404,
    "prefetch_related_objects": _prefetch,
    "on_commit": _on_commit,
    "SimpleLazyObject": _lazy_object,
    "lazy": _lazy_object,
    "Paginator": _paginator,
}
