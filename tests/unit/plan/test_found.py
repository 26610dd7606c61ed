"""By what rows are asked for: the columns that the code finds them by, and not an id that nobody has."""

from dataclasses import replace

import pytest

from decompose.model.columns import columns
from decompose.model.facts import Access, Op, Query
from decompose.model.names import Table
from tests.builders import facts, partition
from tests.unit.plan.test_sketches import made

CUT = partition("orders: shop.orders | orders_order\nusers: shop.users | u_user u_group u_user_groups u_profile")
TABLES = """
table orders_order in shop.orders: id primary
table u_user in shop.users: id primary, email
table u_group in shop.users: id primary, name
table u_user_groups in shop.users: id primary, user_id, group_id
table u_profile in shop.users: user_id primary, locale
fk u_user_groups.user_id -> u_user
fk u_user_groups.group_id -> u_group
fk u_profile.user_id -> u_user
fk u_user.org_id -> orders_order
"""


def asked(table: str, text: str) -> list[str]:
    """The addresses behind that of `table`; `10 read ...` stands on line 10."""
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line]
    at = {number: int(line) for number, (line, _) in enumerate(lines, TABLES.count("\n") + 1)}
    found = facts(TABLES + "\n".join(fact for _, fact in lines))
    found = replace(
        found,
        accesses=columns(Access, (replace(one, line=at[one.line]) for one in found.accesses)),
        queries=columns(Query, (replace(one, line=at[one.line]) for one in found.queries)),
        tables=tuple(
            replace(one, model="User.groups") if one.table == Table("u_user_groups") else one for one in found.tables
        ),
    )
    remedy = next(one for one in made(found, CUT) if one.id == f"table.{Op.READ}:orders->users:{table}")
    routes = [line.split()[1] for line in remedy.sketch.splitlines() if line.startswith("GET")]
    return [route.rpartition("/")[2].removeprefix(table.removeprefix("u_").replace("_", "-")) for route in routes]


@pytest.mark.parametrize(
    ("table", "text", "routes"),
    [
        ("u_profile", "10 read shop.orders:f u_profile [relation]", ["{user_id}"]),
        ("u_profile", "10 read shop.orders:f u_profile\n10 query shop.orders:f u_profile [filter u_profile.user_id]",
         ["{user_id}"]),
        # two classes of one line: the query of the other one says nothing
        ("u_user", "10 read shop.orders:f u_user\n10 query shop.orders:f u_user [filter u_user.email]\n"
         "10 query shop.orders:f orders_order [filter orders_order.id]", ["?email="]),
        # late = User.objects.filter(email=...)      for user in late: ...
        ("u_user", "10 read shop.orders:f u_user\n10 query shop.orders:f u_user [filter u_user.email]\n"
         "12 read shop.orders:f u_user", ["?email="]),
        ("u_user", "10 read shop.orders:f u_user\n10 query shop.orders:f u_user [filter u_user.email]\n"
         "12 read shop.orders:g u_user [relation]", ["?email=", "{id}"]),
        # who asks for many by their ids has one by its own, too
        ("u_user", "10 read shop.orders:f u_user\n"
         "10 query shop.orders:f u_user, orders_order [filter orders_order.paid]\n"
         "12 read shop.orders:g u_user [relation]", ["?ids="]),
        ("u_user", "10 read shop.orders:f u_user [relation]\n10 query shop.orders:f orders_order [prefetch u_user]",
         ["?ids="]),
        # users.filter(groups__in=groups)
        ("u_user", "10 read shop.orders:f u_user\n10 read shop.orders:f u_user_groups [relation]\n"
         "10 query shop.orders:f u_group, u_user, u_user_groups [filter u_user.]", ["?ids="]),
        ("u_user_groups", "10 read shop.orders:f u_user\n10 read shop.orders:f u_user_groups [relation]\n"
         "10 query shop.orders:f u_group, u_user, u_user_groups [filter u_user.]", ["?group_id="]),
        ("u_user_groups", "10 read shop.orders:f u_user_groups [relation]\n"
         "10 query shop.orders:f u_group, u_user, u_user_groups [filter u_group.name]", ["?group_id="]),
        # user.groups.all()
        ("u_user_groups", "10 read shop.orders:f u_user_groups [relation]\n10 read shop.orders:f u_group [relation]\n"
         "10 query shop.orders:f u_group [relation] [given]", ["?user_id="]),
        ("u_group", "10 read shop.orders:f u_user_groups [relation]\n10 read shop.orders:f u_group [relation]\n"
         "10 query shop.orders:f u_group [relation] [given]", ["?user_id="]),
        # order.users.all(), order.users.filter(email=...)
        ("u_user", "10 read shop.orders:f u_user [relation]\n10 query shop.orders:f u_user [relation] [given]",
         ["?org_id="]),
        ("u_user", "10 read shop.orders:f u_user [relation]\n"
         "10 query shop.orders:f u_user [relation] [given] [filter u_user.email]", ["?email=&org_id="]),
    ],
)  # fmt: skip
def test_rows_are_asked_for_by_what_the_code_finds_them_by(table: str, text: str, routes: list[str]) -> None:
    assert sorted(asked(table, text)) == routes
