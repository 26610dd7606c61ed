"""Stage 1, whole project: calls: who is called, and what the call gives."""

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from ...model.facts import How, Op
from ..code import Attr, Call, Const, Expr
from ..program import ClassInfo, Fn
from ..types import NONE, Type, Types, constant_of, doubted, is_unseen, join
from .annotations import annotated
from .asked import OF_MANY, ask
from .assignments import give
from .builtins import BUILTINS
from .changed import CHANGES, begins_with, is_only_changed
from .containers import KEYED, at_key
from .functions import asked_for
from .kept import made_apart
from .sure import after_call, lasting
from .unknown import method_of_unknown, tell, unknown_receiver
from .values import Effect, Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["apply", "call"]

_DEFERRED = frozenset({"delay", "apply_async", "send", "s", "si", "apply", "enqueue", "schedule", "send_with_options"})
_ELSEWHERE = (_DEFERRED - {"apply"}) | {"add_task", "async_task", "submit"}
_PROXIES = frozenset({"LocalProxy", "SimpleLazyObject"})
_MOST_BEFORE = 3  # arguments that are put before those handed over


def call(machine: "Machine", node: Call) -> Types:
    """A call: the arguments are evaluated, and each callee is called with them."""
    func, used = node.func, machine.dropped is not node or machine.caught > 0  # who catches its errors waits for it
    if type(func) is str and func in BUILTINS and not machine.name(func):
        return BUILTINS[func](machine, site_of(machine, node))
    callees, chain = called(machine, func)
    machine.changing.append(callees)
    known = len(machine.unit.mentioned)
    site = site_of(machine, node, ours=are_functions(callees))
    machine.changing.pop()
    machine.given = tuple(islice(machine.unit.mentioned, known, None)) if len(machine.unit.mentioned) > known else ()
    machine.chain = chain
    if machine.whole and any(site.args):
        handed_over(machine, callees, site)
    if machine.whole and (
        site.args or site.keywords or any(one.kind == "method" and one.of.kind == "text" for one in callees)
    ):
        name = func.name if isinstance(func, Attr) else func if isinstance(func, str) else ""
        for hook in machine.overhearing:
            hook(machine, callees, name, site)
    if machine.sure:
        after_call(machine, func)
    if not callees and isinstance(func, Attr):
        return unknown_receiver(machine, func, site)
    held = holding(callees, site)
    found: Types = NONE if held is callees else site.arg(1)
    before = machine.sure
    for one in held:
        found = join(found, apply(machine, one, site))
    if len(held) > 1 and machine.sure is not before:
        machine.sure = lasting(before, machine.sure)  # one of them is called
    if machine.whole:
        ask(machine, node, held, used)
    if callees and isinstance(func, Attr) and all(one.kind == "method" and is_unseen(one.of) for one in callees):
        tell(machine, func, site)
    return found


def are_functions(callees: Types) -> bool:
    """Is it nothing but functions of the project that is called?"""
    for one in callees:
        if one.kind != "function":
            return False
    return bool(callees)


def holding(callees: Types, site: Site) -> Types:
    """Of dicts that are asked for a key, those that may hold it: data.get("order")"""
    dicts = tuple([one.of for one in callees if one.kind == "method" and one.of.kind == "dict" and one.extra in KEYED])
    if not dicts:
        return callees
    held = at_key(dicts, constant_of(site.arg(0)))
    return tuple([one for one in callees if one.kind != "method" or one.of not in dicts or one.of in held])


def called(machine: "Machine", func: Expr) -> tuple[Types, tuple[Effect, ...]]:
    """What `func` calls; where it ends a chain that may change what it has asked for, also what the chain reads."""
    # Order.objects.filter(paid=False).delete()      late = Order.objects.filter(paid=False); late.delete()
    if type(func) is not Attr or func.name not in CHANGES or not machine.whole:
        return machine.eval(func), ()
    name = begins_with(func)
    before = machine.asked_for.get(name, ()) if name and is_only_changed(machine, name) else ()
    if type(func.base) is not Call:
        return machine.eval(func), before
    known = set(machine.unit.effects)
    callees = machine.eval(func)
    return callees, (*before, *(one for one in machine.unit.effects if one not in known and one.op is Op.READ))


