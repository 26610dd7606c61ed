"""Stage 1: what frameworks do with tables on behalf of a project, written down as Python that is read, never run.

Each file `<dotted name>.py.txt` describes one module of a library in as few lines as inference needs: models with their
relations, and what base classes call on themselves. What such a line touches is charged to the line of the project
that calls it, or, for what a framework starts by itself (`_enter`), to the class that is declared.
"""

import ast
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from ....model.facts import ModuleKind
from ....model.names import Module
from ...code import read
from ...program import Source

__all__ = ["described"]


def described(taken: Iterable[str]) -> list[Source]:
    """The described modules, sorted by name, without those that the project has itself."""
    own = frozenset(taken)
    return [source for source in _all() if source.dotted not in own]


@cache
def _all() -> tuple[Source, ...]:
    found = []
    for file in files(__name__).iterdir():
        if file.name.endswith(".py.txt"):
            dotted = file.name.removesuffix(".py.txt")
            code = read(ast.parse(file.read_text("utf-8")))
            found.append(Source(Module(dotted), dotted, "", "", False, ModuleKind.VENDORED, code, library=True))
    return tuple(sorted(found, key=lambda source: source.dotted))
