"""Stage 1, whole project: what a library does with values, said by hooks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ..code import Expr
from ..program import Fn
from ..types import Type, Types
from .values import Site

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["CallHook", "Library"]

AttributeHook: TypeAlias = Callable[["Machine", Type, str, int], Types | None]
CallHook: TypeAlias = Callable[["Machine", Type, Site], Types | None]
MethodHook: TypeAlias = Callable[["Machine", Type, str, Site], Types | None]
IterateHook: TypeAlias = Callable[["Machine", Type, int], Types]
DecoratorHook: TypeAlias = Callable[["Machine", Type, Expr, Fn], None]
OverhearHook: TypeAlias = Callable[["Machine", Types, str, Site], None]
SetHook: TypeAlias = Callable[["Machine", Type, str, Types, int], None]


@dataclass(frozen=True, slots=True)
class Library:
    """What a library does with values: each hook answers None where it has nothing to say.

    `roots` are the top-level names whose values are worth following. `attributes`, `methods`, `iterate` and `items`
    (`x["name"]`) are by kind of Type, and of those that are gone over a slice of `lazy` ones asks for nothing;
    `calls` answers for every call of a name of the library; `inherited` for an attribute that a class of the project
    has from a base outside it; `mapped` for instances and classes that `ClassInfo.mapped` marks; `decorates` for each
    decorator of a function. `saves` are the methods without arguments that write a row, so that a call of one on an
    unknown value is worth telling;
    `overhears` is told of calls of the project's own or unknown functions: who is called, by which name, with what.
    """

    name: str
    roots: frozenset[str] = frozenset()
    attributes: Mapping[str, AttributeHook] = field(default_factory=dict)
    methods: Mapping[str, MethodHook] = field(default_factory=dict)
    iterate: Mapping[str, IterateHook] = field(default_factory=dict)
    items: Mapping[str, AttributeHook] = field(default_factory=dict)
    lazy: frozenset[str] = frozenset()
    calls: CallHook | None = None
    inherited: AttributeHook | None = None
    mapped: AttributeHook | None = None
    assigned: SetHook | None = None
    created: CallHook | None = None
    decorates: DecoratorHook | None = None
    saves: frozenset[str] = frozenset()
    overhears: OverhearHook | None = None
