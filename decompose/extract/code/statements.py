"""Stage 1, one file: ast.stmt -> Stmt."""

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ..imports import loaded
from .expressions import all_as, as_, chain_of, expr, exprs, keywords_of, maybe, params_of
from .reader import Dispatch, Reader
from .values import (
    Assign,
    Class,
    Delete,
    Do,
    Expr,
    For,
    Function,
    Handler,
    If,
    Import,
    Leave,
    Parts,
    Raise,
    Return,
    Stmt,
    Try,
    While,
    With,
)

__all__ = ["block"]


def block(reader: Reader, body: Iterable[ast.stmt]) -> tuple[Stmt, ...]:
    """All of `body` reduced; the line of a statement that is nested too deeply is noted."""
    out: list[Stmt] = []
    body, loops = tuple(body), reader.loops
    once = _once_from(reader, body) if loops else len(body)
    for number, node in enumerate(body):
        if number == once:  # for row in rows: if row.due: pay(row); break
            reader.loops = loops - 1 if isinstance(body[-1], ast.Break) else 0
        try:
            _STATEMENTS[type(node)](reader, node, out)
        except RecursionError:
            reader.unread.append(node.lineno)
    reader.loops = loops
    return tuple(out)


def _once_from(reader: Reader, body: tuple[ast.stmt, ...]) -> int:
    """How many statements of a block in a loop another round may follow: where its last one leaves, few or none."""
    leaves = bool(body) and isinstance(body[-1], ast.Break | ast.Return | ast.Raise)
    if not leaves or (isinstance(body[-1], ast.Raise) and reader.tries):
        return len(body)
    goes_on = (
        number for number, node in enumerate(body, 1) if any(type(one) is ast.Continue for one in ast.walk(node))
    )
    return max(goes_on, default=0)


def function(reader: Reader, node: "ast.FunctionDef | ast.AsyncFunctionDef", out: list[Stmt]) -> None:
    decorators = tuple([decorator(reader, one) for one in node.decorator_list])
    params = params_of(reader, node.args)
    returns = None if node.returns is None else all_as(reader, "annotation", node.returns)
    path, loops, tries, generator = reader.path, reader.loops, reader.tries, reader.generator
    outer, before = reader.own, len(reader.mentions)
    reader.own = reader.bound(params)
    reader.path = f"{path}.{node.name}" if path else node.name
    reader.loops, reader.tries, reader.generator, reader.closes = 0, 0, False, False
    body: tuple[Stmt, ...] = ()
    if not reader.outline or (node.name == "upgrade" and not path):  # what Alembic's revisions define
        body = inside(reader, node.body, reader.path)
    reader.forget(before, outer)
    if reader.outline:
        del reader.mentions[before:]
    end = node.end_lineno or node.lineno
    kinds = reader.generator, reader.closes
    out.append(Function(node.name, params, returns, decorators, body, *kinds, node.lineno, end))
    reader.path, reader.loops, reader.tries, reader.generator, reader.closes = path, loops, tries, generator, True


def decorator(reader: Reader, node: ast.expr) -> Expr:
    """`@retries(3)` calls `retries`; `@retries` only names it."""
    return as_(reader, "call" if isinstance(node, ast.Call) else "decorator", node)


def inside(reader: Reader, body: list[ast.stmt], path: str) -> tuple[Stmt, ...]:
    """A function's body: what is defined in it is named `function.<locals>.name`."""
    reader.path = path
    found: list[Stmt] = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            reader.path = f"{path}.<locals>"
            found.extend(block(reader, (node,)))
            reader.path = path
        else:
            found.extend(block(reader, (node,)))
    return tuple(found)


