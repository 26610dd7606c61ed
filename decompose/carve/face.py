"""Stage 7: a moved boundary -> its face: one module that exports exactly what others use, and the uses through it.

The face looks names up when they are used. Loading it loads nothing, so it closes no import cycle, needs no Django app
to be ready, and shows a test's replacement of a function like the module that holds it.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .django import is_model
from .follow import follow_imports
from .homes import Homes
from .layout import under
from .look import Look
from .project import File, Project
from .uses import Use, uses
from .values import Commit, Exposed, Unfollowed

__all__ = ["Face", "is_by_nature", "put_face"]

_NAMES = ("api", "face", "public")
_WIDTH = 88  # the narrowest that is common: black's
_BY_NATURE = re.compile(r"(^|[./])(tests?|testing|migrations|conftest|test_\w+|\w+_tests?)([./]|$)")

Key = tuple[str, str | None]  # a module and a name in it; None is the module itself


@dataclass(frozen=True)
class Face:
    """What the face exports and who made it necessary; `uses` are in the order of the files."""

    package: str
    name: str
    exports: Mapping[Key, str]
    uses: Mapping[Key, tuple[tuple[str, Use], ...]]
    project: Project

    @cached_property
    def exposed(self) -> tuple[Exposed, ...]:
        """The exports that outsiders should not need, for the reader to work on."""
        found = ((key, why) for key in self.exports if (why := self._why(*key)))
        return tuple(sorted(Exposed(self.exports[key], _spelled(*key), why, self._lines(key)) for key, why in found))

    def _why(self, module: str, name: str | None) -> str:
        if name is None:
            return "module"
        if name.startswith("_") and not name.endswith("__"):
            return "private"
        return "model" if is_model(self.project, module, name) else ""

    def _lines(self, key: Key) -> tuple[tuple[str, int], ...]:
        return tuple(sorted({(path, use.line) for path, use in self.uses[key]}))


def put_face(project: Project, package: str, folder: str) -> tuple[Commit | None, Face | None, tuple[Unfollowed, ...]]:
    """The commit that writes the face of `package` and sends every use from outside through it; None if nobody uses it.

    Tests and migrations go on reaching inside: the ones patch what they test, the others belong to their tables.
    """
    found: dict[Key, list[tuple[str, Use]]] = defaultdict(list)
    lost: list[Unfollowed] = []
    outsiders = [file for file in _outsiders(project, package) if file.readable]
    for file in outsiders:
        for use in uses(file, project):
            if not under(use.module, package):
                continue
            if use.star:
                lost.append(Unfollowed("star", file.path, use.line, f"from {use.module} import *", blocks=False))
            elif (use.module, use.name) != (package, None):
                found[use.module, use.name].append((file.path, use))
    if not found:
        return None, None, tuple(lost)
    name = _face_name(project, package)
    face = Face(
        package,
        name,
        _export_names(found),
        {key: tuple(each) for key, each in sorted(found.items(), key=_order)},
        project,
    )
    writes: dict[str, bytes | None] = {f"{folder}/{name}.py": _text(face).encode()}
    homes = Homes(package, face=f"{package}.{name}", exports=face.exports)
    for file in outsiders:
        edits = follow_imports(file, project, homes)
        if edits:
            writes[file.path] = file.text.edited(edits)
    return (
        Commit(f"Others reach {package} through {package}.{name}", (), dict(sorted(writes.items()))),
        face,
        tuple(lost),
    )


def is_by_nature(path: str) -> bool:
    """Whether a file is a test or a migration, which may reach inside any package."""
    return bool(_BY_NATURE.search(path.removesuffix(".py")))


def _outsiders(project: Project, package: str) -> Iterator[File]:
    look = Look(package)
    for path in sorted(project.sources.files):
        if path.endswith(".py") and not is_by_nature(path) and look.may_import(project.sources.files[path]):
            file = project.file(path)
            if not under(file.module, package):
                yield file


def _face_name(project: Project, package: str) -> str:
    candidates = (*_NAMES, *(f"api_{n}" for n in range(2, 100)))
    return next(name for name in candidates if f"{package}.{name}" not in project.universe)


def _order(item: tuple[Key, object]) -> tuple[str, str]:
    (module, name), _ = item
    return module, name or ""


def _spelled(module: str, name: str | None) -> str:
    return f"{module}.{name}" if name else module


def _export_names(found: Mapping[Key, object]) -> dict[Key, str]:
    """Each thing under its own name; where two share one, with as many parts of their modules before it as it takes."""
    keys = sorted(found, key=lambda key: (key[0], key[1] or ""))
    parts = {key: _spelled(*key).split(".") for key in keys}
    length = dict.fromkeys(keys, 1)
    while True:
        names = {key: "_".join(parts[key][-length[key] :]) for key in keys}
        taken: dict[str, list[Key]] = defaultdict(list)
        for key, name in names.items():
            taken[name].append(key)
        clashes = [key for same in taken.values() if len(same) > 1 for key in same]
        if not clashes:
            return names
        for key in clashes:
            length[key] += 1


# --- the text ---------------------------------------------------------------------------------------------------------


def _text(face: Face) -> str:
    boundary = face.package.rpartition(".")[2]
    exposed = {each.name: each for each in face.exposed}
    ordered = sorted(face.exports.items(), key=lambda item: _import_order(face, item[0]))
    good = [_typed(face, key, name) for key, name in ordered if name not in exposed]
    rest = [_typed(face, key, name) for key, name in ordered if name in exposed]
    blocks = [("", good), ("# Others should not need these: models, private names, whole modules.\n", rest)]
    names = sorted(face.exports.values())
    homes = sorted(
        (name, f".{module[len(face.package) + 1 :]}", attribute or "")
        for (module, attribute), name in face.exports.items()
    )
    return _TEMPLATE.format(
        boundary=boundary,
        imports="\n".join(f"{title}if TYPE_CHECKING:\n{_lines_of(typed)}" for title, typed in blocks if typed),
        names="".join(f'    "{name}",\n' for name in names),
        homes="".join(f'    "{name}": ("{home}", "{attribute}"),\n' for name, home, attribute in homes),
    )


def _lines_of(typed: list[str]) -> str:
    """As formatters leave them: an empty line before a comment that has a line of its own, unless it is the first."""
    parts = [f"\n{text}" if n and text.lstrip().startswith("#") else text for n, text in enumerate(typed)]
    return "".join(f"{part}\n" for part in parts)


def _import_order(face: Face, key: Key) -> tuple[str, int, str, str]:
    """Where isort puts it: by module, then constants, classes and the rest, each by the alphabet."""
    source, taken = _source(face, key)
    kind = 0 if taken.isupper() and len(taken) > 1 else 1 if taken[0].isupper() else 2
    return source.lower(), kind, taken.lower(), taken


def _source(face: Face, key: Key) -> tuple[str, str]:
    """(".orders", "place") for `from .orders import place`."""
    module, attribute = key
    inner = module[len(face.package) + 1 :]
    return (f".{inner}", attribute) if attribute else (f".{inner.rpartition('.')[0]}", inner.rpartition(".")[2])


def _typed(face: Face, key: Key, name: str) -> str:
    source, taken = _source(face, key)
    signature = _signature(face.project, *key) if key[1] else ""
    line = f"    from {source} import {taken} as {name}"
    if not signature:
        return line
    return f"{line}  # {signature}" if len(line) + len(signature) + 4 <= _WIDTH else f"    # {signature}\n{line}"


def _signature(project: Project, module: str, name: str | None) -> str:
    """A function's parameters and result on one line, as written; "" for anything else, and for a long one."""
    path = project.modules.get(module)
    file = project.file(path) if path else None
    for node in file.tree.body if file and file.tree else ():
        if file and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            head = file.text.source((file.text.span(node)[0], file.text.span(node.body[0])[0]))
            text = re.sub(r"\s+", " ", re.sub(r"^(async )?def \w+", "", head).rstrip().removesuffix(":"))
            text = text.replace("( ", "(").replace(", )", ")")
            return text if len(text) <= 60 and "#" not in text else ""
    return ""


_TEMPLATE = '''\
"""The face of {boundary}: the only module of this package that other code imports.

Each name is looked up where it lives when it is used, so importing this module
loads nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

{imports}
__all__ = [
{names}]

_HOMES = {{
{homes}}}

if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
        home, attribute = _HOMES[name]
        module = import_module(home, __package__)
        return getattr(module, attribute) if attribute else module
'''
