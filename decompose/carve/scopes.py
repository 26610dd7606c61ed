"""Stage 7: a libcst tree -> what each name of it is bound to by imports, and where such names are used.

One walk over the meaningful nodes. libcst's own scope analysis answers more and takes six times as long, which a carve
that touches hundreds of files would feel.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

import libcst as cst

__all__ = [
    "Binding",
    "Reference",
    "Scan",
    "Scope",
    "Statement",
    "Surroundings",
    "children",
    "dotted",
    "meaningful",
    "scan",
    "scan_expression",
]


@dataclass(eq=False, slots=True)
class Statement:
    """An import statement: `node` is the small statement, `scope` where it binds."""

    node: cst.Import | cst.ImportFrom
    scope: "Scope"


@dataclass(frozen=True, slots=True)
class Binding:
    """`import a.b` binds "a" to target "a", plain; `import a.b as x` to "a.b"; `from ..a import b` to `name` of "a"."""

    target: str  # dotted, without the leading dots
    level: int  # leading dots
    name: str | None  # from-imports: the name taken
    plain: bool  # `import a.b.c` without alias
    statement: Statement


@dataclass(eq=False, slots=True)
class Scope:
    """`bindings` holds for each name its imports; None stands for a binding of any other kind."""

    parent: "Scope | None" = None
    is_class: bool = False
    bindings: dict[str, list[Binding | None]] = field(default_factory=dict)
    elsewhere: dict[str, "Scope | None"] = field(default_factory=dict)  # global and nonlocal names

    def bind(self, name: str, binding: Binding | None) -> None:
        scope = self.elsewhere.get(name) or self
        scope.bindings.setdefault(name, []).append(binding)

    def find(self, name: str) -> "Scope | None":
        """The scope that `name` means when read here, by Python's rules."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.elsewhere:
                return scope.elsewhere[name]
            if name in scope.bindings and (scope is self or not scope.is_class):
                return scope
            scope = scope.parent
        return None


@dataclass(eq=False, slots=True)
class Reference:
    """An attribute chain on a name: for `a.b.c`, names are "a", "b", "c", and nodes the expressions a, a.b, a.b.c."""

    names: tuple[str, ...]
    nodes: tuple[cst.BaseExpression, ...]
    scope: Scope


@dataclass(eq=False, slots=True)
class Surroundings:
    """Where a string stands: innermost first, the nodes around it."""

    node: cst.SimpleString | cst.FormattedString
    parents: tuple[cst.CSTNode, ...]
    scope: Scope


@dataclass(eq=False, slots=True)
class Scan:
    """All that one walk finds, in the order of the text. `top` is the module's own scope."""

    top: Scope = field(default_factory=Scope)
    statements: list[Statement] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    strings: list[Surroundings] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)

    def identifiers(self) -> frozenset[str]:
        """Every name bound or read anywhere in the file."""
        bound = {name for scope in self.scopes for name in scope.bindings}
        return frozenset(bound | {reference.names[0] for reference in self.references})

    def bound_by_other_than_import(self, name: str) -> bool:
        return any(None in scope.bindings.get(name, ()) for scope in self.scopes)


def dotted(node: cst.BaseExpression | None) -> str:
    """The name or attribute chain as text; "" for nothing."""
    if node is None:
        return ""
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The child nodes that carry meaning: no whitespace, no punctuation."""
    for name in meaningful(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from value


def scan(module: cst.Module) -> Scan:
    """Walk `module` once. A name is local to a function wherever it is bound in it, as in Python."""
    found = Scan()
    walker = _Walker(found)
    found.scopes.append(found.top)
    for statement in module.body:
        walker.visit(statement, found.top, ())
    return found


def scan_expression(node: cst.BaseExpression, scope: Scope) -> list[Reference]:
    """The references of one expression that is read in `scope`, such as an annotation written as a string."""
    found = Scan(top=scope)
    _Walker(found).visit(node, scope, ())
    return found.references


# Fields of libcst's nodes that hold layout and punctuation.
_LAYOUT = re.compile(
    r"whitespace_?\w*|leading_lines|lines_after_decorators|trailing_whitespace|header|footer|indent|first_line|encoding|"
    r"[lr](par|bracket|brace)|comma|(first_|second_)?(semi)?colon|equal|operator|dot|relative|star|slash|separator|"
    r"asynchronous|posonly_ind|has_trailing_newline|default_(indent|newline)"
)


@cache
def meaningful(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a kind of node that can hold names, statements or expressions."""
    return tuple(f.name for f in fields(kind) if not _LAYOUT.fullmatch(f.name))


