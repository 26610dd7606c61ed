"""Stage 1, whole project: foreign keys and many-to-many fields of Django's models, in both directions."""

from ....model.facts import Column
from ...code import Attr, Call, Expr
from ...program import ClassInfo, Scope
from ...types import Types
from ..mapping import Key, Mapped, Relation, TableEntry, origin_of
from ..written import keyword, text
from .apps import find_model
from .created import foreign_fields
from .fields import BOTH, ONE, TAGS, Field, Models, column_of, own_fields

__all__ = ["declared_at", "relate"]


_ID = "object_id"  # what Django calls the id of a generic key


def relate(models: Models, info: ClassInfo) -> None:
    """Give the model its columns and relations, and their targets the way back."""
    mapped: Mapped = info.mapped
    parents = [one for one in info.line()[1:] if _is_parent(info, one)]
    if mapped.table:
        mapped.parents += parents
        for one in parents:
            _parent_link(models, info, one)
    # fields of a parent, and of what the parent itself is made of, live in the parent's table
    elsewhere = {above for parent in parents for above in parent.line()}
    seen: set[str] = set()
    for one in info.line():
        for field in own_fields(models, one) if one not in elsewhere else ():
            if field.name not in seen:
                seen.add(field.name)
                _add_field(models, info, field)
    for field in foreign_fields(models, info):
        if field.name not in seen:
            _add_field(models, info, field)


def declared_at(models: Models, info: ClassInfo, name: str) -> tuple[Scope, int]:
    """Where the field stands: in the class or in the one it comes from; the class itself where a library has it."""
    found = (field for one in info.line() for field in own_fields(models, one) if field.name == name)
    field = next(found, None)
    if field is None or field.info.scope.source.library:
        return info.scope, info.node.line
    return field.info.scope, field.line


def _is_parent(info: ClassInfo, one: ClassInfo) -> bool:
    """Are the rows of `one`, a class above, in a table of their own?"""
    return bool(one.mapped and one.mapped.table and one.mapped.table != info.mapped.table)


def _parent_link(models: Models, info: ClassInfo, parent: ClassInfo) -> None:
    back = info.name.rpartition(".")[2].lower()
    relation = Relation(back, parent, info, "one_back", "", None, "cascade", back, info.node.line)
    parent.mapped.relations.setdefault(back, relation)


def _add_field(models: Models, info: ClassInfo, field: Field) -> None:
    if info.mapped.table is not None:
        for one in models.machine.eval_in(field.info.scope, field.call.func):
            if one.kind == "class":
                models.inventory.fielded.setdefault(one.of, []).append(info)
    if field.kind in ONE:
        _add_key(models, info, field)
    elif field.kind in BOTH:
        _add_between(models, info, field, _target(models, info, field), _through(models, info, field))
    elif field.kind == TAGS:
        between = _through(models, info, field) or _tagged(models)
        _add_between(models, info, field, _tag_of(models, between) if between else None, between)
    elif field.kind == "GenericRelation":
        target = _target(models, info, field)
        if target is not None:
            many = Relation(field.name, info, target, "many", "", None, "cascade", field.name, field.line)
            info.mapped.relations[field.name] = many
            for rows in models.inventory.concrete(target):
                _add_generic(models, field, keyword(field.call, "object_id_field"), rows, info)
    elif field.kind == "GenericForeignKey":
        positional = field.call.args[1] if len(field.call.args) > 1 else None
        id = keyword(field.call, "fk_field") or positional
        info.mapped.notes.setdefault("generic", {})[field.name] = text(models.machine, field.info.scope, id) or _ID
        _add_generic(models, field, id, info)
    else:
        info.mapped.columns[field.name] = column_of(models, field, field.name)


def _add_generic(models: Models, field: Field, id: Expr | None, info: ClassInfo, to: ClassInfo | None = None) -> None:
    """Rows of `info` point, by a type and an id, to one of `to`, which says so; or to one of whatever table."""
    if any(one is not None and (one.mapped.table is None or one.mapped.notes.get("proxy")) for one in (info, to)):
        return
    column = text(models.machine, field.info.scope, id) or _ID
    named = str(to.mapped.table) if to else ""
    models.inventory.generic_keys.append(Key(info.mapped.table, column, named, "", field.info.scope, field.line))


def _add_key(models: Models, info: ClassInfo, field: Field) -> None:
    mapped: Mapped = info.mapped
    column = column_of(models, field, f"{field.name}_id")
    mapped.columns[field.name] = column
    target = _target(models, info, field)
    if target is None:
        return
    on_delete = _on_delete(field)
    mapped.relations[field.name] = Relation(
        field.name, info, target, "one", column.name, None, on_delete, field.name, field.line
    )
    if mapped.table is None or mapped.notes.get("proxy"):
        return
    accessor, lookup, hidden = _back_names(models, info, field, field.kind == "OneToOneField")
    kind = "one_back" if field.kind in ("OneToOneField", "AutoOneToOneField") else "many"
    back = Relation(accessor, target, info, kind, column.name, None, on_delete, lookup, field.line, hidden)
    _add_back(models, target, back)


