"""Stage 1, whole project: SQLAlchemy's indexes and constraints -> the columns that they lead with."""

from collections.abc import Iterable, Iterator

from ...code import Assign, Attr, Call, Const, Do, Expr, Function, If, Item, Stmt, calls_within
from ...program import ClassInfo

__all__ = ["leading", "of_class", "of_module", "of_table"]

_KINDS = frozenset({"Index", "UniqueConstraint", "PrimaryKeyConstraint"})
_ORDERS = frozenset({"desc", "asc", "nullsfirst", "nullslast", "nulls_first", "nulls_last"})


def of_class(info: ClassInfo) -> Iterator[str]:
    """Attributes or columns that an index in `__table_args__` (a value or a method, also of a mixin) leads with."""
    for above in info.line():
        for node in above.node.body:
            name = node.name if isinstance(node, Function) else node.targets[0] if isinstance(node, Assign) else ""
            if isinstance(name, str) and name.strip("_").endswith("table_args"):
                for call in calls_within(node):
                    yield from leading(call)


def of_table(call: Call) -> Iterator[str]:
    """Columns that an index in `Table(...)` leads with."""
    for part in call.args[1:]:
        if isinstance(part, Call):
            yield from leading(part)


def of_module(body: Iterable[Stmt]) -> Iterator[tuple[Expr, str]]:
    """Index("ix", Order.total)    Index("ix", orders.c.total): the class or table as written, and the column."""
    for node in body:
        if isinstance(node, If):
            yield from of_module((*node.body, *node.orelse))
        elif isinstance(node, Do | Assign) and isinstance(node.value, Call) and _kind(node.value) == "Index":
            first = next(iter(node.value.args[1:]), None)
            match _plain(first) if first is not None else None:
                case Attr(Attr(table, "c" | "columns"), name):
                    yield table, name
                case Attr(owner, name):
                    yield owner, name


def leading(call: Call) -> Iterator[str]:
    """The columns by which the index finds rows; of one that serves each of its columns alone, all."""
    kind = _kind(call)
    if kind not in _KINDS:
        return
    names = list(map(_name, call.args[1:] if kind == "Index" else call.args))
    alone = any(key == "postgresql_using" and value in (Const("gin"), Const("brin")) for key, value in call.keywords)
    yield from (name for name in (names if alone else names[:1]) if name)


def _kind(call: Call) -> str:
    return call.func.name if isinstance(call.func, Attr) else call.func if isinstance(call.func, str) else ""


def _name(node: Expr) -> str:
    plain = _plain(node)
    if isinstance(plain, Const):
        return plain.value if isinstance(plain.value, str) else ""
    return plain.name if isinstance(plain, Attr) else plain if isinstance(plain, str) else ""


def _plain(node: Expr) -> Expr | None:
    """created.desc()    desc(created)    text("created DESC")    table.c["created"]: the column that is meant"""
    if isinstance(node, Item) and _is_c(node.base):
        return Attr(node.base, str(node.key.value), node.line) if isinstance(node.key, Const) else None
    if not isinstance(node, Call):
        return node
    kind = _kind(node)
    if kind in _ORDERS:
        return node.args[0] if node.args else node.func.base if isinstance(node.func, Attr) else None
    if kind == "text" and node.args and isinstance(node.args[0], Const):
        words = str(node.args[0].value).split()
        return Const(words[0]) if words and words[0].isidentifier() else None
    return None


def _is_c(node: Expr) -> bool:
    return isinstance(node, Attr) and node.name in ("c", "columns")
