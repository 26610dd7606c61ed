"""Pieces -> a text that parses: each piece on its own line, under the header that it belongs to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from .statements import masked

__all__ = ["Piece", "Row", "as_written", "joined", "laid_out"]

_MOST_BLOCKS = 90  # the tokenizer bears 100
_MOST_CLAUSES = 50  # of one statement: an `elif` is a level of the tree


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement that parses alone, without its indentation; `opens` a block. "" where nothing of it can be read.

    `version` is the Python that it was rewritten from, `problem` why it is not as it was.
    """

    line: int
    indent: str
    column: int
    text: str
    opens: bool = False
    version: str = ""
    problem: str = ""

    @property
    def word(self) -> str:
        """What kind of statement it is: its first word, "@" for a decorator; "def" for "async def"."""
        return _word(self.text)


@dataclass(slots=True)
class Row:
    """A piece as it is laid out; changed when what comes after shows that it cannot stand like that."""

    line: int
    depth: int
    text: str
    opens: bool


@dataclass(slots=True)
class _Block:
    column: int
    header: str = ""  # the word of the statement that opened it
    chain: str = ""  # the word of the last statement in it that a clause may follow
    clauses: int = 0  # how many clauses that statement has had
    last: Row | None = None
    decorators: list[Row] = field(default_factory=list)


_CLAUSES = frozenset({"elif", "else", "except", "finally"})
_FOLLOWED_BY = {
    "if": ("elif", "else"),
    "elif": ("elif", "else"),
    "for": ("else",),
    "while": ("else",),
    "try": ("except", "finally"),
    "except": ("except", "else", "finally"),
    "else of try": ("finally",),
}


def as_written(pieces: Iterable[Piece]) -> list[Row]:
    """The pieces under their own indentation."""
    return [Row(piece.line, 0, piece.indent + piece.text, piece.opens) for piece in pieces if piece.text]


def laid_out(pieces: Iterable[Piece]) -> list[Row]:
    """The pieces under an indentation that is right, with what is missing (a body, a handler) made good."""
    rows: list[Row] = []
    blocks = [_Block(0)]
    for piece in pieces:
        if piece.text:
            _enter(piece, rows, blocks)
            _place(piece, rows, blocks)
    _leave(-1, blocks)
    _close(blocks[0])
    rows = [row for row in rows if row.text]
    for row, after in zip_longest(rows, rows[1:]):
        if row.opens and (after is None or after.depth <= row.depth):
            _give_body(row)
    return rows


def joined(rows: Sequence[Row]) -> str:
    """The text whose lines the rows are, each at its number."""
    lines: list[str] = []
    for row in rows:
        lines += [""] * (row.line - 1 - len(lines))
        lines += (" " * row.depth + row.text).split("\n")
    return "\n".join(lines) + "\n"


def _enter(piece: Piece, rows: list[Row], blocks: list[_Block]) -> None:
    """Open the block that `piece` begins, or close those that it ends."""
    if rows and rows[-1].opens and piece.column > blocks[-1].column and len(blocks) < _MOST_BLOCKS:
        blocks.append(_Block(piece.column, _word(rows[-1].text)))
    else:
        _leave(piece.column, blocks)


def _leave(column: int, blocks: list[_Block]) -> None:
    while len(blocks) > 1 and column < blocks[-1].column:
        _close(blocks.pop())


def _close(block: _Block) -> None:
    if block.chain == "try" and block.last:
        block.last.text = re.sub(r"^try\b", "if 1", block.last.text)
    for row in block.decorators:
        row.text = ""
    block.decorators.clear()
    block.chain = ""


def _place(piece: Piece, rows: list[Row], blocks: list[_Block]) -> None:
    block, word, text = blocks[-1], piece.word, piece.text
    block.clauses = block.clauses + 1 if word == "elif" else 0
    follows = word in _FOLLOWED_BY.get(block.chain, ()) and block.clauses <= _MOST_CLAUSES
    if block.header == "match" and word != "case":
        return
    if (word in _CLAUSES and not follows) or (word == "case" and piece.opens and block.header != "match"):
        word, text, block.clauses = "if", _alone(piece), 0
    row = Row(piece.line, len(blocks) - 1, text, piece.opens)
    if word == "@":
        if not block.decorators:
            _close(block)
        block.decorators.append(row)
    else:
        if word in ("def", "class"):
            block.decorators.clear()
        if not follows:
            _close(block)
        block.chain = "else of try" if word == "else" and block.chain == "except" else word
    block.last = row
    rows.append(row)


def _alone(piece: Piece) -> str:
    """A clause without what it belongs to."""
    if piece.word == "elif":
        return piece.text[2:]
    return "if 1:" if piece.opens else "pass"


def _give_body(row: Row) -> None:
    # if late:  # todo    ->    if late: pass  # todo
    if _word(row.text) == "match":
        row.text = "pass"
        return
    end = len(masked(row.text).rstrip(" \t\f\\\n"))
    row.text = f"{row.text[:end]} pass{row.text[end:]}"


def _word(text: str) -> str:
    found = re.match(r"(?:async\s+)?(\w+|@)", text)
    return found[1] if found else ""
