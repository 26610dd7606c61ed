"""Migrations: the tables that no class declares any more or yet, and the indexes that only they know."""

from pathlib import Path
from textwrap import dedent

from decompose.extract import ExtractOptions, extract
from decompose.model.facts import Facts

MODELS = """
    import sqlalchemy as sa
    from sqlalchemy.orm import declarative_base
    Base = declarative_base()
    class Order(Base):
        __tablename__ = "orders"
        id = sa.Column(sa.Integer, primary_key=True)
        total = sa.Column(sa.Integer)
        note = sa.Column(sa.Text)
"""
REVISION = """
    import sqlalchemy as sa
    from alembic import op
    revision = "{0}"
    down_revision = {1}
    def upgrade():
        {2}
"""


def read(folder: Path, files: dict[str, str]) -> Facts:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))
    return extract(folder, ExtractOptions())


def alembic(folder: Path, *steps: str) -> Facts:
    files = {
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/migrations/env.py": "from alembic import context\n",
    }
    for number, step in enumerate(steps):  # later revisions have earlier names
        before = repr(f"r{number - 1}") if number else "None"
        text = REVISION.format(f"r{number}", before, step)
        files[f"shop/migrations/versions/{9 - number}_step.py"] = text
    return read(folder, files)


def tables(facts: Facts) -> dict[str, list[str]]:
    """The columns of each table that an index leads with."""
    return {fact.table.name: [one.name for one in fact.columns if one.indexed] for fact in facts.tables}


def test_an_index_that_only_a_revision_makes_counts(tmp_path: Path) -> None:
    facts = alembic(
        tmp_path,
        'op.create_index(op.f("ix_total"), "orders", ["total", "note"])',
        "op.execute('CREATE INDEX CONCURRENTLY ix_note ON orders (note)')",
    )
    assert tables(facts) == {"orders": ["id", "total", "note"]}


def test_an_index_that_a_later_revision_drops_does_not(tmp_path: Path) -> None:
    made = 'op.create_index("ix_total", "orders", ["total"])'
    assert tables(alembic(tmp_path, made, 'op.drop_index("ix_total")')) == {"orders": ["id"]}


def test_a_table_that_no_class_declares_is_there_unless_it_is_dropped(tmp_path: Path) -> None:
    facts = alembic(
        tmp_path,
        'op.create_table("events", sa.Column("id", sa.Text, primary_key=True), sa.Column("at", sa.Text, index=True))',
        'op.create_table("scratch", sa.Column("id", sa.Integer))\n        op.create_table("old", sa.Column("id"))',
        'op.rename_table("old", "bills")\n        for name in ("scratch", "other"):\n            op.drop_table(name)',
    )
    assert tables(facts) == {"bills": [], "events": ["id", "at"], "orders": ["id"]}
    made = next(fact for fact in facts.tables if fact.table.name == "events")
    assert (made.file, made.module, made.origin.value) == ("shop/migrations/versions/9_step.py", None, "own")


def test_a_batch_names_its_table_once(tmp_path: Path) -> None:
    step = 'with op.batch_alter_table("orders") as batch:\n            batch.create_index("ix", ["note"])'
    assert tables(alembic(tmp_path, step)) == {"orders": ["id", "note"]}


def test_a_table_as_a_migration_needs_it_does_not_declare_it(tmp_path: Path) -> None:
    facts = alembic(tmp_path, 'orders = sa.Table("orders", sa.MetaData(), sa.Column("id", sa.Integer))')
    assert [fact.file for fact in facts.tables] == ["shop/models.py"]


def test_a_class_as_a_migration_needs_it_does_not_declare_its_table(tmp_path: Path) -> None:
    revision = """
        import sqlalchemy as sa
        from alembic import op
        from sqlalchemy.orm import Session, declarative_base
        revision, down_revision = "r0", None
        Base = declarative_base()
        class Order(Base):
            __tablename__ = "orders"
            id = sa.Column(sa.Integer, primary_key=True)
        def upgrade():
            Session(op.get_bind()).query(Order).all()
    """
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "alembic/versions/a_step.py": revision}
    facts = read(tmp_path, {**files, "alembic/env.py": "from alembic import context\n"})
    assert [fact.file for fact in facts.tables] == ["shop/models.py"]


