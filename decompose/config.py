"""[tool.decompose] and flags -> pipeline.Options. Data only: nothing here names a program or an output."""

import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from .errors import InputError
from .extract import ExtractOptions
from .extract.history import BOTS, HistoryOptions
from .pipeline import Options
from .relate import ChangeOptions, RelateOptions

__all__ = ["Flags", "load"]

Flags = Mapping[str, object]
"""Settings of the command line by their name in [tool.decompose]; None and () mean not given."""

_LARGEST = 1 << 20  # bytes
_LISTS = ("packages", "exclude", "bots")
_SIZE = re.compile(r"[1-9]\d{0,8}|p\d{1,2}(\.\d+)?|p100")
_OTHERS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "max_changeset": ("a number or a percentile such as 'p95'", lambda value: bool(_SIZE.fullmatch(str(value)))),
    "group": ("one of commit, ticket, author", lambda value: value in ("commit", "ticket", "author")),
    "half_life": ("a number of years above 0", lambda value: isinstance(value, int | float) and value > 0),
    "anonymise": ("true or false", lambda value: isinstance(value, bool)),
}
"""Key -> what its value has to be, in words and as a test."""


def load(folder: Path, config: Path | None, flags: Flags) -> Options:
    """The options for analysing `folder`: defaults, then its pyproject.toml (or `config`), then `flags`.

    Raises InputError, with the file and the key, where a value cannot be used or a key is unknown.
    """
    file = config or folder / "pyproject.toml"
    table = _table(file, required=config is not None)
    for key, value in table.items():
        _check(file, key, value)
    chosen = {key: value for key, value in flags.items() if value not in (None, ())}
    for key, value in chosen.items():
        if key in _OTHERS:
            _check_other(f"--{key.replace('_', '-')}", key, value)
    given = {**table, **chosen}
    past = HistoryOptions(bots=_names(given, "bots") or BOTS, anonymise=bool(given.get("anonymise")))
    return replace(
        Options(),
        extract=ExtractOptions(_names(given, "packages"), _names(given, "exclude"), past),
        relate=RelateOptions(changes=_changes(given)),
    )


def _changes(given: Flags) -> ChangeOptions:
    usual = ChangeOptions()
    return replace(
        usual,
        max_changeset=str(given.get("max_changeset", usual.max_changeset)),
        group=str(given.get("group", usual.group)),
        half_life=float(str(given.get("half_life", usual.half_life))),
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
    if key in _OTHERS:
        _check_other(f"{file}: [tool.decompose] {key}", key, value)
        return
    if key not in _LISTS:
        raise InputError(f"{file}: [tool.decompose] has no key {key!r}; known are {', '.join([*_LISTS, *_OTHERS])}")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{file}: [tool.decompose] {key} must be a list of strings")


def _check_other(name: str, key: str, value: object) -> None:
    words, fits = _OTHERS[key]
    if not fits(value):
        raise InputError(f"{name} must be {words}, not {value!r}")
