"""Stage 1, whole project: what each kind of statement does."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from ...model.facts import Op, Via
from .. import code
from ..code import Expr, Stmt
from ..types import NONE, Type, Types, each, join, seen
from . import definitions, names
from .changed import begins_with
from .expressions import names_of
from .fixed import holds, is_empty, settle
from .going import are_mappings, are_rows
from .narrowed import chosen, narrowed
from .rounds import Round, bound_by, is_handed_back, once_from, seldom, way_out
from .spared import is_known_already, is_spared
from .strings import combined, looks_like_sql, plus
from .sure import BOXES, about_name, go_over, in_rounds, is_made_there, is_new, lasting, perhaps
from .values import Draft

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["block", "gone_over"]


def block(machine: "Machine", body: Sequence[Stmt]) -> None:
    """Evaluate statements in their order; those that leave the loop around them run once."""
    if machine.rounds and (way := way_out(machine, body)):
        first, rounds = once_from(body), machine.rounds
        evaluate(machine, body[:first])
        loops = machine.loops
        machine.rounds, machine.loops = (rounds[:-1], loops - 1) if way == "break" else ([], 0)
        evaluate(machine, body[first:])
        machine.rounds, machine.loops = rounds, loops
    else:
        evaluate(machine, body)


def evaluate(machine: "Machine", body: Sequence[Stmt]) -> None:
    guarded, spared = 0, len(machine.spared)
    for number, node in enumerate(body, 1):
        if machine.unit.known and type(node) is code.If and (sure := holds(machine.unit.known, node.test)) is not None:
            decided(machine, node, sure)
            if way_out(machine, node.body if sure else node.orelse):
                break
            continue
        _STATEMENTS[type(node)](machine, node)
        # if order.pk in self._totals: return self._totals[order.pk]
        if not isinstance(node, code.If) or not way_out(machine, node.body):
            continue
        if seldom(machine, node.test, body[number:]) or is_handed_back(machine, node):
            machine.rare += 1
            guarded += 1
        elif is_known_already(node):
            machine.spared.append(len(machine.rounds))
        elif machine.whole and not node.orelse:
            chosen(machine, node.test)
    machine.rare -= guarded
    del machine.spared[spared:]


def looped(machine: "Machine", body: Sequence[Stmt], around: Round) -> None:
    tries, machine.tries = machine.tries, 0
    in_rounds(machine, around.node, body)
    for name in bound_by(machine, around.node) if machine.unit.known else ():
        machine.unit.known.pop(name, None)
    machine.loops += 1
    machine.rounds.append(around)
    if machine.unit.fn is None:
        branch(machine, body)
    else:
        twice(machine, body, around)
    machine.rounds.pop()
    machine.loops -= 1
    machine.tries = tries


def twice(machine: "Machine", body: Sequence[Stmt], around: Round) -> None:
    """The body of a loop, and once more where a round sees other values that the round before has left to it."""
    env = machine.unit.env
    before, outside = {name: env.get(name, NONE) for name in machine.carried(around.node)}, {*env}
    outside.update(before)
    branch(machine, body)
    again = False
    for name, types in before.items():
        left = tuple([one for one in env.get(name, NONE) if one.kind != "text" and one not in types])
        if left:
            env[name], again = types + left, True  # text is put together anew, or it would grow
    if again:
        for name in [name for name in env if name not in outside]:
            del env[name]  # which each round gives a value of its own
        branch(machine, body)


def branch(machine: "Machine", body: Sequence[Stmt]) -> Types:
    """Statements that may not run: what they assign is one more thing that a name may be."""
    machine.branches += 1
    replaced, machine.replaced = machine.replaced, {}
    perhaps(machine, partial(block, machine, body))
    for name, types in machine.replaced.items():
        machine.unit.env[name] = join(types, machine.unit.env.get(name, NONE))
    machine.replaced = replaced
    machine.branches -= 1
    return NONE


def do(machine: "Machine", node: code.Do) -> None:
    machine.dropped = node.value
    machine.eval(node.value)


def assign_statement(machine: "Machine", node: code.Assign) -> None:
    known = len(machine.unit.effects)
    types = NONE if node.value is None else machine.eval(node.value)
    if type(node.value) is code.Call and type(node.targets[0]) is str and len(machine.unit.effects) > known:
        asked = tuple([one for one in islice(machine.unit.effects, known, None) if one.op is Op.READ])
        machine.asked_for[node.targets[0]] = machine.asked_for.get(node.targets[0], ()) + asked
        # late = Order.objects.filter(...)
        if types and not node.augmented and all(one.kind in machine.iterators for one in types):
            machine.built[node.targets[0]] = dict.fromkeys(one for one in asked if one not in machine.unit.along)
            machine.unit.along |= machine.built[node.targets[0]]  # it is sent where somebody asks `late` for rows
    if node.annotation is not None:
        types = machine.annotated(node.annotation) or types
    draft = machine.drafts.get(id(node.value)) or _begun(machine, node, types)
    if node.augmented in ("BitOr", "BitAnd") and node.value is not None:
        combined(machine, node.value, types)
    for target in node.targets:
        if draft is not None and isinstance(target, str):
            machine.named_drafts[target] = draft
        if node.augmented and isinstance(target, str) and machine.unit.fn is not None:
            before = machine.unit.env.get(target, NONE)
            if any(one.kind == "text" for one in before):  # sql += " AND paid"
                types = plus(machine, before, types)
        elif node.augmented and any(one.kind == "text" for one in types):
            continue  # pieces of text that others see too are not followed over statements
        elif isinstance(target, str) and _replaces(machine, node, types):
            # rows = list(rows); rows = {row.pk: row.name for row in rows}; order = Order()
            machine.replaced.setdefault(target, machine.unit.env.pop(target, NONE))
        elif is_new(machine, target, node.value):
            continue  # order = Order(); order.lines = []
        machine.assign(target, types, node.line)
        if type(target) is str and not node.augmented:
            about_name(machine, target, node.value, node.line)
    settle(machine, node)


_NEW = frozenset({code.Comprehension, code.Dict, code.Display})


def _replaces(machine: "Machine", node: code.Assign, types: Types) -> bool:
    """Is a local name given something new, whatever it was before? Rows in a list are no query any more."""
    if machine.unit.fn is None or machine.klass is not None or node.augmented:
        return False
    func = node.value.func if type(node.value) is code.Call else ""
    fetched = bool(types) and all(one.kind == "list" for one in types)  # orders = orders.order_by(Order.id).all()
    return type(node.value) in _NEW or func in BOXES or fetched or is_made_there(node, types)


def _begun(machine: "Machine", node: code.Assign, types: Types) -> Draft | None:
    """shown = Order.objects.visible(user): the project's own method narrows the rows of a class"""
    rows = bool(types) and all(one.kind in machine.iterators for one in types)
    if not (rows and isinstance(node.value, code.Call) and begins_with(node.value)[:1].isupper()):
        return None
    return Draft(node.line, Via.ORM, machine.loops > 0, bool(machine.head))


