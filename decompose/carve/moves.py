"""Stage 7: Layout + Project -> one commit for each piece that moves, every reference following."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from posixpath import basename

from .django import keep_labels, registrations
from .follow import follow_imports
from .homes import Homes
from .layout import Layout, Piece, ancestors, under
from .look import Look
from .names import Names
from .project import Project
from .resources import follow_resources
from .strings import follow_comments, follow_strings, follow_text
from .text import layered
from .uses import taken
from .values import Commit, Unfollowed

__all__ = ["move"]

_PROSE = (".rst", ".md", ".txt", ".toml", ".ini", ".cfg", ".conf", ".yaml", ".yml", ".sh", ".in", ".service", ".mk")
_NAMED = re.compile(
    r"(Makefile|Dockerfile|Procfile|Jenkinsfile|CODEOWNERS|Pipfile|justfile|\.(coveragerc|importlinter|pylintrc|flake8)|"
    r"\.(git|docker)(ignore|attributes))"
)
_PAST = re.compile(r"(?i)(^|/)(change(s|log)|history|news|release)[^/]*(/|\.|$)")  # tells what was


@dataclass(slots=True)
class _State:
    """The tree while pieces move, by the paths of before: what was written so far, and what could not be followed."""

    keys: frozenset[str]
    written: dict[str, bytes] = field(default_factory=dict)
    lost: dict[str, tuple[Unfollowed, ...]] = field(default_factory=dict)


def move(project: Project, layout: Layout) -> tuple[tuple[Commit, ...], tuple[Unfollowed, ...]]:
    """Each commit is whole: the state after the n-th is what moving the first n pieces at once would give."""
    state = _State(_keys(project))
    commits = tuple(_commit(project, layout, n, state) for n in range(1, len(layout.pieces) + 1))
    lost = (lost for path in sorted(state.lost) for lost in state.lost[path])
    return commits, (*lost, *_circles(project, layout.pieces))


def _commit(project: Project, layout: Layout, n: int, state: _State) -> Commit:
    pieces, piece = layout.pieces[:n], layout.pieces[n - 1]
    moved = {old: new for p in pieces for old, new in p.files}
    paths = {old: new for p in pieces for old, new in p.paths.items()}
    names = Names(project, Homes(layout.package, {p.old: p.new for p in pieces}), paths, state.keys, layout.leaving)
    writes: dict[str, bytes | None] = {}
    for path in _touched(project, piece):
        new, state.lost[path] = _follow(project, path, names)
        if new != state.written.get(path, project.sources.files[path]):
            writes[moved.get(path, path)] = state.written[path] = new
    present = (project.sources.files.keys() - moved.keys()) | set(moved.values())
    inits = {path: _init(project, pieces, package) for package, path in _packages(project, layout, piece)}
    writes |= {path: data for path, data in inits.items() if path not in present}
    writes |= registrations(project, piece)
    return Commit(f"Moves {piece.old} to {piece.new}", piece.files, dict(sorted(writes.items())))


# environ["shop.user"]   request.environ.get('shop.user')   and not os.environ, whose keys have no dots
_KEY = re.compile(rb"""\benviron(?:\[|\.(?:get|pop|setdefault)\()\s*(["'])(\w+(?:\.\w+)+)\1""")


def _keys(project: Project) -> frozenset[str]:
    """What the code keeps things under in a WSGI environment, whose keys are dotted names by convention (PEP 3333)."""
    sources = (
        data for path in sorted(project.sources.files) if path.endswith(".py") for data in [project.sources.files[path]]
    )
    return frozenset(found[2].decode() for data in sources if b"environ" in data for found in _KEY.finditer(data))


def _touched(project: Project, piece: Piece) -> Iterator[str]:
    """Files that may need a change when `piece` moves, found by a look at their bytes."""
    look = Look(piece.old, (piece.folder[0],) if piece.folder else tuple(old for old, _ in piece.files))
    own = {path for path, _ in piece.files}
    for path in sorted(project.sources.files):
        if path.endswith(".py"):
            if path in own or look.may_import(project.sources.files[path]):
                yield path
        elif _is_prose(path) and look.names(project.sources.files[path]):
            yield path


def _is_prose(path: str) -> bool:
    return (path.endswith(_PROSE) or bool(_NAMED.fullmatch(basename(path)))) and not _PAST.search(path)


def _follow(project: Project, path: str, names: Names) -> tuple[bytes, tuple[Unfollowed, ...]]:
    data = project.sources.files[path]
    if not path.endswith(".py"):
        text = data.decode("utf-8", "surrogateescape")
        return follow_text(text, names, bool(_NAMED.fullmatch(basename(path)))).encode("utf-8", "surrogateescape"), ()
    file = project.file(path)
    if not file.readable:
        return data, (Unfollowed("unparsable", path, 1, "does not parse, and may name what moves"),)
    in_paths, lost_paths = follow_resources(file, names)
    in_strings, lost = follow_strings(file, names, in_paths)
    in_imports = follow_imports(file, project, names.homes)
    labels = keep_labels(file, project, names.homes)
    edits = layered(follow_comments(file, names), in_paths, in_strings, in_imports, labels)
    return file.text.edited(edits) if edits else data, (*lost, *lost_paths)


def _packages(project: Project, layout: Layout, piece: Piece) -> Iterator[tuple[str, str]]:
    """The new package and what lies between it and the piece, as (dotted name, path of its `__init__`)."""
    root = layout.folder.removesuffix(layout.package.replace(".", "/"))
    for package in ancestors(piece.new):
        if under(package, layout.package) or package not in project.universe:
            yield package, f"{root}{package.replace('.', '/')}/__init__.py"


def _init(project: Project, pieces: Sequence[Piece], package: str) -> bytes:
    """Empty, but for old packages that must go on being loaded before the modules that have left them.

    # app/__init__.py: from .tax import rate      app/tax.py: from .base import Base
    Loading app.tax used to begin with app, which then loaded tax. From its new place tax would be loaded first, would
    load app by way of app.base, and app would find tax half-loaded.
    """
    lines = {
        f"import {home}  # noqa: F401  loaded before these modules, as ever\n"
        for piece in pieces
        if piece.new.rpartition(".")[0] == package
        if (home := _home_that_loads_back(project, pieces, piece)) and not under(package, home)
    }
    return "".join(sorted(lines)).encode()


def _home_that_loads_back(project: Project, pieces: Sequence[Piece], piece: Piece) -> str:
    """The old package of the piece, the innermost that stays, where it or one above it must go on being loaded first;
    else nothing.

    That is where the `__init__` of one of them leads to the piece, and the piece leads to something that stays there.
    """
    stay = _staying(project, pieces, piece)
    loading = {package: _reached(project, [package]) for package in stay if any(_loaded(project, package))}
    back = [package for package, found in loading.items() if any(under(module, piece.old) for module in found)]
    needed = _reached(project, [module for module, _ in piece.modules]) if back else ()
    returns = any(under(one, package) and not under(one, piece.old) for package in back for one in needed)
    return max(stay, key=len) if returns else ""


def _staying(project: Project, pieces: Sequence[Piece], piece: Piece) -> Sequence[str]:
    """The packages around the old place of the piece that do not move."""
    moved = [each.old for each in pieces]
    around = (package for package in ancestors(piece.old) if package in project.modules)
    return [package for package in around if not any(under(package, old) for old in moved)]


def _circles(project: Project, pieces: Sequence[Piece]) -> Iterator[Unfollowed]:
    """The old packages that can no longer be loaded first.

    # app/__init__.py: from .views import show     app/views.py: from app.core.tax import rate
    # app/core/__init__.py: from .tax import rate  app/core/tax.py: from app.core.base import Base
    Whoever asked for app.core.tax got app.core first, which got tax. From its new place tax is loaded by views, while
    app is loaded for the sake of app.core; it asks for app.core, which asks for tax and finds it half-loaded.
    """
    for piece in pieces:
        home = _home_that_loads_back(project, pieces, piece)
        if not home or not any(under(module, piece.old) for module in _reached(project, [home])):
            continue
        for package in _staying(project, pieces, piece):
            found = _reached(project, [package], home) if package != home else ()
            if any(under(module, piece.old) for module in found):
                text = f"loads {piece.old} before {home}, which loads it too and which it needs"
                yield Unfollowed("import_circle", project.modules[package], 1, text)


def _reached(project: Project, modules: Sequence[str], but: str = "") -> frozenset[str]:
    """All that is loaded when `modules` are, each with the packages around it; but for those around `modules`, and for
    what `but` loads."""
    found: set[str] = set()
    pending = [one for module in modules for one in _loaded(project, module)]
    while pending:
        module = pending.pop()
        for one in (module, *ancestors(module)):
            if one not in found:
                found.add(one)
                pending += _loaded(project, one) if one in project.modules and one != but else ()
    return frozenset(found)


def _loaded(project: Project, module: str) -> Iterator[str]:
    """The modules that `module` imports when it is loaded."""
    file = project.file(project.modules[module])
    for statement in file.scan.statements:
        if statement.scope is file.scan.top:
            yield from (use.module for use in taken(file, project, statement.node))
