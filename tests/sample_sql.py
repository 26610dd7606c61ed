"""Runs LearnHub's own tests, and prints as one line of JSON what its database saw and which functions asked for it.

    cd sample_monolith/learnhub && python ../../tests/sample_sql.py

A second witness beside TRUTH.toml, which knows neither the design nor the analysis. It is run in a process of its own.
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path.cwd()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnhub.settings")
sys.path.insert(0, str(ROOT))
sys.argv = ["manage.py", "test"]
sys.dont_write_bytecode = True

from django.db import transaction  # noqa: E402  # before the project's modules use `atomic` as a decorator

Place = tuple[str, str]  # file and function

statements: set[tuple[str, Place]] = set()
# A frame, the lines from it inwards, the statement that was sent from there, and the frame's place.
Step = tuple[int, tuple[tuple[Place, int], ...], str, Place]
repeated: Counter[Step] = Counter()
stacks: set[tuple[Step, ...]] = set()
scopes: list[Place | None] = []
written: dict[Place, set[str]] = defaultdict(set)
alive: list[FrameType] = []  # frames are kept, so that an id is never used twice


def frames() -> list[FrameType]:
    """LearnHub's frames, the innermost first."""
    found, frame = [], sys._getframe(2)
    while frame:
        if "/migrations/" not in frame.f_code.co_filename and frame.f_code.co_filename.startswith(f"{ROOT}/learnhub/"):
            found.append(frame)
        frame = frame.f_back  # type: ignore[assignment]
    return found


def place(frame: FrameType) -> Place:
    name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name).replace(".<locals>", "")
    return str(Path(frame.f_code.co_filename).relative_to(ROOT)), name.removesuffix(".<listcomp>").removesuffix(
        ".<genexpr>"
    )


def watch(name: str) -> None:
    from django.db.backends.utils import CursorWrapper

    run = getattr(CursorWrapper, name)

    @wraps(run)
    def wrapper(self: Any, sql: str, params: Any = None) -> Any:
        stack = frames()
        if stack and "/tests/" not in stack[0].f_code.co_filename:
            statements.add((sql, place(stack[0])))
            inside = [frame for frame in stack if "/tests/" not in frame.f_code.co_filename]
            lines = tuple((place(frame), frame.f_lineno) for frame in inside)
            steps = tuple((id(frame), lines[: depth + 1], sql, place(frame)) for depth, frame in enumerate(inside))
            alive.extend(inside)
            repeated.update(steps)
            stacks.add(steps)
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            for scope in filter(None, scopes):
                written[scope].add(sql.split('"')[1])
        return run(self, sql, params)

    setattr(CursorWrapper, name, wrapper)


def watch_transactions() -> None:
    """`with atomic():` is named after the function that it stands in, `@atomic` after the one that it decorates."""
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__

    def entered(self: Any) -> Any:
        frame = sys._getframe(1)
        inside = frame.f_code.co_filename.startswith(f"{ROOT}/learnhub/") and "/tests/" not in frame.f_code.co_filename
        scopes.append(place(frame) if inside else None)
        return enter(self)

    def left(self: Any, *error: Any) -> Any:
        scopes.pop()
        return leave(self, *error)

    def decorated(self: Any, function: Any) -> Any:
        file = function.__code__.co_filename
        home = (str(Path(file).relative_to(ROOT)), function.__qualname__) if file.startswith(f"{ROOT}/") else None

        @wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            with self._recreate_cm():
                scopes[-1] = home
                return function(*args, **kwargs)

        return inner

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = entered, left
    transaction.Atomic.__call__ = decorated


def loops() -> set[Place]:
    """Where one line of one call sent the same statement again: the innermost such place of each stack."""
    found = (next((step for step in stack if repeated[step] > 1), None) for stack in stacks)
    return {step[3] for step in found if step and not _transaction(step[2])}


def indexes() -> dict[str, list[str]]:
    """For each table the columns that lead an index, or are the key."""
    from django.db import connection

    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            known = connection.introspection.get_constraints(cursor, table).values()
            found[table] = sorted({one["columns"][0] for one in known if one["index"] or one["unique"]} | {"id"})
    return found


def keys() -> list[tuple[str, ...]]:
    from django.apps import apps

    return sorted(
        (model._meta.db_table, field.column, field.related_model._meta.db_table, field.remote_field.on_delete.__name__)
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("learnhub.")
        for field in model._meta.local_fields
        if field.remote_field
    )


def main() -> None:
    watch_transactions()
    import django

    django.setup()
    from django.conf import settings
    from django.test.runner import DiscoverRunner

    seen: dict[str, list[str]] = {}

    class Runner(DiscoverRunner):
        def run_suite(self, suite: Any, **kwargs: Any) -> Any:
            seen.update(indexes())
            watch("execute")
            watch("executemany")
            return super().run_suite(suite, **kwargs)

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    failed = Runner(verbosity=0).run_tests([])
    json.dump(
        {
            "failed": failed,
            "statements": sorted((sql, *home) for sql, home in statements if not _transaction(sql)),
            "loops": sorted(loops()),
            "transactions": sorted((*home, sorted(tables)) for home, tables in written.items()),
            "indexes": seen,
            "keys": keys(),
        },
        sys.stdout,
    )


def _transaction(sql: str) -> bool:
    return re.match(r"(RELEASE |ROLLBACK )?SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT", sql) is not None


if __name__ == "__main__":
    main()
