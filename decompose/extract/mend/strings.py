"""Tokens of any Python, as loosely as they can be told apart; and where strings end, f-strings as PEP 701 has them."""

import re
from collections.abc import Callable, Iterator

__all__ = ["TOKEN", "fields_of", "is_formatted", "string_end", "strings_replaced"]

TOKEN = re.compile(
    r"""
      (?P<string>(?:\b(?P<prefix>[rbuftRBUFT]{1,2}))?(?P<quote>\"\"\"|'''|"|'))
    | (?P<comment>\#[^\n]*)
    | (?P<open>[([{])
    | (?P<close>[)\]}])
    | (?P<end>\n)
    | (?P<colon>:)
    | (?P<other>\\\n|\w+|[^\w"'#()\[\]{}\n\\:]+|\\)
    """,
    re.VERBOSE,
)
_REST = {
    '"': re.compile(r'(?:[^"\\\n]|\\.)*+"', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]|\\.)*+'", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*+"""', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*+'''", re.DOTALL),
}
_DEEPEST = 8  # f-strings inside f-strings

Span = tuple[int, int]


def string_end(text: str, token: re.Match[str]) -> int:
    """Where the string ends that `token` begins; the end of the line where it is never closed."""
    end = _closed_end(text, token, 0)
    if end is None:
        end = text.find("\n", token.end())
    return end if end >= 0 else len(text)


def fields_of(text: str, token: re.Match[str]) -> tuple[int, list[Span]] | None:
    """Where the f-string ends that `token` begins, and its replacement fields without braces; None if malformed."""
    return _formatted(text, token.end(), token["quote"], 0)


def strings_replaced(text: str, new: Callable[[re.Match[str], str], str]) -> str:
    """`text` with each string replaced by `new(its opening, the string)`."""
    pieces: list[str] = []
    position = 0
    while token := TOKEN.match(text, position):
        end = string_end(text, token) if token["quote"] else token.end()
        pieces.append(new(token, text[position:end]) if token["quote"] else text[position:end])
        position = end
    return "".join(pieces)


def _closed_end(text: str, token: re.Match[str], level: int) -> int | None:
    if is_formatted(token):
        found = _formatted(text, token.end(), token["quote"], level)
        if found or level:  # only the outermost is tried again as a string of the old kind: this bounds the time
            return found[0] if found else None
    rest = _REST[token["quote"]].match(text, token.end())
    return rest.end() if rest else None


def is_formatted(token: re.Match[str]) -> bool:
    """Does `token` begin an f-string or a t-string?"""
    return bool(set(token["prefix"] or "") & set("fFtT"))


_LITERAL = {
    quote: re.compile(
        r"(?:\{\{|\}\}|\\.|(?!" + quote + r")[^{\\" + ("\n" if len(quote) == 1 else "") + "])*+", re.DOTALL
    )
    for quote in _REST
}


def _formatted(text: str, start: int, quote: str, level: int) -> tuple[int, list[Span]] | None:
    fields: list[Span] = []
    position = start
    while level < _DEEPEST:
        literal = _LITERAL[quote].match(text, position)
        assert literal is not None, "it matches nothing at least"
        position = literal.end()
        if text.startswith(quote, position):
            return position + len(quote), fields
        end = _field_end(text, position + 1, quote, level) if text.startswith("{", position) else None
        if end is None:
            return None
        fields.append((position + 1, end - 1))
        position = end
    return None


def _field_end(text: str, start: int, quote: str, level: int) -> int | None:
    """Where the replacement field ends whose "{" stands before `start`."""
    depth = 0
    for token, end in _tokens(text, start, level):
        if token["open"]:
            depth += 1
        elif token["close"] and depth:
            depth -= 1
        elif token["close"]:
            return end if token["close"] == "}" else None
        elif token["colon"] and not depth:
            return _specifier_end(text, end, quote, level)
    return None


def _tokens(text: str, position: int, level: int) -> Iterator[tuple[re.Match[str], int]]:
    while token := TOKEN.match(text, position):
        end = _closed_end(text, token, level + 1) if token["quote"] else token.end()
        if end is None:
            return
        yield token, end
        position = end


def _specifier_end(text: str, position: int, quote: str, level: int) -> int | None:
    # {price:>{width}.2f}
    while position < len(text) and not text.startswith((quote, "\n"), position):
        if text[position] == "}":
            return position + 1
        if text[position] != "{":
            position += 1
            continue
        nested = _field_end(text, position + 1, quote, level + 1) if level < _DEEPEST else None
        if nested is None:
            return None
        position = nested
    return None
