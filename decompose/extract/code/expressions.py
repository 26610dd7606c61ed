"""Stage 1, one file: ast.expr -> Expr."""

import ast
import re
from collections.abc import Callable, Iterable
from typing import Any

from .reader import Dispatch, Reader
from .values import (
    Attr,
    Bind,
    Call,
    Comprehension,
    Const,
    Dict,
    Display,
    Either,
    Expr,
    Item,
    Lambda,
    Loop,
    Operation,
    Param,
    Parts,
    Star,
    Text,
    Yield,
)

__all__ = ["NOTHING", "all_as", "as_", "chain_of", "expr", "exprs", "keywords_of", "maybe", "params_of"]

NOTHING = Const(None)


def expr(reader: Reader, node: ast.expr) -> Expr:
    """`node` reduced; what is not known is evaluated for nothing."""
    found: Expr = EXPRESSIONS[type(node)](reader, node)
    return found


def maybe(reader: Reader, node: ast.expr | None) -> Expr | None:
    """`node` reduced, where there is one."""
    return None if node is None else EXPRESSIONS[type(node)](reader, node)


def exprs(reader: Reader, nodes: Iterable[ast.expr]) -> tuple[Expr, ...]:
    """All of `nodes` reduced."""
    return tuple([EXPRESSIONS[type(node)](reader, node) for node in nodes])


def as_(reader: Reader, kind: str, node: ast.expr, used: bool = True) -> Expr:
    """Read `node`; what it mentions itself (not what its parts do) is mentioned as `kind`."""
    before = len(reader.mentions)
    found = expr(reader, node)
    head = node
    while isinstance(head, ast.Call | ast.Subscript):
        head = head.func if isinstance(head, ast.Call) else head.value
    if chain_of(reader, head):  # class Late(Order[models.Item]): the head is read first
        reader.mentions[before] = reader.mentions[before]._replace(kind=kind, used=used)
    return found


def all_as(reader: Reader, kind: str, node: ast.expr) -> Expr:
    """Read `node`; all that it refers to is mentioned as `kind`, in quotes too: "Order | None"."""
    before = len(reader.mentions)
    found = expr(reader, node)
    if not isinstance(node, ast.Name | ast.Attribute):
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                _quoted(reader, part.value, part.lineno)
    for number in range(before, len(reader.mentions)):
        if reader.mentions[number].kind == "reference":
            reader.mentions[number] = reader.mentions[number]._replace(kind=kind)
    return found


_NAMES = re.compile(r"[^\W\d][\w.]*")


def _quoted(reader: Reader, text: str, line: int) -> None:
    for chain in _NAMES.findall(text):
        if chain.partition(".")[0] in reader.imported:
            reader.mention(chain, "reference", line)


def name(reader: Reader, node: ast.Name) -> str:
    if node.id in reader.imported:
        if type(node.ctx) is ast.Store:
            reader.own.setdefault(node.id, True)
        else:
            reader.mention(node.id, "reference", node.lineno)
    return node.id


def attribute(reader: Reader, node: ast.Attribute) -> Expr:
    chain = chain_of(reader, node)
    if chain:
        reader.mention(chain, "reference", node.lineno)
        return plain(reader, node)
    return Attr(expr(reader, node.value), node.attr, node.end_lineno or node.lineno)


def chain_of(reader: Reader, node: ast.expr) -> str:
    """ "a.b.c" where `a` is imported, else ""."""
    names: list[str] = []
    while type(node) is ast.Attribute:
        names.append(node.attr)
        node = node.value
    if type(node) is not ast.Name or node.id not in reader.imported:
        return ""
    names.append(node.id)
    return ".".join(reversed(names))


def plain(reader: Reader, node: ast.expr) -> Expr:
    """A dotted name, without mentioning it."""
    if type(node) is ast.Attribute:
        return Attr(plain(reader, node.value), node.attr, node.end_lineno or node.lineno)
    assert type(node) is ast.Name
    return node.id


