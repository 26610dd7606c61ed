"""Stage 7: Order + Sources -> Layout: what moves as one piece, where to, and which files go along."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import dirname

from decompose.errors import InputError

from .values import Options, Order, Sources, Unfollowed

__all__ = ["Layout", "Piece", "ancestors", "join", "lay_out", "under"]

# Django and Celery find these by their place inside an app; they cannot live elsewhere.
_FOUND_BY_PLACE = re.compile(r"\.apps$|\.(migrations|templatetags|management)(\.|$)")
_LOADED_BY_PLACE = re.compile(r"\.(models|admin|tasks)$")
_LABEL = re.compile(r"^[ \t]+label\s*=\s*[\"'](\w+)[\"']", re.M)
_NO_CODE = re.compile(rb"#[^\r\n]*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A package with all that is in it (`whole`), or one module, that moves in one commit."""

    old: str
    new: str
    whole: bool
    modules: tuple[tuple[str, str], ...]  # (old, new), sorted
    files: tuple[tuple[str, str], ...]  # (old path, new path), sorted
    folder: tuple[str, str] | None = None  # of a whole package: (old, new)

    @property
    def paths(self) -> dict[str, str]:
        """Old path -> new path of each file that moves, and of each folder that moves as a whole."""
        paths = dict(self.files)
        if self.folder is not None:
            old, new = self.folder
            for path, _ in self.files:
                while (path := dirname(path)).startswith(old):
                    paths[path] = new + path[len(old) :]
        return paths


@dataclass(frozen=True, slots=True)
class Layout:
    """The new package, and the pieces that move into it."""

    package: str
    folder: str  # the new package's folder
    pieces: tuple[Piece, ...]
    inside: frozenset[str]  # modules of the boundary that stand in the new package already
    stays: tuple[Unfollowed, ...] = ()

    @property
    def renamed(self) -> dict[str, str]:
        return {old: new for piece in self.pieces for old, new in piece.modules}

    @property
    def leaving(self) -> frozenset[str]:
        """The old paths of the files that move."""
        return frozenset(old for piece in self.pieces for old, _ in piece.files)


def lay_out(sources: Sources, order: Order, options: Options) -> Layout:
    """Raises InputError for a boundary that is empty or everything, and for a new place that is taken."""
    unknown = sorted(order.modules - sources.modules.keys())
    if unknown:
        raise InputError(f"Boundary {order.boundary!r} names {unknown[0]!r}, which is no module of this tree.")
    if not order.modules:
        raise InputError(f"Boundary {order.boundary!r} has no modules, so there is nothing to carve.")
    roots = _whole_packages(sources, order)
    units = sorted(roots | {m for m in order.modules if not any(under(m, root) for root in roots)})
    if not any(module for module in sources.modules if not any(under(module, unit) for unit in units)):
        raise InputError(f"Boundary {order.boundary!r} holds every module of the tree: nothing would be left outside.")
    by_label = _loaded_by_label(sources, units)
    fixed = {
        unit: why for unit in units if (why := _reason_to_stay(sources, unit, unit in roots, units) or by_label[unit])
    }
    stays = tuple(Unfollowed("stays", _place(sources, unit), 1, why, False) for unit, why in sorted(fixed.items()))
    units = [unit for unit in units if unit not in fixed]
    if not units:
        raise InputError(f"Nothing of boundary {order.boundary!r} can move: {next(iter(fixed.values()))}.")
    package = options.into or _free_name(sources, order.boundary, units)
    if not all(part.isidentifier() for part in package.split(".")):
        raise InputError(f"{package!r} is no dotted package name.")
    for name in (package, *ancestors(package)):
        if name in sources.modules and not _is_package(sources, name):
            raise InputError(
                f"{name} is a module ({sources.modules[name]}), so nothing can lie in it. Choose another with --into."
            )
    inside = [unit for unit in units if under(unit, package)]
    outside = [unit for unit in units if not under(unit, package)]
    folder = _folder(sources, package, units)
    names = _new_names(outside, package, roots, alone=not inside)
    pieces = tuple(
        _piece(sources, old, new, folder + new.removeprefix(package).replace(".", "/")) for old, new in names.items()
    )
    _refuse_clashes(sources, package, folder, pieces, inside)
    kept = frozenset(m for m in sources.modules if any(under(m, unit) for unit in inside))
    return Layout(package, folder, pieces, kept, stays)


def under(name: str, package: str) -> bool:
    """Whether `name` is `package` or inside it: under("a.b.c", "a.b")."""
    return name == package or name.startswith(package + ".")


