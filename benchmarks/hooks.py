"""The places of Django and SQLAlchemy where `observe` listens."""

import functools
import importlib
import sys
from collections.abc import Callable, Iterable
from typing import Any

from .observer import Observer

__all__ = ["watch_django", "watch_mapped", "watch_sqlalchemy"]


def watch_sqlalchemy(observer: Observer) -> None:
    """Hook every statement of every engine, and note which tables the application declares."""
    sqlalchemy = importlib.import_module("sqlalchemy")
    engine = importlib.import_module("sqlalchemy.engine").Engine

    def send(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        observer.saw(statement, sys._getframe(1))

    def declare(table: Any, _metadata: Any) -> None:
        observer.declared[table.name] = observer.declared.get(table.name, False) or observer.makes_table()

    sqlalchemy.event.listen(engine, "before_cursor_execute", send)
    sqlalchemy.event.listen(sqlalchemy.Table, "after_parent_attach", declare)


def watch_mapped(observer: Observer) -> None:
    """Let each mapped object of SQLAlchemy remember who made, changed or deleted it, each query who built it."""
    state = importlib.import_module("sqlalchemy.orm.state").InstanceState
    session = importlib.import_module("sqlalchemy.orm.session").Session
    persistence = importlib.import_module("sqlalchemy.orm.persistence")
    dependency = importlib.import_module("sqlalchemy.orm.dependency")
    links = getattr(dependency, "ManyToManyDP", None) or dependency._ManyToManyDP  # since 2.1
    query = importlib.import_module("sqlalchemy.orm.query").Query
    generative = importlib.import_module("sqlalchemy.sql.base").Generative

    def touched(self: Any, original: Callable[..., Any], *rest: Any, **named: Any) -> Any:
        _note(self, observer.builder())
        return original(self, *rest, **named)

    def deleted(self: Any, original: Callable[..., Any], row: Any, *rest: Any, **named: Any) -> Any:
        _note(row._sa_instance_state, observer.builder())
        return original(self, row, *rest, **named)

    def sent(self: Any, original: Callable[..., Any], states: Any, *rest: Any, **named: Any) -> Any:
        states = list(states)
        before, observer.origin = observer.origin, _noted(states)
        try:
            return original(self, states, *rest, **named)
        finally:
            observer.origin = before

    def linked(self: Any, original: Callable[..., Any], unit: Any, states: Any) -> Any:
        return sent(self, lambda self, states: original(self, unit, states), states)

    def flushed(self: Any, original: Callable[..., Any], states: Any) -> Any:
        for state in states:
            state.built_by = ()
        return original(self, states)

    def refined(self: Any, original: Callable[..., Any], *rest: Any, **named: Any) -> Any:
        made = original(self, *rest, **named)
        _note(made, observer.builder())
        return made

    def run(self: Any, original: Callable[..., Any], *rest: Any, **named: Any) -> Any:
        before, observer.built = observer.built, _noted([self]) or observer.built
        try:
            return original(self, *rest, **named)
        finally:
            observer.built = before

    def execute(self: Any, original: Callable[..., Any], statement: Any, *rest: Any, **named: Any) -> Any:
        return run(statement, lambda _: original(self, statement, *rest, **named))

    for name in ("_initialize_instance", "_modified_event"):
        _hook(state, name, touched)
    _hook(session, "delete", deleted)
    _hook(session, "_register_persistent", flushed)
    for name in ("save_obj", "delete_obj"):
        _hook(persistence, name, sent)
    for name in ("process_saves", "process_deletes"):
        _hook(links, name, linked)
    _hook(generative, "_generate", refined)
    for name in ("_iter", "__iter__"):  # since 1.4 and before
        if name in vars(query):
            _hook(query, name, run)
    _hook(session, "_execute_internal" if hasattr(session, "_execute_internal") else "execute", execute)


def _note(noting: Any, module: str) -> None:
    known = getattr(noting, "built_by", ())
    if module and module not in known:
        noting.built_by = (*known, module)


def _noted(those: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(module for one in those for module in getattr(one, "built_by", ())))


def _hook(owner: Any, name: str, around: Callable[..., Any]) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def hooked(self: Any, *rest: Any, **named: Any) -> Any:
        return around(self, original, *rest, **named)

    setattr(owner, name, hooked)


def watch_django(observer: Observer) -> None:
    """Hook every statement, and every queryset that is made or refined."""
    utils = importlib.import_module("django.db.backends.utils")
    query = importlib.import_module("django.db.models.sql.query").Query
    compiler = importlib.import_module("django.db.models.sql.compiler").SQLCompiler

    def execute(cursor: Any, original: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        observer.saw(str(sql), sys._getframe(1))
        return original(cursor, sql, *rest)

    def clone(self: Any, original: Callable[..., Any], *rest: Any, **named: Any) -> Any:
        made = original(self, *rest, **named)
        module = observer.builder()
        made.built_by = getattr(self, "built_by", ())
        _note(made, module)
        return made

    def nested(self: Any, original: Callable[..., Any], outer: Any, *rest: Any, **named: Any) -> Any:
        for module in getattr(self, "built_by", ()):
            _note(outer, module)
        return original(self, outer, *rest, **named)

    def run(self: Any, original: Callable[..., Any], *rest: Any, **named: Any) -> Any:
        before, observer.built = observer.built, getattr(self.query, "built_by", ())
        try:
            return original(self, *rest, **named)
        finally:
            observer.built = before

    for name in ("execute", "executemany"):
        _hook(utils.CursorWrapper, name, execute)
    _hook(query, "clone", clone)
    _hook(query, "resolve_expression", nested)
    _hook(compiler, "execute_sql", run)
