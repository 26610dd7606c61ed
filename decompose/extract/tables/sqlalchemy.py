"""Stage 1, whole project: what SQLAlchemy's sessions, statements and mapped objects do to the tables."""

from typing import Any

from ...model.facts import ModuleKind, Op, Via
from ..code.text import as_text
from ..infer import Library, Machine, Site
from ..program import ClassInfo
from ..types import NONE, Type, Types, is_unseen, join
from .inventory import Inventory, Relation
from .queries import (
    BARE,
    MOST_SPANS,
    Rows,
    begun,
    entities,
    evaluated,
    follow,
    is_written,
    read,
    selected,
)
from .raw_sql import run_sql
from .sqlalchemy_events import heard, listens
from .sqlalchemy_models import declare, enter_table

__all__ = ["SQLALCHEMY", "prepare"]


_LOADERS = frozenset(
    "joinedload selectinload subqueryload contains_eager immediateload lazyload joinedload_all raiseload load_only"
    " undefer defer noload".split()
)

_EAGER = frozenset({"joinedload", "selectinload", "subqueryload", "contains_eager", "immediateload", "joinedload_all"})

_SESSIONS = frozenset({"Session", "AsyncSession", "sessionmaker", "scoped_session", "async_sessionmaker", "session"})

_ADDS = frozenset({"add", "add_all", "merge", "bulk_save_objects", "save", "save_or_update"})

_BULK = frozenset({"bulk_insert_mappings", "bulk_update_mappings"})

_RUNS = frozenset({"execute", "scalars", "scalar", "stream", "stream_scalars", "exec", "execute_sync"})


def _ours(machine: Machine, info: ClassInfo) -> bool:
    return bool(machine.inventory.library_of(info) == "sqlalchemy")


