"""Stage 1, one file: bytes -> Parsed, an `ast.Module` of as much as can be read; never raises."""

import ast
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.facts import Problem
from .bodies import without_bodies
from .depth import is_shallow
from .mend import Mended, mend
from .syntax import TOO_DEEP, read

__all__ = ["LARGEST", "Parsed", "parse"]

LARGEST = 8 << 20  # bytes: 100,000 long lines. Beyond it a tree would cost gigabytes
DEEPEST = 150  # levels of a tree returned: a recursive walk takes a few frames a level, and has 1,000 (real code: 40)
_SMALL = 50  # characters
_CUT = DEEPEST - _SMALL
_MIGRATES = "upgrade"  # what Alembic's revisions define
TOLD = 20  # lines that cannot be read are told one by one so far; the rest are counted


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's tree, at most `DEEPEST` levels deep, so that it can be walked recursively.

    `partial` says that the running interpreter's parser could not read the file whole; lines are true all the same, but
    columns may then be those of the text as rewritten. `version` is the interpreter that reads what was rewritten
    ("3.12", "2.7"), "" where nothing was.
    """

    tree: ast.Module
    lines: int
    partial: bool = False
    problems: tuple[Problem, ...] = ()
    version: str = ""


def parse(data: bytes, path: str, outline: bool = False) -> Parsed:
    """Read `data`, the content of `path`. What cannot be read is left out, and told in `problems` with its line.

    For an `outline`, of which nothing reads the bodies of functions, those are `pass`, or deeper than `DEEPEST`, and
    what is wrong in them is not told. Bodies with imports stay, and those of migrations.
    """
    if len(data) > LARGEST:
        size = f"{len(data) / (1 << 20):.0f} MB"
        return Parsed(ast.Module([], []), data.count(b"\n"), True, (Problem(path, 0, f"too large to read: {size}"),))
    text, told = _decoded(data)
    lines = text.count("\n") + (not text.endswith("\n") and text != "")
    told += _nulls(text)
    text = text.replace("\0", " ")
    tree, version = read(without_bodies(text, _MIGRATES) if outline else text), ""
    if outline and not isinstance(tree, ast.Module):
        tree = read(text)
    if not isinstance(tree, ast.Module):
        mended = mend(text)
        tree, version = mended.tree, mended.version
        told += _mended(mended)
    partial = bool(told)
    if version or partial or not is_shallow(tree, _CUT - 1, outline):
        told += [(line, f"{TOO_DEEP}: what lies deeper was left out") for line in _bound(tree)]
    return Parsed(tree, lines, partial, tuple(Problem(path, line, message) for line, message in told), version)


_Told = list[tuple[int, str]]


def _mended(mended: Mended) -> _Told:
    told: _Told = []
    if mended.rewritten:
        count = "1 statement" if len(mended.rewritten) == 1 else f"{len(mended.rewritten)} statements"
        told.append((mended.rewritten[0], f"written for Python {mended.version}: {count} rewritten to be read"))
    told += [(line, f"cannot be read: {reason}") for line, reason in mended.left_out[:TOLD]]
    if rest := mended.left_out[TOLD:]:
        told.append((rest[0].line, f"{len(rest)} more lines from here on cannot be read"))
    if mended.misplaced:
        told.append((mended.misplaced.line, f"blocks were put in order: {mended.misplaced.reason}"))
    return told


def _nulls(text: str) -> _Told:
    where = text.find("\0")
    return [] if where < 0 else [(text.count("\n", 0, where) + 1, "holds null bytes: read as spaces")]


_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# "# -*- coding: latin-1 -*-" on line 1, or on line 2 after a comment or an empty line (PEP 263)
_COOKIE = re.compile(rb"\A(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_NO_SOURCE = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})  # slow, or no text


def _decoded(data: bytes) -> tuple[str, _Told]:
    """The text with `\\n` as its only line end, and what had to be guessed."""
    bom, stated = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), (b"", ""))
    data = data.removeprefix(bom)
    cookie = _COOKIE.match(data)
    stated = stated or (cookie.group(1).decode("ascii", "replace") if cookie else "utf-8")
    told: _Told = [(0, f"is {stated}: Python reads no such files")] if stated.startswith("utf-16-") else []
    for encoding in (stated, "utf-8", "latin-1"):
        text = _as_text(data, encoding)
        if text is not None:
            break
    else:
        raise AssertionError("Latin-1 decodes every byte")
    if encoding != stated:
        told.append((_bad_line(data, stated), f"is not {stated}: read as {encoding}"))
    return text.replace("\r\n", "\n").replace("\r", "\n"), told


def _as_text(data: bytes, encoding: str) -> str | None:
    try:
        codec = codecs.lookup(encoding)
        return None if codec.name.replace("-", "_") in _NO_SOURCE else data.decode(encoding)
    except (LookupError, ValueError):
        return None


def _bad_line(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    except (LookupError, ValueError):
        pass
    return 1


def _bound(tree: ast.Module) -> list[int]:
    """Cut `tree` to `DEEPEST` levels, and tell the lines of the cuts.

    Blocks that lie deeper (the end of a long `elif` chain) move to the end of the module; expressions become `...`.
    """
    cuts: list[int] = []
    level: list[ast.AST] = [tree]
    depth = 1
    while level:
        if depth < _CUT:
            level = [child for node in level for child in _children(node) if not _is_small(child)]
            depth += 1
            continue
        cuts += [getattr(node, "lineno", 0) for node in level]
        level = [block for node in level for block in _cut(node)]
        tree.body += level  # type: ignore[arg-type]  # blocks are statements
        depth = 2
    return sorted({line for line in cuts if line})


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for value in node.__dict__.values():
        if isinstance(value, ast.AST):
            yield value
        elif type(value) is list:
            yield from (child for child in value if isinstance(child, ast.AST))


def _is_small(node: ast.AST) -> bool:
    # A level costs a character at least: what is short is not deep.
    if isinstance(node, ast.expr | ast.stmt):
        return node.lineno == node.end_lineno and (node.end_col_offset or 0) - node.col_offset < _SMALL
    return isinstance(node, ast.expr_context | ast.operator | ast.alias)


def _cut(node: ast.AST) -> Iterator[ast.stmt]:
    """Take the expressions and blocks below `node` off; the blocks are returned."""
    for name, value in list(node.__dict__.items()):
        if isinstance(value, ast.expr):
            setattr(node, name, ast.copy_location(ast.Constant(...), value))
        elif isinstance(value, ast.AST):
            yield from _cut(value)
        elif type(value) is list:
            yield from (child for child in value if isinstance(child, ast.stmt))
            handlers = [child for child in value if isinstance(child, ast.ExceptHandler | ast.match_case)]
            yield from (block for handler in handlers for block in handler.body)
            value[:] = [child for child in value if isinstance(child, str | ast.alias)]
