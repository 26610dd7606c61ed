"""Stage 7: Layout + Project -> one commit for each piece that moves, every reference following."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import basename

from .django import keep_labels, registrations
from .follow import follow_imports
from .homes import Homes
from .layout import Layout, Piece, ancestors, under
from .look import Look
from .names import Names
from .order import load_order
from .project import Project
from .resources import follow_resources
from .strings import follow_comments, follow_strings, follow_text
from .text import layered
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
    first: Mapping[str, str]  # new package -> the old one to load before what is in it
    written: dict[str, bytes] = field(default_factory=dict)
    lost: dict[str, tuple[Unfollowed, ...]] = field(default_factory=dict)


def move(project: Project, layout: Layout) -> tuple[tuple[Commit, ...], tuple[Unfollowed, ...]]:
    """Each commit is whole: the state after the n-th is what moving the first n pieces at once would give."""
    first, circles = load_order(project, layout.pieces)
    state = _State(_keys(project), first)
    commits = tuple(_commit(project, layout, n, state) for n in range(1, len(layout.pieces) + 1))
    lost = (lost for path in sorted(state.lost) for lost in state.lost[path])
    return commits, (*lost, *circles)


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
    inits = {path: _init(state.first.get(package)) for package, path in _packages(project, layout, piece)}
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


def _init(home: str | None) -> bytes:
    """Empty, but for an old package that must go on being loaded before the modules that have left it."""
    bound = f"_{home}".replace(".", "_")  # `import app` would hide a module `app` of the new package
    return f"import {home} as {bound}  # noqa: F401  loaded before these modules, as ever\n".encode() if home else b""
