import re
from dataclasses import replace
from typing import Any

import pytest

from decompose.assess import AssessOptions, assess, read_runtime
from decompose.errors import InputError
from decompose.model.columns import columns
from decompose.model.facts import Access, Call, Origin, Query, Unresolved, Via
from decompose.model.judgements import Wall, WallKind
from decompose.model.names import Module, Table
from tests.builders import facts, partition

TABLES = """
    table orders_order in shop.orders: id primary, user_id indexed, shop_id indexed, kind indexed, level indexed, \
        status, total, placed type:date, made type:date indexed, gift type:bool
    table auth_user in shop.users: id primary, name
    table billing_invoice in shop.billing: id primary, order_id indexed, due
    fk orders_order.buyer -> auth_user
    fk billing_invoice.payer -> auth_user
"""
CUT = partition("orders: shop.orders shop.reports | orders_order\nusers: shop.users | auth_user")


def walls(text: str, kind: WallKind, runtime: str = "") -> list[Wall]:
    found = assess(facts(TABLES + text), CUT, AssessOptions(read_runtime(runtime))).walls
    return [wall for wall in found if wall.kind is kind]


def test_a_loop_over_rows_that_goes_back_for_each_is_n_plus_one() -> None:
    (wall,) = walls("read shop.orders:page auth_user [each 3]", WallKind.N_PLUS_ONE)
    assert (wall.subject, wall.hot, wall.evidence[0].line) == ("shop.orders:page", False, 3)
    assert [at.line for at in wall.related] == [7]
    assert "FROM auth_user WHERE ... IN" in wall.sketch
    assert not walls("read shop.orders:page auth_user [loop]", WallKind.N_PLUS_ONE)
    assert not walls("read shop.orders:page auth_user [each 3] [along]", WallKind.N_PLUS_ONE)


def test_n_plus_one_goes_through_calls() -> None:
    text = """
        call shop.orders:page -> shop.orders:_row [each 3]
        call shop.orders:_row -> shop.users:name
        read shop.users:name auth_user
        read shop.users:other auth_user
    """
    (wall,) = walls(text, WallKind.N_PLUS_ONE)
    assert (wall.subject, [at.function for at in wall.related]) == ("shop.orders:page", ["name"])
    assert not walls(text.replace(" [each 3]", ""), WallKind.N_PLUS_ONE)
    assert not walls(text.replace("shop.users:name\n", "shop.users:name [seldom]\n"), WallKind.N_PLUS_ONE)
    assert not walls(text.replace("[each 3]", "[each 3] [seldom]"), WallKind.N_PLUS_ONE)


def test_what_is_the_same_object_each_time_is_asked_once() -> None:
    text = """
        call shop.orders:page -> shop.orders:row [each 3] [same order]
        read shop.orders:row auth_user [of order] [relation]
        read shop.orders:row billing_invoice [of row]
    """
    (wall,) = walls(text, WallKind.N_PLUS_ONE)
    assert [str(one) for one in wall.tables] == ["billing_invoice"]
    (wall,) = walls(text + "\ncall shop.orders:page -> shop.orders:row [each 3]", WallKind.N_PLUS_ONE)
    assert len(wall.tables) == 2, "another call of the loop passes others"


def test_a_property_of_the_same_object_is_worked_out_once() -> None:
    """for order in orders: self.row(order)    and in row() self.rates, a cached property"""
    text = """
        call shop.orders:page -> shop.orders:row [each 3] [same self]
        call shop.orders:row -> shop.orders:rates {}
        read shop.orders:rates billing_invoice
    """
    assert walls(text.format(""), WallKind.N_PLUS_ONE)
    assert walls(text.format("[kept order]"), WallKind.N_PLUS_ONE)
    assert not walls(text.format("[kept self]"), WallKind.N_PLUS_ONE)


def test_rows_know_the_row_that_they_were_asked_of() -> None:
    """for line in order.lines.filter(late=True): send(line)    and in send() line.order.number"""
    text = """
        fk shop_line.order_id -> orders_order
        fk shop_line.first_id -> orders_order
        call shop.orders:page -> shop.orders:send [each 3]
        read shop.orders:send orders_order [relation] [by order_id]
    """
    head = "read shop.orders:page shop_line [relation]"
    assert walls(text, WallKind.N_PLUS_ONE)

    def told(by: str, line: int) -> bool:
        found = facts(TABLES + text + head + f" [by {by}]")
        heads = [replace(one, line=line) if one.table.name == "shop_line" else one for one in found.accesses]
        made = assess(replace(found, accesses=columns(Access, heads)), CUT).walls
        return any(one.kind is WallKind.N_PLUS_ONE for one in made)

    assert not told("order_id", 3)
    assert told("first_id", 3), "that is another key"
    assert told("order_id", 2), "the loop goes over other rows"


def test_rows_of_one_class_or_another_have_the_relation_of_one() -> None:
    """for row in rows: row.status.name    where `rows` may be of many tables, and statuses of two"""
    heads = "".join(f"read shop.orders:page {one}\n" for one in ("orders_order", "billing_invoice", "shop_line"))
    text = heads + "read shop.orders:page auth_user [each 3] [relation]\n"
    found = facts(TABLES + text + "read shop.orders:page auth_group [each 3] [relation]")

    def told(line: int, other: int) -> list[str]:
        lines = {"auth_user": 5, "auth_group": other}
        accesses = [replace(one, line=lines.get(one.table.name, line)) for one in found.accesses]
        made = assess(replace(found, accesses=columns(Access, accesses)), CUT).walls
        return [table.name for one in made if one.kind is WallKind.N_PLUS_ONE for table in one.tables]

    assert told(3, 5) == []
    assert told(3, 6) == ["auth_group", "auth_user"], "each stands alone"
    assert told(2, 5) == ["auth_group", "auth_user"], "the loop goes over rows that are known"


def test_a_loop_is_told_what_its_calls_surely_do() -> None:
    def told(*calls: str) -> int:
        text = "\n".join(f"call {one}" for one in calls)
        return len(walls(text + "\nread shop.users:User.name auth_user", WallKind.N_PLUS_ONE))

    near = ["shop.orders:page -> shop.orders:row [each 3]", "shop.orders:row -> shop.orders:cell"]
    assert told(*near, "shop.orders:cell -> shop.users:User.name") == 1
    far = [*near, "shop.orders:cell -> shop.orders:text", "shop.orders:text -> shop.users:User.name"]
    assert told(*far) == 0, "four calls away"
    saved = ["shop.orders:page -> shop.users:User.save [each 3]", "shop.users:User.save -> shop.users:User.name"]
    assert told(*saved) == 0, "what saving does for a new row"


def test_a_loop_is_not_told_what_one_of_several_methods_does() -> None:
    text = """
        call shop.orders:page -> shop.orders:row [each 3]
        call shop.orders:row -> shop.users:User.name
        read shop.users:User.name auth_user
    """
    assert walls(text, WallKind.N_PLUS_ONE)
    found = facts(TABLES + text)
    (call,) = (one for one in found.calls if not one.repeats)
    both = columns(Call, [*found.calls, replace(call, callee="Guest.name")])
    assert not [one for one in assess(replace(found, calls=both), CUT).walls if one.kind is WallKind.N_PLUS_ONE]


