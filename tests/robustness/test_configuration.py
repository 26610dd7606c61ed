"""Only data comes from the target's configuration, and a broken one is one sentence."""

import os
import tomllib
from pathlib import Path

import pytest

from decompose import config
from decompose.errors import InputError
from decompose.model.globs import matches

BROKEN = {
    "no TOML": "[tool.decompose\n",
    "no table": "[tool]\ndecompose = 1\n",
    "a number": "[tool.decompose]\npackages = 1\n",
    "numbers": "[tool.decompose]\nexclude = [1, 2]\n",
    "nested deep": "[tool.decompose]\nexclude = " + "[" * 5000 + "]" * 5000 + "\n",
    "a huge number": "[tool.decompose]\nexclude = " + "9" * 5000 + "\n",
    "a bad date": "[tool.decompose]\nexclude = 2026-99-99\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_is_one_sentence_that_names_the_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(BROKEN[name])
    with pytest.raises(InputError, match=r"pyproject\.toml") as failed:
        config.load(tmp_path, None, {})
    assert str(failed.value).isprintable()


@pytest.mark.parametrize(
    "key", ["cache", "output", "executor", "workers", "command", "url", "git", "fonts", "plugins", "\x1b[31m"]
)
def test_a_key_that_is_no_data_is_refused_by_name(key: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.decompose]\n{_quoted(key)} = "/bin/sh"\n')
    with pytest.raises(InputError, match="has no key") as failed:
        config.load(tmp_path, None, {})
    assert str(failed.value).isprintable()


def _quoted(key: str) -> str:
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in key)
    assert tomllib.loads(f'"{text}" = 1')
    return f'"{text}"'


@pytest.mark.parametrize(
    "text", ["[project\n", "[tool.other]\nx = = 1\n", "\x00", "x = " + "[" * 5000, "x = " + "9" * 5000]
)
def test_a_broken_file_without_our_table_is_nobodys_business(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert config.load(tmp_path, None, {}) == config.load(tmp_path / "nowhere", None, {})


def test_a_file_that_is_not_utf_8_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.decompose]\nexclude = ['\xff']\n")
    with pytest.raises(InputError, match="not valid TOML"):
        config.load(tmp_path, None, {})


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "large"])
def test_a_configuration_that_is_no_ordinary_file_is_not_read(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "pyproject.toml"
    if kind == "link":
        (tmp_path / "secret").write_text("[tool.decompose]\nnonsense = 1\n")
        place.symlink_to(tmp_path / "secret")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        with place.open("wb") as file:
            file.truncate(1 << 40)
    assert config.load(tmp_path, None, {}) == config.load(tmp_path / "nowhere", None, {})


def test_what_the_user_names_must_be_readable(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        config.load(tmp_path, tmp_path / "missing.toml", {})


HOSTILE_PATTERNS = ["*a" * 40 + "b", "**/" * 200 + "b", "?" * 200, "[" * 200, "*" * 5000, "(a+)+$", "[!" + "a" * 1000]


@pytest.mark.parametrize("pattern", HOSTILE_PATTERNS)
def test_patterns_are_globs_that_match_in_linear_time(pattern: str) -> None:
    """Were one of them matched by backtracking, this would not end."""
    for path in ("a" * 2000, "a/" * 1000 + "c", "a" * 200 + "/" + "a" * 200):
        assert matches(path, [pattern]) in (True, False)
