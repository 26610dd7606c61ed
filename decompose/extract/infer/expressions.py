"""Stage 1, whole project: what displays, items, comprehensions and other expressions are."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from .. import code
from ..code import Const, Expr, Function
from ..program import Fn
from ..types import NONE, Type, Types, constant_of, contain, join
from .containers import at_key
from .fixed import holds
from .narrowed import narrowed
from .rounds import MADE, Round, singly
from .spared import is_of_a_kind
from .sure import about_name, lasting, perhaps, was_gone_over

if TYPE_CHECKING:
    from .machine import Machine

_COMPARED = frozenset({"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE"})

__all__ = [
    "comprehension",
    "dict_",
    "display",
    "either",
    "item",
    "iterate",
    "lambda_",
    "names_of",
    "parts",
    "star",
    "walrus",
    "yield_",
]


def item(machine: "Machine", node: code.Item) -> Types:
    """`base[key]`."""
    bases, key = machine.eval(node.base), machine.eval(node.key)
    found: Types = NONE
    constant = constant_of(key)
    if constant is None and isinstance(node.key, Const):
        constant = node.key.value
    held = at_key(bases, constant)
    for one in bases:
        if one.kind == "dict":
            if one in held:
                found = join(found, (one.of,))
        elif one.kind == "tuple":
            if one.extra in (None, constant) or constant is None:
                found = join(found, (one.of,))
        elif one.kind == "list":
            found = join(found, (one,) if isinstance(node.key, code.Parts) else (one.of,))
        elif one.kind == "instance":
            found = join(found, machine.method((one,), "__getitem__", node.line))
        elif one.kind in machine.lazy and isinstance(node.key, code.Parts):  # late[:10] asks for nothing yet
            found = join(found, (machine.inventory.fetched(one) if was_gone_over(machine, node.base, one) else one,))
        elif one.kind in machine.iterators:
            before = machine.sure
            rows = machine.gone_over(node.base, (one,), node.line)
            machine.sure = before  # one row is asked for, and the others are not kept
            found = join(found, (one,) if isinstance(node.key, code.Parts) else rows)
        elif hook := machine.items.get(one.kind):
            for name in [text.of for text in key if text.kind == "text"] or ("",):
                found = join(found, hook(machine, one, name, node.line) or NONE)
    return found


def iterate(machine: "Machine", types: Types, line: int) -> Types:
    """What a loop over the value binds."""
    found: Types = NONE
    for one in types:
        if one.kind in ("list", "tuple"):
            found = join(found, (one.of,))
        elif one.kind in machine.iterators:
            found = join(found, machine.iterators[one.kind](machine, one, line))
        elif one.kind == "instance":
            found = join(found, iterate(machine, machine.method((one,), "__iter__", line), line))
    return found


def display(machine: "Machine", node: code.Display) -> Types:
    """`[a, b]`, `(a, b)`, `{a, b}`."""
    if id(node) in machine.literals:
        return machine.literals[id(node)][1]
    found: Types = NONE
    for number, item in enumerate(node.items):
        if isinstance(item, code.Star):
            found = join(found, machine.eval(item.value))
        elif node.kind == "tuple":
            found = join(found, contain("tuple", machine.eval(item), number))
        else:
            found = join(found, singly(machine, machine.eval(item)))
    if all(_is_literal(machine, item) for item in node.items):
        machine.literals[id(node)] = (node, found)
    return found


def dict_(machine: "Machine", node: code.Dict) -> Types:
    """`{key: value}`; constant keys are told apart."""
    if id(node) in machine.literals:
        return machine.literals[id(node)][1]
    found: Types = NONE
    for key, value in zip(node.keys, node.values, strict=True):
        types = machine.eval(value)
        if key is None:
            found = join(found, types)
        else:
            found = join(found, contain("dict", types, constant_of(machine.eval(key))))
    if all(_is_literal(machine, item) for item in (*node.values, *node.keys)):
        machine.literals[id(node)] = (node, found)
    return found


def _is_literal(machine: "Machine", node: Expr | None) -> bool:
    """Is it the same whenever it is evaluated?"""
    return type(node) is Const or id(node) in machine.literals


def either(machine: "Machine", node: code.Either) -> Types:
    """`a or b`, `a if test else b`: all of them; what follows the kind of a row is asked of rows of some kinds."""
    if machine.unit.known and not node.op and (sure := holds(machine.unit.known, node.test)) is not None:
        return machine.eval(node.items[0 if sure else 1])
    machine.eval(node.test)
    found: Types = NONE
    spared = len(machine.spared)
    for number, item in enumerate(node.items):
        taken = partial(narrowed, machine, node.test, number == 0, partial(machine.eval, item))
        found = join(found, taken() if number == 0 and node.op else perhaps(machine, taken))
        if is_of_a_kind(item, machine.unit.params):  # discount.kind in KINDS or discount.voucher
            machine.spared.append(len(machine.rounds))
    del machine.spared[spared:]
    return found


def parts(machine: "Machine", node: code.Parts) -> Types:
    """What is evaluated without a result worth following; a comparison of columns is a condition of theirs."""
    if node.op in _COMPARED:  # Line.order_id == Order.id
        types = [one for item in node.items if type(item) is not Const for one in machine.eval(item)]
        condition: Types = machine.inventory.compared(types)
        return condition
    for item in node.items:
        if type(item) is not str and type(item) is not Const:  # neither of which does anything
            machine.eval(item)
    return NONE


def star(machine: "Machine", node: code.Star) -> Types:
    """`*value`: the container stands for its items."""
    return machine.eval(node.value)


def walrus(machine: "Machine", node: code.Bind) -> Types:
    """`name := value`."""
    types = machine.eval(node.value)
    machine.bind(node.name, types)
    return types


def yield_(machine: "Machine", node: code.Yield) -> Types:
    """`yield value`: the function returns a list of such values."""
    types = machine.eval(node.value)
    machine.write(machine.unit.returns, types if node.whole else singly(machine, types))
    return NONE


def lambda_(machine: "Machine", node: code.Lambda) -> Types:
    """A function that is made once for each place in the code."""
    fn = machine.program.by_node.get(id(node))
    if fn is None:
        body = (code.Return(node.body, node.line),)
        name = f"{machine.unit.name}.<locals>.<lambda>" if machine.unit.name else "<lambda>"
        made = Function("<lambda>", node.params, None, (), body, False, node.closes, node.line, node.line)
        fn = machine.program.by_node[id(node)] = Fn(made, machine.unit.scope, name, None)
    assert isinstance(fn, Fn)
    machine.unit_of(fn, (machine.unit.fn.unit or machine.unit) if machine.unit.fn else None)
    return (Type("function", fn),)


def comprehension(machine: "Machine", node: code.Comprehension) -> Types:
    """A container of what the item may be; loops over rows are noted while it is evaluated."""
    outside, env = len(machine.rounds), machine.unit.env
    hidden: dict[str, Types | None] = {}
    for number, loop in enumerate(node.loops):
        iterated = machine.eval(loop.iter)
        hidden |= {name: env.pop(name, None) for name in names_of(loop.target) if name not in hidden}
        assign_local(machine, loop.target, machine.gone_over(loop.iter, iterated, node.line), node.line)
        if number == 0:
            machine.loops += 1
        machine.rounds.append(Round(node.line if machine.are_rows(loop.iter, iterated) else 0, loop))
        if number == 0:
            before = machine.sure
        for condition in loop.conditions:
            machine.eval(condition)
    key = machine.eval(node.key) if node.key is not None else NONE
    types = machine.eval(node.item)
    made = MADE if node.kind != "dict" and not machine.head and _makes(machine, node.item) else None
    machine.sure = lasting(before, machine.sure)
    machine.loops -= 1
    del machine.rounds[outside:]
    del key
    for name in hidden:
        env.pop(name, None)
    env.update({name: before for name, before in hidden.items() if before is not None})
    if any(loop.conditions for loop in node.loops):
        types = machine.inventory.chosen(types)
    return contain("dict" if node.kind == "dict" else "list", types, made)


def _makes(machine: "Machine", item: Expr) -> bool:
    # [Line(name=name) for name in names]: rows that no query found
    return isinstance(item, code.Call) and any(
        one.kind == "class" and one.of.mapped is not None for one in machine.eval(item.func)
    )


def names_of(target: Expr) -> Iterator[str]:
    """`x`  `x, (y, *z)`: the names that a target binds"""
    if isinstance(target, str):
        yield target
    elif isinstance(target, code.Star):
        yield from names_of(target.value)
    elif isinstance(target, code.Display):
        for item in target.items:
            yield from names_of(item)


def assign_local(machine: "Machine", target: Expr, types: Types, line: int) -> None:
    """A comprehension's variable: in a class or module body it must not become an attribute."""
    if isinstance(target, str):
        machine.unit.env[target] = join(machine.unit.env.get(target, NONE), types)
        about_name(machine, target)
    else:
        klass, machine.klass = machine.klass, None
        machine.assign(target, types, line)
        machine.klass = klass