def call(reader: Reader, node: ast.Call) -> Expr:
    func = node.func
    chain = chain_of(reader, func)
    if chain:
        reader.mention(chain, "call", node.lineno)
        called = plain(reader, func)
    else:
        called = EXPRESSIONS[type(func)](reader, func)
    line = func.end_lineno or node.lineno
    return Call(called, exprs(reader, node.args) if node.args else (), keywords_of(reader, node.keywords), line)


def keywords_of(reader: Reader, nodes: list[ast.keyword]) -> tuple[tuple[str | None, Expr], ...]:
    """The keywords of a call or class: (name, value), `**value` without a name."""
    return tuple([(node.arg, EXPRESSIONS[type(node.value)](reader, node.value)) for node in nodes])


def operation(reader: Reader, node: ast.BinOp) -> Expr:
    # "a" + b + "c" + ... leans to the left, thousands deep in generated code: unrolled
    spine = [node]
    while type(spine[-1].left) is ast.BinOp:
        spine.append(spine[-1].left)
    found = expr(reader, spine[-1].left)
    for step in reversed(spine):
        found = _folded(type(step.op).__name__, found, expr(reader, step.right))
    return found


def text(reader: Reader, node: ast.JoinedStr) -> Expr:
    values = [part.value if type(part) is ast.FormattedValue else part for part in node.values]
    return Text(exprs(reader, values))


def lambda_(reader: Reader, node: ast.Lambda) -> Expr:
    params, outer, before = params_of(reader, node.args), reader.own, len(reader.mentions)
    reader.own, reader.closes = reader.bound(params), False
    body, closes = expr(reader, node.body), reader.closes
    reader.forget(before, outer)
    reader.closes = True
    return Lambda(params, body, closes, node.lineno)


def params_of(reader: Reader, node: ast.arguments) -> tuple[Param, ...]:
    """The parameters of a function in the order of the signature."""
    found: list[Param] = []
    positional = [*node.posonlyargs, *node.args]
    defaults = [None] * (len(positional) - len(node.defaults)) + node.defaults
    for number, (arg, default) in enumerate(zip(positional, defaults, strict=True)):
        found.append(param_of(reader, arg, "/" if number < len(node.posonlyargs) else "", default))
    if node.vararg:
        found.append(param_of(reader, node.vararg, "*", None))
    for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        found.append(param_of(reader, arg, "keyword", default))
    if node.kwarg:
        found.append(param_of(reader, node.kwarg, "**", None))
    return tuple(found)


def param_of(reader: Reader, node: ast.arg, kind: str, default: ast.expr | None) -> Param:
    annotation = None if node.annotation is None else all_as(reader, "annotation", node.annotation)
    return Param(node.arg, kind, annotation, maybe(reader, default))


def comprehension(reader: Reader, node: "ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp") -> Expr:
    loops = []
    outer, before = reader.own, len(reader.mentions)
    reader.own = {}
    for number, loop in enumerate(node.generators):
        iterated = expr(reader, loop.iter)
        reader.loops += number == 0
        loops.append(Loop(expr(reader, loop.target), iterated, exprs(reader, loop.ifs)))
    if isinstance(node, ast.DictComp):
        key, item = maybe(reader, node.key), expr(reader, node.value)
    else:
        key, item = None, expr(reader, node.elt)
    reader.loops -= 1
    reader.forget(before, outer)
    return Comprehension(_COMPREHENSIONS[type(node)], key, item, tuple(loops), node.lineno)


def yield_(reader: Reader, node: "ast.Yield | ast.YieldFrom") -> Expr:
    reader.generator = True
    value = NOTHING if node.value is None else expr(reader, node.value)
    return Yield(value, type(node) is ast.YieldFrom)


