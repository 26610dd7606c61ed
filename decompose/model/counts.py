"""Numbers of things in texts that people read."""

__all__ = ["count"]


def count(number: int, noun: str, plural: str = "") -> str:
    """ "1 seam", "1,204 seams", "3 boundaries"; `noun` and `plural` may go on: "1 module imports"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
