"""Stage 1, whole project: the worklist: units are evaluated again and again until no cell grows any more."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from .. import code
from ..code import Call, Class, Expr
from ..program import ClassInfo, Fn, Program, Scope, settle
from ..types import Cell, Type, Types, join
from . import (
    alternatives,
    annotations,
    assignments,
    calls,
    carried,
    containers,
    definitions,
    entered,
    expressions,
    fixed,
    functions,
    going,
    members,
    names,
    noted,
    receivers,
    rounds,
    statements,
    strings,
)
from .declaring import only_declares
from .library import Library, MethodHook
from .sure import Sure, gone_over_by
from .values import Draft, Effect, Unit

__all__ = ["Machine"]

_LIMIT = 40  # evaluations of one unit; reached only where types keep growing
_DEEPEST = 20  # evaluations within evaluations: some four hundred frames of the stack
_STANDING = (
    "unit", "klass", "loops", "branches", "rare", "spared", "tries", "caught", "rounds", "asked", "drafts",
    "named_drafts", "asked_for", "built", "changing", "chain", "given", "sure", "asked_name", "replaced",
)  # fmt: skip
"""The attributes that say where evaluation stands."""
_ON_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


_ROLES = ("View", "ViewSet", "Serializer", "Form", "FormSet")
"""What the classes of frameworks that query for others are, by the last word of their names."""


class Machine:
    """Evaluates units until nothing changes any more."""

    # what it evaluates, one file a group

    annotated = annotations.annotated
    apply = calls.apply
    apply_fn = functions.apply_fn
    are_rows = going.are_rows
    asked_before = noted.asked_before
    asks = noted.asks
    assign = assignments.assign
    assign_attribute = assignments.assign_attribute
    attribute = members.attribute
    attributes_of = members.attributes_of
    below_of = members.below_of
    bind = assignments.bind
    column = noted.column
    block = statements.block
    carried = carried.carried
    container_method = containers.container_method
    decorated = definitions.decorated
    draft = noted.draft
    effect = noted.effect
    forget = noted.forget
    enter = entered.enter
    external_member = names.external_member
    found_in = members.found_in
    global_name = names.global_name
    gone_over = statements.gone_over
    grow = assignments.grow
    grown = containers.grown
    iterate = expressions.iterate
    learn = functions.learn
    library_unit = functions.library_unit
    loose_cell = assignments.loose_cell
    line_of = members.line_of
    member = members.member
    method = members.method
    module_member = names.module_member
    name = names.name
    scope_opened = noted.scope_opened
    unread = noted.unread
    unresolved = noted.unresolved
    write_attribute = assignments.write_attribute

    dropped: Expr | None = None  # of the current statement: the expression that nobody looks at

    def __init__(self, program: Program, libraries: Sequence[Library], inventory: Any) -> None:
        self.program, self.libraries, self.inventory = program, libraries, inventory
        self.roots, self.lazy = (
            frozenset().union(*(library.roots for library in libraries)),
            frozenset().union(*(library.lazy for library in libraries)),
        )
        self.attributes = {kind: hook for library in libraries for kind, hook in library.attributes.items()}
        self.methods: dict[str, list[MethodHook]] = {}
        for library in libraries:
            for kind, hook in library.methods.items():
                self.methods.setdefault(kind, []).append(hook)
        self.iterators = {kind: hook for library in libraries for kind, hook in library.iterate.items()}
        self.items = {kind: hook for library in libraries for kind, hook in library.items.items()}
        self.calls = [library.calls for library in libraries if library.calls]
        self.mapped = {library.name: library.mapped for library in libraries if library.mapped}
        self.decorators = [library.decorates for library in libraries if library.decorates]
        self.saving: frozenset[str] = frozenset()  # of the libraries that some class is mapped by
        self.overhearing = [library.overhears for library in libraries if library.overhears]
        self.inherited = [library.inherited for library in libraries if library.inherited]
        self.loose: dict[tuple[str, str], Cell] = {}
        self.missed: dict[str, dict[tuple[Unit, ClassInfo], None]] = {}  # by name: who missed it in which class
        self.missed_loose: dict[tuple[str, str], dict[Unit, None]] = {}  # by written name and attribute: who missed it
        self.namesakes = {
            info.name: info
            for info in program.classes
            if info.scope.source.library and info.name.endswith(_ROLES) and info.name not in _ROLES
        }
        self.queue: deque[Unit] = deque()
        self.counts: dict[Unit, int] = {}
        self.units: dict[Unit, None] = {}
        self.module_units: dict[Scope, Unit] = {}
        self.settled: set[Unit] = set()  # modules that are evaluated again only when a name grows that they read
        self.lines, self.belows = dict[ClassInfo, list[ClassInfo]](), dict[ClassInfo, list[ClassInfo]]()
        self.families, self.named = dict[str, list[ClassInfo]](), dict[str, list[Fn]]()  # by the name of a function
        self.factories: dict[Any, ClassInfo] = {}
        self.whole = self.relies = False  # function bodies too; does the project import a library that is described?
        self.described = frozenset(
            scope.source.dotted.partition(".")[0] for scope in program.scopes if scope.source.library
        )
        # classes of objects that keep classes, not yet evaluated for themselves; methods that are evaluated apart for
        # each class they are called on
        self.made, self.differing = list[ClassInfo](), dict[Fn, None]()
        # where evaluation stands
        self.unit: Unit = None  # type: ignore[assignment]  # set before anything is evaluated
        self.klass: ClassInfo | None = None
        self.loops = self.within = 0  # loops around the current statement, evaluations that wait for the current one
        self.branches = self.rare = 0  # around the current one: that may not run, that run for the first round alone
        self.spared: list[int] = []  # for each branch around that most rounds leave out, how many loops are around it
        # `try` blocks around the current one, within the innermost loop; those in whichever loop that handle errors
        self.tries = self.caught = 0
        self.rounds: list[rounds.Round] = []  # the loops that repeat the current one, the innermost last
        self.bound: dict[int, frozenset[str]] = {}  # by loop: the names that it gives other values each time
        self.carrying: dict[int, frozenset[str]] = {}  # by loop: the names that a round looks at before it binds them
        self.tested: dict[int, frozenset[str]] = {}  # by test: what it asks of `self`
        self.kept: dict[tuple[int, int], frozenset[str]] = {}  # by test and what follows: what that keeps on `self`
        self.literals: dict[
            int, tuple[Expr, Types]
        ] = {}  # by display of constants: itself, that it lives, and its value
        # by constant: its value; by function: what it gives to each of its names
        self.texts, self.values = dict[str, Types](), dict[int, Mapping[str, tuple[Expr, ...]]]()
        self.asked: Expr | None = None  # the object whose attribute is being looked up
        self.asked_name = ""  # that attribute; "" where its rows are gone over
        self.sure, self.losing = Sure(), dict[int, bool]()  # by block: does it make objects forget what they hold?
        self.replaced: dict[str, Types] = {}  # what names were before the innermost branch gave them new objects
        self.drafts, self.named_drafts = dict[int, Draft](), dict[str, Draft]()
        self.asked_for: dict[str, tuple[Effect, ...]] = {}  # by name: what the query that it holds would read
        self.built: dict[str, dict[Effect, None]] = {}  # by name: what of it nobody has asked for yet
        self.only_changed: dict[tuple[int, str], bool] = {}  # by function and name: is it a query that only changes?
        # what calls whose arguments are evaluated call; what the one that is applied has read before it changes rows
        # and the columns that stand in its arguments
        self.changing, self.chain, self.given = list[Types](), tuple[Effect, ...](), tuple[Effect, ...]()

    def modules(self) -> None:
        """Evaluate the bodies of modules and classes alone: enough to know bases and what is declared."""
        for scope in self.program.scopes:
            unit = self.module_units[scope] = self.add(Unit(scope, None, None, None))
            if only_declares(scope.body):
                self.settled.add(unit)
        self.drain()
        self.adopt()

    def again(self) -> None:
        """Evaluate module bodies once more: more is known of what they load by name.

        Where no class of the project is mapped, nor any library imported that is described, that is about libraries.
        """
        own = self.relies or any(info.mapped and not info.scope.source.library for info in self.program.classes)
        for unit in list(self.units):
            if (own or unit.scope.source.library) and unit not in self.settled:
                self.push(unit)
        self.drain()
        self.adopt()

    def adopt(self) -> None:
        """Every class knows its children, and may keep what follows from its bases."""
        for info in self.program.classes:
            for base in info.bases:
                if isinstance(base, ClassInfo) and info not in base.children:
                    base.children.append(info)
        settle(self.program.classes)

    def everything(self) -> None:
        """Evaluate all, function bodies included, to the fixpoint."""
        self.whole = True
        mapped_by = {info.mapped.library for info in self.program.classes if info.mapped}
        self.saving = frozenset().union(*(library.saves for library in self.libraries if library.name in mapped_by))
        self.lines.clear()
        self.belows.clear()
        for info in self.program.classes:
            for name in info.methods if not info.scope.source.library else ():
                self.families.setdefault(name, []).append(info)
        self.differing = dict.fromkeys(receivers.differing(self))
        for unit in list(self.units):
            if unit not in self.settled:
                self.push(unit)
        own = [one for one in self.program.scopes if not (one.source.code.outline or one.source.library)]
        functions = [fn for scope in own for fn in scope.functions]
        for fn in functions:
            self.named.setdefault(fn.node.name, []).append(fn)
        apart = [fn for fn in functions if "<locals>" not in fn.name and fn not in self.differing]
        patient = dict.fromkeys(fn for fn in apart if fixed.waits(self, fn) or entered.waits(self, fn))
        for fn in apart:
            if fn not in patient:
                self.unit_of(fn)
        self.drain()
        self.enter_frameworks()
        self.drain()
        receivers.evaluate_rest(self)
        for fn in entered.in_order(patient):
            if not fn.special:
                self.unit_of(fn)
                self.drain()
        alternatives.evaluate_each(self)
        self.drain()

    def enter_frameworks(self) -> None:
        """What a framework calls on a class of the project by itself is charged to the line that declares the class."""
        for info in self.program.classes:
            if info.scope.source.library or info.scope.source.code.outline or self.below_of(info):
                continue
            for above in self.line_of(info):
                fn = above.methods.get("_enter")
                if fn is not None and fn.scope.source.library:
                    unit = Unit(info.scope, None, None, None)
                    unit.label = info.name
                    unit.borrowed[self.library_unit(fn, info.type, None), info.node.line] = (0, False)
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
            if unit.queued:  # else it was evaluated since, on demand
                self.evaluate(unit)

    def demand(self, unit: Unit) -> None:
        """Evaluate a unit for the first time before whoever needs what it gives goes on, as far as the stack allows."""
        if unit.queued and unit not in self.counts and self.within < _DEEPEST:
            standing = _where(self)
            self.within += 1
            self.evaluate(unit)
            self.within -= 1
            for name, value in zip(_STANDING, standing, strict=True):
                setattr(self, name, value)

    def unit_of(self, fn: Fn, parent: Unit | None = None) -> Unit:
        if fn.unit is None:
            fn.unit = self.make_unit(fn, parent)
        found: Unit = fn.unit
        return found

    def make_unit(self, fn: Fn, parent: Unit | None, receiver: Type | None = None) -> Unit:
        owner = fn.owner
        if receiver is not None and "classmethod" in fn.marks and receiver.kind == "instance":
            receiver = receiver.of.value
        if owner is not None and receiver is None and "staticmethod" not in fn.marks:
            receiver = owner.value if "classmethod" in fn.marks or fn.node.name in _ON_CLASS else owner.type
        unit = Unit(fn.scope, fn, parent, receiver)
        for param in fn.node.params:
            unit.params[param.name] = Cell()
        if parent is not None:
            parent.nested.append(unit)
        if self.whole and not fn.scope.source.code.outline:
            self.add(unit)
        return unit

    def read(self, cell: Cell) -> Types:
        cell.read_by(self.unit)
        return cell.types

    def write(self, cell: Cell, types: Types) -> None:
        self.hold(cell, join(cell.types, types))

    def hold(self, cell: Cell, new: Types) -> None:
        """The cell holds `new`, which says what it held before and perhaps more."""
        if new is not cell.types:
            cell.types = new
            for unit in cell.readers_of():
                self.push(unit)

    def evaluate(self, unit: Unit) -> None:
        unit.queued = False
        self.counts[unit] = self.counts.get(unit, 0) + 1
        if self.counts[unit] > _LIMIT:
            return
        self.unit, self.klass, self.loops, self.branches, self.tries, self.caught = unit, None, 0, 0, 0, 0
        self.rare, self.spared, self.rounds, self.asked = 0, [], [], None
        self.drafts, self.named_drafts, self.asked_for, self.built = {}, {}, {}, {}
        self.changing, self.chain, self.given, self.sure, self.replaced = [], (), (), {}, {}
        for notes in (
            unit.effects, unit.repeated, unit.bulk, unit.along, unit.rare, unit.of, unit.by, unit.calls, unit.seldom,
            unit.same, unit.kept, unit.queries, unit.attributes, unit.columns, unit.spans, unit.commits, unit.deferred,
            unit.unknown, unit.borrowed, unit.received, unit.asked, unit.mentioned,
        ):  # fmt: skip
            notes.clear()
        try:
            if unit.fn is None:
                self.block(unit.scope.body)
            else:
                self.enter(unit)
                self.went_over(unit)
        except RecursionError:
            if self.within:
                self.push(unit)  # with the whole stack for itself
            else:
                unit.unknown["too_deep", unit.fn.node.line if unit.fn else 0, unit.name] = None

    def went_over(self, unit: Unit) -> None:
        over = gone_over_by(self, unit.fn.node) if unit.fn is not None and self.sure else frozenset[str]()
        if over != unit.over:
            unit.over = over
            for reader in unit.returns.readers_of():
                self.push(reader)

    def eval(self, node: Expr) -> Types:
        found: Types = _EXPRESSIONS[type(node)](self, node)
        return found

    def made_class(self, key: Any, name: str, bases: Sequence[ClassInfo]) -> ClassInfo:
        """The class that a factory makes at a place of the code: a call, or a call and what else tells it apart."""
        at = (id(key), ()) if isinstance(key, Call) else (id(key[0]), key[1:])
        known = self.factories.get(at)
        if known is None:
            node = Class(name, (), (), (), (), 0, 0)
            known = ClassInfo(node, self.unit.scope, name)
            for base in bases:
                known.inherit(base)
                base.children.append(known)
            self.belows.clear()
            self.factories[at] = known
        return known

    def eval_in(self, scope: Scope, node: Expr) -> Types:
        """What an expression of the module's (or of its classes') body is, asked from outside."""
        here = self.unit, self.klass
        self.unit, self.klass = self.module_units[scope], None
        found = self.eval(node)
        self.unit, self.klass = here
        return found

    def annotated_in(self, scope: Scope, node: Expr) -> Types:
        """What an annotation of the module (or of its classes) names, asked from outside."""
        here = self.unit, self.klass
        self.unit, self.klass = self.module_units[scope], None
        found: Types = self.annotated(node)
        self.unit, self.klass = here
        return found

    @property
    def head(self) -> int:
        return rounds.head(self)


_where = attrgetter(*_STANDING)

_EXPRESSIONS: Mapping[type, Callable[[Machine, Any], Types]] = {
    str: names.name,
    code.Const: strings.constant,
    code.Attr: members.attribute_expression,
    code.Call: calls.call,
    code.Item: expressions.item,
    code.Display: expressions.display,
    code.Dict: expressions.dict_,
    code.Either: expressions.either,
    code.Operation: strings.operation,
    code.Text: strings.text,
    code.Parts: expressions.parts,
    code.Star: expressions.star,
    code.Bind: expressions.walrus,
    code.Yield: expressions.yield_,
    code.Lambda: expressions.lambda_,
    code.Comprehension: expressions.comprehension,
}
