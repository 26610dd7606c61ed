"""Stage 7: text from the target -> the same text, harmless in the language of an output.

Module, table, author and file names are whatever a stranger wrote. Each output language has one function here, and
every renderer passes each name through the one of its language.
"""

import json
import re
from typing import Any

__all__ = [
    "cell",
    "csv_cell",
    "dot",
    "html",
    "json_text",
    "markdown",
    "mermaid",
    "plantuml",
    "script_json",
    "toml",
    "visible",
]

# Controls, zero-width and bidirectional marks, line and paragraph separators, byte-order mark, lone surrogates.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&$@!]|:(?=//))")


def visible(text: object) -> str:
    """Characters that would move a cursor, hide, or turn the direction of text, spelled as `\\u202e`."""
    return _UNSEEN.sub(lambda found: _spelled(found.group()), str(text))


def _spelled(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def html(text: object) -> str:
    """For element content and for attributes in quotes."""
    return visible(text).translate(_HTML)


def json_text(value: Any) -> str:
    """JSON on one line, in which nothing hides or steers a terminal, and that any encoding of Unicode can hold."""
    return _UNSEEN.sub(_json_escape, _encoded(value))


_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # `dumps` makes one for each call


def script_json(value: Any) -> str:
    """JSON inside of `<script type="application/json">`: no `<`, `>` or `&`, hence no end tag and no comment."""
    return json_text(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _json_escape(found: re.Match[str]) -> str:
    """Data stays as it is, the page shows it: only its spelling in the file is made plain."""
    return f"\\u{ord(found.group()):04x}"


def dot(text: object) -> str:
    """A DOT string with its quotes; `\\` is doubled, so that escapes such as `\\N` stay text."""
    plain = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def markdown(text: object) -> str:
    """For running text and table cells: every character that Markdown or its extensions may read gets a backslash."""
    return _MARKDOWN.sub(r"\\\1", visible(text))


def cell(text: object) -> str:
    """Code style in Markdown, also in a table: the fence is longer than any run of backticks inside."""
    plain = visible(text).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", plain)), default=0)
    fence, pad = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{pad}{plain}{pad}{fence}" if plain else ""


def mermaid(text: object) -> str:
    """A quoted Mermaid label: everything but letters, digits and a few marks becomes an entity code."""
    safe = (c if c.isalnum() or c in " ._/-,:" else f"#{ord(c)};" for c in visible(text))
    return '"' + "".join(safe) + '"'


def plantuml(text: object) -> str:
    """A quoted PlantUML string: no quote, no preprocessor mark, no creole markup, no line break."""
    safe = (c if c.isalnum() or c in " ._/-,:()" else f"<U+{ord(c):04X}>" for c in visible(text))
    return '"' + "".join(safe).replace("--", "-<U+002D>").replace("//", "/<U+002F>").replace("__", "_<U+005F>") + '"'


def toml(text: object) -> str:
    """A basic TOML string with its quotes. What is written reads back equal, but for lone surrogates."""
    body = str(text).encode("utf-8", "backslashreplace").decode().replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", body) + '"'


def csv_cell(text: object) -> str:
    """A value that a spreadsheet does not take for a formula."""
    plain = visible(text)
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@")) else plain
