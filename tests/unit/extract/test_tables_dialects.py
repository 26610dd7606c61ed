"""One story, many dialects: the same small shop gives the same facts, whatever touches its tables."""

import ast
from pathlib import Path

import pytest

from decompose.extract import code
from decompose.extract.program import Source
from decompose.extract.tables import Found, find
from decompose.model.facts import ModuleKind
from decompose.model.names import Module

FIXTURES = Path(__file__).parents[2] / "fixtures"
DIALECTS = sorted(folder.name for folder in FIXTURES.glob("shop_*"))

TABLES = {"customers", "products", "orders", "order_lines"}
KEYS = {
    ("orders", "customer_id", "customers", "cascade"),
    ("order_lines", "order_id", "orders", "cascade"),
    ("order_lines", "product_id", "products", "cascade"),
}
STORY = {
    "place": "read customers, read products, write orders, write order_lines",
    "rename": "read customers, write customers",
    "listing": "read orders, read customers",
    "cancel": "read orders, write orders, read order_lines, write order_lines",
    "spent": "read order_lines, read products",
    "spent_of_last": "read orders",
}


def shop(dialect: str) -> Found:
    sources = []
    for file in sorted((FIXTURES / dialect).glob("*.py")):
        package = file.stem == "__init__"
        dotted = dialect if package else f"{dialect}.{file.stem}"
        tree = ast.parse(file.read_text())
        sources.append(Source(Module(dotted), dotted, "", file.name, package, ModuleKind.SOURCE, code.read(tree)))
    return find(sources)


def test_every_dialect_is_here() -> None:
    assert len(DIALECTS) == 8


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_tables_are_the_same(dialect: str) -> None:
    facts = shop(dialect)
    assert {fact.table.name for fact in facts.tables} == TABLES
    if dialect != "shop_raw_sql":
        assert {(k.table.name, k.column, k.to_table.name, k.on_delete) for k in facts.foreign_keys} == KEYS


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("function", STORY)
def test_each_function_touches_the_same_tables(dialect: str, function: str) -> None:
    accesses = [one for one in shop(dialect).accesses if one.module.name == f"{dialect}.orders"]
    touched = {f"{one.op} {one.table}" for one in accesses if one.function == function}
    assert touched == set(STORY[function].split(", "))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_order_is_placed_in_one_transaction(dialect: str) -> None:
    (scope,) = [one for one in shop(dialect).transactions if one.function == "place"]
    assert {table.name for table in scope.writes} == {"orders", "order_lines"}