def test_what_is_taken_along_by_a_deletion_is_a_job_of_its_own() -> None:
    text = "write shop.orders:delete_user billing_invoice [each 3] [bulk]"
    assert not walls(text, WallKind.N_PLUS_ONE)
    assert walls(text.replace("write", "read"), WallKind.N_PLUS_ONE)
    (wall,) = walls(text.replace("delete_user", "close"), WallKind.N_PLUS_ONE)
    assert wall.sketch.startswith("UPDATE billing_invoice ")


def test_what_a_deletion_loads_by_itself_is_asked_for_by_no_loop() -> None:
    text = "read shop.orders:page auth_user [each 3]\n"
    assert walls(text, WallKind.N_PLUS_ONE)
    assert not walls(text.replace("[each 3]", "[each 3] [cascade]"), WallKind.N_PLUS_ONE)


def test_whose_relation_is_asked_for_far_away_nobody_knows() -> None:
    text = """
        call shop.orders:page -> shop.orders:row [each 3]
        read shop.orders:row auth_user [relation]
        call shop.orders:row -> shop.orders:cell
        read shop.orders:cell billing_invoice [relation]
    """
    (wall,) = walls(text, WallKind.N_PLUS_ONE)
    assert wall.tables == (Table("auth_user"),)


def test_rows_of_a_row_know_it() -> None:
    """for line in self.lines.all(): line.order    in a method of the order"""
    found = facts(
        TABLES
        + """
        table shop_line in shop.lines: id primary, order_id indexed
        fk shop_line.order_id -> orders_order
        read shop.orders:Order.total shop_line [relation]
        read shop.orders:Order.total orders_order [each 9] [relation]
        read shop.orders:total shop_line [relation]
        read shop.orders:total orders_order [each 9] [relation]
    """
    )
    tables = tuple(replace(one, model="Order") if one.table.name == "orders_order" else one for one in found.tables)
    told = [one for one in assess(replace(found, tables=tables), CUT).walls if one.kind is WallKind.N_PLUS_ONE]
    assert [one.subject for one in told] == ["shop.orders:total"]


@pytest.mark.parametrize(("given", "told"), [(True, False), (False, True)])
def test_rows_that_were_asked_of_a_row_far_away_know_it(given: bool, told: bool) -> None:
    """for invoice in payment.others(): invoice.order    def others(self): return self.order.invoices.exclude(...)"""
    text = """
        call shop.pages:page -> shop.pages:others
        call shop.pages:others -> shop.billing:Payment.others
        read shop.pages:page billing_invoice
        read shop.pages:page orders_order [each 6]
        read shop.billing:Payment.others billing_invoice
        read shop.billing:Payment.others orders_order
        query shop.billing:Payment.others billing_invoice
    """
    found = facts("fk billing_invoice.order_id -> orders_order\n" + text)
    lines = {"page": 6, "Payment.others": 1}
    accesses = [replace(one, via=Via.RELATION, line=one.repeats or lines[one.function]) for one in found.accesses]
    queries = [replace(one, line=1, given=given) for one in found.queries]
    found = replace(found, accesses=columns(Access, accesses), queries=columns(Query, queries))
    assert any(wall.kind is WallKind.N_PLUS_ONE for wall in assess(found, CUT).walls) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", False),
        ("query shop.orders:find auth_user [filter auth_user.name]", True),
        ("read shop.orders:find billing_invoice", True),
    ],
)
def test_a_session_has_the_rows_that_it_is_asked_for_by_their_key(text: str, told: bool) -> None:
    """for user in everybody(): session.get(User, user.id)"""
    asked = """
        read shop.users:everybody auth_user
        read shop.orders:find auth_user
        call shop.orders:page -> shop.orders:find [each 3]
        call shop.orders:page -> shop.users:everybody
    """
    found = facts(TABLES + asked + text)
    calls = columns(Call, [replace(one, line=3) if one.callee == "everybody" else one for one in found.calls])
    walls = assess(replace(found, calls=calls), CUT).walls
    assert any(wall.kind is WallKind.N_PLUS_ONE for wall in walls) == told


def test_a_session_has_the_row_whose_own_rows_its_method_goes_over() -> None:
    """[line for line in self.lines if line.is_shown()], where Line.is_shown asks for self.order"""
    text = """
        table orders_line in shop.orders: id primary
        read shop.orders:Order.shown orders_line
        call shop.orders:Order.shown -> shop.orders:Line.is_shown [each 3]
        read shop.orders:Line.is_shown orders_order [relation]
        read shop.orders:Line.is_shown auth_user [relation]
    """
    (wall,) = walls(text, WallKind.N_PLUS_ONE)
    assert [str(one) for one in wall.tables] == ["auth_user"]


def test_a_line_that_is_given_its_table_does_not_say_which_a_loop_comes_to() -> None:
    found = facts(TABLES + "call shop.orders:page -> shop.users:rows_of [each 3]\nread shop.users:rows_of auth_user")
    (one,) = found.accesses
    for number, expected in [(2, 1), (3, 0)]:
        accesses = columns(Access, [replace(one, table=Table(f"table_{n}")) for n in range(number)])
        walls = assess(replace(found, accesses=accesses), CUT, AssessOptions()).walls
        assert sum(wall.kind is WallKind.N_PLUS_ONE for wall in walls) == expected


def test_prefetching_answers_whoever_asks_for_all_rows() -> None:
    text = """
        call shop.orders:page -> shop.users:names [each 3]
        query shop.orders:page orders_order [prefetch auth_user]
        query shop.users:names auth_user
        read shop.users:names auth_user
    """
    assert not walls(text, WallKind.N_PLUS_ONE)
    assert walls(text + "query shop.users:names auth_user [filter auth_user.name]", WallKind.N_PLUS_ONE)


def test_rows_that_every_caller_has_fetched_are_there() -> None:
    text = """
        call shop.orders:page -> shop.users:names
        call shop.orders:list -> shop.orders:page
        query shop.orders:list orders_order [prefetch auth_user]
        read shop.users:names auth_user [each 3] [relation]
    """
    assert not walls(text, WallKind.N_PLUS_ONE)
    assert walls(text + "call shop.reports:other -> shop.users:names", WallKind.N_PLUS_ONE)
    assert walls(text.replace("[prefetch auth_user]", ""), WallKind.N_PLUS_ONE)
    joins = "query shop.users:names orders_order, auth_user [n+1]"  # a query of its own, which joins the table
    assert walls(text + joins, WallKind.N_PLUS_ONE)
    method = text.replace("orders:page", "orders:Page.get").replace("orders:list", "orders:Page.all")
    assert not walls(method, WallKind.N_PLUS_ONE), "the class around the methods calls nothing by itself"


def test_a_command_that_somebody_runs_by_hand_may_take_its_time() -> None:
    text = "read shop.orders:page auth_user [each 3]\nentry command shop.orders:handle\n"
    script = "read scripts.count:run auth_user [each 3]\ndef scripts.count:run()\n"
    assert not walls(script, WallKind.N_PLUS_ONE)
    assert walls(script.replace("scripts.", "shop."), WallKind.N_PLUS_ONE)
    assert not walls(text, WallKind.N_PLUS_ONE)
    assert walls(text + "entry request shop.orders:page", WallKind.N_PLUS_ONE)
    assert walls(text.replace("command", "task"), WallKind.N_PLUS_ONE)
    called = (
        "call shop.reports:handle -> shop.orders:page\nentry command shop.reports:handle\n" + text.partition("\n")[0]
    )
    assert not walls(called, WallKind.N_PLUS_ONE)
    assert walls(called + "\ncall shop.users:job -> shop.orders:page\nentry task shop.users:job", WallKind.N_PLUS_ONE)


