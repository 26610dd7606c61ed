"""SQLAlchemy: what a table is called whose name or schema stands in a mixin, an abstract base or a function."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.accesses import found, touched
from tests.unit.extract.test_tables_migrations import alembic

HEAD = """
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, Index, Integer, MetaData, Table
from sqlalchemy.orm import declared_attr
db = SQLAlchemy()
def put_together(cls, **more): return {**cls.args, **more}
class Plain:
    id = Column(Integer, primary_key=True)
class Logs(db.Model):
    __abstract__ = True
    __tablename__ = "logs"
    id = Column(Integer, primary_key=True)
class Core:
    def __auto_table_args(cls): return (Index(None, "id"), {"schema": "core"})
"""
SETTINGS = """
class Settings(Plain):
    __tablename__ = "settings"
    @classmethod
    def one(cls): return cls.query.first()
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("class OrderLog(Logs): __table_args__ = {'schema': 'orders'}", {"orders.logs"}),
        ("class OrderLog(Logs): __tablename__ = 'order_logs'", {"order_logs"}),
        ("class UserSettings(Settings, Core, db.Model): pass", {"core.settings"}),
        (
            "class A(Settings, db.Model): __table_args__ = {'schema': 'a'}\n"
            "class B(Settings, db.Model): __table_args__ = dict(schema='b')",
            {"a.settings", "b.settings"},
        ),
        (
            "class A(Settings, db.Model):\n    @declared_attr\n"
            "    def __table_args__(cls): return (Index('ix', cls.id), {'schema': 'a'})",
            {"a.settings"},
        ),
        (
            "class A(Settings, db.Model):\n    @declared_attr\n"
            "    def __table_args__(cls): return (Index('ix', cls.id), *put_together(cls, schema='a'))",
            {"a.settings"},
        ),
        (
            "class A(Settings, db.Model): __table_args__ = {'schema': 'a'}\nclass Late(A): pass",
            {"a.settings"},
        ),
    ],
)
def test_a_table_is_called_as_its_mixins_and_abstract_bases_say(body: str, expected: set[str]) -> None:
    assert {fact.table.name for fact in found({"m": HEAD + SETTINGS * ("Settings" in body) + body}).tables} == expected


def test_what_a_mixin_reads_is_read_in_the_table_of_the_class_it_is_called_on() -> None:
    models = (
        HEAD
        + SETTINGS
        + "class A(Settings, db.Model): __table_args__ = {'schema': 'a'}\n"
        + "class B(Settings, db.Model): __table_args__ = {'schema': 'b'}\n"
    )
    seen = touched({"m": models, "app": "from m import A\ndef f():\n    return A.one().id\n"})
    assert "app:3 read b.settings" not in seen
    assert any(one.endswith("read a.settings") for one in seen)


def test_a_table_without_a_name_is_none() -> None:
    text = """
        from sqlalchemy import MetaData, Table
        class Resolver:
            table = ""
            def load(self, engine):
                self.TABLE = Table(self.table, MetaData(), autoload_with=engine)
                return engine.connect().execute(self.TABLE.select())
    """
    assert found({"m": dedent(text)}).tables == ()


def test_a_migration_names_the_schema_of_a_table_once(tmp_path: Path) -> None:
    step = 'op.create_table("logs", sa.Column("id", sa.Integer), schema="old")'
    assert {fact.table.name for fact in alembic(tmp_path, step).tables} == {"orders", "old.logs"}
