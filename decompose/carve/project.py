"""Stage 7: Sources -> Project: the modules, what their packages bind, and each needed file's tree, parsed once."""

from collections.abc import Mapping
from functools import cached_property

import libcst as cst

from .layout import ancestors, join
from .scopes import Binding, Scan, scan
from .values import Sources

__all__ = ["File", "Project", "absolute", "is_star"]


class File:
    """One Python file, parsed and scanned on first need; `tree` is None where libcst cannot parse it."""

    def __init__(self, path: str, data: bytes, module: str, trees: Mapping[bytes, cst.Module] | None = None) -> None:
        self.path, self.data, self.module = path, data, module
        self.is_package = path.endswith("__init__.py")
        self._known = (trees or {}).get(data)

    @cached_property
    def tree(self) -> cst.Module | None:
        if self._known is not None:
            return self._known
        try:
            return cst.parse_module(self.data)
        except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError, ValueError, RecursionError):
            return None

    @cached_property
    def scan(self) -> Scan:
        return scan(self.tree) if self.tree is not None else Scan()

    @cached_property
    def text(self) -> str:
        return self.data.decode("utf-8", errors="surrogateescape")

    def line_of(self, fragment: str) -> int:
        """The first line that holds `fragment`, from 1; 0 where none does."""
        at = self.text.find(fragment)
        return self.text.count("\n", 0, at) + 1 if at >= 0 else 0


class Project:
    """What stands where before a pass over the files. Its caches are its only state."""

    def __init__(self, sources: Sources, before: "Project | None" = None) -> None:
        """`before` is the project a pass ago: what it parsed or wrote need not be parsed again."""
        self.sources = sources
        self._trees: dict[bytes, cst.Module] = {} if before is None else before.trees()
        self.modules: Mapping[str, str] = sources.modules
        self.universe = frozenset(name for m in sources.modules for name in (m, *ancestors(m)))
        self._module_of = {path: module for module, path in sources.modules.items()}
        self._files: dict[str, File] = {}

    def file(self, path: str) -> File:
        if path not in self._files:
            self._files[path] = File(path, self.sources.files[path], self._module_of.get(path, ""), self._trees)
        return self._files[path]

    def remember(self, tree: cst.Module) -> bytes:
        """The bytes of a tree that a pass made; the next pass will know them."""
        data = tree.bytes
        self._trees[data] = tree
        return data

    def trees(self) -> dict[bytes, cst.Module]:
        """Each file's bytes -> its tree, as far as they are known."""
        parsed = {
            file.data: file.tree for file in self._files.values() if "tree" in vars(file) and file.tree is not None
        }
        return {**self._trees, **parsed}

    def submodule(self, module: str, name: str) -> str | None:
        """The module that attribute `name` of `module` is; None where it is no module, or its package binds it anew."""
        inner = join(module, name)
        return inner if inner in self.universe and not self._shadowed(module, name) else None

    def binds(self, module: str, name: str) -> bool:
        """Whether `module` has `name` at its top level, as its text says; yes where a star import may bring it."""
        path = self.modules.get(module)
        if path is None:
            return False
        found = self.file(path).scan
        return name in found.top.bindings or any(is_star(s.node) for s in found.statements)

    def _shadowed(self, module: str, name: str) -> bool:
        """Whether the package's `__init__` binds `name` to something other than its own submodule."""
        path = self.modules.get(module, "")
        if not path.endswith("__init__.py"):
            return False
        file = self.file(path)
        bindings = file.scan.top.bindings.get(name, ())
        return any(binding is None or _target(file, binding) != join(module, name) for binding in bindings)


def absolute(file: File, module: str, level: int, target: str) -> str | None:
    """The module that `from ..target import x` names in `file`, were the file's name `module`; None beyond the top.

    level 1 in module "a.b" is "a", in package "a.b" it is "a.b".
    """
    if not level:
        return target
    package = module.split(".") if file.is_package else module.split(".")[:-1]
    if not module or level > len(package):
        return None
    return join(*package[: len(package) - level + 1], target)


def is_star(node: cst.Import | cst.ImportFrom) -> bool:
    """Whether it is `from x import *`."""
    return isinstance(node, cst.ImportFrom) and isinstance(node.names, cst.ImportStar)


def _target(file: File, binding: Binding) -> str:
    base = absolute(file, file.module, binding.level, binding.target) or ""
    return join(base, binding.name or "")
