"""Stage 1, whole project: Django's model classes -> tables."""

from collections.abc import Sequence
from dataclasses import replace

from ....model.facts import Column
from ...code import Const
from ...infer import Machine
from ...program import ClassInfo
from ..inventory import Inventory
from ..mapping import Key, Mapped, TableEntry, origin_of
from ..written import is_false, text
from .apps import app_configs, hears_deletions, implicit_id, implicit_ids, label_of, user_model
from .choices import Choices
from .created import created, is_created
from .fields import Models, is_column, own_fields
from .meta import assignments, indexed, option, unique
from .relations import declared_at, relate

__all__ = ["declare"]

_UNIQUE = 32  # columns of one index, of which no database has more but SQLite

_MODEL_BASES = frozenset(
    {
        "django.db.models.Model",
        "django.db.models.base.Model",
        "django.contrib.gis.db.models.Model",
        "mptt.models.MPTTModel",
        "polymorphic.models.PolymorphicModel",
        "polymorphic.PolymorphicModel",
        "model_utils.models.TimeStampedModel",
        "django_extensions.db.models.TimeStampedModel",
        "modelcluster.models.ClusterableModel",
        "django_celery_results.models.TaskResult",
    }
)


def declare(machine: Machine, inventory: Inventory) -> None:
    """Find every model of the project (and of the libraries described to us) and declare its table."""
    models = Models(
        machine, inventory, app_configs(machine), {}, Choices(machine), implicit_ids(machine), created(machine)
    )
    found: list[ClassInfo] = []
    while new := _new_models(models):  # a base may be known only once get_model or get_user_model finds it
        found += new
        models.fields.clear()
        inventory.user = user_model(machine, inventory)
        machine.again()
    inventory.hears_deletions = hears_deletions(machine)
    for info in found:
        relate(models, info)
    for info in found:
        _enter(models, info)


def _new_models(models: Models) -> list[ClassInfo]:
    new = [info for info in models.machine.program.classes if info.mapped is None and _is_model(models, info)]
    for info in new:
        models.inventory.declare(info, Mapped("django", None, label_of(models.machine, models.configs, info)))
    for info in sorted(new, key=lambda info: len(info.line())):
        _name_table(models, info)
    return new


def _is_model(models: Models, info: ClassInfo) -> bool:
    for base in info.externals():
        if base in _MODEL_BASES or base.endswith(".db.models.Model"):
            return True
    # class Merge(Expression): output_field = JSONField()
    stranger = bool(info.externals()) and not any(one.startswith("django.db.models.") for one in info.externals())
    return stranger and (
        any(is_column(models, field) for field in own_fields(models, info)) or is_created(models.created, info)
    )


def _own_flag(info: ClassInfo, name: str) -> bool:
    if "Meta" not in info.inner:
        return False
    return any(
        node.targets[0] == name and node.value == Const(True) for node in assignments(info.inner["Meta"].node.body)
    )


def _name_table(models: Models, info: ClassInfo) -> None:
    mapped: Mapped = info.mapped
    name = info.name.rpartition(".")[2]
    if _own_flag(info, "abstract"):
        return
    models.inventory.labels.setdefault((mapped.label.lower(), name.lower()), info)
    parents = [one for one in info.line()[1:] if one.mapped and one.mapped.table]
    if parents and (_own_flag(info, "proxy") or _is_proxy(models, info, parents)):
        mapped.table, mapped.notes["proxy"] = parents[0].mapped.table, True
        return
    stated = text(models.machine, info.scope, option(info, "db_table"))
    mapped.table = _bare(stated) if stated else f"{mapped.label.lower()}_{name.lower()}"
    mapped.notes["managed"] = not is_false(option(info, "managed"))


def _is_proxy(models: Models, info: ClassInfo, parents: Sequence[ClassInfo]) -> bool:
    """Does a metaclass make it a proxy? It adds no field, and migrations make a class above it, but not it."""
    if is_created(models.created, info) or not any(is_created(models.created, one) for one in parents):
        return False
    above = {one for parent in parents for one in parent.line()}
    return not any(own_fields(models, one) for one in info.line() if one not in above)


def _enter(models: Models, info: ClassInfo) -> None:
    mapped: Mapped = info.mapped
    if mapped.table is None or mapped.notes.get("proxy"):
        return
    columns = {column.name: column for column in mapped.columns.values()}
    if mapped.parents:
        link = f"{mapped.parents[0].name.rpartition('.')[2].lower()}_ptr_id"
        columns = {link: Column(link, "OneToOneField", False, True, True, True), **columns}
    elif not any(column.primary for column in columns.values()):
        columns = {"id": Column("id", implicit_id(models.ids, info), False, True, True, True), **columns}
    for fields in indexed(models.machine, info):
        found = [columns.get(name) or columns.get(f"{name}_id") for name in fields]
        names = [column.name for column in found if column]
        for number, name in enumerate(names if None not in found else names[:1]):
            known = columns[name]
            behind = (*known.behind, tuple(names[:number])) if number else known.behind
            columns[name] = replace(known, indexed=known.indexed or not number, behind=tuple(dict.fromkeys(behind)))
    for fields in unique(models.machine, info):
        found = [columns.get(name) or columns.get(f"{name}_id") for name in fields]
        names = [column.name for column in found if column]
        for name in names if len(names) == len(fields) and 1 < len(fields) <= _UNIQUE else ():
            others = tuple(one for one in names if one != name)
            columns[name] = replace(columns[name], unique_with=(*columns[name].unique_with, others))
    origin = origin_of(info.scope)
    models.inventory.add(TableEntry(mapped.table, info.name, info.scope, origin, columns, info.node.line, info))
    for relation in mapped.relations.values():
        if relation.kind == "one" and relation.target.mapped and relation.target.mapped.table:
            models.inventory.keys.append(
                Key(
                    mapped.table,
                    relation.column,
                    relation.target.mapped.table,
                    relation.on_delete,
                    *declared_at(models, info, relation.name),
                )
            )


def _bare(name: str) -> str:
    return name.strip('"').replace('"."', ".")
