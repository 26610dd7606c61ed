"""decompose cache: what was kept between runs."""

from pathlib import Path

import click

from ..errors import InputError
from ..extract.cache import clear
from .means import cache_folder

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose cache clear
"""


@click.group("cache", epilog=EXAMPLES)
def command() -> None:
    """Look after what is kept between runs."""


@command.command("clear")
@click.option("--cache-dir", type=click.Path(path_type=Path), help="Folder of the cache [the user's cache folder].")
def clear_command(cache_dir: Path | None) -> None:
    """Forget what files said in earlier runs."""
    folder = cache_dir or cache_folder()
    try:
        clear(folder)
    except OSError as error:
        raise InputError(f"cannot clear {folder}: {error.strerror or error}") from None
