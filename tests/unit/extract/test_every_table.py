"""Tables that are asked by their names, or one after another, of what SQLAlchemy's metadata holds."""

import pytest

from tests.accesses import found

MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer, Table
    from sqlalchemy.orm import DeclarativeBase
    class Base(DeclarativeBase):
        pass
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        user_id = Column(Integer)
    class Line(Base):
        __tablename__ = "lines"
        id = Column(Integer, primary_key=True)
        user_id = Column(Integer)
    kept = Table("kept", Base.metadata, Column("id", Integer))
"""


def of(text: str) -> set[str]:
    """{"op table confidence"} of what a module's `f` does."""
    accesses = found({"shop.models": MODELS, "app": text}).accesses
    return {f"{one.op} {one.table} {one.confidence}" for one in accesses if one.module.name == "app"}


def test_tables_of_the_names_in_a_list_are_written_and_what_is_compared_is_not_read() -> None:
    text = """
        from shop.models import Base
        def f(session, ids):
            for name in ["orders", "lines"]:
                table = Base.metadata.tables[name]
                session.execute(table.delete().where(table.c.user_id.notin_(ids)))
    """
    assert of(text) == {"write orders certain", "write lines certain"}


READ = {f"read {name} likely" for name in ("kept", "lines", "orders")}
WRITTEN = {f"write {name} likely" for name in ("kept", "lines", "orders")}


@pytest.mark.parametrize("metadata", ["Base.metadata", "MetaData()"])
@pytest.mark.parametrize("tables", ["sorted_tables", "tables.values()"])
def test_a_backup_that_goes_over_all_tables_reads_each(metadata: str, tables: str) -> None:
    text = f"""
        from sqlalchemy import MetaData
        from shop.models import Base
        def f(connection):
            held = {metadata}
            held.reflect(bind=connection)
            names = [table.name for table in held.{tables} if table.c]
            return {{table.name: list(connection.execute(table.select())) for table in held.{tables}}}
    """
    assert of(text) == READ


def test_tables_whose_names_come_with_the_data_are_written_in_a_loop_alone() -> None:
    text = """
        from sqlalchemy import MetaData, insert
        class Backup:
            def __init__(self):
                self.meta = MetaData()
            def f(self, connection, data):
                for name, rows in data.items():
                    table = self.meta.tables[name]
                    connection.execute(insert(table), rows)
            def g(self, connection, name):
                connection.execute(insert(self.meta.tables[name]), [])
    """
    assert of(text) == WRITTEN
    lines = {one.line for one in found({"shop.models": MODELS, "app": text}).accesses if one.module.name == "app"}
    assert max(lines) == 9


def test_how_tables_are_made_is_no_access() -> None:
    text = """
        from shop.models import Base
        def f(engine):
            for table in Base.metadata.sorted_tables:
                print(table.name, [column.name for column in table.columns])
            Base.metadata.create_all(engine)
    """
    assert of(text) == set()


@pytest.mark.parametrize(
    "chosen",
    [
        "[one for one in Base.metadata.sorted_tables if one.name.startswith('shadow_')]",
        "pick(Base.metadata.tables.values())",
    ],
)
def test_of_tables_that_were_chosen_nobody_knows_which_they_are(chosen: str) -> None:
    text = f"""
        from shop.models import Base
        def pick(tables):
            kept = []
            for one in tables:
                if one.name.startswith("shadow_"):
                    kept.append(one)
            return kept
        def f(connection):
            for table in {chosen}:
                connection.execute(table.delete())
    """
    assert of(text) == set()
