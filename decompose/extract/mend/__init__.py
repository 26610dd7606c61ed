"""Text that does not parse -> the tree of as much of it as can be read, on its true lines.

A text is cut into statements; each is read alone, in the running Python's syntax, else rewritten from newer or older
syntax, else left out. What remains is put together so that it parses. The time is linear in the length of the text.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from keyword import iskeyword

from ..syntax import TOO_DEEP, Refusal, read
from .layout import Piece, Row, as_written, joined, laid_out
from .newer import NEWER
from .older import OLDER
from .statements import Statement, line_at, masked, statement_at

__all__ = ["Mended", "mend"]

_AGAIN = 5  # how often a character may be read, on average, before lines are taken for statements
_EXTRA = 4 << 20  # characters that may be read again at most

_RULES = (*NEWER, *(("2.7", rule) for rule in OLDER))


@dataclass(frozen=True, slots=True)
class Mended:
    """`rewritten` are lines of statements in the syntax of Python `version`, `left_out` lines with the reason.

    `misplaced` is the first of the lines that are no block where they stand, and were put in order.
    """

    tree: ast.Module
    rewritten: tuple[int, ...]
    left_out: tuple[Refusal, ...]
    version: str
    misplaced: Refusal | None


def mend(text: str) -> Mended:
    """Read what can be read of `text`, whose line ends are all `\\n`."""
    pieces = list(_pieces(text))
    versions = Counter(piece.version for piece in pieces if piece.version)
    tree, lost, misplaced = _tree(pieces)
    return Mended(
        tree,
        rewritten=tuple(piece.line for piece in pieces if piece.version),
        left_out=tuple(sorted([*lost, *(Refusal(piece.line, piece.problem) for piece in pieces if piece.problem)])),
        version=max(versions, key=lambda version: (versions[version], version), default=""),
        misplaced=misplaced,
    )


def _pieces(text: str) -> Iterator[Piece]:
    position, line, budget = 0, 1, min(_AGAIN * len(text), len(text) + _EXTRA)
    while position < len(text):
        statement = statement_at(text, position) if budget > 0 else line_at(text, position)
        budget -= len(statement.text)
        if statement.mask.strip(" \t\f\\\n"):
            piece = _piece(statement, line)
            yield piece
            if statement.height > 1 and not piece.text and piece.problem != TOO_DEEP and budget > 0:
                statement = line_at(text, position)  # a bracket or a quote too many: go on after its first line
        position += len(statement.text) + 1
        line += statement.height


def _piece(statement: Statement, line: int) -> Piece:
    text = statement.text.lstrip(" \t\f")
    lead = len(statement.text) - len(text)
    piece = Piece(line, statement.text[:lead], statement.column, text)
    found = _as_it_stands(piece)
    if not found.problem:
        return found
    mask = statement.mask[lead:]
    return _rewritten(piece, mask) or _stand_in(found, text, mask) or _entry(found, text) or found


# A clause is read behind what it follows, a statement before what must follow it.
_BEFORE = {
    "elif": "if 1: pass\n",
    "else": "if 1: pass\n",
    "except": "try: pass\n",
    "finally": "try: pass\n",
    "case": "match 1:\n ",
}
_AFTER = {"try": "\nfinally: pass", "@": "\ndef f(): pass"}
_BLOCK = {"try": "\n  pass\nfinally: pass", "match": "\n  case _: pass"}


def _as_it_stands(piece: Piece) -> Piece:
    before = "" if _is_name(piece, "case") else _BEFORE.get(piece.word, "")
    tree = read(before + piece.text + _AFTER.get(piece.word, ""))
    if isinstance(tree, ast.Module):
        return piece
    opened = read(before + piece.text + _BLOCK.get(piece.word, "\n  pass"))
    return (
        replace(piece, opens=True) if isinstance(opened, ast.Module) else replace(piece, text="", problem=tree.reason)
    )


def _is_name(piece: Piece, word: str) -> bool:
    # case = open(path)
    return piece.word == word and isinstance(read(piece.text), ast.Module)


def _rewritten(piece: Piece, mask: str) -> Piece | None:
    """The piece after as many rules as it takes to make it readable."""
    text = piece.text
    for version, rule in _RULES:
        new = rule(text, mask)
        if new != text:
            text, mask = new, masked(new)
            found = _as_it_stands(replace(piece, text=text))
            if not found.problem:
                return replace(found, version=version)
    return None


_HEADER = re.compile(r"(?P<word>(?:async\s+)?def|class|elif|except|if|while|for|with)\b\s*(?P<name>[^\W\d]\w*)?")


def _entry(unread: Piece, text: str) -> Piece | None:
    """A line of a dictionary whose other lines cannot be read, as a dictionary."""
    # "orders": views.orders,
    entry = f"{{{text}}}"
    return replace(unread, text=entry) if text.endswith(",") and isinstance(read(entry), ast.Module) else None


def _stand_in(unread: Piece, text: str, mask: str) -> Piece | None:
    """A header of the same name for one that cannot be read, so that its block can."""
    head = _HEADER.match(mask)
    if head is None or not mask.rstrip().endswith(":"):
        return None
    match head["word"].split()[-1], None if iskeyword(head["name"] or "") else head["name"]:
        case "def", str(name):
            stand_in = f"def {name}(*args, **kwargs):"
        case "class", str(name):
            stand_in = f"class {name}:"
        case "elif", _:
            stand_in = "elif 1:"
        case "except", _:
            stand_in = "except Exception:"
        case _:
            stand_in = "if 1:"
    return replace(unread, text=stand_in, opens=True)


def _tree(pieces: Sequence[Piece]) -> tuple[ast.Module, list[Refusal], Refusal | None]:
    """The tree of the pieces, what of them is not in it, and what kept them from being read as they were indented."""
    first = read(joined(as_written(pieces)))
    if isinstance(first, ast.Module):
        return first, [], None
    rows = laid_out(pieces)
    starts = [index for index, row in enumerate(rows) if row.depth == 0]
    return *_salvaged([rows[a:b] for a, b in pairwise([*starts, len(rows)])]), first


def _salvaged(blocks: Sequence[Sequence[Row]]) -> tuple[ast.Module, list[Refusal]]:
    """The tree of those top-level blocks that can be read: halves of what cannot, and so on."""
    tree = read(joined([row for block in blocks for row in block]))
    if isinstance(tree, ast.Module):
        return tree, []
    if len(blocks) == 1:
        return ast.Module([], []), [Refusal(blocks[0][0].line, tree.reason)]
    middle = len(blocks) // 2
    (first, lost), (second, more) = _salvaged(blocks[:middle]), _salvaged(blocks[middle:])
    return ast.Module([*first.body, *second.body], []), [*lost, *more]
