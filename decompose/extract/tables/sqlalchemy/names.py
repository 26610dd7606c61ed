"""Stage 1, whole project: which classes SQLAlchemy maps, and what their tables are called."""

import re
from collections.abc import Iterator

from ...code import (
    Call,
    Const,
    Dict,
    Display,
    Expr,
    Function,
    Return,
    Star,
)
from ...program import ClassInfo
from ...types import Type
from ..mapping import Mapped
from ..written import constants, keyword, text, values
from .fields import Models, fields_of

__all__ = ["is_mapped", "name_table"]

_ROOTS = ("sqlalchemy", "flask_sqlalchemy", "sqlmodel", "flask_sqlalchemy_lite", "oslo_db", "advanced_alchemy")

_BASES = frozenset(
    {"Model", "DeclarativeBase", "DeclarativeBaseNoMeta", "MappedAsDataclass", "declarative_base", "SQLModel"}
    | {"as_declarative", "generate_base", "ModelBase", "AsyncAttrs", "UUIDBase", "BigIntBase"}
)


def is_mapped(info: ClassInfo) -> bool:
    """Is it a mapped class, or what mapped classes inherit from?"""
    if "table" in dict(info.node.keywords) or "__table__" in info.attributes:
        return True
    if any(_is_base(base) for base in info.externals()):
        return True
    return "__tablename__" in info.attributes and bool(info.bases) and not _is_mixed_in(info)


def _is_mixed_in(info: ClassInfo) -> bool:
    """class Settings(Plain): __tablename__ = "settings"    class UserSettings(Settings, db.Model): ..."""
    return any(_is_base(base) for one in info.below() for base in one.externals())


def name_table(models: Models, info: ClassInfo) -> None:
    """Declare the class, with the name of its own table, of its parent's, or of none."""
    externals = info.externals()
    own = _own_name(models, info)
    parents = [one for one in info.line()[1:] if one.mapped and one.mapped.table]
    if _is_declarative_base(info) or "__abstract__" in {
        name for name, value in constants(info.node.body) if value is True
    }:
        own, parents = "", []
        models.inventory.declare(info, Mapped("sqlalchemy", None))
        return
    if not own and not parents:
        own = _generated_name(models, info, externals)
    if not own and parents:
        models.inventory.declare(info, Mapped("sqlalchemy", parents[0].mapped.table, notes={"single": True}))
        return
    mapped = Mapped("sqlalchemy", own or None)
    if own and parents and parents[0].mapped.table != own and not parents[0].mapped.notes.get("mixin"):
        mapped.parents.append(parents[0])
    models.inventory.declare(info, mapped)


def _own_name(models: Models, info: ClassInfo) -> str:
    schema = _schema(models, info)
    prefix = f"{schema}." if schema else ""
    for one in info.attributes.get("__table__", _NOTHING).types:
        if one.kind == "core_table":
            return str(one.of.name)
    for above in _unmapped(info):
        for one in above.attributes.get("__tablename__", _NOTHING).types:
            if one.kind == "text" and not one.extra:
                return prefix + str(one.of)
        if "__tablename__" in above.attributes:
            break
    for above in info.line():
        if "__tablename__" in above.methods:
            return prefix + _computed_name(above.methods["__tablename__"].node, info)
    return ""


def _unmapped(info: ClassInfo) -> Iterator[ClassInfo]:
    """The class, its mixins and its abstract bases, which hand on what they say; not what already has a table."""
    line = info.line()
    has_parents = any(one.mapped and one.mapped.table for one in line[1:])
    return iter(line[:1] if has_parents else line)


def _schema(models: Models, info: ClassInfo) -> str:
    # __table_args__ = (Index(...), {"schema": "x"})      def __auto_table_args(cls): return {"schema": "x"}
    for above in _unmapped(info):
        for value in _table_args(above):
            for part in value.items if isinstance(value, Display) else (value,):
                if stated := text(models.machine, above.scope, _stated_schema(part)):
                    return stated
    return ""


def _stated_schema(part: Expr) -> Expr | None:
    # {"schema": "x"}      dict(schema="x")      *put_together(cls, schema="x")
    part = part.value if isinstance(part, Star) else part
    if isinstance(part, Call):
        return keyword(part, "schema")
    pairs = zip(part.keys, part.values, strict=True) if isinstance(part, Dict) else ()
    return next((value for key, value in pairs if key == Const("schema")), None)


def _table_args(info: ClassInfo) -> Iterator[Expr]:
    stated = list(values(info.node.body))
    for node in info.node.body:
        if isinstance(node, Function):
            stated += [(node.name, one.value) for one in node.body if isinstance(one, Return) and one.value is not None]
    for name, value in stated:
        if name.strip("_").endswith("table_args"):
            yield value


def _generated_name(models: Models, info: ClassInfo, externals: list[str]) -> str:
    """The name that a library makes of the class's where none is stated."""
    name = info.name.rpartition(".")[2]
    if "table" in dict(info.node.keywords):  # class Order(SQLModel, table=True)
        return name.lower()
    if any(base.startswith("flask_sqlalchemy") and base.endswith(".Model") for base in externals):
        return _snake(name) if _has_primary_key(models, info) else ""
    if any(base.startswith("advanced_alchemy") for base in externals):
        return _snake(name)
    return ""


def _has_primary_key(models: Models, info: ClassInfo) -> bool:
    return any(
        field.call is not None
        and (keyword(field.call, "primary_key") == Const(True) or "primary" in str(field.call.func))
        for above in info.line()
        for field in fields_of(above)
    )


def _is_base(dotted: str) -> bool:
    root, last = dotted.partition(".")[0], dotted.rpartition(".")[2]
    return (root in _ROOTS or root.startswith("flask_sqlalchemy")) and (last in _BASES or last.endswith("Base"))


def _is_declarative_base(info: ClassInfo) -> bool:
    """`class Base(DeclarativeBase)`: what it names tables by is meant for the classes below it."""
    made = (".DeclarativeBase", ".DeclarativeBaseNoMeta")
    return any(isinstance(base, str) and base.startswith("sqlalchemy.") and base.endswith(made) for base in info.bases)


def _computed_name(fn: Function, info: ClassInfo) -> str:
    # return cls.__name__.lower()      return cls.__name__.lower() + "s"      return to_snake(cls.__name__)
    name = info.name.rpartition(".")[2]
    value = next((node.value for node in fn.body if isinstance(node, Return)), None)
    written = str(value)
    suffix = next((match[1] for match in re.finditer(r"op='Add'.*right=Const\(value='(\w+)'\)", written)), "")
    plain = "'lower'" in written and "sub" not in written
    return (name.lower() if plain else _snake(name)) + suffix


def _snake(name: str) -> str:
    name = re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name)
    return name.lower().lstrip("_")


class _Empty:
    types: tuple[Type, ...] = ()


_NOTHING = _Empty()
