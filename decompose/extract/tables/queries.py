"""Stage 1, whole project: what queries, statements and Table objects read and write, with all that they join."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...model.facts import Op, Via
from ..infer import Library, Machine, Site
from ..program import ClassInfo
from ..types import NONE, Type, Types, contain, join
from .inventory import Relation, TableEntry

__all__ = [
    "BARE",
    "MOST_SPANS",
    "QUERIES",
    "Rows",
    "begun",
    "entities",
    "evaluated",
    "follow",
    "is_written",
    "read",
    "selected",
    "spanning",
]


_SAME = frozenset(
    "filter filter_by where order_by group_by having limit offset distinct options with_for_update with_lockmode"
    " execution_options enable_eagerloads yield_per populate_existing params autoflush correlate prefix_with slice"
    " reset_joinpoint enable_assertions from_self from_statement with_hint with_labels subquery alias label as_scalar"
    " scalar_subquery cte union union_all intersect except_ unique mappings columns select_entity_from returning"
    " on_conflict_do_nothing on_conflict_do_update values add_columns add_column with_only_columns set_label_style"
    "".split()
)

_JOINS = frozenset({"join", "outerjoin", "select_from", "join_from", "with_entities", "add_entity", "options"})

_ONE = frozenset(
    "first one one_or_none get get_one first_or_404 get_or_404 one_or_404 fetchone scalar_one scalar_one_or_none"
    "".split()
)

_MANY = frozenset({"all", "fetchall", "fetchmany", "partitions"})

_SCALAR = frozenset({"count", "exists", "scalar"})

_CHANGES = frozenset({"delete", "update", "soft_delete", "update_on_match", "update_returning_pk"})
"""One statement that changes what the query finds; the last three are oslo.db's."""

_STATEMENTS = {"insert": Op.WRITE, "update": Op.WRITE, "delete": Op.WRITE, "select": Op.READ, "exists": Op.READ}


_QUERIED = ("sqlalchemy", "peewee")


class Rows(NamedTuple):
    """What a query gives ("entity", "column", "table"; "#1" after it for the second of several), and what it reads
    besides the table of its entity."""

    shape: str
    spans: tuple[Any, ...] = ()
    eager: tuple[Any, ...] = ()  # read along wherever rows are loaded


MOST_SPANS = 16

BARE = "sqlalchemy.select"
"""A query of no table that is known."""


def spanning(machine: Machine, one: Type, site: Site, joins: bool) -> Type:
    """A query after a call whose arguments make it read more tables."""
    more = [t for types in site.all() for t in types]
    found: dict[Any, None] = dict.fromkeys(one.extra.spans)
    eager: dict[Any, None] = dict.fromkeys(one.extra.eager)
    for target, kind, _ in entities(machine, tuple(more)):
        if kind == "query" or (joins and target is not one.of):
            found[target] = None
    for t in more:
        if t.kind in ("query", "made") and isinstance(t.extra, Rows):
            found.update(dict.fromkeys(t.extra.spans))
            eager.update(dict.fromkeys(t.extra.eager if t.kind == "made" else ()))
        if t.kind == "relation" and joins and t.extra.between is not None:
            found[t.extra.between] = None
    rows = Rows(one.extra.shape, tuple(found)[:MOST_SPANS], tuple(eager)[:MOST_SPANS])
    return one if rows == one.extra else Type(one.kind, one.of, rows, one.doubt)


def evaluated(machine: Machine, one: Type, line: int, loads: bool = True) -> None:
    """The line sends the query: its own table, all that it spans and, where it loads rows, what comes along is read."""
    machine.effect(one.of, Op.READ, Via.ORM, line, one.doubt)
    _spans_read(machine, one, line)
    if loads:
        for target in (*one.extra.eager, *(_along(one.of) if one.extra.shape[:6] == "entity" else ())):
            machine.effect(target, Op.READ, Via.RELATION, line, one.doubt, along=True)


def begun(machine: Machine, site: Site) -> Types:
    """select(func.count()).select_from(orders): a query whose tables its arguments name"""
    found: Types = NONE
    for types in site.all():
        read(machine, types, site.line)
        for target, _, doubt in entities(machine, types):
            machine.draft(site, Via.ORM).targets[target] = None
            found = join(found, (Type("query", target, Rows("column"), doubt),))
    return found or (Type("made", BARE),)


def _spans_read(machine: Machine, one: Type, line: int) -> None:
    for target in one.extra.spans:
        machine.effect(target, Op.READ, Via.RELATION, line, one.doubt)


def _along(info: Any) -> tuple[Any, ...]:
    """What a class's rows always bring along: customer = relationship(Customer, lazy="joined")"""
    if not isinstance(info, ClassInfo) or info.mapped is None:
        return ()
    if "along" not in info.lookups:
        found: dict[Any, None] = {}
        pending, seen = [info], {info}
        while pending:
            one = pending.pop(0)
            for above in one.line():
                for name in sorted(above.mapped.notes.get("eager", ())) if above.mapped else ():
                    relation = above.mapped.relations[name]
                    found.update(dict.fromkeys(t for t in (relation.between, relation.target) if t is not None))
                    if relation.target not in seen and relation.target.mapped:
                        seen.add(relation.target)
                        pending.append(relation.target)
        info.lookups["along"] = tuple(found)[:MOST_SPANS]
    along: tuple[Any, ...] = info.lookups["along"]
    return along


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
            yield one.of, "query", one.doubt
        elif one.kind == "relation":
            yield one.extra.target, "relation", one.doubt
        elif one.kind in ("list", "tuple"):
            yield from entities(machine, (one.of,))


