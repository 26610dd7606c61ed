"""Mermaid, PlantUML, SARIF, contracts of import checkers, and CSV."""

import csv
import io
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from decompose.render import RENDERERS
from decompose.render.units import Unit, units
from tests.documents import hostile, shop


def rows(name: str, given: object = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(RENDERERS[name](given or shop()))))  # type: ignore[arg-type]


def test_mermaid_draws_boundaries_and_seams() -> None:
    text = RENDERERS["mermaid"](shop())
    assert text.startswith("flowchart LR\n")
    assert '["orders: 2 modules"]' in text
    assert re.search(r'b1 ==>\|"\d"\| b0', text)


def test_plantuml_draws_containers_and_their_tables() -> None:
    text = RENDERERS["plantuml"](shop())
    assert text.startswith("@startuml\n!include <C4/C4_Container>\n") and text.endswith("@enduml\n")
    assert 'ContainerDb(b_billing_data, "billing: tables", "SQL", "billing_invoice")' in text
    assert 'Rel(b_orders, b_billing, "1 in code, 2 in data")' in text


def test_plantuml_leaves_out_what_is_nought() -> None:
    given = shop()
    given["seams"] = [seam for seam in given["seams"] if seam["kind"] == "call"]
    assert '"1 in code")' in RENDERERS["plantuml"](given)


@pytest.mark.parametrize("name", ["mermaid", "mermaid-plan", "plantuml"])
def test_hostile_names_stay_inside_of_their_quotes(name: str) -> None:
    for line in RENDERERS[name](hostile()).splitlines():
        bare = re.sub(r'"[^"]*"', "", line)
        assert '"' not in bare
        assert re.fullmatch(r"[\w\s\[\]|=>{}().,;:%@!</#'*-]*", bare), line
        assert not re.search(r"script|javascript|onerror|click", bare)


def written(folder: Path, imports: Mapping[str, str]) -> None:
    """The shop's modules as files, each with its imports, and the contracts beside them."""
    for row in shop()["modules"]:
        file = folder / f"{row['name'].replace('.', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(imports.get(row["name"], ""))
    (folder / "contracts.toml").write_text(RENDERERS["import-linter"](shop()))


TODAY = {
    "shop.orders": "import shop.billing, shop.people, shop.errors\n",
    "shop.billing": "def f():\n    import shop.orders\n",
    "shop.urls": "import shop.orders\n",
}


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ({}, True),
        ({"shop.people": "import shop.billing\n"}, False),
        ({"shop.orders_lines": "import shop.orders"}, True),
    ],
)
def test_import_linter_lets_todays_imports_pass_and_no_new_one_across(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new: dict[str, str], kept: bool
) -> None:
    from importlinter.cli import lint_imports

    written(tmp_path, TODAY | new)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert (lint_imports("contracts.toml", no_cache=True) == 0) is kept


def test_tach_allows_a_boundary_itself_and_what_it_uses_today() -> None:
    found = {tuple(one["paths"]): one for one in tomllib.loads(RENDERERS["tach"](shop()))["modules"]}
    assert found["shop.errors",]["utility"]
    assert "depends_on" not in found["shop.urls",]
    assert found["shop.billing",]["depends_on"] == ["shop.billing", "shop.orders"]
    assert found["shop.people",]["depends_on"] == ["shop.people"]


def test_a_package_that_is_all_one_boundarys_stands_for_its_modules() -> None:
    home = {"a": "x", "a.b": "x", "a.b.c": "x", "a.b.d": "x", "a.e": "y", "f": "y", "f.g": "y", "h.i": "x"}
    assert units(home) == {
        "x": [Unit("a", False), Unit("a.b", True), Unit("h.i", False)],
        "y": [Unit("a.e", False), Unit("f", True)],
    }


def test_sarif_annotates_walls_and_the_seams_of_the_first_step() -> None:
    given = shop()
    (run,) = json.loads(RENDERERS["sarif"](given))["runs"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {one["ruleId"] for one in run["results"]}
    step = next(one for one in given["plan"] if one["extract"])
    wanted = {*step["before"]}
    solved = [seam for remedy in given["remedies"] if remedy["id"] in wanted for seam in remedy["seams"]]
    marks = [r["partialFingerprints"]["decompose/v1"] for r in run["results"] if r["ruleId"].startswith("seam/")]
    assert sorted(marks) == sorted(solved) != []
    walls = [r for r in run["results"] if r["ruleId"].startswith("wall/")]
    assert len(walls) == sum(bool(wall["evidence"]) for wall in given["walls"])
    for one in run["results"]:
        (place,) = one["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"].endswith(".py")
        assert place["physicalLocation"].get("region", {"startLine": 1})["startLine"] >= 1


@pytest.mark.parametrize("name", ["sarif", "import-linter", "tach"])
def test_hostile_names_keep_json_and_toml_whole(name: str) -> None:
    text = RENDERERS[name](hostile())
    assert (json.loads if name == "sarif" else tomllib.loads)(text)
    assert not re.search("[\u202a-\u202e\x00-\x08\x1b]", text)


def test_each_table_as_csv() -> None:
    given = shop()
    assert [row["boundary"] for row in rows("csv-boundaries")] == ["billing", "orders", "people"]
    assert len(rows("csv-modules")) == len(given["modules"])
    assert {"table": "billing_invoice", "owner": "billing", "boundary": "orders", "writes": "1", "reads": "0"} in rows(
        "csv-tables"
    )
    assert len(rows("csv-seams")) == sum(len(seam["evidence"]) for seam in given["seams"])
    assert [row["step"] for row in rows("csv-steps")] == ["1", "2", "3"]


def test_no_cell_is_a_formula() -> None:
    for name in ("csv-boundaries", "csv-modules", "csv-tables", "csv-seams", "csv-steps"):
        for row in rows(name, hostile()):
            assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row.values())