def handed_over(machine: "Machine", callees: Types, site: Site) -> None:
    """`pool.submit(f, x)`, `self.run(name, f, x)`: a function handed over with arguments is called."""
    for number, types in enumerate(site.args[:-1]):
        given = [one for one in types if one.kind == "function"]
        if not given or not all(takes_any(one, number) for one in callees):
            continue
        rest = site.args[number + 1 :]
        for one in given[:4]:
            given_names = {param.name for param in one.of.node.params} & site.keywords.keys()
            named = {name: types for name, types in site.keywords.items() if name in given_names}
            nodes = site.node.args[number + 1 :]
            first = _put_before(one, nodes, len(named))
            if is_elsewhere(callees, site.node.func):
                machine.unit.deferred[site.line] = None
            inner = Call(site.node.func, ("_",) * first + nodes, (), site.line)
            machine.apply(one, Site(inner, (NONE,) * first + rest, named, site.line))


def is_elsewhere(callees: Types, func: Expr) -> bool:
    """Does a library run what it is handed by somebody else, at another time? pool.submit(f), queue.enqueue(f)"""
    name = func.name if isinstance(func, Attr) else func
    return name in _ELSEWHERE and not any(one.kind == "function" for one in callees)


def _put_before(one: Type, nodes: tuple[Expr, ...], named: int) -> int:
    """How many arguments whoever is handed a function puts before those handed over with it: a cursor, say.

    Where arguments are called what parameters are called, those tell; else whoever is handed it fills what is missing.
    """
    params = one.of.positional[bound_of(one) :]
    missing = max(0, sum(param.default is None for param in params) - len(nodes) - named)
    alike = {
        first: sum(param.name == node for param, node in zip(params[first:], nodes, strict=False))
        for first in range(_MOST_BEFORE)
    }
    best = max(alike.values())
    return missing if alike.get(missing, 0) == best else min(first for first in alike if alike[first] == best)


def takes_any(one: Type, number: int) -> bool:
    """Does a callee take a function as its argument `number`, and after it anything? Of unknown ones we think so."""
    if one.kind != "function":
        return one.kind in ("method", "external")
    params = [param for param in one.of.node.params if param.kind in ("", "/", "*")][bound_of(one) :]
    return len(params) > number + 1 and params[number + 1].kind == "*" and params[number].kind != "*"


def bound_of(one: Type) -> int:
    """How many parameters of a function are taken before its arguments: `self`."""
    return 1 if one.extra is not None and "staticmethod" not in one.of.marks else 0


def site_of(machine: "Machine", node: Call, ours: bool = False) -> Site:
    args = tuple([argument(machine, arg, ours) if type(arg) is Attr else machine.eval(arg) for arg in node.args])
    keywords = {}
    for number, (name, value) in enumerate(node.keywords):
        keywords[name or f"**{number}"] = argument(machine, value, ours) if type(value) is Attr else machine.eval(value)
    return Site(node, args, keywords, node.line)


def argument(machine: "Machine", node: Attr, ours: bool) -> Types:
    """An attribute that is given to a call; a column that is handed to one of our own functions is not read by that."""
    known = len(machine.unit.effects)
    types = machine.eval(node)
    if ours and types and all(one.kind == "column" for one in types):
        for one in list(islice(machine.unit.effects, known, None)):
            machine.forget(one)
    return types


def apply(machine: "Machine", one: Type, site: Site) -> Types:
    """Call `one`."""
    kind = one.kind
    if kind == "function":
        types = recognised(machine, one, site)
        return types if types is not None else machine.apply_fn(one.of, one.extra, site, site.line)
    if kind == "class":
        return construct(machine, one, site)
    if kind == "method":
        return apply_method(machine, one.of, one.extra, site)
    if kind == "instance":
        return apply_instance(machine, one, site)
    for hook in machine.calls:
        types = hook(machine, one, site)
        if types is not None:
            return types
    if kind == "external" and one.of == "collections.namedtuple":
        return named_tuple(machine, site)
    if kind == "external" and one.of.rpartition(".")[2] in _PROXIES:
        return proxied(machine, site)
    if kind == "external" and one.of == "typing.cast":
        return annotated(machine, site.node.args[0]) if site.node.args else NONE
    if kind == "external" and (one.of.partition(".")[0] in machine.roots or one.of.endswith("Manager")):
        return (Type("made", one.of),)
    return NONE


def proxied(machine: "Machine", site: Site) -> Types:
    """LocalProxy(find_org), SimpleLazyObject(find_basket): what the function gives, once it is asked for"""
    found: Types = NONE
    for one in site.arg(0):
        if one.kind == "function":
            found = join(found, apply(machine, one, Site(site.node, (), {}, site.line)))
    return found


def apply_instance(machine: "Machine", one: Type, site: Site) -> Types:
    for info in machine.line_of(one.of):
        if "__call__" in info.methods:
            return machine.apply_fn(info.methods["__call__"], one, site, site.line)
    return NONE


