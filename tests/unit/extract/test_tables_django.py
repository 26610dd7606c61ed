"""What Django itself calls: signals, fields, forms, admin classes; and who stands behind a request."""

from decompose.extract.tables import within
from decompose.model.names import Module
from tests.accesses import DJANGO, found, touched


def of(module: str, files: dict[str, str]) -> set[str]:
    """{"line op table"} of one module."""
    return {one.partition(":")[2] for one in touched(files) if one.startswith(f"{module}:")}


def test_a_listener_to_a_signal_of_models_is_given_a_row_of_the_sender() -> None:
    assert of(
        "app",
        {
            "shop.models": DJANGO,
            "app": """
                from django.db.models.signals import post_save, pre_delete
                from django.dispatch import receiver
                from shop.models import Order
                def tell(sender, instance, **kwargs):
                    instance.customer
                post_save.connect(tell, sender=Order)
                @receiver([pre_delete], sender=Order)
                def clean(sender, instance, **kwargs):
                    sender.objects.count()
                    instance.tags.clear()
            """,
        },
    ) == {
        "6 read shop_customer",
        "10 read shop_order",
        "11 write shop_order_tags",
    }


def test_a_comprehensions_variable_ends_with_it() -> None:
    text = """
        from shop.models import Order
        def f(others):
            first = [one.customer for one in Order.objects.all()]
            return [one.customer for one in others]
    """
    assert of("app", {"shop.models": DJANGO, "app": text}) == {"4 read shop_order", "4 read shop_customer"}


def test_what_a_projects_own_signal_carries_reaches_whoever_listens() -> None:
    files = {
        "shop.models": DJANGO,
        "shop.signals": "from django.dispatch import Signal\nplaced = Signal()\npaid = Signal()\n",
        "listens": """
            from django.dispatch import receiver
            from shop.signals import placed, paid
            @receiver(placed)
            def thank(sender, who, **kwargs):
                who.email.lower()
                who.save()
            def other(sender, who, **kwargs):
                who.save()
            paid.connect(other)
        """,
        "sends": """
            from shop.models import Customer
            from shop.signals import placed
            def place():
                placed.send(sender=None, who=Customer.objects.get(pk=1))
        """,
    }
    assert of("listens", files) == {"7 write shop_customer"}


def test_a_managers_super_is_the_librarys_method_and_not_its_own() -> None:
    models = """
        from django.db import models
        class Open(models.Manager):
            def get_queryset(self):
                return super().get_queryset().filter(status="open")
            def get_or_create(self, **kwargs):
                return self.get_queryset().get_or_create(status="open", **kwargs)
        class Basket(models.Model):
            status = models.CharField()
            open = Open()
    """
    assert {"7 read shop_basket", "7 write shop_basket"} <= of("shop.models", {"shop.models": models})


def test_a_field_class_is_given_rows_of_the_models_that_have_such_a_field() -> None:
    files = {
        "fields": """
            from django.db import models
            class Slug(models.SlugField):
                def pre_save(self, model_instance, add):
                    return self.free(model_instance.__class__)
                def free(self, cls):
                    return cls._default_manager.filter(slug="x").exists()
                def all(self):
                    return self.model._default_manager.count()
        """,
        "shop.models": """
            from django.db import models
            from fields import Slug
            class Page(models.Model):
                slug = Slug()
            class Other(models.Model):
                slug = models.SlugField()
        """,
    }
    assert of("fields", files) == {"7 read shop_page", "9 read shop_page"}


def test_methods_of_serialisers_and_admin_classes_are_given_rows_of_their_model() -> None:
    files = {
        "shop.models": DJANGO,
        "api": """
            from rest_framework import serializers
            from shop.models import Order
            class OrderSerializer(serializers.ModelSerializer):
                who = serializers.SerializerMethodField()
                class Meta:
                    model = Order
                def get_who(self, obj):
                    return obj.customer
        """,
        "panel": """
            from django.contrib import admin
            from shop.models import Customer
            class CustomerAdmin(admin.ModelAdmin):
                def forget(self, request, queryset):
                    queryset.update(email="")
                def number(self, obj):
                    return obj.orders.count()
            admin.site.register(Customer, CustomerAdmin)
        """,
    }
    assert "9 read shop_customer" in of("api", files)
    assert {"6 write shop_customer", "8 read shop_order"} <= of("panel", files)