def for_(machine: "Machine", node: code.For) -> None:
    if machine.unit.known and is_empty(machine.unit.known, node.iter):
        return
    iterated = machine.eval(node.iter)
    each_time = gone_over(machine, node.iter, iterated, node.line)
    before = {name: machine.unit.env.pop(name, NONE) for name in names_of(node.target)}  # what an earlier loop left
    machine.assign(node.target, each_time, node.line)
    rows = are_rows(machine, node.iter, iterated) and not are_mappings(node)
    looped(machine, node.body, Round(node.line if rows else 0, node))
    for name, types in before.items():
        if types:
            machine.unit.env[name] = join(types, machine.unit.env.get(name, NONE))


def gone_over(machine: "Machine", written: Expr, iterated: Types, line: int) -> Types:
    """What a loop binds; a queryset that has a name keeps the rows that it was asked for once."""
    if isinstance(written, str):
        for effect in machine.built.pop(written, ()):
            machine.unit.along.pop(effect, None)
    machine.asked, machine.asked_name = written if isinstance(written, str | code.Attr) else None, ""
    found = machine.iterate(iterated, line)
    machine.asked = None
    return found


def while_(machine: "Machine", node: code.While) -> None:
    machine.loops += 1
    machine.eval(node.test)
    machine.loops -= 1
    looped(machine, node.body, Round(0, node))


def with_(machine: "Machine", node: code.With) -> None:
    for manager, target in node.items:
        types = machine.eval(manager)
        for one in types:
            machine.scope_opened(one, node.line, node.end_line)
        if target is not None:
            machine.assign(target, entered(machine, types, node.line), node.line)
    block(machine, node.body)


def entered(machine: "Machine", types: Types, line: int) -> Types:
    found: Types = NONE
    for one in types:
        if one.kind == "instance":
            result = machine.method((one,), "__enter__", line)
            found = join(found, result or (one,))
        else:
            found = join(found, each((one,)) if one.kind == "list" else (one,))
    return found


def if_(machine: "Machine", node: code.If) -> None:
    tested(machine, node)
    if machine.whole:
        looked_for(machine, node.test, node.line)
    other = partial(narrowed, machine, node.test, False, partial(branch, machine, node.orelse))
    before = machine.unit.env.copy() if node.orelse else {}
    asked(machine, node, partial(narrowed, machine, node.test, True, partial(branch, machine, node.body)))
    if node.orelse:
        elsewhere(machine, before, other)
    else:
        other()


