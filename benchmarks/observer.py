"""What was seen of a running application: which module read or wrote which table, and how deep on the stack."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from types import FrameType
from typing import Any

__all__ = ["Observer", "tables_in"]

_PASSED_OVER = re.compile(
    r"(^|[.])(tests?|testing|conftest|factories|factory|migrations|testutils?|test_[^.]*|[^.]*_tests?|fixtures)([.]|$)"
)
_NAMED = re.compile(
    r'\b(INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|FROM|JOIN)\s+(?:ONLY\s+)?(?:["`]?\w+["`]?\.)?["`]?(\w+)["`]?', re.I
)
_MAPPERS = ("django.db", "sqlalchemy", "flask_sqlalchemy", "sqlmodel", "oslo_db")
"""Packages that stand between a module and its statement without doing more than it asked for."""

_HOOKS = "benchmarks.hooks"

_STEPS = {
    "flush": "flush",
    "_autoflush": "autoflush",
    "_load_for_state": "lazyload",
    "_emit_lazyload": "lazyload",
    "load_scalar_attributes": "reload",
}
"""By functions of SQLAlchemy: why a statement was sent; `reload`: a commit had let the row expire."""


def tables_in(sql: str) -> Iterator[tuple[str, str, str]]:
    """(table, read or write, role) of one statement: role is target, from, join, or sub for what is nested."""
    depth = 0
    at = 0
    for found in _NAMED.finditer(sql):
        depth += sql.count("(", at, found.start()) - sql.count(")", at, found.start())
        at = found.start()
        word = found.group(1).upper()
        writes = word.startswith(("INSERT", "UPDATE", "DELETE"))
        role = "target" if writes else "sub" if depth else "join" if word == "JOIN" else "from"
        yield found.group(2), "write" if writes else "read", role


def is_migration(module: str) -> bool:
    return "migrations" in module.split(".") or module.startswith("alembic.")


class Observer:
    """Counts, for each (module, table, op, depth), how often and how it was seen."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self.packages = packages
        self.rows: dict[tuple[str, str, str, str], dict[str, Any]] = {}
        self.known: dict[str, bool] = {}
        self.ran: set[str] = set()
        self.built: tuple[str, ...] = ()
        self.origin: tuple[str, ...] = ()
        self.declared: dict[str, bool] = {}  # tables of SQLAlchemy: did a module of the application make it?

    def is_ours(self, module: str) -> bool:
        if module not in self.known:  # asked for every frame of every statement
            ours = any(module == package or module.startswith(f"{package}.") for package in self.packages)
            self.known[module] = ours and not _PASSED_OVER.search(module)
        return self.known[module]

    def saw(self, sql: str, frame: FrameType | None) -> None:
        modules: dict[str, None] = {}
        between: list[str] = []
        declared, flags, function = "", set(), ""
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            name = frame.f_code.co_name
            if module in (__name__, _HOOKS):
                frame = frame.f_back
                continue
            if is_migration(module) or name in ("create_test_db", "_fixture_setup"):
                return
            below = self.declares(frame)
            if not modules:
                declared = declared or below
            if self.is_ours(module):
                function = function or frame.f_code.co_qualname
                modules[module] = None
            elif not modules:
                between.append(module)
                if module == "django.db.models.deletion":
                    flags.add("cascade")
                if "prefetch" in name:
                    flags.add("prefetch")
                if name in _STEPS and module.startswith("sqlalchemy."):
                    flags.add(_STEPS[name])
            if modules and below:
                modules.setdefault(below)
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
            for depth, those in (
                ("stack", above),
                ("built", self.built),
                ("origin", self.origin if op == "write" else ()),
                ("declared", (declared,)),
            ):
                for module in those:
                    if module and (module != inner or depth == "origin"):
                        self.count(module, table, op, depth, role, flags)

    def declares(self, frame: FrameType) -> str:
        """The module of ours whose view, form or serialiser a method of a framework runs on, be that one of ours."""
        if not frame.f_code.co_varnames or frame.f_code.co_varnames[0] not in ("self", "cls"):
            return ""
        value = frame.f_locals.get(frame.f_code.co_varnames[0])
        kind = value if issubclass(type(value), type) else type(value)  # asking a lazy object's class would run it
        rows = any(base.__module__.startswith(_MAPPERS) or "__mapper__" in vars(base) for base in kind.__mro__)
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

    def makes_table(self) -> bool:
        """Does a module of ours declare a table? Not where it has the database, or a migration, tell of its tables."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            if is_migration(module) or module.startswith("sqlalchemy.dialects.") or frame.f_code.co_name == "reflect":
                return False
            if frame.f_code.co_name == "_new" and frame.f_locals.get("kw", {}).keys() & {"autoload", "autoload_with"}:
                return False
            if self.is_ours(module):
                return True
            frame = frame.f_back
        return False

    def builder(self) -> str:
        """The innermost module of ours that stands on the stack."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            if self.is_ours(module):
                return str(module)
            frame = frame.f_back
        return ""
