"""Pyramid's views are given what the factory of their route gives, or a row of the context that they name."""

import pytest

from tests.accesses import touched

MODELS = """
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
Base = declarative_base()
class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customers.id"))
    customer = relationship("Customer")
"""

VIEWS = """from pyramid.view import view_config
from sqlalchemy.orm import joinedload
from shop.models import Order
def order_of(request):
    return request.db.query(Order).options(joinedload(Order.customer)).one()
def bare_order_of(request):
    return request.db.query(Order).one()
class Orders:
    def __init__(self, request): self.request = request
@view_config(route_name="shop.order", context=Order)
def again(bought, request):
    return show(bought, request)
@view_config(route_name="shop.order", context=Order)
def show(bought, request):
    return bought.customer
"""


@pytest.mark.parametrize(
    ("said", "loads"),
    [
        ('factory="shop.views.order_of"', False),
        ('factory="shop.views:order_of"', False),
        ("factory=views.order_of", False),
        ('factory="shop.views.bare_order_of"', True),
        ('factory="shop.views.Orders", traverse="/{id}"', True),
        ("domain=None", True),
        ('factory="shop.missing.order_of"', True),
    ],
)
def test_a_view_is_given_what_the_factory_of_its_route_gives(said: str, loads: bool) -> None:
    routes = f'from shop import views\ndef includeme(config):\n    config.add_route("shop.order", "/order", {said})\n'
    read = touched({"shop.models": MODELS, "shop.views": VIEWS, "shop.routes": routes})
    assert ("shop.views:15 read customers" in read) is loads
