"""Stage 1: ast.Module -> FileCode, what one file says, cut down to what inference and wiring need.

The one pass over a file's tree. The result holds no `ast` node, no context and no docstring, and can be pickled;
everything that needs more than this file happens on it, later. An expression is one of the values of `Expr`,
a statement one of `Stmt`; nesting is kept, so loops, `with` blocks and functions are read off the tree.
"""

import ast
from collections.abc import Callable, Iterable
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
    "read",
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
    """A list, tuple or set display; `kind` is "list", "tuple" or "set"."""

    kind: str
    items: "tuple[Expr, ...]"


class Dict(NamedTuple):
    """A key that is None stands for `**value`."""

    keys: "tuple[Expr | None, ...]"
    values: "tuple[Expr, ...]"


class Either(NamedTuple):
    """`a or b`, `a if test else b`: the value is one of `items`; `test` is only evaluated."""

    items: "tuple[Expr, ...]"
    test: "Expr"


class Operation(NamedTuple):
    """`left <op> right`; `op` is the operator's class name in `ast` ("Add", "Mod", "BitOr" ...)."""

    op: str
    left: "Expr"
    right: "Expr"


class Text(NamedTuple):
    """An f-string; the literal pieces are `Const`."""

    parts: "tuple[Expr, ...]"


class Parts(NamedTuple):
    """Evaluated, but of no interesting type: comparisons, `not`, slices, template strings."""

    items: "tuple[Expr, ...]"


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


Stmt: TypeAlias = Assign | Do | Return | Raise | Delete | For | While | With | If | Try | Import | Function | Class


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


def read(tree: ast.Module, outline: bool = False) -> FileCode:
    """Reduce `tree`. An `outline` leaves the bodies of functions out: enough for tests, which only declare."""
    reader = _Reader(outline)
    reader.imported.update(_bound_by_imports(tree.body))
    body = reader.block(tree.body)
    return FileCode(body, tuple(reader.mentions), outline, tuple(reader.unread))


def _bound_by_imports(body: Iterable[ast.stmt]) -> Iterable[str]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]
        elif isinstance(node, ast.If | ast.Try):
            yield from _bound_by_imports(node.body)
            yield from _bound_by_imports(node.orelse)
            for handler in getattr(node, "handlers", ()):
                yield from _bound_by_imports(handler.body)


_NOTHING = Const(None)


