"""What a cut says of rows that a type and an id lead to."""

from dataclasses import replace

from decompose.model.columns import columns
from decompose.model.facts import Access, Confidence
from decompose.plan.cut.chosen import Chosen, chosen
from decompose.plan.cut.chosen import told as of_several
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


HANDS = "who hands one over hands a name (app.model), and for its own it is asked"
CHOICE = """
read shop.flags:view cart_cart
read shop.flags:view mail_mail
call shop.flags:view -> shop.flags:make
column shop.flags:make flags_flag. [new]
column shop.flags:make flags_flag.note [new]
"""


def choices(text: str, sure: Confidence = Confidence.LIKELY) -> tuple[Chosen, ...]:
    found = facts(text)
    line = next(one.line for one in found.accesses)
    home = {module: fact.boundary for fact in CUT.boundaries for module in fact.modules}
    owners = {table: fact.boundary for fact in CUT.boundaries for table in fact.tables}
    accesses = [replace(one, line=line, confidence=sure) for one in found.accesses]
    return chosen(replace(found, accesses=columns(Access, accesses)), home, owners)


def test_a_class_that_is_chosen_by_a_name_is_in_no_other_process() -> None:
    owners = {table: fact.boundary for fact in CUT.boundaries for table in fact.tables}
    flags = CUT.boundaries[[fact.boundary.name for fact in CUT.boundaries].index("flags")].boundary
    (told,) = of_several(flags, choices(CODE + CHOICE), owners)
    at = f"shop/flags.py:{CODE.count(chr(10)) + 2}"
    assert told.startswith(
        "in it a row is asked for of one of several tables, by a class that no other process has: "
        f"{at} (cart_cart of cart, mail_mail of mail); a name (app.model) takes the class's place there"
    )
    cart = next(fact.boundary for fact in CUT.boundaries if fact.boundary.name == "cart")
    (told,) = of_several(cart, choices(CODE + CHOICE), owners)
    assert told.startswith("lines that stay ask for a row of one of several tables, some of them its own, by a class")
    assert told.endswith(f"{at} (cart_cart of cart, mail_mail of mail); {HANDS}")
    assert not choices(CODE + CHOICE, Confidence.CERTAIN), "both are asked"
    assert not choices(CODE + CHOICE.replace("flags:view", "flags:Any.view")), "a base asks for those of all below it"


def test_who_makes_such_a_row_with_its_object_gives_type_and_id() -> None:
    keys = pointed(facts(CODE + ASKED + CHOICE), CUT, choices(CODE + ASKED + CHOICE))
    owners = {table: fact.boundary for fact in CUT.boundaries for table in fact.tables}
    flags = next(fact for fact in CUT.boundaries if fact.boundary.name == "flags")
    known, made, _ = dealt(flags, keys, owners)
    lines = (CODE + ASKED).count("\n")
    chooses = f"shop/flags.py:{lines + 2} may give one"
    assert f"rows of cart_cart of cart ({chooses}), of mail_mail of mail ({chooses}), and of what else" in known
    assert made == (
        "rows of flags_flag are made with the object that object_id leads to, which no API hands over where it is of "
        f"others: at shop/flags.py:{lines + 5}, {lines + 6} its type and its id are given in its place"
    )
    given = CHOICE.replace("flags_flag.note", "flags_flag.object_id")
    found = facts(CODE + given)
    one = replace(
        found, columns=columns(type(next(iter(found.columns))), [replace(each, line=9) for each in found.columns])
    )
    assert not pointed(one, CUT)[0].made
