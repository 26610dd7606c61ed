"""Mermaid, PlantUML and CSV."""

import csv
import io
import re

import pytest

from decompose.render import RENDERERS
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
    assert "Rel(b_orders, b_billing, " in text


@pytest.mark.parametrize("name", ["mermaid", "mermaid-plan", "plantuml"])
def test_hostile_names_stay_inside_of_their_quotes(name: str) -> None:
    for line in RENDERERS[name](hostile()).splitlines():
        bare = re.sub(r'"[^"]*"', "", line)
        assert '"' not in bare
        assert re.fullmatch(r"[\w\s\[\]|=>{}().,;:%@!</#'*-]*", bare), line
        assert not re.search(r"script|javascript|onerror|click", bare)


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