def is_written(machine: Machine, target: object) -> bool:
    """Does evaluation stand in the arguments of a statement that writes the table? What it compares is not read."""
    # delete(Order).where(Order.paid.is_(False))
    for callees in machine.changing:
        for one in callees:
            if one.kind == "method" and one.of.kind == "written":
                return bool(one.of.of == target)
    return False


def read(machine: Machine, types: Types, line: int) -> None:
    """The line reads whatever classes, columns, tables and relations stand among `types`."""
    for target, kind, doubt in entities(machine, types):
        if kind != "query":
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
    for number, types in enumerate(site.args):
        read(machine, types, site.line)
        for one in types:
            if one.kind == "alias":
                machine.effect(one.of, Op.READ, Via.ORM, site.line, one.doubt)
        for target, kind, doubt in entities(machine, types):
            draft.targets[target] = None
            shape = kind if single else f"{kind}#{number}"
            found = join(found, (Type("query", target, Rows(shape), doubt),))
    return found


def follow(machine: Machine, info: ClassInfo, relation: Relation, line: int, doubt: int) -> Types:
    """`order.customer`: the loaded row, the list of rows, or the query of a dynamic relation."""
    target = relation.target
    if relation.name in relation.owner.mapped.notes.get("dynamic", ()):
        return (Type("query", target, Rows("entity"), doubt),)
    eager = relation.name in relation.owner.mapped.notes.get("eager", ())
    machine.effect(target, Op.READ, Via.RELATION, line, doubt, kept=True, along=eager)
    if relation.between is not None:
        machine.effect(relation.between, Op.READ, Via.RELATION, line, doubt, kept=True, along=eager)
    found = Type("instance", target, None, doubt)
    return (found,) if relation.kind in ("one", "one_back") else contain("list", (found,))


def _query_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    machine.draft(site, Via.ORM).targets[one.of] = None
    doubt = one.doubt
    if name in _SAME or name in _JOINS:
        if name == "options":  # options(joinedload(Order.lines))
            loaded = [t.extra.eager for types in site.all() for t in types if isinstance(t.extra, Rows)]
            machine.draft(site, Via.ORM).prefetched.update(dict.fromkeys(one for spans in loaded for one in spans))
        if name in _JOINS:
            for types in site.all():
                read(machine, types, site.line)
        return (spanning(machine, one, site, name in _JOINS),)
    if name in _CHANGES:
        machine.unread(one.of)
        _spans_read(machine, one, site.line)
        machine.effect(one.of, Op.WRITE, Via.ORM, site.line, doubt)
        return _element(one) if name == "update_on_match" else NONE
    evaluated(machine, one, site.line, loads=name not in _SCALAR)
    if name in _ONE:
        return _element(one)
    if name in _MANY:
        return contain("list", _element(one))
    if name == "scalars":
        return (one,)
    if name in _SCALAR:
        machine.draft(site, Via.ORM).aggregates = True
        return _element(one) if name == "scalar" else NONE
    if name in ("paginate", "items"):
        return (one,)
    if name in ("c", "columns"):
        return NONE
    return (one,)


def _element(one: Type) -> Types:
    """One row of a query."""
    shape, _, number = one.extra.shape.partition("#")
    if shape != "entity" or not isinstance(one.of, ClassInfo):
        return NONE
    found = (Type("instance", one.of, None, one.doubt),)
    return contain("tuple", found, int(number)) if number else found


def _query_iterate(machine: Machine, one: Type, line: int) -> Types:
    evaluated(machine, one, line)
    return _element(one)


def _query_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    if name in ("c", "columns"):
        return (Type("alias", one.of, one.extra, one.doubt),)
    if name == "items":
        return (one,)
    if name == "session":
        return (Type("session"),)
    return (Type("method", one, name, one.doubt),)


def _alias_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    return (one,)


def _table_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    entry: TableEntry = one.of
    if name in ("c", "columns"):
        if machine.unit.fn is not None and not is_written(machine, entry.name):  # no Index(orders.c.id) of a model
            machine.effect(entry.name, Op.READ, Via.ORM, line, one.doubt)
        return (Type("alias", entry.name, Rows("table"), one.doubt),)
    if name in ("name", "fullname"):
        return (Type("text", entry.name),)
    return (Type("method", one, name, one.doubt),)


def _table_of_all(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """metadata.tables["orders"]"""
    entry = machine.inventory.tables.get(name)
    return (Type("core_table", entry),) if entry is not None else None


def _table_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    entry: TableEntry = one.of
    op = _STATEMENTS.get(name, Op.READ)
    machine.effect(entry.name, op, Via.ORM, site.line, one.doubt)
    machine.draft(site, Via.ORM).targets[entry.name] = None
    for types in site.all():
        read(machine, types, site.line)
    kind = "written" if op is Op.WRITE else "query"
    return (Type(kind, entry.name, Rows("table"), one.doubt),)


def _column_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    if one.kind == "relation":
        if name in ("any", "has", "contains", "of_type", "and_"):
            read(machine, (one,), site.line)
        return (one,)
    for types in site.all():
        read(machine, tuple([t for t in types if t.kind != "class"]), site.line)
    return (one, *(t for types in site.all() for t in types if t.kind == "query"))[:6]


def _written_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    machine.draft(site, Via.ORM).targets[one.of] = None
    if name == "from_select":
        for types in site.all():
            read(machine, types, site.line)
    return (one,)


QUERIES = Library(
    name="queries",
    attributes={"query": _query_attribute, "alias": _alias_attribute, "core_table": _table_attribute},
    methods={
        "query": _query_method,
        "core_table": _table_method,
        "column": _column_method,
        "relation": _column_method,
        "alias": _column_method,
        "written": _written_method,
    },
    iterate={"query": _query_iterate},
    items={"alias": _alias_attribute, "core_tables": _table_of_all},
)
