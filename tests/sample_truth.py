"""LearnHub's truth as data: TRUTH.toml with every anchor resolved to its line."""

import ast
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parents[1] / "sample_monolith"
LEARNHUB = SAMPLE / "learnhub"


def truth(root: Path = LEARNHUB, text: str | None = None) -> dict[str, Any]:
    """TRUTH.toml (or `text`); each place gets its `line` in the tree at `root`, `loop` and `calls` theirs."""
    found = tomllib.loads((SAMPLE / "TRUTH.toml").read_text(encoding="utf-8") if text is None else text)
    for place in places(found):
        file = root / place["file"]
        if "anchor" in place:
            place["line"] = line_of(file, place["function"], place["anchor"])
        elif "field" in place:
            place["line"] = line_of_field(file, place["model"], place["field"])
        else:
            place["line"], place["end_line"] = span(file, place["function"])
        if "loop" in place:
            place["loop_line"] = line_of(file, place["function"], place["loop"])
            place["call_lines"] = [line_of(file, place["function"], call) for call in place["calls"]]
    return found


def places(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "file" in value:
            yield value
        for inner in value.values():
            yield from places(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner)


def members(boundary: dict[str, Any], modules: list[str]) -> list[str]:
    """The modules that a table with `modules` and perhaps `except` globs names."""
    left_out = boundary.get("except", [])
    return [
        module
        for module in modules
        if any(fnmatchcase(module, glob) for glob in boundary["modules"])
        and not any(fnmatchcase(module, glob) for glob in left_out)
    ]


@cache
def lines(file: Path) -> tuple[str, ...]:
    return tuple(file.read_text(encoding="utf-8").split("\n"))


@cache
def spans(file: Path) -> dict[str, tuple[int, int]]:
    """First and last line of each function and class, decorators included, by qualified name."""
    found: dict[str, tuple[int, int]] = {"": (1, len(lines(file)))}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
                found[prefix + child.name] = (first, child.end_lineno or first)
                visit(child, f"{prefix}{child.name}.")

    if file.suffix == ".py":
        visit(ast.parse("\n".join(lines(file))), "")
    return found


def span(file: Path, function: str) -> tuple[int, int]:
    return spans(file)[function]


def line_of(file: Path, function: str, anchor: str) -> int:
    first, last = span(file, function)
    hits = [number for number in range(first, last + 1) if anchor in lines(file)[number - 1]]
    if len(hits) != 1:
        raise LookupError(f"{file}, {function}: {len(hits)} lines hold {anchor!r}")
    return hits[0]


def line_of_field(file: Path, model: str, field: str) -> int:
    first, last = span(file, model)
    return next(
        number for number in range(first, last + 1) if lines(file)[number - 1].lstrip().startswith(f"{field} = models.")
    )
