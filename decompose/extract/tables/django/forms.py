"""Stage 1, whole project: what forms, serialisers and the admin ask of a model's fields."""

from collections.abc import Iterator

from ....model.facts import Op, Via
from ...code import Attr, Const
from ...infer import Machine, Site
from ...program import ClassInfo
from ...types import NONE, Type, Types, contain, each, join
from ..inventory import inventory_of
from ..mapping import Relation
from ..related import all_between
from ..rows import ROW_KINDS

__all__ = [
    "admin_register",
    "administer",
    "ask_form",
    "choice_field",
    "cleaned",
    "form_factory",
    "form_model",
    "lacks_field",
]


def form_model(machine: Machine, info: ClassInfo) -> ClassInfo | None:
    """The model that `Meta.model` of a form, serialiser or filter names."""
    for one in machine.attributes_of(machine.attribute(info.type, "Meta", 0), "model", 0):
        if one.kind == "class" and one.of.mapped:
            found: ClassInfo = one.of
            return found
    return None


def _choices(machine: Machine, info: ClassInfo) -> Iterator[tuple[str, Type]]:
    """The fields of a form or serialiser whose values are rows: declared ones, and those of the model's relations."""
    for above in machine.line_of(info):
        for name, cell in list(above.attributes.items()):
            for one in machine.read(cell):
                if one.kind == "choice":
                    yield name, one


def _form_relations(machine: Machine, info: ClassInfo, kind: str) -> Iterator[Relation]:
    model = form_model(machine, info)
    if model is None:
        return
    fields = _listed_fields(machine, info)
    for relation in inventory_of(machine).relations(model).values():
        named = relation.name in fields if fields is not None else True
        own = model in relation.owner.below() or relation.owner in machine.line_of(model)
        if relation.kind == kind and named and own and not relation.name.endswith("+"):
            yield relation


def _listed_fields(machine: Machine, info: ClassInfo) -> set[str] | None:
    """What Meta.fields lists; None where it does not say."""
    for one in machine.attribute(info.type, "Meta", 0):
        if one.kind == "class":
            for above in machine.line_of(one.of):
                cell = above.attributes.get("fields")
                texts = (
                    {t.of.of for t in machine.read(cell) if t.kind in ("list", "tuple") and t.of.kind == "text"}
                    if cell
                    else set()
                )
                if texts:
                    return texts
    return None


def cleaned(machine: Machine, info: ClassInfo) -> Types:
    """`cleaned_data` of a form: under the name of each choice the rows that it lets through."""
    found: Types = NONE
    for name, one in _choices(machine, info):
        found = join(
            found, contain("dict", (Type("rows" if one.extra else "instance", one.of, None, one.doubt),), name)
        )
    for relation in _form_relations(machine, info, "one"):
        found = join(found, contain("dict", (Type("instance", relation.target),), relation.name))
    return found


def ask_form(machine: Machine, one: Type, name: str, site: Site) -> Types | None:
    """The steps of forms and serialisers that need the model's fields."""
    if name == "_check_choices":
        for _, choice in _choices(machine, one.of):
            machine.effect(choice.of, Op.READ, Via.FRAMEWORK, site.line, choice.doubt)
        for relation in _form_relations(machine, one.of, "one"):
            machine.effect(relation.target, Op.READ, Via.FRAMEWORK, site.line)
    elif name in ("_save_many", "_read_many"):
        for relation in _form_relations(machine, one.of, "both"):
            if _is_form(machine, one.of) and not _is_declared(machine, relation):
                continue
            for between in all_between(machine, relation):
                machine.effect(between, Op.READ, Via.FRAMEWORK, site.line)
                if name == "_save_many":
                    machine.effect(between, Op.WRITE, Via.FRAMEWORK, site.line)
            if name == "_read_many":
                machine.effect(relation.target, Op.READ, Via.FRAMEWORK, site.line)
    elif name == "_of_model":
        return _of_model(machine, one, site.arg(0))
    else:
        return None
    return NONE


def _of_model(machine: Machine, form: Type, rows: Types) -> Types:
    """The rows that a form can be given, of all that a view for many forms gives to all of them."""
    stated = next((one.of for one in machine.attribute(form, "_model", 0) if one.kind == "class"), None)
    model = stated or form_model(machine, form.of)
    return rows if model is None else tuple([one for one in rows if _is_akin(one, model)])


def _is_akin(one: Type, model: ClassInfo) -> bool:
    if one.kind != "instance" or one.of.mapped is None:
        return True
    return one.of in model.line() or model in one.of.line()


