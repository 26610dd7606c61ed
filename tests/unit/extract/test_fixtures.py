"""Which rows files load, by the names of their models, however they are written and however large they are."""

from pathlib import Path

import pytest

from decompose.extract import fixtures as stage
from decompose.extract.fixtures import Loaded, is_fixture, read_fixtures
from decompose.extract.source import open_tree
from tests.accesses import DJANGO, found

JSON = """[
{"model": "shop.Order", "pk": 1, "fields": {"customer": 3, "total": 5}},
{"model": "shop.order", "pk": 2, "fields": {"paid": true}},
{"model": "bills.bill", "pk": 1, "fields": {"note": "model: shop.other"}}
]
"""
YAML = "- model: shop.order\n  pk: 1\n  fields:\n    customer: 3\n"
XML = """<django-objects>
<object model="shop.order" pk="1"><field name="customer" rel="ManyToOneRel">3</field></object>
</django-objects>
"""


def read(folder: Path, **texts: str) -> list[tuple[str, int, int, tuple[str, ...]]]:
    (folder / "fixtures").mkdir()
    for name, text in texts.items():
        (folder / "fixtures" / f"demo.{name}").write_text(text)
    loaded, problems = read_fixtures(open_tree(folder))
    assert not problems
    return [(one.model, one.line, one.rows, one.fields) for one in loaded if one.model != "shop.other"]


@pytest.mark.parametrize(
    ("kind", "text", "rows"),
    [
        ("json", JSON, [("shop.order", 2, 2, {"customer", "total", "paid"}), ("bills.bill", 4, 1, {"note"})]),
        ("yaml", YAML, [("shop.order", 1, 1, {"customer"})]),
        ("xml", XML, [("shop.order", 2, 1, {"customer"})]),
        ("json", "{" * 100_000 + '"model' * 100_000, []),
        ("xml", "<field " * 50_000, []),
        ("json", '"model": "shop.order", ' + "a" * 500_000, [("shop.order", 1, 1, set())]),
    ],
)
def test_files_tell_the_models_of_their_rows(
    tmp_path: Path, kind: str, text: str, rows: list[tuple[str, int, int, set[str]]]
) -> None:
    found = read(tmp_path, **{kind: text})
    assert [(*one[:3], set(one[3]) - {"pk", "fields"}) for one in found] == rows


def test_what_is_too_large_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "_LARGEST", 10)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "demo.json").write_text(JSON)
    loaded, (problem,) = read_fixtures(open_tree(tmp_path))
    assert (loaded, problem.file) == ((), "fixtures/demo.json")


@pytest.mark.parametrize(
    ("path", "is_one"),
    [("shop/fixtures/demo.json", True), ("fixtures/a/b.yml", True), ("shop/demo.json", False),
     ("shop/fixtures/demo.png", False), ("my_fixtures/demo.json", False)],
)  # fmt: skip
def test_fixtures_lie_where_django_looks_for_them(path: str, is_one: bool) -> None:
    assert is_fixture(path) == is_one


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ("call_command('loaddata', 'people')", {"shop_customer"}),
        ("call_command('loaddata', 'people.json', 'demo/orders')", {"shop_customer", "shop_order", "labels"}),
        ("management.call_command('loaddata', ['people'], verbosity=0)", {"shop_customer"}),
        ("call_command('loaddata', 'nobody')", set()),
        ("call_command('dumpdata', 'people')", set()),
    ],
)
def test_a_line_that_loads_files_writes_their_rows(call: str, written: set[str]) -> None:
    loaded = [
        Loaded("shop/fixtures/people.json", "shop.customer", 1, 2, ()),
        Loaded("shop/fixtures/demo/orders.yaml", "shop.order", 1, 1, ()),
        Loaded("shop/fixtures/demo/orders.yaml", "shop.tag", 9, 1, ()),
    ]
    text = (
        f"from django.core import management\nfrom django.core.management import call_command\ndef f():\n    {call}\n"
    )
    accesses = [one for one in found({"shop.models": DJANGO, "app": text}, loaded).accesses if one.file == "app.py"]
    assert {one.table.name for one in accesses} == written
    assert all((one.op.value, one.line) == ("write", 4) for one in accesses)
