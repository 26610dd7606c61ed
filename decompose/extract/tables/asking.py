"""Stage 1, whole project: what a query is told to ask, held as a value until one is given it: Q, Prefetch, Exists."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..code import Expr
from ..infer import Site
from ..types import Type, Types, each
from .lookups import EXPRESSION_CALLS, is_expression, paths
from .shapes import brought_of, spans_of

__all__ = ["Asking", "asked_by", "asking"]

_MOST = 16  # paths, and tables, of one value


class Asking(NamedTuple):
    """Paths with the roles that they play, from whichever rows they are asked of, and tables of queries within."""

    paths: tuple[tuple[str, str], ...]
    tables: tuple[Any, ...]


def asking(name: str, site: Site) -> Types | None:
    """`late = Q(lines__due__lt=now)`, `Prefetch(name, queryset=lines)`; None where nothing is asked."""
    if name not in EXPRESSION_CALLS:
        return None
    role = "scan" if name in ("Q", "When") else f"expression_{name}"
    asked = dict.fromkeys(paths(site.node, role))
    if name == "Prefetch":
        asked.update({(role, one.of): None for one in site.arg(0, "lookup") if one.kind == "text" and not one.extra})
    tables: dict[Any, None] = {}
    for types in site.all():
        for one in types:
            if one.kind in ("rows", "values", "related"):
                tables.update(dict.fromkeys((one.of, *spans_of(one))))
                tables.update(dict.fromkeys(brought_of(one) if name == "Prefetch" else ()))
            elif one.kind == "asking":
                asked.update(dict.fromkeys(one.extra.paths))
                tables.update(dict.fromkeys(one.extra.tables))
    if not asked and not tables:
        return None
    return (Type("asking", name, Asking(tuple(asked)[:_MOST], tuple(tables)[:_MOST])),)


def asked_by(site: Site) -> tuple[list[tuple[str, str]], list[Any]]:
    """The paths that a call is given in values, and the tables of the queries in them: filter(late | paid)"""
    asked, tables = dict[tuple[str, str], None](), dict[Any, None]()
    for node, types in _given(site):
        for one in (*types, *each(types)):
            if one.kind == "asking":
                tables.update(dict.fromkeys(one.extra.tables))
                if not is_expression(node):  # else it is told as it stands in the call
                    asked.update(dict.fromkeys(one.extra.paths))
    return list(asked), list(tables)


def _given(site: Site) -> Iterator[tuple[Expr, Types]]:
    yield from zip(site.node.args, site.args, strict=False)
    yield from zip([value for _, value in site.node.keywords], site.keywords.values(), strict=False)
