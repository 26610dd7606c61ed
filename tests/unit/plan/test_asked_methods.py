"""Methods that are called where an object has them."""

from dataclasses import replace

from decompose.assess import assess
from decompose.model.facts import Given
from decompose.model.names import Boundary, Module, Table
from decompose.plan.cut.methods import lacking, methods, said, told
from tests.builders import facts, partition

CUT = partition("files: shop.files\norders: shop.orders | o_order\nmail: shop.mail")
HOME = {module: fact.boundary for fact in CUT.boundaries for module in fact.modules}
WIRE = "wire method shop.files -> shop.orders : Order.clear_cache\n"
CALLS = """
def shop.orders:Order.clear_cache()
call shop.files:add -> shop.orders:Order.clear_cache
call shop.files:drop -> shop.orders:Order.clear_cache
call shop.mail:send -> shop.orders:Order.clear_cache
"""


def test_both_sides_are_told_of_the_lines_that_call_it() -> None:
    asked = methods(facts(WIRE + CALLS), HOME)
    said = {fact.boundary.name: list(told(fact.boundary, asked)) for fact in CUT.boundaries}
    one = (
        "files calls clear_cache where a row has it (hasattr): shop/files.py:4, 5; it is orders's (Order.clear_cache "
        "at shop/orders.py:3), what an API answers with has none, and nothing fails: orders runs it itself when it "
        "hears of what files did, or what it says goes along with the answer"
    )
    assert said == {"files": [one], "orders": [one], "mail": []}


def test_nobody_is_told_where_no_line_is_known_to_call_it() -> None:
    assert methods(facts(WIRE), HOME) == ()
    assert methods(facts(CALLS), HOME) == ()


def test_it_is_no_seam() -> None:
    assert [seam for seam in assess(facts(WIRE), CUT).seams if seam.kind == "wiring"] == []


def test_columns_of_others_for_which_something_else_is_taken_are_told_to_both() -> None:
    found = facts("""
        column shop.files:add o_order.creator_id
        column shop.orders:own o_order.creator_id
        column shop.files:add o_order.total
    """)
    given = [Given(Module(f"shop.{one}"), "fallback", "creator", f"shop/{one}.py", at) for one, at in LINES]
    lacks = lacking(replace(found, given=tuple(given)), HOME, {Table("o_order"): Boundary("orders")})
    one = (
        "files takes something else, and nothing fails, where what an API of orders's answers with, or a copy, has no "
        "creator (getattr with a default): shop/files.py:2; there it asks for o_order.creator_id"
    )
    assert {name: list(said(Boundary(name), lacks)) for name in ("files", "orders", "mail")} == {
        "files": [one],
        "orders": [one],
        "mail": [],
    }
    assert lacking(found, HOME, {Table("o_order"): Boundary("orders")}) == ()


LINES = (("files", 2), ("orders", 3), ("files", 4))
