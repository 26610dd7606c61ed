"""Writing a report: whole or not at all, and inside its folder alone."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from ..errors import InputError
from .interruptions import undisturbed

__all__ = ["write_report"]


def write_report(folder: Path, files: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
    """Write `files` (relative path -> bytes) below `folder`, and remove `gone`, relative paths of files there.

    All of them are written beside their places first and then moved there, which an interruption waits for: it leaves
    the old report or the new one. Raises InputError where the folder cannot be written.
    """
    _refuse_outside(files)
    _refuse_obstacles(folder, files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".decompose-", dir=folder))
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror or error}") from None
    try:
        for name, data in sorted(files.items()):
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(data)
        with undisturbed():
            for name in sorted(files):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (draft / name).replace(folder / name)
            for name in gone:
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot write the report to {folder}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _refuse_outside(names: Iterable[str]) -> None:
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise InputError(f"refusing to write outside the report's folder: {name!r}")


def _refuse_obstacles(folder: Path, names: Iterable[str]) -> None:
    """A link in the place of the report or of one of its folders would lead out of it, and the target may hold one.

    A folder in the place of a file would stop the move half-way.
    """
    for place in sorted({folder, *(folder / parent for name in names for parent in PurePosixPath(name).parents)}):
        if place.is_symlink():
            raise InputError(f"{place} is a symbolic link; name the folder that it leads to, or remove it")
    for file in sorted(folder / name for name in names):
        if file.is_dir() and not file.is_symlink():
            raise InputError(f"{file} is a folder, where a file of the report belongs; remove it")