def _member(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    info: ClassInfo = one.of
    if not _ours(machine, info):
        return None
    inventory: Inventory = machine.inventory
    relation = inventory.relation(info, name)
    if one.kind == "class":
        return _class_member(machine, one, relation, name, line)
    if relation is None:
        return None
    return follow(machine, info, relation, line, one.doubt)


def _class_member(machine: Machine, one: Type, relation: Relation | None, name: str, line: int) -> Types | None:
    info: ClassInfo = one.of
    if relation is not None:
        if not is_written(machine, info):
            machine.effect(info, Op.READ, Via.ORM, line, one.doubt)
        return (Type("relation", info, relation, one.doubt),)
    if name == "query" and not any("query" in above.methods for above in machine.line_of(info)):
        return (Type("query", info, Rows("entity"), one.doubt),)
    if name == "__table__" and info.mapped and info.mapped.table:
        return (Type("core_table", machine.inventory.tables[info.mapped.table]),)
    if _is_column(info, name):
        if machine.unit.fn is not None and machine.klass is None and not is_written(machine, info):
            machine.effect(info, Op.READ, Via.ORM, line, one.doubt)
        return (Type("column", info, name, one.doubt),)
    return None


def _is_column(info: ClassInfo, name: str) -> bool:
    return any(one.mapped and name in one.mapped.columns for one in (*info.line(), *info.below()[:3]))


def _created(machine: Machine, one: Type, site: Site) -> Types | None:
    info: ClassInfo = one.of
    if not _ours(machine, info) or not machine.whole:
        return None
    if machine.unit.scope.source.kind == "source":
        machine.effect(info, Op.WRITE, Via.ORM, site.line, max(1, one.doubt), along=True)
    return None


def _assigned(machine: Machine, one: Type, name: str, types: Types, line: int) -> None:
    info: ClassInfo = one.of
    if one.kind != "instance" or not _ours(machine, info):
        return
    fn = machine.unit.fn
    if fn is not None and fn.node.name == "__init__":
        return
    relation = machine.inventory.relation(info, name) if name else None
    if not name or relation is not None or _is_column(info, name):
        machine.effect(info, Op.WRITE, Via.ORM, line, one.doubt, along=True)


def _session_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    return _session_call(machine, name, site, certain=True)


def _session_call(machine: Machine, name: str, site: Site, certain: bool) -> Types | None:
    """What `name` does on a session; on a receiver that nobody knows only where the arguments say that it is one."""
    if name == "query":
        return selected(machine, site)
    if name in _ADDS:
        return _added(machine, site, certain) or (NONE if certain else None)
    if name == "delete":
        return _session_delete(machine, site, certain) or (NONE if certain else None)
    if name in ("get", "get_one") and len(site.args) >= 2:
        read(machine, site.args[0], site.line)
        return tuple([one.of.type for one in site.args[0] if one.kind == "class" and _ours(machine, one.of)])
    if name in _BULK:
        for one in site.arg(0):
            if one.kind == "class" and _ours(machine, one.of):
                machine.effect(one.of, Op.WRITE, Via.ORM, site.line, one.doubt)
        return NONE
    if name in _RUNS:
        return _executed(machine, site, certain)
    if name in ("refresh", "expire"):
        for one in site.arg(0):
            if one.kind == "instance" and _ours(machine, one.of) and name == "refresh":
                machine.effect(one.of, Op.READ, Via.ORM, site.line, one.doubt)
        return NONE
    if name == "commit" and certain:
        machine.unit.commits[site.line] = "commit"
    if name in ("begin", "begin_nested", "no_autoflush") and certain:
        return (Type("session_scope" if name != "no_autoflush" else "session"),)
    return NONE if certain else None


def _tell_unknown(machine: Machine, site: Site, kind: str) -> None:
    """Note `session.add(x)` and `session.execute(x)` where nobody knows what `x` is."""
    if machine.whole and site.node.args:
        machine.unresolved(kind, site.line, f"{as_text(site.node.func)}({as_text(site.node.args[0])})")


def _added(machine: Machine, site: Site, certain: bool) -> Types:
    found: Types = NONE
    if certain and all(map(is_unseen, site.arg(0, "instance"))):
        _tell_unknown(machine, site, "unknown_receiver")
    for one in site.arg(0, "instance"):
        item = one.of if one.kind in ("list", "tuple") else one
        if item.kind == "instance" and _ours(machine, item.of):
            machine.effect(item.of, Op.WRITE, Via.ORM, site.line, item.doubt, along=True)  # a flush sends all at once
            found = join(found, (item,))
    return found


def _session_delete(machine: Machine, site: Site, certain: bool) -> Types:
    if certain and all(map(is_unseen, site.arg(0, "instance"))):
        _tell_unknown(machine, site, "unknown_receiver")
    for one in site.arg(0, "instance"):
        if one.kind == "instance" and _ours(machine, one.of):
            machine.effect(one.of, Op.WRITE, Via.ORM, site.line, one.doubt, along=True)
            for target, op in _cascade(machine.inventory, one.of):
                machine.effect(target, op, Via.CASCADE, site.line, one.doubt)
    return NONE


def _cascade(inventory: Inventory, info: ClassInfo) -> list[tuple[object, Op]]:
    """A flush loads what relations to many hold, deletes it or takes its keys away."""
    found: dict[tuple[object, Op], None] = {}
    pending, seen = list(inventory.concrete(info)), set()
    while pending:
        one = pending.pop(0)
        if one in seen:
            continue
        seen.add(one)
        for relation in inventory.relations(one).values():
            if relation.on_delete == "do_nothing":
                continue
            if relation.between is not None:
                found[relation.between, Op.READ] = found[relation.between, Op.WRITE] = None
            elif relation.kind == "many":
                found[relation.target, Op.READ] = None
                if relation.on_delete == "cascade":
                    found[relation.target, Op.WRITE] = None
                    pending += inventory.concrete(relation.target)
    return list(found)


def _executed(machine: Machine, site: Site, certain: bool) -> Types | None:
    types = site.arg(0, "statement")
    if certain and all(is_unseen(one) or one == Type("made", BARE) for one in types):
        _tell_unknown(machine, site, "unknown_statement")
    run_sql(machine, types, site.line, known_only=not certain)
    queries = tuple([one for one in types if one.kind == "query"])
    for one in queries:
        evaluated(machine, one, site.line)
    return queries if queries or certain else None


def _made_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    if name in _SESSIONS:
        return (Type("session"),)
    if name == "metadata":
        return (Type("made", "sqlalchemy.MetaData"),)
    if name == "tables" and one.of == "sqlalchemy.MetaData":
        return (Type("core_tables"),)
    if one.of == BARE:
        return (Type("method", one, name),)
    last = one.of.rpartition(".")[2]
    if last in _SESSIONS:
        return (Type("method", Type("session"), name),)
    root = one.of.partition(".")[0]
    if root == "oslo_db" or name in ("writer", "reader", "atomic", "transaction"):
        return (Type("external", f"{one.of}.{name}"),)
    if (root.startswith("flask_sqlalchemy") and name[:1].isupper()) or name in ("select", "insert", "update", "delete"):
        return (Type("external", f"{one.of}.{name}"),)
    if root.startswith("flask_sqlalchemy") or name in ("relationship", "mapped_column", "backref", "aliased"):
        return (Type("external", f"{one.of}.{name}"),)
    return (Type("method", one, name),)


def _made_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    root, last = one.of.partition(".")[0], one.of.rpartition(".")[2]
    if one.of == BARE:
        return begun(machine, site)
    if last in _LOADERS or name in _LOADERS:
        return _loader(machine, one, name, site)
    if root in ("sqlalchemy", "django", "flask_sqlalchemy") and name in ("execute", "executemany", "exec_driver_sql"):
        return _executed(machine, site, True)
    if root in ("sqlalchemy", "django", "flask_sqlalchemy"):
        if name in ("connect", "begin", "cursor", "connection", "raw_connection", "__enter__"):
            return (Type("made", f"{root}.{name}"),)
        if name in _RUNS:
            return _executed(machine, site, True)
    return None


def _inherited(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """What a project's own subclass of a library class has from it: db = MySQLAlchemy(); db.Model, db.session"""
    for base in one.of.externals():
        root, last = base.partition(".")[0], base.rpartition(".")[2]
        if root in _ROOTS and last in ("SQLAlchemy", "Session", "AsyncSession"):
            return _made_attribute(machine, Type("made", base), name, line)
    return None


def _call(machine: Machine, one: Type, site: Site) -> Types | None:
    if one.kind == "method":
        return _session_call(machine, one.extra, site, certain=False) if one.of.kind == "unknown" else None
    if one.kind not in ("external", "made"):
        return None
    root, _, _ = one.of.partition(".")
    last = one.of.rpartition(".")[2]
    if one.of == "functools.partial":
        return tuple([t for t in site.arg(0) if t.kind in ("external", "function", "class", "method")])
    if last in _SESSIONS and one.kind == "made":
        return (Type("session"),)
    if root not in _ROOTS and not root.startswith("flask_sqlalchemy"):
        return None
    if last in ("Session", "AsyncSession", "object_session", "sessionmaker", "scoped_session"):
        return (Type("session"),) if last[0].isupper() or last == "object_session" else (Type("made", one.of),)
    return _library_call(machine, one, last, site)


def _library_call(machine: Machine, one: Type, last: str, site: Site) -> Types | None:
    if last == "listen":
        return heard(machine, site)
    if last == "select":
        found = selected(machine, Site(site.node, _flattened(site), site.keywords, site.line))
        return found or (Type("made", BARE),)
    if last in ("insert", "update", "delete"):
        return _write_statement(machine, site)
    if last == "text":
        return tuple([Type("sql", t.of, t.extra) for t in site.arg(0) if t.kind == "text"])
    if last == "Table":
        return _table(machine, site)
    if last in ("aliased", "alias", "lateral", "tablesample", "with_polymorphic", "inspect"):
        return site.arg(0)
    if last in ("join", "outerjoin"):
        return _join(machine, site)
    if last == "model_query":  # oslo.db: model_query(Model, session)
        return selected(machine, Site(site.node, site.args[:1], {}, site.line))
    if last in _LOADERS:
        return _loader(machine, Type("made", f"sqlalchemy.orm.{last}"), last, site)
    if last in ("exists", "union", "union_all"):
        for types in site.args:
            read(machine, types, site.line)
        return tuple([t for types in site.args for t in types if t.kind in ("query", "class")]) or (
            Type("made", one.of),
        )
    if ("." in one.of and one.of.split(".")[-2] == "func") or last in (
        "and_",
        "or_",
        "not_",
        "cast",
        "case",
        "desc",
        "asc",
    ):
        return tuple([t for types in site.all() for t in types if t.kind in ("column", "alias")])[:1] or (
            Type("made", one.of),
        )
    return None


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


def _loader(machine: Machine, one: Type, name: str, site: Site) -> Types:
    """joinedload(Order.lines).joinedload(Line.product): read along with whatever query it is an option of"""
    spans = one.extra.eager if isinstance(one.extra, Rows) else ()
    for types in site.args if name in _EAGER else ():
        relations = tuple([t for t in types if t.kind == "relation"])
        read(machine, relations, site.line)
        spans += tuple([target for t in relations for target in (t.extra.between, t.extra.target) if target])
    return (Type(one.kind, one.of, Rows("", (), tuple(dict.fromkeys(spans))[:MOST_SPANS])),)


def _flattened(site: Site) -> tuple[Types, ...]:
    """select([a, b]) as select(a, b)"""
    if len(site.args) == 1 and any(one.kind == "list" for one in site.args[0]):
        return tuple([(one.of,) if one.kind == "list" else (one,) for one in site.args[0]])
    return site.args


def _write_statement(machine: Machine, site: Site) -> Types:
    found: Types = NONE
    draft = machine.draft(site, Via.ORM)
    for target, kind, doubt in entities(machine, site.arg(0)):
        machine.effect(target, Op.WRITE, Via.ORM, site.line, doubt)
        draft.targets[target] = None
        found = join(found, (Type("written", target, kind, doubt),))
    return found


def _table(machine: Machine, site: Site) -> Types | None:
    names = [t.of for t in site.arg(0) if t.kind == "text" and not t.extra]
    if not names or not site.node.args or machine.unit.scope.source.kind is ModuleKind.MIGRATION:
        return None
    entry = enter_table(machine, machine.inventory, machine.unit.scope, names[0], site.node)
    return (Type("core_table", entry),)


_ROOTS = frozenset({"sqlalchemy", "flask_sqlalchemy", "sqlmodel", "oslo_db", "flask_sqlalchemy_lite"})


def prepare(machine: Machine, inventory: Inventory) -> None:
    """Declare all mapped classes and tables."""
    declare(machine, inventory)


SQLALCHEMY = Library(
    name="sqlalchemy",
    roots=_ROOTS | {"functools"},
    attributes={"made": _made_attribute},
    methods={"session": _session_method, "made": _made_method},
    calls=_call,
    inherited=_inherited,
    mapped=_member,
    assigned=_assigned,
    created=_created,
    decorates=listens,
)
