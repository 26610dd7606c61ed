"""Stage 1, whole project: Program -> what every name may be, to a fixpoint, and what happens at every line.

Each module body and each function is a unit. A unit is evaluated again when a cell that it has read grows. What a
library does is not known here: `Library` values say it, and hear of every call and attribute that concerns them.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from ..model.facts import Op, Via
from . import code
from .code import Attr, Call, Class, Const, Expr, Function, Stmt
from .program import ClassInfo, Fn, Program, Scope
from .types import NONE, Cell, Type, Types, contain, each, join

__all__ = ["Draft", "Effect", "Library", "Machine", "Site", "Span", "Unit"]


class Effect(NamedTuple):
    """What a line does to the tables of a class, or to a table known by its name."""

    target: Any  # ClassInfo or the table's name
    op: Op
    via: Via
    line: int


@dataclass(slots=True)
class Draft:
    """A query as far as its chain of calls has been read; columns are (class or table name, column)."""

    line: int
    via: Via
    in_loop: bool
    per_item: bool
    targets: dict[Any, None] = field(default_factory=dict)
    joined: dict[tuple[Any, str], None] = field(default_factory=dict)
    filtered: dict[tuple[Any, str], None] = field(default_factory=dict)
    ordered: dict[tuple[Any, str], None] = field(default_factory=dict)
    aggregates: bool = False
    prefetched: dict[Any, None] = field(default_factory=dict)  # fetched by queries that follow

    def continues(self, other: "Draft | None") -> None:
        """`late = Order.objects.filter(...)`, then `late.filter(...)`: what the first says, the second says too."""
        if other is not None:
            self.targets |= other.targets
            self.joined |= other.joined
            self.filtered |= other.filtered
            self.ordered |= other.ordered
            self.prefetched |= other.prefetched
            self.aggregates = self.aggregates or other.aggregates


class Span(NamedTuple):
    """A stretch of lines that commits at once."""

    kind: str
    line: int
    end_line: int


class Unit:
    """One evaluation of a module body or function; `receiver` is the Type of `self`, where it has one."""

    __slots__ = (
        "borrowed", "bulk", "calls", "commits", "decorators", "deferred", "effects", "env", "fn", "label", "nested",
        "params", "parent", "queries", "queued", "receiver", "repeated", "returns", "scope", "spans", "unknown",
    )  # fmt: skip

    def __init__(self, scope: Scope, fn: Fn | None, parent: "Unit | None", receiver: Type | None) -> None:
        self.scope, self.fn, self.parent, self.receiver = scope, fn, parent, receiver
        self.env: dict[str, Types] = {}
        self.params: dict[str, Cell] = {}
        self.returns = Cell()
        self.effects: dict[Effect, tuple[int, bool]] = {}  # -> doubt, in a loop
        self.repeated: dict[Effect, int] = {}  # -> the first line of the innermost loop over rows around it
        self.bulk: dict[Effect, None] = {}  # writes of many rows by one statement, which no signal follows
        self.calls: dict[tuple[Unit, int], int] = {}  # -> the first line of the loop over rows around it, or 0
        self.queries: dict[int, Draft] = {}
        self.spans: dict[Span, None] = {}
        self.commits: dict[int, str] = {}
        self.deferred: dict[int, None] = {}  # lines whose calls wait until the transaction has committed
        self.unknown: dict[tuple[str, int, str], None] = {}
        self.nested: list[Unit] = []
        self.borrowed: dict[tuple[Unit, int], tuple[int, bool]] = {}  # what libraries do for a line -> doubt, in a loop
        self.decorators: list[Unit] = []
        self.label = fn.name if fn else ""
        self.queued = False

    @property
    def name(self) -> str:
        return self.label


class Site(NamedTuple):
    """One call as it stands: the node, and the types of its arguments in their order."""

    node: Call
    args: tuple[Types, ...]
    keywords: dict[str, Types]
    line: int

    def arg(self, position: int, keyword: str = "") -> Types:
        if position < len(self.args):
            return self.args[position]
        return self.keywords.get(keyword, NONE)

    def all(self) -> Iterator[Types]:
        yield from self.args
        yield from self.keywords.values()


AttributeHook: TypeAlias = Callable[["Machine", Type, str, int], Types | None]
CallHook: TypeAlias = Callable[["Machine", Type, Site], Types | None]
MethodHook: TypeAlias = Callable[["Machine", Type, str, Site], Types | None]
IterateHook: TypeAlias = Callable[["Machine", Type, int], Types]
SetHook: TypeAlias = Callable[["Machine", Type, str, Types, int], None]


@dataclass(frozen=True, slots=True)
class Library:
    """What a library does with values: each hook answers None where it has nothing to say.

    `roots` are the top-level names whose values are worth following. `attributes`, `methods` and `iterate` are by kind
    of Type; `calls` answers for every call of a name of the library; `inherited` for an attribute that a class of
    the project has from a base outside it; `mapped` for instances and classes that `ClassInfo.mapped` marks.
    """

    name: str
    roots: frozenset[str] = frozenset()
    attributes: Mapping[str, AttributeHook] = field(default_factory=dict)
    methods: Mapping[str, MethodHook] = field(default_factory=dict)
    iterate: Mapping[str, IterateHook] = field(default_factory=dict)
    calls: CallHook | None = None
    inherited: AttributeHook | None = None
    mapped: AttributeHook | None = None
    assigned: SetHook | None = None
    created: CallHook | None = None


_LIMIT = 40  # evaluations of one unit; reached only where types keep growing
_SPECIAL = 96  # kinds of arguments for which one function is evaluated apart
_OVERRIDES = 12  # subclasses whose overrides are followed


class Machine:
    """Evaluates units until nothing changes any more."""

    def __init__(self, program: Program, libraries: Sequence[Library], inventory: Any) -> None:
        self.program, self.libraries, self.inventory = program, libraries, inventory
        self.roots = frozenset().union(*(library.roots for library in libraries))
        self.attributes = {kind: hook for library in libraries for kind, hook in library.attributes.items()}
        self.methods: dict[str, list[MethodHook]] = {}
        for library in libraries:
            for kind, hook in library.methods.items():
                self.methods.setdefault(kind, []).append(hook)
        self.iterators = {kind: hook for library in libraries for kind, hook in library.iterate.items()}
        self.calls = [library.calls for library in libraries if library.calls]
        self.mapped = {library.name: library.mapped for library in libraries if library.mapped}
        self.inherited = [library.inherited for library in libraries if library.inherited]
        self.loose: dict[tuple[str, str], Cell] = {}
        self.missed: dict[str, dict[Unit, None]] = {}
        self.queue: deque[Unit] = deque()
        self.counts: dict[Unit, int] = {}
        self.units: dict[Unit, None] = {}
        self.module_units: dict[Scope, Unit] = {}
        self.lines: dict[ClassInfo, list[ClassInfo]] = {}
        self.belows: dict[ClassInfo, list[ClassInfo]] = {}
        self.families: dict[str, list[ClassInfo]] = {}
        self.whole = False  # function bodies too
        # where evaluation stands
        self.unit: Unit = None  # type: ignore[assignment]  # set before anything is evaluated
        self.klass: ClassInfo | None = None
        self.loops = 0
        self.heads: list[int] = []  # the first lines of the loops over rows around the current one
        self.drafts: dict[int, Draft] = {}
        self.named_drafts: dict[str, Draft] = {}
        self.factories: dict[Any, ClassInfo] = {}

    # -- the worklist ------------------------------------------------------------------------------------------

    def modules(self) -> None:
        """Evaluate the bodies of modules and classes alone: enough to know bases and what is declared."""
        for scope in self.program.scopes:
            self.module_units[scope] = self.add(Unit(scope, None, None, None))
        self.drain()
        self.adopt()

    def again(self) -> None:
        """Evaluate module bodies once more: more is known of what they load by name."""
        for info in self.program.classes:
            info.settle(False)
        for unit in list(self.units):
            self.push(unit)
        self.drain()
        self.adopt()

    def adopt(self) -> None:
        """Every class knows its children, and may keep what follows from its bases."""
        for info in self.program.classes:
            for base in info.bases:
                if isinstance(base, ClassInfo) and info not in base.children:
                    base.children.append(info)
        for info in self.program.classes:
            info.settle(True)

    def everything(self) -> None:
        """Evaluate all, function bodies included, to the fixpoint."""
        self.whole = True
        self.lines.clear()
        self.belows.clear()
        for info in self.program.classes:
            for name in info.methods:
                self.families.setdefault(name, []).append(info)
        for unit in list(self.units):
            self.push(unit)
        for scope in self.program.scopes:
            for fn in () if scope.source.code.outline or scope.source.library else scope.functions:
                if "<locals>" not in fn.name:
                    self.unit_of(fn)
        self.drain()
        self.enter_frameworks()
        self.drain()

    def enter_frameworks(self) -> None:
        """What a framework calls on a class of the project by itself is charged to the line that declares the class."""
        for info in self.program.classes:
            if info.scope.source.library or info.scope.source.code.outline:
                continue
            for above in self.line_of(info):
                fn = above.methods.get("_enter")
                if fn is not None and fn.scope.source.library:
                    unit = Unit(info.scope, None, None, None)
                    unit.label = info.name
                    unit.borrowed[self.library_unit(fn, info.type, ()), info.node.line] = (0, False)
                    self.units[unit] = None
                    break

    def add(self, unit: Unit) -> Unit:
        self.units[unit] = None
        self.push(unit)
        return unit

    def push(self, unit: Unit) -> None:
        if not unit.queued:
            unit.queued = True
            self.queue.append(unit)

    def drain(self) -> None:
        while self.queue:
            unit = self.queue.popleft()
            unit.queued = False
            count = self.counts[unit] = self.counts.get(unit, 0) + 1
            if count <= _LIMIT:
                self.evaluate(unit)

    def unit_of(self, fn: Fn, parent: Unit | None = None) -> Unit:
        if fn.unit is None:
            fn.unit = self.make_unit(fn, parent)
        found: Unit = fn.unit
        return found

    def make_unit(self, fn: Fn, parent: Unit | None, receiver: Type | None = None) -> Unit:
        owner = fn.owner
        if receiver is not None and "classmethod" in marks(fn) and receiver.kind == "instance":
            receiver = receiver.of.value
        if owner is not None and receiver is None and "staticmethod" not in marks(fn):
            receiver = owner.value if "classmethod" in marks(fn) or fn.node.name in _ON_CLASS else owner.type
        unit = Unit(fn.scope, fn, parent, receiver)
        for param in fn.node.params:
            unit.params[param.name] = Cell()
        if parent is not None:
            parent.nested.append(unit)
        if self.whole and not fn.scope.source.code.outline:
            self.add(unit)
        return unit

    def read(self, cell: Cell) -> Types:
        cell.readers[self.unit] = None
        return cell.types

    def write(self, cell: Cell, types: Types) -> None:
        new = join(cell.types, types)
        if new is not cell.types:
            cell.types = new
            for unit in cell.readers:
                self.push(unit)

    def evaluate(self, unit: Unit) -> None:
        self.unit, self.klass, self.loops, self.heads = unit, None, 0, []
        self.drafts, self.named_drafts = {}, {}
        for noted in (
            unit.effects, unit.repeated, unit.bulk, unit.calls, unit.queries, unit.spans, unit.commits, unit.deferred,
            unit.unknown, unit.borrowed,
        ):  # fmt: skip
            noted.clear()
        try:
            if unit.fn is None:
                self.block(unit.scope.body)
            else:
                self.enter(unit)
        except RecursionError:
            unit.unknown["too_deep", unit.fn.node.line if unit.fn else 0, unit.name] = None

    def enter(self, unit: Unit) -> None:
        fn = unit.fn
        assert fn is not None
        before = {name: len(types) for name, types in unit.env.items()}
        for number, param in enumerate(fn.node.params):
            unit.env[param.name] = join(unit.env.get(param.name, NONE), self.param(unit, param, number))
        for decorator in fn.node.decorators:
            self.decorated(decorator, fn)
        self.block(fn.node.body)
        if any(len(types) != before.get(name, 0) for name, types in unit.env.items()):
            for nested in unit.nested:
                self.push(nested)

    def param(self, unit: Unit, param: code.Param, number: int) -> Types:
        if number == 0 and unit.receiver is not None:
            return (unit.receiver,)
        types = self.annotated(param.annotation) if param.annotation is not None else NONE
        if param.kind == "*":
            return contain("list", types)
        if param.kind == "**":
            return NONE
        if not types:
            types = self.read(unit.params[param.name])
            if param.default is not None:
                types = join(types, tuple([one for one in self.eval(param.default) if one.kind != "text"]))
        return types or self.guessed(param.name)

    def guessed(self, name: str) -> Types:
        """What an unannotated parameter may be, by its name alone."""
        found: Types = self.inventory.by_name(name)
        return found

    def decorated(self, decorator: Expr, fn: Fn) -> None:
        """A decorator runs around the function, and may open a transaction for all of it."""
        called = decorator.func if isinstance(decorator, Call) else decorator
        for one in self.eval(called):
            self.scope_opened(one, fn.node.line, fn.node.end_line)
            if one.kind == "function" and self.whole and not one.of.scope.source.library:
                wrapping = self.unit_of(one.of)
                self.unit.calls.setdefault((wrapping, fn.node.line), 0)
                if wrapping not in self.unit.decorators:
                    self.unit.decorators.append(wrapping)

    def scope_opened(self, one: Type, line: int, end_line: int) -> None:
        if kind := self.inventory.transaction_kind(one):
            self.unit.spans[Span(kind, line, end_line)] = None

    # -- statements --------------------------------------------------------------------------------------------

    def block(self, body: Iterable[Stmt]) -> None:
        for node in body:
            _STATEMENTS[type(node)](self, node)

    def looped(self, body: Iterable[Stmt], heads: Sequence[int] = ()) -> None:
        self.loops += 1
        self.heads.extend(heads)
        self.block(body)
        self.loops -= 1
        del self.heads[len(self.heads) - len(heads) :]

    def do(self, node: code.Do) -> None:
        self.eval(node.value)

    def assign_statement(self, node: code.Assign) -> None:
        types = NONE if node.value is None else self.eval(node.value)
        if node.annotation is not None:
            types = self.annotated(node.annotation) or types
        draft = self.drafts.get(id(node.value))
        for target in node.targets:
            if draft is not None and isinstance(target, str):
                self.named_drafts[target] = draft
            if node.augmented and isinstance(target, str) and any(one.kind == "text" for one in types):
                continue  # pieces of text: not followed over statements
            self.assign(target, types, node.line)

    def assign(self, target: Expr, types: Types, line: int) -> None:
        if isinstance(target, str):
            self.bind(target, types)
        elif isinstance(target, Attr):
            self.assign_attribute(target, types)
        elif isinstance(target, code.Item):
            self.eval(target.base)
            key = self.eval(target.key)
            self.grow(target.base, contain("dict", types, _constant(key)))
        elif isinstance(target, code.Display):
            for number, item in enumerate(target.items):
                if isinstance(item, code.Star):
                    self.assign(item.value, types, line)
                else:
                    self.assign(item, self.unpacked(types, number, line), line)

    def unpacked(self, types: Types, number: int, line: int) -> Types:
        found: Types = NONE
        for one in types:
            if one.kind == "tuple":
                if one.extra in (number, None):
                    found = join(found, (one.of,))
            elif one.kind in ("list", "rows"):
                found = join(found, self.iterate((one,), line))
            elif hook := self.attributes.get(one.kind):
                found = join(found, hook(self, one, f"[{number}]", line) or NONE)
        return found

    def bind(self, name: str, types: Types) -> None:
        if self.klass is not None:
            self.write_attribute(self.klass, name, types)
        elif self.unit.fn is None:
            self.write(self.unit.scope.cell(name), types)
        else:
            env = self.unit.env
            env[name] = join(env.get(name, NONE), types)

    def assign_attribute(self, target: Attr, types: Types) -> None:
        bases = self.eval(target.base)
        for one in bases:
            if one.kind in ("instance", "class"):
                self.write_attribute(one.of, target.name, types)
                for library in self.libraries:
                    if library.assigned:
                        library.assigned(self, one, target.name, types, target.line)
        if not any(one.kind in ("instance", "class") for one in bases) and types:
            self.write(self.loose_cell(target.base, target.name), tuple([_doubted(one, 1) for one in types]))

    def loose_cell(self, base: Expr, name: str) -> Cell:
        """The attribute `name` of values of unknown type that are all called the same: request.basket."""
        last = base.name if isinstance(base, Attr) else base if isinstance(base, str) else ""
        return self.loose.setdefault((last, name), Cell())

    def write_attribute(self, info: ClassInfo, name: str, types: Types) -> None:
        cell = info.attributes.get(name)
        if cell is None:
            cell = info.cell(name)
            for unit in self.missed.pop(name, ()):
                self.push(unit)
        self.write(cell, types)

    def grow(self, target: Expr, types: Types) -> None:
        """`target` is a container, and now holds more."""
        if isinstance(target, str):
            if target in self.unit.env or self.unit.fn is None:
                self.bind(target, types)
        elif isinstance(target, Attr):
            for one in self.eval(target.base):
                if one.kind == "instance" and types:
                    self.write_attribute(one.of, target.name, types)

    def for_(self, node: code.For) -> None:
        iterated = self.eval(node.iter)
        self.assign(node.target, self.iterate(iterated, node.line), node.line)
        self.looped(node.body, [node.line] if self.are_rows(node.iter, iterated) else ())

    def are_rows(self, written: Expr, iterated: Types) -> bool:
        """A query, or a list of what a table holds; of a list that callers give, nobody here knows what it brings."""
        given = isinstance(written, str) and written in self.unit.params
        return any(
            one.kind in self.iterators
            or (one.kind == "list" and not given and one.of.kind == "instance" and one.of.of.mapped is not None)
            for one in iterated
        )

    def while_(self, node: code.While) -> None:
        self.loops += 1
        self.eval(node.test)
        self.loops -= 1
        self.looped(node.body)

    def with_(self, node: code.With) -> None:
        for manager, target in node.items:
            types = self.eval(manager)
            for one in types:
                self.scope_opened(one, node.line, node.end_line)
            if target is not None:
                self.assign(target, self.entered(types, node.line), node.line)
        self.block(node.body)

    def entered(self, types: Types, line: int) -> Types:
        found: Types = NONE
        for one in types:
            if one.kind == "instance":
                result = self.method((one,), "__enter__", line)
                found = join(found, result or (one,))
            else:
                found = join(found, each((one,)) if one.kind == "list" else (one,))
        return found

    def if_(self, node: code.If) -> None:
        self.eval(node.test)
        self.block(node.body)
        self.block(node.orelse)

    def try_(self, node: code.Try) -> None:
        self.block(node.body)
        for handler in node.handlers:
            self.block(handler.body)
        self.block(node.final)

    def return_(self, node: code.Return) -> None:
        types = self.eval(node.value)
        self.write(self.unit.returns, tuple([one for one in types if one.kind != "text" or _looks_like_sql(one)]))

    def delete(self, node: code.Delete) -> None:
        for target in node.targets:
            self.eval(target)

    def import_(self, node: code.Import) -> None:
        scope = self.unit.scope
        if node.name == "*":
            found = self.program.find(self.absolute(node), scope.source.root)
            if found is not None and found is not scope and found not in scope.stars:
                scope.stars.append(found)
                for cell in list(scope.cells.values()):
                    for unit in cell.readers:
                        self.push(unit)
            return
        self.bind(node.bound, self.imported(node))

    def absolute(self, node: code.Import) -> str:
        if not node.level:
            return node.module
        parts = self.unit.scope.package.split(".")
        kept = parts[: len(parts) - (node.level - 1)]
        return ".".join([*kept, node.module] if node.module else kept)

    def imported(self, node: code.Import) -> Types:
        module = self.absolute(node)
        root = self.unit.scope.source.root
        if not node.name:
            found = self.program.find(module, root)
            return (Type("module", found),) if found else (Type("external", module),)
        found = self.program.find(module, root)
        if found is not None:
            types = self.global_name(found, node.name)
            if types:
                return types
            if found.source.library:
                found = None
        submodule = self.program.find(f"{module}.{node.name}", root)
        if submodule is not None:
            return (Type("module", submodule),)
        return NONE if found is not None else (Type("external", f"{module}.{node.name}"),)

    def global_name(self, scope: Scope, name: str, seen: tuple[Scope, ...] = ()) -> Types:
        types = self.read(scope.cell(name))
        if types or not scope.stars:
            return types
        for star in scope.stars:
            if star not in seen:
                types = self.global_name(star, name, (*seen, scope))
                if types:
                    return types
        return NONE

    def function(self, node: Function) -> None:
        fn = self.program.by_node[id(node)]
        assert isinstance(fn, Fn)
        if self.klass is not None:
            return
        self.bind(node.name, (Type("function", fn),))
        if self.unit.fn is not None and fn.unit is None:
            fn.outer = self.unit
            self.unit_of(fn, self.unit)

    def class_(self, node: Class) -> None:
        info = self.program.by_node[id(node)]
        assert isinstance(info, ClassInfo)
        for base in node.bases:
            self.inherit(info, base)
        outer, self.klass = self.klass, info
        self.block(node.body)
        self.klass = outer
        self.bind(node.name, (info.value,))
        for decorator in node.decorators:
            self.decorate_class(decorator, info)
        if self.unit.fn is not None:
            for fn in info.methods.values():
                self.unit_of(fn, self.unit)

    def decorate_class(self, decorator: Expr, info: ClassInfo) -> None:
        """@admin.register(Order) is a call of what it was given"""
        for one in self.eval(decorator):
            self.apply(
                one, Site(Call(decorator, (info.node.name,), (), info.node.line), ((info.value,),), {}, info.node.line)
            )

    def inherit(self, info: ClassInfo, base: Expr) -> None:
        if isinstance(base, code.Item):  # Generic[T], Base[Model]
            base = base.base
        for one in self.eval(base):
            found = one.of if one.kind in ("class", "external", "made") else None
            if found is not None and found is not info and found not in info.bases:
                info.bases.append(found)
                if self.whole:
                    self.reborn(info, found)

    def reborn(self, info: ClassInfo, base: Any) -> None:
        """A base that is found late changes what the class and all below it inherit."""
        if isinstance(base, ClassInfo) and info not in base.children:
            base.children.append(info)
        for one in (info, *info.below()):
            one.settle(True)
        self.lines.clear()
        self.belows.clear()

    # -- expressions -------------------------------------------------------------------------------------------

    def eval(self, node: Expr) -> Types:
        found: Types = _EXPRESSIONS[type(node)](self, node)
        return found

    def name(self, name: str) -> Types:
        if self.klass is not None and name in self.klass.attributes:
            return self.read(self.klass.attributes[name])
        if self.klass is not None and name in self.klass.inner:
            return (self.klass.inner[name].value,)
        unit: Unit | None = self.unit
        while unit is not None:
            if name in unit.env:
                return unit.env[name]
            unit = unit.parent
        if name in _BUILTINS and name not in self.unit.scope.cells:
            return NONE
        return self.global_name(self.unit.scope, name)

    def constant(self, node: Const) -> Types:
        if type(node.value) is str and len(node.value) <= 200_000:
            return (Type("text", node.value),)
        return NONE

    def attribute_expression(self, node: Attr) -> Types:
        bases = self.eval(node.base)
        found = self.attributes_of(bases, node.name, node.line)
        if not found and not any(one.kind in ("instance", "class", "module") for one in bases):
            last = node.base.name if isinstance(node.base, Attr) else node.base
            if isinstance(last, str) and (last, node.name) in self.loose:
                return self.read(self.loose[last, node.name])
            if isinstance(last, str) and not bases:
                self.missed.setdefault(node.name, {})[self.unit] = None
        return found

    def attributes_of(self, bases: Types, name: str, line: int) -> Types:
        found: Types = NONE
        for one in bases:
            found = join(found, self.attribute(one, name, line))
        return found

    def attribute(self, one: Type, name: str, line: int) -> Types:
        kind = one.kind
        if kind in ("instance", "class"):
            return self.member(one, name, line)
        if kind == "module":
            return self.module_member(one.of, name)
        if kind == "external":
            return self.external_member(f"{one.of}.{name}")
        if hook := self.attributes.get(kind):
            types = hook(self, one, name, line)
            if types is not None:
                return types
        if kind == "super":
            return self.super_member(one, name, line)
        return (Type("method", one, name, one.doubt),)

    def external_member(self, dotted: str) -> Types:
        if self.whole and dotted.partition(".")[0] not in self.roots:
            return NONE
        described = self.program.find(dotted)
        if described is not None and described.source.library:
            return (Type("module", described),)
        return (Type("external", dotted),) if dotted.count(".") < 9 else NONE

    def module_member(self, scope: Scope, name: str) -> Types:
        types = self.global_name(scope, name)
        if types:
            return types
        submodule = self.program.find(f"{scope.source.dotted}.{name}", scope.source.root)
        if submodule is None and scope.source.library:
            return (Type("external", f"{scope.source.dotted}.{name}"),)
        return (Type("module", submodule),) if submodule else NONE

    def line_of(self, info: ClassInfo) -> list[ClassInfo]:
        if not self.whole:
            return info.line()
        if info not in self.lines:
            self.lines[info] = info.line()
        return self.lines[info]

    def below_of(self, info: ClassInfo) -> list[ClassInfo]:
        if not self.whole:
            return []
        if info not in self.belows:
            self.belows[info] = info.below()
        return self.belows[info]

    def member(self, one: Type, name: str, line: int) -> Types:
        """An attribute of an instance or class of the project."""
        info: ClassInfo = one.of
        if name == "__class__":
            return (info.value,)
        if hook := self.mapped.get(self.inventory.library_of(info)):
            types = hook(self, one, name, line)
            if types is not None:
                return types
        found = self.found_in(self.line_of(info), one, name, line)
        below = self.below_of(info)
        if below and (found is None or len(below) <= _OVERRIDES):
            for child in below[: 4 * _OVERRIDES]:
                types = self.own_member(child, one, name, line)
                if types is not None:
                    found = join(found or NONE, types)
        if found is not None:
            return found
        for hook in self.inherited:
            types = hook(self, one, name, line)
            if types is not None:
                return types
        self.missed.setdefault(name, {})[self.unit] = None
        return (Type("method", one, name, one.doubt),)

    def found_in(self, line: Iterable[ClassInfo], one: Type, name: str, at: int) -> Types | None:
        empty = None
        for info in line:
            types = self.own_member(info, one, name, at)
            if types:
                return types
            if types is not None:
                empty = types
        return empty

    def own_member(self, info: ClassInfo, one: Type, name: str, line: int) -> Types | None:
        if name in info.methods:
            fn = info.methods[name]
            if one.kind == "instance" and "property" in marks(fn):
                return self.apply_fn(fn, one, None, line)
            return (Type("function", fn, one, one.doubt),)
        if name in info.attributes:
            types = self.read(info.attributes[name])
            if one.kind == "instance" and any(t.kind == "function" and t.extra is None for t in types):
                return tuple([Type("function", t.of, one) if t.kind == "function" else t for t in types])
            return types
        if name in info.inner:
            return (info.inner[name].value,)
        return None

    def super_member(self, one: Type, name: str, line: int) -> Types:
        receiver: Type = one.extra
        mro = self.line_of(receiver.of)
        after = mro[mro.index(one.of) + 1 :] if one.of in mro else self.line_of(one.of)[1:]
        types = self.found_in(after, receiver, name, line)
        if types is not None:
            return types
        found = self.beside(one, name, line)
        if found is not None:
            return found
        for hook in self.inherited:
            found = hook(self, receiver, name, line)
            if found is not None:
                return found
        return (Type("method", receiver, name, receiver.doubt),)

    def beside(self, one: Type, name: str, line: int) -> Types | None:
        """super() of a mixin: what follows it in the classes that mix it in."""
        receiver: Type = one.extra
        found: Types | None = None
        for child in self.below_of(one.of)[:_OVERRIDES]:
            mro = self.line_of(child)
            seen_by = child.type if receiver.kind == "instance" else child.value
            types = self.found_in(mro[mro.index(one.of) + 1 :], seen_by, name, line)
            if types is not None:
                found = join(found or NONE, types)
        return found

    def item(self, node: code.Item) -> Types:
        bases, key = self.eval(node.base), self.eval(node.key)
        found: Types = NONE
        constant = _constant(key)
        if constant is None and isinstance(node.key, Const):
            constant = node.key.value
        for one in bases:
            if one.kind == "dict":
                if constant is None or one.extra in (None, constant):
                    found = join(found, (one.of,))
            elif one.kind == "tuple":
                if one.extra in (None, constant) or constant is None:
                    found = join(found, (one.of,))
            elif one.kind == "list":
                found = join(found, (one,) if isinstance(node.key, code.Parts) else (one.of,))
            elif one.kind == "instance":
                found = join(found, self.method((one,), "__getitem__", node.line))
            elif one.kind in self.iterators:
                rows = self.iterate((one,), node.line)
                found = join(found, (one,) if isinstance(node.key, code.Parts) else rows)
        return found

    def iterate(self, types: Types, line: int) -> Types:
        """What a loop over the value binds."""
        found: Types = NONE
        for one in types:
            if one.kind in ("list", "tuple"):
                found = join(found, (one.of,))
            elif one.kind in self.iterators:
                found = join(found, self.iterators[one.kind](self, one, line))
            elif one.kind == "instance":
                found = join(found, self.iterate(self.method((one,), "__iter__", line), line))
        return found

    def method(self, types: Types, name: str, line: int) -> Types:
        """Call a method of the project's own classes without arguments: the ones that syntax calls."""
        found: Types = NONE
        for one in types:
            for info in self.line_of(one.of):
                if name in info.methods:
                    found = join(found, self.apply_fn(info.methods[name], one, None, line))
                    break
        return found

    def display(self, node: code.Display) -> Types:
        found: Types = NONE
        for number, item in enumerate(node.items):
            if isinstance(item, code.Star):
                found = join(found, self.eval(item.value))
            elif node.kind == "tuple":
                found = join(found, contain("tuple", self.eval(item), number))
            else:
                found = join(found, contain("list", self.eval(item)))
        return found

    def dict_(self, node: code.Dict) -> Types:
        found: Types = NONE
        for key, value in zip(node.keys, node.values, strict=True):
            types = self.eval(value)
            if key is None:
                found = join(found, types)
            else:
                found = join(found, contain("dict", types, _constant(self.eval(key))))
        return found

    def either(self, node: code.Either) -> Types:
        self.eval(node.test)
        found: Types = NONE
        for item in node.items:
            found = join(found, self.eval(item))
        return found

    def operation(self, node: code.Operation) -> Types:
        left, right = self.eval(node.left), self.eval(node.right)
        if node.op == "Add":
            if left and right and left[0].kind == "text" == right[0].kind:
                return _concatenated(left[0], right[0])
            if (left and left[0].kind == "text") or (right and right[0].kind == "text"):
                return _concatenated(
                    *(types[0] if types and types[0].kind == "text" else _HOLE for types in (left, right))
                )
        if node.op == "Mod" and left and left[0].kind == "text":
            return _formatted(left[0], node.right, right)
        return join(left, right)

    def text(self, node: code.Text) -> Types:
        pieces: list[str] = []
        holes = False
        for part in node.parts:
            types = self.eval(part)
            if types and types[0].kind == "text":
                pieces.append(types[0].of)
                holes = holes or bool(types[0].extra)
            else:
                table = self.inventory.table_text(types)
                pieces.append(table or _HOLE.of)
                holes = holes or not table
        return (Type("text", "".join(pieces), holes),)

    def parts(self, node: code.Parts) -> Types:
        for item in node.items:
            self.eval(item)
        return NONE

    def star(self, node: code.Star) -> Types:
        return self.eval(node.value)

    def walrus(self, node: code.Bind) -> Types:
        types = self.eval(node.value)
        self.bind(node.name, types)
        return types

    def yield_(self, node: code.Yield) -> Types:
        types = self.eval(node.value)
        self.write(self.unit.returns, types if node.whole else contain("list", types))
        return NONE

    def lambda_(self, node: code.Lambda) -> Types:
        fn = self.program.by_node.get(id(node))
        if fn is None:
            body = (code.Return(node.body, node.line),)
            name = f"{self.unit.name}.<locals>.<lambda>" if self.unit.name else "<lambda>"
            made = Function("<lambda>", node.params, None, (), body, False, node.line, node.line)
            fn = self.program.by_node[id(node)] = Fn(made, self.unit.scope, name, None)
        assert isinstance(fn, Fn)
        self.unit_of(fn, self.unit if self.unit.fn else None)
        return (Type("function", fn),)

    def comprehension(self, node: code.Comprehension) -> Types:
        outside = len(self.heads)
        for number, loop in enumerate(node.loops):
            iterated = self.eval(loop.iter)
            self.assign_local(loop.target, self.iterate(iterated, node.line), node.line)
            if number == 0:
                self.loops += 1
            if self.are_rows(loop.iter, iterated):
                self.heads.append(node.line)
            for condition in loop.conditions:
                self.eval(condition)
        key = self.eval(node.key) if node.key is not None else NONE
        types = self.eval(node.item)
        self.loops -= 1
        del self.heads[outside:]
        del key
        return contain("dict" if node.kind == "dict" else "list", types)

    def assign_local(self, target: Expr, types: Types, line: int) -> None:
        """A comprehension's variable: in a class or module body it must not become an attribute."""
        if isinstance(target, str):
            self.unit.env[target] = join(self.unit.env.get(target, NONE), types)
        else:
            klass, self.klass = self.klass, None
            self.assign(target, types, line)
            self.klass = klass

    # -- calls -------------------------------------------------------------------------------------------------

    def call(self, node: Call) -> Types:
        func = node.func
        if type(func) is str and func in _BUILTINS and not self.name(func):
            return _BUILTINS[func](self, self.site(node))
        callees = self.eval(func)
        site = self.site(node)
        if not callees and isinstance(func, Attr):
            return self.unknown_receiver(func, site)
        found: Types = NONE
        for one in callees:
            found = join(found, self.apply(one, site))
        return found

    def site(self, node: Call) -> Site:
        args = tuple([self.eval(arg) for arg in node.args])
        keywords = {name or f"**{number}": self.eval(value) for number, (name, value) in enumerate(node.keywords)}
        return Site(node, args, keywords, node.line)

    def apply(self, one: Type, site: Site) -> Types:
        """Call `one`."""
        kind = one.kind
        if kind == "function":
            types = self.recognised(one, site)
            return types if types is not None else self.apply_fn(one.of, one.extra, site, site.line)
        if kind == "class":
            return self.construct(one, site)
        if kind == "method":
            return self.apply_method(one.of, one.extra, site)
        if kind == "instance":
            return self.apply_instance(one, site)
        for hook in self.calls:
            types = hook(self, one, site)
            if types is not None:
                return types
        if kind == "external" and one.of.partition(".")[0] in self.roots:
            return (Type("made", one.of),)
        return NONE

    def apply_instance(self, one: Type, site: Site) -> Types:
        for info in self.line_of(one.of):
            if "__call__" in info.methods:
                return self.apply_fn(info.methods["__call__"], one, site, site.line)
        return NONE

    def recognised(self, one: Type, site: Site) -> Types | None:
        """A function of the project that a library's hook knows by its behaviour: get_model, get_class ..."""
        if not one.of.node.name.startswith(("get_", "load_", "import_")):
            return None
        for hook in self.calls:
            types = hook(self, one, site)
            if types is not None:
                return types
        return None

    def construct(self, one: Type, site: Site) -> Types:
        info: ClassInfo = one.of
        for library in self.libraries:
            if library.created:
                types = library.created(self, one, site)
                if types is not None:
                    return types
        for owner in self.line_of(info):
            if "__init__" in owner.methods:
                self.apply_fn(owner.methods["__init__"], info.type, site, site.line)
                break
        return (Type("instance", info, None, one.doubt),)

    def apply_method(self, receiver: Type, name: str, site: Site) -> Types:
        if receiver.kind == "function" and name in _DEFERRED:  # task.delay(...)
            self.apply_fn(receiver.of, receiver.extra, site, site.line)
            return NONE
        for hook in self.methods.get(receiver.kind, ()):
            types = hook(self, receiver, name, site)
            if types is not None:
                return types
        return self.container_method(receiver, name, site)

    def container_method(self, receiver: Type, name: str, site: Site) -> Types:
        if receiver.kind in ("list", "tuple", "dict"):
            if name in _GROWING and isinstance(site.node.func, Attr):
                self.grow(site.node.func.base, self.grown(name, site))
            return _taken(receiver, name, site)
        if receiver.kind == "text":
            return _text_method(receiver, name, site)
        return NONE

    def grown(self, name: str, site: Site) -> Types:
        if name in ("append", "add", "appendleft", "insert") and site.args:
            return contain("list", site.args[-1])
        if name == "setdefault" and len(site.args) == 2:
            return contain("dict", site.args[1], _constant(site.args[0]))
        if name == "update" and site.keywords:
            found: Types = site.arg(0)
            for key, types in site.keywords.items():
                found = join(found, contain("dict", types, key))
            return found
        return contain("list", self.iterate(site.arg(0), site.line)) if name == "extend" else site.arg(0)

    def unknown_receiver(self, func: Attr, site: Site) -> Types:
        """`x.name(...)` where nobody knows x: a container that is still empty, or the one class with such a method."""
        if func.name in _GROWING:
            self.grow(func.base, self.grown(func.name, site))
        for hook in self.calls:
            types = hook(self, Type("method", Type("unknown"), func.name), site)
            if types is not None:
                return types
        owners = self.families.get(func.name, ())
        if owners and func.name not in _COMMON and isinstance(func.base, str | Attr):
            tops = {id(self.topmost(owner, func.name)): owner for owner in owners}
            if len(tops) == 1:
                top = self.topmost(owners[0], func.name)
                receiver = Type("instance", top, None, 2)
                found: Types = NONE
                for one in self.member(receiver, func.name, site.line):
                    found = join(found, self.apply(one, site))
                return found
        return NONE

    def topmost(self, info: ClassInfo, name: str) -> ClassInfo:
        return [one for one in self.line_of(info) if name in one.methods][-1]

    def apply_fn(self, fn: Fn, bound: Type | None, site: Site | None, line: int) -> Types:
        """Call a function of the project: its parameters learn the arguments; its result is what is known by now."""
        if not self.whole:
            return self.declared_result(fn)
        if fn.scope.source.library:
            unit = self.library_unit(fn, bound, site.args if site else ())
            known = self.unit.borrowed.get((unit, line), (2, False))
            doubt = bound.doubt if bound else 0
            self.unit.borrowed[unit, line] = (min(known[0], doubt), known[1] or self.loops > 0)
        else:
            unit = self.special(fn, bound, site) if site else self.unit_of(fn)
        if site is not None:
            self.pass_arguments(unit, bound, site)
        self.unit.calls[unit, line] = max(self.head, self.unit.calls.get((unit, line), 0))
        declared = self.declared_result(fn)
        types = declared or self.read(unit.returns)
        if bound is not None and fn.owner is not None and types and not fn.scope.source.library:
            types = self.substituted(types, fn.owner, bound)
        return types

    def declared_result(self, fn: Fn) -> Types:
        """What the return annotation says."""
        if fn.node.returns is None:
            return NONE
        if fn.declared is None:
            here, klass, unit = self.unit, self.klass, Unit(fn.scope, None, None, None)
            self.unit, self.klass = unit, None
            found = self.annotated(fn.node.returns)
            self.unit, self.klass = here, klass
            if not found:
                return NONE
            fn.declared = found
        found_before: Types = fn.declared
        return found_before

    def library_unit(self, fn: Fn, bound: Type | None, args: tuple[Types, ...]) -> Unit:
        """Functions of a described library are evaluated apart for each class that they are called on."""
        receiver = bound
        if bound is not None and bound.kind == "super":
            receiver = bound.extra
        classes = tuple([t for types in args for t in types if t.kind in ("class", "rows", "instance")][:4])
        key = (receiver, () if receiver else classes)
        if key not in fn.special:
            if len(fn.special) >= 40 * _SPECIAL:
                return self.unit_of(fn)
            fn.special[key] = self.make_unit(fn, None, receiver)
        found: Unit = fn.special[key]
        return found

    def special(self, fn: Fn, bound: Type | None, site: Site) -> Unit:
        """The unit for these arguments: classes and functions passed as values get an evaluation of their own."""
        key = tuple([(n, _apart(t)) for n, types in enumerate(site.args) for t in types if _is_apart(t)])
        named = tuple([(k, _apart(t)) for k, types in site.keywords.items() for t in types if _is_apart(t)])
        if not (key or named) or len(key) + len(named) > 4 or fn.unit is self.unit:
            return self.unit_of(fn)
        full = (key, named)
        if full not in fn.special:
            if len(fn.special) >= _SPECIAL:
                return self.unit_of(fn)
            fn.special[full] = self.make_unit(fn, fn.outer)
        found: Unit = fn.special[full]
        return found

    def pass_arguments(self, unit: Unit, bound: Type | None, site: Site) -> None:
        fn = unit.fn
        assert fn is not None
        if not any(site.args) and not any(site.keywords.values()):
            return
        params = fn.node.params
        skip = 1 if unit.receiver is not None and bound is not None else 0
        positional = [param for param in params if param.kind in ("", "/")][skip:]
        rest = [param for param in params if param.kind == "*"]
        for number, types in enumerate(site.args):
            if isinstance(site.node.args[number], code.Star):
                for param in positional[number:]:
                    self.learn(unit, param, self.iterate(types, site.line))
                break
            if number < len(positional):
                self.learn(unit, positional[number], types)
            elif rest:
                self.learn(unit, rest[0], contain("list", types))
        for name, types in site.keywords.items():
            if name in unit.params:
                self.learn(unit, next(param for param in params if param.name == name), types)

    def learn(self, unit: Unit, param: code.Param, types: Types) -> None:
        known = [one for one in types if not _is_guess(one)]
        kept = [_doubted(one, 1) for one in known if one.kind != "text" or _looks_like_sql(one)]
        if kept:
            self.write(unit.params[param.name], tuple(kept))

    def substituted(self, types: Types, owner: ClassInfo, bound: Type) -> Types:
        """A method of `owner` that returns `owner`s returns what it was called on: cls(...), self.all()."""
        if bound.kind in ("instance", "class"):
            nearer: Any = bound.of
        else:
            nearer = self.inventory.model_of(bound)
        if nearer is None or nearer is owner:
            return types
        out: Types = NONE
        for one in types:
            out = join(out, (self.inventory.nearer(one, owner, nearer, bound),))
        return out

    def made_class(self, key: Any, name: str, bases: Sequence[ClassInfo]) -> ClassInfo:
        """The class that a factory makes at one place of the code."""
        known = self.factories.get(id(key) if isinstance(key, Call) else (id(key[0]), key[1]))
        if known is None:
            node = Class(name, (), (), (), (), 0, 0)
            known = ClassInfo(node, self.unit.scope, name)
            known.bases = list(bases)
            for base in bases:
                base.children.append(known)
            self.belows.clear()
            self.factories[id(key) if isinstance(key, Call) else (id(key[0]), key[1])] = known
        return known

    def eval_in(self, scope: Scope, node: Expr) -> Types:
        """What an expression of the module's (or of its classes') body is, asked from outside."""
        here = self.unit, self.klass
        self.unit, self.klass = self.module_units[scope], None
        found = self.eval(node)
        self.unit, self.klass = here
        return found

    # -- annotations -------------------------------------------------------------------------------------------

    def annotated(self, node: Expr | None, depth: int = 0) -> Types:
        """The types that an annotation names: X, "X", X | None, Optional[X], list[X], dict[K, X], type[X]."""
        if node is None or depth > _NESTED:
            return NONE
        if isinstance(node, Const):
            return self.annotated(_parsed(node.value), depth + 1) if isinstance(node.value, str) else NONE
        if isinstance(node, code.Operation):
            return join(self.annotated(node.left, depth + 1), self.annotated(node.right, depth + 1))
        if isinstance(node, code.Item):
            return self.subscripted(node, depth)
        if not isinstance(node, str | Attr):
            return NONE
        found: Types = NONE
        for one in self.eval(node):
            if one.kind == "class":
                found = join(found, (one.of.type,))
            elif one.kind == "external" and one.of.partition(".")[0] in self.roots:
                found = join(found, (Type("made", one.of),))
        return found

    def subscripted(self, node: code.Item, depth: int) -> Types:
        last = node.base.name if isinstance(node.base, Attr) else node.base if isinstance(node.base, str) else ""
        keys = node.key.items if isinstance(node.key, code.Display) else (node.key,)
        if last in _WRAPPERS:
            found: Types = NONE
            for key in keys:
                found = join(found, self.annotated(key, depth + 1))
            return found
        if last in ("type", "Type"):
            return tuple([one.of.value for one in self.annotated(keys[0], depth + 1) if one.kind == "instance"])
        if last in ("tuple", "Tuple"):
            return tuple([t for n, key in enumerate(keys) for t in contain("tuple", self.annotated(key, depth + 1), n)])
        if last.lower() in _SEQUENCES or last in _SEQUENCES:
            return contain("list", self.annotated(keys[0], depth + 1))
        if last.lower() in _MAPPINGS or last in _MAPPINGS:
            return contain("dict", self.annotated(keys[-1], depth + 1))
        types = self.inventory.generic(
            self, self.eval(node.base), tuple([self.annotated(key, depth + 1) for key in keys])
        )
        if types is not None:
            answer: Types = types
            return answer
        return self.annotated(node.base, depth + 1)

    # -- what happens ------------------------------------------------------------------------------------------

    @property
    def head(self) -> int:
        return self.heads[-1] if self.heads else 0

    def effect(self, target: Any, op: Op, via: Via, line: int, doubt: int = 0) -> None:
        """The line reads or writes `target`, a ClassInfo or a table's name."""
        key = Effect(target, op, via, line)
        before = self.unit.effects.get(key)
        looped = self.loops > 0
        if before is not None:
            doubt, looped = min(doubt, before[0]), looped or before[1]
        self.unit.effects[key] = (doubt, looped)
        if self.heads:
            self.unit.repeated[key] = self.head

    def draft(self, site: Site, via: Via) -> Draft:
        """The query that the call at `site` adds to: the one of the value it is called on, or a new one."""
        func = site.node.func
        known = self.drafts.get(id(func.base)) if isinstance(func, Attr) else None
        if known is None:
            known = Draft(site.line, via, self.loops > 0, bool(self.heads))
            if isinstance(func, Attr) and isinstance(func.base, str):
                known.continues(self.named_drafts.get(func.base))
            self.unit.queries[id(site.node)] = known
        self.drafts[id(site.node)] = known
        return known

    def unresolved(self, kind: str, line: int, text: str) -> None:
        self.unit.unknown[kind, line, text] = None


