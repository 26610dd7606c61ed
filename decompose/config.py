"""[tool.decompose] and flags -> pipeline.Options. Data only: nothing here names a program or an output."""

import stat
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .errors import InputError
from .extract import ExtractOptions
from .pipeline import Options

__all__ = ["Flags", "load"]

Flags = Mapping[str, object]
"""Settings of the command line by their name in [tool.decompose]; None and () mean not given."""

_LARGEST = 1 << 20  # bytes
_LISTS = ("packages", "exclude")


def load(folder: Path, config: Path | None, flags: Flags) -> Options:
    """The options for analysing `folder`: defaults, then its pyproject.toml (or `config`), then `flags`.

    Raises InputError, with the file and the key, where a value cannot be used or a key is unknown.
    """
    file = config or folder / "pyproject.toml"
    table = _table(file, required=config is not None)
    for key, value in table.items():
        _check(file, key, value)
    given = {**table, **{key: value for key, value in flags.items() if value not in (None, ())}}
    return replace(
        Options(), extract=ExtractOptions(packages=_names(given, "packages"), exclude=_names(given, "exclude"))
    )


def _names(given: Flags, key: str) -> tuple[str, ...]:
    value = given.get(key, ())
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _table(file: Path, required: bool) -> Mapping[str, object]:
    if not required and not _is_ordinary(file):
        return {}
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        if not required and b"[tool.decompose" not in data:
            return {}
        raise InputError(f"{file}: not valid TOML: {error}") from None
    tool = document.get("tool", {})
    table = tool.get("decompose", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise InputError(f"{file}: tool.decompose must be a table")
    return table


def _is_ordinary(file: Path) -> bool:
    """Not a link, a pipe or a file of a size that no person writes: a stranger put it there."""
    try:
        state = file.lstat()
    except OSError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size <= _LARGEST


def _check(file: Path, key: str, value: object) -> None:
    if key not in _LISTS:
        raise InputError(f"{file}: [tool.decompose] has no key {key!r}; known are {', '.join(_LISTS)}")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{file}: [tool.decompose] {key} must be a list of strings")