def tested(machine: "Machine", node: code.If) -> None:
    """Evaluate the test. A relation that it asks for last is read where there is a row: once, if that leaves the loop.

    if line.order: raise ValidationError(...)
    """
    last = node.test.items[-1] if isinstance(node.test, code.Either) and node.test.op == "And" else node.test
    plain = isinstance(last, code.Attr) and isinstance(last.base, str)
    if not (plain and machine.head and way_out(machine, node.body)):
        machine.eval(node.test)
        return
    repeated = machine.unit.repeated
    before = {*repeated}
    machine.eval(node.test)
    rows = [one.of for one in machine.eval(last) if one.kind == "instance"]
    for effect in [one for one in repeated if one not in before and one.via is Via.RELATION and one.target in rows]:
        del repeated[effect]


def looked_for(machine: "Machine", test: Expr, line: int) -> None:
    """`if late: ...`, where `late` is a queryset: it is asked for its rows, which it keeps."""
    if isinstance(test, code.Bind):  # if late := orders.late(): ...
        test = test.name
    if (isinstance(test, code.Parts) and test.op == "Not") or (isinstance(test, code.Either) and test.op):
        looked_for(machine, test.items[0], line)
    elif isinstance(test, str) and test in machine.unit.env:
        rows = tuple([one for one in machine.unit.env[test] if one.kind in ("rows", "values") and not one.doubt])
        if rows:
            gone_over(machine, test, rows, line)


def elsewhere(machine: "Machine", before: Mapping[str, Types], run: Callable[[], object]) -> None:
    """Run the other branch, which sees nothing of what the first one has given to names; what follows sees both."""
    env = machine.unit.env
    given = {name: types for name, types in env.items() if types is not before.get(name)}
    for name in given:
        if name in before:
            env[name] = before[name]
        else:
            del env[name]
    run()
    for name, types in given.items():
        env[name] = join(types, env.get(name, NONE))


def decided(machine: "Machine", node: code.If, sure: bool) -> None:
    """A branch that the constants of a call decide."""
    if sure:
        asked(machine, node, partial(block, machine, node.body))
    else:
        block(machine, node.orelse)


def asked(machine: "Machine", node: code.If, run: Callable[[], object]) -> None:
    """Run the branch that a test asks for, which may be for few of many."""
    rare, spared = seldom(machine, node.test, node.body), len(machine.spared)
    machine.rare += rare
    machine.spared += [len(machine.rounds)] * is_spared(machine, node.test, node.body)
    run()
    machine.rare -= rare
    del machine.spared[spared:]


def try_(machine: "Machine", node: code.Try) -> None:
    machine.tries += 1
    machine.caught += bool(node.handlers)
    branch(machine, node.body)
    machine.caught -= bool(node.handlers)
    machine.tries -= 1
    before, first = machine.sure, _first_asked(node.body)
    for handler in node.handlers:
        missing = _is_missing(handler.caught)
        machine.rare += missing
        go_over(machine, first, node.line)
        branch(machine, handler.body)
        machine.sure = lasting(before, machine.sure)
        machine.rare -= missing
    block(machine, node.final)


def _first_asked(body: Sequence[Stmt]) -> str:
    """The name whose rows a block goes over first of all: whatever fails after that, they are there.

    try: with atomic(): for order in late: order.delete()
    """
    first = body[0] if body else None
    while isinstance(first, code.With):
        first = first.body[0] if first.body else None
    return first.iter if isinstance(first, code.For) and isinstance(first.iter, str) else ""


def _is_missing(caught: code.Expr | None) -> bool:
    # try: kind = self.get(name=name)    except Kind.DoesNotExist: kind = self.create(name=name)
    name = caught.name if isinstance(caught, code.Attr) else caught
    return name in _UNLIKE_OTHERS


_UNLIKE_OTHERS = frozenset(
    ("DoesNotExist", "ObjectDoesNotExist", "NoResultFound", "MultipleObjectsReturned", "MultipleResultsFound")
)
"""What is raised for a row that is missing, or that is there twice."""


def return_(machine: "Machine", node: code.Return) -> None:
    types = tuple([one for one in seen(machine.eval(node.value)) if one.kind != "text" or _is_told(machine, one)])
    machine.write(machine.unit.returns, types)


def _is_told(machine: "Machine", one: Type) -> bool:
    # return "SELECT ..."      return getattr(settings, "ORDER_MODEL", "shop.Order")
    return looks_like_sql(one) or bool(machine.inventory.is_table(one))


def leave(machine: "Machine", node: code.Leave) -> None:
    """`break`, `continue`, `return`, `raise`: told by `way_out`."""


def delete(machine: "Machine", node: code.Delete) -> None:
    for target in node.targets:
        machine.eval(target)


_STATEMENTS: Mapping[type, Callable[["Machine", Any], None]] = {
    code.Assign: assign_statement,
    code.Do: do,
    code.Return: return_,
    code.Raise: do,
    code.Leave: leave,
    code.Delete: delete,
    code.For: for_,
    code.While: while_,
    code.With: with_,
    code.If: if_,
    code.Try: try_,
    code.Import: names.import_,
    code.Function: definitions.function,
    code.Class: definitions.class_,
}
