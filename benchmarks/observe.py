"""What a running application of Django or SQLAlchemy does to its tables: its own tests, with a hook on every statement.

    python benchmarks/observe.py --package shop [--seconds 900] TRUTH.json runtests.py [ARGUMENT ...]

Runs a script (`runtests.py`, `manage.py test`, `-m pytest`) in an environment that has the application, and writes what
`benchmarks.tables truth` reads: (module, table, read or write), each with how deep the module stood on the stack:

- innermost: the last module of the application before the statement; `direct` where only the ORM stands between
- stack: the modules above it
- built: a module that built or refined the lazy queryset which was evaluated
- declared: the module of a view, form or serialiser inside of which the framework sent the statement

Of SQLAlchemy neither of the last two is seen, nor what stands outside of the greenlet that an async session runs in; a
statement that a flush sends is marked, since the line that changed the row may stand elsewhere.

Modules of tests and migrations are passed over. This file needs nothing of this project; it runs other people's code.
"""

import argparse
import atexit
import functools
import importlib
import importlib.util
import json
import os
import re
import runpy
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["Observer", "main", "tables_in"]

_PASSED_OVER = re.compile(
    r"(^|[.])(tests?|testing|conftest|factories|factory|migrations|testutils?|test_[^.]*|[^.]*_tests?|fixtures)([.]|$)"
)
_NAMED = re.compile(
    r'\b(INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|FROM|JOIN)\s+(?:ONLY\s+)?(?:["`]?\w+["`]?\.)?["`]?(\w+)["`]?', re.I
)
_MAPPERS = ("django.db", "sqlalchemy", "flask_sqlalchemy", "sqlmodel", "oslo_db")
"""Packages that stand between a module and its statement without doing more than it asked for."""

_STEPS = {"flush": "flush", "_autoflush": "autoflush", "_load_for_state": "lazyload", "_emit_lazyload": "lazyload"}
"""By functions of SQLAlchemy: why a statement was sent."""


def tables_in(sql: str) -> Iterator[tuple[str, str, str]]:
    """(table, read or write, role) of one statement: role is target, from, join, or sub for what is nested."""
    depth = 0
    at = 0
    for found in _NAMED.finditer(sql):
        depth += sql.count("(", at, found.start()) - sql.count(")", at, found.start())
        at = found.start()
        word = found.group(1).upper()
        writes = word.startswith(("INSERT", "UPDATE", "DELETE")) and depth == 0
        role = "target" if writes else "sub" if depth else "join" if word == "JOIN" else "from"
        yield found.group(2), "write" if writes else "read", role


class Observer:
    """Counts, for each (module, table, op, depth), how often and how it was seen."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self.packages = packages
        self.rows: dict[tuple[str, str, str, str], dict[str, Any]] = {}
        self.ran: set[str] = set()
        self.built: tuple[str, ...] = ()
        self.declared: dict[str, bool] = {}  # tables of SQLAlchemy: did a module of the application make it?

    def is_ours(self, module: str) -> bool:
        ours = any(module == package or module.startswith(f"{package}.") for package in self.packages)
        return ours and not _PASSED_OVER.search(module)

    def saw(self, sql: str, frame: FrameType | None) -> None:
        modules: dict[str, None] = {}
        between: list[str] = []
        declared, flags, function = "", set(), ""
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            name = frame.f_code.co_name
            if frame.f_globals is globals():  # this file's own hooks
                frame = frame.f_back
                continue
            if "migrations" in module.split(".") or name in ("create_test_db", "_fixture_setup"):
                return
            if self.is_ours(module):
                function = function or frame.f_code.co_qualname
                modules[module] = None
            elif not modules:
                between.append(module)
                declared = declared or self.declares(frame)
                if module == "django.db.models.deletion":
                    flags.add("cascade")
                if "prefetch" in name:
                    flags.add("prefetch")
                if name in _STEPS and module.startswith("sqlalchemy."):
                    flags.add(_STEPS[name])
            frame = frame.f_back
        inner, *above = modules or {"": None}
        direct = all(one.startswith(_MAPPERS) for one in between)
        for table, op, role in tables_in(sql):
            if inner:
                row = self.count(inner, table, op, "innermost", role, flags)
                row["via"]["direct" if direct else "framework"] += 1
                row["co"].update(above)
                row["built"].update(one for one in self.built if one != inner)
                row["funcs"][function] += 1
            for depth, those in (("stack", above), ("built", self.built), ("declared", (declared,))):
                for module in those:
                    if module and module != inner:
                        self.count(module, table, op, depth, role, flags)

    def declares(self, frame: FrameType) -> str:
        """The module of ours whose view, form or serialiser a method of the framework runs on."""
        if not frame.f_code.co_varnames or frame.f_code.co_varnames[0] not in ("self", "cls"):
            return ""
        value = frame.f_locals.get(frame.f_code.co_varnames[0])
        kind = value if issubclass(type(value), type) else type(value)  # asking a lazy object's class would run it
        rows = any(base.__module__.startswith(_MAPPERS) for base in kind.__mro__)
        return kind.__module__ if self.is_ours(kind.__module__) and not rows else ""

    def count(self, module: str, table: str, op: str, depth: str, role: str, flags: set[str]) -> dict[str, Any]:
        row = self.rows.setdefault(
            (module, table, op, depth),
            {"n": 0, "co": set(), "built": set(), **{name: Counter() for name in ("via", "role", "flags", "funcs")}},
        )
        row["n"] += 1
        row["role"][role] += 1
        row["flags"].update(flags)
        return row

    def builder(self) -> str:
        """The innermost module of ours that stands on the stack."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            if self.is_ours(module):
                return str(module)
            frame = frame.f_back
        return ""


