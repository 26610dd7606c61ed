"""Stage 7: Document -> `boundaries.toml`, the proposal in a form that a person edits and commits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from .document import Document
from .escape import toml, visible
from .signed import COMMENT, signed

__all__ = ["boundaries_toml"]

_HEAD = """\
# Which modules and tables form a boundary. Proposed by decompose; edit it, commit it, and analyse again.
# Entries are names or globs; `*` also matches dots.
"""


def boundaries_toml(document: Document) -> str:
    """The file's text. Its last line is a digest of the others, by which `is_ours` knows that nobody edited it."""
    places = _places(document)
    globs = _globs(places)
    sections = [
        _section(f"boundaries.{toml(row['name'])}", globs.get(row["name"], ()), row["tables"], row["why"])
        for row in document["boundaries"]
    ]
    kernel = _section("shared_kernel", globs.get("\0kernel", ()), document["shared_kernel"]["tables"], "")
    body = "\n".join([_HEAD, "version = 1\n", *sections, kernel])
    return signed(body, COMMENT)


def _places(document: Document) -> dict[str, str]:
    """Module -> its boundary, or a mark for the shared kernel and the composition roots."""
    kernel, roots = set(document["shared_kernel"]["modules"]), set(document["composition_roots"])
    special = {True: "\0kernel", False: "\0none"}
    return {
        row["name"]: row["boundary"] or ("\0root" if row["name"] in roots else special[row["name"] in kernel])
        for row in document["modules"]
    }


def _globs(places: Mapping[str, str]) -> dict[str, list[str]]:
    """Place -> the fewest entries that name its modules: `a.b` and `a.b.*` where all under `a.b` stand in one place."""
    under: dict[str, set[str]] = defaultdict(set)
    for name, place in places.items():
        for package in _packages(name):
            under[package].add(place)
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(places):
        whole = next((package for package in _packages(name) if len(under[package]) == 1), "")
        entry = f"{whole}.*" if whole else name
        if found[places[name]][-1:] != [entry]:
            found[places[name]].append(entry)
    return found


def _packages(name: str) -> Iterable[str]:
    """ "a.b.c" -> "a", "a.b"."""
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))


def _section(header: str, modules: Iterable[str], tables: Iterable[str], why: str) -> str:
    about = f"# {visible(why)}\n" if why else ""
    return f"{about}[{header}]\nmodules = {_list(modules)}\ntables = {_list(tables)}\n"


def _list(entries: Iterable[str]) -> str:
    rows = "".join(f"  {toml(entry)},\n" for entry in dict.fromkeys(entries))
    return f"[\n{rows}]" if rows else "[]"
