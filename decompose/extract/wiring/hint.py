"""Stage 1, one file: what a detector of wiring sees, and what it says of it."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from ...model.facts import WireKind
from .. import code as values
from ..code import (
    Assign,
    Attr,
    Call,
    Class,
    Comprehension,
    Const,
    Dict,
    Display,
    Expr,
    FileCode,
    Function,
    Item,
    Operation,
    Text,
)

__all__ = [
    "Detector", "Entry", "Hint", "Kept", "Route", "Site", "argument", "chain", "constant", "looks_at", "sites",
    "template",
]  # fmt: skip


class Hint(NamedTuple):
    """A dependency as written. `how` says what `text` is:

    - "name": a dotted name of this module;  "path": the absolute dotted name of a module or of an object in one
    - "model": "app_label.Model";  "command": a management command;  "template": a template's path
    - "label": the app label that an AppConfig states;  "key": a cache key, "*" for what varies
    - "sent" and "received": a signal, by its name in this module
    - "route": a route's name, with its namespaces
    - "page" and "tags": another template, a library of tags, as a template calls it
    - "permission": "app_label.codename";  "declared": a codename that a class of tables declares
    - "right": how it is asked what a user may do
    - "method": one that is called where an object has it
    - "helper": a filter or function of templates, as they call it
    - "sets" and "asks": what is set on a request, as a template asks for it

    `signal` is what is heard of its rows, where it is a class of a table.
    """

    kind: WireKind
    how: str
    text: str
    function: str
    line: int
    signal: str = ""


class Entry(NamedTuple):
    """Where the outside world enters: `text` is a dotted name of this module, and `kind` one of EntryPoint's.

    `named` after its module is a task that a queue knows by where it stands.
    """

    kind: str
    text: str
    function: str
    line: int
    named: bool = False


class Kept(NamedTuple):
    """A cache keeps what `function` answers, a path as `Site.function`; "Orders.": what all methods of the class do."""

    function: str


class Route(NamedTuple):
    """How the addresses of a program are named. `how` says what `name` and `of` are:

    - "route": `of`, a dotted name of this module, answers the route `name`; "declared": who does is said elsewhere
    - "space": the names of this module's routes follow `name`, a namespace
    - "include": so do those of the module `of`, an absolute name; "" where that says its namespace itself
    - "address": `of`, a name as in "route" or, `within` "include", as in that, answers at the path `name`; "language":
      that stands behind the language in it
    - "blueprint": `of`, a name of this module, is Flask's blueprint `name`; its routes have it as `within`
    """

    how: str
    name: str
    of: str
    within: str
    line: int


class Site(NamedTuple):
    """One place to look at: a call, class or function (with its decorators), assignment or text, in `function`."""

    node: "Call | Class | Function | Assign | Const"
    function: str
    line: int
    local: "dict[str, Expr]"  # what the names of the enclosing function were last assigned


Finds: TypeAlias = Callable[[Site], Iterator[Hint | Entry | Kept | Route]]


class Detector(NamedTuple):
    """`finds` is a pure function of one site; it is shown the sites of every source file, in the order of the file,
    whose node is one of `kinds`; of calls those alone whose callee's last name is one of `called` (None: all)."""

    finds: Finds
    kinds: tuple[type, ...]
    called: frozenset[str] | None = None


def looks_at(*kinds: type, called: Iterable[str] | None = None) -> Callable[[Finds], Detector]:
    """Make a `Detector` of the function below it."""
    return lambda finds: Detector(finds, kinds, None if called is None else frozenset(called))


def sites(code: FileCode) -> Iterator[Site]:
    """Every call, definition, assignment and string of a file; iterative, so that no depth of nesting overflows."""
    pending: list[tuple[Any, str, int, dict[str, Expr]]] = [(code.body, "", 1, {})]
    while pending:
        node, function, line, local = pending.pop()
        kind = type(node)
        if kind in _LINED:
            line = node.line
            if kind in _LOOKED_AT:
                yield Site(node, function, line, local)
        elif kind is Const:
            yield Site(node, function, line, local)
            continue
        if kind in _SCOPES:
            pending.append((node.decorators, function, line, local))
            inner = f"{function}.{node.name}" if function else node.name
            if kind is Function:
                pending += [((*node.params, node.returns), function, line, local)]
                function, local = inner, dict(local)
            else:
                pending.append(((node.bases, node.keywords), function, line, local))
                function = inner
            pending.append((node.body, function, line, local))
            continue
        if kind in _OF_ENTRIES and node.lines:
            pending += [(part, function, at, local) for part, at in reversed([*_entries(node)])]
            continue
        if kind is Assign and type(node.targets[0]) is str and node.value is not None:
            local[node.targets[0]] = node.value
        # environ["shop.user"]: a key is no path
        parts = (node.base,) if kind is Item and type(node.key) is Const else node
        for part in reversed(parts):
            below = line
            while type(part) is Attr:
                below, part = part.line, part.base  # noqa: PLW2901  # a.b.c: straight to what may hold a site
            if part and isinstance(part, tuple) and (type(part) is not Const or type(part.value) is str):
                pending.append((part, function, below, local))


def _entries(node: Display | Dict) -> Iterator[tuple[Expr, int]]:
    """INSTALLED_APPS = [        each entry of a list over several lines stands on its own
    "shop.orders",
    ]
    """
    rows = zip(node.keys, node.values, strict=True) if isinstance(node, Dict) else zip(node.items)
    for row, line in zip(rows, node.lines, strict=True):
        yield from ((part, line) for part in row if isinstance(part, tuple))


_SCOPES = frozenset({Function, Class})
_OF_ENTRIES = frozenset({Display, Dict})
_LOOKED_AT = frozenset({Call, Class, Function, Assign})
_LINED = frozenset(kind for kind in vars(values).values() if "line" in getattr(kind, "_fields", ()))


def chain(expr: Expr | None) -> str:
    """ "a.b.c" of a dotted name, "" of anything else."""
    names: list[str] = []
    while isinstance(expr, Attr):
        names.append(expr.name)
        expr = expr.base
    return ".".join([expr, *reversed(names)]) if isinstance(expr, str) else ""


def argument(call: Call, position: int, *keywords: str) -> Expr | None:
    """The argument at `position`, or the one called any of `keywords`."""
    for name, value in call.keywords:
        if name in keywords:
            return value
    return call.args[position] if 0 <= position < len(call.args) else None


def constant(expr: Expr | None) -> str:
    """The text of a string literal, "" of anything else."""
    return expr.value if isinstance(expr, Const) and isinstance(expr.value, str) else ""


_HOLES = re.compile(r"%\(\w+\)[sdr]|%[sdr]|\{[^{}]*\}")


def template(expr: Expr | None, local: "dict[str, Expr]", depth: int = 6) -> str:
    """A text with "*" for what varies: "course:*:card" for f"course:{pk}:card", "course:%s:card" % pk, and the like."""
    if depth == 0:
        return "*"
    match expr:
        case Const(value) if isinstance(value, str):
            return _HOLES.sub("*", value)
        case Text(parts):
            return "".join(template(part, local, depth - 1) for part in parts)
        case Operation("Add", left, right):
            return template(left, local, depth - 1) + template(right, local, depth - 1)
        case Operation("Mod", left, _) | Call(Attr(left, "format"), _, _, _):
            return template(left, local, depth - 1)
        case Display(_, items) if items:
            return template(items[0], local, depth - 1)
        case Comprehension(_, _, item, _, _):
            return template(item, local, depth - 1)
        case str() if expr in local:
            return template(local[expr], local, depth - 1)
    return "*"