def marks(fn: Fn) -> tuple[str, ...]:
    """ "property", "classmethod", "staticmethod", "contextmanager" of a function's decorators."""
    if not fn.node.decorators:
        return ()
    found = []
    for decorator in fn.node.decorators:
        func = decorator.func if isinstance(decorator, Call) else decorator
        name = func.name if isinstance(func, Attr) else func
        if isinstance(name, str) and name in _MARKS:
            found.append(_MARKS[name])
    return tuple(found)


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
_ON_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_DEFERRED = frozenset({"delay", "apply_async", "send", "s", "si", "apply", "enqueue", "schedule", "send_with_options"})
_SPECIALISED = frozenset({"class", "function", "method", "rows", "manager", "related", "query"})
_GROWING = frozenset({"append", "add", "appendleft", "insert", "extend", "update", "setdefault"})
_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "Awaitable", "Final", "ClassVar", "Required", "NotRequired"})
_SEQUENCES = frozenset(
    "list set frozenset sequence iterable iterator collection generator asynciterator asyncgenerator deque"
    " asynciterable mutablesequence abstractset page".split()
)
_MAPPINGS = frozenset("dict mapping mutablemapping defaultdict ordereddict".split())
_NESTED = 12
_COMMON = frozenset(
    "get set add remove delete save create update all filter first last count exists items keys values append extend"
    " pop clear copy close open read write run start stop send join split strip format encode decode index insert sort"
    " execute query commit rollback flush refresh validate clean render process handle load dump dumps loads is_valid"
    " log info debug error warning exception put post patch head options name next reset wait connect parse apply call"
    " to_dict as_dict as_view match search group find replace upper lower title search build check test setup init"
    " register unregister enter exit lock unlock acquire release submit result done cancel map reduce merge"
    " list".split()
)
_HOLE = Type("text", "\x00", True)


