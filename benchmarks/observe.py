"""What a running application of Django or SQLAlchemy does to its tables: its own tests, with a hook on every statement.

    PYTHONPATH=HERE python -m benchmarks.observe --package shop [--seconds 900] TRUTH.json SCRIPT [ARGUMENT ...]

Runs a script (`runtests.py`, `manage.py test`, `-m pytest`) in an environment that has the application, and writes what
`benchmarks.tables truth` reads: (module, table, read or write), each with how deep the module stood on the stack:

- innermost: the last module of the application before the statement; `direct` where only the ORM stands between
- stack: the modules above it, and those whose views, forms or serialisers the methods above it run on
- built: a module that built or refined the lazy queryset which was evaluated, or one inside of it
- declared: the module of a view, form or serialiser inside of which the framework, or a base class that the application
  has in another module, sent the statement (Django)
- origin: a module that made, changed or deleted an object which a flush writes (SQLAlchemy); the flush is marked

Of SQLAlchemy what stands outside of the greenlet that an async session runs in is not seen. Modules of tests and
migrations are passed over. This needs nothing of the rest of this project; it runs other people's code.
"""

import argparse
import atexit
import importlib.util
import json
import os
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

from .hooks import watch_django, watch_mapped, watch_sqlalchemy
from .observer import Observer

__all__ = ["main"]


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
    return list(sys.modules["django.apps"].apps.get_models(include_auto_created=True, include_swapped=True))


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
    for library, watch in (("django", watch_django), ("sqlalchemy", watch_sqlalchemy), ("sqlalchemy", watch_mapped)):
        if importlib.util.find_spec(library):
            watch(observer)
    if hasattr(sys, "monitoring"):
        ran(observer)
    sys.argv = given.script
    here = str(Path(__file__).parents[1])  # where `tests` are this project's
    sys.path[:] = ["", *(entry for entry in sys.path if entry != here)]
    if given.script[0] == "-m":
        sys.argv = given.script[1:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(given.script[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
