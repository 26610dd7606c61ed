"""Stage 1, whole project: what SQLAlchemy's mapped classes and objects do to the tables."""

from ....model.facts import How, Op, Via
from ...infer import Library, Machine, Site
from ...program import ClassInfo
from ...types import Type, Types, contain
from ..inventory import Inventory
from ..mapping import EVERY, Relation
from ..queries import BARE, Rows, begun, follow, is_written
from ..statements import ADDS
from .events import listens
from .functions import LOADERS, is_listed, library_call, loader
from .models import declare
from .schemas import MARSHMALLOW, filled_method, loaded_attribute, schema_method
from .sessions import RUNS, executed, ours, session_call, session_method

__all__ = ["SQLALCHEMY", "prepare"]

_SESSIONS = frozenset({"Session", "AsyncSession", "sessionmaker", "scoped_session", "async_sessionmaker", "session"})

_ROOTS = frozenset({"sqlalchemy", "flask_sqlalchemy", "sqlmodel", "oslo_db", "flask_sqlalchemy_lite"})


def _member(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    info: ClassInfo = one.of
    if not ours(machine, info):
        return None
    inventory: Inventory = machine.inventory
    relation = inventory.relation(info, name)
    if one.kind == "class":
        return _class_member(machine, one, relation, name, line)
    if relation is None:
        return _beyond(machine, one, name, line)
    return follow(machine, one, relation, line)


def _beyond(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    """What an association proxy gives: an attribute of each of the rows of a relation."""
    # words = association_proxy("tags", "word")
    for above in machine.line_of(one.of):
        proxies = above.mapped.notes.get("proxies", {}) if above.mapped else {}
        if name in proxies:
            relation, attribute = proxies[name]
            rows = machine.attribute(one, relation, line)
            held = machine.iterate(rows, line) or rows
            return contain("list", machine.attributes_of(held, attribute, line))
    return None


def _class_member(machine: Machine, one: Type, relation: Relation | None, name: str, line: int) -> Types | None:
    info: ClassInfo = one.of
    if relation is not None:
        if not is_written(machine, info) and not is_listed(machine):
            machine.effect(info, Op.READ, Via.ORM, line, one.doubt, mentioned=True)
        return (Type("relation", info, relation, one.doubt),)
    if name == "metadata" and not any(above.has(name) for above in machine.line_of(info)):
        return (Type("made", "sqlalchemy.MetaData"),)
    if name == "query" and not any("query" in above.methods for above in machine.line_of(info)):
        return (Type("query", info, Rows("entity"), one.doubt),)
    if name == "__table__" and info.mapped and info.mapped.table:
        return (Type("core_table", machine.inventory.tables[info.mapped.table]),)
    if _is_column(info, name):
        if machine.unit.fn is not None and machine.klass is None and not is_written(machine, info):
            machine.effect(_holder(info, name), Op.READ, Via.ORM, line, one.doubt, mentioned=True)
            machine.column(info, name, How.READ, line)
        return (Type("column", info, name, one.doubt),)
    return None


def _is_column(info: ClassInfo, name: str) -> bool:
    return any(one.mapped and name in one.mapped.columns for one in (*info.line(), *info.below()[:3]))


def _holder(info: ClassInfo, name: str) -> ClassInfo | str:
    """Of a class whose rows lie in its parent's table too: the table that has the column."""
    parents: list[ClassInfo] = info.mapped.parents if info.mapped and info.mapped.table else []
    above = {one for parent in parents for one in parent.line()}
    for one in info.line() if parents else ():
        if one.mapped and name in one.mapped.columns:
            return parents[0] if one in above else str(info.mapped.table)
    return info


def _created(machine: Machine, one: Type, site: Site) -> Types | None:
    info: ClassInfo = one.of
    if not ours(machine, info) or not machine.whole:
        return None
    if machine.unit.scope.source.kind == "source":
        machine.effect(info, Op.WRITE, Via.ORM, site.line, max(1, one.doubt), along=True)
        for name in site.keywords:  # Order(tags=tags): rows of the table between are made, too
            relation = machine.inventory.relation(info, name)
            if relation is not None and relation.between:
                machine.effect(relation.between, Op.WRITE, Via.RELATION, site.line, max(1, one.doubt), along=True)
    return None


def _assigned(machine: Machine, one: Type, name: str, types: Types, line: int) -> None:
    info: ClassInfo = one.of
    if one.kind != "instance" or not ours(machine, info):
        return
    fn = machine.unit.fn
    if fn is not None and fn.node.name == "__init__":
        return
    relation = machine.inventory.relation(info, name) if name else None
    if relation is not None and relation.kind != "one":
        # order.tags = tags: rows of the table between are; order.lines = lines: the key stands in theirs
        machine.effect(relation.between or relation.target, Op.WRITE, Via.RELATION, line, one.doubt, along=True)
    elif not name or relation is not None or _is_column(info, name):
        machine.effect(info, Op.WRITE, Via.ORM, line, one.doubt, along=True)


def _made_attribute(machine: Machine, one: Type, name: str, line: int) -> Types | None:
    if name in _SESSIONS:
        return (Type("session"),)
    if name == "metadata":
        return (Type("made", "sqlalchemy.MetaData"),)
    if one.of.endswith(".MetaData") and name in ("tables", "sorted_tables"):
        return (Type("core_tables"),) if name == "tables" else contain("list", (Type("core_table", EVERY, None, 1),))
    if one.of == BARE:
        return (Type("method", one, name),)
    last = one.of.rpartition(".")[2]
    if last in _SESSIONS:
        return (Type("method", Type("session"), name),)
    root = one.of.partition(".")[0]
    if root == "oslo_db" or name in ("writer", "reader", "atomic", "transaction"):
        return (Type("external", f"{one.of}.{name}"),)
    if root == "flask_marshmallow" and name[:1].isupper():  # ma = Marshmallow(); class OrderSchema(ma.ModelSchema)
        return (Type("external", f"{root}.{name}"),)
    if (root.startswith("flask_sqlalchemy") and name[:1].isupper()) or name in ("select", "insert", "update", "delete"):
        return (Type("external", f"{one.of}.{name}"),)
    if root.startswith("flask_sqlalchemy") or name in ("relationship", "mapped_column", "backref", "aliased"):
        return (Type("external", f"{one.of}.{name}"),)
    return (Type("method", one, name),)


def _made_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    root, last = one.of.partition(".")[0], one.of.rpartition(".")[2]
    if one.of == BARE:
        return begun(machine, site)
    if last in LOADERS or name in LOADERS:
        return loader(machine, one, name, site)
    if root in ("sqlalchemy", "django", "flask_sqlalchemy") and name in ("execute", "executemany", "exec_driver_sql"):
        return executed(machine, site, True)
    if root in ("sqlalchemy", "django", "flask_sqlalchemy"):
        if name in ("connect", "begin", "cursor", "connection", "raw_connection", "__enter__"):
            return (Type("made", f"{root}.{name}"),)
        if name in RUNS:
            return executed(machine, site, True)
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
        if one.of.kind == "unknown" and one.extra in ADDS:  # query.filter(Order.paid), where nobody knows the query
            machine.asks()
        return session_call(machine, one.extra, site, certain=False) if one.of.kind == "unknown" else None
    if one.kind not in ("external", "made"):
        return None
    root, _, _ = one.of.partition(".")
    last = one.of.rpartition(".")[2]
    if one.of == "functools.partial":
        return tuple([t for t in site.arg(0) if t.kind in ("external", "function", "class", "method")])
    if last == "using" and root == "oslo_db":  # with enginefacade.writer.using(context) as session:
        return (Type("session_scope"),)
    if last in _SESSIONS and one.kind == "made":
        return (Type("session"),)
    if root not in _ROOTS and not root.startswith("flask_sqlalchemy"):
        return None
    if last in ("Session", "AsyncSession", "object_session", "sessionmaker", "scoped_session"):
        return (Type("session"),) if last[0].isupper() or last == "object_session" else (Type("made", one.of),)
    return library_call(machine, one, last, site)


def prepare(machine: Machine, inventory: Inventory) -> None:
    """Declare all mapped classes and tables."""
    declare(machine, inventory)


SQLALCHEMY = Library(
    name="sqlalchemy",
    roots=_ROOTS | MARSHMALLOW | {"functools"},
    attributes={"made": _made_attribute, "loaded": loaded_attribute},
    methods={
        "session": session_method,
        "session_scope": session_method,
        "made": _made_method,
        "class": schema_method,
        "instance": filled_method,
    },
    calls=_call,
    inherited=_inherited,
    mapped=_member,
    assigned=_assigned,
    created=_created,
    decorates=listens,
)
