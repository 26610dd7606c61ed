"""A method of what another boundary hands out is a call of that boundary, though nobody imports its name."""

from dataclasses import replace

import pytest

from decompose.assess import assess
from decompose.model.columns import columns
from decompose.model.facts import Access, Call, Use
from decompose.model.judgements import Assessment
from tests.builders import facts, partition

CUT = partition("""
    orders:  shop.orders shop.gifts | orders_order
    billing: shop.billing           | billing_invoice
    events:  shop.events            | event
    kernel:  shop.common
""")
CALL = "call shop.orders:place -> shop.billing:Invoice.total"
ROW = f"{CALL} [row shop.billing:Invoice]"
LOOKS = (
    "table billing_invoice in shop.billing: id primary, sum\ncolumn shop.billing:Invoice.total billing_invoice.sum\n"
)


def assessed(text: str) -> Assessment:
    return assess(facts(text), CUT)


def seams(text: str) -> dict[str, tuple[str, ...]]:
    return {one.id: one.names for one in assessed(text).seams if one.kind == "call"}


def test_a_method_of_a_row_is_named_by_the_class_of_the_row() -> None:
    assert seams(ROW) == {"call:shop.orders->shop.billing (row)": ("Invoice.total",)}
    inherited = "module shop.billing 100\ncall shop.orders:place -> shop.events:Told.tell [row shop.billing:Invoice]"
    assert seams(inherited) == {"call:shop.orders->shop.billing (row)": ("Invoice.tell",)}


def test_what_its_own_class_inherits_from_others_crosses_nothing_by_being_called() -> None:
    assert not seams("call shop.orders:place -> shop.events:Told.tell [row shop.gifts:Gift]")


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("", "row"),
        ("[alone]", "derived"),
        ("[alone] [loop]", "derived"),
        ("[alone]\ncolumn shop.billing:Invoice.total orders_order.sum", "row"),
        (f"[alone]\n{CALL.replace('place', 'drop')} [row shop.billing:Invoice] [unused]", "row"),
        ("[alone]\nread shop.billing:Invoice.total billing_invoice", "row"),
    ],
)
def test_what_columns_alone_say_of_a_row_is_derived(more: str, kind: str) -> None:
    own = "" if "column" in more else LOOKS
    assert f"call:shop.orders->shop.billing ({kind})" in seams(f"{own}{ROW} {more}")


def test_what_does_nothing_to_tables_or_others_is_called_as_it_is() -> None:
    text = f"{CALL} [object shop.billing:Gateway] [loop] [unused]"
    assert list(seams(text)) == ["call:shop.orders->shop.billing (method)"]
    written = f"{text}\nwrite shop.billing:Invoice.total billing_invoice"
    assert list(seams(written)) == ["call.loop.notify:shop.orders->shop.billing (method)"]


def test_a_loop_over_objects_of_several_classes_may_call_each_once() -> None:
    text = f"{CALL} [object shop.billing:Gateway] [loop]\nwrite shop.billing:Invoice.total billing_invoice"
    assert list(seams(text)) == ["call.loop:shop.orders->shop.billing (method)"]
    found = facts(f"{text}\ncall shop.orders:place -> shop.events:Told.total [object shop.events:Told] [loop]")
    one_line = columns(Call, [replace(call, line=7) for call in found.calls])
    told = [one for one in assess(replace(found, calls=one_line), CUT).seams if one.kind == "call"]
    assert [(one.to_boundary.name, one.in_loop) for one in told] == [("billing", False), ("events", False)]


def test_who_waits_for_a_call_is_no_notifier() -> None:
    written = "write shop.billing:Invoice.total billing_invoice"
    assert list(seams(f"{ROW} [unused]\n{written}")) == ["call.notify:shop.orders->shop.billing (row)"]
    assert list(seams(f"{ROW} [unused] [awaited]\n{written}")) == ["call:shop.orders->shop.billing (row)"]


@pytest.mark.parametrize(
    "text",
    [
        f"{ROW} [guess]",
        CALL,
        "call shop.orders:place -> shop.billing:Invoice.total [row shop.billing:Invoice, a:A, b:B, c:C]",
        "call shop.common:place -> shop.billing:Invoice.total [row shop.billing:Invoice]",
        "call shop.orders:place -> shop.gifts:Gift.total [row shop.gifts:Gift]",
    ],
)
def test_guesses_and_what_crosses_nothing_are_no_seams(text: str) -> None:
    assert not seams(text)


def on_one_line(text: str) -> dict[str, tuple[str, ...]]:
    """The seams of `text`, all uses, calls and accesses of which stand on line 1."""
    found = facts(text)
    uses = columns(Use, [replace(one, line=1) for one in found.uses])
    calls = columns(Call, [replace(one, line=1) for one in found.calls])
    accesses = columns(Access, [replace(one, line=1) for one in found.accesses])
    seams = assess(replace(found, uses=uses, calls=calls, accesses=accesses), CUT).seams
    return {one.id: one.names for one in seams}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{ROW}\nuse shop.orders:place -> shop.billing:Invoice.total [call]", "call:shop.orders->shop.billing"),
        (f"{ROW}\nwrite shop.orders:place billing_invoice", "table.write:shop.orders->billing_invoice"),
        (
            f"{CALL} [rows shop.billing:Invoice]\nread shop.orders:place billing_invoice",
            "table.read:shop.orders->billing_invoice",
        ),
        (
            f"def class shop.billing:Invoice\nuse shop.orders:place -> shop.billing:Invoice [call]\n"
            f"{CALL} [object shop.billing:Invoice]",
            "call:shop.orders->shop.billing (method)",
        ),
    ],
)
def test_what_a_line_does_is_told_once(text: str, told: str) -> None:
    assert list(on_one_line(text)) == [told]


def test_a_row_that_is_read_is_asked_all_the_same() -> None:
    found = on_one_line(f"{ROW}\nread shop.orders:place billing_invoice")
    assert list(found) == ["call:shop.orders->shop.billing (row)", "table.read:shop.orders->billing_invoice"]


def test_a_cycle_counts_what_is_asked_and_not_what_columns_say() -> None:
    back = "use shop.billing:pay -> shop.orders:close [call]\n"
    assert len(assessed(back + ROW).cycles) == 1
    assert not assessed(f"{back}{LOOKS}{ROW} [alone]").cycles
