"""What the observer of running applications reads from a statement."""

import sys
from collections.abc import Callable
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any

import pytest

from benchmarks.hooks import watch_mapped, watch_sqlalchemy
from benchmarks.observe import told
from benchmarks.observer import Observer, tables_in


def test_a_statement_writes_its_target_and_reads_the_rest() -> None:
    sql = (
        'UPDATE "toy" SET "a" = 1 WHERE "id" IN (SELECT U0."id" FROM "toy" U0 INNER JOIN "maker" U1 ON (U0.m = U1.id))'
    )
    assert list(tables_in(sql)) == [("toy", "write", "target"), ("toy", "read", "sub"), ("maker", "read", "sub")]


def test_a_statement_within_another_writes_its_target() -> None:
    sql = "WITH old AS (DELETE FROM toy USING maker m WHERE m.id = toy.m) INSERT INTO gone SELECT * FROM old"
    assert list(tables_in(sql)) == [("toy", "write", "target"), ("gone", "write", "target"), ("old", "read", "from")]


def test_joined_tables_are_told_from_the_first() -> None:
    sql = 'SELECT COUNT(*) FROM "toy" LEFT OUTER JOIN "maker" ON ("toy"."m" = "maker"."id")'
    assert list(tables_in(sql)) == [("toy", "read", "from"), ("maker", "read", "join")]


def test_tables_of_models_that_tests_swap_out_are_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    user = SimpleNamespace(
        __module__="django.contrib.auth.models", _meta=SimpleNamespace(db_table="auth_user", auto_created=False)
    )

    def get_models(include_auto_created: bool, include_swapped: bool = False) -> list[Any]:
        return [user] if include_swapped else []

    module = ModuleType("django.apps")
    module.apps = SimpleNamespace(ready=True, get_models=get_models)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "django.apps", module)
    assert told(Observer(("shop",)))["tables"] == [{"name": "auth_user", "owner": "other"}]


def test_a_lazy_object_on_the_stack_is_left_asleep() -> None:
    class Lazy:
        @property
        def __class__(self) -> type:  # as django.utils.functional.SimpleLazyObject has it
            raise AssertionError("it sent a statement")

        def frame(self) -> FrameType:
            return sys._getframe()

    assert Observer(("shop",)).declares(Lazy().frame()) == ""


def test_a_class_whose_method_a_base_of_another_module_has_is_told_too() -> None:
    base: dict[str, Any] = {"__name__": "shop.generic"}
    exec("class List:\n    def get(self, send):\n        return send()\n", base)
    view = type("OrderList", (base["List"],), {"__module__": "orders.views"})
    observer = Observer(("shop", "orders"))
    view().get(lambda: observer.saw('SELECT * FROM "orders"', sys._getframe(1)))
    assert {(module, depth) for module, _, _, depth in observer.rows} == {
        ("shop.generic", "innermost"),
        ("orders.views", "declared"),
        ("orders.views", "stack"),
    }
    assert observer.rows["shop.generic", "orders", "read", "innermost"]["co"] == {"orders.views"}


def function(module: str, name: str, body: str) -> Callable[..., Any]:
    """A function of a module that exists only in its frame."""
    space: dict[str, Any] = {"__name__": module}
    exec(f"def {name}(*rest):\n    return {body}\n", space)
    made: Callable[..., Any] = space[name]
    return made


def test_a_statement_that_a_flush_sends_is_marked_and_stands_straight_below_the_module() -> None:
    observer = Observer(("shop",))
    send = function("sqlalchemy.engine.base", "execute", "rest[0].saw(rest[1], rest[2]())")
    flush = function("sqlalchemy.orm.session", "flush", "rest[0](*rest[1:])")
    commit = function("shop.orders", "pay", "rest[0](*rest[1:])")
    request = function("shop.web", "answer", "rest[0](*rest[1:])")
    request(commit, flush, send, observer, "INSERT INTO orders (id) VALUES (?)", lambda: sys._getframe(1))
    row = observer.rows["shop.orders", "orders", "write", "innermost"]
    assert row["flags"] == {"flush": 1} and row["via"] == {"direct": 1} and row["co"] == {"shop.web"}
    assert ("shop.web", "orders", "write", "stack") in observer.rows


