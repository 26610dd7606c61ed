"""Stage 1, whole project: what is sure where evaluation stands: what was asked before, made just now, or collects.

if order.customer: greet(order.customer.name)      order = Order(); order.lines = []      seen = set(); seen.add(line)
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from .. import code
from ..code import Attr, Expr, Stmt
from ..types import NONE, Type, Types
from .rounds import bound_by

if TYPE_CHECKING:
    from .machine import Machine

__all__ = [
    "BOXES",
    "Sure",
    "about_attribute",
    "about_name",
    "after_call",
    "asked_of",
    "go_over",
    "gone_over_by",
    "in_rounds",
    "is_box",
    "is_kept",
    "is_made_there",
    "is_new",
    "lasting",
    "made_at",
    "perhaps",
    "was_gone_over",
]

Sure: TypeAlias = dict[tuple[tuple[str, ...], str, Any], int]
"""(names and attributes that lead to a value, the attribute that was asked of it, what came) -> the line.

In place of an attribute stands "" for the rows that a query gave, `()` for a new object, `[]` for a new container.
"""

_Result = TypeVar("_Result")

_NEW, _BOX, _ROWS = "()", "[]", ""
BOXES = frozenset("list set tuple frozenset dict sorted deque defaultdict OrderedDict Counter".split())
"""What makes new containers."""

_LOSING = frozenset("refresh refresh_from_db arefresh_from_db expire expire_all commit rollback expunge".split())
"""After which objects ask the database again."""


def is_kept(machine: "Machine", target: Any, line: int) -> bool:
    """Was `target` asked of the same object before, which keeps it? If not, it is from now on."""
    path = _path(machine.asked)
    if not path:
        return False
    key = path, machine.asked_name, target
    if key in machine.sure:
        return machine.sure[key] != line
    machine.sure = {**machine.sure, key: line}
    return False


def asked_of(machine: "Machine", node: Expr) -> tuple[str, ...]:
    """What was asked of the object that a name or attribute holds, and of what that gave: "customer__address"."""
    path = _path(node) if machine.sure else ()
    if not path:
        return ()
    known = [
        (*names, name) for names, name, target in machine.sure if names[: len(path)] == path and target is not None
    ]
    return tuple(dict.fromkeys("__".join(names[len(path) :]) for names in known if names[-1]))


def was_gone_over(machine: "Machine", node: Expr | None, one: Type) -> bool:
    """Were the rows that a name holds gone over? A queryset keeps them, also for those that it is handed to."""
    return isinstance(node, str) and ((node,), _ROWS, one.of) in machine.sure


def go_over(machine: "Machine", node: Expr | None, line: int) -> None:
    """The rows that a name holds were gone over, by a function that they were handed to, say."""
    if isinstance(node, str):
        types = machine.unit.env.get(node, NONE)
        known = {((node,), _ROWS, one.of): line for one in types if one.kind in machine.iterators}
        machine.sure = known | machine.sure if known else machine.sure


def gone_over_by(machine: "Machine", function: code.Function) -> frozenset[str]:
    """Of the function that was evaluated just now: the parameters that it goes over each time that it is called."""
    asked = {path[0] for path, name, target in machine.sure if name == _ROWS and target is not None and len(path) == 1}
    found = {one.name for one in function.params if one.name in asked} if asked else set[str]()
    if not found or _may_end_early(function.body):
        return frozenset()
    return frozenset(found.difference(bound_by(machine, function.body)))


def _may_end_early(body: Sequence[Stmt]) -> bool:
    """Does a function give something back before its last statement, or wait for who goes over it?"""
    waiting: list[Any] = [*body[:-1], *(body[-1:] if not isinstance(body[-1], code.Return) else ())]
    while waiting:
        one = waiting.pop()
        if isinstance(one, code.Return | code.Yield) or (isinstance(one, code.Leave) and one.how == "return"):
            return True
        if isinstance(one, tuple) and not isinstance(one, code.Function | code.Lambda):
            waiting.extend(part for part in one if isinstance(part, tuple))
    return False


def is_new(machine: "Machine", target: Expr, value: Expr | None) -> bool:
    """Is an object that was just made given an empty collection? `order = Order(); order.lines = []`"""
    if not isinstance(target, Attr) or not isinstance(value, code.Display) or value.items:
        return False
    return (_path(target.base), _NEW, None) in machine.sure


def made_at(machine: "Machine", node: Expr | None) -> int:
    """The line where the object that a name holds was made in this function, or 0."""
    return machine.sure.get((_path(node), _NEW, None), 0)


def is_made_there(node: code.Assign, types: Types) -> bool:
    """Is a name given an object that is made there? Whatever it was before, it is that from here on."""
    if type(node.value) is not code.Call:
        return False
    func = node.value.func
    name = func.name if isinstance(func, code.Attr) else func
    made = isinstance(name, str) and name[:1].isupper()
    return made and bool(types) and all(one.kind == "instance" for one in types)


def is_box(machine: "Machine", node: Expr) -> bool:
    """Is it a container that was made here?"""
    return bool(machine.sure) and (_path(node), _BOX, None) in machine.sure


def about_name(machine: "Machine", name: str, value: Expr | None = None, line: int = 0) -> None:
    """The name has a new value, which may be a new object or container."""
    if machine.sure:
        _keep(machine, [key for key in machine.sure if key[0][0] != name])
    if value is not None and (mark := _mark(value)):
        machine.sure = {**machine.sure, ((name,), mark, None): line}


def about_attribute(machine: "Machine", target: Attr) -> None:
    """An attribute has a new value: what was asked of its object, and by its name of any, may be another."""
    if machine.sure:
        path, name = _path(target.base), target.name
        changed = [key for key in machine.sure if key[1] == name or name in key[0] or (path and path == key[0][:-1])]
        _keep(machine, [key for key in machine.sure if key not in changed or key[1] in (_NEW, _BOX)])


def after_call(machine: "Machine", func: Expr) -> None:
    """`order.refresh_from_db()`, `session.commit()`: objects forget what they hold."""
    if isinstance(func, Attr) and func.name in _LOSING:
        _keep(machine, [key for key in machine.sure if key[1] in (_NEW, _BOX)])


def perhaps(machine: "Machine", run: Callable[[], _Result]) -> _Result:
    """Run what may not run: what it makes sure is so there alone."""
    before = machine.sure
    found = run()
    machine.sure = lasting(before, machine.sure)
    return found


def lasting(before: Sure, after: Sure) -> Sure:
    """What was sure before and still is."""
    return before if after is before else {key: line for key, line in before.items() if after.get(key) == line}


def in_rounds(machine: "Machine", node: Any, body: Sequence[Stmt]) -> None:
    """A loop begins, each round of which sees what the one before it has changed."""
    if machine.sure:
        bound = bound_by(machine, node)
        losing = _loses(machine, body)
        _keep(
            machine,
            [
                key
                for key in machine.sure
                if key[0][0] not in bound
                and (key[1] in (_NEW, _BOX) or not (losing or any(f".{name}" in bound for name in (*key[0], key[1]))))
            ],
        )


def _keep(machine: "Machine", keys: Sequence[tuple[tuple[str, ...], str, Any]]) -> None:
    if len(keys) < len(machine.sure):
        machine.sure = {key: machine.sure[key] for key in keys}


def _path(node: Expr | None) -> tuple[str, ...]:
    # order.customer -> "order", "customer"      find(order).customer -> nothing
    names: list[str] = []
    while isinstance(node, Attr):
        names.append(node.name)
        node = node.base
    return (node, *reversed(names)) if isinstance(node, str) else ()


def _mark(value: Expr) -> str:
    if isinstance(value, code.Display | code.Dict | code.Comprehension):
        return _BOX
    if not isinstance(value, code.Call) or not isinstance(value.func, str | Attr):
        return ""
    last = value.func.name if isinstance(value.func, Attr) else value.func
    return _BOX if last in BOXES else _NEW if last[:1].isupper() else ""


def _loses(machine: "Machine", body: Sequence[Stmt]) -> bool:
    """Does a block make objects forget what they hold?"""
    key = id(body)
    if key not in machine.losing:
        machine.losing[key] = any(
            isinstance(one, code.Call) and isinstance(one.func, Attr) and one.func.name in _LOSING
            for one in code.within(body)
        )
    return machine.losing[key]