class _Reader:
    """The state of one pass: where it stands, and what it has mentioned so far."""

    __slots__ = ("generator", "imported", "loops", "mentions", "outline", "path", "unread")

    def __init__(self, outline: bool) -> None:
        self.outline = outline
        self.imported: set[str] = set()
        self.mentions: list[Mention] = []
        self.unread: list[int] = []
        self.path = ""  # __qualname__ of what is being read
        self.loops = 0
        self.generator = False

    def block(self, body: Iterable[ast.stmt]) -> tuple[Stmt, ...]:
        out: list[Stmt] = []
        for node in body:
            try:
                _STATEMENTS[type(node)](self, node, out)
            except RecursionError:
                self.unread.append(node.lineno)
        return tuple(out)

    def expr(self, node: ast.expr) -> Expr:
        found: Expr = _EXPRESSIONS[type(node)](self, node)
        return found

    def maybe(self, node: ast.expr | None) -> Expr | None:
        return None if node is None else _EXPRESSIONS[type(node)](self, node)

    def exprs(self, nodes: Iterable[ast.expr]) -> tuple[Expr, ...]:
        return tuple([_EXPRESSIONS[type(node)](self, node) for node in nodes])

    def as_(self, kind: str, node: ast.expr, used: bool = True) -> Expr:
        """Read `node`; what it mentions itself (not what its parts do) is mentioned as `kind`."""
        before = len(self.mentions)
        found = self.expr(node)
        if len(self.mentions) > before:
            first = self.mentions[before]
            if first.line == node.lineno and first.kind in ("reference", "call"):
                self.mentions[before] = first._replace(kind=kind, used=used)
        return found

    # -- expressions -------------------------------------------------------------------------------------------

    def name(self, node: ast.Name) -> Expr:
        if node.id in self.imported:
            self.mention(node.id, "reference", node.lineno)
        return node.id

    def mention(self, chain: str, kind: str, line: int) -> None:
        self.mentions.append(Mention(chain, kind, self.path, True, self.loops > 0, line))

    def attribute(self, node: ast.Attribute) -> Expr:
        chain = self.chain(node)
        if chain:
            self.mention(chain, "reference", node.lineno)
            return self.plain(node)
        return Attr(self.expr(node.value), node.attr, node.end_lineno or node.lineno)

    def chain(self, node: ast.expr) -> str:
        """ "a.b.c" where `a` is imported, else ""."""
        names: list[str] = []
        while type(node) is ast.Attribute:
            names.append(node.attr)
            node = node.value
        if type(node) is not ast.Name or node.id not in self.imported:
            return ""
        names.append(node.id)
        return ".".join(reversed(names))

    def plain(self, node: ast.expr) -> Expr:
        """A dotted name, without mentioning it."""
        if type(node) is ast.Attribute:
            return Attr(self.plain(node.value), node.attr, node.end_lineno or node.lineno)
        assert type(node) is ast.Name
        return node.id

    def call(self, node: ast.Call) -> Expr:
        func = node.func
        chain = self.chain(func)
        if chain:
            self.mention(chain, "call", node.lineno)
            called = self.plain(func)
        else:
            called = _EXPRESSIONS[type(func)](self, func)
        line = func.end_lineno or node.lineno
        return Call(called, self.exprs(node.args) if node.args else (), self.keywords(node.keywords), line)

    def keywords(self, nodes: list[ast.keyword]) -> tuple[tuple[str | None, Expr], ...]:
        return tuple([(node.arg, _EXPRESSIONS[type(node.value)](self, node.value)) for node in nodes])

    def operation(self, node: ast.BinOp) -> Expr:
        # "a" + b + "c" + ... leans to the left, thousands deep in generated code: unrolled
        spine = [node]
        while type(spine[-1].left) is ast.BinOp:
            spine.append(spine[-1].left)
        found = self.expr(spine[-1].left)
        for step in reversed(spine):
            found = _folded(type(step.op).__name__, found, self.expr(step.right))
        return found

    def text(self, node: ast.JoinedStr) -> Expr:
        values = [part.value if type(part) is ast.FormattedValue else part for part in node.values]
        return Text(self.exprs(values))

    def lambda_(self, node: ast.Lambda) -> Expr:
        return Lambda(self.params(node.args), self.expr(node.body), node.lineno)

    def params(self, node: ast.arguments) -> tuple[Param, ...]:
        found: list[Param] = []
        positional = [*node.posonlyargs, *node.args]
        defaults = [None] * (len(positional) - len(node.defaults)) + node.defaults
        for number, (arg, default) in enumerate(zip(positional, defaults, strict=True)):
            found.append(self.param(arg, "/" if number < len(node.posonlyargs) else "", default))
        if node.vararg:
            found.append(self.param(node.vararg, "*", None))
        for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            found.append(self.param(arg, "keyword", default))
        if node.kwarg:
            found.append(self.param(node.kwarg, "**", None))
        return tuple(found)

    def param(self, node: ast.arg, kind: str, default: ast.expr | None) -> Param:
        annotation = None if node.annotation is None else self.as_("annotation", node.annotation)
        return Param(node.arg, kind, annotation, self.maybe(default))

    def comprehension(self, node: "ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp") -> Expr:
        loops = []
        for number, loop in enumerate(node.generators):
            iterated = self.expr(loop.iter)
            self.loops += number == 0
            loops.append(Loop(self.expr(loop.target), iterated, self.exprs(loop.ifs)))
        if isinstance(node, ast.DictComp):
            key, item = self.maybe(node.key), self.expr(node.value)
        else:
            key, item = None, self.expr(node.elt)
        self.loops -= 1
        return Comprehension(_COMPREHENSIONS[type(node)], key, item, tuple(loops), node.lineno)

    def yield_(self, node: "ast.Yield | ast.YieldFrom") -> Expr:
        self.generator = True
        value = _NOTHING if node.value is None else self.expr(node.value)
        return Yield(value, type(node) is ast.YieldFrom)

    # -- statements --------------------------------------------------------------------------------------------

    def function(self, node: "ast.FunctionDef | ast.AsyncFunctionDef", out: list[Stmt]) -> None:
        decorators = tuple([self.as_("decorator", decorator) for decorator in node.decorator_list])
        params = self.params(node.args)
        returns = None if node.returns is None else self.as_("annotation", node.returns)
        path, loops, generator = self.path, self.loops, self.generator
        self.path = f"{path}.{node.name}" if path else node.name
        self.loops, self.generator = 0, False
        body: tuple[Stmt, ...] = ()
        if not self.outline:
            body = self.inside(node.body, self.path)
        end = node.end_lineno or node.lineno
        out.append(Function(node.name, params, returns, decorators, body, self.generator, node.lineno, end))
        self.path, self.loops, self.generator = path, loops, generator

    def inside(self, body: list[ast.stmt], path: str) -> tuple[Stmt, ...]:
        """A function's body: what is defined in it is named `function.<locals>.name`."""
        self.path = path
        found: list[Stmt] = []
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.path = f"{path}.<locals>"
                found.extend(self.block((node,)))
                self.path = path
            else:
                found.extend(self.block((node,)))
        return tuple(found)

    def class_(self, node: ast.ClassDef, out: list[Stmt]) -> None:
        decorators = tuple([self.as_("decorator", decorator) for decorator in node.decorator_list])
        bases = tuple([self.as_("inherit", base) for base in node.bases])
        keywords = self.keywords(node.keywords)
        path, loops = self.path, self.loops
        self.path, self.loops = f"{path}.{node.name}" if path else node.name, 0
        body = self.block(node.body)
        self.path, self.loops = path, loops
        out.append(Class(node.name, bases, keywords, decorators, body, node.lineno, node.end_lineno or node.lineno))

    def do(self, node: ast.Expr, out: list[Stmt]) -> None:
        if type(node.value) is not ast.Constant:
            out.append(Do(self.unused(node.value), node.lineno))

    def unused(self, node: ast.expr) -> Expr:
        if type(node) is ast.Call and self.chain(node.func):
            return self.as_("call", node, used=False)
        return self.expr(node)

    def assign(self, node: ast.Assign, out: list[Stmt]) -> None:
        value = self.expr(node.value)
        out.append(Assign(self.exprs(node.targets), value, None, "", node.lineno))

    def annotated(self, node: ast.AnnAssign, out: list[Stmt]) -> None:
        annotation = self.as_("annotation", node.annotation)
        out.append(Assign((self.expr(node.target),), self.maybe(node.value), annotation, "", node.lineno))

    def augmented(self, node: ast.AugAssign, out: list[Stmt]) -> None:
        op = type(node.op).__name__
        out.append(Assign((self.expr(node.target),), self.expr(node.value), None, op, node.lineno))

    def return_(self, node: ast.Return, out: list[Stmt]) -> None:
        if node.value is not None:
            out.append(Return(self.expr(node.value), node.lineno))

    def raise_(self, node: ast.Raise, out: list[Stmt]) -> None:
        if node.exc is not None:
            out.append(Raise(self.as_("raise", node.exc), node.lineno))

    def delete(self, node: ast.Delete, out: list[Stmt]) -> None:
        out.append(Delete(self.exprs(node.targets), node.lineno))

    def assert_(self, node: ast.Assert, out: list[Stmt]) -> None:
        out.append(Do(Parts((self.expr(node.test),)), node.lineno))

    def for_(self, node: "ast.For | ast.AsyncFor", out: list[Stmt]) -> None:
        iterated, target = self.expr(node.iter), self.expr(node.target)
        self.loops += 1
        body = self.block(node.body)
        self.loops -= 1
        out.append(For(target, iterated, body, node.lineno, node.end_lineno or node.lineno))
        out.extend(self.block(node.orelse))

    def while_(self, node: ast.While, out: list[Stmt]) -> None:
        self.loops += 1
        test, body = self.expr(node.test), self.block(node.body)
        self.loops -= 1
        out.append(While(test, body, node.lineno, node.end_lineno or node.lineno))
        out.extend(self.block(node.orelse))

    def with_(self, node: "ast.With | ast.AsyncWith", out: list[Stmt]) -> None:
        items = tuple([(self.expr(item.context_expr), self.maybe(item.optional_vars)) for item in node.items])
        out.append(With(items, self.block(node.body), node.lineno, node.end_lineno or node.lineno))

    def if_(self, node: ast.If, out: list[Stmt]) -> None:
        test = self.expr(node.test)
        out.append(If(test, self.block(node.body), self.block(node.orelse), node.lineno))

    def try_(self, node: ast.Try, out: list[Stmt]) -> None:
        body = self.block(node.body)
        handlers = tuple([self.handler(handler) for handler in node.handlers])
        body += self.block(node.orelse)
        out.append(Try(body, handlers, self.block(node.finalbody), node.lineno))

    def handler(self, node: ast.ExceptHandler) -> Handler:
        caught = None
        if node.type is not None:
            before = len(self.mentions)
            caught = self.expr(node.type)
            self.mentions[before:] = [found._replace(kind="raise") for found in self.mentions[before:]]
        return Handler(caught, node.name or "", self.block(node.body), node.lineno)

    def match(self, node: ast.Match, out: list[Stmt]) -> None:
        subject = self.expr(node.subject)
        out.extend([If(subject, self.block(case.body), (), case.pattern.lineno) for case in node.cases])

    def import_(self, node: ast.Import, out: list[Stmt]) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            bound = alias.asname or top
            self.imported.add(bound)
            out.append(Import(alias.name if alias.asname else top, 0, "", bound, node.lineno))

    def import_from(self, node: ast.ImportFrom, out: list[Stmt]) -> None:
        for alias in node.names:
            bound = alias.asname or alias.name
            self.imported.add(bound)
            out.append(Import(node.module or "", node.level, alias.name, bound, node.lineno))

    def nothing(self, node: ast.stmt, out: list[Stmt]) -> None:
        """`pass`, `break`, `continue`, `global`, `nonlocal`, and syntax newer than this table."""


