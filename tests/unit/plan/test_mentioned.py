"""What a cut says of files that run the program, and of scripts that stay."""

from dataclasses import replace

from decompose.model.facts import Mention
from decompose.model.judgements import Form
from decompose.model.names import Module
from decompose.plan.cut import cut, surroundings
from tests.builders import facts, partition

CUT = partition("""
    notes: shop.notes
    cart:  shop.cart
""")
CODE = """
module shop.notes 20
module shop.cart 90
module tools.report 9 script
module tools.late 9 script
import tools.report -> shop.notes
import tools.late -> shop.notes
"""


def test_lines_of_files_that_run_the_program_are_told_by_what_they_name() -> None:
    found = replace(
        facts(CODE),
        mentions=(
            Mention(Module("shop.notes"), "manage.py note", "Makefile", 3),
            Mention(Module("shop.nothing"), "shop.nothing", "Makefile", 4),
            Mention(Module("shop.cart"), "shop/cart/", "ci.yml", 7),
        ),
    )
    around = surroundings(found, CUT)
    assert {boundary.name: list(some.told()) for boundary, some in around.mentions.items()} == {
        "notes": [
            "what builds, tests, starts or schedules the program names what goes along: manage.py note at Makefile:3; "
            "what they do for it is done for the new process from then on"
        ],
        "cart": [
            "what builds, tests, starts or schedules the program names what goes along: shop/cart/ at ci.yml:7; "
            "what they do for it is done for the new process from then on"
        ],
    }


def test_tests_that_name_as_text_what_is_elsewhere_are_told_on_both_sides() -> None:
    found = facts(f"{CODE}module tests.test_cart 9 test\nmodule tests.test_notes 9 test\nmodule tests.test_all 9 test")
    texts = (("shop.notes", "test_cart", 3), ("shop.notes", "test_notes", 4), ("shop.cart", "test_all", 5))
    made = tuple(Mention(Module(module), f"{module}.pay", f"tests/{file}.py", line) for module, file, line in texts)
    notes, cart = sorted((one.boundary for one in CUT.boundaries), key=lambda one: one.name, reverse=True)
    cuts = replace(CUT, followers=((Module("tests.test_cart"), cart), (Module("tests.test_notes"), notes)))
    around = surroundings(replace(found, mentions=made), cuts).mentions
    (stay,) = around[notes].told()
    assert stay.startswith(
        "tests that stay name as text what goes along, first shop.notes.pay: what they patch there (mock.patch) they "
        "patch where that is from then on, in a library or where its API is asked"
    )
    assert stay.endswith("a copy: tests/test_cart.py:3")
    others, goes = around[cart].told()
    assert others.endswith("a copy: tests/test_all.py:5")
    assert goes.endswith("what takes its place there: tests/test_cart.py:3")


def test_scripts_that_stay_are_told_apart_from_tests() -> None:
    cuts = replace(CUT, followers=((Module("tools.late"), CUT.boundaries[1].boundary),))
    notes = next(fact.boundary for fact in CUT.boundaries if fact.boundary.name == "notes")
    cuts = replace(cuts, followers=((Module("tools.late"), notes),))
    found = surroundings(facts(CODE), cuts).strangers[notes]
    assert [at.file for at in found.scripts] == ["tools/report.py"] and not found.tests


def test_scripts_that_go_along_are_named() -> None:
    notes = next(fact for fact in CUT.boundaries if fact.boundary.name == "notes")
    around = surroundings(facts(CODE), replace(CUT, followers=((Module("tools.late"), notes.boundary),)))
    told = list(cut(notes, Form.SERVICE, around, (), (), ""))
    assert "1 script goes along: tools/late.py" in told


def test_a_stand_in_for_a_constant_shows_nothing() -> None:
    more = """
def constant shop.notes:GREETINGS
def shop.notes:greet()
module tests.test_cart 9 test
import tests.test_cart -> shop.notes : GREETINGS, greet
"""
    (notes,) = surroundings(facts(CODE + more), CUT).strangers.values()
    told, _ = notes.told()
    line = (CODE + more).count("\n")
    assert told == (
        f"tests that stay import it, and get its face or a stand-in instead: tests/test_cart.py:{line}; a stand-in for "
        f"a constant shows nothing: a test of it goes where that is (GREETINGS at tests/test_cart.py:{line})"
    )
