"""Stage 1, whole project: Units -> the lines of a function that one call of it does not run, as its arguments say."""

from collections.abc import Iterator, Mapping, Sequence

from ..code import (
    Assign,
    Attr,
    Call,
    Class,
    Const,
    Either,
    Expr,
    For,
    Function,
    If,
    Leave,
    Parts,
    Raise,
    Return,
    Star,
    Stmt,
    Try,
    While,
    With,
    within,
)
from ..code.text import as_text
from ..effects import handed
from ..infer import Unit

__all__ = ["Lines", "Spared", "is_within"]

Lines = tuple[tuple[int, int], ...]
"""Stretches of lines, the first and the last of each."""

_IN_TRANSACTION = "in_atomic_block"
"""What Django's connections answer where a transaction is on: `if connection.in_atomic_block: on_commit(...)`"""


def is_within(line: int, lines: Lines) -> bool:
    """Does a line stand in one of the stretches?"""
    return any(first <= line <= last for first, last in lines)


class Spared:
    """Knows which constants a call passes, and which branches of the function they rule out; each is found once.

    def activate(self, update=True):      revision.activate(update=False): nothing is saved
        if update:
            self.save()
    """

    def __init__(self) -> None:
        self._asked: dict[int, frozenset[str]] = {}
        self._calls: dict[int, dict[int, list[Call]]] = {}
        self._found: dict[tuple[int, int, int], Lines] = {}

    def __call__(self, caller: Unit, line: int, called: Unit) -> Lines:
        """The lines of `called` that its calls on `line` of `caller` all leave out."""
        if called.fn is None or called.fn.scope.source.library:
            return ()
        function = called.fn.node
        body = caller.fn.node.body if caller.fn else caller.scope.body
        key = id(body), line, id(function)
        if key not in self._found:
            self._found[key] = self._lines(body, line, function) if self._asks(function) else ()
        return self._found[key]

    def _asks(self, function: Function) -> frozenset[str]:
        """The parameters that a branch asks for, and that keep what the caller gave; and if a transaction is on."""
        if id(function) not in self._asked:
            nodes = list(_statements(function.body))
            tests = {name for node in nodes if isinstance(node, If) for name in _tested(node.test)}
            changed = [one for node in nodes if isinstance(node, Assign) for one in node.targets]
            names = {_IN_TRANSACTION, *(param.name for param in function.params)}
            self._asked[id(function)] = frozenset((tests & names).difference(changed))
        return self._asked[id(function)]

    def _lines(self, body: Sequence[Stmt], line: int, function: Function) -> Lines:
        if id(body) not in self._calls:
            by_line = self._calls[id(body)] = {}
            for node in within(tuple(body)):
                if isinstance(node, Call):
                    by_line.setdefault(node.line, []).append(node)
        calls = [one for one in self._calls[id(body)].get(line, ()) if _name(one) == function.name]
        asked = self._asks(function)
        if not calls and _IN_TRANSACTION in asked:
            return tuple(sorted(set(_left_out(function.body, {_IN_TRANSACTION: True}))))
        each = [set(_left_out(function.body, _constants(function, one, asked))) for one in calls]
        return tuple(sorted(set.intersection(*each))) if each else ()


def _statements(body: Sequence[Stmt]) -> Iterator[Stmt]:
    """All statements, those of branches, functions and classes inside included."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case If(body=inner, orelse=other):
                waiting += (*inner, *other)
            case Try(body=inner, handlers=handlers, final=final):
                waiting += (*inner, *final, *(one for handler in handlers for one in handler.body))
            case For() | While() | With() | Function() | Class():
                waiting += node.body


def _name(call: Call) -> str:
    return as_text(call.func).rpartition(".")[2]


def _tested(test: Expr) -> Iterator[str]:
    # if save:      if not save:      if save and self.pk:
    if isinstance(test, Either) and test.op:
        for one in test.items:
            yield from _tested(one)
    elif isinstance(test, Parts) and len(test.items) == 1:
        test = test.items[0]
    if isinstance(test, Attr) and test.name == _IN_TRANSACTION:
        yield test.name
    elif isinstance(test, str):
        yield test


def _decided(test: Expr, holds: Mapping[str, bool]) -> bool | None:
    """Is the test true, as far as what holds decides it?"""
    if isinstance(test, Either) and test.op:
        found = [_decided(one, holds) for one in test.items]
        ends = test.op == "Or"  # one that is true decides `or`, one that is false `and`
        return ends if ends in found else None if None in found else not ends
    name = next(_tested(test), "")
    return holds[name] == (not isinstance(test, Parts)) if name in holds else None


def _constants(function: Function, call: Call, asked: frozenset[str]) -> dict[str, bool]:
    """Whether each parameter holds, as far as `call` gives constants for it or leaves it to its default."""
    given = dict(handed(function, call))
    if not any(isinstance(one, Star) for one in call.args) and all(name for name, _ in call.keywords):
        given = {one.name: one.default for one in function.params if one.default is not None} | given
    found = {name: bool(value.value) for name, value in given.items() if name in asked and isinstance(value, Const)}
    return found | {_IN_TRANSACTION: True}


def _left_out(body: Sequence[Stmt], holds: Mapping[str, bool]) -> Iterator[tuple[int, int]]:
    for number, node in enumerate(body, 1):
        match node:
            case If(test=test, body=first, orelse=other) if (true := _decided(test, holds)) is not None:
                taken, left = (first, other) if true else (other, first)
                yield from _stretch(left)
                yield from _left_out(taken, holds)
                if taken and _goes(taken[-1]):
                    yield from _stretch(body[number:])
                    return
            case If(body=first, orelse=other):
                yield from _left_out(first, holds)
                yield from _left_out(other, holds)
            case For(body=inner) | While(body=inner) | With(body=inner):
                yield from _left_out(inner, holds)
            case Try(body=inner, handlers=handlers, final=final):
                for block in (inner, *(one.body for one in handlers), final):
                    yield from _left_out(block, holds)


def _goes(last: Stmt) -> bool:
    return isinstance(last, Return | Raise) or (isinstance(last, Leave) and last.how in ("return", "raise"))


def _stretch(body: Sequence[Stmt]) -> Iterator[tuple[int, int]]:
    lines = [getattr(one, end) for one in within(tuple(body)) for end in ("line", "end_line") if hasattr(one, end)]
    if lines:
        yield min(lines), max(lines)