def _folded(op: str, left: Expr, right: Expr) -> Expr:
    """ "a" + "b" is "ab"."""
    if op == "Add" and type(left) is Const and type(right) is Const:
        both = left.value, right.value
        if type(both[0]) is str and type(both[1]) is str:
            return Const(both[0] + both[1])
    return Operation(op, left, right)


def _parts(*fields: str) -> Callable[[Reader, Any], Expr]:
    """Reads the named fields of a node, each an expression, a list of them, or None."""

    def read_parts(reader: Reader, node: Any) -> Expr:
        found: list[Expr] = []
        for field in fields:
            value = getattr(node, field)
            if isinstance(value, list):
                found.extend(exprs(reader, value))
            elif value is not None:
                found.append(expr(reader, value))
        return Parts(tuple(found))

    return read_parts


def _slice(reader: Reader, node: ast.Slice) -> Expr:
    # rows[:3]
    parts = [expr(reader, one) for one in (node.lower, node.upper, node.step) if one is not None]
    return Parts(tuple(parts), "To" if node.lower is None and node.step is None and parts else "")


def _compared(reader: Reader, node: ast.Compare) -> Expr:
    items = (expr(reader, node.left), *exprs(reader, node.comparators))
    return Parts(items, type(node.ops[0]).__name__ if len(node.ops) == 1 else "")


def _display(kind: str) -> Callable[[Reader, Any], Expr]:
    return lambda reader, node: Display(kind, exprs(reader, node.elts), _lines(node, node.elts))


def _dict(reader: Reader, node: ast.Dict) -> Expr:
    keys = tuple([maybe(reader, key) for key in node.keys])
    return Dict(keys, exprs(reader, node.values), _lines(node, node.values))


def _lines(node: ast.expr, parts: list[ast.expr]) -> tuple[int, ...]:
    return tuple([part.lineno for part in parts]) if node.end_lineno != node.lineno else ()


def _unary(reader: Reader, node: ast.UnaryOp) -> Expr:
    operand = expr(reader, node.operand)
    if type(node.op) is ast.Invert:  # ~Q(...) is still a Q
        return Operation("Invert", operand, Parts(()))
    if type(node.op) is ast.USub and type(operand) is Const and isinstance(operand.value, int | float):
        return Const(-operand.value)
    return Parts((operand,), "Not" if type(node.op) is ast.Not else "")


_COMPREHENSIONS: dict[type[ast.expr], str] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
    ast.DictComp: "dict",
}


EXPRESSIONS = Dispatch(
    lambda reader, node: Parts(()),
    {
        ast.Name: name,
        ast.Attribute: attribute,
        ast.Call: call,
        ast.Constant: lambda reader, node: Const(node.value),
        ast.Subscript: lambda reader, node: Item(expr(reader, node.value), expr(reader, node.slice), node.lineno),
        ast.List: _display("list"),
        ast.Tuple: _display("tuple"),
        ast.Set: _display("set"),
        ast.Dict: _dict,
        ast.BoolOp: lambda reader, node: Either(exprs(reader, node.values), NOTHING, type(node.op).__name__),
        ast.IfExp: lambda reader, node: Either(exprs(reader, (node.body, node.orelse)), expr(reader, node.test)),
        ast.BinOp: operation,
        ast.UnaryOp: _unary,
        ast.Compare: _compared,
        ast.Slice: _slice,
        ast.JoinedStr: text,
        ast.FormattedValue: _parts("value"),
        ast.ListComp: comprehension,
        ast.SetComp: comprehension,
        ast.GeneratorExp: comprehension,
        ast.DictComp: comprehension,
        ast.Lambda: lambda_,
        ast.Await: lambda reader, node: expr(reader, node.value),
        ast.Starred: lambda reader, node: Star(expr(reader, node.value)),
        ast.NamedExpr: lambda reader, node: Bind(name(reader, node.target), expr(reader, node.value)),
        ast.Yield: yield_,
        ast.YieldFrom: yield_,
    },
)
