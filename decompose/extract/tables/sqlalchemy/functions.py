"""Stage 1, whole project: what SQLAlchemy's functions make: statements, joins, loaders and Table objects."""

import re
from typing import Any

from ....model.facts import How, ModuleKind, Op, Via
from ...code import Const
from ...infer import Machine, Site
from ...types import NONE, Type, Types, join
from ..queries import BARE, MOST_SPANS, Rows, along, entities, read, selected
from .core import enter_table
from .events import heard
from .sessions import ours

__all__ = ["LOADERS", "is_listed", "library_call", "loader"]

LOADERS = frozenset(
    "joinedload selectinload subqueryload contains_eager immediateload lazyload joinedload_all raiseload load_only"
    " undefer defer noload".split()
)

_EAGER = frozenset({"joinedload", "selectinload", "subqueryload", "contains_eager", "immediateload", "joinedload_all"})

_SPACE = re.compile(r"\s")

_LEAVES = frozenset({"lazyload", "noload", "raiseload"})


def library_call(machine: Machine, one: Type, last: str, site: Site) -> Types | None:
    """What one of SQLAlchemy's functions gives."""
    if last == "listen":
        return heard(machine, site)
    if last == "select":
        found = selected(machine, Site(site.node, _flattened(site), site.keywords, site.line))
        return found or (Type("made", BARE),)
    if last in ("insert", "update", "delete"):
        return _write_statement(machine, last, site)
    if last == "text":
        return tuple([Type("sql", t.of, t.extra) for t in site.arg(0) if t.kind == "text"])
    if last == "Table":
        return _table(machine, site)
    if last in ("aliased", "alias", "lateral", "tablesample", "with_polymorphic", "inspect"):
        return site.arg(0)
    if last in ("join", "outerjoin"):
        return _join(machine, site)
    if last == "Query":
        return selected(machine, site) or None
    if last == "model_query":  # oslo.db: model_query(Model, session)
        return selected(machine, Site(site.node, site.args[:1], {}, site.line))
    if last in ("flag_modified", "flag_dirty"):
        for t in site.arg(0):
            if t.kind == "instance" and ours(machine, t.of):
                machine.effect(t.of, Op.WRITE, Via.ORM, site.line, t.doubt, along=True)
        return NONE
    if last in LOADERS:
        return loader(machine, Type("made", f"sqlalchemy.orm.{last}"), last, site)
    if last in ("exists", "union", "union_all"):
        for types in site.args:
            read(machine, types, site.line)
        return tuple([t for types in site.args for t in types if t.kind in ("query", "class")]) or (Type("made", BARE),)
    if ("." in one.of and one.of.split(".")[-2] == "func") or last in (
        "and_",
        "or_",
        "not_",
        "cast",
        "case",
        "desc",
        "asc",
    ):
        given = [t for types in site.all() for t in types]
        first = [t for t in given if t.kind in ("column", "alias")][:1]
        others = [t for t in given if t.kind in ("alias", "query")]
        return tuple(dict.fromkeys((*first, *others)))[:6] or (Type("made", one.of),)
    return None


def loader(machine: Machine, one: Type, name: str, site: Site) -> Types:
    """joinedload(Order.lines).joinedload(Line.product): read along with whatever query it is an option of"""
    known = one.extra if isinstance(one.extra, Rows) else Rows("")
    spans, loads = list(known.eager), list(known.paths)
    for types in site.args if name in _EAGER else ():
        relations = tuple([t for t in types if t.kind == "relation"])
        if not is_listed(machine, here=True):
            read(machine, relations, site.line)
        for t in relations:
            spans += [target for target in (t.extra.between, t.extra.target, *along(t.extra.target)) if target]
            loads.append("__".join((*loads[-1:], t.extra.name)))
    if name in _LEAVES:
        left = [t.extra.name if t.kind == "relation" else t.of for t in site.arg(0) if t.kind in ("relation", "text")]
        before = f"{loads[-1]}__" if loads else ""
        loads += [f"{before}-{one}" for one in left]
        loads += [f"{before}{one}" for one in left if name != "lazyload"]  # where asking sends nothing
    return (
        Type(one.kind, one.of, Rows("", (), *(tuple(dict.fromkeys(all_))[:MOST_SPANS] for all_ in (spans, loads)))),
    )


def is_listed(machine: Machine, here: bool = False) -> bool:
    """Does evaluation stand in what loads relations for a query that is not here? Whoever sends it reads them.

    def options(): return [joinedload(Order.lines)]
    """
    for callees in machine.changing:
        for one in callees:
            if one.kind == "method" and one.extra == "options":
                return False
            here = here or (one.kind in ("external", "method") and _name_of(one) in LOADERS)
    return here and machine.whole


def _name_of(one: Type) -> str:
    return str(one.extra if one.kind == "method" else one.of.rpartition(".")[2])


def _join(machine: Machine, site: Site) -> Types:
    """join(orders, customers, ...): a query of the one that spans the other, and all that they span"""
    found: dict[Any, None] = {}
    for types in site.args[:2]:
        read(machine, types, site.line)
        found.update(dict.fromkeys(target for target, _, _ in entities(machine, types)))
        found.update(dict.fromkeys(span for t in types if isinstance(t.extra, Rows) for span in t.extra.spans))
    if not found:
        return (Type("made", "sqlalchemy.join"),)
    first, *others = found
    return (Type("query", first, Rows("table", tuple(others)[:MOST_SPANS])),)


def _flattened(site: Site) -> tuple[Types, ...]:
    """select([a, b]) as select(a, b)"""
    if len(site.args) == 1 and any(one.kind == "list" for one in site.args[0]):
        return tuple([(one.of,) if one.kind == "list" else (one,) for one in site.args[0]])
    return site.args


def _write_statement(machine: Machine, last: str, site: Site) -> Types:
    found: Types = NONE
    draft = machine.draft(site, Via.ORM)
    for target, kind, doubt in entities(machine, site.arg(0)):
        machine.effect(target, Op.WRITE, Via.ORM, site.line, doubt)
        if last != "update":
            machine.column(target, "", How.NEW if last == "insert" else How.GONE, site.line)
        draft.targets[target] = None
        found = join(found, (Type("written", target, kind, doubt),))
    return found


def _table(machine: Machine, site: Site) -> Types | None:
    names = [t.of for t in site.arg(0) if t.kind == "text" and t.of and not t.extra]
    if names and _SPACE.search(names[0]) and not isinstance(site.node.args[0], Const):
        return None  # a text that is kept where many are
    if not names or not site.node.args or machine.unit.scope.source.kind is ModuleKind.MIGRATION:
        return None
    entry = enter_table(machine, machine.inventory, machine.unit.scope, names[0], site.node)
    return (Type("core_table", entry),)
