"""Stage 7: Document -> tach.toml: a boundary may use itself, the shared kernel, and what it uses today."""

from collections.abc import Set

from .document import Document
from .escape import toml
from .units import crossed, homes, units

__all__ = ["tach"]

_HEAD = """\
# A boundary may use itself, the shared kernel, and the modules of other boundaries that it uses today.
# Composition roots are not restricted. For tach 0.25 or newer.

source_roots = ["."]
root_module = "ignore"
"""


def tach(document: Document) -> str:
    """A `[[modules]]` entry for each boundary, with what it may depend on; the kernel is a utility, roots are free."""
    home = homes(document)
    kernel = set(document["shared_kernel"]["modules"])
    found = units(home)
    where = {unit.name for inside in found.values() for unit in inside}
    parts, every = [_HEAD], crossed(document, home)
    for boundary, inside in found.items():
        names = [unit.name for unit in inside]
        if boundary:
            today = {_unit(one.imported, where) for one in every if home[one.importer] == boundary}
            parts.append(_entry(names, [*names, *sorted(today - kernel)]))
        else:
            parts += [_entry([name for name in names if name in kernel], None, "utility = true\n")]
            parts += [_entry([name for name in names if name not in kernel], None)]
    return "".join(parts)


def _unit(name: str, known: Set[str]) -> str:
    """The unit that a module is, or is below."""
    while name not in known:
        name = name.rpartition(".")[0]
    return name


def _entry(paths: list[str], allowed: list[str] | None, more: str = "") -> str:
    if not paths:
        return ""
    depends = "" if allowed is None else f"depends_on = {_listed(allowed)}\n"
    return f"\n[[modules]]\npaths = {_listed(paths)}\n{depends}{more}"


def _listed(names: list[str]) -> str:
    return "[\n" + "".join(f"    {toml(name)},\n" for name in names) + "]"
