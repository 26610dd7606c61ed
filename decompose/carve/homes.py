"""Stage 7: where each module and each of its names is found after a pass: moved, behind the face, or as before."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .layout import ancestors, under

__all__ = ["Home", "Homes"]


@dataclass(frozen=True, slots=True)
class Home:
    """Attribute `name` of `module`; with name None the module itself, importable under its dotted name."""

    module: str
    name: str | None = None

    def taken_from(self) -> tuple[str, str]:
        """(x, y) such that `from x import y` brings it; x is "" for a top-level module."""
        if self.name is not None:
            return self.module, self.name
        parent, _, last = self.module.rpartition(".")
        return parent, last


@dataclass(frozen=True, slots=True)
class Homes:
    """`pieces` maps moved packages and modules to their new names (what lies inside a package moves with it).

    `exports` maps (module, name), name None for the module itself, to the name that the module `face` exports it under.
    """

    package: str
    pieces: Mapping[str, str] = field(default_factory=dict)
    face: str = ""
    exports: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)  # what was asked before

    def rename(self, module: str) -> str:
        """The module's dotted name after the moves."""
        if module not in self.known:
            piece = next((piece for piece in (module, *ancestors(module)) if piece in self.pieces), None)
            self.known[module] = module if piece is None else self.pieces[piece] + module[len(piece) :]
        return self.known[module]

    def of_module(self, module: str) -> Home:
        export = self.exports.get((module, None))
        return Home(self.face, export) if export is not None else Home(self.rename(module))

    def of_name(self, module: str, name: str) -> Home:
        export = self.exports.get((module, name))
        return Home(self.face, export) if export is not None else Home(self.rename(module), name)

    def changes(self, module: str) -> bool:
        return self.of_module(module) != Home(module)

    def inside(self, module: str) -> bool:
        return under(module, self.package)
