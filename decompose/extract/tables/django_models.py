"""Stage 1, whole project: Django's model classes -> tables, columns and relations."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ...model.facts import Column, ModuleKind, Origin
from ..code import Assign, Attr, Call, Const, Display, Expr, Operation
from ..infer import Machine
from ..program import ClassInfo, Scope
from ..types import Types
from .django_choices import Choices
from .django_meta import assignments, indexed, option
from .inventory import Inventory, Key, Mapped, Relation, TableEntry

__all__ = ["declare", "find_model"]


class _Field(NamedTuple):
    name: str
    kind: str  # "ForeignKey", "CharField" ...
    call: Call
    info: ClassInfo  # where it is written
    line: int


_ONE = frozenset(
    {"ForeignKey", "OneToOneField", "ParentalKey", "TreeForeignKey", "TreeOneToOneField", "AutoOneToOneField"}
)
_BOTH = frozenset({"ManyToManyField", "ParentalManyToManyField", "TreeManyToManyField", "SortedManyToManyField"})
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


_SEARCH_SIGNALS = "HAYSTACK_SIGNAL_PROCESSOR"


def declare(machine: Machine, inventory: Inventory) -> None:
    """Find every model of the project (and of the libraries described to us) and declare its table."""
    reader = _Models(machine, inventory)
    reader.declare()


def find_model(inventory: Inventory, label: str, near: str = "") -> ClassInfo | None:
    """The model that "app.Model" or "Model" names; `near` is the app label of who says it."""
    app, _, name = label.rpartition(".")
    return inventory.labels.get(((app or near).rpartition(".")[2].lower(), name.lower()))


class _Models:
    """Declaring goes in steps over all models; this holds what the steps share."""

    def __init__(self, machine: Machine, inventory: Inventory) -> None:
        self.machine, self.inventory = machine, inventory
        self.choices = Choices(machine)
        self.configs = self.app_configs()
        self.fields: dict[ClassInfo, list[_Field]] = {}

    def declare(self) -> None:
        models: list[ClassInfo] = []
        while new := self.new_models():  # a base may be known only once get_model finds it
            models += new
            self.fields.clear()
            self.machine.again()
        self.inventory.user = self.user_model()
        self.inventory.hears_deletions = self.hears_deletions()
        for info in models:
            self.relate(info)
        for info in models:
            self.enter(info)

    def new_models(self) -> list[ClassInfo]:
        new = [info for info in self.machine.program.classes if info.mapped is None and self.is_model(info)]
        for info in new:
            self.inventory.declare(info, Mapped("django", None, self.label(info)))
        for info in sorted(new, key=lambda info: len(info.line())):
            self.name_table(info)
        return new

    def app_configs(self) -> dict[str, str]:
        """Dotted name of an app's package -> its label."""
        found: dict[str, str] = {}
        for info in self.machine.program.classes:
            if any(base.endswith("AppConfig") for base in info.externals()):
                name = _text(info, "name") or info.scope.package
                found[name] = _text(info, "label") or name.rpartition(".")[2]
        for name in self.installed():
            found.setdefault(name, name.rpartition(".")[2])
        return found

    def installed(self) -> Iterator[str]:
        """Packages that are apps without an AppConfig: those that settings install, and those with migrations."""
        for scope in self.machine.program.scopes:
            if scope.source.kind is ModuleKind.MIGRATION and ".migrations" in scope.source.dotted:
                yield scope.source.dotted.rpartition(".migrations")[0]
            for node in assignments(scope.body):
                if node.value is not None and _is_app_list(node.targets[0]):
                    yield from (name for name in _texts(node.value) if self.machine.program.find(name))

    def is_model(self, info: ClassInfo) -> bool:
        for base in info.externals():
            if base in _MODEL_BASES or base.endswith(".db.models.Model"):
                return True
        # class Merge(Expression): output_field = JSONField()
        stranger = bool(info.externals()) and not any(one.startswith("django.db.models.") for one in info.externals())
        return stranger and any(self.is_column(field) for field in self.own_fields(info))

    def is_column(self, field: _Field) -> bool:
        """Does Django's own package of fields make it? A class that has such a field can only be a model."""
        types = self.machine.eval_in(field.info.scope, field.call.func)
        return any(one.kind == "external" and one.of.startswith("django.db.models.") for one in types)

    def own_fields(self, info: ClassInfo) -> list[_Field]:
        """Field declarations in the class body, also those under `if`."""
        if info not in self.fields:
            self.fields[info] = [
                field
                for node in assignments(info.node.body)
                if isinstance(node.value, Call) and (field := self.field(info, node, node.value))
            ]
        return self.fields[info]

    def field(self, info: ClassInfo, node: Assign, call: Call) -> _Field | None:
        kind = self.field_kind(info, call.func)
        name = node.targets[0]
        return _Field(name, kind, call, info, node.line) if kind and isinstance(name, str) else None

    def field_kind(self, info: ClassInfo, func: Expr) -> str:
        # models.CharField      ForeignKey      a project's own subclass of a field
        for one in self.machine.eval_in(info.scope, func):
            if one.kind == "external":
                last = one.of.rpartition(".")[2]
                if last in _ONE or last in _BOTH or last in ("GenericRelation", "GenericForeignKey"):
                    return str(last)
                if "Field" in last and not one.of.startswith(("django.forms", "rest_framework", "graphene", "wtforms")):
                    return str(last) if "forms" not in one.of.split(".") else ""
            elif one.kind == "class":
                kinds = [base.rpartition(".")[2] for base in one.of.externals()]
                known = [kind for kind in kinds if kind in _ONE or kind in _BOTH]
                if known:
                    return str(known[0])
                if any("Field" in kind for kind in kinds) and not any("forms" in base for base in one.of.externals()):
                    return next(str(kind) for kind in kinds if "Field" in kind)
        return ""

    # -- names -------------------------------------------------------------------------------------------------

    def own_flag(self, info: ClassInfo, name: str) -> bool:
        if "Meta" not in info.inner:
            return False
        return any(
            node.targets[0] == name and node.value == Const(True) for node in assignments(info.inner["Meta"].node.body)
        )

    def label(self, info: ClassInfo) -> str:
        stated = self.text(info.scope, option(info, "app_label"))
        if stated:
            return stated
        dotted = info.scope.source.dotted
        known = [name for name in self.configs if f"{dotted}.".startswith(f"{name}.")]
        if known:
            return self.configs[max(known, key=len)]
        parts = dotted.split(".")
        if "models" in parts[1:]:
            return parts[len(parts) - 1 - parts[::-1].index("models") - 1]
        return parts[-2] if len(parts) > 1 else parts[0]

    def name_table(self, info: ClassInfo) -> None:
        mapped: Mapped = info.mapped
        name = info.name.rpartition(".")[2]
        if self.own_flag(info, "abstract"):
            return
        self.inventory.labels.setdefault((mapped.label.lower(), name.lower()), info)
        parents = [one for one in info.line()[1:] if one.mapped and one.mapped.table]
        if self.own_flag(info, "proxy") and parents:
            mapped.table, mapped.notes["proxy"] = parents[0].mapped.table, True
            return
        stated = self.text(info.scope, option(info, "db_table"))
        mapped.table = _bare(stated) if stated else f"{mapped.label.lower()}_{name.lower()}"
        mapped.notes["managed"] = not _is_false(option(info, "managed"))

    def text(self, scope: Scope, value: Expr | None) -> str:
        if value is None:
            return ""
        return next((one.of for one in self.machine.eval_in(scope, value) if one.kind == "text" and not one.extra), "")

    def user_model(self) -> ClassInfo | None:
        """The model that AUTH_USER_MODEL of any settings, last those of tests, swaps in; else Django's own."""
        named = [*self.setting("AUTH_USER_MODEL", tests=False), *self.setting("AUTH_USER_MODEL", tests=True)]
        found = (find_model(self.inventory, label) for label in named if label != "auth.User")
        return next((info for info in found if info), None) or find_model(self.inventory, "auth.User")

    def setting(self, name: str, tests: bool) -> Iterator[str]:
        """The constant texts that settings modules, of the project or of its tests, give to `name`."""
        for scope in self.machine.program.scopes:
            cell = scope.cells.get(name)
            if cell is not None and (scope.source.kind is ModuleKind.TEST) is tests:
                yield from (one.of for one in cell.types if one.kind == "text")

    def hears_deletions(self) -> bool:
        """Does anything listen to post_delete of every model? A search index kept up to date does."""
        return any("Realtime" in text for tests in (False, True) for text in self.setting(_SEARCH_SIGNALS, tests))

    # -- relations ---------------------------------------------------------------------------------------------

    def relate(self, info: ClassInfo) -> None:
        mapped: Mapped = info.mapped
        parents = [one for one in info.line()[1:] if self.is_parent(info, one)]
        if mapped.table:
            mapped.parents += parents
            for one in parents:
                self.parent_link(info, one)
        # fields of a parent, and of what the parent itself is made of, live in the parent's table
        elsewhere = {above for parent in parents for above in parent.line()}
        seen: set[str] = set()
        for one in info.line():
            for field in self.own_fields(one) if one not in elsewhere else ():
                if field.name not in seen:
                    seen.add(field.name)
                    self.add_field(info, field)

    def is_parent(self, info: ClassInfo, one: ClassInfo) -> bool:
        """Are the rows of `one`, a class above, in a table of their own?"""
        return bool(one.mapped and one.mapped.table and one.mapped.table != info.mapped.table)

    def parent_link(self, info: ClassInfo, parent: ClassInfo) -> None:
        back = info.name.rpartition(".")[2].lower()
        relation = Relation(back, parent, info, "one_back", "", None, "cascade", back, info.node.line)
        parent.mapped.relations.setdefault(back, relation)

    def add_field(self, info: ClassInfo, field: _Field) -> None:
        if info.mapped.table is not None:
            for one in self.machine.eval_in(field.info.scope, field.call.func):
                if one.kind == "class":
                    self.inventory.fielded.setdefault(one.of, []).append(info)
        if field.kind in _ONE:
            self.add_key(info, field)
        elif field.kind in _BOTH:
            self.add_between(info, field)
        elif field.kind == "GenericRelation":
            target = self.target(info, field)
            if target is not None:
                many = Relation(field.name, info, target, "many", "", None, "cascade", field.name, field.line)
                info.mapped.relations[field.name] = many
        elif field.kind != "GenericForeignKey":
            info.mapped.columns[field.name] = self.column(field, field.name)

    def column(self, field: _Field, default: str) -> Column:
        stated = self.text(field.info.scope, _keyword(field.call, "db_column"))
        primary = _is_true(_keyword(field.call, "primary_key"))
        unique = primary or _is_true(_keyword(field.call, "unique")) or field.kind == "OneToOneField"
        indexed = (
            unique or _is_true(_keyword(field.call, "db_index")) or field.kind in _ONE or field.kind == "SlugField"
        )
        nullable = _is_true(_keyword(field.call, "null"))
        choices = self.choices.count(field.info, _keyword(field.call, "choices"))
        return Column(stated or default, field.kind, nullable, indexed, unique, primary, choices=choices)

    def add_key(self, info: ClassInfo, field: _Field) -> None:
        mapped: Mapped = info.mapped
        column = self.column(field, f"{field.name}_id")
        mapped.columns[field.name] = column
        target = self.target(info, field)
        if target is None:
            return
        on_delete = self.on_delete(field)
        mapped.relations[field.name] = Relation(
            field.name, info, target, "one", column.name, None, on_delete, field.name, field.line
        )
        if mapped.table is None or mapped.notes.get("proxy"):
            return
        accessor, lookup, hidden = self.back_names(info, field, field.kind == "OneToOneField")
        kind = "one_back" if field.kind in ("OneToOneField", "AutoOneToOneField") else "many"
        back = Relation(accessor, target, info, kind, column.name, None, on_delete, lookup, field.line, hidden)
        self.add_back(target, back)

    def add_back(self, target: ClassInfo, back: Relation) -> None:
        name = back.name
        while name in target.mapped.relations:
            if target.mapped.relations[name].target is back.target:
                return
            name += "+"
        target.mapped.relations[name] = back
        if back.lookup and back.lookup != name:
            target.mapped.notes.setdefault("lookups", {})[back.lookup] = back

    def back_names(self, info: ClassInfo, field: _Field, one: bool) -> tuple[str, str, bool]:
        name = info.name.rpartition(".")[2].lower()
        values = {"class": name, "app_label": info.mapped.label.lower(), "model_name": name}
        stated = _percent(self.text(field.info.scope, _keyword(field.call, "related_name")), values)
        query = _percent(self.text(field.info.scope, _keyword(field.call, "related_query_name")), values)
        if stated.endswith("+"):
            return f"{name}_{field.name}+", "", True
        return stated or (name if one else f"{name}_set"), query or stated or name, False

    def add_between(self, info: ClassInfo, field: _Field) -> None:
        mapped: Mapped = info.mapped
        target = self.target(info, field)
        if target is None:
            return
        between: ClassInfo | str | None = self.through(info, field)
        if between is None and mapped.table is not None:
            stated = self.text(field.info.scope, _keyword(field.call, "db_table"))
            between = stated or f"{mapped.table}_{field.name}"
            self.between_table(info, target, field, str(between))
        mapped.relations[field.name] = Relation(
            field.name, info, target, "both", "", between, "", field.name, field.line
        )
        if mapped.table is None or mapped.notes.get("proxy"):
            return
        accessor, lookup, hidden = self.back_names(info, field, False)
        if target is info and accessor == f"{info.name.rpartition('.')[2].lower()}_set":
            hidden = True
        self.add_back(target, Relation(accessor, target, info, "both", "", between, "", lookup, field.line, hidden))

    def between_table(self, info: ClassInfo, target: ClassInfo, field: _Field, name: str) -> None:
        one, other = (one.name.rpartition(".")[2].lower() for one in (info, target))
        if info is target:
            one, other = f"from_{one}", f"to_{other}"
        columns = {
            "id": Column("id", "AutoField", False, True, True, True),
            f"{one}_id": Column(f"{one}_id", "ForeignKey", False, True),
            f"{other}_id": Column(f"{other}_id", "ForeignKey", False, True),
        }
        origin = self.origin(info)
        if not info.mapped.notes.get("proxy"):
            scope, line = self.written(info, field.name)
            own = line if scope is info.scope else info.node.line
            self.inventory.add(TableEntry(name, f"{info.name}.{field.name}", info.scope, origin, columns, own))
            for end, side in ((f"{one}_id", info), (f"{other}_id", target)):
                table = side.mapped.table
                if table:
                    self.inventory.keys.append(Key(name, end, table, "cascade", scope, line))

    def written(self, info: ClassInfo, name: str) -> tuple[Scope, int]:
        """Where the field stands: in the class or in the one it comes from; the class itself where a library has it."""
        found = (field for one in info.line() for field in self.own_fields(one) if field.name == name)
        field = next(found, None)
        if field is None or field.info.scope.source.library:
            return info.scope, info.node.line
        return field.info.scope, field.line

    def through(self, info: ClassInfo, field: _Field) -> ClassInfo | None:
        value = _keyword(field.call, "through")
        if value is None:
            return None
        return self.class_of(self.machine.eval_in(field.info.scope, value), info)

    def target(self, info: ClassInfo, field: _Field) -> ClassInfo | None:
        value = _keyword(field.call, "to") or (field.call.args[0] if field.call.args else None)
        if value is None:
            return None
        return self.class_of(self.machine.eval_in(field.info.scope, value), info)

    def class_of(self, types: Types, info: ClassInfo) -> ClassInfo | None:
        for one in types:
            if one.kind == "class" and one.of.mapped is not None:
                found: ClassInfo = one.of
                return found
            if one.kind == "text":
                if one.of == "self":
                    return info
                model = find_model(self.inventory, one.of, info.mapped.label)
                if model is not None:
                    return model
            if one.kind in ("external", "made") and one.of.endswith(("AUTH_USER_MODEL", "get_user_model")):
                user: ClassInfo | None = self.inventory.user
                return user
        return None

    def on_delete(self, field: _Field) -> str:
        value = _keyword(field.call, "on_delete") or (field.call.args[1] if len(field.call.args) > 1 else None)
        if isinstance(value, Call):
            value = value.func
        name = value.name if isinstance(value, Attr) else value if isinstance(value, str) else "CASCADE"
        return name.lower()

    # -- tables ------------------------------------------------------------------------------------------------

    def enter(self, info: ClassInfo) -> None:
        mapped: Mapped = info.mapped
        if mapped.table is None or mapped.notes.get("proxy"):
            return
        columns = {column.name: column for column in mapped.columns.values()}
        if mapped.parents:
            link = f"{mapped.parents[0].name.rpartition('.')[2].lower()}_ptr_id"
            columns = {link: Column(link, "OneToOneField", False, True, True, True), **columns}
        elif not any(column.primary for column in columns.values()):
            columns = {"id": Column("id", "AutoField", False, True, True, True), **columns}
        for fields in indexed(self.machine, info):
            found = [columns.get(name) or columns.get(f"{name}_id") for name in fields]
            names = [column.name for column in found if column]
            for number, name in enumerate(names if None not in found else names[:1]):
                behind = columns[name].behind or tuple(names[:number])
                columns[name] = replace(columns[name], indexed=columns[name].indexed or not number, behind=behind)
        origin = self.origin(info)
        self.inventory.add(TableEntry(mapped.table, info.name, info.scope, origin, columns, info.node.line, info))
        for relation in mapped.relations.values():
            if relation.kind == "one" and relation.target.mapped and relation.target.mapped.table:
                self.inventory.keys.append(
                    Key(
                        mapped.table,
                        relation.column,
                        relation.target.mapped.table,
                        relation.on_delete,
                        *self.written(info, relation.name),
                    )
                )

    def origin(self, info: ClassInfo) -> Origin:
        return origin_of(info.scope)


