"""SQL whose pieces stand under names: mappings, `locals()`, fields of a template, tables that nobody declares."""

import pytest

from tests.accesses import DJANGO, found

IMPORTS = "from psycopg2 import sql\nfrom django.db import connection\nfrom shop.models import Customer, Order\n"


def touched(lines: str) -> set[str]:
    text = IMPORTS + "def f(txn, rows):\n" + "".join(f"    {line}\n" for line in lines.splitlines())
    accesses = found({"shop.models": DJANGO, "app": text}).accesses
    return {f"{one.op} {one.table}" for one in accesses if one.module.name == "app"}


@pytest.mark.parametrize(
    "lines",
    [
        "named = {'t': Order._meta.db_table}\ntxn.execute('update {t} set total = 1'.format(**named))",
        "named = dict(t=Order._meta.db_table)\ntxn.execute('update {t} set total = 1'.format_map(named))",
        "t = Order._meta.db_table\ntxn.execute('update %(t)s set total = 1' % locals())",
        "t = Order._meta.db_table\ntxn.execute('update {t} set total = 1'.format(**locals()))",
        "txn.execute('update {model._meta.db_table} set total = 1'.format(model=Order))",
        "txn.execute('update {0!s} set total = {1:d}'.format(Order._meta.db_table, 1))",
        "txn.execute('update {} set total = {n}'.format(Order._meta.db_table, n=1))",
        "txn.execute(sql.SQL('update {} set total = 1').format(sql.Identifier('public', 'shop_order')))",
    ],
)
def test_a_piece_is_found_by_the_name_under_which_it_stands(lines: str) -> None:
    assert touched(lines) == {"write shop_order"}


def test_a_table_between_that_no_class_declares_has_a_name() -> None:
    line = "txn.execute('select * from %(t)s' % {'t': Order.tags.through._meta.db_table})"
    assert touched(line) == {"read shop_order_tags"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drop table shop_order", {"write shop_order"}),
        ("drop table if exists shop_order, shop_customer", {"write shop_order", "write shop_customer"}),
        ("alter table shop_order drop constraint total_positive", {"write shop_order"}),
        ("alter table shop_order rename to shop_customer", {"write shop_order"}),
        (
            "create temp table late as select * from shop_order; update shop_customer set x = 1 from late",
            {"read shop_order", "write shop_customer"},
        ),
        ("select * into shop_customer from shop_order", {"read shop_order", "write shop_customer"}),
        ("select * into temporary late from shop_order", {"read shop_order"}),
    ],
)
def test_only_tables_that_last_are_touched(text: str, expected: set[str]) -> None:
    assert touched(f"connection.cursor().execute({text!r})") == expected
    assert touched(f"cursor = connection.cursor()\ncursor.execute({text!r})\ncursor.execute('select * from late')") == (
        expected if "late" in text else expected | {"read late"}
    )


def test_a_name_may_be_that_of_any_of_many_tables() -> None:
    models = "from django.db import models\n" + "".join(f"class T{n}(models.Model):\n    pass\n" for n in range(9))
    names = "    if rows == 0:\n        return 't'\n" + "".join(
        f"    if rows == {n}:\n        return 'shop_t{n}'\n" for n in range(9)
    )
    text = f"def name(rows):\n{names}def f(txn, rows):\n    txn.execute(f'select * from {{name(rows)}}')\n"
    text += "def g(txn, rows):\n    txn.execute('delete from %s' % name(rows))\n"
    accesses = found({"shop.models": models, "app": text}).accesses
    assert {(one.function, one.table.name) for one in accesses} == {(f, f"shop_t{n}") for f in "fg" for n in range(9)}
