"""Syntax newer than Python 3.11 -> what means the same to an older parser, line for line.

Each rule takes a statement's text and its mask (see `Statement`) and returns the text to read in its place, the text
itself where the rule has nothing to say.
"""

import re
from collections.abc import Callable

from .statements import replaced
from .strings import TOKEN, fields_of, is_formatted, string_end, strings_replaced

__all__ = ["NEWER", "Rule"]

Rule = Callable[[str, str], str]


def _without_type_parameters(text: str, mask: str) -> str:
    # class Box[T: Item](Base): ...      def first[T](items: list[T]) -> T: ...
    head = re.match(r"\s*(?:async\s+def|def|class)\s+\w+\s*(?=\[)", mask)
    if not head:
        return text
    end = _closing(mask, head.end())
    breaks = "\n" * text.count("\n", head.end(), end)
    rest = text[end:]
    if breaks and rest.lstrip(" ").startswith("("):
        return f"{text[: head.end()]}({breaks}{rest.lstrip(' ')[1:]}"
    return text[: head.end()] + (f"({breaks})" if breaks else "") + rest


def _without_parameter_defaults(text: str, mask: str) -> str:
    # class Box[T = int]: ...
    head = re.match(r"\s*(?:(?:async\s+)?def|class|type)\s+\w+\s*(?=\[)", mask)
    if head and re.search(r"(?<![=!<>])=(?!=)", mask[head.end() : _closing(mask, head.end())]):
        return _type_statement(_without_type_parameters(text, mask), mask)
    return text


def _type_statement(text: str, mask: str) -> str:
    # type Pairs[T] = dict[str, T]
    head = re.match(r"(\s*)type\s+(\w+)\s*(?=[\[=])", mask)
    if not head:
        return text
    end = _closing(mask, head.end()) if mask[head.end()] == "[" else head.end()
    equals = mask.find("=", end)
    if equals < 0:
        return text
    breaks = "\n" * text.count("\n", 0, equals)
    value = text[equals + 1 :]
    return f"{head[1]}{head[2]} = " + (f"({breaks}{value})" if breaks else value.lstrip(" "))


def _unbracketed_except(text: str, mask: str) -> str:
    # except KeyError, shop.Missing:      but not Python 2's  except KeyError, error:
    head = re.match(r"\s*except\b\*?\s*(?=[\w(])", mask)
    colon = _colon(mask)
    if not head or colon < 0:
        return text
    caught = re.sub(r"\([^()]*\)", "()", mask[head.end() : colon]).split(",")
    if len(caught) == 1 or (len(caught) == 2 and re.fullmatch(r"\s*[a-z_]\w*\s*", caught[1])):
        return text
    return f"{text[: head.end()]}({text[head.end() : colon]}){text[colon:]}"


def _template_strings(text: str, mask: str) -> str:
    # t"SELECT {name}"  ->  f"SELECT {name}"
    return replaced(text, mask, r"\b([rR]?)[tT]([rR]?)(?=[\"'])", lambda found, _: f"{found[1]}f{found[2]}")


def _lazy_import(text: str, mask: str) -> str:
    # lazy from shop import orders
    return re.sub(r"^(\s*)lazy\s+(?=(?:import|from)\s)", r"\1", text) if mask.lstrip().startswith("lazy") else text


def _formatted_strings(text: str, mask: str) -> str:
    # f"{order["id"]}"  ->  f"""{order["id"]}"""      f"{"\\n".join(rows)}"  ->  f"""{" ".join(rows)}"""
    return strings_replaced(text, lambda token, string: _reformatted(string) if is_formatted(token) else string)


def _reformatted(string: str) -> str:
    token = TOKEN.match(string)
    found = fields_of(string, token) if token else None
    if not token or not found or not any(re.search(r"[\\#\n]|" + token["quote"], string[a:b]) for a, b in found[1]):
        return string
    quote = token["quote"]
    wide = quote if len(quote) == 3 else quote * 3
    pieces = [token["prefix"], wide]
    position = token.end()
    for a, b in found[1]:
        pieces += [string[position:a], _plain(string[a:b], wide)]
        position = b
    return "".join([*pieces, string[position : len(string) - len(quote)], wide])


def _plain(field: str, wide: str) -> str:
    """An expression that older f-strings bear: without comments, backslashes and the string's own quotes."""
    other = "'''" if wide == '"""' else '"""'
    pieces: list[str] = []
    position = 0
    while token := TOKEN.match(field, position):
        end = string_end(field, token) if token["quote"] else token.end()
        piece = "" if token["comment"] else field[position:end]
        if token["quote"] and is_formatted(token) and token["quote"] not in (wide, other):
            inner = fields_of(field, token)
            if inner and any(token["quote"] in field[a:b] for a, b in inner[1]):
                piece = piece[: token.end() - position - 1] + other + piece[token.end() - position : -1] + other
        pieces.append(re.sub(r"\\(.)", " ", piece.replace("\\\n", "\n")).replace(wide, other))
        position = end
    return "".join(pieces)


def _closing(mask: str, start: int) -> int:
    """The place after the bracket that closes the one at `start`."""
    depth = 0
    for bracket in re.finditer(r"[\[\](){}]", mask[start:]):
        depth += 1 if bracket[0] in "([{" else -1
        if depth == 0:
            return start + bracket.end()
    return len(mask)


def _colon(mask: str) -> int:
    """The place of the colon that ends a header."""
    depth = 0
    for found in re.finditer(r"[\[\](){}:]", mask):
        if found[0] == ":" and depth == 0:
            return found.start()
        depth += (found[0] in "([{") - (found[0] in ")]}")
    return -1


NEWER: tuple[tuple[str, Rule], ...] = (
    ("3.12", _formatted_strings),
    ("3.13", _without_parameter_defaults),
    ("3.12", _without_type_parameters),
    ("3.12", _type_statement),
    ("3.14", _unbracketed_except),
    ("3.14", _template_strings),
    ("3.15", _lazy_import),
)
"""The first Python that has the syntax, and the rule that reads it."""