def ancestors(name: str) -> Iterator[str]:
    """The packages around a dotted name, the nearest first: a.b.c -> a.b, a."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def join(*parts: str) -> str:
    """join("a", "", "b") is "a.b"."""
    return ".".join(part for part in parts if part)


def _whole_packages(sources: Sources, order: Order) -> frozenset[str]:
    """The topmost packages that hold modules of the boundary, and none that another boundary or the kernel holds.

    An `__init__` that the shared kernel holds does not keep its package back when everything in it moves.
    """
    blocked = {a for module in order.held for a in ancestors(module)}
    blocked |= {m for m in order.held if not _is_package(sources, m)}
    empty_handed = {m for m in order.held if m not in blocked}
    wanted = {a for module in order.modules for a in (module, *ancestors(module))}
    loose = sources.modules.keys() - order.modules - order.held
    whole = {p for p in wanted - blocked - empty_handed if _has_folder(sources, p) and _earned(p, order, loose)}
    return frozenset(p for p in whole if not any(a in whole for a in ancestors(p)))


def _earned(package: str, order: Order, loose: Iterable[str]) -> bool:
    """The package itself was ordered, or nearly all that is in it: few modules do not drag along many unplaced ones."""
    if package in order.modules:
        return True
    ordered = sum(under(m, package) for m in order.modules)
    followers = sum(under(m, package) and not _by_nature(m) for m in loose)
    return ordered > 3 * followers


def _reason_to_stay(sources: Sources, unit: str, whole: bool, units: list[str]) -> str:
    if _FOUND_BY_PLACE.search(unit):
        return f"{unit} is found by its place in an app that does not move as a whole"
    if _is_alembics(sources, unit):
        return f"{unit} is found by its place among Alembic's scripts"
    if not whole and _is_package(sources, unit):
        return f"{unit} holds modules that do not move, so its __init__ stays with them"
    if _LOADED_BY_PLACE.search(unit) and not whole and not _NO_CODE.sub(b"", sources.files[sources.modules[unit]]):
        return f"{unit} is empty, and its app is looked for it"
    if not all(part.isidentifier() for part in unit.split(".")):
        return f"{unit} is no name that can be imported, so it is found by its path"
    tops = {each.split(".", maxsplit=1)[0] for each in units}
    top = unit.split(".", maxsplit=1)[0]
    if top not in sources.modules and any(each in sources.modules for each in tops):
        return f"{top} is no package, so what is in it is found by its path"
    return ""


def _loaded_by_label(sources: Sources, units: Iterable[str]) -> dict[str, str]:
    """Unit -> why it stays, "" for most: get_class("customer.views", ...) finds it below the app of that label."""
    apps = {module.removesuffix(".apps"): path for module, path in sources.modules.items() if module.endswith(".apps")}
    found: dict[str, str] = {}
    for unit in units:
        said = [
            label + unit.removeprefix(app)
            for app in ancestors(unit)
            if app in apps
            for label in {app.rpartition(".")[2], *_LABEL.findall(sources.files[apps[app]].decode("utf-8", "replace"))}
        ]
        loaded = next((name for name in sorted(said) if name not in sources.modules and _is_said(sources, name)), "")
        found[unit] = f'{unit} is loaded as "{loaded}" from an app that does not move as a whole' if loaded else ""
    return found


def _is_said(sources: Sources, name: str) -> bool:
    """Does any Python file hold `name`, or what begins with it, as a string of its own?"""
    plain, quoted = name.encode(), re.compile(rb"[\"']" + re.escape(name.encode()) + rb"(?:\.[\w.]+)?[\"']")
    texts = (data for path, data in sources.files.items() if path.endswith(".py"))
    return any(plain in data and quoted.search(data) for data in texts)


def _is_alembics(sources: Sources, unit: str) -> bool:
    """Whether it stands in a folder that Alembic's configuration names, which `script.py.mako` tells."""
    place = _place(sources, unit)
    marks = {dirname(path) for path in sources.files if path.endswith("/script.py.mako")}
    return any(place == mark or place.startswith(mark + "/") for mark in marks)


def _place(sources: Sources, unit: str) -> str:
    """The file of a module, the folder of a package that has no `__init__`."""
    return sources.modules.get(unit) or _package_folder(sources, unit)


def _by_nature(module: str) -> bool:
    return bool(re.search(r"(^|\.)(tests?|migrations|conftest|test_\w+|\w+_test)(\.|$)", module))


def _is_package(sources: Sources, module: str) -> bool:
    return sources.modules[module].endswith("/__init__.py")


