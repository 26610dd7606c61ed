"""Stage 1, text -> tree: the running interpreter's parser, with its failures as values and its warnings unheard."""

import ast
import warnings
from typing import NamedTuple

__all__ = ["TOO_DEEP", "Refusal", "read"]

TOO_DEEP = "nested too deeply"

_FILE = "<analysed>"


class Refusal(NamedTuple):
    """Why the parser reads no further than `line` (0 where it does not say)."""

    line: int
    reason: str


def read(text: str) -> ast.Module | Refusal:
    """The tree of `text`, or why there is none. Needs text without null bytes."""
    _hush()
    try:
        return ast.parse(text, _FILE)
    except SyntaxError as error:
        return Refusal(error.lineno or 0, error.msg)
    except (RecursionError, MemoryError):
        return Refusal(0, TOO_DEEP)
    except ValueError as error:
        return Refusal(0, str(error))


def _hush() -> None:
    """Put a filter first that matches the analysed files alone.

    The parser warns of "\\d" through the filters of the process, where a program may have made warnings errors. Adding
    one that nothing else matches, once, is safe among threads; `warnings.catch_warnings` is not.
    """
    first = warnings.filters[0] if warnings.filters else None
    pattern = getattr(first[3], "pattern", first[3]) if first else None
    if pattern != _FILE:
        warnings.filterwarnings("ignore", module=_FILE)
