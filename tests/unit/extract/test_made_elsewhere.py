"""Statements and conditions of SQLAlchemy that one module makes and another sends: who sends them asks their tables."""

import pytest

from tests.accesses import found

MODEL = """
    import sqlalchemy as sa
    from sqlalchemy.orm import declarative_base
    metadata = sa.MetaData()
    orders = sa.Table("orders", metadata, sa.Column("id", sa.Integer), sa.Column("user_id", sa.Integer))
    users = sa.Table("users", metadata, sa.Column("id", sa.Integer), sa.Column("name", sa.String))
    class User(declarative_base()):
        __tablename__ = "people"
        id = sa.Column(sa.Integer, primary_key=True)
    class Order(declarative_base()):
        __tablename__ = "sales"
        id = sa.Column(sa.Integer, primary_key=True)
        user_id = sa.Column(sa.Integer)
"""


def sent(made: str, sends: str) -> set[str]:
    """{"op table"} of the module that sends what `made()` gives."""
    made = f"import sqlalchemy as sa\nfrom model import *\ndef made(paid=True):\n{made}"
    sends = (
        f"import sqlalchemy as sa\nfrom model import *\nfrom made import made\ndef send(conn, session):\n    {sends}\n"
    )
    facts = found({"model": MODEL, "made": made, "app": sends})
    return {f"{one.op} {one.table}" for one in facts.accesses if str(one.module) == "app"}


@pytest.mark.parametrize("call", ["conn.execute(made())", "session.execute(made())"])
def test_a_statement_that_writes_is_sent_where_it_is_executed(call: str) -> None:
    assert sent("    return users.delete()\n", call) == {"write users"}


def test_statements_that_are_listed_are_sent_by_who_goes_over_them() -> None:
    made = "    yield users.delete()\n    yield sa.insert(orders)\n"
    assert sent(made, "for one in made():\n        conn.execute(one)") == {"write users", "write orders"}


def test_a_statement_that_is_made_and_sent_by_one_function_is_told_at_one_line() -> None:
    app = "from model import *\ndef send(conn):\n    late = users.delete()\n    conn.execute(late)\n"
    facts = found({"model": MODEL, "app": app})
    assert [(str(one.op), one.table.name, one.line) for one in facts.accesses] == [("write", "users", 3)]


@pytest.mark.parametrize(
    "condition",
    [
        "users.c.id.in_(sa.select(orders.c.user_id))",
        "users.c.id == orders.c.user_id",
        "sa.and_(users.c.id == orders.c.user_id, users.c.name == 'Ada')",
        "(users.c.id == orders.c.user_id) & (users.c.name == 'Ada')",
    ],
)
def test_a_query_reads_what_its_condition_compares(condition: str) -> None:
    made = f"    return {condition}\n"
    assert sent(made, "conn.execute(sa.select(users.c.name).where(made()))") == {"read users", "read orders"}
    made = f"    return sa.select(users.c.name).where({condition})\n"
    assert sent(made, "conn.execute(made())") == {"read users", "read orders"}


@pytest.mark.parametrize(
    "condition",
    ["User.id == Order.user_id", "sa.and_(User.id.in_(sa.select(Order.user_id)), User.id > 3)"],
)
def test_a_query_of_classes_reads_what_its_condition_compares(condition: str) -> None:
    made = f"    return {condition}\n"
    assert sent(made, "return session.query(User).filter(made()).all()") == {"read people", "read sales"}


@pytest.mark.parametrize("asked", ["made().c.id", "made()", "sa.func.max(made().c.id).label('last')"])
def test_a_query_of_a_query_reads_what_that_joins(asked: str) -> None:
    made = "    return sa.select(users.c.id).join(orders, orders.c.user_id == users.c.id).subquery()\n"
    assert sent(made, f"conn.execute(sa.select({asked}))") == {"read users", "read orders"}


def test_a_column_under_another_name_is_of_its_table() -> None:
    made = "    columns = [orders.c.id]\n    columns.append(users.c.name.label('who'))\n    return columns\n"
    assert sent(made, "conn.execute(sa.select(*made()))") == {"read users", "read orders"}


def test_what_is_compared_otherwise_is_no_condition() -> None:
    made = "    return users is orders or [] == users\n"
    assert sent(made, "conn.execute(sa.select(orders.c.id).where(made()))") == {"read orders"}
