"""Stage 1, whole project: rows on their way: whose methods they have, and what their query reads besides."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ...model.facts import Op, Via
from ..infer import Machine
from ..program import ClassInfo
from ..types import NONE, Type, Types, join
from .mapping import Relation

__all__ = [
    "ANY_PATH",
    "Shape",
    "are_open",
    "are_there",
    "brought_of",
    "class_of",
    "fetched",
    "handed",
    "held",
    "is_locked",
    "loaded",
    "loading",
    "read_spans",
    "returned",
    "row_of",
    "spanning",
    "spans_of",
]


class Shape(NamedTuple):
    """Rows on their way: the class whose methods they have, and what their query reads besides their own table.

    `brought` is read only where rows are loaded: select_related and prefetch_related mean nothing to exists().
    `locked`: by select_for_update(), before or in a function that gives them out. `given`: the two of the rows that a
    function's callers hand over, which its own callers bring along themselves. `paths`: the relations that are loaded
    with the rows, as written: "order__customer". `there`: somebody has gone over them; nobody asks again.
    """

    cls: ClassInfo | None
    spans: tuple[Any, ...]
    brought: tuple[Any, ...] = ()
    locked: bool = False
    given: tuple[tuple[Any, ...], tuple[Any, ...]] | None = None
    paths: tuple[str, ...] = ()
    there: bool = False


ANY_PATH = "*"
"""Stands for relations that are loaded with rows by names that only a run knows."""

_MOST_SPANS = 16
_WALKED = ("rows", "values")


def class_of(one: Type) -> ClassInfo | None:
    """The manager or queryset class whose methods rows have."""
    extra = one.extra.cls if isinstance(one.extra, Shape) else one.extra
    return extra if isinstance(extra, ClassInfo) else None


def spans_of(one: Type) -> tuple[Any, ...]:
    """What the query of rows reads besides their own table, whatever becomes of it."""
    if isinstance(one.extra, Relation):
        return (one.extra.between,) if one.extra.between is not None else ()
    if not isinstance(one.extra, Shape):
        return ()
    return _joined(one.extra.spans, one.extra.given[0]) if one.extra.given else one.extra.spans


def brought_of(one: Type) -> tuple[Any, ...]:
    """What comes along where rows are loaded."""
    if not isinstance(one.extra, Shape):
        return ()
    return _joined(one.extra.brought, one.extra.given[1]) if one.extra.given else one.extra.brought


def loading(one: Type, paths: Iterable[str]) -> Type:
    """`one`, with whose rows the relations at `paths` are loaded: select_related("order__customer")"""
    shape = _shape(one)
    return _shaped(one, one.kind, shape._replace(paths=_joined(shape.paths, paths)))


def row_of(one: Type) -> Type:
    """A row that a query gives, which holds what was loaded with it."""
    return loaded(Type("instance", one.of, None, one.doubt), one.extra.paths if isinstance(one.extra, Shape) else ())


def loaded(row: Type, paths: Iterable[str]) -> Type:
    """A row that also holds the relations at `paths`."""
    return Type(row.kind, row.of, _joined(held(row), paths) or None, row.doubt)


def held(row: Type) -> tuple[str, ...]:
    """The paths of the relations that a row is known to hold."""
    return row.extra if row.kind == "instance" and isinstance(row.extra, tuple) else ()


def is_locked(one: Type) -> bool:
    """Does the query lock what it finds?"""
    return isinstance(one.extra, Shape) and one.extra.locked


def fetched(one: Type) -> Type:
    """Rows that were gone over: whoever is handed them does not ask for them again."""
    return _shaped(one, one.kind, _shape(one)._replace(there=True)) if one.kind in _WALKED else one


def are_there(one: Type) -> bool:
    """Has whoever hands over the rows gone over them?"""
    return isinstance(one.extra, Shape) and one.extra.there


def are_open(one: Type) -> bool:
    """Are relations loaded with the rows of which nobody knows which?"""
    return isinstance(one.extra, Shape) and ANY_PATH in one.extra.paths


def spanning(one: Type, kind: str, more: Iterable[Any], loading: bool = False, locking: bool = False) -> Type:
    """`one` after a call that makes its query read `more`; `loading`: where it loads rows, `locking`: it locks them."""
    shape = _shape(one)
    if loading:
        shape = shape._replace(brought=_joined(shape.brought, more))
    else:
        shape = shape._replace(spans=_joined(shape.spans, more))
    return _shaped(one, kind, shape._replace(locked=locking or shape.locked, there=False))


def handed(known: Types, types: Types) -> Types:
    """What a parameter may be that is also handed `types`; what rows of one class read is told of all together, and
    is known to whoever hands them over."""
    for one in types:
        if one.kind not in _WALKED:
            known = join(known, (one,))
            continue
        cls, spans, brought, locked = class_of(one), spans_of(one), brought_of(one), is_locked(one)
        there, paths = are_there(one), _any_path(one)
        alike = [other for other in known if other[:2] == one[:2] and class_of(other) is cls]
        for other in alike:
            spans, brought = _joined(spans_of(other), spans), _joined(brought_of(other), brought)
            locked, there = locked or is_locked(other), there and are_there(other)
            paths = paths or _any_path(other)
        merged = Type(one.kind, one.of, Shape(cls, (), (), locked, (spans, brought), paths, there), one.doubt)
        if merged not in known:
            known = join(tuple([other for other in known if other not in alike]), (merged,))
    return known


def _any_path(one: Type) -> tuple[str, ...]:
    return (ANY_PATH,) if are_open(one) else ()


def returned(types: Types, given: Types) -> Types:
    """What a function gives that was `given` rows: of those that other callers hand over nothing comes along."""
    found: Types = NONE
    for one in types:
        found = join(found, (_returned(one, one.extra, given) if isinstance(one.extra, Shape) else one,))
    return found


def _returned(one: Type, shape: Shape, given: Types) -> Type:
    if shape.given is None:
        return one
    alike = [other for other in given if other.of is one.of and other.kind in (*_WALKED, "related")]
    if not alike:  # it was given another way
        return _shaped(one, one.kind, Shape(shape.cls, spans_of(one), brought_of(one), shape.locked))
    after = shape._replace(given=None)
    for other in alike:
        after = _after(after, _shape(other))
    return _shaped(one, one.kind, after)


def _after(shape: Shape, other: Shape) -> Shape:
    given = shape.given
    if other.given is not None:
        before = given or ((), ())
        given = _joined(before[0], other.given[0]), _joined(before[1], other.given[1])
    spans, brought = _joined(shape.spans, other.spans), _joined(shape.brought, other.brought)
    open_ = [one for one in (*shape.paths, *other.paths) if one == ANY_PATH]
    return Shape(shape.cls, spans, brought, shape.locked or other.locked, given, tuple(open_[:1]))


def _shape(one: Type) -> Shape:
    return one.extra if isinstance(one.extra, Shape) else Shape(class_of(one), spans_of(one))


def _shaped(one: Type, kind: str, shape: Shape) -> Type:
    return Type(
        kind, one.of, shape if any(shape[1:4]) or shape.given is not None or any(shape[5:]) else shape.cls, one.doubt
    )


def _joined(first: tuple[Any, ...], more: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*first, *more)))[:_MOST_SPANS]


def read_spans(machine: Machine, one: Type, line: int, *, kept: bool = False, loaded: bool = True) -> None:
    """The line reads what the query joins and, where rows are `loaded`, what comes along."""
    for target in (*spans_of(one), *(brought_of(one) if loaded else ())):
        machine.effect(target, Op.READ, Via.RELATION, line, one.doubt, kept=kept)
