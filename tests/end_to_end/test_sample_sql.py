"""TRUTH.toml against a second witness: the SQL that LearnHub's own tests sent to the database."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from tests.sample_truth import LEARNHUB, truth

pytestmark = pytest.mark.slow

TRUE = truth()
OWNER = {table: name for name, group in TRUE["boundaries"].items() for table in group["tables"]}
BOUNDARY_OF_FOLDER = {"permissions": "identity", "accounts": "identity"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    env = os.environ | {"LEARNHUB_DB": str(tmp_path_factory.mktemp("db") / "db")}
    script = Path(__file__).parents[1] / "sample_sql.py"
    done = subprocess.run([sys.executable, str(script)], cwd=LEARNHUB, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["failed"] == 0
    return found


@cache
def tree(sql: str) -> exp.Expression:
    return sqlglot.parse_one(sql.replace("%s", "?"), dialect="sqlite")


def tables(sql: str) -> frozenset[str]:
    return frozenset(table.name for table in tree(sql).find_all(exp.Table) if table.name in OWNER)


def boundary(file: str) -> str:
    if file == "learnhub/common/seats.py":
        return "billing"
    folder = file.split("/")[1]
    return BOUNDARY_OF_FOLDER.get(folder, folder)


def test_tables_that_nobody_uses(seen: dict[str, Any]) -> None:
    used = {table for sql, _, _ in seen["statements"] for table in tables(sql)}
    assert set(OWNER) - used == set(TRUE["unused"]["tables"])


def test_tables_written_from_outside(seen: dict[str, Any]) -> None:
    found = {
        (sql.split('"')[1], file, function)
        for sql, file, function in seen["statements"]
        if sql.startswith(("INSERT", "UPDATE", "DELETE"))
        and sql.split('"')[1] in OWNER
        and OWNER[sql.split('"')[1]] != boundary(file)
    }
    assert found == {
        (row["table"], place["file"], place["function"]) for row in TRUE["contested"] for place in row["outside"]
    }


def test_queries_that_span_boundaries(seen: dict[str, Any]) -> None:
    """By tables: a query set may be evaluated far from where it was built."""
    spans = {tables(sql) for sql, _, _ in seen["statements"] if sql.startswith("SELECT") or "JOIN" in sql}
    found = {span for span in spans if len({OWNER[table] for table in span}) > 1}
    assert found == {frozenset(row["tables"]) for row in TRUE["join"]}


def test_wide_joins(seen: dict[str, Any]) -> None:
    found = {tables(sql) for sql, _, _ in seen["statements"] if len(tables(sql)) >= 3}
    tasks = {
        frozenset(row["tables"]) for row in TRUE["join"] if row["function"] in ("with_free_seats", "store_daily_stats")
    }
    assert found - tasks == {frozenset(row["tables"]) for row in TRUE["wide_join"]}


def test_keys_that_cross(seen: dict[str, Any]) -> None:
    found = {(*key[:3], key[3].lower()) for key in seen["keys"] if OWNER[key[0]] != OWNER[key[2]]}
    assert found == {(row["table"], row["column"], row["to_table"], row["on_delete"]) for row in TRUE["foreign_key"]}


def test_transactions_that_cross(seen: dict[str, Any]) -> None:
    found = {
        (file, function): {table for table in names if table in OWNER}
        for file, function, names in seen["transactions"]
        if len({OWNER[table] for table in names if table in OWNER}) > 1
    }
    assert found == {
        (row["file"], row["function"]): set(row["writes"] + row.get("through_signal", []))
        for row in TRUE["transaction"]
    }


def test_columns_without_an_index(seen: dict[str, Any]) -> None:
    found = set()
    for sql, _, _ in seen["statements"]:
        names = {table.alias_or_name: table.name for table in tree(sql).find_all(exp.Table)}
        for clause in tree(sql).find_all(exp.Where, exp.Order, exp.Join):
            for column in clause.find_all(exp.Column):
                table = names.get(column.table, "")
                if table in OWNER and column.name not in seen["indexes"][table]:
                    found.add((table, column.name))
    assert found == {(row["table"], row["column"]) for row in TRUE["missing_index"]}


def test_loops_that_ask_once_for_each_item(seen: dict[str, Any]) -> None:
    """One line of one call sent one statement twice."""
    found = {(file, function) for file, function in seen["loops"]}
    assert found == {(row["file"], row["function"]) for row in TRUE["n_plus_one"]}
