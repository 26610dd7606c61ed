"""Stage 1, many files: folders that are called as tests are, but that the program itself needs, are part of it.

`dojo/test/` of a program that manages tests, `exams/tests/`: none of their files is called as a test is, and modules
that are no tests import them. Tests are read in outline alone, so that these are read again.
"""

from collections.abc import Sequence

from ..model.facts import ImportKind, ModuleKind
from . import resolve
from .file import Says, folder_of_tests, is_called_test, says
from .source import Tree, contents

__all__ = ["with_serving"]


def with_serving(files: list[Says], tree: Tree) -> list[Says]:
    """`files`, with those read anew that lie in such folders."""
    serving = _serving(files)
    if not serving:
        return files
    again = [one.path for one in files if folder_of_tests(one.path) in serving]
    read = {path: says(path, data, serves=True) for path, data in contents(tree, again) if isinstance(data, bytes)}
    return [read.get(one.path, one) for one in files]


def _serving(files: Sequence[Says]) -> frozenset[str]:
    above = {one.path: folder_of_tests(one.path) for one in files if one.kind is ModuleKind.TEST}
    testing = {folder for path, folder in above.items() if is_called_test(path)}
    asked = set(above.values()) - testing - {""}
    if not asked:
        return frozenset()
    names = {folder.rpartition("/")[2] for folder in asked}
    sources = [one for one in files if one.kind is ModuleKind.SOURCE]
    if not any(names.intersection((*to.module.split("."), to.name)) for one in sources for to in one.imports):
        return frozenset()
    found = resolve.index(files)
    imports, _ = resolve.resolve_imports(sources, found)
    paths = {place.module: place.path for place in found.places}
    needed = {above.get(paths[one.imported], "") for one in imports if one.kind is not ImportKind.TYPE}
    return frozenset(asked & needed)
