"""Stage 1, one file: bytes -> Parsed, an `ast.Module` of as much as can be read; never raises."""

import ast
import warnings
from dataclasses import dataclass

from ..model.facts import Problem

__all__ = ["Parsed", "parse"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's tree. `version` is the interpreter that would read the file whole ("3.12"), "" where unknown.

    `partial` says that the running interpreter's parser could not read it whole; lines are true all the same, but
    columns may then be those of the text as rewritten.
    """

    tree: ast.Module
    lines: int
    partial: bool = False
    problems: tuple[Problem, ...] = ()
    version: str = ""


def parse(data: bytes, path: str) -> Parsed:
    """Read `data`, the content of `path`; what cannot be read is left out and told in `problems`."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    count = len(lines) - (not lines[-1])
    problems: list[Problem] = []
    for _ in range(len(lines)):
        try:
            return Parsed(_tree("\n".join(lines)), count, bool(problems), tuple(problems))
        except SyntaxError as error:
            line = min(max(error.lineno or 1, 1), len(lines))
            problems.append(Problem(path, line, f"cannot be read: {error.msg}"))
            lines[line - 1] = ""
        except (ValueError, RecursionError, MemoryError) as error:
            problems.append(Problem(path, 0, f"cannot be read: {error}"))
            break
        if len(problems) > 20:
            break
    return Parsed(ast.Module([], []), count, True, tuple(problems))


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
