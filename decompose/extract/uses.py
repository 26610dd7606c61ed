"""Stage 1, whole project: FileCode -> what each module defines, and what it uses of others."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from ..model.facts import Definition, Use, UseKind
from .answers import answer
from .code import (
    Assign,
    Class,
    Expr,
    Function,
    Item,
    Mention,
    Param,
    Stmt,
)
from .code.text import as_text
from .file import Says
from .resolve import Place
from .symbols import Symbols, statements
from .waits import Waits

__all__ = ["definitions", "signature", "uses"]


def definitions(place: Place, said: Says, names: Symbols) -> Iterator[Definition]:
    """The functions, classes, methods and constants of one module, in the order of their lines."""
    kept = said.wiring.kept
    for one in _defined(said.code.body, place, names, ""):
        yield replace(one, cached=True) if kept and _is_kept(one, kept) else one


def _is_kept(one: Definition, kept: Collection[str]) -> bool:
    if one.kind == "class":
        return f"{one.name}." in kept
    whole = f"{one.name.rpartition('.')[0]}."
    return whole in kept or any(path == one.name or path.startswith(f"{one.name}.") for path in kept)


def _defined(body: tuple[Stmt, ...], place: Place, names: Symbols, prefix: str) -> Iterator[Definition]:
    for node in statements(body):
        if isinstance(node, Function):
            name = prefix + node.name
            returns = "" if node.returns is not None else answer(node)
            yield Definition(
                place.module, name, "function", signature(node), (), node.line, node.end_line, answer=returns
            )
        elif isinstance(node, Class):
            name = prefix + node.name
            bases = tuple(_base(base, place, names) for base in node.bases)
            yield Definition(place.module, name, "class", "", bases, node.line, node.end_line)
            yield from _defined(node.body, place, names, f"{name}.")
        elif isinstance(node, Assign) and not prefix:
            for target in node.targets:
                if isinstance(target, str):
                    yield Definition(place.module, target, "constant", "", (), node.line, node.end_line)


def _base(base: Expr, place: Place, names: Symbols) -> str:
    # class Order(models.Model): "django.db.models.Model"      class Late(Order[int]): "shop.orders.Order"
    written = as_text(base.base if isinstance(base, Item) else base)
    found = names.find(place, written)
    if found is None:
        return written
    return f"{found.place.module}.{found.name}" if found.place else found.name


def uses(place: Place, said: Says, names: Symbols, waits: Waits) -> Iterator[Use]:
    """What one module uses of the project's other modules: each name where it is really defined.

    What is a library's is used of the module that passes it on. Where the caller `waits`, the result of a call is used.
    """
    for mention in said.code.mentions:
        found = names.find(place, mention.chain)
        if found is not None and found.place is None:
            found = names.passed_on(place, mention.chain)
        if found is None or found.place is None or not found.name or found.place.path == place.path:
            continue
        defined = names.kind(found.place, found.name)
        kind = UseKind.ANNOTATION if found.typing_only else _KINDS.get(mention.kind, UseKind.REFERENCE)
        if kind is UseKind.REFERENCE and (defined == "constant" or names.is_literal(found.place, found.name)):
            kind = UseKind.CONSTANT
        looked_at = mention.used or waits(place, mention, found)
        yield _use(place, found.place, found.name, kind, mention, looked_at)


_KINDS: Mapping[str, UseKind] = {
    "call": UseKind.CALL,
    "inherit": UseKind.INHERIT,
    "raise": UseKind.RAISE,
    "annotation": UseKind.ANNOTATION,
}


def _use(place: Place, used: Place, name: str, kind: UseKind, mention: Mention, looked_at: bool) -> Use:
    return Use(place.module, mention.function, used.module, name, kind, looked_at, mention.in_loop, mention.line)


def signature(node: Function) -> str:
    """ "(self, order_id: int, *, dry_run=False) -> Receipt", with defaults and annotations as written."""
    returns = f" -> {as_text(node.returns)}" if node.returns is not None else ""
    return f"({', '.join(_params(node.params))}){returns}"


def _params(params: Iterable[Param]) -> Iterator[str]:
    starred, positional_only = False, False
    for param in params:
        if positional_only and param.kind != "/":
            yield "/"
            positional_only = False
        if param.kind == "keyword" and not starred:
            yield "*"
        starred = starred or param.kind in ("*", "keyword")
        positional_only = positional_only or param.kind == "/"
        yield _param(param)
    if positional_only:
        yield "/"


def _param(param: Param) -> str:
    written = (param.kind if param.kind in ("*", "**") else "") + param.name
    if param.annotation is not None:
        written += f": {as_text(param.annotation)}"
    if param.default is not None:
        written += f"{' = ' if param.annotation is not None else '='}{as_text(param.default)}"
    return written