def _folded(op: str, left: Expr, right: Expr) -> Expr:
    """ "a" + "b" is "ab"."""
    if op == "Add" and type(left) is Const and type(right) is Const:
        both = left.value, right.value
        if type(both[0]) is str and type(both[1]) is str:
            return Const(both[0] + both[1])
    return Operation(op, left, right)


def _parts(*fields: str) -> Callable[[_Reader, Any], Expr]:
    """Reads the named fields of a node, each an expression, a list of them, or None."""

    def read_parts(reader: _Reader, node: Any) -> Expr:
        found: list[Expr] = []
        for field in fields:
            value = getattr(node, field)
            if isinstance(value, list):
                found.extend(reader.exprs(value))
            elif value is not None:
                found.append(reader.expr(value))
        return Parts(tuple(found))

    return read_parts


def _display(kind: str) -> Callable[[_Reader, Any], Expr]:
    return lambda reader, node: Display(kind, reader.exprs(node.elts))


def _dict(reader: _Reader, node: ast.Dict) -> Expr:
    return Dict(tuple([reader.maybe(key) for key in node.keys]), reader.exprs(node.values))


def _unary(reader: _Reader, node: ast.UnaryOp) -> Expr:
    operand = reader.expr(node.operand)
    if type(node.op) is ast.Invert:  # ~Q(...) is still a Q
        return operand
    if type(node.op) is ast.USub and type(operand) is Const and isinstance(operand.value, int | float):
        return Const(-operand.value)
    return Parts((operand,))


