"""Stage 1, whole project: what SQLAlchemy's sessions, queries, statements and mapped objects do to the tables."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...model.facts import Op, Via
from ..infer import Library, Machine, Site
from ..program import ClassInfo
from ..types import NONE, Type, Types, contain, join
from .inventory import Inventory, Relation, TableEntry
from .raw_sql import run_sql
from .sqlalchemy_models import declare, enter_table

__all__ = ["SQLALCHEMY", "prepare"]

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
    "first one one_or_none get first_or_404 get_or_404 one_or_404 fetchone scalar_one scalar_one_or_none".split()
)
_MANY = frozenset({"all", "fetchall", "fetchmany", "partitions"})
_SCALAR = frozenset({"count", "exists", "scalar"})
_LOADERS = frozenset(
    "joinedload selectinload subqueryload contains_eager immediateload lazyload joinedload_all raiseload load_only"
    " undefer defer noload".split()
)
_EAGER = frozenset({"joinedload", "selectinload", "subqueryload", "contains_eager", "immediateload", "joinedload_all"})
_SESSIONS = frozenset({"Session", "AsyncSession", "sessionmaker", "scoped_session", "async_sessionmaker", "session"})
_ADDS = frozenset({"add", "add_all", "merge", "bulk_save_objects", "save", "save_or_update"})
_BULK = frozenset({"bulk_insert_mappings", "bulk_update_mappings"})
_RUNS = frozenset({"execute", "scalars", "scalar", "stream", "stream_scalars", "exec", "execute_sync"})
_STATEMENTS = {"insert": Op.WRITE, "update": Op.WRITE, "delete": Op.WRITE, "select": Op.READ, "exists": Op.READ}


class Rows(NamedTuple):
    """What a query gives ("entity", "column", "table"; "#1" after it for the second of several), and what it reads
    besides the table of its entity."""

    shape: str
    spans: tuple[Any, ...] = ()


_MOST_SPANS = 16


def _spanning(machine: Machine, one: Type, site: Site, joins: bool) -> Type:
    """A query after a call whose arguments make it read more tables."""
    more = [t for types in site.all() for t in types]
    found: dict[Any, None] = dict.fromkeys(one.extra.spans)
    for target, kind, _ in _entities(machine, tuple(more)):
        if (joins or kind == "query") and target is not one.of:
            found[target] = None
    for t in more:
        if t.kind in ("query", "made") and isinstance(t.extra, Rows):
            found.update(dict.fromkeys(t.extra.spans))
        if t.kind == "relation" and joins and t.extra.between is not None:
            found[t.extra.between] = None
    spans = tuple(found)[:_MOST_SPANS]
    return one if spans == one.extra.spans else Type(one.kind, one.of, Rows(one.extra.shape, spans), one.doubt)


def _evaluated(machine: Machine, one: Type, line: int) -> None:
    machine.effect(one.of, Op.READ, Via.ORM, line, one.doubt)
    for target in one.extra.spans:
        machine.effect(target, Op.READ, Via.RELATION, line, one.doubt)


def _ours(machine: Machine, info: ClassInfo) -> bool:
    return bool(machine.inventory.library_of(info) == "sqlalchemy")


def _entities(machine: Machine, types: Types) -> Iterator[tuple[object, str, int]]:
    """(class or table name, "entity" or "column", doubt) of everything that a query is made of."""
    for one in types:
        if one.kind == "class" and _ours(machine, one.of):
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
            yield from _entities(machine, (one.of,))


def _read(machine: Machine, types: Types, line: int) -> None:
    for target, kind, doubt in _entities(machine, types):
        if kind != "query":
            machine.effect(target, Op.READ, Via.RELATION if kind == "relation" else Via.ORM, line, doubt)
        if kind == "relation":
            for one in types:
                if one.kind == "relation" and one.extra.between is not None:
                    machine.effect(one.extra.between, Op.READ, Via.RELATION, line, doubt)


def _selected(machine: Machine, site: Site) -> Types:
    """The query that `query(A, B.x)` or `select(A, B.x)` begins."""
    found: Types = NONE
    draft = machine.draft(site, Via.ORM)
    single = len(site.args) == 1
    for number, types in enumerate(site.args):
        _read(machine, types, site.line)
        for target, kind, doubt in _entities(machine, types):
            draft.targets[target] = None
            shape = kind if single else f"{kind}#{number}"
            found = join(found, (Type("query", target, Rows(shape), doubt),))
    return found


# -- classes and instances -----------------------------------------------------------------------------------


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
    return _follow(machine, info, relation, line, one.doubt)


def _class_member(machine: Machine, one: Type, relation: Relation | None, name: str, line: int) -> Types | None:
    info: ClassInfo = one.of
    if relation is not None:
        machine.effect(info, Op.READ, Via.ORM, line, one.doubt)
        return (Type("relation", info, relation, one.doubt),)
    if name == "query" and not any("query" in above.methods for above in machine.line_of(info)):
        return (Type("query", info, Rows("entity"), one.doubt),)
    if name == "__table__" and info.mapped and info.mapped.table:
        return (Type("core_table", machine.inventory.tables[info.mapped.table]),)
    if _is_column(info, name):
        if machine.unit.fn is not None and machine.klass is None:
            machine.effect(info, Op.READ, Via.ORM, line, one.doubt)
        return (Type("column", info, name, one.doubt),)
    return None


def _is_column(info: ClassInfo, name: str) -> bool:
    return any(one.mapped and name in one.mapped.columns for one in (*info.line(), *info.below()[:3]))


def _follow(machine: Machine, info: ClassInfo, relation: Relation, line: int, doubt: int) -> Types:
    target = relation.target
    if relation.name in relation.owner.mapped.notes.get("dynamic", ()):
        return (Type("query", target, Rows("entity"), doubt),)
    machine.effect(target, Op.READ, Via.RELATION, line, doubt)
    if relation.between is not None:
        machine.effect(relation.between, Op.READ, Via.RELATION, line, doubt)
    found = Type("instance", target, None, doubt)
    return (found,) if relation.kind in ("one", "one_back") else contain("list", (found,))


def _created(machine: Machine, one: Type, site: Site) -> Types | None:
    info: ClassInfo = one.of
    if not _ours(machine, info) or not machine.whole:
        return None
    if machine.unit.scope.source.kind == "source":
        machine.effect(info, Op.WRITE, Via.ORM, site.line, max(1, one.doubt))
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
        machine.effect(info, Op.WRITE, Via.ORM, line, one.doubt)


# -- queries and statements ----------------------------------------------------------------------------------


def _query_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    machine.draft(site, Via.ORM).targets[one.of] = None
    doubt = one.doubt
    if name in _SAME or name in _JOINS:
        if name in _JOINS:
            for types in site.all():
                _read(machine, types, site.line)
        return (_spanning(machine, one, site, name in _JOINS),)
    _evaluated(machine, one, site.line)
    if name in _ONE:
        return _element(one)
    if name in _MANY:
        return contain("list", _element(one))
    if name == "scalars":
        return (one,)
    if name in _SCALAR:
        machine.draft(site, Via.ORM).aggregates = True
        return _element(one) if name == "scalar" else NONE
    if name in ("delete", "update"):
        machine.effect(one.of, Op.WRITE, Via.ORM, site.line, doubt)
        return NONE
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
    _evaluated(machine, one, line)
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
        machine.effect(entry.name, Op.READ, Via.ORM, line, one.doubt)
        return (Type("alias", entry.name, Rows("table"), one.doubt),)
    if name in ("name", "fullname"):
        return (Type("text", entry.name),)
    return (Type("method", one, name, one.doubt),)


def _table_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    entry: TableEntry = one.of
    op = _STATEMENTS.get(name, Op.READ)
    machine.effect(entry.name, op, Via.ORM, site.line, one.doubt)
    machine.draft(site, Via.ORM).targets[entry.name] = None
    for types in site.all():
        _read(machine, types, site.line)
    kind = "written" if op is Op.WRITE else "query"
    return (Type(kind, entry.name, Rows("table"), one.doubt),)


def _column_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    if one.kind == "relation":
        if name in ("any", "has", "contains", "of_type", "and_"):
            _read(machine, (one,), site.line)
        return (one,)
    for types in site.all():
        _read(machine, tuple([t for t in types if t.kind != "class"]), site.line)
    return (one, *(t for types in site.all() for t in types if t.kind == "query"))[:6]


# -- sessions ------------------------------------------------------------------------------------------------


def _session_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    return _session_call(machine, name, site, certain=True)


def _session_call(machine: Machine, name: str, site: Site, certain: bool) -> Types | None:
    """What `name` does on a session; on a receiver that nobody knows only where the arguments say that it is one."""
    if name == "query":
        return _selected(machine, site)
    if name in _ADDS:
        return _added(machine, site)
    if name == "delete":
        return _session_delete(machine, site)
    if name in ("get", "get_one") and len(site.args) >= 2:
        _read(machine, site.args[0], site.line)
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


def _added(machine: Machine, site: Site) -> Types:
    found: Types = NONE
    for one in site.arg(0, "instance"):
        item = one.of if one.kind in ("list", "tuple") else one
        if item.kind == "instance" and _ours(machine, item.of):
            machine.effect(item.of, Op.WRITE, Via.ORM, site.line, item.doubt)
            found = join(found, (item,))
    return found


def _session_delete(machine: Machine, site: Site) -> Types:
    for one in site.arg(0, "instance"):
        if one.kind == "instance" and _ours(machine, one.of):
            machine.effect(one.of, Op.WRITE, Via.ORM, site.line, one.doubt)
            for target, op in _cascade(machine.inventory, one.of):
                machine.effect(target, op, Via.RELATION, site.line, one.doubt)
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
            if relation.between is not None:
                found[relation.between, Op.WRITE] = None
            elif relation.kind == "many" and relation.on_delete != "do_nothing":
                found[relation.target, Op.READ] = None
                if relation.on_delete == "cascade":
                    found[relation.target, Op.WRITE] = None
                    pending += inventory.concrete(relation.target)
    return list(found)


def _executed(machine: Machine, site: Site, certain: bool) -> Types | None:
    types = site.arg(0, "statement")
    run_sql(machine, types, site.line, known_only=not certain)
    queries = tuple([one for one in types if one.kind == "query"])
    for one in queries:
        _evaluated(machine, one, site.line)
    return queries if queries or certain else None


# -- names of the library ------------------------------------------------------------------------------------


def _made_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    if name in _SESSIONS:
        return (Type("session"),)
    last = one.of.rpartition(".")[2]
    if last in _SESSIONS:
        return (Type("method", Type("session"), name),)
    root = one.of.partition(".")[0]
    if root == "oslo_db" or name in ("writer", "reader"):
        return (Type("external", f"{one.of}.{name}"),)
    if (root.startswith("flask_sqlalchemy") and name[:1].isupper()) or name in ("select", "insert", "update", "delete"):
        return (Type("external", f"{one.of}.{name}"),)
    if root.startswith("flask_sqlalchemy") or name in ("relationship", "mapped_column", "backref", "aliased"):
        return (Type("external", f"{one.of}.{name}"),)
    return (Type("method", one, name),)


def _made_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    root, last = one.of.partition(".")[0], one.of.rpartition(".")[2]
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
    if last == "select":
        return _selected(machine, Site(site.node, _flattened(site), site.keywords, site.line))
    if last in ("insert", "update", "delete"):
        return _write_statement(machine, site)
    if last == "text":
        return tuple([Type("sql", t.of, t.extra) for t in site.arg(0) if t.kind == "text"])
    if last == "Table":
        return _table(machine, site)
    if last in ("aliased", "with_polymorphic", "inspect"):
        return site.arg(0)
    if last == "model_query":  # oslo.db: model_query(Model, session)
        return _selected(machine, Site(site.node, site.args[:1], {}, site.line))
    if last in _LOADERS:
        return _loader(machine, Type("made", f"sqlalchemy.orm.{last}"), last, site)
    if last in ("exists", "join", "outerjoin", "union", "union_all"):
        for types in site.args:
            _read(machine, types, site.line)
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
        return tuple([t for types in site.all() for t in types if t.kind == "column"])[:1] or (Type("made", one.of),)
    return None


def _loader(machine: Machine, one: Type, name: str, site: Site) -> Types:
    """joinedload(Order.lines).joinedload(Line.product): read along with whatever query it is an option of"""
    spans = one.extra.spans if isinstance(one.extra, Rows) else ()
    for types in site.args if name in _EAGER else ():
        relations = tuple([t for t in types if t.kind == "relation"])
        _read(machine, relations, site.line)
        spans += tuple([t.extra.target for t in relations])
    return (Type(one.kind, one.of, Rows("", tuple(dict.fromkeys(spans))[:_MOST_SPANS])),)


def _flattened(site: Site) -> tuple[Types, ...]:
    """select([a, b]) as select(a, b)"""
    if len(site.args) == 1 and any(one.kind == "list" for one in site.args[0]):
        return tuple([(one.of,) if one.kind == "list" else (one,) for one in site.args[0]])
    return site.args


def _write_statement(machine: Machine, site: Site) -> Types:
    found: Types = NONE
    draft = machine.draft(site, Via.ORM)
    for target, kind, doubt in _entities(machine, site.arg(0)):
        machine.effect(target, Op.WRITE, Via.ORM, site.line, doubt)
        draft.targets[target] = None
        found = join(found, (Type("written", target, kind, doubt),))
    return found


def _written_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    machine.draft(site, Via.ORM).targets[one.of] = None
    if name == "from_select":
        for types in site.all():
            _read(machine, types, site.line)
    return (one,)


def _table(machine: Machine, site: Site) -> Types | None:
    names = [t.of for t in site.arg(0) if t.kind == "text" and not t.extra]
    if not names or not site.node.args:
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
    attributes={
        "query": _query_attribute,
        "alias": _alias_attribute,
        "core_table": _table_attribute,
        "made": _made_attribute,
    },
    methods={
        "query": _query_method,
        "session": _session_method,
        "core_table": _table_method,
        "column": _column_method,
        "relation": _column_method,
        "alias": _column_method,
        "written": _written_method,
        "made": _made_method,
    },
    iterate={"query": _query_iterate},
    calls=_call,
    inherited=_inherited,
    mapped=_member,
    assigned=_assigned,
    created=_created,
)