def test_rows_that_go_with_all_that_hangs_on_them_go_one_by_one() -> None:
    text = "write shop.orders:page orders_order [each 3]\n"
    assert walls(text, WallKind.N_PLUS_ONE)
    assert not walls(text + "write shop.orders:page billing_invoice [each 3] [cascade]", WallKind.N_PLUS_ONE)


def test_the_requests_that_reach_a_wall_are_named() -> None:
    text = """
        read shop.orders:page auth_user [each 3]
        call shop.users:show -> shop.orders:page
        call shop.users:tick -> shop.orders:page
        entry request shop.users:show
        entry task shop.users:tick
    """
    (wall,) = walls(text, WallKind.N_PLUS_ONE)
    assert (wall.hot, wall.requests) == (True, ("shop.users:show",))
    assert not walls(text.replace("entry request shop.users:show", ""), WallKind.N_PLUS_ONE)[0].requests


def test_a_task_is_put_on_a_queue_and_runs_elsewhere() -> None:
    text = """
        call shop.orders:page -> shop.users:greet [each 3]
        read shop.users:greet auth_user
    """
    assert walls(text, WallKind.N_PLUS_ONE)
    assert not walls(text + "\nentry task shop.users:greet", WallKind.N_PLUS_ONE)


def test_what_anybody_may_pass_is_not_what_this_loop_calls() -> None:
    found = facts(
        TABLES
        + """
        call shop.orders:page -> shop.orders:later [each 3]
        call shop.orders:later -> shop.users:f0
        read shop.users:f0 auth_user
    """
    )
    (page, later) = found.calls
    wide = [replace(later, callee=f"f{i}") for i in range(5)]
    for callees, expected in [([later], 1), (wide[:4], 1), (wide, 0)]:
        told = assess(replace(found, calls=columns(Call, [page, *callees])), CUT).walls
        assert sum(wall.kind is WallKind.N_PLUS_ONE for wall in told) == expected


def test_a_loop_does_not_what_its_call_leaves_out() -> None:
    """for row in rows: row.work_out(save=False)"""
    text = """
        call shop.orders:page -> shop.orders:work [each 3] [spared {}]
        write shop.orders:work orders_order
        call shop.orders:work -> shop.users:log
        write shop.users:log auth_user
    """

    def told(lines: str, more: str = "") -> set[str]:
        return {table.name for wall in walls(text.format(lines) + more, WallKind.N_PLUS_ONE) for table in wall.tables}

    head = TABLES.count("\n")
    first, last = head + 3, head + 4
    assert told("900-900") == {"orders_order", "auth_user"}
    assert told(f"{first}-{first}") == {"auth_user"}
    assert told(f"{first}-{last}") == set()
    assert told(f"{first}-{last}", "call shop.orders:page -> shop.orders:work [each 3]") == {
        "orders_order",
        "auth_user",
    }


def test_what_the_row_keeps_that_a_loops_rows_belong_to_is_there() -> None:
    """for line in self.lines.all(): line.link(), which asks for self.order.buyer.name"""
    text = """
        table shop_line in shop.lines: id primary
        fk shop_line.order_id -> orders_order
        def shop.orders:Order.links(self)
        read shop.orders:Order.links shop_line [relation]
        call shop.orders:Order.links -> shop.lines:Line.link [each 3]
        read shop.lines:Line.link {} [relation]
    """
    both = facts(TABLES + text.format("orders_order") + "read shop.lines:Line.link auth_user [relation]")
    line = both.accesses[1].line
    accesses = [replace(one, line=line) if one.function == "Line.link" else one for one in both.accesses]
    for kept, told in ((accesses, 0), ([one for one in accesses if one.table.name != "orders_order"], 1)):
        found = assess(replace(both, accesses=columns(Access, kept)), CUT).walls
        assert sum(wall.kind is WallKind.N_PLUS_ONE for wall in found) == told


def test_what_a_query_brings_along_is_no_second_query() -> None:
    text = "read shop.orders:page auth_user [each 3] [relation]"
    assert walls(text, WallKind.N_PLUS_ONE)
    assert not walls(text + "\nquery shop.orders:page orders_order, auth_user", WallKind.N_PLUS_ONE)


def test_rows_that_the_framework_keeps_are_read_once() -> None:
    for name, expected in [("django_site", 0), ("django_session", 1)]:
        found = facts(f"read shop.orders:page {name} [each 3]\ntable {name} in : id primary")
        tables = tuple(replace(one, origin=Origin.FRAMEWORK) for one in found.tables)
        told = assess(replace(found, tables=tables), CUT).walls
        assert sum(wall.kind is WallKind.N_PLUS_ONE for wall in told) == expected


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("[filter orders_order.status]", ["orders_order.status"]),
        ("[join orders_order.total]", ["orders_order.total"]),
        ("[filter orders_order.user_id]", []),
        ("[filter orders_order.id]", []),
        ("[filter orders_order.user_id, orders_order.placed]", []),
        ("[filter orders_order.user_id] [order orders_order.placed]", []),
        ("[filter orders_order.kind, orders_order.placed]", ["orders_order.placed"]),
        ("[filter orders_order.id, orders_order.status]", []),
        ("[filter orders_order.user_id] [scan orders_order.user_id] [order orders_order.placed]", []),
        ("[filter orders_order.kind] [order orders_order.placed]", ["orders_order.placed"]),
        ("[filter orders_order.status] [scan orders_order.status]", []),
        ("[filter orders_order.gift, orders_order.placed]", ["orders_order.placed"]),
        ("[filter orders_order.gift, orders_order.placed] [locks]", []),
        ("[filter orders_order.kind, orders_order.placed] [locks]", ["orders_order.placed"]),
        ("[order orders_order.status]", []),
        ("[order orders_order.placed]", []),
        ("[filter orders_order.user_id, auth_user.name] [order orders_order.placed]", []),
        ("[filter orders_order.unheard_of]", []),
    ],
)
def test_a_filter_that_no_index_serves(query: str, columns: list[str]) -> None:
    found = walls(f"query shop.orders:page orders_order {query}", WallKind.MISSING_INDEX)
    assert [wall.subject for wall in found] == columns
    assert all(wall.why.startswith("1 query filters, joins or sorts by ") for wall in found)


@pytest.mark.parametrize(
    ("queries", "index"),
    [
        (["[filter orders_order.status]"], "orders_order (status)"),
        (["[filter orders_order.kind, orders_order.placed]"], "orders_order (kind, placed)"),
        (["[filter orders_order.made, orders_order.status]"], "orders_order (status, made)"),
        (["[filter orders_order.kind] [order orders_order.placed]"], "orders_order (kind, placed)"),
        (
            ["[filter orders_order.kind, orders_order.status]", "[filter orders_order.status]"],
            "orders_order (status)",
        ),
        (
            [f"[filter orders_order.{key}, orders_order.status]" for key in ("kind", "level")],
            "orders_order (status)",
        ),
    ],
)
def test_an_index_leads_with_what_finds_rows_already(queries: list[str], index: str) -> None:
    text = "\n".join(f"query shop.orders:page orders_order {query}" for query in queries)
    (wall,) = walls(text, WallKind.MISSING_INDEX)
    assert wall.sketch.endswith(f" ON {index};")
    assert len(wall.evidence) == len(queries)


