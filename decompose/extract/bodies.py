"""Stage 1, one file: text -> text without the bodies of its functions, for files of which nothing reads them. Pure."""

import re

__all__ = ["without_bodies"]


def without_bodies(text: str, kept: str) -> str:
    """`text`, whose line ends are all `\\n`, with `pass` for the body of each function; every line keeps its number.

    Bodies that import something stay, those of the module's functions called `kept`, and those behind an unusual
    header. Where a bracket is closed left of the `def` around it, what is returned does not parse: whoever reads it has
    to fall back on the whole text. Text whose strings do not end is returned as it is.
    """
    out: list[str] = []
    position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None:
            return text
        position = found.end()
        body = found["body"]
        if body is None or _IMPORT in body or (found["name"] == kept and not found["indent"]):
            out.append(found[0])
        else:
            out += (text[found.start() : found.start("body")], found["indent"], " pass", "\n" * body.count("\n"))
    return "".join(out)


_IMPORT = "import"

# Strings and comments are passed over whole, and nothing is tried twice, so that the time is linear in the text.
_STRING = "|".join(
    rf"{quote * 3}(?:[^\\{quote}]++|\\[\s\S]|{quote}(?!{quote * 2}))*+{quote * 3}"
    rf"|{quote}(?!{quote * 2})(?:[^\\{quote}\n]++|\\[\s\S])*+{quote}"
    for quote in "'\""
)
_COMMENT = r"\#[^\n]*+"
_LINE = rf"(?:[^'\"\#\\\n]++|{_STRING}|{_COMMENT}|\\[\s\S])*+(?:\n|\Z)"  # with the lines that its strings run over
_ARGUMENT = rf"[^()'\"\#\\]++|{_STRING}|{_COMMENT}|\\[\s\S]"
_PART = re.compile(
    rf"""
    (?P<indent> [ \t]*+ ) (?: async [ ]++ )? def [ ]++ (?P<name> \w++ ) [ ]*+
    \( (?: {_ARGUMENT} | \( (?: {_ARGUMENT} | \( (?: {_ARGUMENT} )*+ \) )*+ \) )*+ \)
    [ ]*+ (?: -> [^:\n'"\#\\]++ )? : [ \t]*+ (?: {_COMMENT} )? \n
    (?P<body> (?: [ \t\f]*+ (?: {_COMMENT} )? \n | (?P=indent) [ \t]++ (?! [\s\#] ) {_LINE} )++ )
    |
    (?: (?! [ \t]*+ (?: async [ ] | def [ ] ) | \Z ) {_LINE} )++
    |
    (?! \Z ) {_LINE}
    """,
    re.X,
)
