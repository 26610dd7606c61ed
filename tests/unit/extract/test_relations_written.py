"""Relations that a form, a constructor or a proxy of a relation comes to."""

import pytest

from tests.accesses import DJANGO, touched

TAGGED = """
    from sqlalchemy import Column, ForeignKey, Integer, String, Table
    from sqlalchemy.ext.associationproxy import association_proxy
    from sqlalchemy.orm import declarative_base, relationship
    Base = declarative_base()
    order, tag = Column("order", ForeignKey("orders.id")), Column("tag", ForeignKey("tags.id"))
    between = Table("order_tags", Base.metadata, order, tag)
    class Tag(Base):
        __tablename__ = "tags"
        id = Column(Integer, primary_key=True)
        word = Column(String)
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        _tags = relationship("Tag", secondary=between)
        words = association_proxy("_tags", "word")
"""


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("Order(_tags=[])", {"write orders", "write order_tags"}),
        ("Order(id=3)", {"write orders"}),
        ("order.words", {"read tags", "read order_tags"}),
        ("order.id", set()),
    ],
)
def test_a_relation_of_sqlalchemy(line: str, there: set[str]) -> None:
    use = f"from m import Order\ndef use(order: Order):\n    {line}\n"
    assert {one.partition(" ")[2] for one in touched({"m": TAGGED, "use": use}) if one.startswith("use:")} == there


FORM = """
from django import forms
from rest_framework import serializers
from shop.models import Order, Tag

class Made({base}):
    class Meta:
        model = {model}
        fields = [{field!r}]

def use(data):
    made = Made(data=data)
    made.save()
"""


@pytest.mark.parametrize(
    ("base", "model", "field", "there"),
    [
        ("forms.ModelForm", "Order", "tags", True),
        ("forms.ModelForm", "Tag", "order_set", False),
        ("serializers.ModelSerializer", "Tag", "order_set", True),
    ],
)
def test_a_form_saves_the_relations_that_its_model_declares(base: str, model: str, field: str, there: bool) -> None:
    found = touched({"shop.models": DJANGO, "app": FORM.format(base=base, model=model, field=field)})
    assert ("app:13 write shop_order_tags" in found) == there


def test_a_name_that_is_bound_anew_is_no_query_any_more() -> None:
    use = """
        from shop.models import Order
        def use(ids):
            rows = Order.objects.filter(pk__in=ids)
            rows = {one.pk: 1 for one in rows}
            for one in rows:
                print(one)
            rows.get(3)
        """
    assert {one for one in touched({"shop.models": DJANGO, "app": use}) if one.startswith("app:")} == {
        "app:4 read shop_order",
        "app:5 read shop_order",
    }
