"""Stage 7: one import statement's text -> its new text, by libcst, which keeps its layout and its comments."""

from collections.abc import Sequence

import libcst as cst

__all__ = ["Pick", "from_import", "plain_import", "star_from", "with_modules", "with_names"]

_WIDTH = 88
_SPACE = cst.SimpleWhitespace(" ")

Pick = tuple[int, str]
"""Which of a statement's names (from 0), and how what it brings is called now."""


def plain_import(module: str) -> str:
    """`import module`, which binds its first name."""
    return f"import {module}"


def from_import(source: str, name: str, bound: str) -> str:
    """`from source import name`, bound to `bound`; a top-level module has no source."""
    renamed = name if bound == name else f"{name} as {bound}"
    return f"from {source} import {renamed}" if source else f"import {renamed}"


def with_modules(text: str, picks: Sequence[Pick]) -> str:
    """`import a, b` with the picked modules alone, under their new names."""
    node = _parsed(text)
    assert isinstance(node, cst.Import)
    kept = [_module(node.names[n], name) for n, name in picks]
    return _code(node.with_changes(names=_without_last_comma(kept)))


def with_names(text: str, picks: Sequence[Pick], source: tuple[int, str] | None) -> str:
    """`from x import a, b` with the picked names alone, taken from `source` (leading dots, module; None: as before).

    Names that are called otherwise now stay bound to what they were bound to. A source without dots and module, which
    is that of top-level modules, makes it `import a, b`.
    """
    node = _parsed(text)
    assert isinstance(node, cst.ImportFrom)
    assert not isinstance(node.names, cst.ImportStar)
    aliases = [_renamed(node.names[n], name) for n, name in picks]
    if source == (0, ""):
        return _code(cst.Import([cst.ImportAlias(alias.name, asname=alias.asname) for alias in aliases]))
    moved = node if source is None else _taking_from(node, *source)
    if len(aliases) == len(node.names):
        return _code(moved.with_changes(names=aliases))
    return _code(_folded(moved.with_changes(names=_without_last_comma(aliases))))


def star_from(text: str, source: tuple[int, str]) -> str:
    """`from x import *` taken from `source`."""
    node = _parsed(text)
    assert isinstance(node, cst.ImportFrom)
    return _code(_taking_from(node, *source))


def _parsed(text: str) -> cst.Import | cst.ImportFrom:
    line = cst.parse_statement(text)
    assert isinstance(line, cst.SimpleStatementLine)
    (node,) = line.body
    assert isinstance(node, cst.Import | cst.ImportFrom)
    return node


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _expression(name: str) -> cst.Name | cst.Attribute:
    parent, _, last = name.rpartition(".")
    return cst.Attribute(_expression(parent), cst.Name(last)) if parent else cst.Name(last)


def _module(alias: cst.ImportAlias, name: str) -> cst.ImportAlias:
    return alias if _code(alias.name) == name else alias.with_changes(name=_expression(name))


def _renamed(alias: cst.ImportAlias, name: str) -> cst.ImportAlias:
    old = _code(alias.name)
    if old == name:
        return alias
    bound = cst.AsName(cst.Name(old)) if alias.asname is None else alias.asname
    kept = None if isinstance(bound.name, cst.Name) and bound.name.value == name else bound
    return alias.with_changes(name=cst.Name(name), asname=kept)


def _taking_from(node: cst.ImportFrom, level: int, module: str) -> cst.ImportFrom:
    return node.with_changes(
        relative=[cst.Dot()] * level, module=_expression(module) if module else None, whitespace_after_from=_SPACE
    )


def _folded(node: cst.ImportFrom) -> cst.ImportFrom:
    """Part of a parenthesised import goes on one line where it fits and loses no comment."""
    if node.lpar is None or "#" in _code(node):
        return node if node.lpar is None else _closed(node)
    assert not isinstance(node.names, cst.ImportStar)
    plain = [cst.ImportAlias(alias.name, asname=alias.asname) for alias in node.names]
    flat = node.with_changes(names=plain, lpar=None, rpar=None)
    return flat if len(_code(flat)) <= _WIDTH else _closed(node)


def _closed(node: cst.ImportFrom) -> cst.ImportFrom:
    """A tall import's closing parenthesis stands on a line of its own, whichever name has become the last."""
    assert not isinstance(node.names, cst.ImportStar)
    last = node.names[-1]
    if isinstance(last.comma, cst.Comma) or not _breaks(node.lpar, "after") or _breaks(node.rpar, "before"):
        return node
    end = cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(cst.TrailingWhitespace()))
    return node.with_changes(names=[*node.names[:-1], last.with_changes(comma=end)])


def _breaks(parenthesis: cst.LeftParen | cst.RightParen | None, side: str) -> bool:
    return isinstance(getattr(parenthesis, f"whitespace_{side}", None), cst.ParenthesizedWhitespace)


def _without_last_comma(aliases: Sequence[cst.ImportAlias]) -> list[cst.ImportAlias]:
    """The names as the end of a statement: the last comma goes, or stays for its comment and ends its line."""
    last = aliases[-1]
    if isinstance(last.comma, cst.Comma):
        after = last.comma.whitespace_after
        if "#" in _code(last.comma) and isinstance(after, cst.ParenthesizedWhitespace):
            end = last.comma.with_changes(whitespace_after=after.with_changes(last_line=cst.SimpleWhitespace("")))
            last = last.with_changes(comma=end)
        else:
            last = last.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return [*aliases[:-1], last]
