"""Stage 1, whole project: rows on their way: whose methods they have, and what their query reads besides."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ...model.facts import Op, Via
from ..infer import Machine
from ..program import ClassInfo
from ..types import Type
from .mapping import Relation

__all__ = ["Shape", "class_of", "is_locked", "read_spans", "spanning", "spans_of"]


class Shape(NamedTuple):
    """Rows on their way: the class whose methods they have, and what their query reads besides their own table.

    `brought` is read only where rows are loaded: select_related and prefetch_related mean nothing to exists().
    `locked`: by select_for_update(), before or in a function that gives them out.
    """

    cls: ClassInfo | None
    spans: tuple[Any, ...]
    brought: tuple[Any, ...] = ()
    locked: bool = False


_MOST_SPANS = 16


def class_of(one: Type) -> ClassInfo | None:
    """The manager or queryset class whose methods rows have."""
    extra = one.extra.cls if isinstance(one.extra, Shape) else one.extra
    return extra if isinstance(extra, ClassInfo) else None


def spans_of(one: Type) -> tuple[Any, ...]:
    """What the query of rows reads besides their own table, whatever becomes of it."""
    if isinstance(one.extra, Relation):
        return (one.extra.between,) if one.extra.between is not None else ()
    return one.extra.spans if isinstance(one.extra, Shape) else ()


def _brought(one: Type) -> tuple[Any, ...]:
    return one.extra.brought if isinstance(one.extra, Shape) else ()


def is_locked(one: Type) -> bool:
    """Does the query lock what it finds?"""
    return isinstance(one.extra, Shape) and one.extra.locked


def spanning(one: Type, kind: str, more: Iterable[Any], loading: bool = False, locking: bool = False) -> Type:
    """`one` after a call that makes its query read `more`; `loading`: where it loads rows, `locking`: it locks them."""
    spans, brought = dict.fromkeys(spans_of(one)), dict.fromkeys(_brought(one))
    (brought if loading else spans).update(dict.fromkeys(more))
    locked = locking or is_locked(one)
    if not (spans or brought or locked):
        return Type(kind, one.of, class_of(one), one.doubt)
    return Type(kind, one.of, Shape(class_of(one), tuple(spans)[:_MOST_SPANS], tuple(brought)[:_MOST_SPANS], locked))


def read_spans(machine: Machine, one: Type, line: int, *, kept: bool = False, loaded: bool = True) -> None:
    """The line reads what the query joins and, where rows are `loaded`, what comes along."""
    for target in (*spans_of(one), *(_brought(one) if loaded else ())):
        machine.effect(target, Op.READ, Via.RELATION, line, one.doubt, kept=kept)