def test_the_rows_of_a_row_that_grows_are_few_but_may_be_sorted() -> None:
    text = "fk orders_order.user_id -> {}\nquery shop.orders:page orders_order [filter orders_order.user_id"
    dated, sorted_ = f"{text}, orders_order.placed]", f"{text}] [order orders_order.placed]"
    assert not walls(dated.format("auth_user"), WallKind.MISSING_INDEX)
    assert walls(dated.format("shop_shop"), WallKind.MISSING_INDEX)
    assert walls(sorted_.format("billing_invoice"), WallKind.MISSING_INDEX)
    assert not walls(sorted_.format("auth_user"), WallKind.MISSING_INDEX), "the rows of one person stay few"
    several = sorted_.replace("[order ", "[order orders_order.total, ")
    assert not walls(several.format("billing_invoice"), WallKind.MISSING_INDEX)


def test_an_index_of_several_columns_serves_the_later_ones_with_the_first() -> None:
    table = "table shop_line in shop.tax: id primary, order_id indexed, number behind:order_id\n"
    table += "fk shop_line.buyer -> auth_user\n"
    asked = table + "query shop.tax:page shop_line [filter shop_line.order_id, shop_line.number]"
    assert not walls(asked, WallKind.MISSING_INDEX)
    assert walls(asked.replace("shop_line.order_id, ", ""), WallKind.MISSING_INDEX)
    assert not walls(
        table + "query shop.tax:page shop_line [order shop_line.order_id, shop_line.number]", WallKind.MISSING_INDEX
    )


def test_the_rows_of_one_row_need_an_index_by_time_alone() -> None:
    """What some other query needs is told with all that use it, those that need it first."""
    told = facts(
        TABLES
        + """
        fk orders_order.user_id -> billing_invoice
        query shop.orders:page orders_order [filter orders_order.user_id, orders_order.status]
        query shop.orders:list orders_order [filter orders_order.user_id] [order orders_order.total]
        """
    )

    def lines(more: str = "", **types: str) -> dict[str, list[int]]:
        found = facts(TABLES + more)
        tables = tuple(
            replace(one, columns=tuple(replace(c, type=types.get(c.name, "")) for c in one.columns))
            for one in told.tables
        )
        queries = columns(Query, [*told.queries, *found.queries])
        walls = assess(replace(told, tables=tables, queries=queries), CUT).walls
        return {wall.subject: [at.line for at in wall.evidence] for wall in walls}

    assert lines() == {}
    assert lines(total="DateTimeField") == {"orders_order.total": [10]}
    more = "query shop.users:all orders_order [filter orders_order.status]"
    assert lines(more) == {"orders_order.status": [7, 9]}


@pytest.mark.parametrize(
    ("column", "told"),
    [({}, 1), ({"choices": 19}, 0), ({"choices": 20}, 1), ({"type": "TextField"}, 0), ({"type": "JSONField"}, 0)],
)
def test_an_index_on_a_column_of_few_values_or_whole_texts_seldom_helps(column: dict[str, Any], told: int) -> None:
    found = facts(TABLES + "query shop.orders:page orders_order [filter orders_order.status]")
    tables = [
        replace(one, columns=tuple(replace(c, **column) if c.name == "status" else c for c in one.columns))
        for one in found.tables
    ]
    walls = assess(replace(found, tables=tuple(tables)), CUT).walls
    assert len(walls) == told


def test_a_query_needs_one_index() -> None:
    both = "query shop.orders:page orders_order [filter orders_order.status, orders_order.total]\n"
    assert [wall.subject for wall in walls(both, WallKind.MISSING_INDEX)] == ["orders_order.status"]
    more = both + "query shop.orders:list orders_order [filter orders_order.total]"
    assert [wall.subject for wall in walls(more, WallKind.MISSING_INDEX)] == ["orders_order.total"]
    apart = more + "\nquery shop.orders:open orders_order [filter orders_order.status]"
    assert [wall.subject for wall in walls(apart, WallKind.MISSING_INDEX)] == [
        "orders_order.status",
        "orders_order.total",
    ]


def test_a_query_is_told_where_it_asks_for_most() -> None:
    text = """
        query shop.orders:page orders_order [filter orders_order.status]
        query shop.orders:page orders_order [filter orders_order.status]
        query shop.orders:page orders_order [filter orders_order.id, orders_order.total]
    """
    (wall,) = walls(text, WallKind.MISSING_INDEX)
    assert [at.line for at in wall.evidence] == [8]
    assert not walls(text.replace("total", "status"), WallKind.MISSING_INDEX), "the row's key is asked for later"


def test_what_commands_alone_ask_for_needs_no_index() -> None:
    query = "query shop.orders:handle orders_order [filter orders_order.status]\n"
    assert walls(query, WallKind.MISSING_INDEX)
    assert not walls(query + "entry command shop.orders:handle", WallKind.MISSING_INDEX)


def test_the_rows_of_one_type_need_an_index_by_their_ids_alone() -> None:
    text = """
        table shop_note in shop.notes: id primary, object_type_id indexed, object_id, label
        table django_content_type in : id primary
        fk shop_note.object_type_id -> django_content_type
        query shop.notes:page shop_note [filter shop_note.object_type_id, shop_note.{}]
    """
    (wall,) = walls(text.format("object_id"), WallKind.MISSING_INDEX)
    assert wall.sketch.endswith("(object_type_id, object_id);")
    assert not walls(text.format("label"), WallKind.MISSING_INDEX)


def test_rows_that_a_table_between_finds_are_few() -> None:
    query = "query shop.orders:page orders_order [filter orders_order.placed{}]"
    assert walls(query.format(""), WallKind.MISSING_INDEX)
    assert not walls(query.format(", orders_order."), WallKind.MISSING_INDEX)


def test_what_is_grouped_is_sorted_afterwards() -> None:
    query = "query shop.orders:page orders_order [filter orders_order.kind] [order orders_order.placed]"
    assert walls(query, WallKind.MISSING_INDEX)
    assert not walls(query + " [aggregate]", WallKind.MISSING_INDEX)


def test_rows_of_a_joined_table_are_found_by_their_key() -> None:
    """Orders of a user, of whose invoices some are due: the invoices are found by their order."""
    asked = "query shop.orders:page orders_order, billing_invoice [filter {}billing_invoice.due]"
    assert not walls(asked.format("orders_order.user_id, "), WallKind.MISSING_INDEX)
    assert walls(asked.format(""), WallKind.MISSING_INDEX)


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
    query = "query shop.orders:dash orders_order, auth_user, billing_invoice [sql]\n"
    assert not walls(query, WallKind.WIDE_JOIN)
    (wall,) = walls(query + "entry request shop.orders:dash\nwrite shop.users:rename auth_user", WallKind.WIDE_JOIN)
    assert [at.function for at in wall.related] == ["rename"]
    asked = "entry request shop.orders:dash\n"
    assert not walls(asked + query.replace("[sql]", "[sql] [locks]"), WallKind.WIDE_JOIN), "a view has no rows to lock"
    assert not walls(asked + query.replace("[sql]", "[sql] [filter orders_order.id]"), WallKind.WIDE_JOIN), "one row"
    assert walls(asked + query.replace("[sql]", "[sql] [filter orders_order.status]"), WallKind.WIDE_JOIN)


JOIN = """
    entry request shop.orders:dash
    fk orders_order.user_id -> auth_user
    fk billing_invoice.order_id -> orders_order
"""


