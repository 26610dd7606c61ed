import json
from dataclasses import replace
from pathlib import Path

import pytest

from decompose.cli.schema import schema_text
from decompose.errors import InputError
from decompose.model.columns import columns
from decompose.model.facts import Access, Via
from decompose.model.names import Boundary, Module
from decompose.render import RENDERERS, checked, schema
from decompose.render.views import table_use
from tests.builders import facts, partition
from tests.documents import document, hostile, shop

FIRST = "format version project modules imports tables accesses foreign_keys boundaries shared_kernel composition_roots"
KEYS = {*FIRST.split(), "seams", "blast_radius", "metrics", "plan", "problems", "unresolved"}


def test_the_form_of_version_1() -> None:
    document = shop()
    assert set(document) >= KEYS
    assert (document["format"], document["version"]) == ("decompose/analysis", 1)
    assert document["project"]["commits"] == 3
    assert document["plan"][0]["step"] == 1
    assert {"boundary", "module"} == set(document["seams"][0]["from"])


def test_a_boundary_is_null_exactly_in_the_kernel_and_the_roots() -> None:
    document = shop()
    aside = {*document["shared_kernel"]["modules"], *document["composition_roots"]}
    assert (
        {row["name"] for row in document["modules"] if row["boundary"] is None} == aside == {"shop.errors", "shop.urls"}
    )


def test_tests_follow_and_what_follows_nothing_is_a_root() -> None:
    given, cut = facts("module a.x 9\nmodule a.t 5 test\nmodule a.run 3 script"), partition("one: a.x")
    cut = replace(cut, followers=((Module("a.t"), Boundary("one")),))
    found = document(given, cut)
    assert found["boundaries"][0]["modules"] == ["a.t", "a.x"]
    assert found["composition_roots"] == ["a.run"]
    assert {row["name"]: row["boundary"] for row in found["modules"]} == {"a.t": "one", "a.x": "one", "a.run": None}


def test_lines_that_many_tables_share_are_told_and_no_use() -> None:
    given, cut = (
        facts("module a.x 9\ntable orders in a.x: id primary\nread a.y:f orders"),
        partition("one: a.x a.y | orders"),
    )
    (read,) = given.accesses
    line = replace(read, module=Module("a.base"), file="a/base.py", via=Via.SHARED)
    found = document(replace(given, shared=columns(Access, [line])), cut)
    assert [(row["module"], row["via"]) for row in found["accesses"]] == [("a.base", "shared"), ("a.y", "orm")]
    assert table_use(found) == {"orders": {"one": {"read": 1}}}


def test_a_seam_ends_at_a_module_or_at_a_table() -> None:
    ends = {(seam["kind"], *sorted(seam["to"])) for seam in shop()["seams"]}
    assert ("table", "boundary", "table") in ends
    assert ("call", "boundary", "module") in ends


def test_the_text_reads_back_equal_and_has_one_record_a_line() -> None:
    document = shop()
    text = RENDERERS["json"](document)
    assert json.loads(text) == document
    named = (document["modules"], document["tables"], document["boundaries"], document["alternatives"])
    assert text.count('\n {"name":"') == sum(map(len, named))
    assert checked(json.loads(text)) == document


def test_keys_of_other_stages_follow() -> None:
    document = shop({"blast_radius": {"commits": 3}, "trend": ({"at": "2026-01"},)})
    assert document["blast_radius"] == {"commits": 3}
    assert document["trend"] == [{"at": "2026-01"}]  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([], "is not an analysis"),
        ({"format": "decompose/analysis", "version": 2}, "has version 2"),
        ({"format": "decompose/analysis", "version": 1}, "`accesses` is missing"),
        (shop() | {"modules": [{"name": 3}]}, "`modules[0].boundary` is missing"),
        (shop() | {"modules": {}}, "`modules` must be a list"),
        (shop() | {"composition_roots": [True]}, "`composition_roots[0]` must be str"),
    ],
)
def test_what_is_no_analysis_is_refused_with_the_place(value: object, says: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(value, "old.json")
    assert says in str(caught.value)
    assert str(caught.value).startswith("old.json")


def test_the_schema_says_what_checked_accepts() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema())
    assert not list(validator.iter_errors(json.loads(RENDERERS["json"](shop()))))
    assert list(validator.iter_errors({"format": "decompose/analysis"}))


def test_hostile_names_read_back_equal() -> None:
    document = hostile()
    assert checked(json.loads(RENDERERS["json"](document))) == document


def test_the_published_schema_is_the_one_of_the_code() -> None:
    published = Path(__file__).parents[3] / "docs" / "analysis.schema.json"
    assert published.read_text("utf-8") == schema_text(), "decompose schema > docs/analysis.schema.json"
