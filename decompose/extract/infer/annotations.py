"""Stage 1, whole project: the types that annotations name."""

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from .. import code
from ..code import Attr, Const, Expr
from ..types import NONE, Type, Types, contain, join

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["annotated", "is_open"]

_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "Awaitable", "Final", "ClassVar", "Required", "NotRequired"})
_SEQUENCES = frozenset(
    "list set frozenset sequence iterable iterator collection generator asynciterator asyncgenerator deque"
    " asynciterable mutablesequence abstractset page".split()
)
_MAPPINGS = frozenset("dict mapping mutablemapping defaultdict ordereddict".split())
_NESTED = 12


def annotated(machine: "Machine", node: Expr | None, depth: int = 0) -> Types:
    """The types that an annotation names: X, "X", X | None, Optional[X], list[X], dict[K, X], type[X]."""
    if node is None or depth > _NESTED:
        return NONE
    if isinstance(node, Const):
        return annotated(machine, _parsed(node.value), depth + 1) if isinstance(node.value, str) else NONE
    if isinstance(node, code.Operation):
        return join(annotated(machine, node.left, depth + 1), annotated(machine, node.right, depth + 1))
    if isinstance(node, code.Item):
        return subscripted(machine, node, depth)
    if not isinstance(node, str | Attr):
        return NONE
    found: Types = NONE
    for one in machine.eval(node):
        if one.kind == "class":
            found = join(found, (one.of.type,))
        elif one.kind == "external" and one.of.partition(".")[0] in machine.roots:
            found = join(found, (Type("made", one.of),))
    return found


def is_open(one: Type) -> bool:
    """Does an annotation leave open what a value is? `sqlalchemy.Table`, `QuerySet`: of which? A protocol: whose?"""
    return one.kind == "made" or (
        one.kind == "instance" and any(base.endswith(".Protocol") for base in one.of.externals())
    )


def subscripted(machine: "Machine", node: code.Item, depth: int) -> Types:
    last = node.base.name if isinstance(node.base, Attr) else node.base if isinstance(node.base, str) else ""
    keys = node.key.items if isinstance(node.key, code.Display) else (node.key,)
    if last in _WRAPPERS:
        found: Types = NONE
        for key in keys:
            found = join(found, annotated(machine, key, depth + 1))
        return found
    if last in ("type", "Type"):
        return tuple([one.of.value for one in annotated(machine, keys[0], depth + 1) if one.kind == "instance"])
    if last in ("tuple", "Tuple"):
        return tuple([t for n, key in enumerate(keys) for t in contain("tuple", annotated(machine, key, depth + 1), n)])
    if last.lower() in _SEQUENCES or last in _SEQUENCES:
        return contain("list", annotated(machine, keys[0], depth + 1))
    if last.lower() in _MAPPINGS or last in _MAPPINGS:
        return contain("dict", annotated(machine, keys[-1], depth + 1))
    types = machine.inventory.generic(
        machine, machine.eval(node.base), tuple([annotated(machine, key, depth + 1) for key in keys])
    )
    if types is not None:
        answer: Types = types
        return answer
    return annotated(machine, node.base, depth + 1)


@lru_cache(4096)
def _parsed(text: str) -> Expr | None:
    """A quoted annotation."""
    if len(text) > 300:
        return None
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    body = code.read(tree).body
    return body[0].value if body and isinstance(body[0], code.Do) else None
