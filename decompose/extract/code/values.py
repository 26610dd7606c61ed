"""Stage 1, one file: what is left of a syntax tree: statements, expressions, and what they mention."""

from typing import Any, NamedTuple, TypeAlias

__all__ = [
    "Assign",
    "Attr",
    "Bind",
    "Call",
    "Class",
    "Comprehension",
    "Const",
    "Delete",
    "Dict",
    "Display",
    "Do",
    "Either",
    "Expr",
    "FileCode",
    "For",
    "Function",
    "Handler",
    "If",
    "Import",
    "Item",
    "Lambda",
    "Leave",
    "Loop",
    "Mention",
    "Operation",
    "Param",
    "Parts",
    "Raise",
    "Return",
    "Star",
    "Stmt",
    "Text",
    "Try",
    "While",
    "With",
    "Yield",
    "calls_within",
    "within",
]


class Const(NamedTuple):
    """A literal: str, bytes, number, bool, None or Ellipsis."""

    value: Any


class Attr(NamedTuple):
    base: "Expr"
    name: str
    line: int


class Call(NamedTuple):
    """`args` may hold `Star`; a keyword without a name is `**value`."""

    func: "Expr"
    args: "tuple[Expr, ...]"
    keywords: "tuple[tuple[str | None, Expr], ...]"
    line: int


class Item(NamedTuple):
    """`base[key]`."""

    base: "Expr"
    key: "Expr"
    line: int


class Display(NamedTuple):
    """A list, tuple or set display; `kind` is "list", "tuple" or "set".

    `lines` are those of the items, () where all of it stands on one.
    """

    kind: str
    items: "tuple[Expr, ...]"
    lines: tuple[int, ...] = ()


class Dict(NamedTuple):
    """A key that is None stands for `**value`; `lines` are those of the values, () where all of it stands on one."""

    keys: "tuple[Expr | None, ...]"
    values: "tuple[Expr, ...]"
    lines: tuple[int, ...] = ()


class Either(NamedTuple):
    """`a or b`, `a if test else b`: one of `items`; `test` is only evaluated; `op` is "And", "Or" or ""."""

    items: "tuple[Expr, ...]"
    test: "Expr"
    op: str = ""


class Operation(NamedTuple):
    """`left <op> right`; `op` is the operator's class name in `ast` ("Add", "BitOr" ...); `~left` is "Invert"."""

    op: str
    left: "Expr"
    right: "Expr"


class Text(NamedTuple):
    """An f-string; the literal pieces are `Const`."""

    parts: "tuple[Expr, ...]"


class Parts(NamedTuple):
    """Evaluated, but of no interesting type: comparisons, `not`, slices, template strings.

    `op` is the operator's class name in `ast` ("Not", "Eq", "IsNot", "In" ...) where there is one, else "".
    """

    items: "tuple[Expr, ...]"
    op: str = ""


class Star(NamedTuple):
    value: "Expr"


class Bind(NamedTuple):
    """`name := value`."""

    name: str
    value: "Expr"


class Yield(NamedTuple):
    """`yield value`, or `yield from value` where `whole`."""

    value: "Expr"
    whole: bool


class Loop(NamedTuple):
    """One `for target in iter if conditions` of a comprehension."""

    target: "Expr"
    iter: "Expr"
    conditions: "tuple[Expr, ...]"


class Comprehension(NamedTuple):
    """`kind` is "list", "set", "generator" or "dict"; of a dict `key` is its key, else it is None."""

    kind: str
    key: "Expr | None"
    item: "Expr"
    loops: tuple[Loop, ...]
    line: int


class Param(NamedTuple):
    """`kind` is "" or the stars before it ("*", "**"); "/" and "keyword" mark the restricted ones."""

    name: str
    kind: str
    annotation: "Expr | None"
    default: "Expr | None"


class Lambda(NamedTuple):
    params: tuple[Param, ...]
    body: "Expr"
    closes: bool  # are there functions inside of it, which see its variables?
    line: int


