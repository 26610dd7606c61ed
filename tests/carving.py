"""Sources drawn as text, and programs that run from memory."""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import re
import sys
from collections.abc import Mapping
from types import ModuleType

from decompose.carve import Carving, Options, Order, Sources, after, carve
from tests.trees import tree

__all__ = ["carved", "run", "sources"]


def sources(text: str | Mapping[str, str]) -> Sources:
    """The files of `tree(text)`; every `.py` file is a module, in the root "src" if it lies there."""
    files = tree(text) if isinstance(text, str) else text
    stems = {re.sub(r"(/__init__)?\.py$", "", path): path for path in files if path.endswith(".py")}
    modules = {stem.removeprefix("src/").replace("/", "."): path for stem, path in stems.items()}
    return Sources({path: content.encode() for path, content in files.items()}, modules)


def carved(
    text: str | Mapping[str, str], names: str, boundary: str = "sales", followers: bool = False, **options: object
) -> tuple[dict[str, str], Carving]:
    """The files after carving the modules `names` (by spaces), and the carving.

    All other modules are held by others; tests and migrations never are, nor is anything else with `followers`.
    """
    before = sources(text)
    wanted = frozenset(names.split())
    free = {name for name in before.modules if followers or re.search(r"\b(tests?|migrations)\b", name)}
    order = Order(boundary, wanted, frozenset(before.modules) - wanted - free)
    carving = carve(before, order, Options(**options))  # type: ignore[arg-type]
    return {path: data.decode() for path, data in after(before.files, carving.commits).items()}, carving


def run(files: Mapping[str, str], main: str = "main") -> str:
    """What importing `main` prints, the program being read from memory; the exception's text where it raises."""
    finder = _Memory(files)
    said = io.StringIO()
    old_path = sys.meta_path[:]
    sys.meta_path.insert(0, finder)
    try:
        with contextlib.redirect_stdout(said):
            importlib.import_module(main)
    except Exception as error:
        said.write(f"{type(error).__name__}: {error}")
    finally:
        sys.meta_path[:] = old_path
        for name in [name for name in sys.modules if name in finder.seen]:
            del sys.modules[name]
    return said.getvalue()


class _Memory(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def __init__(self, files: Mapping[str, str]) -> None:
        self.files, self.seen = files, set[str]()

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        stem = name.replace(".", "/")
        for file, is_package in ((f"{stem}/__init__.py", True), (f"{stem}.py", False)):
            if file in self.files:
                self.seen.add(name)
                return importlib.util.spec_from_loader(name, self, is_package=is_package)
        if any(file.startswith(stem + "/") for file in self.files):  # a namespace package
            self.seen.add(name)
            return importlib.util.spec_from_loader(name, self, is_package=True)
        return None

    def exec_module(self, module: ModuleType) -> None:
        stem = module.__name__.replace(".", "/")
        source = self.files.get(f"{stem}/__init__.py", self.files.get(f"{stem}.py", ""))
        exec(compile(source, stem, "exec"), module.__dict__)

    def get_source(self, fullname: str) -> str:
        return ""
