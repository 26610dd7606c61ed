from dataclasses import replace

import pytest

from decompose.assess.growing import growing
from decompose.assess.loops import Loop
from decompose.model.facts import Facts, Op
from decompose.model.names import Module
from tests.builders import facts

TABLES = """
    table auth_user in shop.users: id primary
    table shop_order in shop.orders: id primary, user_id
    table shop_line in shop.orders: id primary, order_id
    table shop_menu in shop.menus: id primary, name
    table shop_mail in shop.mails: id primary, text
    table shop_invoice in shop.bills: id primary
    fk shop_order.user_id -> auth_user
    fk shop_line.order_id -> shop_order
"""


def names(found: Facts, *loops: Loop) -> set[str]:
    return {table.name for table in growing(found, tuple(found.accesses), loops)}


def test_what_belongs_to_people_grows_near_or_far() -> None:
    assert names(facts(TABLES)) == {"auth_user", "shop_order", "shop_line"}


@pytest.mark.parametrize(
    ("keys", "grows"),
    [
        ("fk shop_menu.owner -> auth_user [set_null]", True),
        ("fk shop_menu.latest -> shop_order [set_null]", True),
        ("fk shop_menu.latest -> shop_order [set_null]\nfk shop_order.menu -> shop_menu", False),
        ("fk shop_menu.latest -> shop_line [set_null]\nfk shop_order.menu -> shop_menu", False),
        ("fk shop_menu.latest -> shop_line\nfk shop_order.menu -> shop_menu", True),
    ],
)
def test_a_note_of_one_of_many_does_not_make_a_table_grow(keys: str, grows: bool) -> None:
    """latest_order = models.ForeignKey(Order, on_delete=models.SET_NULL) beside Order.menu"""
    assert ("shop_menu" in names(facts(TABLES + keys))) == grows


@pytest.mark.parametrize("base", ["django.contrib.auth.models.AbstractUser", "shop.users.Base"])
def test_people_are_known_by_their_bases(base: str) -> None:
    text = (
        TABLES
        + f"""
        table shop_member in shop.users: id primary
        table shop_note in shop.users: id primary, member_id
        fk shop_note.member_id -> shop_member
        def class shop.users:Member < {base}
        def class shop.users:Base < flask_login.UserMixin
    """
    )
    found = facts(text)
    tables = tuple(replace(one, model="Member") if one.table.name == "shop_member" else one for one in found.tables)
    assert names(replace(found, tables=tables)) >= {"shop_member", "shop_note"}


def test_what_is_noted_of_any_row_grows() -> None:
    text = """
        table django_content_type in : id primary
        table shop_note in shop.notes: id primary, object_type_id, object_id
        table shop_kind in shop.notes: id primary, object_type_id
        fk shop_note.object_type_id -> django_content_type
        fk shop_kind.object_type_id -> django_content_type
    """
    assert names(facts(TABLES + text)) & {"shop_note", "shop_kind"} == {"shop_note"}


def test_what_is_written_for_each_row_grows() -> None:
    found = facts(TABLES + "write shop.mails:send shop_mail [each 3]\nwrite shop.menus:sort shop_menu [each 5]")
    items = {one.table.name: one for one in found.accesses if one.op is Op.WRITE}
    send = Loop(Module("shop.mails"), "send", "shop/mails.py", 3, (items["shop_mail"],), frozenset(), frozenset())
    assert "shop_mail" in names(found, send)
    menus = items["shop_menu"]
    itself = replace(send, file=menus.file, line=menus.line, items=(menus,))
    assert "shop_menu" not in names(found, itself), "the loop goes over the rows that it changes"


def test_what_is_written_together_with_its_growing_rows_grows() -> None:
    text = (
        TABLES
        + """
        table shop_item in shop.bills: id primary, invoice_id, order_id
        fk shop_item.invoice_id -> shop_invoice
        fk shop_item.order_id -> shop_order
        write shop.bills:draft shop_invoice
    """
    )
    assert "shop_invoice" not in names(facts(text))
    assert "shop_invoice" in names(facts(text + "write shop.bills:draft shop_item"))
