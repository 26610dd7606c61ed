"""Stage 7: each path that code computes from `__file__` reaches what it reached, wherever either of them has gone."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from .names import Names
from .project import File
from .text import Edits, Span
from .values import Unfollowed
from .ways import Way, last_name, reach, up, ways

__all__ = ["follow_resources"]

_START = "__file__"


@dataclass(slots=True)
class _Run:
    """One file while its paths follow."""

    file: File
    names: Names
    edits: dict[Span, str] = field(default_factory=dict)
    lost: list[Unfollowed] = field(default_factory=list)


def follow_resources(file: File, names: Names) -> tuple[Edits, list[Unfollowed]]:
    """The edits to `dirname(__file__)`, to `Path(__file__).parent`, and to what the file's own constants join to them.

    What goes on by way of a variable, a function or another file is not followed.
    """
    if file.tree is None or b"__file__" not in file.data:
        return {}, []
    run = _Run(file, names)
    fresh = known = {_START: (file.path, names.landed(file.path))}
    while fresh:
        led = ((way.bound, _mend(run, way, *fresh[way.start.id])) for way in list(ways(file, fresh)))
        fresh = {bound: ends for bound, ends in led if ends is not None and bound and bound not in known}
        known = known | fresh
    return run.edits, run.lost


def _mend(run: _Run, way: Way, was: str, now: str) -> tuple[str, str] | None:
    """Where the way led from what was at `was` and is at `now`, and where it leads with the edits that it takes."""
    folder, standing = up(was, way.levels), up(now, way.levels)
    led = reach(folder, way.rest)
    if led is None:
        return None
    target = run.names.landed(led)
    if reach(standing, way.rest) == target:
        return led, target
    edits = _edits(run, way, folder, standing, target) if target != led or not _left(run, led, standing) else None
    if edits is None:
        line = run.file.text.line(run.file.text.span(way.start)[0])
        run.lost.append(Unfollowed("file_path", run.file.path, line, f"a path from __file__ to {led or '.'}"))
        return None
    run.edits |= edits
    return led, target


def _left(run: _Run, led: str, standing: str) -> bool:
    """Whether the way leads back to a folder that others have left too, for one of which it may have been."""
    if f"{standing}/".startswith(f"{led}/" if led else ""):
        return False  # above the file, as before
    return any(old.startswith(f"{led}/") and old != run.file.path for old in run.names.leaving)


def _edits(run: _Run, way: Way, folder: str, standing: str, target: str) -> dict[Span, str] | None:
    base = _base(way, standing, run.names.landed(folder), target)
    edits: dict[Span, str] = {}
    if base != standing:
        if way.start.id != _START or not way.levels:
            return None
        edits = _led_to(run.file, way, standing, base)
    if reach(base, way.rest) == target:
        return edits
    rest = _below(target, base)
    respelled = None if rest is None else _respelled(run.file, way, rest)
    return None if respelled is None else edits | respelled


def _base(way: Way, standing: str, landed: str, target: str) -> str:
    """The folder that the first part of the way should lead to: one from which the rest is right, if there is one."""
    if standing == landed:
        return standing
    if not way.rest:
        return target
    if f"/{target}".endswith(f"/{way.rest}"):
        return f"/{target}".removesuffix(f"/{way.rest}").lstrip("/")
    return landed


def _below(path: str, folder: str) -> str | None:
    if not folder:
        return path
    return path[len(folder) + 1 :] if path.startswith(f"{folder}/") else None


# --- the way to a folder ----------------------------------------------------------------------------------------------


def _led_to(file: File, way: Way, standing: str, base: str) -> dict[Span, str]:
    """From where the way leads, up to what both folders are in, and down to the other."""
    common = standing
    while common and common != base and not base.startswith(f"{common}/"):
        common = up(common, 1)
    levels = len(_split(standing)) - len(_split(common))
    names = [f'"{name}"' for name in _split(base)[len(_split(common)) :]]
    start, end = file.text.span(way.step)
    by_call = last_name(getattr(way.step, "func", way.step)) == "dirname"
    dirname = file.text.source(file.text.span(way.step.func)) if by_call else ""  # type: ignore[attr-defined]  # a call
    before, behind = (f"{dirname}(" * levels, ")" * levels) if by_call else ("", ".parent" * levels)
    if names and way.down is None:
        opened, closed = _joined(dirname, names)
        before, behind = opened + before, behind + closed
    edits = {(start, start): before, (end, end): behind}
    if names and way.down is not None:
        foot = file.text.span(way.foot)[1]
        edits[foot, foot] = edits.get((foot, foot), "") + _glue(way) + _glue(way).join(names)
    return {span: new for span, new in edits.items() if new}


def _split(path: str) -> list[str]:
    return path.split("/") if path else []


def _glue(way: Way) -> str:
    # join(folder, "a", "b")   folder / "a" / "b"
    return ", " if isinstance(way.down, ast.Call) else " / "


def _joined(dirname: str, names: Sequence[str]) -> tuple[str, str]:
    """What stands before and behind a folder so that the names are joined to it."""
    if not dirname:
        return "", f".joinpath({', '.join(names)})"
    module = dirname.rpartition(".")[0]
    if module:
        return f"{module}.join(", f", {', '.join(names)})"
    return "(", f' + "/{"/".join(name[1:-1] for name in names)}")'


# --- the constants that are joined to it ------------------------------------------------------------------------------


def _respelled(file: File, way: Way, rest: str) -> dict[Span, str] | None:
    """The constants so that they say `rest`: only one of them changes, else None."""
    old = [(name, n) for n, part in enumerate(way.parts) for name in _split(str(part.value).strip("/"))]
    new = _split(rest)
    behind = 0
    while behind < min(len(old), len(new)) and old[-1 - behind][0] == new[-1 - behind]:
        behind += 1
    before = 0
    while before < min(len(old), len(new)) - behind and old[before][0] == new[before]:
        before += 1
    gone = old[before : len(old) - behind]
    owners = {n for _, n in gone} or {n for _, n in old[before : before + 1]}
    if len(owners) != 1:
        return None
    (owner,) = owners
    first = next(i for i, (_, n) in enumerate(old) if n == owner)
    kept = [name for name, n in old if n == owner]
    kept[before - first : before - first + len(gone)] = new[before : len(new) - behind]
    return _written(file, way, owner, "/".join(kept)) if kept else None


def _written(file: File, way: Way, n: int, path: str) -> dict[Span, str] | None:
    part = way.parts[n]
    start, end = file.text.span(part)
    value = str(part.value)
    if file.text.source((start, end))[1:-1] != value:  # written with a prefix, an escape, or in pieces
        return None
    lead, tail = value[: len(value) - len(value.lstrip("/"))], value[len(value.rstrip("/")) :]
    return {(start + 1, end - 1): f"{lead}{path}{tail}"}