def watch_sqlalchemy(observer: Observer) -> None:
    """Hook every statement of every engine, and note which tables the application declares."""
    sqlalchemy = importlib.import_module("sqlalchemy")
    engine = importlib.import_module("sqlalchemy.engine").Engine

    def send(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        observer.saw(statement, sys._getframe(1))

    def declare(table: Any, _metadata: Any) -> None:
        observer.declared[table.name] = observer.declared.get(table.name, False) or bool(observer.builder())

    sqlalchemy.event.listen(engine, "before_cursor_execute", send)
    sqlalchemy.event.listen(sqlalchemy.Table, "after_parent_attach", declare)


def watch_django(observer: Observer) -> None:
    """Hook every statement, and every queryset that is made or refined."""
    utils = importlib.import_module("django.db.backends.utils")
    query = importlib.import_module("django.db.models.sql.query").Query
    compiler = importlib.import_module("django.db.models.sql.compiler").SQLCompiler

    def hook(owner: Any, name: str, around: Callable[..., Any]) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def hooked(self: Any, *rest: Any, **named: Any) -> Any:
            return around(self, original, *rest, **named)

        setattr(owner, name, hooked)

    def execute(cursor: Any, original: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        observer.saw(str(sql), sys._getframe(1))
        return original(cursor, sql, *rest)

    def clone(self: Any, original: Callable[..., Any], *rest: Any, **named: Any) -> Any:
        made = original(self, *rest, **named)
        module = observer.builder()
        known = getattr(self, "built_by", ())
        made.built_by = known if module in known or not module else (*known, module)
        return made

    def run(self: Any, original: Callable[..., Any], *rest: Any, **named: Any) -> Any:
        before, observer.built = observer.built, getattr(self.query, "built_by", ())
        try:
            return original(self, *rest, **named)
        finally:
            observer.built = before

    for name in ("execute", "executemany"):
        hook(utils.CursorWrapper, name, execute)
    hook(query, "clone", clone)
    hook(compiler, "execute_sql", run)


def ran(observer: Observer, owner: int = 5) -> None:
    """Note which modules run code after import: each code object is told once (Python 3.12).

    An older Python tells no module that sends no statement: precision is then measured on those that do.
    """
    tool: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool.use_tool_id(owner, "observe")

    def started(code: Any, _: int) -> Any:
        if code.co_name != "<module>" and code.co_flags & 2:
            observer.ran.add(code.co_filename)
        return tool.DISABLE

    tool.register_callback(owner, tool.events.PY_START, started)
    tool.set_events(owner, tool.events.PY_START)


def told(observer: Observer) -> dict[str, Any]:
    """The truth as one value: own tables, modules that ran, and what was observed, sorted."""
    tables = {name: "own" if ours else "other" for name, ours in observer.declared.items()}
    for model in _django_models():
        through = model._meta.auto_created
        ours = observer.is_ours((through or model).__module__)
        tables[model._meta.db_table] = "own" if ours else tables.get(model._meta.db_table, "other")
    files = {getattr(module, "__file__", None): name for name, module in list(sys.modules.items())}
    modules = {files[name] for name in observer.ran if name in files} or {key[0] for key in observer.rows}
    return {
        "packages": list(observer.packages),
        "tables": [{"name": name, "owner": tables[name]} for name in sorted(tables)],
        "executed_modules": sorted(filter(observer.is_ours, modules)),
        "observed": [
            {"module": module, "table": table, "op": op, "depth": depth, **plain(row)}
            for (module, table, op, depth), row in sorted(observer.rows.items())
            if tables.get(table) == "own"
        ],
    }


def _django_models() -> list[Any]:
    if "django.apps" not in sys.modules or not sys.modules["django.apps"].apps.ready:
        return []
    return list(sys.modules["django.apps"].apps.get_models(include_auto_created=True))


def plain(row: dict[str, Any]) -> dict[str, Any]:
    row = {**row, "funcs": [name for name, _ in row["funcs"].most_common(2)]}
    kept = {key: sorted(value) if isinstance(value, set) else value for key, value in row.items()}
    return {key: value for key, value in kept.items() if value or key in ("via", "role", "flags")}


def main(arguments: list[str]) -> None:
    """Observe one script until it ends, or the time is up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", action="append", required=True)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("truth", type=Path)
    parser.add_argument("script", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    observer = Observer(tuple(given.package))

    def write() -> None:
        value = {"app": given.package[0], **told(observer)}
        given.truth.write_text(json.dumps(value, separators=(",", ":"), sort_keys=True))

    atexit.register(write)

    def stop(*_: object) -> None:
        write()
        os._exit(1)  # a test would catch SystemExit

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(given.seconds)
    for library, watch in (("django", watch_django), ("sqlalchemy", watch_sqlalchemy)):
        if importlib.util.find_spec(library):
            watch(observer)
    if hasattr(sys, "monitoring"):
        ran(observer)
    sys.argv = given.script
    sys.path.insert(0, "")
    if given.script[0] == "-m":
        sys.argv = given.script[1:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(given.script[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