DJANGO = """
    from django.db import migrations, models
    class Migration(migrations.Migration):
        dependencies = [{0}]
        operations = [{1}]
"""


def django(folder: Path, *steps: str, place: str = "migrations") -> Facts:
    models = """
        from django.db import models
        class Order(models.Model):
            total = models.IntegerField()
            note = models.TextField()
    """
    files = {"shop/__init__.py": "", "shop/models.py": models, f"shop/{place}/__init__.py": ""}
    for number, step in enumerate(steps):
        before = f"('shop', 'm{9 - number + 1}')" if number else ""
        files[f"shop/{place}/m{9 - number}.py"] = DJANGO.format(before, step)
    return read(folder, files)


ORDER = 'migrations.CreateModel("Order", [("id", models.AutoField(primary_key=True))])'


def test_sql_of_a_django_migration_makes_indexes(tmp_path: Path) -> None:
    facts = django(tmp_path, ORDER, "migrations.RunSQL('create index ix on shop_order (total)')")
    assert tables(facts) == {"shop_order": ["id", "total"]}


def test_an_index_that_is_added_and_in_no_meta_counts(tmp_path: Path) -> None:
    added = 'migrations.AddIndex("order", models.Index(fields=["note"], name="ix"))'
    assert tables(django(tmp_path, ORDER, added)) == {"shop_order": ["id", "note"]}


def test_migrations_are_read_where_a_setting_puts_them(tmp_path: Path) -> None:
    facts = django(tmp_path, ORDER, 'migrations.AddIndex("order", models.Index(fields=["note"]))', place="db_steps")
    assert tables(facts) == {"shop_order": ["id", "note"]}


def test_steps_of_south_do_not_stand_in_for_those_of_django(tmp_path: Path) -> None:
    south = tmp_path / "shop" / "south_migrations" / "m8.py"
    south.parent.mkdir(parents=True)
    south.write_text("class Migration(SchemaMigration):\n    def forwards(self, orm):\n        pass\n")
    added = 'migrations.AddIndex("order", models.Index(fields=["note"]))'
    assert tables(django(tmp_path, ORDER, added)) == {"shop_order": ["id", "note"]}


def test_a_model_that_is_made_elsewhere_has_its_table_unless_it_is_deleted_or_moved(tmp_path: Path) -> None:
    made = [
        f'migrations.CreateModel("{name}", [("order", models.ForeignKey(to="shop.Order", on_delete=models.CASCADE))])'
        for name in ("History", "Old", "Kept")
    ]
    facts = django(
        tmp_path,
        ",".join([ORDER, *made]),
        'migrations.DeleteModel("Old"), migrations.RenameModel("Kept", "Bill")',
        'migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Bill")])',
    )
    assert tables(facts) == {"shop_history": ["id", "order_id"], "shop_order": ["id"]}
    assert [(key.table.name, key.column, key.to_table.name, key.on_delete) for key in facts.foreign_keys] == [
        ("shop_history", "order_id", "shop_order", "cascade")
    ]


def test_operations_that_the_module_lists_are_those_of_the_class(tmp_path: Path) -> None:
    listed = """
        from django.db import migrations, models
        operations = [migrations.AddIndex("order", models.Index(fields=["note"]))]
        round_and = round_and
        class Migration(migrations.Migration):
            dependencies = [("shop", "m9")]
            operations = operations + round_and
    """
    last = tmp_path / "shop" / "migrations" / "m10.py"
    last.parent.mkdir(parents=True)
    last.write_text(dedent(listed))
    assert tables(django(tmp_path, ORDER)) == {"shop_order": ["id", "note"]}
