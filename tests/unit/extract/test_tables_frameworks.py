"""A framework of the application's own: bases, containers and libraries that nobody has described."""

from tests.accesses import DJANGO, found, touched


def of(files: dict[str, str]) -> set[str]:
    """{"line op table"} of the module `app`."""
    seen = touched({"shop.models": DJANGO, **files})
    return {one.removeprefix("app:") for one in seen if one.startswith("app:")}


def test_a_method_is_given_what_the_one_it_overrides_is_given() -> None:
    files = {
        "base": "from shop.models import Order\nclass Provider:\n    def pay(self, request, one: Order): ...\n",
        "app": "from base import *\nclass Cash(Provider):\n    def pay(self, request, one):\n        one.save()\n",
    }
    assert of(files) == {"4 write shop_order"}


def test_the_fields_of_named_tuples_and_dataclasses_hold_what_they_are_made_of() -> None:
    text = """
        from collections import namedtuple
        from dataclasses import dataclass
        from shop.models import Customer, Order
        class Manager:
            Add = namedtuple("Add", "number order")
            def plan(self):
                self.steps = [self.Add(1, Order())]
                self.steps.append(self.Add(number=1, order=Order()))
            def perform(self):
                for step in self.steps:
                    step.order.save()
        @dataclass
        class Pair:
            number: int
            customer: object
        def run():
            Pair(1, Customer()).customer.save()
    """
    assert of({"app": text}) == {"12 write shop_order", "18 write shop_customer"}


def test_a_class_of_an_unknown_library_is_what_its_name_ends_with() -> None:
    text = """
        from i18nfield.rest_framework import I18nAwareModelSerializer
        from shop.models import Order
        class OrderSerializer(I18nAwareModelSerializer):
            class Meta:
                model = Order
                fields = ["id"]
            def create(self, validated_data):
                order = super().create(validated_data)
                order.delete()
    """
    assert {"9 write shop_order", "10 write shop_order"} <= of({"app": text})


NOTE = """
    class Note(models.Model):
        every = ScopedManager(of=1)
        order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="note")
        def save(self):
            super().save()
"""


def test_a_manager_of_an_unknown_library_gives_rows() -> None:
    model = DJANGO.replace("class Customer", "from django_scopes import ScopedManager\n    class Customer", 1) + NOTE
    text = "from shop.models import Note\ndef f():\n    Note.every.filter(pk=1).update(pk=2)\n"
    assert of({"shop.models": model, "app": text}) == {"3 write shop_note"}


def test_a_form_holds_a_row_of_its_own_model_whatever_its_siblings_hold() -> None:
    text = """
        from django import forms
        from shop.models import Customer, Order
        class Base(forms.ModelForm):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
        class OrderForm(Base):
            class Meta:
                model = Order
                fields = ["id"]
        class CustomerForm(Base):
            class Meta:
                model = Customer
                fields = ["id"]
        def f(request):
            CustomerForm(request.POST).save()
    """
    assert {one for one in of({"app": text}) if one.startswith("16 write")} == {"16 write shop_customer"}


def test_a_line_that_one_evaluation_follows_is_not_told_as_unknown() -> None:
    text = """
        from shop.models import Order
        class Stamped:
            def save(self):
                pass
        def close(thing):
            thing.note.save()
        def run():
            close(Order())
    """
    assert not found({"shop.models": DJANGO + NOTE, "app": text}).unresolved


def test_a_line_that_deletes_rows_of_any_model_names_none_of_those_that_go_along() -> None:
    models = "".join(
        f"""
    class Part{number}(models.Model):
        objects = Parts.as_manager()
        order = models.ForeignKey("shop.Order", on_delete=models.CASCADE)
    class Piece{number}(models.Model):
        part = models.ForeignKey(Part{number}, on_delete=models.CASCADE)
"""
        for number in range(20)
    )
    base = """
    class Parts(models.QuerySet):
        def drop(self):
            self.filter(order=None).delete()
    """
    assert not [one for one in found({"shop.models": DJANGO + base + models}).accesses if one.via == "cascade"]


MIXIN = """
    class Bulk:
        def run(self, request):
            rows = self.get_queryset()
            self.actions[0].execute(rows)
"""