def test_what_all_calls_of_requests_leave_out_none_of_them_runs() -> None:
    """def fire(self, delay=True): ...     fire() queues a task, and does nothing itself"""
    text = """
        entry request shop.orders:page
        call shop.orders:page -> shop.orders:fire [spared {0}]
        call shop.orders:fire -> shop.orders:dash
        query shop.orders:dash orders_order, auth_user, billing_invoice [sql]
    """
    line = next(one.line for one in facts(TABLES + text.format("1-1")).calls if one.callee == "dash")
    assert walls(text.format(f"{line + 1}-{line + 2}"), WallKind.WIDE_JOIN)
    assert not walls(text.format(f"{line}-{line}"), WallKind.WIDE_JOIN)
    told = "call shop.users:other -> shop.orders:fire\n"
    assert walls(text.format(f"{line}-{line}") + told, WallKind.WIDE_JOIN), "somebody waits for it"
    query = """
        entry request shop.orders:page
        call shop.orders:page -> shop.orders:dash [spared {0}]
        call shop.users:job -> shop.orders:dash
        query shop.orders:dash orders_order, auth_user, billing_invoice [sql]
    """
    (sent,) = facts(TABLES + query.format("1-1")).queries
    assert walls(query.format("1-2"), WallKind.WIDE_JOIN)
    assert not walls(query.format(f"{sent.line}-{sent.line}"), WallKind.WIDE_JOIN), "the job sends it alone"


def test_who_names_a_class_of_rows_runs_none_of_its_methods_by_that() -> None:
    text = """
        entry request shop.pages:page
        use shop.pages:page -> shop.users:{0}
        call shop.users:{0}.lists -> shop.lists:rows
        read shop.lists:rows orders_order [each 3]
    """
    for name, requests in [("User", ()), ("UserList", ("shop.pages:page",))]:
        (wall,) = walls(text.format(name), WallKind.N_PLUS_ONE)
        assert wall.requests == requests
    (wall,) = walls(text.format("User") + "call shop.pages:page -> shop.users:User.lists", WallKind.N_PLUS_ONE)
    assert wall.requests == ("shop.pages:page",)


def test_requests_that_come_to_a_method_are_told_before_those_that_name_its_class() -> None:
    text = """
        entry request shop.pages:page
        entry request shop.pages:other
        use shop.pages:page -> shop.users:User
        read shop.users:User.lists orders_order [each 3]
    """
    (wall,) = walls(text, WallKind.N_PLUS_ONE)
    assert wall.requests == ("shop.pages:page",), "a template may call it"
    (wall,) = walls(text + "call shop.pages:other -> shop.users:User.lists", WallKind.N_PLUS_ONE)
    assert wall.requests == ("shop.pages:other",)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", True),
        ("query shop.shown: orders_order [prefetch billing_invoice, auth_user]", False),
        ("query shop.shown: orders_order [prefetch auth_user]", True),
        ("query shop.elsewhere: orders_order [prefetch billing_invoice, auth_user]", True),
        ("def class shop.shown:Page < lib.View\nquery shop.shown: orders_order [prefetch auth_user]", True),
        (
            "query shop.elsewhere: orders_order [prefetch billing_invoice, auth_user]\n"
            "use shop.elsewhere: -> shop.shown:Shown [reference]",
            False,
        ),
    ],
)
def test_what_a_view_brings_along_its_serialiser_does_not_go_back_to(line: str, told: bool) -> None:
    """queryset = Order.objects.prefetch_related("invoices__payer") beside serializer_class = Shown"""
    found = facts(
        TABLES
        + """
        def class shop.shown:Shown < lib.Serializer
        read shop.shown:Shown.payers billing_invoice
        read shop.shown:Shown.payers auth_user [each 3]
        """
        + line
    )
    accesses = columns(Access, [replace(one, via=Via.RELATION) for one in found.accesses])
    walls = assess(replace(found, accesses=accesses), CUT).walls
    assert any(wall.kind is WallKind.N_PLUS_ONE for wall in walls) == told


def test_what_comes_along_with_rows_makes_no_join_wide() -> None:
    asked = JOIN + (
        "query shop.orders:dash billing_invoice, orders_order, auth_user [join billing_invoice.order_id, "
        "orders_order.user_id] [filter billing_invoice.due, auth_user.name]"
    )
    (wall,) = walls(asked, WallKind.WIDE_JOIN)
    assert wall.sketch.splitlines()[2:-1] == [
        "FROM auth_user",
        "LEFT JOIN orders_order ON orders_order.user_id = auth_user.id",
        "LEFT JOIN billing_invoice ON billing_invoice.order_id = orders_order.id",
    ]
    along = asked.replace(", auth_user.name]", ", orders_order.total] [prefetch auth_user]")
    assert not walls(along, WallKind.WIDE_JOIN)
    assert not walls(asked.replace(", auth_user.name]", "]"), WallKind.WIDE_JOIN), "one table's index finds them"
    assert not walls(asked + " [scan auth_user.name]", WallKind.WIDE_JOIN)
    assert walls(asked.replace(", auth_user.name]", "] [aggregate]"), WallKind.WIDE_JOIN)


def test_the_rows_of_one_row_are_joined_quickly() -> None:
    asked = JOIN + (
        "query shop.orders:dash billing_invoice, orders_order, auth_user [join billing_invoice.order_id, "
        "orders_order.user_id] [filter {}, auth_user.name]"
    )
    assert walls(asked.format("billing_invoice.due"), WallKind.WIDE_JOIN)
    assert walls(asked.format("orders_order.total"), WallKind.WIDE_JOIN)
    assert not walls(asked.format("orders_order.id"), WallKind.WIDE_JOIN), "a page of keys, and one name"
    assert not walls(asked.format("billing_invoice.id"), WallKind.WIDE_JOIN)
    assert not walls(asked.format("billing_invoice.order_id"), WallKind.WIDE_JOIN)


def test_what_a_request_decides_a_write_by_must_be_of_this_moment() -> None:
    query = "query shop.orders:dash orders_order, auth_user, billing_invoice [sql]\nentry request shop.orders:dash\n"
    assert walls(query, WallKind.WIDE_JOIN)
    assert not walls(query + "write shop.orders:dash orders_order", WallKind.WIDE_JOIN)


def test_a_table_between_two_others_is_joined_where_a_query_stops_at_it() -> None:
    """Customer.objects.annotate(n=Count("orders__tags"))"""
    asked = """
        entry request shop.orders:dash
        fk orders_order.user_id -> auth_user
        fk shop_tagged.order_id -> orders_order
        fk shop_tagged.tag_id -> shop_tag
        query shop.orders:dash auth_user, orders_order, shop_tagged [join orders_order.user_id, {}] [aggregate]
    """
    assert walls(asked.format("orders_order.tags"), WallKind.WIDE_JOIN)
    assert not walls(asked.format("auth_user.tags"), WallKind.WIDE_JOIN)


def test_loops_that_go_back_to_the_same_tables_are_one_finding() -> None:
    text = "read shop.orders:page auth_user [each 3]\nread shop.orders:page auth_user [each 7]\n"
    (wall,) = walls(text, WallKind.N_PLUS_ONE)
    assert ([at.line for at in wall.evidence], len(wall.related)) == ([3, 7], 2)
    assert len(walls(text + "read shop.orders:page billing_invoice [each 9]", WallKind.N_PLUS_ONE)) == 2


def test_rows_that_the_function_around_has_fetched_are_there() -> None:
    text = "read shop.orders:page.<locals>.row auth_user [each 3] [relation]\n"
    assert walls(text, WallKind.N_PLUS_ONE)
    assert not walls(text + "query shop.orders:page orders_order [prefetch auth_user]", WallKind.N_PLUS_ONE)


