"""One evaluation of a function sees what it would see in any other order of evaluation."""

from tests.accesses import DJANGO, touched

ALCHEMY = """
    from sqlalchemy.orm import DeclarativeBase
    class Base(DeclarativeBase):
        pass
    class Order(Base):
        __tablename__ = "orders"
"""


def test_a_round_of_a_loop_sees_what_the_one_before_has_left() -> None:
    text = """
        from shop.models import Order
        def settle(names):
            last = None
            for name in names:
                if last:
                    last.delete()
                last = Order(name)
    """
    assert touched({"shop/": "", "shop.models": DJANGO, "shop.late": text}) >= {"shop.late:7 write shop_order"}


def test_the_rounds_of_a_loop_within_a_loop_too() -> None:
    text = """
        from shop.models import Order
        def settle(names):
            last = first = None
            while names:
                for name in names:
                    if last:
                        last.delete()
                    last = first
                first = Order()
    """
    assert touched({"shop/": "", "shop.models": DJANGO, "shop.late": text}) >= {"shop.late:8 write shop_order"}


def test_a_name_is_not_yet_what_it_becomes_further_down() -> None:
    """However often the function is evaluated: here again, since `make` gives more once it has been called."""
    text = """
        from shop.models import Customer, Order
        def make(kind):
            return kind()
        def settle():
            one = make(Order)
            one.save()
            one = Customer()
            one.save()
    """
    found = touched({"shop/": "", "shop.models": DJANGO, "shop.late": text})
    assert "shop.late:7 write shop_order" in found and "shop.late:7 write shop_customer" not in found


def test_text_does_not_grow_with_the_rounds_of_a_loop() -> None:
    text = """
        def late(connection, names):
            sql = "select * from orders"
            for name in names:
                sql += " join lines on true"
                found = sql
            connection.execute(found)
    """
    assert touched({"shop": text}) == {"shop:7 read orders", "shop:7 read lines"}


def test_an_attribute_that_nobody_has_seen_is_unknown_whoever_it_is_asked_of() -> None:
    text = """
        from models import Order
        class Context:
            pass
        def late(context):
            return context.session.query(Order).all()
        def known():
            return late(Context())
    """
    assert touched({"models": ALCHEMY, "shop": text}) == {"shop:6 read orders"}


def test_who_misses_an_attribute_looks_again_when_its_class_gets_it() -> None:
    text = """
        from shop.models import Order
        class A:
            def late(self):
                self.order.delete()
        class B(A):
            def fill(self):
                self.order = Order()
        class C:
            def fill(self):
                self.order = self
    """
    assert touched({"shop/": "", "shop.models": DJANGO, "shop.a": text}) >= {"shop.a:5 write shop_order"}


def test_a_column_of_texts_holds_no_row_whatever_is_assigned_to_it() -> None:
    text = """
        from shop.models import Customer
        def settle(customer: Customer):
            customer.email = customer.orders.get()
            customer.email.delete()
            customer.last = customer.orders.get()
            customer.last.delete()
    """
    lines = touched({"shop/": "", "shop.models": DJANGO, "shop.late": text})
    assert "shop.late:7 write shop_order" in lines
    assert "shop.late:5 write shop_order" not in lines
