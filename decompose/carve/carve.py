"""Stage 7: the carve from beginning to end."""

from dataclasses import replace

from .diff import after
from .dynamic import dynamic
from .face import put_face
from .guard import guard
from .layout import Layout, lay_out
from .moves import move
from .project import Project
from .values import Carving, Commit, Options, Order, Sources

__all__ = ["carve"]


def carve(sources: Sources, order: Order, options: Options) -> Carving:
    """Raises InputError where the order cannot be carried out at all; the result lists what cannot be followed."""
    layout = lay_out(sources, order, options)
    before = Project(sources)
    commits, lost = move(before, layout)
    lost = (*layout.stays, *lost, *dynamic(before, layout))
    carving = Carving(layout.package, layout.renamed, commits, unfollowed=lost)
    if not options.face:
        return carving
    moved = Project(_moved(sources, layout, carving.commits), before)
    commit, face, starred = put_face(moved, layout.package, layout.folder)
    lost = (*lost, *starred)
    if commit is not None and face is not None:
        exports = tuple(sorted(face.exports.values()))
        carving = replace(carving, commits=(*commits, commit), exports=exports, exposed=face.exposed)
    if options.guard:
        faced = Project(_moved(sources, layout, carving.commits), moved)
        border, unguarded = guard(faced, layout.package, f"{layout.package}.{face.name}" if face else "")
        lost = (*lost, *unguarded)
        carving = replace(carving, commits=(*carving.commits, *((border,) if border else ())))
    return replace(carving, unfollowed=lost)


def _moved(sources: Sources, layout: Layout, commits: tuple[Commit, ...]) -> Sources:
    """The project after the commits, its modules under their new names; files that nobody reads stay unread."""
    files = after(sources.files, commits)
    paths = {old: new for piece in layout.pieces for old, new in piece.files}
    modules = {layout.renamed.get(module, module): paths.get(path, path) for module, path in sources.modules.items()}
    known = set(modules.values())
    root = layout.folder.removesuffix(layout.package.replace(".", "/"))
    for path in files.keys() - known:
        if path.endswith(".py") and path.startswith(layout.folder + "/"):
            name = path.removeprefix(root).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            modules[name] = path
    modules |= {module: path for module, path in sources.modules.items() if path in files and path not in known}
    return Sources(files, modules)
