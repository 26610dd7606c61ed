import pytest

from decompose.assess import AssessOptions, assess, read_runtime
from decompose.errors import InputError
from decompose.model.judgements import Wall, WallKind
from tests.builders import facts, partition

TABLES = """
    table orders_order in shop.orders: id primary, user_id indexed, status, total
    table auth_user in shop.users: id primary, name
    table billing_invoice in shop.billing: id primary, order_id indexed, due
"""
CUT = partition("orders: shop.orders shop.reports | orders_order\nusers: shop.users | auth_user")


def walls(text: str, kind: WallKind, runtime: str = "") -> list[Wall]:
    found = assess(facts(TABLES + text), CUT, AssessOptions(read_runtime(runtime))).walls
    return [wall for wall in found if wall.kind is kind]


def test_a_query_for_each_item_is_n_plus_one() -> None:
    (wall,) = walls("query shop.orders:page auth_user [filter auth_user.id] [n+1]", WallKind.N_PLUS_ONE)
    assert (wall.subject, wall.hot, wall.evidence[0].line) == ("shop.orders:page", False, 5)
    assert "FROM auth_user WHERE id IN" in wall.sketch
    assert not walls("query shop.orders:page auth_user [loop]", WallKind.N_PLUS_ONE)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("[filter orders_order.status]", ["orders_order.status"]),
        ("[join orders_order.total]", ["orders_order.total"]),
        ("[filter orders_order.user_id]", []),
        ("[filter orders_order.id]", []),
        ("[filter orders_order.user_id, orders_order.status]", []),
        ("[order orders_order.status]", []),
        ("[filter orders_order.unheard_of]", []),
    ],
)
def test_a_filter_that_no_index_serves(query: str, columns: list[str]) -> None:
    found = walls(f"query shop.orders:page orders_order {query}", WallKind.MISSING_INDEX)
    assert [wall.subject for wall in found] == columns


def test_hot_is_a_request_that_loops_or_several_requests() -> None:
    query = "query shop.orders:load orders_order [filter orders_order.status]\n"
    use = "use shop.users:{} -> shop.orders:load [call]\nentry request shop.users:{}\n"
    one, two = use.format("a", "a"), use.format("b", "b")
    assert [wall.hot for wall in walls(query, WallKind.MISSING_INDEX)] == [False]
    assert [wall.hot for wall in walls(query + one, WallKind.MISSING_INDEX)] == [False]
    assert [wall.hot for wall in walls(query + one + two, WallKind.MISSING_INDEX)] == [True]
    loop = query.replace("\n", " [loop]\n")
    assert [wall.hot for wall in walls(loop + one, WallKind.MISSING_INDEX)] == [True]


def test_hot_is_followed_through_the_functions_between() -> None:
    text = """
        query shop.orders:Repo.load orders_order [filter orders_order.status] [loop]
        use shop.users:View.get -> shop.reports:build [call]
        use shop.reports:build -> shop.orders:Repo [call]
        entry request shop.users:View
    """
    assert [wall.hot for wall in walls(text, WallKind.MISSING_INDEX)] == [True]
    elsewhere = text.replace("shop.reports:build -> ", "shop.reports:other -> ")
    assert [wall.hot for wall in walls(elsewhere, WallKind.MISSING_INDEX)] == [False]


def test_three_tables_in_one_query_of_a_request_are_a_wide_join() -> None:
    query = "query shop.orders:dash orders_order, auth_user, billing_invoice\n"
    assert not walls(query, WallKind.WIDE_JOIN)
    (wall,) = walls(query + "entry request shop.orders:dash\nwrite shop.users:rename auth_user", WallKind.WIDE_JOIN)
    assert [at.function for at in wall.related] == ["rename"]


def test_aggregates_of_a_request_that_fewer_write_than_read_are_cacheable() -> None:
    text = """
        entry request shop.orders:board
        query shop.orders:board orders_order [aggregate]
        read shop.orders:board orders_order
        read shop.users:list orders_order
        write shop.orders:place orders_order
    """
    (wall,) = walls(text, WallKind.CACHEABLE)
    assert [(at.file, at.line, at.function) for at in wall.related] == [("shop/orders.py", 10, "place")]
    assert not walls(text + "write shop.orders:undo orders_order", WallKind.CACHEABLE)
    assert not walls(text.replace("entry request", "entry task"), WallKind.CACHEABLE)


def test_a_module_that_only_reads_many_tables_could_use_a_replica() -> None:
    reads = "\n".join(f"read shop.reports:page t{i}" for i in range(5)) + "\n"
    assert [wall.subject for wall in walls(reads, WallKind.REPLICA)] == ["shop.reports"]
    assert not walls(reads + "write shop.reports:save t1", WallKind.REPLICA)


MEASURED = 'query,calls,total_exec_time\n"SELECT total FROM orders_order WHERE status = $1",9,99\nSELECT 1,9,1\n'


def test_measured_costs_replace_the_guess() -> None:
    query = "query shop.orders:load orders_order [filter orders_order.status]\n"
    (wall,) = walls(query, WallKind.MISSING_INDEX, MEASURED)
    assert (wall.hot, wall.measured) == (True, 99.0)
    (wall,) = walls(query.replace("status", "total"), WallKind.MISSING_INDEX, MEASURED.replace(" total ", " id "))
    assert (wall.hot, wall.measured) == (False, 0.0)


def test_functions_are_measured_by_name() -> None:
    query = "query shop.orders:page auth_user [filter auth_user.id] [n+1]"
    (wall,) = walls(query, WallKind.N_PLUS_ONE, '[{"function": "shop.orders.page", "calls": 12}]')
    assert (wall.hot, wall.measured) == (True, 12.0)


@pytest.mark.parametrize("text", ["[1]", "{", "a,b\n1,2", "query,calls\nSELECT,many", '{"query": "x"}'])
def test_a_runtime_file_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="runtime file"):
        read_runtime(text)
