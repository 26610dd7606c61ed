"""Classes of which only migrations say that they are models, or that they have no table of their own."""

from pathlib import Path
from textwrap import dedent

from decompose.extract import ExtractOptions, extract
from decompose.model.facts import Facts

MIGRATION = """
from django.conf import settings
from django.db import migrations, models
class Migration(migrations.Migration):
    operations = [{0}]
"""


def read(folder: Path, files: dict[str, str]) -> Facts:
    for name in ["shop/__init__.py", "shop/migrations/__init__.py"]:
        files.setdefault(name, "")
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))
    return extract(folder, ExtractOptions())


def touched(facts: Facts, path: str) -> set[str]:
    return {f"{one.line} {one.op} {one.table}" for one in facts.accesses if one.file == path}


def test_a_class_of_an_unknown_base_that_migrations_make_is_a_model_with_their_fields(tmp_path: Path) -> None:
    made = """migrations.CreateModel("Member", [
        ("id", models.AutoField(primary_key=True)),
        ("group", models.ForeignKey(to="shop.Group", on_delete=models.CASCADE, related_name="members")),
    ], options={"abstract": False}),
    migrations.AddField("member", "who", models.ForeignKey(to=settings.AUTH_USER_MODEL)),
    migrations.AddField("member", "old", models.ForeignKey(to="shop.Group")), migrations.RemoveField("member", "old"),
    migrations.CreateModel("Group", [("id", models.AutoField(primary_key=True))])"""
    files = {
        "shop/models.py": """
            from organizations.abstract import AbstractGroup, AbstractMember, Other
            class Member(AbstractMember):
                pass
            class Group(AbstractGroup):
                pass
            class Plain(Other):
                pass
        """,
        "shop/migrations/0001_initial.py": MIGRATION.format(made),
        "shop/views.py": """
            from .models import Group, Member, Plain
            def view(pk):
                one = Member.objects.get(pk=pk)
                one.who.save()
                group = Group.objects.get(pk=pk)
                group.members.all().delete()
                Plain.objects.all()
        """,
    }
    facts = read(tmp_path, files)
    assert touched(facts, "shop/views.py") == {
        "4 read shop_member",
        "5 read auth_user",
        "5 write auth_user",
        "6 read shop_group",
        "7 write shop_member",
    }
    keys = {(key.table.name, key.column, key.to_table.name) for key in facts.foreign_keys}
    assert keys == {("shop_member", "group_id", "shop_group"), ("shop_member", "who_id", "auth_user")}


def test_a_class_that_migrations_do_not_make_and_that_adds_no_field_has_the_table_above_it(tmp_path: Path) -> None:
    made = """migrations.CreateModel("Thing", [("id", models.AutoField(primary_key=True))]),
        migrations.CreateModel("Sword", [], options={"proxy": True}, bases=("shop.thing",)),
        migrations.CreateModel("House", [])"""
    files = {
        "shop/models.py": """
            from django.db import models
            class Typed(models.base.ModelBase):
                pass
            class Thing(models.Model, metaclass=Typed):
                pass
            class Sword(Thing):
                pass
            class Long(Sword):
                pass
            class House(Thing):
                pass
            class Car(Thing):
                wheels = models.IntegerField()
        """,
        "shop/migrations/0001_initial.py": MIGRATION.format(made),
        "shop/views.py": "from .models import Long\ndef view():\n    return Long.objects.count()\n",
    }
    facts = read(tmp_path, files)
    assert sorted(fact.table.name for fact in facts.tables) == ["shop_car", "shop_house", "shop_thing"]
    assert touched(facts, "shop/views.py") == {"3 read shop_thing"}


def test_a_table_of_a_library_that_a_model_of_the_project_maps_is_the_projects(tmp_path: Path) -> None:
    files = {
        "settings.py": "AUTH_USER_MODEL = 'shop.User'\n",
        "shop/models.py": """
            from django.contrib.auth.models import AbstractUser
            from django.db import models
            class User(AbstractUser):
                nick = models.CharField()
                class Meta:
                    db_table = "auth_user"
        """,
    }
    fact = next(fact for fact in read(tmp_path, files).tables if fact.table.name == "auth_user")
    assert (fact.origin.value, fact.file, fact.module and fact.module.name) == ("own", "shop/models.py", "shop.models")
    assert {"nick", "username"} <= {column.name for column in fact.columns}