def test_the_user_of_a_request_is_a_row_of_the_user_model() -> None:
    files = {
        "people.models": """
            from django.db import models
            class Person(models.Model):
                pass
            class Address(models.Model):
                person = models.ForeignKey(Person, models.CASCADE, related_name="addresses")
        """,
        "settings": "AUTH_USER_MODEL = 'people.Person'\n",
        "app": """
            def view(request):
                return request.user.addresses.first()
            class View:
                def get(self):
                    return self.request.user.addresses.first()
            def helper(user):
                return user.addresses.first()
        """,
    }
    assert of("app", files) == {f"{line} read people_address" for line in (3, 6, 8)}


def test_tables_of_packages_that_were_not_asked_for_are_no_own_tables() -> None:
    facts = found(
        {
            "sandbox.models": DJANGO.replace('"shop.Tag"', '"sandbox.Tag"'),
            "app": "from sandbox.models import Order\ndef f():\n    Order.objects.count()\n",
        }
    )
    kept = within(facts, {Module("app")})
    assert [(fact.table.name, fact.origin.value, fact.module) for fact in kept.tables] == [
        ("sandbox_customer", "framework", None),
        ("sandbox_order", "framework", None),
    ]


def test_what_is_saved_without_being_known_is_told_with_its_line() -> None:
    facts = found(
        {
            "shop.models": DJANGO,
            "app": """
                from shop.models import Order
                def keep(thing, client, pictures):
                    thing.save()
                    client.delete("/orders/1")
                    pictures[0].save()
                def known(order):
                    order.save()
                def both(given):
                    given.save()
                def caller():
                    both(Order.objects.get(pk=1))
            """,
        }
    )
    assert [(one.kind, one.line, one.text) for one in facts.unresolved] == [
        ("unknown_receiver", 4, "thing.save()"),
        ("unknown_receiver", 6, "pictures[0].save()"),
    ]


def test_an_installed_package_below_an_app_is_an_app_of_its_own() -> None:
    model = "from django.db import models\nclass Value(models.Model):\n    pass\n"
    facts = found(
        {
            "shop.apps": """
                from django.apps import AppConfig
                class Shop(AppConfig):
                    name = "shop"
                    label = "store"
            """,
            "shop.models": model,
            "shop.extra/": "",
            "shop.extra.models": model,
            "shop.parts.models": model,
            "settings": "INSTALLED_APPS = ['django.contrib.auth', 'shop.apps.Shop'] + ['shop.extra']\n",
        }
    )
    assert [fact.table.name for fact in facts.tables] == ["extra_value", "store_value"]


def test_the_rows_of_a_table_between_are_asked_directly() -> None:
    files = {
        "shop.models": DJANGO,
        "app": """
            from shop.models import Order
            def f():
                Order.tags.through.objects.filter(order=1).delete()
                for row in Order.tags.through.objects.all():
                    print(row)
        """,
    }
    assert of("app", files) == {
        "4 write shop_order_tags",
        "5 read shop_order_tags",
    }


def test_sql_in_a_query_reads_its_tables_too() -> None:
    files = {
        "shop.models": DJANGO,
        "app": """
            from django.db.models.expressions import RawSQL
            from shop.models import Order
            def f(wanted):
                Order.objects.raw("select o.* from shop_order o join shop_customer c on c.id = o.customer_id")
                Order.objects.extra(select={"n": "select count(*) from labels where order_id = shop_order.id"})
                Order.objects.extra(where=["customer_id in (select id from shop_customer)"], tables=["labels"])
                Order.objects.annotate(n=RawSQL("select count(*) from labels where order_id = %s", wanted))
        """,
    }
    assert {one for one in of("app", files) if "shop_order" not in one} == {
        "5 read shop_customer",
        "6 read labels",
        "7 read shop_customer",
        "7 read labels",
        "8 read labels",
    }


def test_a_key_that_a_parent_has_is_nulled_in_the_parents_table_alone() -> None:
    files = {
        "blog.models": """
            from django.db import models
            class Author(models.Model):
                name = models.CharField(max_length=9)
            class Locked(models.Model):
                locked_by = models.ForeignKey(Author, null=True, on_delete=models.SET_NULL, related_name="+")
                class Meta:
                    abstract = True
            class Page(Locked):
                title = models.CharField(max_length=9)
            class Event(Page):
                speaker = models.ForeignKey(Author, null=True, on_delete=models.SET_NULL, related_name="+")
            class Poster(Page):
                size = models.IntegerField()
        """,
        "app": """
            from blog.models import Author, Poster
            def leave():
                Author.objects.get(pk=1).delete()
            def holder():
                Poster.objects.get(pk=1).locked_by.name
        """,
    }
    # locked_by is a column of blog_page, whatever continues its rows; speaker is one of blog_event
    assert {one for one in of("app", files) if one.startswith("4 ") and "write" in one} == {
        "4 write blog_author",
        "4 write blog_event",
        "4 write blog_page",
    }
    assert {one for one in of("app", files) if one.startswith("4 read")} == {"4 read blog_author"}  # nulled unseen
    assert not any("blog_poster" in one for one in of("app", files) if one.startswith("4 "))
    assert "6 read blog_author" in of("app", files)
    facts = found(files)
    assert [key.column for key in facts.foreign_keys if key.table.name == "blog_poster"] == []


