"""Stage 1: the packaging files of a tree -> what the project calls itself."""

import tomllib
from configparser import ConfigParser
from configparser import Error as ConfigError
from typing import Any

from .source import Tree, contents

__all__ = ["title"]

_LONGEST = 80  # characters of a name that heads every report


def title(tree: Tree) -> str:
    """The name in pyproject.toml or setup.cfg at the top of the tree, "" where neither says one."""
    prefix = f"{tree.scope}/" if tree.scope else ""
    listed = set(tree.paths)
    for file, named in (("pyproject.toml", _of_toml), ("setup.cfg", _of_config)):
        for _, data in contents(tree, [prefix + file] if prefix + file in listed else []):
            name = named(data.decode("utf-8", "replace")) if isinstance(data, bytes) else None
            if isinstance(name, str) and name.strip():
                return " ".join(name.split())[:_LONGEST]
    return ""


def _of_toml(text: str) -> object:
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    tool = found.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    tables = [one for one in (found.get("project"), poetry) if isinstance(one, dict)]
    return next((one["name"] for one in tables if "name" in one), None)


def _of_config(text: str) -> object:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
        return parser.get("metadata", "name", fallback=None)
    except ConfigError:
        return None
