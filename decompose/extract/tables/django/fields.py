"""Stage 1, whole project: the fields that the bodies of Django's models declare, and the columns they are."""

from typing import NamedTuple, TypeAlias

from ....model.facts import Column
from ...code import Assign, Call, Expr
from ...infer import Machine
from ...program import ClassInfo
from ..inventory import Inventory
from ..written import flag, keyword, text
from .choices import Choices
from .meta import assignments

__all__ = [
    "BOTH",
    "GENERIC",
    "ONE",
    "TAGS",
    "Created",
    "Field",
    "Models",
    "column_of",
    "field_kind",
    "is_column",
    "own_fields",
]

Created: TypeAlias = dict[tuple[str, str], dict[str, tuple[ClassInfo, Call]]]
"""The models that migrations make, by the package of their app and the name in lower case: their fields by name, each
with the class `Migration` that says so."""

ONE = frozenset(
    {"ForeignKey", "OneToOneField", "ParentalKey", "TreeForeignKey", "TreeOneToOneField", "AutoOneToOneField"}
)

BOTH = frozenset({"ManyToManyField", "ParentalManyToManyField", "TreeManyToManyField", "SortedManyToManyField"})

GENERIC = frozenset({"GenericForeignKey", "GenericRelation"})

TAGS = "TaggableManager"  # taggit's: rows of a table of tags, through one of what is tagged

_RELATIONS = ONE | BOTH | GENERIC | {TAGS}


class Field(NamedTuple):
    """One field as a class body declares it."""

    name: str
    kind: str  # "ForeignKey", "CharField" ...
    call: Call
    info: ClassInfo  # where it is written
    line: int


class Models(NamedTuple):
    """What the steps of declaring share: `configs` are the labels of apps, `fields` what was read of classes so far.

    `ids` are the fields of the keys that models have without declaring one, by app; `created` is what migrations make.
    """

    machine: Machine
    inventory: Inventory
    configs: dict[str, str]
    fields: dict[ClassInfo, list[Field]]
    choices: Choices
    ids: dict[str, str]
    created: Created


def own_fields(models: Models, info: ClassInfo) -> list[Field]:
    """Field declarations in the class body, also those under `if`."""
    if info not in models.fields:
        models.fields[info] = [
            field
            for node in assignments(info.node.body)
            if isinstance(node.value, Call) and (field := _field(models, info, node, node.value))
        ]
    return models.fields[info]


def is_column(models: Models, field: Field) -> bool:
    """Does Django's own package of fields make it? A class that has such a field can only be a model."""
    types = models.machine.eval_in(field.info.scope, field.call.func)
    return any(one.kind == "external" and one.of.startswith("django.db.models.") for one in types)


def column_of(models: Models, field: Field, default: str) -> Column:
    """The column behind a field, by the name that it states or by `default`."""
    stated = text(models.machine, field.info.scope, keyword(field.call, "db_column"))
    primary = flag(field.call, "primary_key")
    unique = primary or flag(field.call, "unique") or field.kind == "OneToOneField"
    indexed = unique or flag(field.call, "db_index") or field.kind in ONE or field.kind == "SlugField"
    nullable = flag(field.call, "null")
    choices = models.choices.count(field.info, keyword(field.call, "choices"))
    return Column(stated or default, field.kind, nullable, indexed, unique, primary, choices=choices)


def _field(models: Models, info: ClassInfo, node: Assign, call: Call) -> Field | None:
    kind = field_kind(models, info, call.func)
    name = node.targets[0]
    return Field(name, kind, call, info, node.line) if kind and isinstance(name, str) else None


def field_kind(models: Models, info: ClassInfo, func: Expr) -> str:
    """The last name of the class of fields that is called, else ""."""
    # models.CharField      ForeignKey      a project's own subclass of a field
    for one in models.machine.eval_in(info.scope, func):
        if one.kind == "external":
            last = one.of.rpartition(".")[2]
            if last in _RELATIONS:
                return str(last)
            if "Field" in last and not one.of.startswith(("django.forms", "rest_framework", "graphene", "wtforms")):
                return str(last) if "forms" not in one.of.split(".") else ""
        elif one.kind == "class":
            kinds = [base.rpartition(".")[2] for base in one.of.externals()]
            known = [kind for kind in kinds if kind in _RELATIONS]
            if known:
                return str(known[0])
            if any("Field" in kind for kind in kinds) and not any("forms" in base for base in one.of.externals()):
                return next(str(kind) for kind in kinds if "Field" in kind)
    return ""
