"""Stage 1, whole project: SQLAlchemy's relationships, with what comes back by them."""

from ...code import Call, Const, Item, Lambda
from ...program import ClassInfo
from ..mapping import Relation
from ..written import as_written, called, flag, is_false, keyword, last, text
from .fields import Declared, Models, annotated_target, by_name, fields_of

__all__ = ["guess_keys", "relate"]

_RELATIONS = frozenset({"relationship", "relation", "Relationship", "dynamic_loader"})

_EAGER = ("joined", "selectin", "subquery", "immediate")
"""Values of `lazy` by which the related rows come with their own row's query, or with one more for all rows."""

_SILENT = ("noload", "raise", "raise_on_sql")
"""By which asking for what is not there sends nothing."""


def relate(models: Models, info: ClassInfo) -> None:
    """Give the class its relations, and their targets the way back."""
    for above in info.line():
        for field in fields_of(above):
            if field.name in info.mapped.relations or field.name in info.mapped.columns:
                continue
            target = _relation_target(models, info, field)
            if target is not None:
                _add_relation(models, info, field, target)
            elif field.call is not None and len(field.call.args) >= 2 and last(field.call.func) == "association_proxy":
                beyond = tuple([text(models.machine, field.info.scope, one) for one in field.call.args[:2]])
                info.mapped.notes.setdefault("proxies", {})[field.name] = beyond


def guess_keys(models: Models, info: ClassInfo) -> None:
    """The column behind each relation to one, for the queries that join over it."""
    for relation in info.mapped.relations.values():
        if relation.kind == "one" and relation.target.mapped:
            for key in models.inventory.keys:
                if key.table == info.mapped.table and key.to_table == relation.target.mapped.table:
                    relation.column = key.column
                    break


def _relation_target(models: Models, info: ClassInfo, field: Declared) -> ClassInfo | None:
    if field.call is None:
        return annotated_target(models, field)
    if called(models.machine, field.info.scope, field.call.func) not in _RELATIONS:
        return None
    node = keyword(field.call, "argument") or (field.call.args[0] if field.call.args else None)
    if isinstance(node, Lambda):
        node = node.body
    if isinstance(node, Call) and node.args:  # relationship(lambda: Order)  relationship(get_class("Order"))
        node = node.args[0]
    if node is None:
        return annotated_target(models, field)
    for one in models.machine.eval_in(field.info.scope, node):
        if one.kind == "class":
            found: ClassInfo = one.of
            return found
        if one.kind == "text":
            return by_name(models, one.of, info)
    return None


def _add_relation(models: Models, info: ClassInfo, field: Declared, target: ClassInfo) -> None:
    call = field.call or Call("relationship", (), (), field.line)
    between = _between(models, field, call)
    kind = "both" if between is not None else _kind(models, info, target, call, field)
    cascade = text(models.machine, field.info.scope, keyword(call, "cascade"))
    on_delete = "cascade" if "all" in cascade or "delete" in cascade else ""
    if _is_left(call):
        on_delete = "do_nothing"
    lazy = _lazy(models, field, call)
    dynamic = lazy in ("dynamic", "write_only")
    relation = Relation(field.name, info, target, kind, "", between, on_delete, field.name, field.line)
    info.mapped.relations[field.name] = relation
    if dynamic or last(field.annotation.base if isinstance(field.annotation, Item) else None) == "DynamicMapped":
        info.mapped.notes.setdefault("dynamic", set()).add(field.name)
    if lazy in _EAGER:
        info.mapped.notes.setdefault("eager", set()).add(field.name)
    if lazy in _SILENT:
        info.mapped.notes.setdefault("silent", set()).add(field.name)
    _add_back(models, info, field, call, relation)


def _between(models: Models, field: Declared, call: Call) -> "ClassInfo | str | None":
    node = keyword(call, "secondary") or keyword(call, "link_model")
    if isinstance(node, Lambda):
        node = node.body
    for one in models.machine.eval_in(field.info.scope, node) if node is not None else ():
        if one.kind == "text":
            return str(one.of)
        if one.kind == "core_table":
            return str(one.of.name)
        if one.kind == "class":
            found: ClassInfo = one.of
            return found
    return None


def _kind(models: Models, info: ClassInfo, target: ClassInfo, call: Call, field: Declared) -> str:
    own, theirs = info.mapped.table, target.mapped.table if target.mapped else None
    here = any(key.table == own and key.to_table == theirs for key in models.inventory.keys)
    there = any(key.table == theirs and key.to_table == own for key in models.inventory.keys)
    alone = "one_back" if there and not here else "one"
    if is_false(keyword(call, "uselist")):
        return alone
    written = as_written(field.annotation).lower()
    if any(word in written for word in ("list", "set", "sequence", "dynamicmapped", "writeonlymapped")):
        return "many"
    if field.annotation is not None:
        return alone
    return "many" if there and not here else "one"


def _add_back(models: Models, info: ClassInfo, field: Declared, call: Call, relation: Relation) -> None:
    node = keyword(call, "backref")
    name, on_delete, lazy, alone = "", "", "", False
    if isinstance(node, Call):
        name = text(models.machine, field.info.scope, node.args[0]) if node.args else ""
        cascade = text(models.machine, field.info.scope, keyword(node, "cascade"))
        on_delete = "cascade" if "all" in cascade or "delete" in cascade else ""
        if _is_left(node):
            on_delete = "do_nothing"
        lazy, alone = _lazy(models, field, node), is_false(keyword(node, "uselist"))
    elif node is not None:
        name = text(models.machine, field.info.scope, node)
    if not name or relation.target.mapped is None:
        return
    kind = {"one": "one_back" if alone else "many", "both": "both"}.get(relation.kind, "one")
    back = Relation(name, relation.target, info, kind, "", relation.between, on_delete, name, field.line)
    relation.target.mapped.relations.setdefault(name, back)
    if lazy in ("dynamic", *_EAGER):
        note = "dynamic" if lazy == "dynamic" else "eager"
        relation.target.mapped.notes.setdefault(note, set()).add(name)


def _lazy(models: Models, field: Declared, call: Call) -> str:
    """When the rows of a relation are loaded, as written; lazy=False is "joined"."""
    node = keyword(call, "lazy")
    return "joined" if is_false(node) else text(models.machine, field.info.scope, node)


def _is_left(call: Call) -> bool:
    """Does a flush leave the rows of a relation alone when what they point to is deleted?"""
    # relationship("Line", cascade="all", passive_deletes=True)      relationship("Line", viewonly=True)
    passive = keyword(call, "passive_deletes")
    return flag(call, "viewonly") or (isinstance(passive, Const) and passive.value in (True, "all"))
