"""Lines for a terminal: none wider than it, long lists with their first rows, a count, and the way to the rest."""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import click

from ..render.escape import visible

__all__ = ["all_option", "folded", "say", "shortened"]

_STYLES = re.compile(r"\x1b\[\d*m")
_BREAKS = re.compile(r"(?<=\S) (?=\S)")  # one space: two or more stand between columns
_NARROW, _WIDE = 40, 100  # columns; longer lines are hard to read


def all_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flag for whole lists, as the argument `every`."""
    return click.option("--all", "every", is_flag=True, help="Lists in full.")(command)


def shortened(rows: Sequence[str], most: int, every: bool, indent: str = "  ") -> list[str]:
    """The first `most` rows, and how many more `--all` shows; all of them where `every` is asked for."""
    left = len(rows) - most
    if every or left <= 0:
        return list(rows)
    return [*rows[:most], f"{indent}and {left:,} more: --all lists them"]


def say(lines: Iterable[str], styled: bool = False) -> None:
    """Print lines, folded where the terminal is narrower; what is unseen in them is spelled, unless they are styled."""
    wide = min(_WIDE, max(_NARROW, shutil.get_terminal_size((80, 24)).columns))
    for line in lines:
        for part in folded(line if styled else visible(line), wide):
            click.echo(part, color=styled or None)


def folded(line: str, wide: int) -> Iterator[str]:
    """`line` in parts of at most `wide` columns, broken at single spaces; all but the first stand further in."""
    if _seen(line) <= wide:
        yield line
        return
    indent = " " * min(6, len(line) - len(line.lstrip(" ")) + 4)
    part, *words = _BREAKS.split(line)
    for word in words:
        if _seen(part) + 1 + _seen(word) > wide:
            yield part
            part = indent + word
        else:
            part += f" {word}"
    yield part


def _seen(text: str) -> int:
    return len(_STYLES.sub("", text))
