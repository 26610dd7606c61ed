"""Stage 1, whole project: FileCode of every module -> Program, its scopes, classes and functions, not yet evaluated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..model.facts import ModuleKind
from ..model.names import Module
from .backward import Backward
from .code import Attr, Call, Class, Const, FileCode, For, Function, If, Stmt, Try, While, With, within
from .types import Cell, Type, Types

__all__ = ["ClassInfo", "Fn", "Program", "Scope", "Source", "link", "settle"]


class Source(NamedTuple):
    """One file to analyse: where it stands (`root` is the folder that imports start from), and what it says."""

    module: Module
    dotted: str
    root: str
    path: str
    is_package: bool
    kind: ModuleKind
    code: FileCode
    library: bool = False  # describes a dependency; it is no part of the project
    backward: Backward = Backward()


class Scope:
    """A module's names."""

    __slots__ = ("body", "cells", "functions", "source", "stars")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.cells: dict[str, Cell] = {}
        self.stars: list[Scope] = []
        self.body = source.code.body
        self.functions: list[Fn] = []

    def __repr__(self) -> str:
        return f"<module {self.source.dotted}>"

    @property
    def package(self) -> str:
        return self.source.dotted if self.source.is_package else self.source.dotted.rpartition(".")[0]

    def cell(self, name: str) -> Cell:
        found = self.cells.get(name)
        if found is None:
            found = self.cells[name] = Cell()
        return found


class ClassInfo:
    """A class of the project. `bases` are ClassInfo or dotted names of libraries, known once its module is evaluated:
    `inherit` adds one.

    `mapped` is what the way of touching tables that claims it has noted (None: no table's class).
    """

    __slots__ = (
        "attributes",
        "bases",
        "children",
        "depth",
        "given",
        "heirs",
        "inner",
        "lookups",
        "mapped",
        "methods",
        "name",
        "node",
        "outer",
        "scope",
        "type",
        "value",
    )

    def __init__(self, node: Class, scope: Scope, name: str, outer: "ClassInfo | None" = None) -> None:
        self.node, self.scope, self.name, self.outer = node, scope, name, outer
        self.bases: list[ClassInfo | str] = []
        self.heirs: list[ClassInfo] = []  # that inherit from it, in the order in which that is found
        self.children: list[ClassInfo] = []  # the same, in the order of the program
        self.attributes: dict[str, Cell] = {}
        self.given: dict[str, dict[int, Types]] = {}  # of a dataclass: by field and place, the rows that it is given
        self.methods: dict[str, Fn] = {}
        self.inner: dict[str, ClassInfo] = {}
        self.mapped: Any = None
        self.lookups: dict[str, Any] = {}
        self.type = Type("instance", self)
        self.value = Type("class", self)

    def __repr__(self) -> str:
        return f"<class {self.scope.source.dotted}:{self.name}>"

    def cell(self, name: str) -> Cell:
        found = self.attributes.get(name)
        if found is None:
            found = self.attributes[name] = Cell()
        return found

    def has(self, name: str) -> bool:
        """Does its own body, or an assignment to it or its instances, give it the attribute?"""
        return name in self.methods or name in self.attributes or name in self.inner

    def line(self) -> "list[ClassInfo]":
        """The class and all above it in the order in which Python looks, also where that order is contradictory."""
        found: list[ClassInfo] | None = self.lookups.get("line")
        if found is None:
            found = self.lookups["line"] = _merged(self, (), {})
        return found

    def inherit(self, base: "ClassInfo | str") -> None:
        """One base more: what followed from the bases of the class, and of all below it, is no longer so."""
        self.bases.append(base)
        if isinstance(base, ClassInfo):
            base.heirs.append(self)
        waiting, changed = [self], {self}
        while waiting:
            one = waiting.pop()
            for name in ("line", "externals"):
                one.lookups.pop(name, None)
            waiting += [heir for heir in one.heirs if heir not in changed]
            changed.update(one.heirs)

    def below(self) -> "list[ClassInfo]":
        """All classes that inherit from it, nearest first."""
        found: dict[ClassInfo, None] = {}
        pending = list(self.children)
        while pending:
            child = pending.pop(0)
            if child not in found and child is not self:
                found[child] = None
                pending.extend(child.children)
        return list(found)

    def externals(self) -> list[str]:
        """The dotted names of the library classes that it inherits from, nearest first."""
        found: list[str] | None = self.lookups.get("externals")
        if found is None:
            found = [base for one in self.line() for base in one.bases if isinstance(base, str)]
            self.lookups["externals"] = found
        return found