def test_rows_that_are_handed_over_may_have_been_fetched() -> None:
    text = """
        call shop.orders:page -> shop.users:names
        query shop.orders:page orders_order [prefetch auth_user]
        read shop.users:names auth_user [each 3]
    """
    assert not walls(text, WallKind.N_PLUS_ONE)
    assert walls(text + "query shop.users:names auth_user [filter auth_user.name]", WallKind.N_PLUS_ONE)


def test_what_a_worker_runs_is_on_no_requests_path() -> None:
    text = """
        entry request shop.users:show
        call shop.users:show -> shop.orders:dash
        query shop.orders:dash orders_order, auth_user, billing_invoice [sql]
    """
    assert walls(text, WallKind.WIDE_JOIN)
    assert not walls(text + "entry task shop.orders:dash", WallKind.WIDE_JOIN)


BOARD = """
    entry request shop.orders:board
    read shop.orders:board orders_order
    read shop.users:list orders_order
    write shop.orders:place orders_order
"""


def test_aggregates_for_each_row_that_fewer_write_than_read_are_cacheable() -> None:
    text = (
        BOARD
        + """
        read shop.orders:board orders_order [each 8]
        query shop.orders:board orders_order [aggregate] [n+1]
    """
    )
    (wall,) = walls(text, WallKind.CACHEABLE)
    assert [(at.file, at.line, at.function) for at in wall.related] == [("shop/orders.py", 11, "place")]
    assert not walls(text + "write shop.orders:undo orders_order", WallKind.CACHEABLE)
    assert not walls(text.replace("entry request", "entry task"), WallKind.CACHEABLE)
    assert not walls(text.replace("[aggregate]", ""), WallKind.CACHEABLE)


def test_a_wide_join_that_is_aggregated_is_cacheable_and_a_plain_count_is_not() -> None:
    wide = BOARD + "query shop.orders:board orders_order, auth_user, billing_invoice [aggregate] [sql]"
    assert [wall.subject for wall in walls(wide, WallKind.CACHEABLE)] == ["shop.orders:board"]
    assert not walls(BOARD + "query shop.orders:board orders_order [aggregate]", WallKind.CACHEABLE)


def test_a_tree_that_is_walked_with_queries_is_told_by_where_the_walk_begins() -> None:
    text = (
        BOARD
        + """
        call shop.orders:board -> shop.orders:descend [each 8]
        call shop.orders:descend -> shop.orders:descend [each 9]
        read shop.orders:descend orders_order
    """
    )
    parent = "fk orders_order.parent_id -> orders_order"
    assert [wall.subject for wall in walls(text + parent, WallKind.CACHEABLE)] == ["shop.orders:board"]
    assert not walls(text, WallKind.CACHEABLE), "no row is another's parent"
    once = text.replace("descend [each 9]", "descend") + parent
    assert not walls(once, WallKind.CACHEABLE), "from one row to one other"


def test_what_only_writing_requests_work_out_is_not_kept() -> None:
    """The stock is counted before a write, and has to be fresh."""
    text = (
        BOARD.replace("entry request shop.orders:board", "entry request shop.users:buy")
        + """
        call shop.users:buy -> shop.orders:board
        read shop.orders:board orders_order [each 8]
        query shop.orders:board orders_order [aggregate] [n+1]
    """
    )
    assert walls(text, WallKind.CACHEABLE)
    buys = text + "call shop.users:buy -> shop.users:pay\nwrite shop.users:pay billing_invoice\n"
    assert not walls(buys, WallKind.CACHEABLE)
    assert walls(
        buys.replace("call shop.users:buy -> shop.users:pay", "use shop.users:buy -> shop.users:pay"),
        WallKind.CACHEABLE,
    )
    shows = "entry request shop.users:Show.get\ncall shop.users:Show.get -> shop.orders:board\n"
    assert not walls(buys + shows, WallKind.CACHEABLE), "what is shown may be old, what is sold may not"
    shows += "use shop.users:buy -> shop.users:pay\nwrite shop.users:pay billing_invoice\n"
    assert walls(text + shows, WallKind.CACHEABLE)
    changes = "def class shop.users:Show < graphene.Mutation\n"
    assert not walls(buys + shows + changes, WallKind.CACHEABLE)


STATISTICS = """
    entry request shop.orders:board
    query shop.orders:board orders_order [aggregate]
    query shop.orders:board orders_order [aggregate] [filter orders_order.status]
    query shop.orders:board orders_order [aggregate] [filter orders_order.total]
    query shop.orders:board auth_user [aggregate]
    read shop.users:list orders_order
    read shop.users:show orders_order
    read shop.users:find orders_order
    write shop.orders:place orders_order
"""


def test_statistics_over_whole_tables_that_grow_are_cacheable() -> None:
    (wall,) = walls(STATISTICS, WallKind.CACHEABLE)
    assert wall.why.startswith("4 aggregates are worked out over auth_user, orders_order for each request")
    assert len(wall.evidence) == 4
    for fewer in (" [filter orders_order.total]", " auth_user [aggregate]"):
        one = "[filter orders_order.buyer]" if "filter" in fewer else "auth_user [aggregate] [given]"
        assert not walls(STATISTICS.replace(fewer.strip(), one), WallKind.CACHEABLE), "the rows of one row"
    of_none = STATISTICS.replace("[filter orders_order.total]", "[filter orders_order.buyer] [scan orders_order.buyer]")
    assert walls(of_none, WallKind.CACHEABLE), "buyer=None finds nobody's rows"
    assert not walls(STATISTICS + "write shop.orders:board billing_invoice", WallKind.CACHEABLE)
    assert not walls(STATISTICS.replace("orders_order [agg", "shop_shop [agg"), WallKind.CACHEABLE), "few rows"


def test_what_so_much_writes_that_nobody_can_invalidate_it_is_not_kept() -> None:
    reads = "".join(f"read shop.users:r{i} orders_order\n" for i in range(50))
    writes = [f"write shop.orders:w{i} orders_order\n" for i in range(40)]
    assert walls(STATISTICS + reads + "".join(writes[:-1]), WallKind.CACHEABLE)
    assert not walls(STATISTICS + reads + "".join(writes), WallKind.CACHEABLE)


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("def shop.orders:board() [cached]", 0),
        ("def shop.orders:other() [cached]", 1),
        (
            "def shop.users:stat() [cached]\ncall shop.users:stat -> shop.orders:board\nentry request shop.users:stat",
            0,
        ),
        ("def shop.users:page()\ncall shop.users:page -> shop.orders:board\nentry request shop.users:page", 1),
        (
            "def class shop.base:View\ndef shop.base:View.dispatch() [cached]\n"
            "def class shop.users:Stats < shop.base.View\ncall shop.users:Stats.list -> shop.orders:board\n"
            "entry request shop.users:Stats\nentry request shop.users:Stats.list",
            0,
        ),
    ],
)
def test_what_a_cache_keeps_already_is_no_wall(kept: str, told: int) -> None:
    text = STATISTICS if "call" not in kept else STATISTICS.replace("entry request shop.orders:board", "")
    assert len(walls(text + kept, WallKind.CACHEABLE)) == told
    wide = "query shop.orders:board orders_order, auth_user, billing_invoice [sql]\n"
    assert len(walls(text + wide + kept, WallKind.WIDE_JOIN)) == told


