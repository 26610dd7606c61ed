"""Stage 7: one file's tree -> Scan, in one walk. A name is local to a function wherever it is bound in it."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from .lower import lower_expression
from .scopes import Binding, Parents, Quoted, Reference, Scan, Scope, Statement, dotted
from .text import Text

__all__ = ["scan"]

_NO_CODE = frozenset({"ctx", "op", "ops", "kind", "type_comment", "type_ignores"})


def scan(tree: ast.Module, text: Text, exact: bool = False) -> Scan:
    """What `tree`, the tree of `text`, imports, names and quotes.

    `exact` says that positions inside f-strings are right, which those of `ast` before Python 3.12 are not: there what
    matters is read again by libcst.
    """
    found = Scan()
    found.scopes.append(found.top)
    walker = _Walker(found, text, exact)
    for statement in tree.body:
        walker.visit(statement, found.top, None)
    walker.finish()
    return found


@cache
def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    return tuple(name for name in kind._fields if name not in _NO_CODE)


class _Walker:
    """State lives across calls only in what is found; one method for each shape that binds or scopes."""

    def __init__(self, found: Scan, text: Text, exact: bool) -> None:
        self.found, self.text, self.exact = found, text, exact
        self.templates: list[tuple[ast.JoinedStr, Scope, Parents]] = []
        self.shapes: Mapping[type[ast.AST], Callable[[Any, Scope, Parents], None]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.Lambda: self._lambda,
            ast.ClassDef: self._class,
            ast.AnnAssign: self._ann_assign,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.Global: self._global,
            ast.Nonlocal: self._nonlocal,
            ast.Constant: self._constant,
            ast.JoinedStr: self._template,
            ast.ExceptHandler: self._named,
            ast.MatchAs: self._named,
            ast.MatchStar: self._named,
            ast.MatchMapping: self._named,
        }

    def visit(self, node: ast.AST, scope: Scope, parents: Parents) -> None:
        shape = self.shapes.get(type(node))
        if shape is not None:
            shape(node, scope, parents)
        else:
            self.inside(node, scope, parents)

    def inside(self, node: ast.AST, scope: Scope, parents: Parents) -> None:
        parents = (node, parents)
        for name in _fields(type(node)):  # type: ignore[arg-type]  # a class is hashable
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                self.visit(value, scope, parents)
            elif type(value) is list:
                for each in value:
                    if isinstance(each, ast.AST):
                        self.visit(each, scope, parents)

    def each(self, nodes: list[Any], scope: Scope, parents: Parents) -> None:
        for node in nodes:
            self.visit(node, scope, parents)

    def finish(self) -> None:
        """Read the f-strings, now that it is known which names are imported."""
        imported, anything = self.found.imported(), self.found.has_star()
        while self.templates:
            node, scope, parents = self.templates.pop()
            holes = list(_holes(node))
            if not self.exact and (anything or any(_matters(hole, imported) for hole in holes)):
                start, end = self.text.span(node)
                read = lower_expression(self.text.source((start, end)), start)
                holes = list(_holes(read)) if read is not None else []
            self.each(holes, scope, (node, parents))

    def _name(self, node: ast.Name, scope: Scope, _: Parents) -> None:
        if isinstance(node.ctx, ast.Store):
            scope.bind(node.id, None)
        else:
            self.found.references.append(Reference((node.id,), (node,), scope))

    def _attribute(self, node: ast.Attribute, scope: Scope, parents: Parents) -> None:
        chain: list[ast.expr] = [node]
        while isinstance(last := chain[-1], ast.Attribute):
            chain.append(last.value)
        if not isinstance(last, ast.Name):  # f(x).y
            self.visit(last, scope, (node, parents))
            return
        nodes = tuple(reversed(chain))
        names = tuple(n.attr if isinstance(n, ast.Attribute) else dotted(n) for n in nodes)
        self.found.references.append(Reference(names, nodes, scope))

    def _import(self, node: ast.Import, scope: Scope, _: Parents) -> None:
        statement = Statement(node, scope)
        self.found.statements.append(statement)
        for alias in node.names:
            if alias.asname is not None:  # import a.b as x
                scope.bind(alias.asname, Binding(alias.name, 0, None, False, statement))
            else:  # import a.b
                top = alias.name.split(".")[0]
                scope.bind(top, Binding(top, 0, None, True, statement))

    def _import_from(self, node: ast.ImportFrom, scope: Scope, _: Parents) -> None:
        statement = Statement(node, scope)
        self.found.statements.append(statement)
        for alias in node.names:
            if alias.name != "*":
                binding = Binding(node.module or "", node.level, alias.name, False, statement)
                scope.bind(alias.asname or alias.name, binding)

    def _new_scope(self, parent: Scope, is_class: bool = False) -> Scope:
        scope = Scope(parent, is_class)
        self.found.scopes.append(scope)
        return scope

    def _type_parameters(self, node: ast.AST, scope: Scope, parents: Parents) -> Scope:
        # def f[T: a.Base](x: T): ...   from Python 3.12 on
        parameters = getattr(node, "type_params", None)
        if not parameters:
            return scope
        inner = self._new_scope(scope)
        for parameter in parameters:
            inner.bind(parameter.name, None)
            self.inside(parameter, inner, parents)
        return inner

    def _parameters(self, node: ast.arguments, outer: Scope, inner: Scope, parents: Parents) -> None:
        for one in (*node.posonlyargs, *node.args, node.vararg, *node.kwonlyargs, node.kwarg):
            if one is not None:
                inner.bind(one.arg, None)
                self._annotation(one.annotation, outer, (one, parents))
        self.each([default for default in (*node.defaults, *node.kw_defaults) if default], outer, (node, parents))

    def _annotation(self, node: ast.expr | None, scope: Scope, parents: Parents) -> None:
        if node is not None:
            self.visit(node, scope, (ast.Expression(node), parents))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, parents: Parents) -> None:
        scope.bind(node.name, None)
        parents = (node, parents)
        self.each(node.decorator_list, scope, parents)
        outer = self._type_parameters(node, scope, parents)
        inner = self._new_scope(outer)
        self._parameters(node.args, outer, inner, parents)
        self._annotation(node.returns, outer, parents)
        self.each(node.body, inner, parents)

    def _lambda(self, node: ast.Lambda, scope: Scope, parents: Parents) -> None:
        outer = self._type_parameters(node, scope, (node, parents))  # of a `type` statement, as it is read
        inner = self._new_scope(outer)
        self._parameters(node.args, outer, inner, (node, parents))
        self.visit(node.body, inner, (node, parents))

    def _class(self, node: ast.ClassDef, scope: Scope, parents: Parents) -> None:
        scope.bind(node.name, None)
        parents = (node, parents)
        self.each(node.decorator_list, scope, parents)
        outer = self._type_parameters(node, scope, parents)
        self.each([*node.bases, *node.keywords], outer, parents)
        self.each(node.body, self._new_scope(outer, is_class=True), parents)

    def _ann_assign(self, node: ast.AnnAssign, scope: Scope, parents: Parents) -> None:
        parents = (node, parents)
        self.visit(node.target, scope, parents)
        self._annotation(node.annotation, scope, parents)
        if node.value is not None:
            self.visit(node.value, scope, parents)

    def _comprehension(self, node: Any, scope: Scope, parents: Parents) -> None:
        inner = self._new_scope(scope)
        parents = (node, parents)
        outer = scope
        for loop in node.generators:  # [... for x in <outer> if ... for y in <inner>]
            self.visit(loop.iter, outer, parents)
            self.visit(loop.target, inner, parents)
            self.each(loop.ifs, inner, parents)
            outer = inner
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.each(parts, inner, parents)

    def _global(self, node: ast.Global, scope: Scope, _: Parents) -> None:
        scope.elsewhere |= dict.fromkeys(node.names, self.found.top)

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope, _: Parents) -> None:
        scope.elsewhere |= {name: scope.parent.find(name) if scope.parent else None for name in node.names}

    def _named(self, node: Any, scope: Scope, parents: Parents) -> None:
        # except E as e   case x   case [*x]   case {**x}
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            scope.bind(name, None)
        self.inside(node, scope, parents)

    def _template(self, node: ast.JoinedStr, scope: Scope, parents: Parents) -> None:
        self.found.strings.append(Quoted(node, parents, scope))
        self.templates.append((node, scope, parents))

    def _constant(self, node: ast.Constant, scope: Scope, parents: Parents) -> None:
        if not isinstance(node.value, str | bytes):
            return
        quoted = Quoted(node, parents, scope)
        self.found.strings.append(quoted)
        if (
            isinstance(node.value, str)
            and "." in node.value
            and any(isinstance(around, ast.Expression) for around in quoted.around())
        ):
            self._quoted_code(node, scope, parents)

    def _quoted_code(self, node: ast.Constant, scope: Scope, parents: Parents) -> None:
        # x: "list[a.b.C]" is code: its names follow like any other
        start, end = self.text.span(node)
        plain = _PLAIN.fullmatch(self.text.source((start, end)))
        try:
            read = ast.parse(plain[1] if plain else "", mode="eval").body
        except (SyntaxError, ValueError):
            return
        for inner in ast.walk(read):
            if isinstance(inner, ast.expr):
                inner.col_offset += start + 1
                inner.end_col_offset = (inner.end_col_offset or 0) + start + 1
        self.visit(read, scope, parents)


_PLAIN = re.compile(r"""["']([^"'\\\n]+)["']""")


def _holes(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that an f-string is filled with, those of its format specs too; strings beside it are passed."""
    if isinstance(node, ast.FormattedValue):
        yield node.value
        yield from _holes(node.format_spec) if node.format_spec else ()
    elif isinstance(node, ast.JoinedStr | ast.Tuple):
        for part in node.values if isinstance(node, ast.JoinedStr) else node.elts:
            yield from _holes(part)


def _matters(hole: ast.expr, imported: frozenset[str]) -> bool:
    """Whether something in it could follow a move: an imported name, or a string."""
    return any(
        node.id in imported if isinstance(node, ast.Name) else isinstance(node, ast.JoinedStr | ast.Constant)
        for node in ast.walk(hole)
        if isinstance(node, ast.Name | ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    )
