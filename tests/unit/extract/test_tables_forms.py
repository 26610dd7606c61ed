"""Forms of models: which rows those are given that a view for many forms makes, and forms that a factory makes."""

from textwrap import dedent

from tests.accesses import DJANGO, found


def of(text: str) -> dict[str, set[str]]:
    """{function: {"op table"}} of a module beside the shop's."""
    by_function: dict[str, set[str]] = {}
    for one in found({"shop.models": DJANGO, "app": dedent(text)}).accesses:
        if one.module.name == "app":
            by_function.setdefault(one.function, set()).add(f"{one.op} {one.table}")
    return by_function


def test_a_form_is_given_rows_of_its_model_alone() -> None:
    found_in = of("""
        from django import forms
        from shop.models import Customer, Tag
        class CustomerForm(forms.ModelForm):
            class Meta:
                model = Customer
        class TagForm(forms.ModelForm):
            class Meta:
                model = Tag
        def edit(form_class, row):
            return form_class(instance=row)
        def all_of_them():
            for form_class in (CustomerForm, TagForm):
                for row in (Customer(), Tag()):
                    edit(form_class, row)
        def keep_tag(form: TagForm):
            form.save()
        def keep_customer():
            CustomerForm().save()
    """)
    assert found_in == {"keep_tag": {"write labels"}, "keep_customer": {"write shop_customer"}}


def test_forms_that_one_place_makes_for_several_models_are_told_apart() -> None:
    found_in = of("""
        from django.forms import ModelForm, modelform_factory
        from shop.models import Customer, Tag
        class BaseForm(ModelForm): ...
        def form_of(model):
            return modelform_factory(model, form=BaseForm)
        def f():
            form_of(Customer)(instance=Customer.objects.get(pk=1)).save()
        def g():
            form_of(Tag)().save()
    """)
    assert found_in == {"f": {"read shop_customer", "write shop_customer"}, "g": {"write labels"}}


def test_forms_of_clusters_and_permissions_are_forms_of_models() -> None:
    found_in = of("""
        from modelcluster.forms import ClusterForm
        from permissionedforms import PermissionedForm
        from shop.models import Tag
        class TagForm(PermissionedForm, ClusterForm):
            class Meta:
                model = Tag
        def f():
            TagForm().save()
    """)
    assert found_in == {"f": {"write labels"}}


def test_what_asks_a_form_for_a_field_that_it_has_not_is_not_done() -> None:
    found_in = of("""
        from django import forms
        from shop.models import Customer, Order, Tag
        class Plain(forms.Form):
            name = forms.CharField()
        class Tagged(Plain):
            tags = forms.CharField()
        class Later(Plain):
            def __init__(self, *args):
                super().__init__(*args)
                self.fields["tags"] = forms.CharField()
        class OfModel(forms.ModelForm):
            class Meta:
                model = Order
        def keep(form, row):
            if form.cleaned_data.get("tags", None):
                row.save()
        def plain(data, row: Tag):
            form = Plain(data)
            if form.cleaned_data.get("tags"):
                row.save()
        def tagged(data, row: Tag):
            form = Tagged(data)
            if form.cleaned_data.get("tags"):
                row.save()
        def later(data, row: Tag):
            form = Later(data)
            if form.cleaned_data.get("tags"):
                row.save()
        def of_model(data, row: Tag):
            form = OfModel(data)
            if form.cleaned_data.get("tags"):
                row.save()
        def both(data):
            keep(Plain(data), Customer())
            keep(Tagged(data), Tag())
    """)
    assert {name for name in found_in if "write labels" in found_in[name]} == {"tagged", "later", "of_model", "keep"}
    assert "write shop_customer" not in found_in["keep"]