def settle(classes: Sequence[ClassInfo]) -> None:
    """Work out the lines of `classes` whose bases are known, bases first, so that each is merged once."""
    children: dict[ClassInfo, list[ClassInfo]] = {}
    missing: dict[ClassInfo, int] = {}
    for info in classes:
        bases = dict.fromkeys(base for base in info.bases if isinstance(base, ClassInfo) and base is not info)
        missing[info] = len(bases)
        for base in bases:
            children.setdefault(base, []).append(info)
    waiting = [info for info in classes if not missing[info]]
    while waiting:  # what goes in a circle, or inherits from that, never gets here
        info = waiting.pop()
        info.line()
        for child in children.get(info, ()):
            missing[child] -= 1
            if not missing[child]:
                waiting.append(child)


def _merged(info: ClassInfo, above: tuple[ClassInfo, ...], known: dict[ClassInfo, list[ClassInfo]]) -> list[ClassInfo]:
    """C3 linearisation; a circle ends where it is entered again, a contradiction is settled by order.

    `known` holds what was found on the way: without it many bases that meet again take exponential time.
    """
    if info in known:
        return known[info]
    alone = info.lookups.get("line")
    if alone is not None and not any(one in above for one in alone):
        return list[ClassInfo](alone)
    bases = [base for base in info.bases if isinstance(base, ClassInfo) and base not in above and base is not info]
    lines = [_merged(base, (*above, info), known) for base in bases]
    if len(lines) == 1:
        known[info] = [info, *lines[0]]
        return known[info]
    found, lists = [info], [line for line in [*lines, bases] if line]
    while lists:
        tails = {one for line in lists for one in line[1:]}
        head = next((line[0] for line in lists if line[0] not in tails), lists[0][0])
        found.append(head)
        lists = [kept for line in lists if (kept := [one for one in line if one is not head])]
    known[info] = found
    return found


_NONE = frozenset[str]()


class Fn:
    """A function of the project, or a lambda (`node.name` is "<lambda>")."""

    __slots__ = (
        "_optional", "_parts", "allowed", "asked", "decides", "declared", "filled", "given", "marks", "name", "named",
        "node", "outer", "owner", "positional", "rest", "scope", "special", "unit",
    )  # fmt: skip

    def __init__(self, node: Function, scope: Scope, name: str, owner: ClassInfo | None) -> None:
        self.node, self.scope, self.name, self.owner = node, scope, name, owner
        self.outer: Any = None  # the unit that it is nested in
        self.unit: Any = None
        self.special: dict[Any, Any] = {}
        self.declared: Any = None
        self.allowed: dict[str, Any] = {}  # what annotations of its parameters allow
        self.asked = self.given = _NONE  # the parameters for whose want it does more; those that some caller gives it
        self.decides: Any = None  # the parameters that decide what is added to a query
        self.filled = False  # a property that keeps its value, which others give to it
        self.marks = _marks(node)
        self.named = {param.name: param for param in node.params}
        self.positional = [param for param in node.params if param.kind in ("", "/")]
        self.rest = next((param for param in node.params if param.kind == "*"), None)
        self._optional: frozenset[str] | None = None
        self._parts: list[Any] = []

    def __repr__(self) -> str:
        return f"<function {self.scope.source.dotted}:{self.name}>"

    @property
    def parts(self) -> list[Any]:
        """Its body and all that is within it."""
        self._parts = self._parts or within(self.node.body)
        return self._parts

    @property
    def optional(self) -> frozenset[str]:
        """The parameters that are None unless a caller gives them."""
        if self._optional is None:
            self._optional = frozenset([one.name for one in self.node.params if one.default == Const(None)]) or _NONE
        return self._optional

    @property
    def keeps(self) -> bool:
        """Is it a property that is worked out once for each object?"""
        return any(name in _KEEPING for name in _decorated(self.node))


