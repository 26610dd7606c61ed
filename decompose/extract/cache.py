"""What files said in earlier runs, in one SQLite file of the user's; the only place that writes to it.

An entry's key is a digest of path, content and of this package's own code, so that no entry ever goes stale. Whatever
is wrong with the file (damaged, locked, read-only, disk full), the analysis goes on without it.
"""

import hashlib
import sqlite3
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

__all__ = ["LIMIT", "RESULTS", "SqliteCache", "clear", "reader_version"]

LIMIT = 1_000_000_000  # bytes of entries; the least recently used are dropped
RESULTS = 8  # whole runs that are kept
NAME = "says.sqlite"
_SHAPE = 2  # of the tables below; files of another are emptied
_PATIENCE = 2.0  # seconds to wait for another run's lock

R = TypeVar("R")


class SqliteCache:
    """`readers.Cache` on disk, for any thread.

    `complaint` says in one sentence why it stopped working, "" while it works.
    """

    __slots__ = ("_connection", "_folder", "_limit", "_lock", "complaint")

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.complaint = ""
        self._folder, self._limit, self._lock = folder, limit, RLock()
        self._connection = self._open(folder / NAME)

    def __reduce__(self) -> tuple[object, ...]:
        """In another process the same file is opened anew."""
        return SqliteCache, (self._folder, self._limit)

    def _open(self, file: Path) -> sqlite3.Connection | None:
        for attempt in range(2):
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                return _connected(file)
            except sqlite3.OperationalError as error:
                self.complaint = f"cache {file} is not used: {error}"
                return None
            except sqlite3.DatabaseError:
                if attempt == 0:
                    _removed(file)  # damaged: made anew
            except OSError as error:
                self.complaint = f"cache {file} is not used: {error.strerror or error}"
                return None
        self.complaint = f"cache {file} is damaged and cannot be replaced"
        return None

    def recall(self, files: Sequence[tuple[str, bytes]]) -> Sequence[bytes | None]:
        """For each file what `keep` was given for the same path and mark, or None."""
        if self._connection is None:
            return [None] * len(files)
        return self._attempt(_recalled, [key(path, mark) for path, mark in files]) or [None] * len(files)

    def keep(self, files: Sequence[tuple[str, bytes]], said: Sequence[bytes]) -> None:
        """Remember what each file said."""
        rows = [(key(path, mark), entry) for (path, mark), entry in zip(files, said, strict=True)]
        self._attempt(_insert, rows)

    def stage(self, key: bytes) -> bytes | None:
        """What `keep_stage` was given for `key` by this version of the program, or None."""
        found = self._attempt(_recalled, [_of_this_version(key)])
        return found[0] if found else None

    def keep_stage(self, key: bytes, value: bytes) -> None:
        """Remember the outcome of a stage, among what files said."""
        self._attempt(_insert, [(_of_this_version(key), value)])

    def result(self, key: bytes) -> bytes | None:
        """What `keep_result` was given for `key` by this version of the program, or None."""
        return self._attempt(_result, _of_this_version(key))

    def keep_result(self, key: bytes, value: bytes) -> None:
        """Remember the outcome of a whole run; the last RESULTS of them are kept."""
        self._attempt(_keep_result, (_of_this_version(key), value))

    def close(self) -> None:
        """Drop what is over the limit, oldest first, and let go of the file."""
        with self._lock:
            self._attempt(_shrink, self._limit)
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _attempt(self, action: Callable[[sqlite3.Connection, Any], R], argument: Any) -> R | None:
        with self._lock:
            if self._connection is None:
                return None
            try:
                with self._connection:
                    return action(self._connection, argument)
            except sqlite3.Error as error:
                self.complaint = f"the cache is not used any further: {error}"
                self._connection.close()
                self._connection = None
                return None


def reader_version() -> bytes:
    """Tells this version of what reads a file, and of the interpreter, from all others."""
    return _code("extract", "model")


def clear(folder: Path) -> None:
    """Forget everything. Raises OSError where the file cannot be removed."""
    _removed(folder / NAME)


