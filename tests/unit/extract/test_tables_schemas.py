"""Schemas of marshmallow: relations that they read of a row, and the rows that they make of what they are given."""

import pytest

from tests.accesses import touched

MODELS = """
    from flask_sqlalchemy import SQLAlchemy
    from flask_marshmallow import Marshmallow
    db, ma = SQLAlchemy(), Marshmallow()
    class Customer(db.Model):
        __tablename__ = "customers"
        id = db.Column(db.Integer, primary_key=True)
        visits = db.relationship("Visit")
    class Visit(db.Model):
        __tablename__ = "visits"
        id = db.Column(db.Integer, primary_key=True)
        customer_id = db.Column(db.ForeignKey("customers.id"))
    class Order(db.Model):
        __tablename__ = "orders"
        id = db.Column(db.Integer, primary_key=True)
        customer_id = db.Column(db.ForeignKey("customers.id"))
        customer = db.relationship(Customer)
"""
SCHEMAS = """
    from marshmallow import Schema, fields, post_load
    from marshmallow_sqlalchemy import SQLAlchemyAutoSchema
    from m import Customer, Order, ma
    class VisitOut(Schema):
        id = fields.Integer()
    class CustomerOut(Schema):
        been = fields.List(fields.Nested(VisitOut), attribute="visits")
    class Full(Schema):
        customer = fields.Nested(CustomerOut)
    class Short(Schema):
        customer = fields.Nested(CustomerOut, only=["id"])
    class Plain(Schema):
        customer = fields.Method("name_of")
    class Old(ma.ModelSchema):
        class Meta:
            model = Order
    class New(SQLAlchemyAutoSchema):
        class Meta:
            model = Order
            load_instance = True
    class Dicts(SQLAlchemyAutoSchema):
        class Meta:
            model = Order
    class Made(Schema):
        @post_load
        def make(self, data, **kwargs):
            return Order(**data)
"""


@pytest.mark.parametrize(
    ("lines", "there"),
    [
        ("Full().dump(order)", {"5 read customers", "5 read visits"}),
        ("Full(many=True).dump([order])", {"5 read customers", "5 read visits"}),
        ("Short().dump(order)", {"5 read customers"}),
        ("Plain().dump(order)", set()),
        ("row = Old().load(data)\n    db.session.delete(row.data)", {"5 write orders", "6 write orders"}),
        ("row = New().load(data)\n    db.session.delete(row)", {"5 write orders", "6 write orders"}),
        ("for row in New().load(data, many=True): db.session.delete(row)", {"5 write orders"}),
        ("row = Dicts().load(data)\n    print(row)", set()),
        ("row = Made().load(data)\n    db.session.delete(row)", {"6 write orders"}),
    ],
)
def test_a_schema_of_marshmallow_reads_relations_and_makes_rows(lines: str, there: set[str]) -> None:
    use = f"from m import Order, db\nfrom schema import *\n\ndef use(order: Order, data):\n    {lines}\n"
    found = touched({"m": MODELS, "schema": SCHEMAS, "use": use})
    assert {one.partition(":")[2] for one in found if one.startswith("use:")} == there