def _is_guess(one: Type) -> bool:
    """An attribute that nobody has seen: as good as unknown once it is passed on."""
    return one.kind == "method" and one.of.kind in ("instance", "list", "tuple", "dict", "text", "method")


def _is_apart(one: Type) -> bool:
    return (one.kind in _SPECIALISED and not _is_guess(one)) or (one.kind == "instance" and one.of.mapped is not None)


def _apart(one: Type) -> tuple[Any, ...]:
    """What tells two arguments apart: which function of what, whose rows."""
    return one[:3] if one.kind in ("function", "method") else one[:2]


def _constant(types: Types) -> Any:
    return types[0].of if len(types) == 1 and types[0].kind == "text" else None


def _doubted(one: Type, doubt: int) -> Type:
    return one if one.doubt >= doubt else Type(one.kind, one.of, one.extra, doubt)


def _looks_like_sql(one: Type) -> bool:
    text: str = one.of.lstrip()[:7].lower()
    return text.startswith(("select", "insert", "update", "delete", "with ", "replace", "merge"))


def _concatenated(left: Type, right: Type) -> Types:
    if len(left.of) + len(right.of) > 200_000:
        return NONE
    return (Type("text", left.of + right.of, bool(left.extra or right.extra)),)


def _formatted(template: Type, written: Expr, right: Types) -> Types:
    """ "select * from %s" % name; what is not known stays a hole."""
    values = [_HOLE.of if one.kind != "text" else one.of for one in right if one.kind in ("text",)]
    values += [one.of.of for one in right if one.kind == "tuple" and one.of.kind == "text"]
    text, holes = template.of, bool(template.extra)
    for value in values if not isinstance(written, code.Dict) else ():
        text = text.replace("%s", value, 1)
    return (Type("text", text, holes or "%s" in text or "%(" in text),)


