"""Objects that keep the classes of tables which they are made with: generic repositories, and the schemas they fill."""

import pytest

from tests.accesses import touched

MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer, String
    from sqlalchemy.orm import declarative_base, joinedload, relationship
    Base = declarative_base()
    class Customer(Base):
        __tablename__ = "customers"
        id = Column(Integer, primary_key=True)
    class Line(Base):
        __tablename__ = "lines"
        id = Column(Integer, primary_key=True)
        order = Column(ForeignKey("orders.id"))
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        customer_id = Column(ForeignKey("customers.id"))
        customer = relationship("Customer")
        lines = relationship("Line")
"""

REPOSITORY = """
    from typing import Generic, TypeVar
    from sqlalchemy import select
    Model = TypeVar("Model")
    class Repository(Generic[Model]):
        def __init__(self, session, model: type[Model]) -> None:
            self.session = session
            self.model = model
        def one(self, key):
            return self.session.execute(select(self.model).filter_by(id=key)).scalars().one()
        def drop(self, key):
            self.session.delete(self.one(key))
    class Group(Repository[Model]):
        pass
"""

USE = """
    from m import Customer, Order
    from repository import Group, Repository
    class All:
        def __init__(self, session):
            self.session = session
        @property
        def orders(self) -> {cls}[Order]:
            return {cls}(self.session, {order})
        @property
        def customers(self) -> {cls}[Customer]:
            return {cls}(self.session, {customer})
    def use(all: All):
        order = all.orders.one(3)
        order.lines
        customer = all.customers.one(3)
        customer.lines
"""


@pytest.mark.parametrize("cls", ["Repository", "Group"])
@pytest.mark.parametrize("keyword", ["", "model="])
def test_objects_that_are_made_with_different_classes_are_told_apart(cls: str, keyword: str) -> None:
    use = USE.format(cls=cls, order=f"{keyword}Order", customer=f"{keyword}Customer")
    there = touched({"m": MODELS, "repository": REPOSITORY, "use": use})
    assert {one for one in there if one.startswith("use:")} == {"use:15 read lines"}
    assert {one for one in there if one.startswith("repository:1")} == {
        "repository:10 read orders",
        "repository:10 read customers",
        "repository:12 read lines",
        "repository:12 write orders",
        "repository:12 write customers",
    }


SCHEMA = """
    from pydantic import BaseModel
    from sqlalchemy.orm import joinedload
    from m import Order
    class LineOut(BaseModel):
        id: int
    class OrderOut(BaseModel):
        id: int
        lines: list[LineOut] = []
        @classmethod
        def options(cls):
            return [joinedload(Order.customer)]
"""


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("OrderOut.model_validate(order)", {"read lines"}),
        ("OrderOut.from_orm(order)", {"read lines"}),
        ("LineOut.model_validate(order)", set()),
        ("session.query(Order).options(*OrderOut.options()).all()", {"read orders", "read customers"}),
    ],
)
def test_a_schema_asks_a_row_for_its_fields(line: str, there: set[str]) -> None:
    use = f"from m import Order\nfrom schema import LineOut, OrderOut\ndef use(order: Order, session):\n    {line}\n"
    found = touched({"m": MODELS, "schema": SCHEMA, "use": use})
    assert {one.partition(" ")[2] for one in found if one.startswith("use:")} == there
    assert not {one for one in found if one.startswith("schema:")}


def test_what_an_option_of_a_query_loads_is_read_where_it_stands() -> None:
    use = """
        from sqlalchemy.orm import joinedload
        from m import Order
        def use(session):
            return session.query(Order).options(joinedload(Order.customer))
        """
    assert "use:5 read customers" in touched({"m": MODELS, "use": use})
