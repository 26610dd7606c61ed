"""text -> Statement: where a statement begins and ends, whatever Python it is written in."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .strings import TOKEN, string_end

__all__ = ["Statement", "line_at", "masked", "replaced", "statement_at"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One logical line as written, over one or more lines, without its last line end.

    `mask` is as long as `text`: there strings hold "s" between their quotes, and comments are blank, so that what
    looks like code is code.
    """

    text: str
    mask: str

    @property
    def height(self) -> int:
        return self.text.count("\n") + 1

    @property
    def column(self) -> int:
        """Its indentation; a tab reaches to the next multiple of 8, as in Python 2."""
        blank = self.text[: len(self.text) - len(self.text.lstrip(" \t\f"))]
        return len(blank.rpartition("\f")[2].expandtabs(8))


# No line inside brackets begins like this: a bracket was left open above.
_BEGINS = re.compile(
    r"""[ \t]*(?:
      (?:async[ \t]+)?def[ \t]+\w+[ \t]*[(\[] | class[ \t]+\w+[ \t]*[:(\[]
    | from[ \t]+[.\w]+[ \t]+import\b | import[ \t]+\w | (?:try|finally)[ \t]*:
    | (?:return|raise|del|assert|while|pass|break|continue|global|nonlocal|elif|except)\b(?![ \t]*[=,)\]}])
    )""",
    re.VERBOSE,
)


def statement_at(text: str, start: int) -> Statement:
    """The statement, the blank line or the comment whose first line begins at `start`."""
    mask: list[str] = []
    depth, position = 0, start
    while token := TOKEN.match(text, position):
        if token["end"] and (depth == 0 or _BEGINS.match(text, token.end())):
            break
        end = string_end(text, token) if token["quote"] else token.end()
        mask.append(_mask(text[position:end], token))
        depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
        position = end
    return Statement(text[start:position], "".join(mask))


def masked(text: str) -> str:
    """The mask of `text`, one statement, which may begin anywhere in a line."""
    found = statement_at(text, 0)
    return found.mask + text[len(found.text) :]


def line_at(text: str, start: int) -> Statement:
    """The single line that begins at `start`, taken for a statement."""
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    return Statement(line, line)


def replaced(text: str, mask: str, pattern: str, new: Callable[[re.Match[str], str], str]) -> str:
    """`text` with what `pattern` finds in its mask replaced by `new(found in the mask, the text at that place)`."""
    pieces: list[str] = []
    position = 0
    for found in re.finditer(pattern, mask):
        pieces += [text[position : found.start()], new(found, text[found.start() : found.end()])]
        position = found.end()
    return "".join([*pieces, text[position:]])


def _mask(text: str, token: re.Match[str]) -> str:
    if token["comment"]:
        return " " * len(text)
    if not token["quote"]:
        return text
    opening, quote = len(token[0]), token["quote"]
    closing = len(quote) if len(text) >= opening + len(quote) and text.endswith(quote) else 0
    return text[:opening] + "s" * (len(text) - opening - closing) + text[len(text) - closing :]
