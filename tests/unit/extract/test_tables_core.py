"""SQLAlchemy's core: Table objects wherever they stand and by whatever function they are made, and their statements."""

import pytest

from tests.accesses import found, touched

MODEL = """
    import sqlalchemy as sa
    def Table(*args, **kwargs):
        kwargs["mysql_character_set"] = "utf8"
        return sa.Table(*args, **kwargs)
    def Column(name: str, *args):
        return sa.Column(name, *args)
    class Model:
        metadata = sa.MetaData()
        orders = Table("orders", metadata, Column("id", sa.Integer), Column("paid", sa.ForeignKey("payments.id")))
        payments = sa.Table("payments", metadata, sa.Column("id", sa.Integer))
"""

APP = """
    from typing import Protocol
    import sqlalchemy as sa
    from model import Model
    class Saves(Protocol):
        def __call__(self, connection: sa.engine.Connection, table: sa.Table) -> None: ...
    class Database:
        def __init__(self):
            self.model = Model()
    class Orders:
        def __init__(self, db: Database):
            self.db = db
        def run(self, conn: sa.engine.Connection, name):
"""


def of(text: str) -> set[str]:
    """{"op table"} of statements that see `self.db.model` and `conn`."""
    lines = "".join(f"            {line}\n" for line in text.splitlines())
    facts = found({"model": MODEL, "app": APP + lines})
    return {f"{one.op} {one.table}" for one in facts.accesses if str(one.module) == "app"}


def test_tables_of_a_class_that_a_wrapper_makes_are_tables() -> None:
    facts = found({"model": MODEL})
    assert {one.table.name: [column.name for column in one.columns] for one in facts.tables} == {
        "orders": ["id", "paid"],
        "payments": ["id"],
    }
    assert [(one.table.name, one.column, one.to_table.name) for one in facts.foreign_keys] == [
        ("orders", "paid", "payments")
    ]


def test_what_an_index_of_a_model_names_is_not_read() -> None:
    more = "    sa.Index('by_id', Model.orders.c.id)\n    LATEST = sa.select(Model.payments.c.id)\n"
    assert touched({"model": MODEL + more}) == {"model:13 read payments"}


def test_a_function_that_hands_itself_on_ends() -> None:
    assert not found({"m": "def Table(*args):\n    return Table(*args)\nx = Table('orders', None)\n"}).tables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conn.execute(self.db.model.orders.select())", {"read orders"}),
        ("t = self.db.model.orders\nconn.execute(sa.select(sa.func.max(t.c.id)).where(t.c.id == 3))", {"read orders"}),
        ("conn.execute(sa.select(sa.func.count()).select_from(self.db.model.orders)).scalar()", {"read orders"}),
        ("t = self.db.model.orders\nconn.execute(t.delete().where(t.c.id == 3))", {"write orders"}),
        (
            "t, p = self.db.model.orders, self.db.model.payments\nconn.execute(t.delete().where(t.c.paid == p.c.id))",
            {"write orders", "read payments"},
        ),
        ("conn.execute(self.db.model.metadata.tables['orders'].insert())", {"write orders"}),
        (
            "for name in ('orders', 'payments'):\n    conn.execute(Model.metadata.tables[name].delete())",
            {"write orders", "write payments"},
        ),
        ("t = self.db.model.orders\nconn.execute(sa.select(t.c['id'], t.c[name]))", {"read orders"}),
    ],
)
def test_statements_of_tables_that_are_attributes(text: str, expected: set[str]) -> None:
    assert of(text) == expected


def test_an_annotation_that_names_no_table_leaves_open_which_is_given() -> None:
    helper = """
    def put(conn, table: sa.Table):
        conn.execute(table.insert())
    def way() -> Saves:
        return put
    """
    facts = touched({"model": MODEL, "app": f"{APP}            way()(conn, self.db.model.orders)\n{helper}"})
    assert [one.partition(" ")[2] for one in facts if one.startswith("app:")] == ["write orders"]


def test_what_a_select_of_nothing_known_reads_is_told_as_unknown() -> None:
    facts = found({"model": MODEL, "app": f"{APP}            conn.execute(sa.select(name))\n"})
    assert [one.kind for one in facts.unresolved] == ["unknown_statement"]


def test_a_function_that_makes_a_column_is_given_no_name_of_one() -> None:
    model = """
        from sqlalchemy import Column, Integer, Sequence
        from sqlalchemy.orm import declarative_base
        Base = declarative_base()
        def primary_key(name):
            return Column(Integer, Sequence(name), primary_key=True)
        class Order(Base):
            __tablename__ = "orders"
            id = primary_key("Order")
            paid = Column("paid_on", Integer)
    """
    (table,) = found({"m": model}).tables
    assert [(one.name, one.primary) for one in table.columns] == [("id", True), ("paid_on", False)]


@pytest.mark.parametrize(("text", "tables"), [("No table at all", []), ("leftover", ["leftover"])])
def test_a_text_is_no_name_of_a_table(text: str, tables: list[str]) -> None:
    kept = f"""
    import sqlalchemy as sa
    def load(data):
        data.options["table"] = "{text}"
    def make(data):
        return sa.Table(data.options["table"], sa.MetaData())
    """
    assert [one.table.name for one in found({"m": kept}).tables] == tables
