"""Stage 1, whole project: calls of the project's own functions: arguments go in, results come out."""

from typing import TYPE_CHECKING, Any

from .. import code
from ..effects import handed
from ..program import ClassInfo, Fn
from ..types import NONE, Type, Types, contain, doubted, is_unseen, join, seen
from .alternatives import alternatives
from .annotations import is_open
from .fixed import fixed_by, turned_off
from .kept import filled, is_row, keeps, nearest
from .receivers import made_of, receiver_of
from .rounds import asked_of, same_each_time
from .spared import spares
from .strings import looks_like_sql
from .sure import asked_of as known_of
from .sure import go_over, was_gone_over
from .values import Site, Unit

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["apply_fn", "asked_for", "learn", "library_unit"]

_BROAD = 8  # mapped classes that a result may be of; of more it says nothing
_SPECIAL = 96  # kinds of arguments for which one function is evaluated apart
_NAMED = 1024  # tables that are named to one function, each of which is evaluated apart
_HANDED = frozenset(
    "add add_all all bulk_create bulk_update create delete execute exclude filter get get_or_create update"
    " update_or_create values values_list".split()
)
_MISSING = code.Const(None)
_SPECIALISED = frozenset({"class", "function", "method", "rows", "manager", "related", "query"})


def apply_fn(machine: "Machine", fn: Fn, bound: Type | None, site: Site | None, line: int) -> Types:
    """Call a function of the project: its parameters learn the arguments; its result is what is known by now."""
    if not machine.whole:
        return declared_result(machine, fn)
    found: Types | None = None
    for one in alternatives(machine, fn, bound, site) if site is not None else ():
        found = join(found or NONE, apply_fn(machine, fn, bound, one, line))
    if found is not None:
        return found
    if fn.scope.source.library:
        unit = library_unit(machine, fn, bound, site)
        known = machine.unit.borrowed.get((unit, line), (2, False))
        doubt = bound.doubt if bound else 0
        machine.unit.borrowed[unit, line] = (min(known[0], doubt), known[1] or machine.loops > 0)
    else:
        unit = special(machine, fn, bound, site)
        if bound is not None and fn.owner is not None and machine.inventory.is_general(fn.owner):
            receive(machine, unit, bound, line)
    if site is not None:
        pass_arguments(machine, unit, bound, site)
        if unit is not fn.unit and not fn.scope.source.library and fn.node.closes:
            pass_arguments(machine, machine.unit_of(fn), bound, site)  # whose variables functions inside of it see
    machine.demand(unit)
    if unit.over and site is not None:
        for name, node in handed(fn.node, site.node):
            if name in unit.over:
                go_over(machine, node, line)
    rare = machine.rare > 0 or spares(machine)
    if rare and (unit, line) not in machine.unit.calls:
        machine.unit.seldom[unit, line] = None
    elif not rare:
        machine.unit.seldom.pop((unit, line), None)
    if head := machine.head:
        same = same_each_time(machine, fn, bound, site)
        machine.unit.same[unit, line] = same & machine.unit.same.get((unit, line), same)
    if fn.keeps and bound is not None:
        asked = asked_of(machine)
        machine.unit.kept[unit, line] = asked if machine.unit.kept.get((unit, line), asked) == asked else ""
    machine.unit.calls[unit, line] = max(head, machine.unit.calls.get((unit, line), 0))
    types = declared_result(machine, fn)
    if all(map(is_open, types)):
        returned = machine.read(unit.returns)  # of `-> Model` it may be any that callers ask for
        types = join(types, tuple([one for one in returned if one.kind != "instance"]) if types else returned)
    elif any(one.kind == "instance" and keeps(machine, one.of) for one in types):
        types = nearest(machine, types, machine.read(unit.returns))
    elif any(is_row(one) for one in types):
        types = filled(types, machine.read(unit.returns))
    if bound is not None and fn.owner is not None and types and not fn.scope.source.library:
        types = substituted(machine, types, fn.owner, bound)
    if site is not None and types:
        types = machine.inventory.returned(types, tuple([one for given in site.all() for one in given]))
    return types if len(types) <= _BROAD else _narrow(types)


