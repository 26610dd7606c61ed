"""Stage 1, whole project: FileCode -> Connection, where a database driver is asked for a connection directly."""

from collections.abc import Iterator

from ..model.facts import Connection
from .file import Says
from .resolve import Place
from .symbols import Symbols

__all__ = ["DRIVERS", "connections"]

# SQLite is missing on purpose: a file has no server whose connections could run out.
DRIVERS = frozenset(
    """
    MySQLdb.connect MySQLdb.Connect aiomysql.connect asyncmy.connect asyncpg.connect clickhouse_driver.connect
    cx_Oracle.connect ibm_db.connect mysql.connector.connect oracledb.connect pg8000.connect pg8000.dbapi.connect
    pg8000.native.Connection psycopg.AsyncConnection.connect psycopg.Connection.connect psycopg.connect
    psycopg2.connect psycopg2cffi.connect psycopg2.extensions.connection pymssql.connect pymysql.connect
    pymysql.Connect pyodbc.connect pypyodbc.connect
    """.split()
)


def connections(place: Place, said: Says, names: Symbols) -> Iterator[Connection]:
    """Every call of one module that opens a driver's connection, in the order of its lines."""
    for mention in said.code.mentions:
        if mention.kind == "call":
            found = names.find(place, mention.chain)
            if found and found.place is None and found.name in DRIVERS:
                yield Connection(place.module, mention.function, found.name, place.path, mention.line)