_COMPREHENSIONS: dict[type[ast.expr], str] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
    ast.DictComp: "dict",
}


class _Table(dict[type, Callable[..., Any]]):
    """Handlers by node class; a class that is not listed is handled by `default`."""

    def __init__(self, default: Callable[..., Any], handlers: dict[type, Callable[..., Any]]) -> None:
        super().__init__(handlers)
        self.default = default

    def __missing__(self, key: type) -> Callable[..., Any]:
        return self.default


_EXPRESSIONS = _Table(
    lambda reader, node: Parts(()),
    {
        ast.Name: _Reader.name,
        ast.Attribute: _Reader.attribute,
        ast.Call: _Reader.call,
        ast.Constant: lambda reader, node: Const(node.value),
        ast.Subscript: lambda reader, node: Item(reader.expr(node.value), reader.expr(node.slice), node.lineno),
        ast.List: _display("list"),
        ast.Tuple: _display("tuple"),
        ast.Set: _display("set"),
        ast.Dict: _dict,
        ast.BoolOp: lambda reader, node: Either(reader.exprs(node.values), _NOTHING),
        ast.IfExp: lambda reader, node: Either(reader.exprs((node.body, node.orelse)), reader.expr(node.test)),
        ast.BinOp: _Reader.operation,
        ast.UnaryOp: _unary,
        ast.Compare: _parts("left", "comparators"),
        ast.Slice: _parts("lower", "upper", "step"),
        ast.JoinedStr: _Reader.text,
        ast.FormattedValue: _parts("value"),
        ast.ListComp: _Reader.comprehension,
        ast.SetComp: _Reader.comprehension,
        ast.GeneratorExp: _Reader.comprehension,
        ast.DictComp: _Reader.comprehension,
        ast.Lambda: _Reader.lambda_,
        ast.Await: lambda reader, node: reader.expr(node.value),
        ast.Starred: lambda reader, node: Star(reader.expr(node.value)),
        ast.NamedExpr: lambda reader, node: Bind(node.target.id, reader.expr(node.value)),
        ast.Yield: _Reader.yield_,
        ast.YieldFrom: _Reader.yield_,
    },
)

_STATEMENTS = _Table(
    _Reader.nothing,
    {
        ast.FunctionDef: _Reader.function,
        ast.AsyncFunctionDef: _Reader.function,
        ast.ClassDef: _Reader.class_,
        ast.Expr: _Reader.do,
        ast.Assign: _Reader.assign,
        ast.AnnAssign: _Reader.annotated,
        ast.AugAssign: _Reader.augmented,
        ast.Return: _Reader.return_,
        ast.Raise: _Reader.raise_,
        ast.Delete: _Reader.delete,
        ast.Assert: _Reader.assert_,
        ast.For: _Reader.for_,
        ast.AsyncFor: _Reader.for_,
        ast.While: _Reader.while_,
        ast.With: _Reader.with_,
        ast.AsyncWith: _Reader.with_,
        ast.If: _Reader.if_,
        ast.Try: _Reader.try_,
        ast.TryStar: _Reader.try_,
        ast.Match: _Reader.match,
        ast.Import: _Reader.import_,
        ast.ImportFrom: _Reader.import_from,
    },
)
