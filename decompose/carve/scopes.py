"""Stage 7: what one file's names mean: its scopes, what imports bind in them, and where such names are used."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Binding", "Parents", "Quoted", "Reference", "Scan", "Scope", "Statement", "dotted"]

Parents = tuple[ast.AST, "Parents"] | None
"""The nodes around a node, innermost first. An `ast.Expression` among them stands for an annotation."""


@dataclass(eq=False, slots=True)
class Statement:
    """An import statement, and the scope that it binds names in."""

    node: ast.Import | ast.ImportFrom
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
    nodes: tuple[ast.expr, ...]
    scope: Scope


@dataclass(eq=False, slots=True)
class Quoted:
    """A string as the tree has it: it may be written in several parts, and with expressions inside."""

    node: ast.Constant | ast.JoinedStr
    parents: Parents
    scope: Scope

    def around(self) -> Iterator[ast.AST]:
        """The nodes around it, innermost first."""
        rest = self.parents
        while rest is not None:
            node, rest = rest
            yield node


@dataclass(eq=False, slots=True)
class Scan:
    """All that one walk finds. `top` is the module's own scope."""

    top: Scope = field(default_factory=Scope)
    statements: list[Statement] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    strings: list[Quoted] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)

    def imported(self) -> frozenset[str]:
        """The names that an import binds anywhere in the file."""
        return frozenset(name for scope in self.scopes for name, found in scope.bindings.items() if any(found))

    def identifiers(self) -> frozenset[str]:
        """Every name bound or read anywhere in the file."""
        bound = {name for scope in self.scopes for name in scope.bindings}
        return frozenset(bound | {reference.names[0] for reference in self.references})

    def has_star(self) -> bool:
        """Whether `from x import *` stands anywhere in it."""
        return any(alias.name == "*" for statement in self.statements for alias in statement.node.names)


def dotted(node: ast.AST | None) -> str:
    """The name or attribute chain as text; "" for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