def _narrow(types: Types) -> Types:
    """Rows of so many classes are what a registry gives out: which of them a caller gets, its own line must tell."""
    mapped = [one for one in types if isinstance(one.of, ClassInfo) and one.of.mapped is not None]
    return types if len({one.of: None for one in mapped}) <= _BROAD else tuple([t for t in types if t not in mapped])


def receive(machine: "Machine", unit: Unit, bound: Type, line: int) -> None:
    """Note on which class a method of a general base is called: what it does to rows, it does to that class's."""
    one = bound.extra if bound.kind == "super" else bound
    info = one.of if one.kind in ("instance", "class") else machine.inventory.model_of(one)
    if info is not None and not machine.inventory.is_general(info):
        machine.unit.received.setdefault((unit, line), {}).setdefault(info, one.doubt)


def declared_result(machine: "Machine", fn: Fn) -> Types:
    """What the return annotation says."""
    if fn.node.returns is None:
        return NONE
    if fn.declared is None:
        here, klass, unit = machine.unit, machine.klass, Unit(fn.scope, None, None, None)
        machine.unit, machine.klass = unit, None
        found = machine.annotated(fn.node.returns)
        machine.unit, machine.klass = here, klass
        if not found:
            return NONE
        fn.declared = found
    found_before: Types = fn.declared
    return found_before


def library_unit(machine: "Machine", fn: Fn, bound: Type | None, site: Site | None) -> Unit:
    """Functions of a described library are evaluated apart for each class that they are called on."""
    args = site.args if site else ()
    off = turned_off(machine, fn, bound, site) if site else ()
    receiver = bound
    if bound is not None and bound.kind == "super":
        receiver = bound.extra
    classes = tuple([t for types in args for t in types if t.kind in ("class", "rows", "instance")][:4])
    key = (receiver, () if receiver else classes, *off)
    if key not in fn.special:
        if len(fn.special) >= 40 * _SPECIAL:
            return machine.unit_of(fn)
        fn.special[key] = machine.make_unit(fn, None, receiver)
        fn.special[key].fixed = dict.fromkeys(off, False)
    found: Unit = fn.special[key]
    return found


def special(machine: "Machine", fn: Fn, bound: Type | None, site: Site | None) -> Unit:
    """The unit for these arguments: classes and functions passed as values get an evaluation of their own."""
    receiver = receiver_of(machine, fn, bound)
    fixed = fixed_by(machine, fn, bound, site) if site is not None and fn.unit is not machine.unit else ()
    if receiver is None and not fixed and (site is None or not (site.args or site.keywords)):
        return machine.unit_of(fn)
    # rows of one class that differ in what they were joined with are evaluated together
    args, keywords = (site.args, site.keywords) if site else ((), {})
    key = tuple({(n, _apart(t)): 0 for n, types in enumerate(args) for t in types if _is_apart(machine, t)})
    named = tuple({(k, _apart(t)): 0 for k, types in keywords.items() for t in types if _is_apart(machine, t)})
    if len(key) + len(named) > 4 or fn.unit is machine.unit:
        key, named = (), ()
    if receiver is None and (key or named):
        receiver = made_of(fn, bound)
    full = (key, named, receiver, *fixed)
    if full == ((), (), None):
        return machine.unit_of(fn)
    if full not in fn.special:
        tables = frozenset(one[1] for _, one in (*key, *named) if one[0] == "text")
        if len(fn.special) >= (_NAMED if tables else _SPECIAL):
            return machine.unit_of(fn)
        fn.special[full] = machine.make_unit(fn, fn.outer, receiver)
        fn.special[full].tables, fn.special[full].fixed = tables, dict(fixed)
    found: Unit = fn.special[full]
    return found


