"""Stage 1, whole project: queries on their way: what they are made of, and what sending them reads."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...model.facts import Op, Via
from ..infer import Machine, Site, made_at
from ..program import ClassInfo
from ..types import NONE, Type, Types, contain, each, join
from .mapping import Relation
from .related import beyond_of
from .shapes import held, loaded

__all__ = [
    "BARE",
    "MOST_SPANS",
    "Rows",
    "along",
    "begun",
    "entities",
    "evaluated",
    "follow",
    "is_written",
    "read",
    "selected",
    "spanning",
    "spans_read",
    "spread",
]

_QUERIED = ("sqlalchemy", "peewee")


class Rows(NamedTuple):
    """What a query gives ("entity", "column", "table"; "#1" after it for the second of several), and what it reads
    besides the table of its entity.

    `paths`: the relations that its options load, as "order__customer", and "-order" those that they leave.
    """

    shape: str
    spans: tuple[Any, ...] = ()
    eager: tuple[Any, ...] = ()  # read along wherever rows are loaded
    paths: tuple[str, ...] = ()


MOST_SPANS = 16

BARE = "sqlalchemy.select"
"""A query of no table that is known."""


def spanning(machine: Machine, one: Type, site: Site, joins: bool) -> Type:
    """A query after a call whose arguments make it read more tables."""
    more = spread(site)
    found: dict[Any, None] = dict.fromkeys(one.extra.spans)
    eager: dict[Any, None] = dict.fromkeys(one.extra.eager)
    loads: dict[str, None] = dict.fromkeys(one.extra.paths)
    for target, kind, _ in entities(machine, tuple(more)):
        if kind == "query" or ((joins or kind == "alias") and target != one.of):
            found[target] = None
    for t in more:
        if t.kind in ("query", "alias", "made") and isinstance(t.extra, Rows):
            found.update(dict.fromkeys(t.extra.spans))
            if t.kind == "made":
                eager.update(dict.fromkeys(t.extra.eager))
                loads.update(dict.fromkeys(t.extra.paths))
        if t.kind == "relation" and joins and t.extra.between is not None:
            found[t.extra.between] = None
    rows = Rows(one.extra.shape, *(tuple(each)[:MOST_SPANS] for each in (found, eager, loads)))
    return one if rows == one.extra else Type(one.kind, one.of, rows, one.doubt)


def spread(site: Site) -> Types:
    """What a call is given, and what stands in the lists among it: options(*loaded)"""
    given = tuple([one for types in site.all() for one in types])
    return (*given, *each(given, frozenset({"list", "tuple"})))


def evaluated(machine: Machine, one: Type, line: int, loads: bool = True) -> None:
    """The line sends the query: its own table, all that it spans and, where it loads rows, what comes along is read."""
    machine.effect(one.of, Op.READ, Via.ORM, line, one.doubt)
    spans_read(machine, one, line)
    if loads:
        for target in (*one.extra.eager, *(along(one.of, one.extra.paths) if one.extra.shape[:6] == "entity" else ())):
            machine.effect(target, Op.READ, Via.RELATION, line, one.doubt, along=True)


def begun(machine: Machine, site: Site) -> Types:
    """select(func.count()).select_from(orders), exists().where(Order.paid): a query whose tables its arguments name"""
    found: Types = tuple([Type("query", one.target, Rows("column")) for one in machine.asks()])
    for one in found:
        machine.draft(site, Via.ORM).targets[one.of] = None
    for types in site.all():
        read(machine, types, site.line)
        for target, _, doubt in entities(machine, types):
            machine.draft(site, Via.ORM).targets[target] = None
            found = join(found, (Type("query", target, Rows("column"), doubt),))
    return found or (Type("made", BARE),)


def spans_read(machine: Machine, one: Type, line: int) -> None:
    """The line reads what the query joins."""
    for target in one.extra.spans:
        machine.effect(target, Op.READ, Via.RELATION, line, one.doubt)


def along(info: Any, paths: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """What a class's rows always bring along, unless the options of a query leave it.

    customer = relationship(Customer, lazy="joined")      query.options(lazyload(Order.customer))
    """
    if not isinstance(info, ClassInfo) or info.mapped is None:
        return ()
    left = tuple([path for path in paths if path[:1] == "-"])
    key = " ".join(("along", *left))
    if key not in info.lookups:
        found: dict[Any, None] = {}
        pending, seen = [info], {info}
        while pending:
            one = pending.pop(0)
            for relation in _eager(one):
                if one is info and _is_left(relation, left):
                    continue
                found.update(dict.fromkeys(t for t in (relation.between, relation.target) if t is not None))
                if relation.target not in seen and relation.target.mapped:
                    seen.add(relation.target)
                    pending.append(relation.target)
        info.lookups[key] = tuple(found)[:MOST_SPANS]
    brought: tuple[Any, ...] = info.lookups[key]
    return brought


def _eager(info: ClassInfo) -> Iterator[Relation]:
    for above in info.line():
        for name in sorted(above.mapped.notes.get("eager", ())) if above.mapped else ():
            yield above.mapped.relations[name]


def _is_left(relation: Relation, paths: tuple[str, ...]) -> bool:
    return f"-{relation.name}" in paths or "-*" in paths


def entities(machine: Machine, types: Types) -> Iterator[tuple[object, str, int]]:
    """(class or table name, "entity" or "column", doubt) of everything that a query is made of."""
    for one in types:
        if one.kind == "class" and machine.inventory.library_of(one.of) in _QUERIED:
            yield one.of, "entity", one.doubt
        elif one.kind == "column":
            yield one.of, "column", one.doubt
        elif one.kind == "core_table":
            yield one.of.name, "table", one.doubt
        elif one.kind in ("query", "alias"):
            yield one.of, one.kind, one.doubt
        elif one.kind == "relation":
            yield one.extra.target, "relation", one.doubt
        elif one.kind in ("list", "tuple"):
            yield from entities(machine, (one.of,))


def is_written(machine: Machine, target: object) -> bool:
    """Does evaluation stand in the arguments of a statement that writes the table? What it compares is not read."""
    # delete(Order).where(Order.paid.is_(False))
    for callees in machine.changing:
        written = [one.of.of for one in callees if one.kind == "method" and one.of.kind == "written"]
        if written:
            return target in written
    return False


def read(machine: Machine, types: Types, line: int) -> None:
    """The line reads whatever classes, columns, tables and relations stand among `types`."""
    for target, kind, doubt in entities(machine, types):
        if kind not in ("query", "alias"):
            machine.effect(target, Op.READ, Via.RELATION if kind == "relation" else Via.ORM, line, doubt)
        if kind == "relation":
            for one in types:
                if one.kind == "relation" and one.extra.between is not None:
                    machine.effect(one.extra.between, Op.READ, Via.RELATION, line, doubt)


def selected(machine: Machine, site: Site) -> Types:
    """The query that `query(A, B.x)` or `select(A, B.x)` begins."""
    found: Types = NONE
    draft = machine.draft(site, Via.ORM)
    single = len(site.args) == 1
    spans = _spans(site.args)
    for number, types in enumerate(site.args):
        read(machine, types, site.line)
        for one in types:
            if one.kind == "alias":
                machine.effect(one.of, Op.READ, Via.ORM, site.line, one.doubt)
        for target, kind, doubt in entities(machine, types):
            draft.targets[target] = None
            shape = kind if single else f"{kind}#{number}"
            found = join(found, (Type("query", target, Rows(shape, spans), doubt),))
    return found


def _spans(args: tuple[Types, ...]) -> tuple[Any, ...]:
    """What queries among them read that are asked in turn: late = select(Line).join(Order).cte(); select(late.c.id)"""
    asked = (one.extra.spans for types in args for one in types if one.kind in ("query", "alias") and one.extra)
    return tuple(dict.fromkeys(span for spans in asked for span in spans))[:MOST_SPANS]


def follow(machine: Machine, one: Type, relation: Relation, line: int) -> Types:
    """`order.customer`: the row, the list of rows, or the query of a dynamic relation.

    What a row brought with it is there; a new one has brought nothing.
    """
    target, notes, doubt = relation.target, relation.owner.mapped.notes, one.doubt
    if relation.name in notes.get("dynamic", ()):
        return (Type("query", target, Rows("entity"), doubt),)
    beyond = beyond_of(relation, one)
    if beyond is None and not _is_there(machine, one, relation):
        machine.effect(target, Op.READ, Via.RELATION, line, doubt, kept=True, by=relation.column)
        if relation.between is not None:
            machine.effect(relation.between, Op.READ, Via.RELATION, line, doubt, kept=True)
        for brought in along(target):
            machine.effect(brought, Op.READ, Via.RELATION, line, doubt, kept=True, along=True)
    found = loaded(Type("instance", target, None, doubt), beyond or ())
    return (found,) if relation.kind in ("one", "one_back") else contain("list", (found,))


def _is_there(machine: Machine, one: Type, relation: Relation) -> bool:
    # lazy=False, unless options leave it      lazy="raise", which sends nothing
    notes = relation.owner.mapped.notes
    if relation.name in notes.get("silent", ()):
        return True
    return relation.name in notes.get("eager", ()) and not (
        _is_left(relation, held(one)) or made_at(machine, machine.asked)
    )