def _is_form(machine: Machine, info: ClassInfo) -> bool:
    return any(above.scope.source.dotted.startswith("django.forms") for above in machine.line_of(info))


def lacks_field(machine: Machine, info: ClassInfo, name: str) -> bool:
    """Is it a plain form that surely has no field of that name? Those of a model's form follow from the model."""
    line = machine.line_of(info)
    if info.externals() or not _is_form(machine, info) or any(one.name == "BaseModelForm" for one in line):
        return False
    own = [one for one in line if not one.scope.source.library]
    named = [one for info in own for fn in info.methods.values() for one in fn.parts if isinstance(one, Const)]
    return not any(one.has(name) for one in own) and all(one.value != name for one in named)  # self.fields["tags"] = x


def _is_declared(machine: Machine, relation: Relation) -> bool:
    """Is a relation a field of its model, which a form reads and saves, or only the way back of another's?"""
    return any(above.has(relation.name) for above in machine.line_of(relation.owner))


def choice_field(machine: Machine, site: Site) -> Types:
    """ModelChoiceField(queryset=...): a field whose values are rows."""
    last = site.node.func.name if isinstance(site.node.func, Attr) else str(site.node.func)
    rows = site.arg(0, "queryset")
    return tuple([Type("choice", one.of, "Multiple" in last, one.doubt) for one in rows if one.kind in ROW_KINDS])


def form_factory(machine: Machine, site: Site) -> Types:
    """modelform_factory(Order, form=OrderForm), modelformset_factory(Line), inlineformset_factory(Order, Line)"""
    last = site.node.func.name if isinstance(site.node.func, Attr) else str(site.node.func)
    models = [one for types in site.args for one in types if one.kind == "class" and one.of.mapped]
    models += [one for one in site.keywords.get("model", ()) if one.kind == "class"]
    bases = [one for key in ("formset", "form") for one in site.keywords.get(key, ()) if one.kind == "class"]
    forms = [one for one in site.keywords.get("form", ()) if one.kind == "class"]
    if "formset" in last:
        forms += [one for types in site.args[:2] for one in types if one.kind == "class" and not one.of.mapped][:1]
        bases = [one for one in site.keywords.get("formset", ()) if one.kind == "class"]
    return _made_class(machine, site, last, models[-1:], forms, bases)


def _made_class(
    machine: Machine, site: Site, last: str, models: list[Type], forms: list[Type], bases: list[Type]
) -> Types:
    scope = machine.program.find("django.forms")
    if scope is None:
        return NONE
    default = "BaseInlineFormSet" if "formset" in last else "BaseModelForm"
    known = [one.of for one in bases] or [one.of for one in machine.global_name(scope, default)]
    of = tuple([one.of for one in models])  # one place may make them for several models: modelform_factory(self.model)
    made = machine.made_class((site.node, of), last, known)
    if not forms and "formset" in last and models:
        form = machine.made_class(
            (site.node, "form", of), "Form", [t.of for t in machine.global_name(scope, "BaseModelForm")]
        )
        machine.write_attribute(form, "_model", tuple(models))
        forms = [form.value]
    for name, types in (("model", models), ("form", forms), ("_model", models)):
        if types:
            machine.write_attribute(made, name, tuple(types))
    return (made.value,)


def admin_register(machine: Machine, site: Site) -> Types:
    """admin.site.register(Order, OrderAdmin), @admin.register(Order): listed, searched, edited and deleted there"""
    found: Types = NONE
    for types in site.args[:1]:
        for one in (*types, *machine.iterate(types, site.line)):
            if one.kind == "class" and one.of.mapped:
                machine.effect(one.of, Op.READ, Via.FRAMEWORK, site.line)
                machine.effect(one.of, Op.WRITE, Via.FRAMEWORK, site.line)
                administer(machine, site.arg(1, "admin_class"), one.of)
                found = join(found, (Type("registered", one.of),))  # a decorator is called with the class
    return found


def administer(machine: Machine, admins: Types, model: ClassInfo) -> Types:
    """The admin class, and the filters that its list has, are given rows of the model."""
    listed = [one for admin in admins for one in each(machine.attribute(admin, "list_filter", 0))]
    for one in (*admins, *listed):
        if one.kind == "class" and one.of.mapped is None:
            administered = inventory_of(machine).administered.setdefault(one.of, [])
            if model not in administered:
                administered.append(model)
    return NONE
