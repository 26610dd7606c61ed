"""Stage 1: a checkout -> its files and the names of its modules, for carve, which asks nothing else."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..model.facts import ModuleKind, Problem
from ..model.names import Module
from . import git, resolve
from .readers import Means, read_files
from .serving import with_serving
from .source import Tree, contents, open_tree

__all__ = ["Survey", "survey"]


@dataclass(frozen=True, slots=True)
class Survey:
    """`dotted` is each module's name as code imports it, `paths` where it stands, relative to the surveyed folder.

    `files` reads a file when it is asked for; one that cannot be read, such as a link, is empty.
    """

    repository: Path
    scope: str
    is_git: bool
    files: Mapping[str, bytes]
    dotted: Mapping[Module, str]
    paths: Mapping[Module, str]
    sources: frozenset[Module]


def survey(path: Path, means: Means) -> Survey:
    """Name the modules at `path`. In a repository only tracked files count. Raises InputError where it is no folder."""
    tree = open_tree(path)
    if tree.is_git:
        tree = replace(tree, paths=tuple(sorted(set(tree.paths) & _tracked(tree.repository))))
    said, _ = read_files(
        contents(tree, [path for path in tree.paths if path.endswith(".py")]), means, lambda done: None
    )
    said = with_serving(said, tree)
    found = resolve.index(said)
    kinds = {one.path: one.kind for one in said}
    places = [place for place in found.places if len(found.named[place.dotted]) == 1 or not place.root]
    prefix = f"{tree.scope}/" if tree.scope else ""
    return Survey(
        repository=tree.repository,
        scope=tree.scope,
        is_git=tree.is_git,
        files=_Files(tree, prefix),
        dotted={place.module: place.dotted for place in places},
        paths={place.module: place.path.removeprefix(prefix) for place in places},
        sources=frozenset(place.module for place in places if kinds[place.path] is ModuleKind.SOURCE),
    )


def _tracked(repository: Path) -> frozenset[str]:
    listed = git.output(repository, "ls-files", "-z", "--cached")
    return frozenset(os.fsdecode(name) for name in listed.split(b"\0"))


class _Files(Mapping[str, bytes]):
    """The tree's files by their paths below the surveyed folder, each read once, when it is asked for."""

    def __init__(self, tree: Tree, prefix: str) -> None:
        self._tree, self._prefix, self._read = tree, prefix, dict[str, bytes]()
        self._names = dict.fromkeys(path.removeprefix(prefix) for path in tree.paths)

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            ((_, data),) = contents(self._tree, [self._prefix + name])
            self._read[name] = b"" if isinstance(data, Problem) else data
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
