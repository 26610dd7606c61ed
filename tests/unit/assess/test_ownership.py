from dataclasses import replace

import pytest

from decompose.assess import assess
from decompose.model.columns import columns
from decompose.model.facts import Access
from decompose.model.judgements import Claim, Ownership
from tests.builders import facts, partition

TABLE = "table orders_order in shop.orders: id primary\n"


def owned(text: str, tables: str = "orders: shop.orders shop.pages | orders_order") -> Ownership:
    cut = partition(f"{tables}\nbilling: shop.billing\nkernel: shop.common")
    (entry,) = assess(facts(TABLE + text), cut).ownership
    return entry


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("write shop.orders:place orders_order\nread shop.billing:bill orders_order", Claim.CLEAR),
        ("write shop.orders:place orders_order\nwrite shop.billing:bill orders_order", Claim.CONTESTED),
        ("read shop.billing:bill orders_order", Claim.OUTSIDE_ONLY),
        ("read shop.billing:Loader.load orders_order\nuse shop.orders:f -> shop.billing:Loader [call]", Claim.CLEAR),
        ("read shop.billing:bill orders_order\nuse shop.pages:Page -> shop.orders:Order [reference]", Claim.CLEAR),
        ("read shop.billing:bill orders_order\nuse shop.orders:Page -> shop.orders:Order [call]", Claim.OUTSIDE_ONLY),
        ("write shop.billing:Base.save orders_order\ndef class shop.billing:Base", Claim.OUTSIDE_ONLY),
        (
            "write shop.billing:Base.save orders_order\ndef class shop.billing:Base\n"
            "def class shop.orders:Order < shop.billing.Base",
            Claim.CLEAR,
        ),
        ("module shop.checks 10 test\nwrite shop.checks:test orders_order", Claim.UNUSED),
        ("write shop.common:save orders_order", Claim.CLEAR),
    ],
)
def test_claims(text: str, claim: Claim) -> None:
    assert owned(text).claim is claim


def test_a_table_whose_class_is_named_may_be_used_by_whoever_is_given_it() -> None:
    named = "use shop.billing:load -> shop.orders:Order [reference]"
    found = facts(f"{TABLE}{named}")
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing")
    for model, claim in [("Order", Claim.CLEAR), ("Other", Claim.UNUSED)]:
        (entry,) = assess(replace(found, tables=(replace(found.tables[0], model=model),)), cut).ownership
        assert entry.claim is claim


def test_a_table_between_two_is_used_where_its_model_is() -> None:
    """A form of Order writes orders_order_tags, and no line names it."""
    tags = "table orders_order_tags in shop.orders: id primary\n"
    cut = partition("orders: shop.orders | orders_order orders_order_tags\nbilling: shop.billing")
    for text, claim in [("", Claim.UNUSED), ("read shop.orders:load orders_order", Claim.CLEAR)]:
        found = facts(TABLE + tags + text)
        models = {"orders_order": "Order", "orders_order_tags": "Order.tags"}
        named = tuple(replace(one, model=models[one.table.name]) for one in found.tables)
        claims = {one.table.name: one.claim for one in assess(replace(found, tables=named), cut).ownership}
        assert claims["orders_order_tags"] is claim


def test_a_table_that_used_rows_point_to_is_used() -> None:
    key = "table billing_invoice in shop.billing: id primary\nfk billing_invoice.order_id -> orders_order [cascade]\n"
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | billing_invoice")
    for text, claim in [("", Claim.UNUSED), ("read shop.billing:load billing_invoice", Claim.CLEAR)]:
        owned = {one.table.name: one.claim for one in assess(facts(TABLE + key + text), cut).ownership}
        assert owned["orders_order"] is claim


def test_a_table_that_only_a_migration_knows_may_be_some_classs_that_a_running_program_makes() -> None:
    found = facts(f"{TABLE}module shop.migrations.one 10 migration")
    (table,) = found.tables
    cut = partition("orders: shop.orders | orders_order")
    made = replace(table, model="", module=None, file="shop/migrations/one.py")
    (entry,) = assess(replace(found, tables=(made,)), cut).ownership
    assert entry.claim is Claim.CLEAR