def class_(reader: Reader, node: ast.ClassDef, out: list[Stmt]) -> None:
    decorators = tuple([decorator(reader, one) for one in node.decorator_list])
    bases = tuple([as_(reader, "inherit", base) for base in node.bases])
    keywords = keywords_of(reader, node.keywords)
    path, loops, outer = reader.path, reader.loops, reader.own
    reader.path, reader.loops, reader.own = f"{path}.{node.name}" if path else node.name, 0, {}
    body = block(reader, node.body)
    reader.path, reader.loops, reader.own = path, loops, outer
    out.append(Class(node.name, bases, keywords, decorators, body, node.lineno, node.end_lineno or node.lineno))


def do(reader: Reader, node: ast.Expr, out: list[Stmt]) -> None:
    if type(node.value) is not ast.Constant:
        out.append(Do(unused(reader, node.value), node.lineno))


def unused(reader: Reader, node: ast.expr) -> Expr:
    """A call whose result nobody takes; whoever catches its errors waits for its end, and so does whoever saves."""
    if type(node) is ast.Call and chain_of(reader, node.func):
        return as_(reader, "call", node, used=reader.tries > 0 or any(map(_leaves_saving, node.keywords)))
    return expr(reader, node)


def _leaves_saving(one: ast.keyword) -> bool:
    # update_total(order, save=False): what it changed is saved here, later
    named = one.arg is not None and _SAVING.search(one.arg)
    return bool(named) and isinstance(one.value, ast.Constant) and one.value.value is False


_SAVING = re.compile(r"(^|_)(save|commit|flush)(_|$)")


def assign(reader: Reader, node: ast.Assign, out: list[Stmt]) -> None:
    value = expr(reader, node.value)
    out.append(Assign(exprs(reader, node.targets), value, None, "", *_lines(node)))
    if classes := loaded(node)[1]:
        reader.imported.update(classes)
        reader.own.update(dict.fromkeys(classes, False))


def annotated(reader: Reader, node: ast.AnnAssign, out: list[Stmt]) -> None:
    annotation = all_as(reader, "annotation", node.annotation)
    out.append(Assign((expr(reader, node.target),), maybe(reader, node.value), annotation, "", *_lines(node)))


def augmented(reader: Reader, node: ast.AugAssign, out: list[Stmt]) -> None:
    op = type(node.op).__name__
    out.append(Assign((expr(reader, node.target),), expr(reader, node.value), None, op, *_lines(node)))