def _text_method(receiver: Type, name: str, site: Site) -> Types:
    if name == "join":
        return (_HOLE,)
    if name != "format":
        return (receiver,) if name in ("strip", "lstrip", "rstrip", "replace") else NONE
    text = receiver.of
    for number, types in enumerate(site.args):
        if types and types[0].kind == "text":
            text = text.replace(f"{{{number}}}", types[0].of).replace("{}", types[0].of, 1)
        else:
            text = text.replace(f"{{{number}}}", _HOLE.of).replace("{}", _HOLE.of, 1)
    for key, types in site.keywords.items():
        text = text.replace(f"{{{key}}}", types[0].of if types and types[0].kind == "text" else _HOLE.of)
    return (Type("text", text, bool(receiver.extra) or _HOLE.of in text),)


def _taken(receiver: Type, name: str, site: Site) -> Types:
    """What a method of a container gives out."""
    if receiver.kind == "dict":
        if name in ("get", "pop", "setdefault"):
            key = _constant(site.arg(0))
            known = (receiver.of,) if key is None or receiver.extra in (None, key) else NONE
            return join(known, site.arg(1))
        if name == "values":
            return contain("list", (receiver.of,))
        if name == "items":
            return contain("list", contain("tuple", (receiver.of,), 1))
        return (receiver,) if name == "copy" else NONE
    if name in ("pop", "popleft"):
        return (receiver.of,)
    return (receiver,) if name in ("copy", "union", "intersection", "difference") else NONE


