"""Stage 1, whole project: what one round of a loop leaves to the next."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import code
from ..code import Expr
from .rounds import targets_of

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["carried"]


def carried(machine: "Machine", loop: Any) -> frozenset[str]:
    """The names that the body of a loop binds, but looks at first: there a round sees what the one before has left."""
    if id(loop) not in machine.carrying:
        bound, early = set[str](), set[str]()
        _follow(loop.body, bound, early)
        machine.carrying[id(loop)] = frozenset(early & bound)
    return machine.carrying[id(loop)]


def _follow(node: Any, bound: set[str], early: set[str]) -> None:
    """Note in the order of the text the names that statements bind, and those that they look at before."""
    match node:
        case str():
            if node not in bound:
                early.add(node)
        case code.Const() | code.Import():
            return
        case code.Attr(base=base):
            _follow(base, bound, early)
        case code.Assign(targets=targets, value=value):
            _follow((value, targets) if node.augmented else value, bound, early)
            _bind(targets, bound, early)
        case code.For(target=target, iter=iterated, body=body):
            _follow(iterated, bound, early)
            _bind((target,), bound, early)
            _follow(body, bound, early)
        case code.With(items=items, body=body):
            for manager, name in items:
                _follow(manager, bound, early)
                _bind((name,), bound, early)
            _follow(body, bound, early)
        case code.Bind(name=name, value=value):
            _follow(value, bound, early)
            bound.add(name)
        case tuple():
            for part in node:
                if isinstance(part, tuple | str):
                    _follow(part, bound, early)


def _bind(targets: Sequence[Expr | None], bound: set[str], early: set[str]) -> None:
    for target in targets:
        bound.update(targets_of(target))
        if isinstance(target, code.Attr | code.Item):
            _follow(target, bound, early)