def test_a_row_that_is_read_again_after_a_commit_is_marked() -> None:
    observer = Observer(("shop",))
    again = function("sqlalchemy.orm.loading", "load_scalar_attributes", "rest[0].saw(rest[1], rest[2]())")
    number = function("shop.orders", "number", "rest[0](*rest[1:])")
    number(again, observer, "SELECT id FROM orders", lambda: sys._getframe(1))
    assert observer.rows["shop.orders", "orders", "read", "innermost"]["flags"] == {"reload": 1}


def test_statements_and_tables_of_sqlalchemy_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: dict[str, Callable[..., None]] = {}
    library = ModuleType("sqlalchemy")
    library.event = SimpleNamespace(listen=lambda _, name, hook: heard.update({name: hook}))  # type: ignore[attr-defined]
    library.Table = object  # type: ignore[attr-defined]
    engine = ModuleType("sqlalchemy.engine")
    engine.Engine = object  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sqlalchemy", library)
    monkeypatch.setitem(sys.modules, "sqlalchemy.engine", engine)
    observer = Observer(("shop",))
    watch_sqlalchemy(observer)
    attach, execute = heard["after_parent_attach"], heard["before_cursor_execute"]
    function("shop.models", "declare", "rest[0](rest[1], None)")(attach, SimpleNamespace(name="orders"))
    function("jobs.models", "declare", "rest[0](rest[1], None)")(attach, SimpleNamespace(name="jobs"))
    reflect = function("sqlalchemy.sql.schema", "reflect", "rest[0](rest[1], None)")
    function("shop.backup", "restore", "rest[0](*rest[1:])")(reflect, attach, SimpleNamespace(name="leftover"))
    make = function("sqlalchemy.sql.schema", "_new", "(kw := {'autoload_with': 1}) and rest[0](rest[1], None)")
    function("shop.sync", "pull", "rest[0](*rest[1:])")(make, attach, SimpleNamespace(name="theirs"))
    function("shop.web", "answer", "rest[0](*rest[1:])")(
        execute, None, None, "SELECT `id` FROM `orders`", (), None, False
    )
    upgrade = function("alembic.op", "execute", "rest[0](None, None, 'DELETE FROM jobs', (), None, False)")
    function("shop.setup", "upgrade", "rest[0](rest[1])")(upgrade, execute)
    assert observer.declared == {"orders": True, "jobs": False, "leftover": False, "theirs": False}
    assert list(observer.rows) == [("shop.web", "orders", "read", "innermost")]


@pytest.mark.parametrize("links", ["ManyToManyDP", "_ManyToManyDP"])
def test_what_a_flush_writes_is_told_of_who_made_or_changed_the_row(
    monkeypatch: pytest.MonkeyPatch, links: str
) -> None:
    class State:
        def _initialize_instance(self) -> None: ...
        def _modified_event(self) -> None: ...

    class Empty:
        delete = _register_persistent = process_saves = process_deletes = execute = _iter = _generate = lambda *_: None

    observer = Observer(("shop",))

    def save_obj(_mapper: object, states: list[State]) -> None:
        assert len(states) == 1
        observer.saw("INSERT INTO orders (id) VALUES (?)", sys._getframe(1))

    persistence = SimpleNamespace(save_obj=save_obj, delete_obj=save_obj)
    for name, value in (
        ("orm.state", SimpleNamespace(InstanceState=State)),
        ("orm.session", SimpleNamespace(Session=type("Session", (Empty,), dict(vars(Empty))))),
        ("orm.persistence", persistence),
        ("orm.dependency", SimpleNamespace(**{links: type("Links", (), dict(vars(Empty)))})),
        ("orm.query", SimpleNamespace(Query=type("Query", (), dict(vars(Empty))))),
        ("sql.base", SimpleNamespace(Generative=type("Generative", (), dict(vars(Empty))))),
    ):
        monkeypatch.setitem(sys.modules, f"sqlalchemy.{name}", value)
    watch_mapped(observer)
    state = State()
    function("shop.carts", "make", "rest[0]()")(state._initialize_instance)
    function("shop.orders", "rename", "rest[0]()")(state._modified_event)
    function("shop.web", "answer", "rest[0](None, (row for row in (rest[1],)))")(persistence.save_obj, state)
    assert sorted(observer.rows) == [
        ("shop.carts", "orders", "write", "origin"),
        ("shop.orders", "orders", "write", "origin"),
        ("shop.web", "orders", "write", "innermost"),
    ]
