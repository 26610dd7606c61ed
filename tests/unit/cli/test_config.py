"""Settings: where they come from, and what is refused."""

from pathlib import Path

import pytest

from decompose.config import load
from decompose.errors import InputError


def write(folder: Path, text: str, name: str = "pyproject.toml") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_defaults_without_a_file(tmp_path: Path) -> None:
    assert load(tmp_path, None, {}).extract.packages == ()


def test_the_target_s_own_table_is_read(tmp_path: Path) -> None:
    write(tmp_path, '[tool.decompose]\npackages = ["shop"]\nexclude = ["old/**"]')
    options = load(tmp_path, None, {"packages": ()})
    assert (options.extract.packages, options.extract.exclude) == (("shop",), ("old/**",))


def test_flags_win(tmp_path: Path) -> None:
    write(tmp_path, '[tool.decompose]\npackages = ["shop"]')
    assert load(tmp_path, None, {"packages": ("pay",)}).extract.packages == ("pay",)


def test_a_named_file_is_read_instead(tmp_path: Path) -> None:
    write(tmp_path, '[tool.decompose]\npackages = ["shop"]')
    other = write(tmp_path, '[tool.decompose]\npackages = ["pay"]', "other.toml")
    assert load(tmp_path, other, {}).extract.packages == ("pay",)


def test_somebody_else_s_broken_pyproject_is_none_of_our_business(tmp_path: Path) -> None:
    write(tmp_path, "[tool.black\n")
    assert load(tmp_path, None, {}).extract.packages == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[tool.decompose]\npackage = ["shop"]', "no key 'package'; known are packages, exclude"),
        ('[tool.decompose]\npackages = "shop"', "packages must be a list of strings"),
        ("[tool.decompose]\npackages = [1]", "packages must be a list of strings"),
        ('[tool]\ndecompose = "x"', "tool.decompose must be a table"),
        ("[tool.decompose\n", "not valid TOML"),
        ('[tool.decompose]\noutput = "/etc"', "no key 'output'"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load(tmp_path, None, {})
    assert complaint in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path, tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('max_changeset = "many"', "must be a number or a percentile"),
        ("max_changeset = 0", "must be a number or a percentile"),
        ('group = "team"', "one of commit, ticket, author"),
        ("half_life = -1", "years above 0"),
        ("anonymise = 1", "true or false"),
    ],
)
def test_settings_of_history_are_checked(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.decompose]\n{line}\n")
    with pytest.raises(InputError, match=said):
        load(tmp_path, None, {})


def test_settings_of_history_reach_their_stages(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.decompose]\nmax_changeset = "p95"\nbots = ["x <*"]\nhalf_life = 1\n'
    )
    options = load(tmp_path, None, {"group": "ticket", "anonymise": True, "half_life": None})
    found = options.relate.changes
    assert (found.max_changeset, found.group, found.half_life) == ("p95", "ticket", 1.0)
    assert (options.extract.history.bots, options.extract.history.anonymise) == (("x <*",), True)


def test_a_flag_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--max-changeset must be"):
        load(tmp_path, None, {"max_changeset": "p200"})