def _lines(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno


def return_(reader: Reader, node: ast.Return, out: list[Stmt]) -> None:
    with _once(reader):
        out.append(Leave("return") if node.value is None else Return(expr(reader, node.value), node.lineno))


def leave(reader: Reader, node: "ast.Break | ast.Continue", out: list[Stmt]) -> None:
    out.append(Leave("break" if type(node) is ast.Break else "continue"))


def raise_(reader: Reader, node: ast.Raise, out: list[Stmt]) -> None:
    if node.exc is None:
        out.append(Leave("raise"))
        return
    with _once(reader):
        out.append(Raise(as_(reader, "raise", node.exc), node.lineno))


@contextmanager
def _once(reader: Reader) -> Iterator[None]:
    """What leaves a function leaves its loops: for row in rows: if row.due: return total(row)"""
    loops, reader.loops = reader.loops, 0
    try:
        yield
    finally:
        reader.loops = loops


def delete(reader: Reader, node: ast.Delete, out: list[Stmt]) -> None:
    out.append(Delete(exprs(reader, node.targets), node.lineno))


def assert_(reader: Reader, node: ast.Assert, out: list[Stmt]) -> None:
    out.append(Do(Parts((expr(reader, node.test),)), node.lineno))


def for_(reader: Reader, node: "ast.For | ast.AsyncFor", out: list[Stmt]) -> None:
    iterated, target = expr(reader, node.iter), expr(reader, node.target)
    reader.loops += 1
    body = block(reader, node.body)
    reader.loops -= 1
    out.append(For(target, iterated, body, node.lineno, node.end_lineno or node.lineno))
    out.extend(block(reader, node.orelse))


def while_(reader: Reader, node: ast.While, out: list[Stmt]) -> None:
    reader.loops += 1
    test, body = expr(reader, node.test), block(reader, node.body)
    reader.loops -= 1
    out.append(While(test, body, node.lineno, node.end_lineno or node.lineno))
    out.extend(block(reader, node.orelse))


def with_(reader: Reader, node: "ast.With | ast.AsyncWith", out: list[Stmt]) -> None:
    items = tuple([(expr(reader, item.context_expr), maybe(reader, item.optional_vars)) for item in node.items])
    out.append(With(items, block(reader, node.body), node.lineno, node.end_lineno or node.lineno))


def if_(reader: Reader, node: ast.If, out: list[Stmt]) -> None:
    test = expr(reader, node.test)
    out.append(If(test, block(reader, node.body), block(reader, node.orelse), node.lineno))


def try_(reader: Reader, node: ast.Try, out: list[Stmt]) -> None:
    reader.tries += bool(node.handlers)
    body = block(reader, node.body)
    reader.tries -= bool(node.handlers)
    handlers = tuple([handler_of(reader, handler) for handler in node.handlers])
    body += block(reader, node.orelse)
    out.append(Try(body, handlers, block(reader, node.finalbody), node.lineno))


def handler_of(reader: Reader, node: ast.ExceptHandler) -> Handler:
    caught = None
    if node.type is not None:
        before = len(reader.mentions)
        caught = expr(reader, node.type)
        reader.mentions[before:] = [found._replace(kind="raise") for found in reader.mentions[before:]]
    return Handler(caught, node.name or "", block(reader, node.body), node.lineno)


def match(reader: Reader, node: ast.Match, out: list[Stmt]) -> None:
    subject = expr(reader, node.subject)
    for case in node.cases:
        named = [one.cls for one in ast.walk(case.pattern) if isinstance(one, ast.MatchClass)]  # case Order():
        named += [one.value for one in ast.walk(case.pattern) if isinstance(one, ast.MatchValue)]  # case Status.PAID:
        guard = () if case.guard is None else (expr(reader, case.guard),)
        test = Parts((subject, *exprs(reader, named), *guard))
        out.append(If(test, block(reader, case.body), (), case.pattern.lineno))


def import_(reader: Reader, node: ast.Import, out: list[Stmt]) -> None:
    for alias in node.names:
        top = alias.name.partition(".")[0]
        bound = alias.asname or top
        reader.imported.add(bound)
        reader.own[bound] = False
        out.append(Import(alias.name if alias.asname else top, 0, "", bound, node.lineno))


def import_from(reader: Reader, node: ast.ImportFrom, out: list[Stmt]) -> None:
    for alias in node.names:
        bound = alias.asname or alias.name
        reader.imported.add(bound)
        reader.own[bound] = False
        out.append(Import(node.module or "", node.level, alias.name, bound, node.lineno))


def global_(reader: Reader, node: "ast.Global | ast.Nonlocal", out: list[Stmt]) -> None:
    reader.own.update(dict.fromkeys(node.names, False))


def nothing(reader: Reader, node: ast.stmt, out: list[Stmt]) -> None:
    """`pass`, and syntax newer than this table."""


_STATEMENTS = Dispatch(
    nothing,
    {
        ast.FunctionDef: function,
        ast.AsyncFunctionDef: function,
        ast.ClassDef: class_,
        ast.Expr: do,
        ast.Assign: assign,
        ast.AnnAssign: annotated,
        ast.AugAssign: augmented,
        ast.Return: return_,
        ast.Raise: raise_,
        ast.Break: leave,
        ast.Continue: leave,
        ast.Delete: delete,
        ast.Assert: assert_,
        ast.For: for_,
        ast.AsyncFor: for_,
        ast.While: while_,
        ast.With: with_,
        ast.AsyncWith: with_,
        ast.If: if_,
        ast.Try: try_,
        ast.TryStar: try_,
        ast.Match: match,
        ast.Import: import_,
        ast.ImportFrom: import_from,
        ast.Global: global_,
        ast.Nonlocal: global_,
    },
)