def test_a_mixins_method_is_evaluated_apart_for_each_class_that_mixes_it_in() -> None:
    files = {
        "bulk": MIXIN,
        "actions": """
            class Publish:
                def execute(self, rows):
                    rows.update(public=True)
            class Close:
                def execute(self, rows):
                    rows.update(closed=True)
        """,
        "views": """
            from actions import Close, Publish
            from bulk import Bulk
            from shop.models import Customer, Order
            class Orders(Bulk):
                actions = [Close()]
                def get_queryset(self):
                    return Order.objects.filter(customer=3)
            class Customers(Bulk):
                actions = [Publish()]
                def get_queryset(self):
                    return Customer.objects.filter(email="x")
        """,
    }
    seen = touched({"shop.models": DJANGO, **files})
    assert {one for one in seen if one.startswith("actions:")} == {
        "actions:4 write shop_customer",
        "actions:7 write shop_order",
    }


def test_a_mixin_of_models_touches_the_table_of_the_row_that_it_is_called_on() -> None:
    files = {
        "shop.models": """
            from django.db import models
            class Noted:
                def note(self):
                    Note.objects.create(text="x", of=self.describe())
                    keep(self)
            class Note(models.Model):
                text = models.TextField()
            class Order(Noted, models.Model):
                total = models.IntegerField()
            class Customer(Noted, models.Model):
                name = models.TextField()
            def keep(one):
                one.save()
        """,
        "app": "from shop.models import Order\ndef f():\n    Order.objects.get(pk=1).note()\n",
    }
    calls = {(one.callee, one.called.name) for one in found(files).calls if one.module.name == "app"}
    assert calls == {("Noted.note", "shop.models")}
    seen = touched(files)
    assert {"shop.models:14 write shop_order", "shop.models:14 write shop_customer"} <= seen


def test_another_name_of_a_method_is_the_method() -> None:
    text = """
        from shop.models import Order
        class Form:
            def both(self):
                Order.objects.create()
            valid = invalid = both
        class View(Form):
            def run(self):
                self.valid()
    """
    told = found({"shop.models": DJANGO, "app": text}).calls
    assert {(one.function, one.callee) for one in told} == {("View.run", "Form.both")}


def test_what_a_mixin_hands_on_goes_no_further_than_the_bases_of_its_receiver() -> None:
    text = """
        from shop.models import Customer, Order
        class Told:
            def done(self, row):
                print(self.message)
                super().done(row)
        class Kept:
            def done(self, row):
                row.save()
        class Orders(Told):
            message = "order"
            def run(self):
                self.done(Order())
        class Customers(Told, Kept):
            message = "customer"
            def run(self):
                self.done(Customer())
    """
    assert of({"app": text}) == {"9 write shop_customer"}


def test_a_frameworks_class_that_others_inherit_from_is_entered_as_those() -> None:
    text = """
        from django.forms import ModelForm
        from django.views.generic.edit import UpdateView
        from shop.models import Customer, Order
        class OrderForm(ModelForm):
            class Meta:
                model = Order
        class CustomerForm(ModelForm):
            class Meta:
                model = Customer
        class Edit(UpdateView):
            pass
        class OrderEdit(Edit):
            form_class = OrderForm
            def form_valid(self, form):
                form.instance.save()
        class CustomerEdit(Edit):
            form_class = CustomerForm
            def form_valid(self, form):
                form.instance.save()
    """
    saved = {one for one in of({"app": text}) if one.startswith(("16 write", "20 write"))}
    assert saved == {"16 write shop_order", "20 write shop_customer"}


def test_each_class_keeps_what_its_own_objects_are_made_with() -> None:
    text = """
        from shop.models import Customer, Order
        class Repository:
            def __init__(self, model):
                self.model = model
        class Orders(Repository):
            def latest(self):
                return self.model.objects.get(pk=1)
        class Customers(Repository):
            def latest(self):
                return self.model.objects.get(pk=1)
        def run():
            Orders(Order).latest()
            Customers(Customer).latest()
    """
    assert of({"app": text}) == {"8 read shop_order", "11 read shop_customer"}


def test_who_authenticates_by_a_token_reads_the_model_that_it_names() -> None:
    text = """
        from rest_framework.authentication import TokenAuthentication
        from shop.models import Customer
        class ByEmail(TokenAuthentication):
            model = Customer
            def authenticate_credentials(self, key):
                return self.get_model().objects.get(email=key)
    """
    assert "7 read shop_customer" in of({"app": text})


