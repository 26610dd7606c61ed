"""Writing a report where one stands: what people edited there stays, and what the new one has no more goes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from .output import write_report

__all__ = ["rewrite"]

_LARGEST = 10_000_000  # bytes; nothing longer was written by us
_PROPOSED = {"boundaries.toml": "boundaries.proposed.toml"}
"""Files that a new proposal stands beside where they are edited: the other name."""


def rewrite(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the report's `files` (relative path -> bytes) below `folder`, and say on stderr which edits were spared.

    Raises InputError where the folder cannot be written.
    """
    edited = sorted(name for name in files if _is_signed(name) and _stands(folder / name) and not _ours(folder / name))
    beside = {_PROPOSED[name]: files[name] for name in edited if name in _PROPOSED}
    kept = {name: data for name, data in files.items() if name not in edited}
    write_report(folder, kept | beside, sorted(_left_over(folder, files)))
    for name in edited:
        see = f"; see {folder / _PROPOSED[name]}" if name in _PROPOSED else ""
        click.echo(f"{folder / name} has edits and was left alone{see}", err=True)


def _is_signed(name: str) -> bool:
    return name in _PROPOSED or name.startswith("decisions/")


def _left_over(folder: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    """Records that nobody edited, and pictures, that an earlier report wrote and this one has not."""
    for place, pattern in (("decisions", "*.md"), ("diagrams", "*.dot")):
        if (folder / place).is_symlink():
            return
        for file in (folder / place).glob(pattern):
            if f"{place}/{file.name}" not in files and _stands(file) and _ours(file):
                others = (file.with_suffix(suffix) for suffix in (".svg", ".png") if place == "diagrams")
                yield from (f"{place}/{one.name}" for one in (file, *others) if _stands(one))


def _stands(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def _ours(file: Path) -> bool:
    from ..render import HEAD_OF_DOT, is_ours

    if file.stat().st_size > _LARGEST:
        return False
    text = file.read_text("utf-8", "replace")
    return text.startswith(HEAD_OF_DOT) if file.suffix == ".dot" else is_ours(text)