def _parsed(text: str) -> Expr | None:
    """A quoted annotation."""
    import ast  # noqa: PLC0415  # only quoted annotations need the parser

    if len(text) > 300:
        return None
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    body = code.read(tree).body
    return body[0].value if body and isinstance(body[0], code.Do) else None


# -- builtins ------------------------------------------------------------------------------------------------


def _same(machine: Machine, site: Site) -> Types:
    return contain("list", machine.iterate(site.arg(0), site.line))


def _one_of(machine: Machine, site: Site) -> Types:
    found = machine.iterate(site.arg(0), site.line)
    for types in site.args[1:]:
        found = join(found, types)
    return found


def _super(machine: Machine, site: Site) -> Types:
    unit: Unit | None = machine.unit
    while unit is not None and unit.receiver is None:
        unit = unit.parent
    if unit is None or unit.fn is None or unit.fn.owner is None:
        return NONE
    assert unit.receiver is not None
    return (
        (Type("super", unit.fn.owner, unit.receiver),)
        if unit.receiver.kind in ("instance", "class")
        else (unit.receiver,)
    )


def _getattr(machine: Machine, site: Site) -> Types:
    name = _constant(site.arg(1))
    default = site.arg(2)
    if name is None or not site.node.args:
        return default
    return join(machine.eval(Attr(site.node.args[0], name, site.line)), default)


