from dataclasses import replace

from decompose.model.columns import columns
from decompose.model.facts import Unresolved
from decompose.model.names import Module
from decompose.model.resolution import Resolution, resolution
from tests.builders import facts


def test_a_line_is_resolved_where_all_its_tables_are_known() -> None:
    orders, bills = Module("shop.orders"), Module("shop.bills")
    seen = facts(
        """
        read shop.orders orders
        write shop.bills bills
        """
    )
    line = next(one.line for one in seen.accesses if one.module == bills)
    open_ends = [
        Unresolved("unknown_receiver", bills, "shop/bills.py", line, "x.save()"),
        Unresolved("dynamic_sql", bills, "shop/bills.py", line + 50, "select * from {}"),
        Unresolved("import", orders, "shop/orders.py", 3, "import nothing"),
    ]
    whole, modules = resolution(replace(seen, unresolved=columns(Unresolved, open_ends)))
    assert whole == Resolution(None, 1, 2)
    assert modules == (Resolution(bills, 0, 2), Resolution(orders, 1, 0))
    assert whole.share == 1 / 3


def test_nothing_to_resolve_is_all_resolved() -> None:
    assert resolution(facts(""))[0].share == 1
