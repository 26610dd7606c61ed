"""How the static graph of tables is measured against what was observed."""

from pathlib import Path
from textwrap import dedent
from typing import Any

from benchmarks.tables import drawn, misses, truth
from decompose.extract import ExtractOptions, extract
from decompose.model.facts import Facts

MODELS = """
    from django.db import models
    class Order(models.Model):
        total = models.IntegerField()
    class Parcel(models.Model):
        weight = models.IntegerField()
"""
ORDERS = """
    from shop.models import Order, Parcel
    def pay(number):
        Order.objects.get(pk=number).save()
"""
SEEN: dict[str, Any] = {
    "app": "shop",
    "packages": ["shop"],
    "tables": [{"name": "shop_order", "owner": "own"}, {"name": "shop_parcel", "owner": "own"}],
    "executed_modules": ["shop.orders", "shop.web"],
    "observed": [
        {
            "module": "shop.orders",
            "op": "read",
            "depth": "innermost",
            "tables": ["shop_order"],
            "via": {"direct": 1},
            "role": {"from": 1},
        },
        {
            "module": "shop.web",
            "op": "read",
            "depth": "innermost",
            "tables": ["shop_order", "shop_parcel"],
            "built": [0],
        },
    ],
}


def facts(folder: Path) -> Facts:
    for name, text in (("__init__", ""), ("models", MODELS), ("orders", ORDERS)):
        (folder / "shop").mkdir(exist_ok=True)
        (folder / "shop" / f"{name}.py").write_text(dedent(text))
    return extract(folder, ExtractOptions())


def test_each_table_of_a_row_counts_and_builders_are_told_by_their_place(tmp_path: Path) -> None:
    row = truth(SEEN, facts(tmp_path))
    assert row["tables recall"] == row["tables precision"] == row["main pairs recall"] == 1
    assert row["triples recall"] == 1 / 3  # the other module has none of the two
    assert row["relaxed"] == 2 / 3  # who built the query is known to read orders
    assert row["precision built"] == 1 / 2  # nobody saw it write


def test_rows_that_are_read_again_after_a_commit_are_left_out_of_what_is_fixed(tmp_path: Path) -> None:
    first, again = SEEN["observed"]
    row = truth({**SEEN, "observed": [first, {**again, "flags": {"reload": 1}}]}, facts(tmp_path))
    assert (row["triples recall"], row["triples fixed"]) == (1 / 3, 1)


def test_what_tests_declare_is_no_table_of_the_application(tmp_path: Path) -> None:
    (tmp_path / "shop" / "test").mkdir(parents=True)
    (tmp_path / "shop" / "test" / "__init__.py").write_text("")
    (tmp_path / "shop" / "test" / "models.py").write_text(
        "from django.db import models\nclass Draft(models.Model): ...\n"
    )
    (tmp_path / "shop" / "web.py").write_text(
        'from django.apps import apps\ndef f(): apps.get_model("test.Draft").objects.get(pk=1)\n'
    )
    found = facts(tmp_path)
    assert "test_draft" in {one.table.name for one in found.accesses}
    assert truth(SEEN, found)["precision built"] == 1 / 2  # as without it


def test_what_is_missed_and_never_seen_is_told(tmp_path: Path) -> None:
    lines = misses(SEEN, facts(tmp_path))
    assert [line.split()[:5] for line in lines[:2]] == [
        ["missed", "1", "shop.web", "shop_order", "read"],
        ["missed", "1", "shop.web", "shop_parcel", "read"],
    ]
    assert lines[2:] == ["unseen shop.orders shop_order write: pay:4 orm certain"]


def test_accesses_are_drawn_the_same_for_the_same_seed(tmp_path: Path) -> None:
    facts(tmp_path)
    assert sorted(drawn(5, tmp_path)) == [
        "shop/orders.py 4 pay shop_order read orm certain",
        "shop/orders.py 4 pay shop_order write orm certain",
    ]
    assert len(drawn(5, tmp_path, 1)) == 1