Expr: TypeAlias = (
    str
    | Const
    | Attr
    | Call
    | Item
    | Display
    | Dict
    | Either
    | Operation
    | Text
    | Parts
    | Star
    | Bind
    | Yield
    | Comprehension
    | Lambda
)
"""An expression; a plain `str` is a name."""


class Assign(NamedTuple):
    """`target = ... = value`; `value` is None for a bare annotation; `augmented` is the operator of `+=`, else ""."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None
    augmented: str
    line: int
    end_line: int


class Do(NamedTuple):
    """An expression whose result nobody looks at."""

    value: Expr
    line: int


class Return(NamedTuple):
    value: Expr
    line: int


class Raise(NamedTuple):
    value: Expr
    line: int


class Leave(NamedTuple):
    """`how` is "break" or "continue", or "return" or "raise": a bare one."""

    how: str


class Delete(NamedTuple):
    targets: tuple[Expr, ...]
    line: int


class For(NamedTuple):
    target: Expr
    iter: Expr
    body: "tuple[Stmt, ...]"
    line: int
    end_line: int


class While(NamedTuple):
    test: Expr
    body: "tuple[Stmt, ...]"
    line: int
    end_line: int


class With(NamedTuple):
    """`items` are (manager, target or None)."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: "tuple[Stmt, ...]"
    line: int
    end_line: int


class If(NamedTuple):
    test: Expr
    body: "tuple[Stmt, ...]"
    orelse: "tuple[Stmt, ...]"
    line: int


class Handler(NamedTuple):
    """`except caught as name: body`."""

    caught: Expr | None
    name: str
    body: "tuple[Stmt, ...]"
    line: int


class Try(NamedTuple):
    """`body` includes `else`, which runs after it."""

    body: "tuple[Stmt, ...]"
    handlers: tuple[Handler, ...]
    final: "tuple[Stmt, ...]"
    line: int


class Import(NamedTuple):
    """`from <level dots><module> import name as bound`; `name` is "" for `import module`, "*" for all.

    `import a.b` binds `a` to module `a`, `import a.b as c` binds `c` to `a.b`: `module` is what `bound` stands for.
    """

    module: str
    level: int
    name: str
    bound: str
    line: int


class Function(NamedTuple):
    name: str
    params: tuple[Param, ...]
    returns: Expr | None
    decorators: tuple[Expr, ...]
    body: "tuple[Stmt, ...]"
    generator: bool
    closes: bool  # as of a Lambda
    line: int
    end_line: int


class Class(NamedTuple):
    name: str
    bases: tuple[Expr, ...]
    keywords: tuple[tuple[str | None, Expr], ...]
    decorators: tuple[Expr, ...]
    body: "tuple[Stmt, ...]"
    line: int
    end_line: int


Stmt: TypeAlias = (
    Assign | Do | Return | Raise | Leave | Delete | For | While | With | If | Try | Import | Function | Class
)


class Mention(NamedTuple):
    """The dotted name `chain`, whose first part an import of this file binds, stands at `line` in `function`.

    `kind` is "call", "inherit", "raise", "annotation", "decorator" or "reference"; `used` says of a call that its
    result is looked at.
    """

    chain: str
    kind: str
    function: str
    used: bool
    in_loop: bool
    line: int


class FileCode(NamedTuple):
    """What one file says. `unread` are the lines of statements nested too deeply to follow."""

    body: tuple[Stmt, ...]
    mentions: tuple[Mention, ...]
    outline: bool
    unread: tuple[int, ...]


def within(node: Any) -> list[Any]:
    """`node`, which may be statements, and all tuples in it, in the order of the code."""
    found, waiting = list[Any](), [node]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += [part for part in one[::-1] if isinstance(part, tuple)]
    return found


def calls_within(node: Any) -> list[Call]:
    """Every call in a piece of code."""
    return [one for one in within(node) if isinstance(one, Call)]