def committed(files: dict[str, str]) -> set[tuple[str, ...]]:
    """The tables that each scope of `app` commits at once, a tuple for each run that no other covers."""
    scopes = found({"shop.models": DJANGO, **files}).transactions
    return {tuple(table.name for table in one.writes) for one in scopes if one.module.name == "app"}


def test_what_a_base_commits_for_one_class_it_does_not_commit_for_its_sister() -> None:
    text = """
        from django.db import transaction
        from shop.models import Customer, Order, Tag
        class Removes:
            @transaction.atomic
            def remove(self, request):
                self.perform()
        class Orders(Removes):
            def perform(self):
                Order.objects.create()
                Tag.objects.create()
        class Customers(Removes):
            def perform(self):
                Customer.objects.create()
    """
    assert committed({"app": text}) == {("labels", "shop_order"), ("shop_customer",)}


def test_a_method_that_goes_on_to_its_library_is_evaluated_apart_for_what_that_asks_of_it() -> None:
    text = """
        from django.db import transaction
        from django.views.generic import CreateView
        from shop.models import Customer, Order, Tag
        class Told:
            def form_valid(self, form):
                return super().form_valid(form)
        class Orders(Told, CreateView):
            model = Order
            fields = ["total"]
            def get_success_url(self):
                Tag.objects.create()
        class Customers(Told, CreateView):
            model = Customer
            fields = ["email"]
            @transaction.atomic
            def form_valid(self, form):
                return super().form_valid(form)
            def get_success_url(self):
                Customer.objects.create()
    """
    assert committed({"app": text}) == {("shop_customer",)}


def test_a_general_method_commits_the_rows_of_whom_it_is_called_on() -> None:
    """Of thirty tables that share `delete`, and a mixin of it, one call deletes from one."""
    rows = "\n".join(f"class Row{number}(Noted, Kept, models.Model):\n    pass" for number in range(30))
    models = (
        "from django.db import models\n"
        "class Noted:\n    def delete(self):\n        return super().delete()\n"
        "class Kept:\n    def delete(self):\n        return super().delete()\n"
    )
    text = (
        "from django.db import transaction\nfrom rows import Row1, Row2, Row3\n"
        "def other(row: Row2, third: Row3):\n    row.delete()\n    third.delete()\n"
        "@transaction.atomic\ndef f(row: Row1):\n    row.delete()\n"
    )
    assert committed({"rows": f"{models}{rows}\n", "app": text}) == {("rows_row1",)}


def test_of_many_sisters_that_share_a_base_one_commits_what_its_own_methods_do() -> None:
    """Forty classes below a base are evaluated together; `self` is one of them all the same."""
    base = "class Base:\n    def found(self):\n        return self.find()\n"
    sisters = "".join(f"class View{number}(Base):\n    def show(self): ...\n" for number in range(40))
    text = (
        "from django.db import transaction\nfrom shop.models import Customer, Order\n"
        f"{base}{sisters}"
        "class Orders(Base):\n    def find(self):\n        Order.objects.create()\n"
        "class Customers(Base):\n    def find(self):\n        Customer.objects.create()\n"
        "    @transaction.atomic\n    def post(self):\n        self.found()\n"
    )
    assert committed({"app": text}) == {("shop_customer",)}


def test_a_form_that_is_told_to_wait_writes_nothing() -> None:
    text = """
        from django import forms
        from shop.models import Customer, Order
        class OrderForm(forms.ModelForm):
            class Meta:
                model = Order
        class CustomerForm(forms.ModelForm):
            class Meta:
                model = Customer
            def save(self, commit=True):
                customer = super().save(commit=False)
                if commit:
                    customer.save()
                return customer
        def f(request):
            order = OrderForm(request.POST).save(commit=False)
            order.save()
            OrderForm(request.POST).save()
            CustomerForm(request.POST).save(False)
            OrderFormSet = forms.modelformset_factory(Order, form=OrderForm)
            OrderFormSet(request.POST).save(commit=False)
            OrderFormSet(request.POST).save()
    """
    written = {one for one in of({"app": text}) if " write shop_order" in one or "customer" in one}
    lines = {one for one in written if one.rpartition("_")[2] in ("order", "customer") and " write " in one}
    assert lines == {"13 write shop_customer", "17 write shop_order", "18 write shop_order", "22 write shop_order"}