def origin_of(scope: Scope) -> Origin:
    if scope.source.library:
        return Origin.FRAMEWORK
    return Origin.TEST if scope.source.kind is ModuleKind.TEST else Origin.OWN


def _is_app_list(target: Expr) -> bool:
    # INSTALLED_APPS = [...]      INSTALLED_APPS += [...]      LOCAL_APPS = (...)
    return isinstance(target, str) and (target.endswith("INSTALLED_APPS") or target in ("LOCAL_APPS", "PROJECT_APPS"))


def _texts(node: Expr) -> Iterator[str]:
    if isinstance(node, Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, Display):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Operation):
        yield from _texts(node.left)
        yield from _texts(node.right)


def _keyword(call: Call, name: str) -> Expr | None:
    return next((value for key, value in call.keywords if key == name), None)


def _text(info: ClassInfo, name: str) -> str:
    for one in info.line():
        cell = one.attributes.get(name)
        for found in cell.types if cell else ():
            if found.kind == "text":
                return str(found.of)
    return ""


def _bare(name: str) -> str:
    return name.strip('"').replace('"."', ".")


def _percent(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"%({name})s", value)
    return text


def _is_true(value: Expr | None) -> bool:
    return isinstance(value, Const) and value.value is True


def _is_false(value: Expr | None) -> bool:
    return isinstance(value, Const) and value.value is False