def _setattr(machine: Machine, site: Site) -> Types:
    name = _constant(site.arg(1))
    if name is not None:
        machine.assign_attribute(Attr(site.node.args[0], name, site.line), site.arg(2))
        return NONE
    for one in site.arg(0):
        for library in machine.libraries:
            if library.assigned and one.kind == "instance":
                library.assigned(machine, one, "", NONE, site.line)
    return NONE


def _enumerate(machine: Machine, site: Site) -> Types:
    return contain("list", contain("tuple", machine.iterate(site.arg(0), site.line), 1))


def _zip(machine: Machine, site: Site) -> Types:
    found: Types = NONE
    for number, types in enumerate(site.args):
        found = join(found, contain("list", contain("tuple", machine.iterate(types, site.line), number)))
    return found


def _map(machine: Machine, site: Site) -> Types:
    found: Types = NONE
    for one in site.arg(0):
        item = machine.iterate(site.arg(1), site.line)
        inner = Site(Call("map", ("_",), (), site.line), (item,), {}, site.line)
        found = join(found, machine.apply(one, inner))
    return contain("list", found)


def _filter(machine: Machine, site: Site) -> Types:
    return contain("list", machine.iterate(site.arg(1), site.line))


def _type(machine: Machine, site: Site) -> Types:
    return tuple([one.of.value for one in site.arg(0) if one.kind == "instance"])


