"""Columns that lines name: their table is told at the line that asks it."""

import pytest

from tests.accesses import touched

MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer
    from sqlalchemy.orm import declarative_base, relationship
    Base = declarative_base()
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        paid = Column(Integer)
        lines = relationship("Line")
    class Line(Base):
        __tablename__ = "lines"
        id = Column(Integer, primary_key=True)
        order_id = Column(ForeignKey("orders.id"))
"""

APP = """
    from sqlalchemy import exists, or_, select, update
    from sqlalchemy.orm import Query, Session
    from shop.models import Line, Order
    def g(session: Session):
        f(session, None, None, session.query(Order))
    def f(session: Session, query, config, orders):
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("wanted = [Order.paid == 3]; wanted.append(Order.id == 4)\nselect(Order).where(*wanted)", {"2 read orders"}),
        ("late = or_(Order.paid == 3, Order.id == 4)\nsession.query(Order).filter(late)", {"2 read orders"}),
        ("column = getattr(Order, 'paid')\nsession.query(Order.id).filter(column == 3)", {"2 read orders"}),
        ("session.query(Order).filter(\nOrder.paid == 3).first()", {"1 read orders", "2 read orders"}),
        ("late = Order.paid == 3\nsession.query(Order).filter(late).delete()", {"2 write orders"}),
        ("values = {'paid': Order.id}\nsession.execute(update(Order).values(values))", {"2 write orders"}),
        ("session.query(Order).update({'paid': Order.id})", {"1 write orders"}),
        ("session.query(Order.id)\nreturn query.where(Line.order_id == 3)", {"1 read orders", "2 read lines"}),
        ("late = session.query(Order)\nlate.filter(Order.id == Line.order_id)", {"1 read orders", "2 read lines"}),
        ("some = Order.lines.any()\nsession.query(Order).filter(some)", {"1 read lines", "2 read orders"}),
        ("late = Order.paid == 3\nreturn orders.filter(late)", {"2 read orders"}),
        ("late = [Order.paid == 3]\nfor one in late: orders = orders.filter(one)", {"2 read orders"}),
        ("return Order.paid == 3", set()),
        ("config.keep(Order.paid, 'order/{id}')", set()),
        ("return query.filter(Order.paid == 3)", {"1 read orders"}),
        ("session.query(exists().where(Order.paid == 3)).scalar()", {"1 read orders"}),
        ("known = exists().where(Order.paid == 3)\nsession.scalar(select(known))", {"1 read orders", "2 read orders"}),
        ("known = Query(Order).filter(Order.paid == 3)\nknown.with_session(session)", {"1 read orders"}),
    ],
)
def test_a_column_is_told_at_the_line_that_asks_its_table(text: str, told: set[str]) -> None:
    indented = "".join(f"        {line}\n" for line in text.splitlines())
    first = APP.count("\n")
    seen = [one.removeprefix("app:").split() for one in touched({"shop.models": MODELS, "app": APP + indented})]
    assert {f"{int(line) - first} {op} {table}" for line, op, table in seen if int(line) > first} == told