def test_rows_that_are_joined_in_many_ways_stay_with_who_hands_them_over() -> None:
    handed = """
        from shop.models import {model}
        from sorting import ordered
        def listed(request):
            rows = {model}.objects.all()
            if request.a:
                rows = rows.select_related("one")
            if request.b:
                rows = rows.select_related("two")
            if request.c:
                rows = rows.prefetch_related("three")
            if request.d:
                rows = rows.select_related("four")
            return list(ordered(rows))
    """
    models = ["from django.db import models"]
    for name in ("Toy", "Road"):
        for end in ("One", "Two", "Three", "Four"):
            models += [f"class {name}{end}(models.Model):", "    name = models.TextField()"]
        models += [f"class {name}(models.Model):"]
        for end in ("One", "Two", "Four"):
            models += [f"    {end.lower()} = models.ForeignKey({name}{end}, models.CASCADE)"]
        models += [f"    three = models.ManyToManyField({name}Three)"]
    files = {
        "shop.models": "\n".join(models),
        "sorting": "def ordered(rows):\n    rows = rows.order_by('pk')\n    return rows\n",
        "toys": handed.format(model="Toy"),
        "roads": handed.format(model="Road"),
    }
    tables = {one.rpartition(" ")[2] for one in of("toys", files)}
    assert tables == {
        "shop_toy",
        "shop_toy_three",
        *(f"shop_toy{end}" for end in ("one", "two", "three", "four")),
    }


def test_what_is_brought_along_with_rows_is_not_read_where_none_is_loaded() -> None:
    text = """
        from shop.models import Order
        orders = Order.objects.select_related("customer").prefetch_related("tags")
        def f():
            orders.exists()
            orders.count()
            orders.filter(customer__email="a").exists()
            orders.first()
    """
    assert of("app", {"shop.models": DJANGO, "app": text}) >= {"5 read shop_order", "8 read labels"}
    lines = {one for one in of("app", {"shop.models": DJANGO, "app": text}) if one[0] in "56"}
    assert lines == {"5 read shop_order", "6 read shop_order"}
    assert "7 read shop_customer" in of("app", {"shop.models": DJANGO, "app": text})
    assert "7 read labels" not in of("app", {"shop.models": DJANGO, "app": text})


def test_the_model_of_a_queryset_class_of_many_models_is_any_of_them() -> None:
    def read(many: int) -> set[str]:
        models = "".join(
            f"            class M{i}(models.Model):\n                objects = Rows.as_manager()\n" for i in range(many)
        )
        text = f"""
            from django.db import models
            class Rows(models.QuerySet):
                def allowed(self):
                    return self.filter(pk__in=self.model.objects.all())
{models}
            def f():
                M0.objects.allowed().first()
        """
        return {one.rpartition(" ")[2] for one in of("shop.models", {"shop.models": text}) if "read" in one}

    assert read(2) == {"shop_m0", "shop_m1"}
    assert read(20) == {"shop_m0"}


def test_the_table_of_an_abstract_class_is_that_of_each_class_below_it() -> None:
    seen = touched(
        {
            "shop.models": DJANGO
            + """
    class Count(models.Model):
        class Meta:
            abstract = True
    class OrderCount(Count):
        pass
    class CustomerCount(Count):
        pass
""",
            "app": """
                from django.db import connection
                from shop.models import Count
                def clear(model: type[Count]):
                    with connection.cursor() as cursor:
                        cursor.execute("delete from {}".format(model._meta.db_table))
            """,
        }
    )
    assert seen == {"app:6 write shop_ordercount", "app:6 write shop_customercount"}


