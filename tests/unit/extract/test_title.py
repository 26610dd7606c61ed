"""A project is called what its packaging says; only data is read, and nothing of it can stop the run."""

from pathlib import Path

import pytest

from decompose.extract import ExtractOptions, extract


def named(folder: Path, **files: str) -> str:
    for name, text in {"shop/__init__.py": "", "shop/orders.py": "x = 1\n", **files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return extract(folder, ExtractOptions()).project.name


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("pyproject.toml", '[project]\nname = "web-shop"\n', "web-shop"),
        ("pyproject.toml", '[tool.poetry]\nname = " web\\nshop "\n', "web shop"),
        ("setup.cfg", "[metadata]\nname = web-shop\n", "web-shop"),
        ("pyproject.toml", "[tool.black]\n", "shop"),
        ("pyproject.toml", "[project\n", "shop"),
        ("pyproject.toml", "project = 3\ntool = 4\n", "shop"),
        ("pyproject.toml", "[project]\nname = 3\n", "shop"),
        ("setup.cfg", "name = shop2\n", "shop"),
        ("setup.cfg", "[metadata]\nname = %(nothing)s\n", "%(nothing)s"),
    ],
)
def test_the_packaging_names_the_project(tmp_path: Path, file: str, text: str, name: str) -> None:
    assert named(tmp_path, **{file: text}) == name


def test_pyproject_goes_before_setup_cfg_and_a_chosen_package_before_both(tmp_path: Path) -> None:
    files = {"pyproject.toml": '[project]\nname = "one"\n', "setup.cfg": "[metadata]\nname = two\n"}
    assert named(tmp_path, **files) == "one"
    assert extract(tmp_path, ExtractOptions(packages=("shop",))).project.name == "shop"
