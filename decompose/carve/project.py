"""Stage 7: Sources -> Project: the modules, what their packages bind, and each needed file, parsed once."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from .layout import ancestors, join
from .lower import lower_module
from .scan import scan
from .scopes import Binding, Reference, Scan
from .text import Text
from .values import Sources

__all__ = ["File", "Hit", "Project", "absolute"]


class _Parsed:
    """What the bytes of a file say, whatever its name: `tree` is None where neither parser can read them."""

    def __init__(self, data: bytes) -> None:
        self.text: Text | None = None
        self.tree: ast.Module | None = None
        self.lowered = False
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            self.text = Text(data)
            self.tree = _read(self.text.string)
            if self.tree is None:
                self.tree, self.lowered = lower_module(self.text.string), True

    @cached_property
    def scan(self) -> Scan:
        if self.tree is None or self.text is None:
            return Scan()
        try:
            return scan(self.tree, self.text, self.lowered)
        except RecursionError:
            self.tree = None  # too deep to walk is as good as unreadable
            return Scan()


@dataclass(frozen=True, slots=True)
class Hit:
    """`reference.names[:depth]` is `module`, through `binding`; `base` is what the first name alone means."""

    reference: Reference
    module: str
    depth: int
    base: str
    binding: Binding


class File:
    """One Python file, parsed and scanned on first need."""

    def __init__(self, path: str, data: bytes, module: str, known: Mapping[bytes, _Parsed]) -> None:
        self.path, self.data, self.module = path, data, module
        self.is_package = path.endswith("__init__.py")
        self._known = known

    @cached_property
    def parsed(self) -> _Parsed:
        return self._known.get(self.data) or _Parsed(self.data)

    @property
    def tree(self) -> ast.Module | None:
        return self.parsed.tree

    @property
    def scan(self) -> Scan:
        return self.parsed.scan

    @property
    def readable(self) -> bool:
        """Whether the file can be parsed and walked."""
        return self.scan is not None and self.tree is not None

    @property
    def text(self) -> Text:
        """The file's text; only a file that has a tree is asked for it."""
        assert self.parsed.text is not None
        return self.parsed.text

    def line_of(self, fragment: str) -> int:
        """The first line that holds `fragment`, from 1; 0 where none does."""
        at = self.text.body.find(fragment.encode())
        return self.text.line(at) if at >= 0 else 0


class Project:
    """What stands where before a pass over the files. Its caches are its only state."""

    def __init__(self, sources: Sources, before: "Project | None" = None) -> None:
        """`before` is the project a pass ago: what it parsed need not be parsed again."""
        self.sources = sources
        self.modules: Mapping[str, str] = sources.modules
        self.universe = frozenset(name for m in sources.modules for name in (m, *ancestors(m)))
        self._module_of = {path: module for module, path in sources.modules.items()}
        self._files: dict[str, File] = {}
        self._hits: dict[str, tuple[Hit, ...]] = {}
        self._known = {} if before is None else before.parsed()

    def file(self, path: str) -> File:
        if path not in self._files:
            self._files[path] = File(path, self.sources.files[path], self._module_of.get(path, ""), self._known)
        return self._files[path]

    def parsed(self) -> dict[bytes, _Parsed]:
        """Each parsed file's bytes -> what they say."""
        return {file.data: file.parsed for file in self._files.values() if "parsed" in vars(file)}

    def hits(self, file: File) -> tuple[Hit, ...]:
        """The references of `file` whose first name is bound to a module of the project, each with what it reaches."""
        if file.path not in self._hits:
            self._hits[file.path] = tuple(self._resolved(file))
        return self._hits[file.path]

    def submodule(self, module: str, name: str) -> str | None:
        """The module that attribute `name` of `module` is; None where it is no module, or its package binds it anew."""
        inner = join(module, name)
        return inner if inner in self.universe and not self._shadowed(module, name) else None

    def meaning(self, file: File, binding: Binding) -> str | None:
        """The module that an imported name is, if it is one."""
        base = absolute(file, file.module, binding.level, binding.target)
        if binding.name is None or base is None:
            return base
        return self.submodule(base, binding.name)

    def binds(self, module: str, name: str) -> bool:
        """Whether `module` has `name` at its top level, as its text says; yes where a star import may bring it."""
        path = self.modules.get(module)
        if path is None:
            return False
        found = self.file(path).scan
        return name in found.top.bindings or found.has_star()

    def _resolved(self, file: File) -> Iterator[Hit]:
        imported = file.scan.imported()
        for reference in file.scan.references:
            hit = self._resolve(file, reference) if reference.names[0] in imported else None
            if hit is not None:
                yield hit

    def _resolve(self, file: File, reference: Reference) -> Hit | None:
        """The deepest module that the chain names; None where its first name is bound to no module."""
        scope = reference.scope.find(reference.names[0])
        for binding in scope.bindings[reference.names[0]] if scope is not None else ():
            base = self.meaning(file, binding) if binding is not None else None
            if binding is None or base is None or base not in self.universe:
                continue
            module, depth = base, 1
            for name in reference.names[1:]:
                inner = self.submodule(module, name)
                if inner is None:
                    break
                module, depth = inner, depth + 1
            return Hit(reference, module, depth, base, binding)
        return None

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


def _target(file: File, binding: Binding) -> str:
    base = absolute(file, file.module, binding.level, binding.target) or ""
    return join(base, binding.name or "")


def _read(text: str) -> ast.Module | None:
    """The interpreter's own tree; None where its grammar has no place for the text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in somebody else's code
        try:
            return ast.parse(text)
        except SyntaxError:
            return None
