"""Stage 1, whole project: what SQLAlchemy's sessions and connections do to the tables."""

from ....model.facts import How, Op, Via
from ...code.text import as_text
from ...infer import Machine, Site
from ...program import ClassInfo
from ...types import NONE, Type, Types, is_unseen, join
from ..inventory import Inventory
from ..queries import BARE, along, evaluated, read, selected
from ..raw_sql import run_sql

__all__ = ["RUNS", "executed", "ours", "session_call", "session_method"]

_ADDS = frozenset({"add", "add_all", "merge", "bulk_save_objects", "save", "save_or_update"})

_BULK = frozenset({"bulk_insert_mappings", "bulk_update_mappings"})

RUNS = frozenset({"execute", "scalars", "scalar", "stream", "stream_scalars", "exec", "execute_sync"})


def session_method(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """A method of a session."""
    return session_call(machine, name, site, certain=True)


def session_call(machine: Machine, name: str, site: Site, certain: bool) -> Types | None:
    """What `name` does on a session; on a receiver that nobody knows only where the arguments say that it is one."""
    if name == "query":
        return selected(machine, site)
    if name in _ADDS:
        return _added(machine, site, certain) or (NONE if certain else None)
    if name == "delete":
        return _session_delete(machine, site, certain) or (NONE if certain else None)
    if name in ("get", "get_one") and len(site.args) >= 2:
        read(machine, site.args[0], site.line)
        for one in site.args[0]:
            _come_along(machine, one, site)
        return tuple([one.of.type for one in site.args[0] if one.kind == "class" and ours(machine, one.of)])
    if name in _BULK:
        for one in site.arg(0):
            if one.kind == "class" and ours(machine, one.of):
                machine.effect(one.of, Op.WRITE, Via.ORM, site.line, one.doubt)
        return NONE
    if name in RUNS:
        return executed(machine, site, certain)
    if name in ("refresh", "expire"):
        for one in site.arg(0):
            if one.kind == "instance" and ours(machine, one.of) and name == "refresh":
                machine.effect(one.of, Op.READ, Via.ORM, site.line, one.doubt)
                _come_along(machine, one, site)
        return NONE
    if name == "commit" and certain:
        machine.unit.commits[site.line] = "commit"
    if name in ("begin", "begin_nested", "no_autoflush") and certain:
        return (Type("session_scope" if name != "no_autoflush" else "session"),)
    return NONE if certain else None


def _come_along(machine: Machine, one: Type, site: Site) -> None:
    for target in along(one.of) if one.kind in ("class", "instance") else ():
        machine.effect(target, Op.READ, Via.RELATION, site.line, one.doubt, along=True)


def executed(machine: Machine, site: Site, certain: bool) -> Types | None:
    """The line sends the statement that it is given."""
    types = site.arg(0, "statement")
    if certain and all(is_unseen(one) or one == Type("made", BARE) for one in types):
        _tell_unknown(machine, site, "unknown_statement")
    run_sql(machine, types, site.line, known_only=not certain)
    queries = tuple([one for one in types if one.kind == "query"])
    for one in queries:
        evaluated(machine, one, site.line)
    for one in types:
        if one.kind == "written" and not _is_made_here(machine, one):
            machine.effect(one.of, Op.WRITE, Via.ORM, site.line, one.doubt)
    return queries if queries or certain else None


def _is_made_here(machine: Machine, one: Type) -> bool:
    """Does a line of the same function make a statement that writes the table? That line is told."""
    return any(effect.op is Op.WRITE and effect.target == one.of for effect in machine.unit.effects)


def _added(machine: Machine, site: Site, certain: bool) -> Types:
    found: Types = NONE
    if certain and all(map(is_unseen, site.arg(0, "instance"))):
        _tell_unknown(machine, site, "unknown_receiver")
    for one in site.arg(0, "instance"):
        item = one.of if one.kind in ("list", "tuple") else one
        if item.kind == "instance" and ours(machine, item.of):
            machine.effect(item.of, Op.WRITE, Via.ORM, site.line, item.doubt, along=True)  # a flush sends all at once
            found = join(found, (item,))
    return found


def _session_delete(machine: Machine, site: Site, certain: bool) -> Types:
    if certain and all(map(is_unseen, site.arg(0, "instance"))):
        _tell_unknown(machine, site, "unknown_receiver")
    for one in site.arg(0, "instance"):
        if one.kind == "instance" and ours(machine, one.of):
            machine.effect(one.of, Op.WRITE, Via.ORM, site.line, one.doubt, along=True)
            machine.column(one.of, "", How.GONE, site.line)
            for target, op in _cascade(machine.inventory, one.of):
                machine.effect(target, op, Via.CASCADE, site.line, one.doubt)
    return NONE


def _cascade(inventory: Inventory, info: ClassInfo) -> list[tuple[object, Op]]:
    """A flush loads what relations to many hold, deletes it or takes its keys away; what hangs on those rows is loaded
    only where there are any."""
    found: dict[tuple[object, Op], None] = {}
    for one in inventory.concrete(info):
        for relation in inventory.relations(one).values():
            if relation.on_delete == "do_nothing":
                continue
            if relation.between is not None:
                found[relation.between, Op.READ] = found[relation.between, Op.WRITE] = None
            elif relation.kind in ("many", "one_back"):
                found[relation.target, Op.READ] = None
                if relation.on_delete == "cascade":
                    found[relation.target, Op.WRITE] = None
    return list(found)


def _tell_unknown(machine: Machine, site: Site, kind: str) -> None:
    """Note `session.add(x)` and `session.execute(x)` where nobody knows what `x` is."""
    if machine.whole and site.node.args:
        machine.unresolved(kind, site.line, f"{as_text(site.node.func)}({as_text(site.node.args[0])})")


def ours(machine: Machine, info: ClassInfo) -> bool:
    """Does SQLAlchemy map the class?"""
    return bool(machine.inventory.library_of(info) == "sqlalchemy")
