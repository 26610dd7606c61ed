"""Stage 7: Document -> contracts for import-linter that let no new import into a boundary; today's are its baseline."""

from collections.abc import Iterable

from .diagrams import stems
from .document import Document
from .escape import toml, visible
from .units import Unit, crossed, homes, units

__all__ = ["import_linter"]

_HEAD = """\
# Each boundary is imported by itself and by the composition roots alone. What crosses today is listed, and may go.
# For pyproject.toml; needs import-linter 2.6 or newer.

[tool.importlinter]
root_packages = [{packages}]
"""


def import_linter(document: Document) -> str:
    """`[tool.importlinter]` with a contract of type "protected" for each boundary."""
    home, roots = homes(document), set(document["composition_roots"])
    found = units(home)
    today = [pair for pair in crossed(document, home) if pair.importer not in roots]
    names = stems(name for name in found if name)
    parts = [_HEAD.format(packages=", ".join(map(toml, document["project"]["packages"])))]
    for boundary, stem in names.items():
        baseline = [f"{one.importer} -> {one.imported}" for one in today if home[one.imported] == boundary]
        inside = list(_expressions(found[boundary]))
        parts.append(
            "\n".join(
                [
                    "\n[[tool.importlinter.contracts]]",
                    f"id = {toml(f'boundary-{stem}')}",
                    f"name = {toml(f'{visible(boundary)} is imported by itself alone')}",
                    'type = "protected"',
                    "as_packages = false",
                    f"protected_modules = {_listed(inside)}",
                    f"allowed_importers = {_listed([*inside, *sorted(roots & home.keys())])}",
                    f"ignore_imports = {_listed(baseline)}",
                    'unmatched_ignore_imports_alerting = "warn"\n',
                ]
            )
        )
    return "".join(parts)


def _expressions(inside: Iterable[Unit]) -> Iterable[str]:
    """A whole package is itself and all below it, so that a new module of it belongs to the boundary too."""
    for unit in inside:
        yield unit.name
        if unit.whole:
            yield f"{unit.name}.**"


def _listed(names: Iterable[str]) -> str:
    rows = "".join(f"    {toml(name)},\n" for name in names)
    return f"[\n{rows}]" if rows else "[]"