@dataclass(slots=True)
class Program:
    """The whole project: scopes by dotted name (a list, because two roots may hold one name), classes, functions."""

    scopes: list[Scope]
    named: Mapping[str, list[Scope]]
    classes: list[ClassInfo]
    by_node: dict[int, "ClassInfo | Fn"]

    def find(self, dotted: str, near: str = "") -> Scope | None:
        """The module called `dotted`, as code below root `near` imports it."""
        found = self.named.get(dotted)
        if not found:
            return None
        return next((scope for scope in found if scope.source.root == near), found[0]) if len(found) > 1 else found[0]


def link(sources: Iterable[Source]) -> Program:
    """Collect every scope, class and function; nothing is resolved yet."""
    program = Program([], {}, [], {})
    named: dict[str, list[Scope]] = {}
    for source in sources:
        scope = Scope(source)
        program.scopes.append(scope)
        named.setdefault(source.dotted, []).append(scope)
        _collect(source.code.body, scope, program, "", None)
    program.named = named
    return program


def _collect(body: Iterable[Stmt], scope: Scope, program: Program, path: str, owner: ClassInfo | None) -> None:
    for node in _definitions(body):
        name = f"{path}{node.name}"
        if isinstance(node, Class):
            info = ClassInfo(node, scope, name, owner)
            program.classes.append(info)
            program.by_node[id(node)] = info
            if owner is not None:
                owner.inner[node.name] = info
            _collect(node.body, scope, program, f"{name}.", info)
        else:
            fn = Fn(node, scope, name, owner)
            program.by_node[id(node)] = fn
            scope.functions.append(fn)
            if owner is not None and _sets(node) and node.name in owner.methods:
                fn.name += f".{_sets(node)}"  # of `@property x` and `@x.setter x` the getter is what `x` calls
            elif owner is not None:
                owner.methods[node.name] = fn
            _collect(node.body, scope, program, f"{name}.<locals>.", None)


def _sets(node: Function) -> str:
    # @total.setter      @total.deleter
    names = (getattr(decorator, "name", "") for decorator in node.decorators)
    return next((name for name in names if name in ("setter", "deleter")), "")


def _definitions(body: Iterable[Stmt]) -> Iterator[Class | Function]:
    for node in body:
        if isinstance(node, Class | Function):
            yield node
        elif isinstance(node, If):
            yield from _definitions(node.body)
            yield from _definitions(node.orelse)
        elif isinstance(node, Try):
            yield from _definitions(node.body)
            for handler in node.handlers:
                yield from _definitions(handler.body)
            yield from _definitions(node.final)
        elif isinstance(node, With | For | While):
            yield from _definitions(node.body)


def _marks(node: Function) -> tuple[str, ...]:
    """ "property", "classmethod", "staticmethod", "contextmanager" of a function's decorators."""
    return tuple(_MARKS[name] for name in _decorated(node) if name in _MARKS)


def _decorated(node: Function) -> Iterator[str]:
    """The last words of its decorators: functools.cached_property"""
    for decorator in node.decorators:
        func = decorator.func if isinstance(decorator, Call) else decorator
        name = func.name if isinstance(func, Attr) else func
        if isinstance(name, str):
            yield name


_KEEPING = frozenset({"cached_property", "cachedproperty", "reify"})


_MARKS = {
    "property": "property",
    "cached_property": "property",
    "cachedproperty": "property",
    "hybrid_property": "property",
    "reify": "property",
    "classproperty": "property",
    "classmethod": "classmethod",
    "staticmethod": "staticmethod",
    "contextmanager": "contextmanager",
    "asynccontextmanager": "contextmanager",
}