def test_tags_of_taggit_are_rows_of_its_tables() -> None:
    text = """
        from django.db import models
        from taggit.managers import TaggableManager
        class Note(models.Model):
            tags = TaggableManager(blank=True)
        def f(note):
            note = Note()
            note.tags.remove("late")
            note.tags.filter(name="late").count()
    """
    assert touched({"own.models": text}) == {
        "own.models:8 write taggit_taggeditem",
        "own.models:9 read taggit_tag",
        "own.models:9 read taggit_taggeditem",
    }


def test_tags_of_a_projects_own_are_found_by_what_is_tagged() -> None:
    text = """
        from django.db import models
        from taggit.managers import TaggableManager
        from taggit.models import GenericTaggedItemBase, TagBase
        class Word(TagBase):
            pass
        class Worded(GenericTaggedItemBase):
            tag = models.ForeignKey(Word, related_name="items", on_delete=models.CASCADE)
        class Words(TaggableManager):
            def __init__(self, *args, **kwargs):
                kwargs.setdefault("through", Worded)
                super().__init__(*args, **kwargs)
        class Note(models.Model):
            tags = Words(related_name="notes")
        class Page(models.Model):
            tags = TaggableManager(through="own.Worded")
        def f(word):
            Note().tags.clear()
            Page().tags.clear()
            Word.objects.first().notes.count()
    """
    assert touched({"own.models": text}) == {
        "own.models:18 write own_worded",
        "own.models:19 write own_worded",
        "own.models:20 read own_word",
        "own.models:20 read own_worded",
        "own.models:20 read own_note",
    }


def test_a_copy_of_a_query_is_a_query() -> None:
    text = """
        from shop.models import Order
        class View:
            queryset = Order.objects.all()
            def rows(self):
                return self.queryset._clone()
        def f():
            for order in View().rows():
                order.delete()
    """
    assert "9 write shop_order" in of({"app": text})


def test_what_a_view_of_very_many_gives_by_itself_is_its_own() -> None:
    views = "".join(f"\nclass View{number}(View):\n    model = Tag\n" for number in range(70))
    text = f"""
from django.shortcuts import get_object_or_404
from shop.models import Customer, Order, Tag
class View:
    def get_queryset(self):
        return self.model._default_manager.all()
    def get_object(self, pk=None):
        return get_object_or_404(self.get_queryset(), pk=pk)
class Orders(View):
    model = Order
    def get_queryset(self):
        return super().get_queryset().select_related("customer")
    def close(self):
        self.get_object().save()
class Customers(View):
    model = Customer
    def show(self):
        return list(self.get_queryset())
{views}"""
    by_function: dict[str, set[str]] = {}
    for one in found({"shop.models": DJANGO, "app": text}).accesses:
        by_function.setdefault(one.function, set()).add(f"{one.op} {one.table}")
    assert by_function["Orders.close"] == {"write shop_order"}
    assert by_function["Customers.show"] == {"read shop_customer"}
    assert by_function["View.get_object"] == {"read shop_order", "read shop_customer", "read labels"}


def test_a_model_of_a_library_that_nobody_described_has_the_table_that_django_names() -> None:
    files = {
        "shop.models": """
            from django.db import models
            class Order(models.Model):
                task = models.ForeignKey("django_celery_beat.PeriodicTask", models.CASCADE)
        """,
        "app": """
            from allauth.account.models import EmailAddress, EmailConfirmation
            from shop.models import Order
            def f(pk):
                EmailAddress.objects.filter(pk=pk).delete()
                from django_celery_beat.models import PeriodicTask as Task
                task = Task.objects.get(pk=pk)
                task.order_set.count()
                task.save()
                Order.objects.get(pk=pk).task.name
            def g(store):
                EmailConfirmation.create(store)
        """,
        "other": """
            from elsewhere.models import Shape
            from .models import Thing
            def f():
                Shape.all(), Thing.objects.all()
        """,
    }
    facts = found(files)
    assert {f"{one.line} {one.op} {one.table}" for one in facts.accesses} == {
        "5 write account_emailaddress",
        "7 read django_celery_beat_periodictask",
        "8 read shop_order",
        "9 write django_celery_beat_periodictask",
        "10 read shop_order",
        "10 read django_celery_beat_periodictask",
    }
    assert {fact.table.name: fact.origin.value for fact in facts.tables} == {
        "account_emailaddress": "framework",
        "django_celery_beat_periodictask": "framework",
        "shop_order": "own",
    }
