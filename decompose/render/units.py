"""Stage 7: Document -> the boundaries as import checkers name them: modules, and packages as a whole."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .document import Document

__all__ = ["Crossed", "Unit", "crossed", "homes", "units"]


class Unit(NamedTuple):
    """A module, or with `whole` a package together with everything below it."""

    name: str
    whole: bool


class Crossed(NamedTuple):
    """An import from a module of one home to a module of another."""

    importer: str
    imported: str


def homes(document: Document) -> dict[str, str]:
    """Module of an analysed package -> its boundary, or "" for the shared kernel and composition roots."""
    packages = tuple(f"{name}." for name in document["project"]["packages"])
    return {row["name"]: row["boundary"] or "" for row in document["modules"] if f"{row['name']}.".startswith(packages)}


def units(home: Mapping[str, str]) -> dict[str, list[Unit]]:
    """Boundary -> its units by name: a package that no other home has a part in stands for all of its modules."""
    below: dict[str, set[str]] = {}
    for name, boundary in home.items():
        for package in (one for one in _packages(name) if one in home):
            below.setdefault(package, set()).add(boundary)
    parents = {package for name in home for package in _packages(name.rpartition(".")[0])}
    found: dict[str, dict[Unit, None]] = {}
    for name in sorted(home):
        whole = next((one for one in _packages(name) if len(below.get(one, ())) == 1), None)
        unit = Unit(name, False) if whole is None or whole not in parents else Unit(whole, True)
        found.setdefault(home[name], {})[unit] = None
    return {boundary: list(found[boundary]) for boundary in sorted(found)}


def crossed(document: Document, home: Mapping[str, str]) -> list[Crossed]:
    """Today's imports between homes, each pair once."""
    pairs = {
        Crossed(row["importer"], row["imported"])
        for row in document["imports"]
        if row["importer"] in home and row["imported"] in home and home[row["importer"]] != home[row["imported"]]
    }
    return sorted(pairs)


def _packages(name: str) -> Iterable[str]:
    """ "a.b.c" -> "a", "a.b", "a.b.c"; shortest first."""
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))