def recognised(machine: "Machine", one: Type, site: Site) -> Types | None:
    """A function of the project that a library's hook knows by its behaviour: get_model, get_class ..."""
    if not one.of.node.name.startswith(("get_", "load_", "import_")):
        return None
    for hook in machine.calls:
        types = hook(machine, one, site)
        if types is not None:
            return types
    return None


def construct(machine: "Machine", one: Type, site: Site) -> Types:
    info: ClassInfo = one.of
    if info.mapped is not None:
        made(machine, info, site)
    for library in machine.libraries:
        if library.created:
            types = library.created(machine, one, site)
            if types is not None:
                return types
    info = made_apart(machine, info, site)
    makers = [owner.methods["__init__"] for owner in machine.line_of(info) if "__init__" in owner.methods]
    for fn in makers[:1]:
        machine.apply_fn(fn, info.type, site, site.line)
    if makers and not makers[0].scope.source.library:  # which hands on what it is given, and to the class itself
        for fn in [one for one in makers if one.scope.source.library][:1]:
            machine.apply_fn(fn, info.type, site, site.line)
    if not makers and info.mapped is None and machine.whole and _has_fields(info):
        fill(machine, info, site)
    extra = OF_MANY if is_of_many(makers, site.node) else machine.inventory.made_with(info, site.node)
    return (Type("instance", info, extra, one.doubt),)


def is_of_many(makers: Iterable[Fn], node: Call) -> bool:
    """Does a library make an object of its own, that holds many of the class? OrderSerializer(orders, many=True)"""
    return ("many", Const(True)) in node.keywords and any(
        fn.scope.source.library and any(param.name == "many" for param in fn.node.params) for fn in makers
    )


def made(machine: "Machine", info: ClassInfo, site: Site) -> None:
    """The call makes a row: Order(customer=customer, total=total)"""
    for name in ("", *(name for name, _ in site.node.keywords if name)):
        machine.column(info, name, How.NEW, site.line)


def fill(machine: "Machine", info: ClassInfo, site: Site) -> None:
    """The constructor of a named tuple or dataclass: arguments become the fields of which no annotation tells more."""
    open_fields = info.lookups.setdefault("open", [name for name, cell in info.attributes.items() if not cell.types])
    fields = list(info.attributes)
    nodes = (*site.node.args, *(value for _, value in site.node.keywords))
    given = (*zip(fields, site.args, strict=False), *site.keywords.items())
    for (name, types), node in zip(given, nodes, strict=False):
        if node != _NOTHING:
            give(machine, info, name, asked_for(machine, types, node), id(site.node))
        known = tuple([doubted(one, 1) for one in types if one.kind != "text" and not is_unseen(one)])
        if name in open_fields and known:
            machine.write_attribute(info, name, known)


def _has_fields(info: ClassInfo) -> bool:
    # @dataclass      @attrs.define      class Line(NamedTuple)      class Line(pydantic.BaseModel)
    marked = any(word in str(one) for one in info.node.decorators for word in _FIELDED)
    return marked or info.node.name == "namedtuple" or any(base.endswith(_FIELDED_BASES) for base in info.externals())


_NOTHING = Const(None)
_FIELDED = ("dataclass", "attrs", "define", "frozen", "'s'")
_FIELDED_BASES = (".NamedTuple", ".BaseModel", ".Struct")


def named_tuple(machine: "Machine", site: Site) -> Types:
    """namedtuple("Line", ("order", "product"))      namedtuple("Line", "order product")"""
    listed = machine.iterate(site.arg(1, "field_names"), site.line) or site.arg(1, "field_names")
    names = [name for one in listed if one.kind == "text" for name in one.of.replace(",", " ").split()]
    made = machine.made_class(site.node, "namedtuple", ())
    for name in names:
        made.cell(name)
    return (made.value,)


def apply_method(machine: "Machine", receiver: Type, name: str, site: Site) -> Types:
    if receiver.kind == "function" and name in _DEFERRED:  # task.delay(...)
        if name != "apply":  # which runs it here
            machine.unit.deferred[site.line] = None
        machine.apply_fn(receiver.of, receiver.extra, site, site.line)
        return NONE
    if name == "_get_current_object":  # of a proxy
        return (receiver,)
    for hook in machine.methods.get(receiver.kind, ()):
        types = hook(machine, receiver, name, site)
        if types is not None:
            return types
    if is_unseen(receiver):  # context.session.query(...), where the class of `context` has no `session`
        return method_of_unknown(machine, name, site) or NONE
    return machine.container_method(receiver, name, site)
