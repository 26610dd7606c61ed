from decompose.assess import assess
from decompose.model.judgements import Seam, SeamKind
from tests.builders import facts, partition

CUT = partition("orders: shop.orders | orders_order\nindex: shop.search | search_document")
SIGNAL = """
    table orders_order in shop.orders: id primary
    wire signal shop.search -> shop.orders : shop.Order
    def shop.search:order_changed(sender, instance)
    write shop.search:order_changed search_document
    atomic shop.orders:place orders_order
"""


def transactions(write: str) -> list[Seam]:
    return [seam for seam in assess(facts(SIGNAL + write), CUT).seams if seam.kind is SeamKind.TRANSACTION]


def test_what_a_receiver_writes_belongs_to_the_transaction() -> None:
    (seam,) = transactions("write shop.orders:place orders_order")
    assert seam.names == ("orders_order", "search_document")
    assert seam.detail == "atomic + signal"


def test_a_bulk_statement_sends_no_signal() -> None:
    assert not transactions("write shop.orders:place orders_order [bulk]")


def test_a_write_after_the_scope_is_no_part_of_it() -> None:
    assert not transactions("\n\n\n\nwrite shop.orders:place orders_order")


def test_receivers_are_followed_through_calls() -> None:
    text = "call shop.orders:place -> shop.orders:_save\nwrite shop.orders:_save orders_order"
    assert transactions(text)


def test_what_a_call_leaves_out_is_not_written() -> None:
    text = "call shop.orders:place -> shop.orders:_save{}\nwrite shop.orders:_save orders_order"
    line = SIGNAL.count("\n") + 2
    assert transactions(text.format(f" [spared 1-{line - 1}]"))
    assert not transactions(text.format(f" [spared {line}-{line}]"))


def test_what_the_types_of_a_scope_rule_out_sends_no_signal() -> None:
    text = "call shop.orders:place -> shop.orders:_save\nwrite shop.orders:_save orders_order\n"
    assert not [
        seam
        for seam in assess(facts(SIGNAL.replace("place orders_order", "place ") + text), CUT).seams
        if seam.kind is SeamKind.TRANSACTION
    ]
