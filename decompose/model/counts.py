"""Numbers of things in texts that people read."""

from collections.abc import Sequence

__all__ = ["count", "listed", "points"]


def count(number: int, noun: str, plural: str = "") -> str:
    """ "1 seam", "1,204 seams", "3 boundaries"; `noun` and `plural` may go on: "1 module imports"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def points(effort: float) -> str:
    """ "1 point", "1,204 points": whole ones, halves rounded up as the page rounds them."""
    return count(int(effort + 0.5), "point")


def listed(names: Sequence[str], most: int = 3) -> str:
    """ "a, b, c and 4 more"."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