def test_what_a_deletion_takes_along_is_no_use() -> None:
    table = "table auth_user in shop.billing: id primary\n"
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | auth_user")
    for via, claim in [("cascade", Claim.CLEAR), ("relation", Claim.OUTSIDE_ONLY)]:
        row = f"write shop.billing:forget orders_order [{via}]"
        found = facts(f"{TABLE}{table}{row}\nwrite shop.billing:forget auth_user")
        told = {str(one.table): one for one in assess(found, cut).ownership}
        assert told["orders_order"].claim is claim
        assert bool(told["orders_order"].uses) is (via == "relation")
        assert any("go with" in one for one in told["orders_order"].reasons) is (via == "cascade")


def test_a_table_that_a_field_makes_is_used_by_whoever_holds_the_field() -> None:
    found = facts(f"{TABLE}read shop.billing:bill orders_order")
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing")
    between = replace(found, tables=tuple(replace(one, model="Order.tags") for one in found.tables))
    assert [one.claim for one in assess(between, cut).ownership] == [Claim.CLEAR]


def test_confidence_is_the_owners_share_of_weighted_uses() -> None:
    entry = owned("write shop.orders:place orders_order\nread shop.billing:bill orders_order\n" * 2)
    assert entry.confidence == round((5 + 2 * 3) / (5 + 2 * 3 + 2), 3)
    assert str(entry.challenger) == "billing"


def test_a_kernel_table_is_shared() -> None:
    cut = partition("orders: shop.orders\nkernel: shop.common | orders_order")
    (entry,) = assess(facts(TABLE), cut).ownership
    assert (entry.claim, entry.owner) == (Claim.SHARED, None)


def test_the_lines_of_outside_writers_are_the_evidence() -> None:
    entry = owned("write shop.billing:bill orders_order")
    assert [(at.file, at.line) for at in entry.evidence] == [("shop/orders.py", 1), ("shop/billing.py", 2)]


def test_the_lines_of_each_are_counted_and_none_is_left_out() -> None:
    found = owned(
        "write shop.orders:place orders_order\nread shop.orders:show orders_order\nread shop.billing:bill orders_order"
    )
    assert "orders writes it on 1 line and reads it on 1 line" in found.reasons
    assert "billing reads it on 1 line" in found.reasons


def test_a_line_that_may_write_one_of_several_tables_contests_none() -> None:
    other = "table bills_bill in shop.billing: id primary\n"
    cut = partition("orders: shop.orders | orders_order\nbilling: shop.billing | bills_bill")

    def claim(flags: str, more: int = 0) -> Claim:
        tables = ["orders_order", "bills_bill", *(f"table_{number}" for number in range(more))]
        found = facts(TABLE + other + "\n".join(f"write shop.billing:save {table}{flags}" for table in tables))
        here = replace(found, accesses=columns(Access, (replace(one, line=9) for one in found.accesses)))
        return next(one for one in assess(here, cut).ownership if one.table.name == "orders_order").claim

    assert claim(" [likely]") is Claim.CLEAR
    assert claim("") is Claim.OUTSIDE_ONLY
    assert claim(" [likely] [along]") is Claim.OUTSIDE_ONLY
    assert claim("", more=1) is Claim.OUTSIDE_ONLY
    assert claim("", more=2) is Claim.CLEAR  # of four, a line of a base deletes the row of whatever class is below it


def test_who_uses_one_of_many_tables_by_a_line_uses_it() -> None:
    reads = "".join(f"read shop.orders:count t{number}\n" for number in range(4))
    found = facts(TABLE + "read shop.billing:bill orders_order\nread shop.orders:count orders_order\n" + reads)
    found = replace(
        found, accesses=columns(Access, [replace(one, line=1 + (one.function == "bill")) for one in found.accesses])
    )
    (entry, *_) = assess(found, partition("orders: shop.orders | orders_order\nbilling: shop.billing")).ownership
    assert entry.claim is Claim.CLEAR


def test_a_table_that_no_boundary_declares_is_nobodys_own() -> None:
    found = facts("table orders_order in : id primary\nread shop.billing:bill orders_order")
    (entry,) = assess(found, partition("orders: shop.orders | orders_order\nbilling: shop.billing")).ownership
    assert entry.claim is Claim.CLEAR
