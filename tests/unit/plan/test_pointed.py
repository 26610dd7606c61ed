"""What a cut says of rows that a type and an id lead to."""

from decompose.plan.cut.pointed import dealt, pointed
from tests.builders import facts, partition

CUT = partition("""
    flags: shop.flags | flags_flag
    cart:  shop.cart  | cart_cart
    mail:  shop.mail  | mail_mail
""")
CODE = """
module shop.flags 2000
module shop.cart 9000
module shop.mail 3000
table flags_flag in shop.flags: id primary
table cart_cart in shop.cart: id primary
table mail_mail in shop.mail: id primary
table django_content_type in shop.flags: id primary
fk flags_flag.content_type_id -> django_content_type [cascade]
generic flags_flag.object_id -> any
"""
ASKED = """
column shop.flags:view flags_flag.object_id [behind]
column shop.mail:send flags_flag.object_id [behind]
column shop.mail:late flags_flag.object_id [read]
"""


def told(text: str) -> dict[str, list[str]]:
    keys = pointed(facts(CODE + text), CUT)
    homes = {table: fact.boundary for fact in CUT.boundaries for table in fact.tables}
    return {fact.boundary.name: list(dealt(fact, keys, homes)) for fact in CUT.boundaries}


def test_who_asks_for_such_rows_is_told_what_to_do() -> None:
    lines = CODE.count("\n")
    mine, theirs = f"shop/flags.py:{lines + 2}", f"shop/mail.py:{lines + 3}"
    left = (
        "they get the type and the id with the row, find what is their own by these, and ask its owner for what is not"
    )
    assert told(ASKED) == {
        "flags": [
            f"what flags_flag.object_id leads to, by a type and an id, is asked for at {mine}: which tables these are "
            "of only its types tell (SELECT DISTINCT content_type_id FROM flags_flag); it keeps a list of types "
            "(app.model) with their owners, asks each for its rows by type and id, and takes a type that nobody "
            "answers for as a row that is gone",
            f"lines that stay ask for what flags_flag.object_id leads to: {theirs}; {left}",
        ],
        "mail": [f"its lines ask for what flags_flag.object_id of flags leads to: {theirs}; {left}"],
        "cart": [],
    }


def test_tables_whose_classes_say_so_are_named() -> None:
    known = told(ASKED + "generic flags_flag.object_id -> cart_cart\n")
    assert (
        "rows of cart_cart of cart, whose classes say so (GenericRelation), and of what else its types"
        in known["flags"][0]
    )
    lines = CODE.count("\n")
    assert known["cart"] == [
        "rows of cart_cart may be what flags_flag.object_id of flags leads to, as their classes say (GenericRelation), "
        f"where that is asked for: shop/flags.py:{lines + 2}, shop/mail.py:{lines + 3}; it answers for them "
        "by type and id"
    ]
