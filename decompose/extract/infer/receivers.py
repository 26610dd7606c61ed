"""Stage 1, whole project: methods of a base class are evaluated apart for each class that they are called on.

`self.get_queryset()` of a mixin gives the rows of every view that mixes it in, and `self.actions` holds the actions of
all of them: evaluated once for all, each view's rows would meet the actions of its sisters.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .. import code
from ..program import ClassInfo, Fn
from ..types import Type
from .kept import is_made, made_below

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["MANY", "differing", "evaluate_rest", "made_of", "receiver_of"]

MANY = 64  # classes below one, beyond which its methods are evaluated for all of them together
_GIVING = 128  # as many, of methods that are asked for something without being given anything: self.get_queryset()
_SAYING = 1024  # as many, of methods that ask for what most of the classes say themselves of their table


def differing(machine: "Machine") -> Iterator[Fn]:
    """The methods that do to each class below theirs something else: to its table, or as its own attributes say."""
    for info in machine.program.classes:
        if info.scope.source.library or info.scope.source.code.outline:
            continue
        if machine.inventory.managed(info):
            yield from [fn for fn in info.methods.values() if _is_method(fn) and fn.node.name != "get_queryset"]
        below = machine.below_of(info)
        if not 2 <= len(below) <= _SAYING:
            continue
        rows = machine.inventory.concrete(info)
        if info in rows or machine.inventory.is_general(info) or machine.inventory.is_managing(info):
            continue
        own = {name for one in below for name in (*one.methods, *one.attributes, *one.inner)}
        said = frozenset[str]() if len(below) <= MANY else _said(machine, below)
        asked: dict[str, frozenset[str]] = {}
        for name, fn in info.methods.items():
            if not _is_method(fn):
                continue
            if len(below) <= MANY or (len(below) <= _GIVING and _gives(fn)):
                if len(rows) > 1 or not own.isdisjoint(_asked(machine, info, name, asked)):
                    yield fn
            elif said and not said.isdisjoint(_asked(machine, info, name, asked)):
                yield fn


def _said(machine: "Machine", below: Sequence[ClassInfo]) -> frozenset[str]:
    """The attributes by which most of some classes say of which table they are."""
    times = Counter(name for one in below for name in dict.fromkeys(_of_tables(machine, one)))
    return frozenset(name for name, count in times.items() if count > len(below) // 2)


def _of_tables(machine: "Machine", info: ClassInfo) -> Iterator[str]:
    """The attributes of a class that say of which table it is.

    queryset = Order.objects.all()      model = Order      class Meta: model = Order
    """
    for name, cell in info.attributes.items():
        if any(machine.inventory.model_of(one) is not None or _is_model(one) for one in cell.types):
            yield name
    for name, inner in info.inner.items():
        if any(_is_model(one) for cell in inner.attributes.values() for one in cell.types):
            yield name


def _is_model(one: Type) -> bool:
    return one.kind == "class" and one.of.mapped is not None


def _is_method(fn: Fn) -> bool:
    """Is it called on something, and keeps no variables for functions inside of it?"""
    return not fn.node.closes and "staticmethod" not in fn.marks


def _gives(fn: Fn) -> bool:
    """Does it give something to whoever asks for it with nothing? self.get_queryset()"""
    asks = all(param.default is not None for param in fn.positional[1:])
    return asks and any(type(one) is code.Return for one in _statements(fn.node.body))


def _statements(node: tuple[Any, ...]) -> Iterator[Any]:
    for one in node:
        if isinstance(one, tuple):
            yield one
            yield from _statements(one)


def _asked(machine: "Machine", info: ClassInfo, name: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """The attributes of `self` that a method looks at, and those that the methods among them look at.

    A method may go on to the next of its name by `super()`, which the classes below have from other bases: all of one
    name are looked at.
    """
    lines = {one: None for below in (info, *machine.below_of(info)) for one in machine.line_of(below)}
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        method = waiting.pop()
        if method not in known:
            named = (one.methods[method] for one in lines if method in one.methods)
            known[method] = frozenset(attribute for fn in named for attribute in _of_self(fn))
        for one in sorted(known[method]):
            if one not in found:
                found[one] = None
                waiting.append(one)
    return frozenset(found)


def _of_self(fn: Fn) -> Iterator[str]:
    first = fn.node.params[0].name if fn.node.params else ""
    for one in fn.parts:
        if type(one) is code.Attr and one.base == first:
            yield one.name


def receiver_of(machine: "Machine", fn: Fn, bound: Type | None) -> Type | None:
    """The class for which a call is evaluated apart from those on its sisters."""
    if bound is None:
        return None
    one: Type = bound.extra if bound.kind == "super" else bound
    if fn not in machine.differing and not _is_of_made(fn, one):
        return None
    if fn.owner is not None and machine.inventory.managed(fn.owner):
        found: Type | None = machine.inventory.received(machine, fn.owner, one)
        return found
    if one.kind not in ("instance", "class") or one.of is fn.owner:
        return None
    called_on: Type = one.of.value if "classmethod" in fn.marks or one.kind == "class" else one.of.type
    return called_on


def _is_of_made(fn: Fn, one: Type) -> bool:
    return one.kind in ("instance", "class") and is_made(one.of) and _is_method(fn) and not fn.scope.source.library


def made_of(fn: Fn, bound: Type | None) -> Type | None:
    """The class whose objects a base's `__init__` makes: it keeps what they are given, Orders(session, Order)."""
    if fn.node.name != "__init__" or bound is None:
        return None
    one: Type = bound.extra if bound.kind == "super" else bound
    return one.of.type if one.kind == "instance" and one.of is not fn.owner else None


def evaluate_rest(machine: "Machine") -> None:
    """What nobody was seen to call on a class is evaluated for it, too."""
    for fn in machine.differing:
        owner, seen = fn.owner, {key[2] for key in fn.special}
        assert owner is not None
        receivers = machine.inventory.managed(owner) or [
            info.value if "classmethod" in fn.marks else info.type for info in _last(machine, owner, fn)
        ]
        for receiver in receivers:
            if receiver not in seen:
                fn.special[(), (), receiver] = machine.make_unit(fn, fn.outer, receiver)
        if not receivers and not fn.special:
            machine.unit_of(fn)
    machine.drain()
    while machine.made:
        for fn, receiver in made_below(machine):
            if receiver not in {key[2] for key in fn.special}:
                fn.special[(), (), receiver] = machine.make_unit(fn, fn.outer, receiver)
        machine.drain()


def _last(machine: "Machine", owner: ClassInfo, fn: Fn) -> Iterator[ClassInfo]:
    """The classes that have the method, and no class below them."""
    for info in machine.below_of(owner):
        if not machine.below_of(info):
            found = next((one for one in machine.line_of(info) if fn.node.name in one.methods), owner)
            if found is owner:
                yield info
