"""Stage 1, whole project: what the constants of a call decide: which branches of a function run, which loops.

def load(session, orders=True, joined=()):
    if orders == "late": query = query.filter(...)           load(session, orders="all")
    for name in joined: query = query.options(...)           load(session)
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import code
from ..code import Expr
from ..program import Fn
from ..types import Type
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["Decides", "fixed_by", "holds", "is_empty", "settle", "turned_off"]

_ADDING = frozenset("filter filter_by join options order_by outerjoin prefetch_related select_related where".split())
_GROWING = frozenset("add append extend insert pop remove setdefault update".split())
_SOME, _NOTHING = "<something>", ()  # what is true, and what is not, but like nothing that it is compared with
_UNKNOWN = object()
_NAMESAKES = 4  # functions of one name that a call may mean
_WRITTEN = code.Const | code.Display | code.Dict
_COMPARING = {"Eq": True, "Is": True, "In": True, "NotEq": False, "IsNot": False, "NotIn": False}


class Decides(NamedTuple):
    """The parameters that decide what a function adds to a query, the constants that those are compared with, and
    those of which the function changes what they hold."""

    names: tuple[str, ...]
    compared: Mapping[str, frozenset[Any]]
    grown: frozenset[str]


def fixed_by(machine: "Machine", fn: Fn, bound: Type | None, site: Site) -> tuple[tuple[str, Any], ...]:
    """What a call makes of the parameters that decide what is added to a query, where it passes a constant or none."""
    decides = decides_of(machine, fn)
    if not decides.names:
        return ()
    given = _given(fn, bound, site)
    open_ = None in given or any(isinstance(one, code.Star) for one in site.node.args)  # f(*args, **options)
    found = []
    for name in decides.names:
        default = None if open_ else fn.named[name].default
        node = given.get(name, default)
        value = _value(machine.unit.known if name in given else {}, node)
        compared = decides.compared[name]
        if value is _UNKNOWN or (name in decides.grown and not isinstance(node, code.Const)):
            continue
        if value in (_SOME, _NOTHING) and not isinstance(node, _WRITTEN) and not compared <= _compared(machine, node):
            continue  # who knows what it is like
        found.append((name, value if value in compared else _SOME if value else _NOTHING))
    return tuple(found)


def turned_off(machine: "Machine", fn: Fn, bound: Type | None, site: Site) -> tuple[str, ...]:
    """The parameters that are true unless a call says otherwise, where this one does: form.save(commit=False)"""
    off = [name for name, one in fn.named.items() if isinstance(one.default, code.Const) and one.default.value is True]
    given = _given(fn, bound, site) if off else {}
    return tuple([name for name in off if name in given and _value(machine.unit.known, given[name]) is False])


def _given(fn: Fn, bound: Type | None, site: Site) -> dict[str | None, Expr]:
    params = fn.positional[1:] if bound is not None and "staticmethod" not in fn.marks else fn.positional
    return dict(zip([one.name for one in params], site.node.args, strict=False)) | dict(site.node.keywords)


def _compared(machine: "Machine", node: Expr | None) -> frozenset[Any]:
    """The constants that the caller compares its own parameter with."""
    if machine.unit.fn is None or not isinstance(node, str):
        return frozenset()
    return decides_of(machine, machine.unit.fn).compared.get(node, frozenset())


def decides_of(machine: "Machine", fn: Fn) -> Decides:
    """What decides what `fn` adds to a query; found once."""
    known: Decides | None = fn.decides
    return known if known is not None else _decides(machine, fn)


def waits(machine: "Machine", fn: Fn) -> bool:
    """Is it a function for this module alone, whose callers decide what it adds to a query? It waits for them."""
    name = fn.node.name
    return name.startswith("_") and not name.endswith("__") and bool(decides_of(machine, fn).names)


_TELLING = frozenset({code.If, code.Either, code.For, code.Call, code.Assign})
"""The nodes that say what a body decides by and adds to."""


def _decides(machine: "Machine", fn: Fn) -> Decides:
    fn.decides = found = Decides((), {}, frozenset())  # also for what it hands on to itself
    tests, adding, grown, handed = list[Expr](), list[Expr](), set[str](), list[code.Call]()
    for one in fn.parts:
        if type(one) not in _TELLING:
            continue
        match one:
            case code.If(test=test, body=body, orelse=orelse):
                tests.append(test)
                if _adds((body, orelse)):
                    adding.append(test)
            case code.Either(test=test, op=""):
                tests.append(test)
            case code.For(iter=str(iterated), body=body) if _adds(body):
                adding.append(iterated)
            case code.Call():
                handed.append(one)
                if isinstance(one.func, code.Attr) and isinstance(one.func.base, str) and one.func.name in _GROWING:
                    grown.add(one.func.base)
            case code.Assign(targets=targets, augmented=augmented):
                grown.update(one.base for one in targets if isinstance(one, code.Item) and isinstance(one.base, str))
                grown.update(one for one in targets if augmented and isinstance(one, str))
    compared = {name: set[Any]() for test in adding for name, _ in _asked(test) if name in fn.named}
    for call in handed if fn.named else ():
        for name, theirs in _handed_on(machine, fn, call):
            compared.setdefault(name, set()).update(theirs)
    for name, constants in (asked for test in tests for asked in _asked(test)) if compared else ():
        if name in compared:
            compared[name].update(constants)
    if compared:
        names = tuple(sorted(compared))
        fn.decides = found = Decides(names, {one: frozenset(compared[one]) for one in names}, frozenset(grown))
    return found


def _handed_on(machine: "Machine", fn: Fn, call: code.Call) -> Iterator[tuple[str, frozenset[Any]]]:
    """The parameters of `fn` that a call hands on to one that decides, and what that compares it with."""
    handed = any(one in fn.named for one in (*call.args, *[value for _, value in call.keywords]))
    func = call.func.name if isinstance(call.func, code.Attr) else call.func
    named = machine.named.get(func, ()) if handed and isinstance(func, str) else ()
    for callee in named if len(named) <= _NAMESAKES else ():
        decides = decides_of(machine, callee)
        params = callee.positional[1:] if callee.owner and "staticmethod" not in callee.marks else callee.positional
        given = dict(zip([one.name for one in params], call.args, strict=False)) | dict(call.keywords)
        for name in decides.names:
            value = given.get(name)
            if isinstance(value, str) and value in fn.named:
                yield value, decides.compared[name]


def _adds(body: Any) -> bool:
    return any(
        isinstance(one, code.Call) and isinstance(one.func, code.Attr) and one.func.name in _ADDING
        for one in code.within(body)
    )


def _asked(test: Expr) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The names that a test asks for, and the constants that it compares each with."""
    match test:
        case str():
            yield test, ()
        case code.Either(items=items, op="And" | "Or") | code.Parts(items=items, op="Not"):
            for one in items:
                yield from _asked(one)
        case code.Parts(items=(left, right), op=op) if op in _COMPARING:
            for name, other in ((left, right), (right, left)):
                if isinstance(name, str):
                    listed = other.items if isinstance(other, code.Display) else (other,)
                    yield name, tuple([one.value for one in listed if isinstance(one, code.Const)])