def test_of_a_class_that_answers_several_requests_those_that_only_show_are_looked_at() -> None:
    text = STATISTICS.replace("request shop.orders:board", "request shop.users:Dashboard") + (
        "def class shop.users:Dashboard < View\ndef shop.users:Dashboard.get(self, request)\n"
        "def shop.users:Dashboard.post(self, request)\ncall shop.users:Dashboard.{} -> shop.orders:board\n"
        "write shop.users:Dashboard.post orders_order\n"
    )
    assert walls(text.format("get"), WallKind.CACHEABLE)
    assert not walls(text.format("post"), WallKind.CACHEABLE)


def test_what_is_written_for_want_of_a_row_changes_nothing() -> None:
    text = STATISTICS + "call shop.orders:board -> shop.users:settings\ncall shop.users:settings -> shop.users:make{}\n"
    text += "write shop.users:make auth_user\n"
    assert walls(text.format(" [seldom]"), WallKind.CACHEABLE)
    assert not walls(text.format(""), WallKind.CACHEABLE)


def test_of_two_remedies_for_one_function_one_does() -> None:
    query = "query shop.orders:dash orders_order, auth_user, billing_invoice [sql] [aggregate]\n"
    readers = "".join(f"read shop.orders:f{i} auth_user\n" for i in range(3))
    text = "entry request shop.orders:dash\nwrite shop.users:rename auth_user\n" + readers + query
    (view,), (cached,) = (walls(text, kind) for kind in (WallKind.WIDE_JOIN, WallKind.CACHEABLE))
    assert view.proposal.endswith("; this or the cache (see its cacheable): one of both does")
    assert cached.proposal.endswith("; this or the view of its wide_join: one of both does")
    assert "one of both" not in walls(text.replace(" [aggregate]", ""), WallKind.WIDE_JOIN)[0].proposal


def test_a_function_has_one_wide_join_over_the_same_tables() -> None:
    query = "query shop.orders:dash {} [sql]\n"
    text = "entry request shop.orders:dash\n" + 2 * query.format("orders_order, auth_user, billing_invoice")
    (wall,) = walls(text, WallKind.WIDE_JOIN)
    assert len(wall.evidence) == 2
    assert len(walls(text + query.format("orders_order, auth_user, shop_line"), WallKind.WIDE_JOIN)) == 2


def test_of_rows_that_another_function_finds_nobody_knows_how_many_a_join_needs() -> None:
    asked = JOIN + (
        "query shop.orders:dash billing_invoice, orders_order, auth_user [join billing_invoice.order_id, "
        "orders_order.user_id] [filter billing_invoice.due, auth_user.name]"
    )
    assert walls(asked, WallKind.WIDE_JOIN)
    assert not walls(asked + " [given]", WallKind.WIDE_JOIN)
    assert not walls(asked + "\ndef shop.orders:dash(queryset)", WallKind.WIDE_JOIN)
    noted = asked.replace("auth_user.name]", "auth_user.orders_sum]")
    assert not walls(noted, WallKind.WIDE_JOIN), "an annotation finds nothing"
    assert walls(asked + " [given] [aggregate]", WallKind.WIDE_JOIN), "it sums up what two columns leave of them"
    alone = asked.replace("billing_invoice.due, ", "")
    assert not walls(alone + " [given] [aggregate]", WallKind.WIDE_JOIN)


@pytest.mark.parametrize(
    ("taken", "told"),
    [("user", 1), ("page: int = 1", 1), ("rows: QuerySet[Order]", 0), ("project, queryset", 0), ("request", 0)],
)
def test_what_is_given_rows_has_no_key_to_be_kept_by(taken: str, told: int) -> None:
    text = BOARD + (
        "read shop.orders:board orders_order [each 8]\nquery shop.orders:board orders_order [aggregate] [n+1]\n"
        f"def shop.orders:board({taken}) -> list[Order]\n"
    )
    assert len(walls(text, WallKind.CACHEABLE)) == told


def test_a_cache_is_told_of_all_that_writes() -> None:
    text = BOARD + "query shop.orders:board orders_order, auth_user, billing_invoice [aggregate] [sql]\n"
    (wall,) = walls(text, WallKind.CACHEABLE)
    assert "at the writes listed;" in wall.proposal
    found = facts(TABLES + text + "write shop.admin: orders_order")
    admin = [replace(one, via=Via.FRAMEWORK) if one.module.name == "shop.admin" else one for one in found.accesses]
    told = assess(replace(found, accesses=columns(Access, admin)), CUT, AssessOptions()).walls
    (wall,) = (one for one in told if one.kind is WallKind.CACHEABLE)
    assert "and where admin pages and forms write orders_order;" in wall.proposal


def test_what_writes_is_no_read_to_keep() -> None:
    text = (
        BOARD + "read shop.orders:board orders_order [each 8]\nquery shop.orders:board orders_order [aggregate] [n+1]\n"
    )
    assert walls(text, WallKind.CACHEABLE)
    reads = "read shop.users:more orders_order\nread shop.users:most orders_order\n"
    assert not walls(text + reads + "write shop.orders:board orders_order", WallKind.CACHEABLE)


def test_a_function_that_calls_itself_and_asks_nothing_walks_no_tree() -> None:
    text = (
        BOARD
        + """
        call shop.orders:board -> shop.orders:dump [each 8]
        call shop.orders:dump -> shop.orders:dump
        call shop.orders:dump -> shop.orders:load
        read shop.orders:load orders_order
    """
    )
    assert walls(text, WallKind.N_PLUS_ONE)
    assert not walls(text, WallKind.CACHEABLE)


def test_a_module_that_only_reads_many_tables_could_use_a_replica() -> None:
    reads = "\n".join(f"read shop.reports:page t{i}" for i in range(5)) + "\nentry request shop.reports:page\n"
    assert [wall.subject for wall in walls(reads, WallKind.REPLICA)] == ["shop.reports"]
    assert not walls(reads + "write shop.reports:save t1", WallKind.REPLICA)
    assert not walls(reads + "table t9 in shop.reports: id primary", WallKind.REPLICA), (
        "rows are written by their class"
    )
    assert not walls(reads + "use shop.reports:page -> shop.orders:save\nwrite shop.orders:save t1", WallKind.REPLICA)
    found = facts(TABLES + reads)
    saves = Unresolved("unknown_receiver", Module("shop.reports"), "shop/reports.py", 1, "row.save()")
    found = replace(found, unresolved=columns(Unresolved, [saves]))
    assert not [wall for wall in assess(found, CUT).walls if wall.kind is WallKind.REPLICA]


SHOWN = "".join(f"read shop.reports:rows t{i}\n" for i in range(5)) + "call shop.reports:page -> shop.reports:rows\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("entry request shop.reports:page", True),
        ("entry task shop.reports:page", True),
        ("entry task shop.reports:page\ndef shop.reports:page(*, rates: dict[str, int] = {})", True),
        ("entry task shop.reports:page\ndef shop.reports:page(self, order_id: int) -> None", False),
        ("entry task shop.reports:page\nwrite shop.orders:keep t1\ncall shop.reports:page -> shop.orders:keep", False),
        (
            "entry request shop.reports:page\nentry task shop.orders:job\ndef shop.orders:job(order_id)\n"
            "call shop.orders:job -> shop.reports:rows",
            False,
        ),
        ("entry request shop.reports:page\nread shop.reports:rows t0 [of rows]", True),
        ("", False),
        ("entry request shop.reports:page\nquery shop.reports:rows t0 [routed]", False),
        (
            "entry request shop.reports:page\nentry request shop.orders:buy\n"
            "call shop.orders:buy -> shop.reports:rows\n"
            "write shop.orders:buy orders_order",
            False,
        ),
    ],
)
def test_what_may_be_seconds_late_is_asked_by_no_request_that_writes(text: str, told: bool) -> None:
    assert bool(walls(SHOWN + text, WallKind.REPLICA)) == told


