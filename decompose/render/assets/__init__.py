"""Stage 7: templates and fonts, as package data; the only place that reads them."""

from functools import cache
from importlib.resources import files

__all__ = ["font_files", "text"]


@cache
def text(name: str) -> str:
    """The text of one file of this folder."""
    return files(__name__).joinpath(name).read_text("utf-8")


def font_files() -> dict[str, bytes]:
    """File name -> bytes of the fonts that pictures are set in."""
    folder = files(__name__).joinpath("fonts")
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".ttf")}
