import re

from decompose.render import changes, changes_markdown, page
from tests.builders import facts, partition
from tests.documents import CUT, SHOP, document, hostile, shop


def test_nothing_is_different_from_itself() -> None:
    found = changes(shop(), shop())
    assert changes_markdown(found) == "Nothing is different."
    assert not any(found[key] for key in ("moved", "owners", "seams_added", "seams_removed", "boundaries_added"))  # type: ignore[literal-required]


def test_moves_owners_and_seams_are_listed() -> None:
    moved = CUT.replace("shop.orders_lines ", "").replace("shop.people |", "shop.people shop.orders_lines |")
    moved = moved.replace("| billing_invoice", "").replace("| orders_order", "| orders_order billing_invoice")
    new = document(facts(SHOP + "import shop.billing -> shop.people : User\n"), partition(moved))
    found = changes(shop(), new)
    assert found["moved"] == [{"name": "shop.orders_lines", "before": "orders", "after": "people"}]
    assert found["owners"] == [{"name": "billing_invoice", "before": "billing", "after": "orders"}]
    assert "shop.people" in {row["target"] for row in found["seams_added"]}
    assert {row["kind"] for row in found["seams_removed"]} >= {"table"}
    text = changes_markdown(found)
    assert "- `shop.orders_lines`: `orders` → `people`" in text
    assert "**1 table new, gone or with another owner**" in text


def test_boundaries_come_and_go_and_so_do_modules() -> None:
    fewer = document(facts("module shop.orders 10\nmodule shop.new 5"), partition("sales: shop.orders shop.new"))
    found = changes(shop(), fewer)
    assert (found["boundaries_added"], found["boundaries_removed"]) == (["sales"], ["billing", "orders", "people"])
    moves = {row["name"]: (row["before"], row["after"]) for row in found["moved"]}
    assert moves["shop.new"] == ("new", "sales")
    assert moves["shop.billing"] == ("billing", "gone")
    assert {"name": "tables", "before": 3, "after": 0} in found["figures"]
    text = changes_markdown(found)
    assert "- `shop.new`: new, in `sales`" in text
    assert "- `shop.billing`: gone from `billing`" in text


def test_hostile_names_stay_text() -> None:
    found = changes(shop(), hostile())
    assert "<script" not in re.sub(r"(`+).*?\1", "", changes_markdown(found))
    assert page(hostile(), since=found).count("<script") == 2