def holds(known: Mapping[str, Any], test: Expr) -> bool | None:
    """What is known of names makes a test true, or false; None where it does not decide."""
    match test:
        case str():
            return bool(known[test]) if test in known else None
        case code.Parts(items=(one,), op="Not"):
            found = holds(known, one)
            return None if found is None else not found
        case code.Either(items=items, op="And" | "Or" as op):
            each = [holds(known, one) for one in items]
            ends = op == "Or"  # one that is true decides `or`, one that is false `and`
            return ends if ends in each else None if None in each else not ends
        case code.Parts(items=(left, right), op=op) if op in _COMPARING:
            found = _is_in(known, left, right) if "In" in op else _is_like(known, left, right)
            return None if found is None else found is _COMPARING[op]
    return None


def _is_like(known: Mapping[str, Any], left: Expr, right: Expr) -> bool | None:
    # orders == "late"      "late" == orders      orders is None
    if not isinstance(left, code.Const):
        left, right = right, left
    value = _value(known, right)
    return None if value is _UNKNOWN or not isinstance(left, code.Const) else bool(value == left.value)


def _is_in(known: Mapping[str, Any], one: Expr, among: Expr) -> bool | None:
    # orders in ("late", "paid")      "late" in orders, where that is empty
    if isinstance(among, code.Display):
        value, constants = _value(known, one), [item.value for item in among.items if isinstance(item, code.Const)]
        return None if value is _UNKNOWN or len(constants) < len(among.items) else value in constants
    return False if is_empty(known, among) else None


def is_empty(known: Mapping[str, Any], iterated: Expr) -> bool:
    """Is there nothing to go over?"""
    return isinstance(iterated, str) and not known.get(iterated, True)


def settle(machine: "Machine", node: code.Assign) -> None:
    """`joined = []`: a parameter that some callers pass a constant for is a constant from here on."""
    unit, name = machine.unit, node.targets[0]
    if not (unit.fixed and unit.fn) or machine.branches or node.value is None or len(node.targets) > 1:
        return
    decides = decides_of(machine, unit.fn)
    if not isinstance(name, str) or name not in decides.names or name in decides.grown:
        return
    value = _value(unit.known, node.value)
    if value is not _UNKNOWN:
        unit.known[name] = value


def _value(known: Mapping[str, Any], node: Expr | None) -> Any:
    """The constant that an expression is, what is known of a name; _NOTHING, _SOME of displays; else _UNKNOWN."""
    match node:
        case code.Const(value=value):
            return value
        case str():
            return known.get(node, _UNKNOWN)
        case code.Display(items=parts) | code.Dict(keys=parts):
            open_ = all(one is None or isinstance(one, code.Star) for one in parts)  # [*names]
            return _NOTHING if not parts else _UNKNOWN if open_ else _SOME
        case code.Call(func="dict" | "list" | "set" | "tuple", args=(), keywords=()):
            return _NOTHING
        case code.Either(items=(first, *others), op="Or") if (value := _value(known, first)) is not _UNKNOWN:
            return value if value or not others else _value(known, code.Either(tuple(others), node.test, "Or"))
    return _UNKNOWN
