"""Stage 7: what the running interpreter's `ast` cannot read, or cannot place, as a tree of `ast` nodes all the same.

libcst reads Python newer than the interpreter. Only shapes that matter to a carve keep their kind; anything else is a
tuple of what is in it. Positions are bytes from the text's start, as columns of line 1.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

__all__ = ["lower_expression", "lower_module"]

_CONSTANTS = frozenset({"True", "False", "None"})  # names to libcst
_Node = TypeVar("_Node", bound=ast.AST)


def lower_module(text: str) -> ast.Module | None:
    """The tree of a module; None where libcst cannot parse it."""
    lowered = _lowered(text, 0)
    return None if lowered is None else ast.Module(lowered, [])


def lower_expression(text: str, offset: int) -> ast.expr | None:
    """The tree of an expression that begins at `offset` of its file; None where libcst cannot parse it."""
    lowered = _lowered(f"({text})", offset - 1)
    return lowered[0].value if lowered and isinstance(lowered[0], ast.Expr) else None


def _lowered(text: str, shift: int) -> list[ast.stmt] | None:
    try:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        return _Lowering(wrapper.resolve(ByteSpanPositionProvider), shift).block(wrapper.module)
    except (cst.ParserSyntaxError, RecursionError):
        return None


class _Lowering:
    """One method for each shape that keeps its kind."""

    def __init__(self, spans: Mapping[cst.CSTNode, Any], shift: int) -> None:
        self.spans, self.shift = spans, shift
        self.shapes: Mapping[type[cst.CSTNode], Callable[[Any], ast.AST]] = {
            cst.Name: lambda n: ast.Constant(...) if n.value in _CONSTANTS else ast.Name(n.value, ast.Load()),
            cst.Attribute: lambda n: ast.Attribute(self.one(n.value), n.attr.value, ast.Load()),
            cst.Import: self._import,
            cst.ImportFrom: self._import,
            cst.FunctionDef: self._function,
            cst.Lambda: lambda n: ast.Lambda(self._parameters(n.params), self.one(n.body)),
            cst.ClassDef: self._class,
            cst.Expr: lambda n: ast.Expr(self.one(n.value)),
            cst.Assign: lambda n: ast.Assign([self.stored(t.target) for t in n.targets], self.one(n.value)),
            cst.AugAssign: lambda n: ast.AugAssign(self.stored(n.target), ast.Add(), self.one(n.value)),
            cst.AnnAssign: self._ann_assign,
            cst.For: lambda n: ast.For(self.stored(n.target), self.one(n.iter), self.all(n.body, n.orelse), []),
            cst.AsName: lambda n: self.stored(n.name),
            cst.NamedExpr: lambda n: ast.NamedExpr(self.stored(n.target), self.one(n.value)),
            cst.ListComp: lambda n: ast.ListComp(self.one(n.elt), self._loops(n.for_in)),
            cst.SetComp: lambda n: ast.SetComp(self.one(n.elt), self._loops(n.for_in)),
            cst.GeneratorExp: lambda n: ast.GeneratorExp(self.one(n.elt), self._loops(n.for_in)),
            cst.DictComp: lambda n: ast.DictComp(self.one(n.key), self.one(n.value), self._loops(n.for_in)),
            cst.Global: lambda n: ast.Global([item.name.value for item in n.names]),
            cst.Nonlocal: lambda n: ast.Nonlocal([item.name.value for item in n.names]),
            cst.Call: self._call,
            cst.Subscript: lambda n: ast.Subscript(self.one(n.value), self._tuple(n.slice), ast.Load()),
            cst.Dict: self._dict,
            cst.MatchAs: lambda n: ast.MatchAs(self.maybe(n.pattern), self._word(n.name)),
            cst.MatchStar: lambda n: ast.MatchStar(self._word(n.name)),
            cst.MatchMapping: lambda n: ast.MatchMapping(self.all(*n.elements), [], self._word(n.rest)),
            cst.MatchKeywordElement: lambda n: self.one(n.pattern),
            cst.TypeAlias: self._type_alias,
            cst.SimpleString: lambda n: ast.Constant(n.evaluated_value),
            cst.FormattedString: lambda n: ast.JoinedStr([self.one(part) for part in n.parts]),
            cst.FormattedStringText: lambda n: ast.Constant(n.value),
            cst.FormattedStringExpression: self._hole,
        }

    def block(self, node: cst.CSTNode) -> list[Any]:
        """The statements of a body, the small ones of one line one after the other."""
        found: list[Any] = []
        for child in node.children:
            if isinstance(child, cst.SimpleStatementLine):
                found += self.block(child)
            elif isinstance(child, cst.BaseStatement | cst.BaseSmallStatement):
                found.append(self.one(child))
        return found

    def one(self, node: cst.CSTNode) -> Any:
        shape = self.shapes.get(type(node))
        return self.at(node, shape(node) if shape is not None else self._tuple(node.children))

    def maybe(self, node: cst.CSTNode | None) -> Any:
        return None if node is None else self.one(node)

    def all(self, *nodes: cst.CSTNode | None) -> list[Any]:
        return [self.one(node) for node in nodes if node is not None]

    def stored(self, node: cst.CSTNode) -> Any:
        """A target: each name that it binds says so."""
        lowered = self.one(node)
        for name in _targets(lowered):
            name.ctx = ast.Store()
        return lowered

    def at(self, old: cst.CSTNode, new: _Node) -> _Node:
        span = self.spans.get(old)
        if span is not None and isinstance(new, ast.expr | ast.stmt):
            new.lineno = new.end_lineno = 1
            new.col_offset = self.shift + span.start
            new.end_col_offset = new.col_offset + span.length
        return new

    def _tuple(self, nodes: Any) -> ast.Tuple:
        return ast.Tuple([self.one(node) for node in nodes if not _is_layout(node)], ast.Load())

    def _word(self, name: cst.Name | None) -> str | None:
        return name.value if name is not None else None

    def _import(self, node: cst.Import | cst.ImportFrom) -> ast.AST:
        return ast.parse(cst.Module([]).code_for_node(node.with_changes(semicolon=cst.MaybeSentinel.DEFAULT))).body[0]

    def _function(self, node: cst.FunctionDef) -> ast.AST:
        returns = node.returns.annotation if node.returns is not None else None
        new = ast.FunctionDef(
            node.name.value,
            self._parameters(node.params),
            self.block(node.body),
            [self.one(decorator.decorator) for decorator in node.decorators],
            self.maybe(returns),
        )
        return self._with_type_parameters(node, new)

    def _class(self, node: cst.ClassDef) -> ast.AST:
        bases = [self.one(base.value) for base in node.bases]
        keywords = [ast.keyword(self._word(k.keyword), self.one(k.value)) for k in node.keywords]
        decorators = [self.one(decorator.decorator) for decorator in node.decorators]
        new = ast.ClassDef(node.name.value, bases, keywords, self.block(node.body), decorators)
        return self._with_type_parameters(node, new)

    def _with_type_parameters(self, node: cst.FunctionDef | cst.ClassDef | cst.TypeAlias, new: _Node) -> _Node:
        params = node.type_parameters.params if node.type_parameters is not None else ()
        new.type_params = [_TypeParameter(p.param.name.value, self.all(*_bounds(p))) for p in params]  # type: ignore[attr-defined]  # `ast` has the field from Python 3.12 on
        return new

    def _type_alias(self, node: cst.TypeAlias) -> ast.AST:
        lazy = ast.Lambda(self._parameters(cst.Parameters()), self.one(node.value))  # a scope for the parameters
        return ast.Tuple([self.stored(node.name), self._with_type_parameters(node, lazy)], ast.Load())

    def _parameters(self, node: cst.Parameters) -> ast.arguments:
        plain = (*node.posonly_params, *node.params, *node.kwonly_params)
        stars = [param for param in (node.star_arg, node.star_kwarg) if isinstance(param, cst.Param)]
        args = [ast.arg(p.name.value, self.maybe(p.annotation and p.annotation.annotation)) for p in (*plain, *stars)]
        defaults = self.all(*(param.default for param in plain))
        return ast.arguments([], args, None, [], [], None, defaults)

    def _ann_assign(self, node: cst.AnnAssign) -> ast.AST:
        return ast.AnnAssign(
            self.stored(node.target), self.one(node.annotation.annotation), self.maybe(node.value), simple=1
        )

    def _loops(self, node: cst.CompFor | None) -> list[ast.comprehension]:
        if node is None:
            return []
        ifs = [self.one(condition.test) for condition in node.ifs]
        loop = ast.comprehension(self.stored(node.target), self.one(node.iter), ifs, 0)
        return [loop, *self._loops(node.inner_for_in)]

    def _call(self, node: cst.Call) -> ast.AST:
        args = [self.one(arg.value) for arg in node.args if arg.keyword is None]
        keywords = [ast.keyword(self._word(a.keyword), self.one(a.value)) for a in node.args if a.keyword is not None]
        return ast.Call(self.one(node.func), args, keywords)

    def _dict(self, node: cst.Dict) -> ast.AST:
        keys = [self.maybe(getattr(element, "key", None)) for element in node.elements]
        return ast.Dict(keys, [self.one(element.value) for element in node.elements])

    def _hole(self, node: cst.FormattedStringExpression) -> ast.AST:
        spec = [self.one(part) for part in node.format_spec or ()]
        return ast.FormattedValue(self.one(node.expression), -1, ast.JoinedStr(spec) if spec else None)


class _TypeParameter(ast.AST):
    """`T: bound = default` of a type parameter list."""

    _fields = ("parts",)

    def __init__(self, name: str, parts: list[ast.expr]) -> None:
        super().__init__()
        self.name, self.parts = name, parts


def _bounds(node: cst.TypeParam) -> Iterator[cst.CSTNode | None]:
    yield getattr(node.param, "bound", None)
    yield node.default


def _targets(node: ast.AST) -> Iterator[ast.Name]:
    # x   x, (y, *z)   but not a.b nor a[i]
    if isinstance(node, ast.Name):
        yield node
    elif isinstance(node, ast.Tuple):
        for element in node.elts:
            yield from _targets(element)


def _is_layout(node: cst.CSTNode) -> bool:
    return isinstance(
        node,
        cst.BaseParenthesizableWhitespace
        | cst.TrailingWhitespace
        | cst.EmptyLine
        | cst.Comment
        | cst.Newline
        | cst.LeftParen
        | cst.RightParen
        | cst.LeftSquareBracket
        | cst.RightSquareBracket
        | cst.LeftCurlyBrace
        | cst.RightCurlyBrace
        | cst.Comma
        | cst.Semicolon
        | cst.Colon
        | cst.Dot
        | cst.AssignEqual
        | cst.BaseBinaryOp
        | cst.BaseUnaryOp
        | cst.BaseBooleanOp
        | cst.BaseCompOp
        | cst.BaseAugOp,
    )
