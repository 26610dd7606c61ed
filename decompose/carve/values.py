"""Stage 7: the values that go in and out of a carve.

Modules are plain dotted names here, as the code writes them: this stage rewrites names inside text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Carving", "Commit", "Exposed", "Options", "Order", "Sources", "Unfollowed"]


@dataclass(frozen=True, slots=True)
class Sources:
    """A project as it stands: `files` maps each tracked path to its bytes, `modules` each dotted name to its path.

    `files` may be lazy. Only `.py` files and known text files are read through it; other files move unread.
    """

    files: Mapping[str, bytes]
    modules: Mapping[str, str]

    def text(self, path: str) -> str:
        return self.files[path].decode("utf-8", errors="surrogateescape")


@dataclass(frozen=True, slots=True)
class Order:
    """What to carve: the boundary's modules, and the modules that other boundaries or the shared kernel hold.

    Modules in neither (tests, migrations, composition roots) follow a package whose other modules all move.
    """

    boundary: str
    modules: frozenset[str]
    held: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Options:
    """`into` is the dotted name of the new package ("" chooses one); a `guard` needs a `face`."""

    into: str = ""
    face: bool = True
    guard: bool = True


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """Something that the carve may have broken and cannot mend: a person looks at it."""

    kind: str  # "dynamic_import", "sys_path", "unparsable", "file_path", "text", "star", "stays", "import_circle" ...
    path: str  # as it was before the carve
    line: int
    text: str
    blocks: bool = True  # False: worth reading, and nothing is expected to break


@dataclass(frozen=True, slots=True, order=True)
class Exposed:
    """Something that the face exports though outsiders should not use it; `used_by` is ((path, line), ...)."""

    name: str
    home: str
    why: str  # "model", "private", "module"
    used_by: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """One consistent state after another: `moves` (old path, new path) first, then `writes` (None removes a file)."""

    subject: str
    moves: tuple[tuple[str, str], ...]
    writes: Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Carving:
    """The carve as commits in order. `renamed` maps each moved module's old name to its new one."""

    package: str
    renamed: Mapping[str, str]
    commits: tuple[Commit, ...] = ()
    exports: tuple[str, ...] = ()
    exposed: tuple[Exposed, ...] = ()
    unfollowed: tuple[Unfollowed, ...] = ()
    notes: tuple[str, ...] = field(default=())
