"""Stage 7: a file's bytes -> Text: where things stand in it, and edits that leave all other bytes as they are."""

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property

__all__ = ["Edits", "Span", "Text", "layered"]

Span = tuple[int, int]
"""Where something begins and ends in `Text.body`, in bytes; of an insertion both are the same."""

Edits = Mapping[Span, str]
"""What stands in the place of each span, which do not overlap."""

_LINE_END = re.compile(rb"\r\n|\r|\n")


class Text:
    """`body` is the file in UTF-8 without a byte order mark, which is how `ast` counts columns."""

    def __init__(self, data: bytes) -> None:
        """Raises SyntaxError or ValueError where Python could not decode the file."""
        self.encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        self.body = data if self.encoding == "utf-8" else data.decode(self.encoding).encode()

    @cached_property
    def string(self) -> str:
        """The body as a string. Raises UnicodeDecodeError."""
        return self.body.decode()

    @cached_property
    def line_end(self) -> str:
        first = _LINE_END.search(self.body)
        return first[0].decode() if first else "\n"

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Where a node of the file's own tree stands."""
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno or 0, node.end_col_offset or 0)

    def line(self, offset: int) -> int:
        """The line, from 1, that the byte at `offset` is on."""
        return bisect_right(self._starts, offset)

    def source(self, span: Span) -> str:
        return self.body[slice(*span)].decode()

    def begins_line(self, offset: int) -> bool:
        """Whether nothing but space stands before `offset` on its line."""
        return not self.before(offset).strip()

    def before(self, offset: int) -> str:
        """What stands before `offset` on its line: the indentation, where it begins the line."""
        return self.source((self._starts[self.line(offset) - 1], offset))

    def rest_of_line(self, offset: int) -> Span:
        """From `offset` to where its line ends, without the line's end."""
        found = _LINE_END.search(self.body, offset)
        return offset, found.start() if found else len(self.body)

    def edited(self, edits: Edits) -> bytes:
        """The file's bytes with the edits made, in its own encoding."""
        parts: list[bytes] = []
        at = 0
        for (start, end), new in sorted(edits.items()):
            parts += (self.body[at:start], new.encode())
            at = end
        body = b"".join((*parts, self.body[at:]))
        return body if self.encoding == "utf-8" else body.decode().encode(self.encoding)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.body))]

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column


def layered(*layers: Edits) -> Edits:
    """All edits together; where two meet, the one of the later layer stands."""
    kept: dict[Span, str] = {}
    for layer in reversed(layers):
        kept |= {span: new for span, new in layer.items() if not any(_meet(span, other) for other in kept)}
    return kept


def _meet(one: Span, other: Span) -> bool:
    return one == other or (one[0] < other[1] and other[0] < one[1])
