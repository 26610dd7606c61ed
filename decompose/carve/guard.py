"""Stage 7: the border of the new package -> contracts that keep it: import-linter's, and tach's where it is in use."""

import re
import tomllib
from dataclasses import dataclass

from .face import is_by_nature
from .layout import under
from .look import Look
from .project import Project
from .uses import imported
from .values import Commit, Unfollowed

__all__ = ["guard"]

_TESTS = re.compile(r"^((?:\w+\.)*?(?:tests?|testing|migrations|conftest|test_\w+|\w+_tests?))(?:\.|$)")


@dataclass(frozen=True, slots=True)
class _Border:
    """The new package, its face, the packages of tests that may reach inside, and the uses that go round the face."""

    package: str
    face: str
    roots: list[str]
    allowed: list[str]
    ignored: list[str]

    @property
    def identity(self) -> str:
        return self.package.replace(".", "-").replace("_", "-") + "-face"

    @property
    def name(self) -> str:
        return f"Others use {self.package} through its face alone" if self.face else f"Others do not use {self.package}"


def guard(project: Project, package: str, face: str) -> tuple[Commit | None, tuple[Unfollowed, ...]]:
    """The commit that adds the contracts, where the project keeps its own; `face` is "" where nobody needs one."""
    border = _border(project, package, face)
    writes: dict[str, bytes | None] = {}
    lost: list[Unfollowed] = []
    path, text = _linter_file(project)
    new = text + (_in_toml if path.endswith(".toml") else _in_ini)(border, text)
    if path.endswith(".toml") and not _is_toml(new):
        lost.append(
            Unfollowed("guard", path, 1, "its contracts are written inline: add one for the new package by hand")
        )
    else:
        writes[path] = new.encode()
    if "tach.toml" in project.sources.files:
        writes["tach.toml"] = (_ended(project.sources.text("tach.toml")) + _tach(border)).encode()
    return (Commit(f"A contract keeps the border of {package}", (), writes) if writes else None), tuple(lost)


def _border(project: Project, package: str, face: str) -> _Border:
    importers = _importers(project, package)
    free = {module for module in importers if is_by_nature(project.modules[module])}
    taken = {module: importers[module] for module in sorted(importers.keys() - free)}
    through = [f"** -> {face}"] if any(face in modules for modules in taken.values()) else []
    around = [f"{module} -> {one}" for module, modules in taken.items() for one in sorted(modules - {face})]
    tops = {name.split(".", maxsplit=1)[0] for name in (package, *importers)}
    roots = sorted(top for top in tops if project.modules.get(top, "/__init__.py").endswith("/__init__.py"))
    known = {module for module in free if module.split(".", maxsplit=1)[0] in roots}
    return _Border(package, face, roots, sorted({package, *map(_tests_around, known)}), through + around)


def _importers(project: Project, package: str) -> dict[str, set[str]]:
    """Modules outside that import the package's modules -> what they import; of tests it is enough that they may."""
    look = Look(package)
    found: dict[str, set[str]] = {}
    for module, path in sorted(project.modules.items()):
        if under(module, package) or not look.may_import(project.sources.files[path]):
            continue
        if is_by_nature(path):
            found[module] = set()
            continue
        taken = {use.module for use in imported(project.file(path), project) if under(use.module, package)}
        if taken:
            found[module] = taken
    return found


def _linter_file(project: Project) -> tuple[str, str]:
    """Where import-linter's contracts are, or will be, and its text."""
    files = project.sources.files
    marks = (
        (".importlinter", "[importlinter"),
        ("setup.cfg", "[importlinter"),
        ("pyproject.toml", "[tool.importlinter"),
    )
    for path, mark in marks:
        if path in files and mark in project.sources.text(path):
            return path, _ended(project.sources.text(path))
    if "pyproject.toml" in files:
        return "pyproject.toml", _ended(project.sources.text("pyproject.toml"))
    return ".importlinter", ""


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"


def _in_toml(border: _Border, text: str) -> str:
    head = "" if "[tool.importlinter" in text else f"\n[tool.importlinter]\nroot_packages = {_toml(border.roots)}\n"
    return (
        f'{head}\n[[tool.importlinter.contracts]]\nid = "{border.identity}"\nname = "{border.name}"\n'
        f'type = "protected"\nprotected_modules = {_toml([border.package])}\n'
        f"allowed_importers = {_toml(border.allowed)}\nignore_imports = {_toml(border.ignored)}\n"
    )


def _in_ini(border: _Border, text: str) -> str:
    head = "" if "[importlinter]" in text else f"[importlinter]\nroot_packages ={_ini(border.roots)}\n"
    return (
        f"{head}\n[importlinter:contract:{border.identity}]\nname = {border.name}\ntype = protected\n"
        f"protected_modules ={_ini([border.package])}\nallowed_importers ={_ini(border.allowed)}\n"
        f"ignore_imports ={_ini(border.ignored)}\n"
    )


def _tests_around(module: str) -> str:
    """The package of tests or migrations that holds `module`: "shop.tests.test_orders" -> "shop.tests"."""
    found = _TESTS.match(module)
    return found[1] if found else module


def _toml(values: list[str]) -> str:
    inner = [f'"{value}"' for value in values]
    flat = f"[{', '.join(inner)}]"
    return flat if len(flat) < 90 else "[\n" + "".join(f"    {value},\n" for value in inner) + "]"


def _ini(values: list[str]) -> str:
    return "".join(f"\n    {value}" for value in values)


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _tach(border: _Border) -> str:
    # A utility is open to modules whose list of dependencies is closed; the interface keeps the border.
    exposed = f'["{border.face.rpartition(".")[2]}.*"]' if border.face else "[]"
    return (
        f'\n[[modules]]\npath = "{border.package}"\nutility = true\n'
        f'\n[[interfaces]]\nexpose = {exposed}\nfrom = ["{border.package}"]\n'
    )