def key(path: str, mark: bytes) -> bytes:
    """What an entry is found by: a digest of the mark of the file's content, its path, and the code that reads it."""
    return hashlib.blake2b(
        path.encode("utf-8", "surrogateescape") + b"\0" + mark, key=reader_version(), digest_size=20
    ).digest()


@cache
def _code(*folders: str) -> bytes:
    """A digest of our own source and of the interpreter: another version never takes our entries for its own."""
    digest = hashlib.blake2b(sys.version.encode(), digest_size=32)
    package = Path(__file__).parent.parent
    for file in sorted(file for folder in folders for file in (package / folder).rglob("*") if file.suffix != ".pyc"):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.digest()


def _of_this_version(key: bytes) -> bytes:
    return hashlib.blake2b(key, key=_code("."), digest_size=20).digest()


def _recalled(connection: sqlite3.Connection, keys: Sequence[bytes]) -> Sequence[bytes | None]:
    marks = ",".join("?" * len(keys))
    found = dict(connection.execute(f"SELECT key, said FROM says WHERE key IN ({marks})", keys))
    this_run = "(SELECT max(run) FROM runs)"
    connection.execute(f"INSERT OR REPLACE INTO used SELECT key, {this_run} FROM says WHERE key IN ({marks})", keys)
    return [found.get(one) for one in keys]


def _result(connection: sqlite3.Connection, key: bytes) -> bytes | None:
    found = connection.execute("SELECT value FROM results WHERE key = ?", (key,)).fetchone()
    return found[0] if found else None


def _keep_result(connection: sqlite3.Connection, row: tuple[bytes, bytes]) -> None:
    connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, (SELECT max(run) FROM runs))", row)
    old = "SELECT key FROM results ORDER BY used DESC, key LIMIT -1 OFFSET ?"
    connection.execute(f"DELETE FROM results WHERE key IN ({old})", (RESULTS,))


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_PATIENCE, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")  # an entry lost with the machine is made again
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone() != (_SHAPE,):
            connection.execute("DROP TABLE IF EXISTS says")
            connection.execute(f"PRAGMA user_version = {_SHAPE}")
        connection.execute("CREATE TABLE IF NOT EXISTS says (key BLOB PRIMARY KEY, said BLOB) WITHOUT ROWID")
        # apart, because an entry is written anew, megabytes and all, where a column of it changes
        connection.execute("CREATE TABLE IF NOT EXISTS used (key BLOB PRIMARY KEY, run INTEGER) WITHOUT ROWID")
        connection.execute("CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, value BLOB, used INTEGER)")
        connection.execute("CREATE TABLE IF NOT EXISTS runs (run INTEGER PRIMARY KEY)")
        connection.execute("DELETE FROM runs WHERE run < (SELECT max(run) FROM runs)")
        connection.execute("INSERT INTO runs VALUES ((SELECT coalesce(max(run), 0) + 1 FROM runs))")
    return connection


def _insert(connection: sqlite3.Connection, rows: Sequence[tuple[bytes, bytes]]) -> None:
    connection.executemany("INSERT OR REPLACE INTO says VALUES (?, ?)", rows)
    connection.executemany(
        "INSERT OR REPLACE INTO used VALUES (?, (SELECT max(run) FROM runs))", [(key,) for key, _ in rows]
    )


def _shrink(connection: sqlite3.Connection, limit: int) -> None:
    (held,) = connection.execute("SELECT coalesce(sum(length(said)), 0) FROM says").fetchone()
    while held > limit:
        (oldest,) = connection.execute("SELECT min(run) FROM used").fetchone()
        of_it = "key IN (SELECT key FROM used WHERE run = ?)"
        (freed,) = connection.execute(f"SELECT sum(length(said)) FROM says WHERE {of_it}", (oldest,)).fetchone()
        connection.execute(f"DELETE FROM says WHERE {of_it}", (oldest,))
        connection.execute("DELETE FROM used WHERE run = ?", (oldest,))
        held = held - freed if freed else 0


def _removed(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