def _add_back(models: Models, target: ClassInfo, back: Relation) -> None:
    name = back.name
    while name in target.mapped.relations:
        if target.mapped.relations[name].target is back.target:
            return
        name += "+"
    target.mapped.relations[name] = back
    if back.lookup and back.lookup != name:
        target.mapped.notes.setdefault("lookups", {})[back.lookup] = back


def _back_names(models: Models, info: ClassInfo, field: Field, one: bool) -> tuple[str, str, bool]:
    name = info.name.rpartition(".")[2].lower()
    values = {"class": name, "app_label": info.mapped.label.lower(), "model_name": name}
    stated = _percent(text(models.machine, field.info.scope, keyword(field.call, "related_name")), values)
    query = _percent(text(models.machine, field.info.scope, keyword(field.call, "related_query_name")), values)
    if stated.endswith("+"):
        return f"{name}_{field.name}+", "", True
    return stated or (name if one else f"{name}_set"), query or stated or name, False


def _tagged(models: Models) -> ClassInfo | None:
    """The model of what is tagged, where a field does not name it: the project's own, if it has one, or taggit's."""
    taggits = find_model(models.inventory, "taggit.TaggedItem")
    below = [one for base in (taggits.line() if taggits else ()) if base.name == "ItemBase" for one in base.below()]
    own = [one for one in below if one.mapped is not None and one.mapped.table and one is not taggits]
    return own[0] if len(own) == 1 else taggits


def _tag_of(models: Models, between: ClassInfo) -> ClassInfo | None:
    fields = [field for one in between.line() for field in own_fields(models, one)]
    return next((_target(models, between, field) for field in fields if field.name == "tag"), None)


def _add_between(
    models: Models, info: ClassInfo, field: Field, target: ClassInfo | None, through: ClassInfo | None
) -> None:
    mapped: Mapped = info.mapped
    if target is None:
        return
    between: ClassInfo | str | None = through
    if between is None and mapped.table is not None:
        stated = text(models.machine, field.info.scope, keyword(field.call, "db_table"))
        between = stated or f"{mapped.table}_{field.name}"
        _between_table(models, info, target, field, str(between))
    mapped.relations[field.name] = Relation(field.name, info, target, "both", "", between, "", field.name, field.line)
    if mapped.table is None or mapped.notes.get("proxy"):
        return
    accessor, lookup, hidden = _back_names(models, info, field, False)
    if target is info and accessor == f"{info.name.rpartition('.')[2].lower()}_set":
        hidden = True
    _add_back(models, target, Relation(accessor, target, info, "both", "", between, "", lookup, field.line, hidden))


def _between_table(models: Models, info: ClassInfo, target: ClassInfo, field: Field, name: str) -> None:
    one, other = (one.name.rpartition(".")[2].lower() for one in (info, target))
    if info is target:
        one, other = f"from_{one}", f"to_{other}"
    columns = {
        "id": Column("id", "AutoField", False, True, True, True),
        f"{one}_id": Column(f"{one}_id", "ForeignKey", False, True),
        f"{other}_id": Column(f"{other}_id", "ForeignKey", False, True),
    }
    origin = origin_of(info.scope)
    if not info.mapped.notes.get("proxy"):
        scope, line = declared_at(models, info, field.name)
        own = line if scope is info.scope else info.node.line
        models.inventory.add(TableEntry(name, f"{info.name}.{field.name}", info.scope, origin, columns, own))
        for end, side in ((f"{one}_id", info), (f"{other}_id", target)):
            table = side.mapped.table
            if table:
                models.inventory.keys.append(Key(name, end, table, "cascade", scope, line))


def _through(models: Models, info: ClassInfo, field: Field) -> ClassInfo | None:
    value = keyword(field.call, "through")
    if value is None:
        return None
    return _class_of(models, models.machine.eval_in(field.info.scope, value), info)


def _target(models: Models, info: ClassInfo, field: Field) -> ClassInfo | None:
    value = keyword(field.call, "to") or (field.call.args[0] if field.call.args else None)
    if value is None:
        return None
    return _class_of(models, models.machine.eval_in(field.info.scope, value), info)


def _class_of(models: Models, types: Types, info: ClassInfo) -> ClassInfo | None:
    for one in types:
        if one.kind == "class" and one.of.mapped is not None:
            found: ClassInfo = one.of
            return found
        if one.kind == "text":
            if one.of == "self":
                return info
            model = find_model(models.inventory, one.of, info.mapped.label)
            if model is not None:
                return model
        if one.kind in ("external", "made") and one.of.endswith(("AUTH_USER_MODEL", "get_user_model")):
            user: ClassInfo | None = models.inventory.user
            return user
    return None


def _on_delete(field: Field) -> str:
    value = keyword(field.call, "on_delete") or (field.call.args[1] if len(field.call.args) > 1 else None)
    if isinstance(value, Call):
        value = value.func
    name = value.name if isinstance(value, Attr) else value if isinstance(value, str) else "CASCADE"
    return name.lower()


def _percent(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"%({name})s", value)
    return text