def pass_arguments(machine: "Machine", unit: Unit, bound: Type | None, site: Site) -> None:
    fn = unit.fn
    assert fn is not None
    _note_given(machine, fn, bound, site)
    if not any(site.args) and not any(site.keywords.values()):
        return
    positional = fn.positional[1:] if unit.receiver is not None and bound is not None else fn.positional
    library = fn.scope.source.library  # which may ask for more of the rows than it seems to
    for number, types in enumerate(site.args):
        if type(site.node.args[number]) is code.Star:
            for place, param in enumerate(positional[number:]):
                learn(machine, unit, param, placed(machine, types, place, site.line))
            break
        if number < len(positional):
            learn(machine, unit, positional[number], asked_for(machine, types, site.node.args[number], library))
        elif fn.rest is not None:
            learn(machine, unit, fn.rest, contain("list", tuple([one for one in types if one.kind != "text"])))
    by_name = dict(site.node.keywords)
    for name, types in site.keywords.items():
        if name in unit.params:
            learn(machine, unit, fn.named[name], asked_for(machine, types, by_name.get(name), library))


def asked_for(machine: "Machine", types: Types, node: code.Expr | None, library: bool = False) -> Types:
    """Rows hold what the caller has asked them for: order.customer; notify(order). A query that it went over is sent.

    for order in late: order.save()      notify(late)
    """
    if not library and isinstance(node, str) and machine.sure:
        types = tuple([machine.inventory.fetched(one) if was_gone_over(machine, node, one) else one for one in types])
    asked = known_of(machine, node) if node is not None else ()
    return tuple([machine.inventory.holding(one, asked) for one in types]) if asked else types


def placed(machine: "Machine", types: Types, place: int, line: int) -> Types:
    """What stands at one place of what is spread over arguments: f(*row)"""
    tuples = tuple([one.of for one in types if one.kind == "tuple" and one.extra in (place, None)])
    return join(tuples, machine.iterate(tuple([one for one in types if one.kind != "tuple"]), line))


def _note_given(machine: "Machine", fn: Fn, bound: Type | None, site: Site) -> None:
    """Some caller gives these parameters: what the function does where they are missing is not done each time."""
    params = fn.positional[1:] if bound is not None else fn.positional
    pairs = zip(params, site.node.args, strict=False)
    given = {one.name for one, node in pairs if type(node) is not code.Const or node.value is not None}
    if site.keywords:
        by_name = dict(site.node.keywords)
        given |= {name for name in site.keywords if name in fn.named and by_name.get(name) != _MISSING}
    if not given <= fn.given:
        again = not fn.asked.isdisjoint(given - fn.given)
        fn.given |= given
        for unit in (fn.unit, *fn.special.values()) if again else ():
            if unit is not None:
                machine.push(unit)


def learn(machine: "Machine", unit: Unit, param: code.Param, types: Types) -> None:
    """The parameter may also be of `types`, which its callers give it."""
    kept = [
        doubted(one, 1)
        for one in seen(types)
        if (one.kind != "text" or looks_like_sql(one) or machine.inventory.is_table(one)) and not _is_odd(one)
    ]
    if kept:
        cell = unit.params[param.name]
        machine.hold(cell, machine.inventory.handed(cell.types, tuple(kept)))


def _is_odd(one: Type) -> bool:
    """Is it an attribute of rows that is no method which they are known by? rows.channel, where rows may be no rows"""
    return one.kind == "method" and one.of.kind in ("rows", "made", "related") and one.extra not in _HANDED


def substituted(machine: "Machine", types: Types, owner: ClassInfo, bound: Type) -> Types:
    """A method of `owner` that returns `owner`s returns what it was called on: cls(...), machine.all()."""
    if bound.kind in ("instance", "class"):
        nearer: Any = bound.of
    else:
        nearer = machine.inventory.model_of(bound)
    if nearer is None or nearer is owner:
        return types
    out: Types = NONE
    for one in types:
        out = join(out, (machine.inventory.nearer(one, owner, nearer, bound),))
    return out


def _is_apart(machine: "Machine", one: Type) -> bool:
    if one.kind == "text":
        return bool(machine.inventory.is_table(one))
    return (one.kind in _SPECIALISED and not is_unseen(one)) or (one.kind == "instance" and one.of.mapped is not None)


def _apart(one: Type) -> tuple[Any, ...]:
    """What tells two arguments apart: which function of what, whose rows."""
    return one[:3] if one.kind in ("function", "method") else one[:2]
