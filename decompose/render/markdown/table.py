"""Rows of escaped cells -> a Markdown table."""

from collections.abc import Iterable, Sequence

__all__ = ["table"]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; columns whose head begins with `>` stand right. Cells are escaped already."""
    bar = ["--:" if name.startswith(">") else "---" for name in head]
    lines = [[name.removeprefix(">") for name in head], bar, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
