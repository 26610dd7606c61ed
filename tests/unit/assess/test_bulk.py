"""What the statements of a loop become, sent once for all rows."""

from dataclasses import replace

import pytest

from decompose.assess import assess
from decompose.model.columns import columns
from decompose.model.facts import Access, Query, Via
from decompose.model.judgements import WallKind
from decompose.model.names import Table
from tests.builders import facts, partition

SHOP = """table auth_user in shop.users: id primary, name, best_id
table orders_order in shop.orders: id primary, user_id, total
table orders_node in shop.orders: id primary, parent_id
table orders_kind in shop.orders: id primary
fk orders_order.user_id -> auth_user
fk orders_node.parent_id -> orders_node
fk auth_user.best_id -> orders_kind
read shop.users:board auth_user
"""
HEAD = 8
CUT = partition("orders: shop.orders | orders_order orders_node orders_kind\nusers: shop.users | auth_user")


def sketch(text: str, via: Via = Via.ORM, others: int = 0) -> str:
    """Of a loop over people, or rows of others; its query stands where it reads rows."""
    found = facts(SHOP + text)
    accesses = [replace(one, via=via) if one.repeats else one for one in found.accesses]
    accesses += [replace(accesses[0], table=Table(f"orders_{at}")) for at in range(others)]
    lines = {one.table: one.line for one in accesses if one.line > HEAD}
    queries = [replace(one, line=lines[one.tables[0]]) for one in found.queries]
    found = replace(found, accesses=columns(Access, accesses), queries=columns(Query, queries))
    (wall,) = (one for one in assess(found, CUT).walls if one.kind is WallKind.N_PLUS_ONE)
    return wall.sketch


ORDERS = "read shop.users:board orders_order [each 8]\nquery shop.users:board orders_order"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (" [filter orders_order.user_id]", "SELECT ... FROM orders_order WHERE orders_order.user_id IN ({})"),
        (" [given]", "SELECT ... FROM orders_order WHERE orders_order.user_id IN ({})"),
        (" [filter orders_order.pk]", "SELECT ... FROM orders_order WHERE orders_order.id IN ({})"),
        (
            ", auth_user [filter auth_user.best_id] [aggregate]",
            "SELECT auth_user.best_id, <the sums> FROM orders_order JOIN auth_user ON orders_order.user_id = "
            "auth_user.id WHERE auth_user.best_id IN ({}) GROUP BY auth_user.best_id",
        ),
    ],
)
def test_rows_are_found_by_the_key_that_leads_to_those_of_the_loop(asked: str, expected: str) -> None:
    assert sketch(ORDERS + asked).partition("  --")[0] == expected.format("<ids of all rows>")


@pytest.mark.parametrize(
    ("table", "expected"),
    [("orders_kind", "orders_kind.id"), ("orders_order", "orders_order.user_id"), ("orders_node", "...")],
)
def test_a_relation_is_followed_by_the_side_that_has_the_key(table: str, expected: str) -> None:
    text = sketch(f"read shop.users:board {table} [each 8]", Via.RELATION)
    assert text.startswith(f"SELECT ... FROM {table} WHERE {expected} IN (<ids of all rows>)")


def test_rows_of_any_of_many_classes_are_found_by_no_key_of_one() -> None:
    text = "read shop.users:board orders_order [each 8]"
    assert "orders_order.user_id IN" in sketch(text, Via.RELATION, others=2)
    assert "WHERE ... IN" in sketch(text, Via.RELATION, others=3)


def test_a_tree_is_read_at_once() -> None:
    text = """
        call shop.users:board -> shop.orders:descend [each 8]
        call shop.orders:descend -> shop.orders:descend
        read shop.orders:descend orders_node
    """
    assert "the whole tree once" not in sketch(text)
    again = text.replace("orders:descend\n        read", "orders:descend [each 11]\n        read")
    found = facts(SHOP + again)
    told = [one.sketch for one in assess(found, CUT).walls if one.kind is WallKind.N_PLUS_ONE]
    assert told
    assert all("FROM orders_node  -- the whole tree once, its rows by parent_id" in one for one in told)