def _has_folder(sources: Sources, package: str) -> bool:
    if package in sources.modules:
        return _is_package(sources, package)
    return any(under(module, package) for module in sources.modules)


def _free_name(sources: Sources, boundary: str, units: list[str]) -> str:
    """`<top package>.<boundary>`; where others have that, `<top package>.<boundary>_service`, then `_2` ..."""
    word = re.sub(r"\W+", "_", boundary).strip("_").lower() or "carved"
    word = f"_{word}" if word[0].isdigit() else word
    tops = {unit.split(".", maxsplit=1)[0] for unit in units}
    top = "" if len(tops) > 1 or tops & set(units) else min(tops)
    taken = {a for module in sources.modules for a in (module, *ancestors(module))}
    candidates = [word, f"{word}_service", *(f"{word}_{n}" for n in range(2, 100))]
    for candidate in candidates:
        name = join(top, candidate)
        if name not in taken or (name in units and _has_folder(sources, name)):
            return name
    raise InputError(f"No free name for boundary {boundary!r}: choose one with --into.")


def _new_names(units: list[str], package: str, roots: frozenset[str], alone: bool) -> dict[str, str]:
    """A single package becomes the new package itself; else units keep their names below their common package.

    Where some of the boundary stands in the new package already, that counts too: beside `shop.orders`, which stays,
    `shop.api.orders` becomes `shop.orders.api`.
    """
    if alone and len(units) == 1 and units[0] in roots:
        return {units[0]: package}
    depth = len(_common_parent(units)) if alone else len(_common_parent([*units, package]))
    found = {unit: join(package, *unit.split(".")[depth:]) for unit in units}
    for unit in sorted(roots & found.keys()):
        parent, _, last = found[unit].rpartition(".")
        again = last == package.rpartition(".")[2] and parent != package
        if again and not any(under(name, parent) for other, name in found.items() if other != unit):
            found[unit] = parent
    return found


def _common_parent(units: list[str]) -> list[str]:
    """The package that holds all units: ["a"] for a.b.c and a.d."""
    parents = [unit.split(".")[:-1] for unit in units]
    depth = 0
    while parents and all(len(p) > depth and p[depth] == parents[0][depth] for p in parents):
        depth += 1
    return parents[0][:depth] if parents else []


def _root_of(sources: Sources, unit: str) -> str:
    """The folder that holds the top-level package of `unit`: "" or "src"."""
    module = unit if unit in sources.modules else next(m for m in sorted(sources.modules) if under(m, unit))
    path = sources.modules[module]
    stem = re.sub(r"(/__init__)?\.py$", "", path)
    return stem.removesuffix(module.replace(".", "/")).rstrip("/")


def _folder(sources: Sources, package: str, units: list[str]) -> str:
    """Beside what moves: in the root that holds the new package's existing parents, else the first unit's."""
    root = _root_of(sources, units[0])
    for parent in (package, *ancestors(package)):
        if any(under(module, parent) for module in sources.modules):
            root = _root_of(sources, parent)
            break
    return "/".join(filter(None, (root, package.replace(".", "/"))))


def _piece(sources: Sources, old: str, new: str, target: str) -> Piece:
    if old in sources.modules and not _is_package(sources, old):
        return Piece(old, new, False, ((old, new),), ((sources.modules[old], target + ".py"),))
    modules = tuple((m, new + m.removeprefix(old)) for m in sorted(sources.modules) if under(m, old))
    source = _package_folder(sources, old)
    files = tuple((p, target + p.removeprefix(source)) for p in sorted(sources.files) if p.startswith(source + "/"))
    return Piece(old, new, True, modules, files, (source, target))


def _package_folder(sources: Sources, package: str) -> str:
    if package in sources.modules:
        return dirname(sources.modules[package])
    root = _root_of(sources, package)
    return "/".join(filter(None, (root, package.replace(".", "/"))))


def _refuse_clashes(sources: Sources, package: str, folder: str, pieces: tuple[Piece, ...], inside: list[str]) -> None:
    leaving = {old for piece in pieces for old, _ in piece.files}
    landing: dict[str, str] = {}
    for piece in pieces:
        for old, new in piece.files:
            if new in landing or (new in sources.files and new not in leaving):
                raise InputError(f"{old} cannot move to {new}: the place is taken. Choose another with --into.")
            landing[new] = old
    if inside:
        return
    taken = sources.modules.keys() - {old for piece in pieces for old, _ in piece.modules}
    squatter = next((m for m in sorted(taken) if under(m, package)), None)
    if squatter:
        raise InputError(
            f"The package {package} exists already ({sources.modules[squatter]}). Choose another with --into."
        )