def test_a_registry_of_many_models_does_not_say_which_rows_a_caller_gets() -> None:
    models = "\n".join(f"class M{n}(models.Model):\n    pass\n" for n in range(9))
    registry = "\n".join(
        f"class A{n}(Access):\n    def rows(self):\n        return M{n}.objects.all()\n" for n in range(9)
    )
    text = f"""from django.db import models
{models}
class Access:
    pass
{registry}
def rows_of(access):
    return access.rows()
def first():
    return rows_of(A0()).first()
def every():
    return [rows_of(one) for one in ({", ".join(f"A{n}()" for n in range(9))})]
"""
    lines = {one.split()[0] for one in touched({"shop.models": text})}
    where = text.splitlines().index("    return rows_of(A0()).first()") + 1
    assert f"shop.models:{where}" not in lines
    assert len(lines) >= 9  # what each of them reads itself stays


def test_a_manager_that_several_models_share_gives_the_rows_of_the_model_it_is_asked_of() -> None:
    models = """
        from django.db import models
        class Open(models.Manager):
            def get_queryset(self):
                return super().get_queryset().filter(status="open")
            def take(self, **kwargs):
                return self.get_queryset().get_or_create(status="open", **kwargs)
        class Basket(models.Model):
            open = Open()
        class Cart(models.Model):
            open = Open()
    """
    app = """
        from shop.models import Basket
        def f():
            basket, _ = Basket.open.take(owner=1)
            basket.save()
    """
    assert of("app", {"shop.models": models, "app": app}) == {"5 write shop_basket"}


def test_values_bring_nothing_along() -> None:
    app = """
        from shop.models import Order
        def f():
            return list(Order.objects.select_related("customer").prefetch_related("tags").values_list("pk"))
    """
    files = {"shop.models": DJANGO, "app": app}
    assert "4 read shop_order" in of("app", files)
    assert {one for one in of("app", files) if not one.startswith("4 ")} == set()


def test_a_row_that_is_spread_over_arguments_gives_each_parameter_its_own() -> None:
    app = """
        from shop.models import Customer
        def f():
            letters = []
            for customer in Customer.objects.all():
                letters.append((customer, {"text": "x"}))
            for letter in letters:
                send(*letter)
        def send(who, letter):
            letter.delete()
    """
    seen = of("app", {"shop.models": DJANGO, "app": app})
    assert not {one for one in seen if one.startswith("10 ")}


def test_a_proxy_is_what_its_function_gives() -> None:
    app = """
        from django.utils.functional import SimpleLazyObject
        from shop.models import Order
        def find():
            return Order.objects.get(pk=1)
        def f():
            order = SimpleLazyObject(find)
            order.save()
    """
    assert of("app", {"shop.models": DJANGO, "app": app}) == {"5 read shop_order", "8 write shop_order"}


def test_the_filters_of_an_admin_list_are_given_rows_of_its_model() -> None:
    app = """
        from django.contrib import admin
        from shop.models import Customer, Order
        class Late(admin.SimpleListFilter):
            def queryset(self, request, queryset):
                return queryset.filter(customer=3)
        class Known(admin.SimpleListFilter):
            def queryset(self, request, queryset):
                return queryset.filter(email="x")
        @admin.register(Order)
        class OrderAdmin(admin.ModelAdmin):
            list_filter = [Late]
            def late(self, request, queryset):
                queryset.update(customer=4)
        class CustomerAdmin(admin.ModelAdmin):
            list_filter = (Known, "email")
        admin.site.register(Customer, CustomerAdmin)
    """
    seen = of("app", {"shop.models": DJANGO, "app": app})
    assert {"6 read shop_order", "9 read shop_customer", "14 write shop_order"} <= seen
    assert not {"6 read shop_customer", "9 read shop_order", "14 write shop_customer"} & seen


def test_a_class_method_of_a_base_is_given_rows_of_the_classes_that_have_it_from_there() -> None:
    app = """
        from shop.models import Customer, Order
        class Bulk:
            @classmethod
            def act(cls, info, queryset):
                queryset.delete()
        class Late(Bulk):
            class Meta:
                model = Order
            @classmethod
            def act(cls, info, queryset):
                super().act(info, queryset)
        class People(Bulk):
            class Meta:
                abstract = True
        class Gone(People):
            class Meta:
                model = Customer
            @classmethod
            def act(cls, info, queryset):
                queryset.update(email="")
    """
    seen = of("app", {"shop.models": DJANGO, "app": app})
    assert {"6 write shop_order", "21 write shop_customer"} <= seen
    assert "6 write shop_customer" not in seen


def test_a_related_manager_is_asked_for_another_of_its_managers() -> None:
    app = """
        from shop.models import Customer
        def f(one: Customer):
            return one.orders(manager="objects").filter(tags=3).first()
    """
    assert "4 read shop_order" in of("app", {"shop.models": DJANGO, "app": app})