def _dict(machine: Machine, site: Site) -> Types:
    found = site.arg(0)
    for key, types in site.keywords.items():
        found = join(found, contain("dict", types, None if key.startswith("**") else key))
    return found


def _looked_at(machine: Machine, site: Site) -> Types:
    for types in site.args:
        machine.iterate(tuple([one for one in types if one.kind in machine.iterators]), site.line)
    return NONE


_BUILTINS: dict[str, Callable[[Machine, Site], Types]] = {
    "super": _super,
    "getattr": _getattr,
    "setattr": _setattr,
    "list": _same,
    "set": _same,
    "tuple": _same,
    "frozenset": _same,
    "sorted": _same,
    "reversed": _same,
    "iter": _same,
    "next": _one_of,
    "min": _one_of,
    "max": _one_of,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "type": _type,
    "dict": _dict,
    "len": _looked_at,
    "any": _looked_at,
    "all": _looked_at,
    "sum": _looked_at,
    "bool": _looked_at,
    "isinstance": lambda machine, site: NONE,
    "str": lambda machine, site: NONE,
    "int": lambda machine, site: NONE,
}

_STATEMENTS: dict[type, Callable[[Machine, Any], None]] = {
    code.Assign: Machine.assign_statement,
    code.Do: Machine.do,
    code.Return: Machine.return_,
    code.Raise: Machine.do,
    code.Delete: Machine.delete,
    code.For: Machine.for_,
    code.While: Machine.while_,
    code.With: Machine.with_,
    code.If: Machine.if_,
    code.Try: Machine.try_,
    code.Import: Machine.import_,
    code.Function: Machine.function,
    code.Class: Machine.class_,
}

_EXPRESSIONS: dict[type, Callable[[Machine, Any], Types]] = {
    str: Machine.name,
    Const: Machine.constant,
    Attr: Machine.attribute_expression,
    Call: Machine.call,
    code.Item: Machine.item,
    code.Display: Machine.display,
    code.Dict: Machine.dict_,
    code.Either: Machine.either,
    code.Operation: Machine.operation,
    code.Text: Machine.text,
    code.Parts: Machine.parts,
    code.Star: Machine.star,
    code.Bind: Machine.walrus,
    code.Yield: Machine.yield_,
    code.Lambda: Machine.lambda_,
    code.Comprehension: Machine.comprehension,
}
