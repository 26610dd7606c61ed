"""Stage 1, whole project: what a loop over rows repeats for each of them, and what runs once whatever it goes over."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import code
from ..code import Expr, Stmt
from ..effects import handed
from ..program import ClassInfo, Fn
from ..types import Type, Types, contain
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = [
    "MADE",
    "SINGLY",
    "Round",
    "asked_of",
    "bound_by",
    "filled",
    "head",
    "is_handed_back",
    "looked_at",
    "once_from",
    "same_each_time",
    "seldom",
    "singly",
    "targets_of",
    "way_out",
]


class Round(NamedTuple):
    """A loop around what is evaluated: `line` is its first line where it goes over rows, else 0; `node` binds names."""

    line: int
    node: Any


def head(machine: "Machine", asked: Expr | None = None) -> int:
    """The first line of the innermost loop over rows that repeats a statement, 0 where none does.

    A relation that is asked of the same object each time is read once, and kept in it: there `asked` is that object.
    """
    names = None if asked is None else frozenset(_names_in(asked))
    for one in reversed(machine.rounds):
        if one.line and (names is None or "" in names or not names.isdisjoint(bound_by(machine, one.node))):
            return int(one.line)
    return 0


def asked_of(machine: "Machine") -> str:
    """The parameter whose attribute is being looked up, or that of an attribute of it: order.customer.region

    "" where it may be another object than the one that was given.
    """
    asked = machine.asked
    if asked is None or machine.unit.fn is None:
        return ""
    names = frozenset(_names_in(asked))
    given = names.intersection(machine.unit.params)
    sure = len(given) == 1 and "" not in names and names.isdisjoint(bound_by(machine, machine.unit.fn.node.body))
    return min(given) if sure else ""


def same_each_time(machine: "Machine", fn: Fn, bound: Type | None, site: Site | None) -> frozenset[str]:
    """The parameters of `fn` for which the loop over rows around a call passes the same each time."""
    first = max(number for number, one in enumerate(machine.rounds) if one.line)
    changing = frozenset[str]().union(*(bound_by(machine, one.node) for one in machine.rounds[first:]))
    changing = changing.difference(*(_made_in(machine, one.node) for one in machine.rounds[first:]))
    given = list(handed(fn.node, site.node)) if site is not None else []
    if bound is not None and fn.positional:
        func = site.node.func if site is not None else None
        base = machine.asked if site is None else func.base if isinstance(func, code.Attr) else None
        given += [(fn.positional[0].name, base)] if base is not None else []
    return frozenset(name for name, value in given if _is_same(frozenset(_names_in(value)), changing))


def _made_in(machine: "Machine", node: Any) -> frozenset[str]:
    """The names that a loop gives a new object each time, which keeps what it was made with, and nothing else."""
    # line = Line(order=order)      line = Line.objects.create(order=order)
    key = -id(node)
    if key not in machine.bound:
        made, others = set[str](), set[str]()
        for one in _assigned(node):
            (made if _makes(one.value) else others).update(name for name in one.targets if isinstance(name, str))
        machine.bound[key] = frozenset(made - others)
    return machine.bound[key]


def _assigned(node: Any) -> Iterator[code.Assign]:
    yield from (one for one in code.within(node) if isinstance(one, code.Assign))


def _makes(value: Expr | None) -> bool:
    func = value.func if isinstance(value, code.Call) else None
    name = func.name if isinstance(func, code.Attr) else func
    return isinstance(name, str) and (name in ("create", "acreate") or name[:1].isupper())


def _is_same(names: frozenset[str], changing: frozenset[str]) -> bool:
    # neither is it bound anew, nor an attribute of it: self.order = order
    return "" not in names and names.isdisjoint(changing) and changing.isdisjoint(f"{one}." for one in names)


MADE = "made"
"""What marks a list of new objects."""

SINGLY = "singly"
"""What marks a list to which objects were added one by one, by no loop over rows."""


def singly(machine: "Machine", types: Types) -> Types:
    """A list of what is added to it here: rows that a loop over rows adds are those of its query."""
    return contain("list", types, None if head(machine) else SINGLY)


def _names_in(node: Expr) -> Iterator[str]:
    # self.order -> "self", ".order"      orders[number] -> "orders", "number"      find(order) -> "": who knows
    match node:
        case str():
            yield node
        case code.Attr(base=base, name=name):
            yield f".{name}"
            yield from _names_in(base)
        case code.Item(base=base, key=key):
            yield from _names_in(base)
            yield from _names_in(key)
        case code.Const():
            return
        case _:
            yield ""


def bound_by(machine: "Machine", node: Any) -> frozenset[str]:
    """The names and attributes that a loop gives another value each time."""
    if id(node) not in machine.bound:
        machine.bound[id(node)] = frozenset(_bindings(node))
    return machine.bound[id(node)]


def _bindings(node: Any) -> Iterator[str]:
    for one in code.within(node):
        match one:
            case code.For(target=target) | code.Loop(target=target):
                yield from targets_of(target)
            case code.Assign(targets=targets) | code.Delete(targets=targets):
                for one_target in targets:
                    yield from targets_of(one_target)
            case code.With(items=items):
                for _, as_target in items:
                    yield from targets_of(as_target)
            case code.Handler(name=str(name)) | code.Bind(name=str(name)):
                yield name


def targets_of(target: Expr | None) -> Iterator[str]:
    """The names that a target binds, and the attributes: `.name`, and `order.` for whose they are."""
    match target:
        case str():
            yield target
        case code.Attr(base=base, name=name):
            yield f".{name}"
            yield from (f"{one}." for one in _names_in(base) if one and one[0] != ".")
        case code.Star(value=value):
            yield from targets_of(value)
        case code.Display(items=items):
            for item in items:
                yield from targets_of(item)


def way_out(machine: "Machine", body: Sequence[Stmt]) -> str:
    """How a block surely leaves the loop around it: "break", "return", or "" where it does not."""
    if not body:
        return ""
    match body[-1]:
        case code.Leave(how="break" | "return" as how):
            return how
        case code.Return():
            return "return"
        case code.Raise() | code.Leave(how="raise"):
            return "" if machine.tries else "return"  # who knows who catches it
        case code.With(body=inner):
            return way_out(machine, inner)
        case code.If(body=inner, orelse=other):
            ways = {way_out(machine, inner), way_out(machine, other)}
            return "" if "" in ways else min(ways)
    return ""


def once_from(body: Sequence[Stmt]) -> int:
    """Of a block that leaves its loop: how many statements may be followed by another round all the same."""
    return max((number for number, one in enumerate(body, 1) if _goes_on(one)), default=0)


def _goes_on(node: Any) -> bool:
    # if order.paid: continue
    if isinstance(node, code.Leave):
        return node.how == "continue"
    if isinstance(node, code.For | code.While | code.Function | code.Class) or not isinstance(node, tuple):
        return False
    return any(_goes_on(part) for part in node if isinstance(part, tuple))


_NONE = frozenset[str]()


def seldom(machine: "Machine", test: Expr, body: Sequence[Stmt]) -> bool:
    """Does a branch run for the first of many rounds alone, or only where a caller asks for it?

    if self._rates is None: self._rates = load()      if save: order.save(), where `save` is False unless given
    if rates is None: rates = load(), where some caller gives `rates`
    """
    if isinstance(test, str):
        return test in _left_off(machine)
    wanted = _left_out(machine, test)
    if wanted and _is_given(machine, wanted & filled(body)):
        return True
    names = machine.tested.get(id(test))
    if names is None:
        names = machine.tested[id(test)] = _asked_in(test)
    if not (names and body) or machine.unit.fn is None:
        return False
    key = id(test), id(body[0])
    kept = machine.kept.get(key)
    if kept is None:
        kept = machine.kept[key] = _kept(body)
    return not (names.isdisjoint(kept) or _is_of_rows(machine, machine.unit.fn.owner))  # each row keeps its own


def is_handed_back(machine: "Machine", node: code.If) -> bool:
    """Does a function give back what some caller has given it?

    if rates is not None: return rates
    """
    last = node.body[-1] if node.body else None
    if not isinstance(last, code.Return):
        return False
    wanted = _left_out(machine, node.test)
    return bool(wanted) and _is_given(machine, wanted.intersection(_mentioned(last.value)))


def _mentioned(node: Expr) -> Iterator[str]:
    # rates      rates.get(order.currency, 1)      rates[order.currency]
    match node:
        case str():
            yield node
        case code.Call(func=base) | code.Attr(base=base) | code.Item(base=base):
            yield from _mentioned(base)


def _left_out(machine: "Machine", test: Expr) -> frozenset[str]:
    """The parameters that a test looks at, of those that may be left out: `rates=None`."""
    fn = machine.unit.fn
    return looked_at(test) & fn.optional if fn is not None and fn.optional else _NONE


def _is_given(machine: "Machine", wanted: frozenset[str]) -> bool:
    """Does some caller give one of these parameters?"""
    fn = machine.unit.fn
    assert fn is not None
    fn.asked |= wanted
    return not fn.given.isdisjoint(wanted)


def looked_at(test: Expr) -> frozenset[str]:
    """The plain names that a test asks for: whether there is anything."""
    # rates is None      not rates
    if type(test) is code.Parts:
        names = [one for one in test.items if type(one) is str]
        found = frozenset(names) if names else _NONE
        return found.union(*[looked_at(one) for one in test.items if type(one) is code.Parts])
    return frozenset((test,)) if type(test) is str else _NONE


def filled(body: Sequence[Stmt]) -> frozenset[str]:
    """The plain names that statements surely give a value."""
    found = frozenset(
        node.targets[0] for node in body if isinstance(node, code.Assign) and isinstance(node.targets[0], str)
    )
    return found.union(*(filled(node.body) for node in body if isinstance(node, code.With)))


def _left_off(machine: "Machine") -> frozenset[str]:
    fn = machine.unit.fn
    params = fn.node.params if fn is not None else ()
    return frozenset(one.name for one in params if isinstance(one.default, code.Const) and one.default.value is False)


def _is_of_rows(machine: "Machine", owner: ClassInfo | None) -> bool:
    return owner is not None and any(one.mapped is not None for one in (owner, *machine.below_of(owner)))


def _asked_in(test: Expr) -> frozenset[str]:
    """The attributes of `self` or `cls` that a test looks at."""
    found = set[str]()
    waiting: list[Any] = [test]
    while waiting:
        one = waiting.pop()
        match one:
            case code.Attr(base="self" | "cls", name=name):
                found.add(f".{name}")
            case tuple():
                waiting.extend(part for part in one if isinstance(part, tuple))
    return frozenset(found)


def _kept(body: Sequence[Stmt]) -> frozenset[str]:
    """The attributes of `self` or `cls` that statements fill: self.rates = x, self.seen.add(x), self.by_id[3] = x"""
    found = set[str]()
    for one in code.within(body):
        match one:
            case code.Assign(targets=targets):
                for target in targets:
                    match target:
                        case code.Attr(base="self" | "cls", name=name):
                            found.add(f".{name}")
                        case code.Item(base=code.Attr(base="self" | "cls", name=name)):
                            found.add(f".{name}")
            case code.Call(func=code.Attr(base=code.Attr(base="self" | "cls", name=name), name=method)):
                if method in ("add", "append", "update", "setdefault", "extend"):
                    found.add(f".{name}")
    return frozenset(found)
