"""TRUTH.toml fits the sample: every place that it names is there, every module and table stands in one boundary."""

from collections import Counter
from typing import Any

import pytest

from tests.sample_truth import LEARNHUB, members, places, truth


@pytest.fixture(scope="module")
def true() -> dict[str, Any]:
    return truth()


def modules() -> list[str]:
    paths = [path.relative_to(LEARNHUB).with_suffix("") for path in sorted(LEARNHUB.glob("learnhub/**/*.py"))]
    names = [".".join(path.parts).removesuffix(".__init__") for path in paths]
    return [name for name in names if not {"migrations", "tests"} & set(name.split("."))]


def test_every_module_stands_in_one_place(true: dict[str, Any]) -> None:
    groups = [*true["boundaries"].values(), true["shared_kernel"], true["composition_roots"]]
    placed = Counter(module for group in groups for module in members(group, modules()))
    assert placed == Counter(modules())


def test_it_is_as_large_as_it_should_be(true: dict[str, Any]) -> None:
    assert 70 <= len([path for path in LEARNHUB.glob("learnhub/**/*.py") if path.stem != "__init__"]) <= 160
    assert 70 <= len([name for name in modules() if (LEARNHUB / (name.replace(".", "/") + ".py")).exists()]) <= 120
    assert sum(len(boundary["tables"]) for boundary in true["boundaries"].values()) >= 30


def test_every_place_exists(true: dict[str, Any]) -> None:
    found = list(places(true))
    assert len(found) > 100
    assert all(place["line"] > 0 for place in found)


def test_tables_named_anywhere_are_owned(true: dict[str, Any]) -> None:
    owned = Counter(table for boundary in true["boundaries"].values() for table in boundary["tables"])
    assert set(owned.values()) == {1}
    named = {row["table"] for key in ("contested", "foreign_key", "missing_index") for row in true[key]}
    named |= {table for row in true["join"] for table in row["tables"]}
    named |= {table for row in true["transaction"] for table in row["writes"] + row.get("through_signal", [])}
    named |= {query["table"] for row in true["n_plus_one"] for query in row["queries"]}
    assert named | set(true["unused"]["tables"]) <= set(owned)
