"""[tool.decompose] and flags -> pipeline.Options. Data only: nothing here names a program or an output."""

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
    try:
        if not required and (file.is_symlink() or not file.is_file()):
            return {}
        document = tomllib.loads(file.read_bytes().decode())
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        if not required and b"[tool.decompose" not in file.read_bytes():
            return {}
        raise InputError(f"{file}: not valid TOML: {error}") from None
    tool = document.get("tool", {})
    table = tool.get("decompose", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise InputError(f"{file}: tool.decompose must be a table")
    return table


def _check(file: Path, key: str, value: object) -> None:
    if key not in _LISTS:
        raise InputError(f"{file}: [tool.decompose] has no key {key!r}; known are {', '.join(_LISTS)}")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{file}: [tool.decompose] {key} must be a list of strings")
