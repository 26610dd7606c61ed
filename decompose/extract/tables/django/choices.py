"""Stage 1, whole project: how many values a Django field may have by its `choices`."""

from ...code import Attr, Class, Display, Expr
from ...infer import Machine
from ...program import ClassInfo
from .meta import assignments

__all__ = ["Choices"]


class Choices:
    """Counts the values of `choices=`; 0 where they cannot be told."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._named: dict[str, int] | None = None

    def count(self, info: ClassInfo, node: Expr | None) -> int:
        """Of a field in the body of `info`: [("a", "A")], STATUSES, Status.choices, Status.ALL, Status, of.STATUSES"""
        if isinstance(node, Display):
            return len(node.items)
        if isinstance(node, str):
            return _listed(info.node, node) or self._of(info, node, node)
        return self._of(info, node.base, node.name) if isinstance(node, Attr) else 0

    def _of(self, info: ClassInfo, node: Expr, name: str) -> int:
        for inner in info.node.body:  # class Invoice(Model): class Status(TextChoices): ...
            if isinstance(inner, Class) and inner.name == node:
                return _listed(inner, name) or _members(inner)
        for one in self._machine.eval_in(info.scope, node):
            if one.kind == "class":
                return _listed(one.of.node, name) or _members(one.of.node)
        return self._displays().get(name, 0)

    def _displays(self) -> dict[str, int]:
        """The lists that modules name; of one name the longest."""
        if self._named is None:
            self._named = {}
            for scope in self._machine.program.scopes:
                for node in assignments(scope.body) if not scope.source.library else ():
                    name = node.targets[0]
                    if isinstance(name, str) and isinstance(node.value, Display):
                        self._named[name] = max(len(node.value.items), self._named.get(name, 0))
        return self._named


def _listed(node: Class, name: str) -> int:
    own = (one.value for one in assignments(node.body) if one.targets[0] == name)
    return next((len(one.items) for one in own if isinstance(one, Display)), 0)


def _members(node: Class) -> int:
    """class Status(TextChoices): OPEN = "open"; or, in a class of another kind, the longest list that it holds."""
    found = [one.value for one in assignments(node.body) if isinstance(one.targets[0], str)]
    lists = [len(value.items) for value in found if isinstance(value, Display) and value.kind == "list"]
    return max(lists, default=0) or len(found)
