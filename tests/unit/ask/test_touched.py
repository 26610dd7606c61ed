"""The tables of a change are those of the definitions that it touches: Facts + lines -> accesses."""

from decompose.ask.tables import tables_within
from decompose.ask.touched import Lines, touched
from decompose.model.facts import Facts
from decompose.model.names import Module
from tests.builders import facts, partition

SHOP = """module shop.api
def shop.api:show() -> None
read shop.api:show orders_order
-
def shop.api:pay() -> None
write shop.api:pay billing_invoice
-
table orders_order in shop.models: id primary
table billing_invoice in shop.models: id primary
"""
CUT = partition("shop: shop.api shop.models")
PAY = SHOP.splitlines().index("def shop.api:pay() -> None") + 1


def reached(found: Facts, changed: str, lines: Lines | None = None) -> tuple[list[str], list[str]]:
    module = Module(changed)
    tables, notes = tables_within(found, CUT, {module: 1.0}, touched(found, [module], lines))
    return [one.name for one in tables], list(notes)


def shop(more: str = "") -> Facts:
    return facts("\n".join("" if line == "-" else line for line in (SHOP + more).splitlines()))


def test_only_what_the_changed_definition_uses() -> None:
    assert reached(shop(), "shop.api") == (["billing_invoice", "orders_order"], [])
    assert reached(shop(), "shop.api", {"shop/api.py": [(PAY, PAY)]}) == (["billing_invoice"], [])
    assert reached(shop(), "shop.api", {"shop/api.py": [(PAY - 1, PAY)]}) == (["billing_invoice"], [])
    assert reached(shop(), "shop.api", {"shop/api.py": [(PAY - 4, PAY)]})[0] == ["billing_invoice", "orders_order"]
    assert reached(shop(), "shop.api", {"shop/api.py": [(PAY - 1, PAY - 1)]}) == ([], [])
    assert reached(shop(), "shop.api", {}) == ([], [])


def test_only_the_tables_whose_declaration_is_changed() -> None:
    declared = SHOP.splitlines().index("table orders_order in shop.models: id primary") + 1
    assert reached(shop(), "shop.models", {"shop/models.py": [(declared, declared)]}) == (["orders_order"], [])


def test_code_that_uses_whichever_table_it_is_given_names_none() -> None:
    many = "".join(f"table t{i} in shop.far: id primary\nread shop.generic:list t{i}\n" for i in range(30))
    found = shop(many + "write shop.generic:list orders_order\n")
    assert reached(found, "shop.generic") == (
        [],
        ["what is changed of shop.generic concerns 31 tables, too many to list"],
    )