def test_a_save_of_some_fields_writes_the_tables_that_have_them() -> None:
    text = """
        from django.db import models
        class Job(models.Model):
            done = models.BooleanField()
        class Import(Job):
            lines = models.IntegerField()
        def f(names):
            one = Import.objects.get()
            one.save(update_fields=["done"])
            one.save(update_fields=["lines"])
            one.save(update_fields=["lines", "done"])
            one.save(update_fields=["done", *names])
            one.save()
    """
    both = {f"{line} write own_{name}" for line in (11, 12, 13) for name in ("job", "import")}
    written = {one for one in of("own.models", {"own.models": text}) if " write " in one}
    assert written == {"9 write own_job", "10 write own_import"} | both


def test_a_class_below_whoever_logs_in_is_a_model_though_only_a_function_names_it() -> None:
    text = """
        from django.contrib.auth import get_user_model
        from django.db import models
        User = get_user_model()
        class Member(User):
            class Meta:
                proxy = True
            def greet(self):
                self.card.save()
        class Card(models.Model):
            member = models.OneToOneField("shop.Member", on_delete=models.CASCADE)
        def f():
            Member.objects.get()
    """
    assert {"9 write shop_card", "13 read auth_user"} <= of("shop.models", {"shop.models": text})


def test_super_of_a_class_and_an_object_saves_the_object() -> None:
    app = """
        from shop.models import Customer, Order
        def f(row, other: Order):
            super(Customer, row).save()
            super(Order, other).save()
    """
    assert of("app", {"shop.models": DJANGO, "app": app}) == {"4 write shop_customer", "5 write shop_order"}


def test_a_function_called_get_model_that_is_given_nothing_loads_no_model_by_name() -> None:
    app = """
        from shop.models import Customer, Order
        def get_model(): return Customer if flag() else Order
        def f(): get_model().objects.get()
        def g(name): return apps.get_model(name)
    """
    facts = found({"shop.models": DJANGO, "app": app})
    assert [(one.kind, one.line) for one in facts.unresolved] == [("dynamic_model", 5)]
    assert {"4 read shop_customer", "4 read shop_order"} <= of("app", {"shop.models": DJANGO, "app": app})


def test_rows_that_a_class_keeps_are_of_the_model_alone_whose_manager_other_models_have_too() -> None:
    models = """
        from django.db import models
        class Live(models.Manager): pass
        class Order(models.Model):
            objects = Live()
        class Invoice(models.Model):
            objects = Live()
    """
    app = """
        from django import forms
        from shop.models import Order
        class Picked(forms.Form):
            order = forms.ModelChoiceField(queryset=Order.objects.all())
        class View:
            queryset = Order.objects.filter(id=1)
            def f(self, request):
                self.queryset.get()
                Picked(request).is_valid()
    """
    assert of("app", {"shop.models": models, "app": app}) == {
        f"{line} read shop_order" for line in (5, 7, 9, 10)
    }  # and no invoice


def test_loaders_of_classes_give_one_or_several_by_the_end_of_a_modules_name() -> None:
    files = {
        "shop.models": DJANGO,
        "shop.counts": """
            from shop.models import Order
            class Counter:
                def count(self): return Order.objects.count()
            class Finder:
                def find(self): return Order.objects.first()
        """,
        "loading": """
            from library import import_string
            def get_class(label, name): return get_classes(label, [name])[0]
            def get_classes(label, names): return [import_string(label, name) for name in names]
        """,
        "app": """
            from loading import get_class, get_classes
            Counter = get_class("shop.counts", "Counter")
            Other, Finder = get_classes("shop.counts", ["Counter", "Finder"])
            def f():
                Finder().find().customer
                return Counter().count()
        """,
    }
    told = found(files).calls
    assert sorted((one.line, one.callee) for one in told if one.module == Module("app")) == [
        (6, "Finder.find"),
        (7, "Counter.count"),
    ]
    assert of("app", files) == {"6 read shop_customer"}


def test_what_one_line_asks_of_several_models_joins_none_of_the_others() -> None:
    app = """
        from shop.models import Customer, Tag
        def f(**wanted):
            for model in (Customer, Tag):
                list(model.objects.filter(**wanted))
    """
    read = [one for one in found({"shop.models": DJANGO, "app": app}).accesses if one.function == "f"]
    assert {(str(one.table), str(one.via)) for one in read} == {("shop_customer", "orm"), ("labels", "orm")}