class _Walker:
    """State lives across calls only in what is found; one method for each shape that binds or scopes."""

    def __init__(self, found: Scan) -> None:
        self.found = found
        self.shapes: Mapping[type[cst.CSTNode], Callable[[Any, Scope, tuple[cst.CSTNode, ...]], None]] = {
            cst.Name: self._name,
            cst.Attribute: self._attribute,
            cst.Import: self._import,
            cst.ImportFrom: self._import_from,
            cst.FunctionDef: self._function,
            cst.Lambda: self._lambda,
            cst.ClassDef: self._class,
            cst.AssignTarget: self._assign_target,
            cst.AnnAssign: self._ann_assign,
            cst.For: self._for,
            cst.AsName: self._as_name,
            cst.NamedExpr: self._named_expr,
            cst.ListComp: self._comprehension,
            cst.SetComp: self._comprehension,
            cst.GeneratorExp: self._comprehension,
            cst.DictComp: self._comprehension,
            cst.Global: self._global,
            cst.Nonlocal: self._nonlocal,
            cst.Arg: self._arg,
            cst.SimpleString: self._string,
            cst.FormattedString: self._string,
            cst.MatchAs: self._match,
            cst.MatchStar: self._match,
            cst.MatchMapping: self._match,
        }

    def visit(self, node: cst.CSTNode, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        shape = self.shapes.get(type(node))
        if shape is not None:
            shape(node, scope, parents)
        else:
            self.inside(node, scope, parents)

    def inside(self, node: cst.CSTNode, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        parents = (node, *parents[:5])
        for child in children(node):
            self.visit(child, scope, parents)

    def bind_target(self, node: cst.CSTNode, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        # x = ...   x, (y, *z) = ...   a.b = ...   a[i] = ...
        if isinstance(node, cst.Name):
            scope.bind(node.value, None)
        elif isinstance(node, (cst.Tuple, cst.List)):
            for element in node.elements:
                self.bind_target(element.value, scope, parents)
        elif isinstance(node, cst.StarredElement):
            self.bind_target(node.value, scope, parents)
        else:
            self.visit(node, scope, parents)

    def _name(self, node: cst.Name, scope: Scope, _: tuple[cst.CSTNode, ...]) -> None:
        self.found.references.append(Reference((node.value,), (node,), scope))

    def _attribute(self, node: cst.Attribute, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        chain: list[cst.BaseExpression] = [node]
        while isinstance(chain[-1], cst.Attribute):
            chain.append(chain[-1].value)
        if not isinstance(chain[-1], cst.Name):  # f(x).y
            self.visit(chain[-1], scope, (node, *parents[:5]))
            return
        nodes = tuple(reversed(chain))
        names = tuple(n.attr.value if isinstance(n, cst.Attribute) else dotted(n) for n in nodes)
        self.found.references.append(Reference(names, nodes, scope))

    def _import(self, node: cst.Import, scope: Scope, _: tuple[cst.CSTNode, ...]) -> None:
        statement = Statement(node, scope)
        self.found.statements.append(statement)
        for alias in node.names:
            target = dotted(alias.name)
            if alias.asname is not None:  # import a.b as x
                scope.bind(dotted(_as(alias)), Binding(target, 0, None, False, statement))
            else:  # import a.b
                top = target.split(".")[0]
                scope.bind(top, Binding(top, 0, None, True, statement))

    def _import_from(self, node: cst.ImportFrom, scope: Scope, _: tuple[cst.CSTNode, ...]) -> None:
        statement = Statement(node, scope)
        self.found.statements.append(statement)
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            name = dotted(alias.name)
            bound = dotted(_as(alias)) if alias.asname else name
            scope.bind(bound, Binding(dotted(node.module), len(node.relative), name, False, statement))

    def _new_scope(self, parent: Scope, is_class: bool = False) -> Scope:
        scope = Scope(parent, is_class)
        self.found.scopes.append(scope)
        return scope

    def _parameters(self, node: cst.Parameters, outer: Scope, inner: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        stars = [p for p in (node.star_arg, node.star_kwarg) if isinstance(p, cst.Param)]
        for param in (*node.posonly_params, *node.params, *node.kwonly_params, *stars):
            inner.bind(param.name.value, None)
            for part in (param.annotation, param.default):
                if part is not None:
                    self.visit(part, outer, (param, *parents[:5]))

    def _function(self, node: cst.FunctionDef, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        scope.bind(node.name.value, None)
        parents = (node, *parents[:5])
        for decorator in node.decorators:
            self.visit(decorator, scope, parents)
        inner = self._new_scope(scope)
        self._parameters(node.params, scope, inner, parents)
        if node.returns is not None:
            self.visit(node.returns, scope, parents)
        self.visit(node.body, inner, parents)

    def _lambda(self, node: cst.Lambda, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        inner = self._new_scope(scope)
        self._parameters(node.params, scope, inner, (node, *parents[:5]))
        self.visit(node.body, inner, (node, *parents[:5]))

    def _class(self, node: cst.ClassDef, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        scope.bind(node.name.value, None)
        parents = (node, *parents[:5])
        for part in (*node.decorators, *node.bases, *node.keywords):
            self.visit(part, scope, parents)
        self.visit(node.body, self._new_scope(scope, is_class=True), parents)

    def _assign_target(self, node: cst.AssignTarget, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        self.bind_target(node.target, scope, (node, *parents[:5]))

    def _ann_assign(self, node: cst.AnnAssign, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        parents = (node, *parents[:5])
        self.bind_target(node.target, scope, parents)
        self.visit(node.annotation, scope, parents)
        if node.value is not None:
            self.visit(node.value, scope, parents)

    def _for(self, node: cst.For, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        parents = (node, *parents[:5])
        self.bind_target(node.target, scope, parents)
        for part in (node.iter, node.body, node.orelse):
            if part is not None:
                self.visit(part, scope, parents)

    def _as_name(self, node: cst.AsName, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        self.bind_target(node.name, scope, parents)  # with x as y, except E as e

    def _named_expr(self, node: cst.NamedExpr, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        self.bind_target(node.target, scope, parents)
        self.visit(node.value, scope, parents)

    def _comprehension(
        self, node: cst.BaseSimpleComp | cst.DictComp, scope: Scope, parents: tuple[cst.CSTNode, ...]
    ) -> None:
        inner = self._new_scope(scope)
        parents = (node, *parents[:5])
        loop: cst.CompFor | None = node.for_in
        outer = scope
        while loop is not None:  # [... for x in <outer> if ... for y in <inner>]
            self.visit(loop.iter, outer, parents)
            self.bind_target(loop.target, inner, parents)
            for condition in loop.ifs:
                self.visit(condition, inner, parents)
            loop, outer = loop.inner_for_in, inner
        parts = (node.key, node.value) if isinstance(node, cst.DictComp) else (node.elt,)
        for part in parts:
            self.visit(part, inner, parents)

    def _global(self, node: cst.Global, scope: Scope, _: tuple[cst.CSTNode, ...]) -> None:
        for item in node.names:
            scope.elsewhere[item.name.value] = self.found.top

    def _nonlocal(self, node: cst.Nonlocal, scope: Scope, _: tuple[cst.CSTNode, ...]) -> None:
        for item in node.names:
            scope.elsewhere[item.name.value] = scope.parent.find(item.name.value) if scope.parent else None

    def _arg(self, node: cst.Arg, scope: Scope, parents: tuple[cst.CSTNode, ...]) -> None:
        self.visit(node.value, scope, (node, *parents[:5]))  # the keyword is no reference

    def _string(
        self, node: cst.SimpleString | cst.FormattedString, scope: Scope, parents: tuple[cst.CSTNode, ...]
    ) -> None:
        self.found.strings.append(Surroundings(node, parents, scope))
        if isinstance(node, cst.FormattedString):
            self.inside(node, scope, parents)

    def _match(
        self,
        node: cst.MatchAs | cst.MatchStar | cst.MatchMapping,
        scope: Scope,
        parents: tuple[cst.CSTNode, ...],
    ) -> None:
        name = node.rest if isinstance(node, cst.MatchMapping) else node.name
        if name is not None:
            scope.bind(name.value, None)
        for child in children(node):
            if child is not name:
                self.visit(child, scope, parents)


def _as(alias: cst.ImportAlias) -> cst.BaseExpression | None:
    return alias.asname.name if alias.asname is not None else None