@pytest.mark.parametrize(
    ("base", "told"),
    [("View", True), ("FilterSet", False), ("QuerySet", False), ("Form", False), ("Middleware", False)],
)
def test_what_everybody_asks_and_forms_may_not_be_late(base: str, told: bool) -> None:
    reads = "".join(f"read shop.reports:My{base}.get t{i}\n" for i in range(5))
    asked = f"def class shop.reports:My{base} < lib.{base}\nentry request shop.reports:My{base}.get\n"
    assert bool(walls(reads + asked, WallKind.REPLICA)) == told
    given = "query shop.reports:MyView.get t0 [given]"
    assert not walls(reads + asked + given, WallKind.REPLICA), "somebody else began it"


def test_rows_that_callers_hand_over_are_read_where_their_query_says() -> None:
    reads = "".join(f"read shop.reports:page t{i}{' [of rows]' * (i == 4)}\n" for i in range(5))
    assert not walls(reads + "entry request shop.reports:page", WallKind.REPLICA)
    assert walls(reads.replace(" [of rows]", "") + "entry request shop.reports:page", WallKind.REPLICA)


def test_tables_that_callers_hand_over_are_read_by_them() -> None:
    reads = "\n".join(f"read shop.reports:count_related t{i}" for i in range(5))
    found = facts(f"{reads}\nentry request shop.reports:count_related")
    for line, expected in [(0, 1), (3, 0)]:
        accesses = [replace(one, line=line or one.line) for one in found.accesses]
        told = assess(replace(found, accesses=columns(Access, accesses)), CUT).walls
        assert sum(wall.kind is WallKind.REPLICA for wall in told) == expected


@pytest.mark.parametrize(
    "text",
    [
        "call shop.reports:page -> shop.orders:keep\ncall shop.orders:keep -> shop.orders:save\n"
        "write shop.orders:save t1",
        "def class shop.base:Edit\ndef class shop.reports:Page < shop.base.Edit\nwrite shop.base:Edit.post t1",
        "def class shop.reports:Page < rest_framework.viewsets.ModelViewSet",
        "def class shop.reports:Page < django.forms.ModelForm",
        "def class shop.reports:Page < django.db.models.Model",
        "def class shop.reports:Page < django.views.generic.UpdateView",
        "def class shop.base:Edit < django.forms.ModelForm\nuse shop.reports:make -> shop.base:Edit [inherit]",
    ],
)
def test_who_writes_by_what_it_calls_or_inherits_needs_the_first_database(text: str) -> None:
    reads = "\n".join(f"read shop.reports:Page.get t{i}" for i in range(5)) + "\nentry request shop.reports:Page.get\n"
    assert not walls(reads + text, WallKind.REPLICA)
    assert walls(
        reads + re.sub("Model|Update", "List", text).replace("ListForm", "Page").replace("write", "read"),
        WallKind.REPLICA,
    )


def test_a_drivers_own_connection_lies_outside_of_the_engines_pool() -> None:
    connect = "connect shop.orders:dump psycopg2.connect\n"
    (wall,) = walls(connect, WallKind.RAW_CONNECTION)
    assert (wall.subject, wall.tables, wall.evidence[0].function) == ("shop.orders:dump", (), "dump")
    (wall,) = walls(connect + "read shop.orders:load orders_order [sql]", WallKind.RAW_CONNECTION)
    assert "SQL over orders_order" in wall.why
    assert not assess(facts(connect), CUT).walls


MEASURED = 'query,calls,total_exec_time\n"SELECT total FROM orders_order WHERE status = $1",9,99\nSELECT 1,9,1\n'


def test_measured_costs_replace_the_guess() -> None:
    query = "query shop.orders:load orders_order [filter orders_order.status]\n"
    (wall,) = walls(query, WallKind.MISSING_INDEX, MEASURED)
    assert (wall.hot, wall.measured) == (True, 99.0)
    (wall,) = walls(query.replace("status", "total"), WallKind.MISSING_INDEX, MEASURED.replace(" total ", " id "))
    assert (wall.hot, wall.measured) == (False, 0.0)


EXPORT = """query,calls,total_exec_time
"SELECT ""orders_order"".""status"" FROM ""orders_order"" WHERE ""orders_order"".""id"" = $1",9,50
"SELECT ""auth_user"".""name"" FROM ""auth_user"" WHERE ""auth_user"".""id"" = $1 LIMIT $2",999,30
"SELECT ""billing_invoice"".""due"" FROM ""billing_invoice"" INNER JOIN ""auth_user"" ON (""due"" = $1)",9,15
BEGIN,99,4
<insufficient privilege>,1,1
"SELECT ""orders_order"".""id"", ""orders_or",1,0
"""


def test_an_export_of_statements_tells_what_each_asks_for() -> None:
    """A list of columns filters by none; what goes back for each row asks one table at a time."""
    query = "query shop.orders:load orders_order [filter orders_order.status]\n"
    (wall,) = walls(query, WallKind.MISSING_INDEX, EXPORT)
    assert (wall.hot, wall.measured) == (False, 0.0) and wall.why.endswith("; nothing like it was measured")
    loop = "read shop.orders:page auth_user [each 3]\nread shop.orders:page billing_invoice [each 3]\n"
    (wall,) = walls(loop, WallKind.N_PLUS_ONE, EXPORT)
    assert wall.measured == 45.0
    assert wall.why.endswith("; such statements took 45.0 % of all that was measured (45 ms)")
    (wall,) = walls(loop.replace("read shop.orders:page billing_invoice [each 3]", ""), WallKind.N_PLUS_ONE, EXPORT)
    assert wall.measured == 30.0


def test_what_statements_cannot_tell_stays_a_guess() -> None:
    reads = "\n".join(f"read shop.reports:page t{i}" for i in range(5)) + "\nentry request shop.reports:page"
    (guess,) = walls(reads, WallKind.REPLICA)
    assert walls(reads, WallKind.REPLICA, EXPORT) == [guess]
    (told,) = walls(reads, WallKind.REPLICA, EXPORT + "shop.reports:show,3,100")
    assert (told.hot, told.measured) == (False, 0.0)


def test_a_long_statement_and_a_byte_order_mark_are_read() -> None:
    (row,) = read_runtime("\ufeffquery,calls\n" + '"' + "x" * 200_000 + '",3\n')
    assert row.cost == 3.0


def test_functions_are_measured_by_name() -> None:
    (wall,) = walls(
        "read shop.orders:page auth_user [each 3]",
        WallKind.N_PLUS_ONE,
        '[{"function": "shop.orders.page", "calls": 12}]',
    )
    assert (wall.hot, wall.measured) == (True, 12.0)
    assert wall.why.endswith("; it took 100.0 % of all that was measured (12 calls)")


@pytest.mark.parametrize("text", ["[1]", "{", "a,b\n1,2", "query,calls\nSELECT,many", '{"query": "x"}'])
def test_a_runtime_file_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="runtime file"):
        read_runtime(text)
