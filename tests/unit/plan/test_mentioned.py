"""What a cut says of files that run the program, and of scripts that stay."""

from dataclasses import replace

from decompose.model.facts import Mention, ModuleKind
from decompose.model.names import Module
from decompose.plan.cut import surroundings
from decompose.plan.cut.mentioned import told
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
    assert {boundary.name: list(told(some)) for boundary, some in around.mentions.items()} == {
        "notes": [
            "what builds, tests, starts or schedules the program names what goes along: manage.py note at Makefile:3; "
            "what they do for it is done for the new process from then on"
        ],
        "cart": [
            "what builds, tests, starts or schedules the program names what goes along: shop/cart/ at ci.yml:7; "
            "what they do for it is done for the new process from then on"
        ],
    }


def test_scripts_that_stay_are_told_apart_from_tests() -> None:
    cut = replace(CUT, followers=((Module("tools.late"), CUT.boundaries[1].boundary),))
    notes = next(fact.boundary for fact in CUT.boundaries if fact.boundary.name == "notes")
    cut = replace(cut, followers=((Module("tools.late"), notes),))
    (places,) = surroundings(facts(CODE), cut).strangers[notes].items()
    assert places[0] is ModuleKind.SCRIPT
    assert [at.file for at in places[1]] == ["tools/report.py"]
