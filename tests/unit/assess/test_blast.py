"""Relations + Partition -> BlastRadius."""

from dataclasses import replace

from decompose.assess.blast import blast_radius
from decompose.model.blast import BlastRadius, Spread
from decompose.model.names import Boundary, Module, Table
from decompose.pipeline import Options, _between
from decompose.relate import relate
from tests.builders import facts, partition

CUT = "orders: shop.orders shop.lines | orders_order\nbilling: shop.billing shop.ledger"

TIED = "\n".join(f"commit ann {90 - i} shop/lines.py shop/ledger.py" for i in range(12))
ALONE = "\n".join(f"commit bob {70 - i} shop/{'orders' if i % 2 else 'billing'}.py" for i in range(60))
SHOP = f"""
module shop.orders 100
module shop.lines 10
module shop.billing 50
module shop.ledger 10
table orders_order in shop.orders: id primary
{TIED}
{ALONE}
"""


def of(text: str, cut: str = CUT) -> BlastRadius:
    relations, drawn = relate(facts(text)), partition(cut)
    return blast_radius(relations, drawn, _between(relations, drawn, Options().relate))


def test_modules_that_change_together_without_a_tie_are_hidden_coupling_with_proof() -> None:
    (found,) = of(SHOP).hidden
    assert (found.a, found.b, found.support) == (Module("shop.ledger"), Module("shop.lines"), 12)
    assert found.confidence == (1.0, 1.0)
    assert found.commits == tuple(f"{i:040x}" for i in range(5))


def test_what_the_proposal_would_part_comes_first_and_then_what_changes_together_most() -> None:
    pairs = {"shop/orders.py shop/lines.py": 20, "shop/lines.py shop/billing.py": 9,
             "shop/lines.py shop/ledger.py": 12}  # fmt: skip
    lines = [f"commit ann {400 - i} {files}" for files, times in pairs.items() for i in range(times)]
    lines += [f"commit bob {300 - i} shop/free.py" for i in range(250)]
    modules = [f"module shop.{name}" for name in ("orders", "lines", "billing", "ledger", "free")]
    found = of("\n".join([*modules, *lines])).hidden
    assert [(str(pair.a), str(pair.b)) for pair in found] == [
        ("shop.ledger", "shop.lines"), ("shop.billing", "shop.lines"), ("shop.lines", "shop.orders"),
    ]  # fmt: skip


def test_an_import_path_a_common_table_or_wiring_explains_it() -> None:
    for tie in (
        "import shop.lines -> shop.orders : x\nimport shop.orders -> shop.ledger : y",
        "read shop.lines:f orders_order\nwrite shop.ledger:g orders_order",
        "wire signal shop.ledger -> shop.lines : saved",
    ):
        found = of(SHOP + tie)
        assert not found.hidden
        assert any(sentence.startswith("no hidden coupling: 12 changes") for sentence in found.silence)


def test_boundaries_that_change_together_are_listed() -> None:
    assert [(str(pair.a), str(pair.b), pair.support) for pair in of(SHOP).boundaries] == []
    crossing = SHOP + "\n".join(f"commit eve {i % 9} shop/free.py" for i in range(200)) + "\nmodule shop.free"
    (pair,) = of(crossing, CUT + "\nfree: shop.free").boundaries
    assert (str(pair.a), str(pair.b), pair.support) == ("billing", "orders", 12)


def test_tables_change_together_through_the_modules_that_declare_and_use_them() -> None:
    apart = "\n".join(f"commit eve {i % 9} shop/free.py" for i in range(200))
    used = """
    module shop.free
    table shop_free in shop.free: id primary
    table line in shop.lines: id primary
    table entry in shop.ledger: id primary
    """
    (pair,) = of(SHOP + "\n" + used + apart, CUT + "\nfree: shop.free").tables
    assert ({str(pair.a), str(pair.b)}, pair.support) == ({"entry", "line"}, 12)
    assert len(pair.commits) == 5


def test_owners_that_a_change_reaches_are_spread_too() -> None:
    """Eight changes of both modules and one of the second alone; the first is the owners', the second its author's."""
    days = "\n".join(f"commit ann {9 - i} shop/orders.py shop/lines.py" for i in range(8))
    text = f"module shop.orders\nmodule shop.lines\n{days}\ncommit ann 0 shop/lines.py"
    relations = relate(replace(facts(text), owners={"shop/orders.py": ("@sales", "@money")}))
    drawn = partition("orders: shop.orders\nlines: shop.lines")
    found = {
        one.subject: one for one in blast_radius(relations, drawn, _between(relations, drawn, Options().relate)).radii
    }
    assert found[Module("shop.orders")].people == Spread(3, 3, 3)
    assert found[Module("shop.lines")].people == Spread(2.7778, 3, 3)
    assert found[Boundary("lines")].boundaries == Spread(1.8889, 2, 2)


def test_radius_of_modules_boundaries_and_tables() -> None:
    radii = {radius.subject: radius for radius in of(SHOP).radii}
    lines, orders, table = radii[Module("shop.lines")], radii[Boundary("orders")], radii[Table("orders_order")]
    assert (lines.changes, lines.modules.mean, lines.boundaries.mean) == (12, 2, 2)
    assert (orders.changes, orders.modules.mean, orders.modules.median, orders.modules.p90) == (42, 1.2857, 1, 2)
    assert (table.changes, table.tables.mean) == (30, 1)


def test_hotspots_are_frequency_times_size() -> None:
    first = of(SHOP).hotspots[0]
    assert (first.module, first.changes, first.lines) == (Module("shop.orders"), 30, 100)


def test_collisions_are_two_people_in_one_module_within_days_more_than_once() -> None:
    days = "\n".join(
        f"commit {who} {day} shop/orders.py" for who, day in [("a", 9), ("b", 7), ("a", 5), ("a", 4), ("b", 0)]
    )
    (found,) = of("module shop.orders\nmodule shop.lines\n" + days + "\ncommit a 0 shop/lines.py").collisions
    assert (found.module, found.people, found.times, found.days) == (Module("shop.orders"), ("a", "b"), 2, 3)


def test_a_sweep_through_the_code_meets_nobody() -> None:
    modules = "".join(f"module shop.m{i}\n" for i in range(40))

    def met(files: int) -> list[int]:
        theirs = " ".join(f"shop/m{i}.py" for i in range(files))
        days = "\n".join(f"commit a {day + 1} shop/m0.py\ncommit b {day} {theirs}" for day in (8, 5, 2))
        return [one.times for one in of(modules + days).collisions]

    assert (met(30), met(31)) == ([5], [])


def test_who_knows_a_boundary() -> None:
    known = {found.boundary: found for found in of(SHOP).knowledge}
    assert known[Boundary("orders")].people[0][0] == "bob"
    assert known[Boundary("orders")].verdict == "one person"
    many = "\n".join(f"commit p{i} {9 - i} shop/orders.py" for i in range(9))
    assert of("module shop.orders\n" + many, "orders: shop.orders").knowledge[0].verdict == "nobody"


def test_too_little_history_says_so_with_the_number() -> None:
    found = of("module shop.orders\ncommit ann 1 shop/orders.py", "orders: shop.orders")
    assert found.silence[0] == "1 commit changes source modules: too few to conclude anything from them"
    assert of("module shop.orders", "orders: shop.orders").changes == 0
