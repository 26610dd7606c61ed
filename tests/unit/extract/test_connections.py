"""Drivers' connections, by whatever name they are imported."""

import pytest

from decompose.extract.connections import connections
from decompose.extract.file import Says
from decompose.extract.resolve import index
from decompose.extract.symbols import symbols
from tests.trees import files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import psycopg2\ndef dump():\n    psycopg2.connect('dbname=x')", ["dump psycopg2.connect 3"]),
        ("from mysql import connector as c\nc.connect()", ["- mysql.connector.connect 2"]),
        ("from shop.db import driver\ndriver.connect()", ["- psycopg2.connect 2"]),
        ("import sqlite3\nsqlite3.connect(':memory:')", []),
        ("import psycopg2\nconnect = psycopg2.connect", []),
        ("def f(psycopg2):\n    psycopg2.connect()", []),
    ],
)
def test_a_drivers_connection(text: str, expected: list[str]) -> None:
    said: list[Says] = files(
        f"--- shop/__init__.py\n--- shop/db.py\nimport psycopg2 as driver\n--- shop/api.py\n{text}\n"
    )
    found = index(said)
    place = next(place for place in found.places if place.path == "shop/api.py")
    api = next(one for one in said if one.path == "shop/api.py")
    opened = connections(place, api, symbols(said, found))
    assert [f"{one.function or '-'} {one.driver} {one.line}" for one in opened] == expected
