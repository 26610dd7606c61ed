"""decompose carve: performs the first move of a plan on the code, as a diff or as commits on a new branch."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from .. import config, pipeline
from ..carve import Carving, Options, unified
from ..cluster import whereabouts
from ..errors import ExitCode, InputError
from ..extract.git import printable
from ..extract.survey import Survey, survey
from ..model.names import Module
from .apply import apply
from .boundaries import ordered
from .means import means, means_options
from .progress import shown

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose carve billing                       the diff, on stdout
  decompose carve billing > billing.diff        for review, or for `git apply`
  decompose carve billing --apply               commits on the new branch carve/billing
  decompose carve billing --into shop.billing   choose the new package
"""

PLACES = ("boundaries.toml", "decompose-report/boundaries.toml")
"""Where the boundaries are looked for below PATH; the second also below the current folder."""


@click.command("carve", epilog=EXAMPLES)
@click.argument("boundary")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--boundaries", "boundaries_file", type=click.Path(path_type=Path),
              help="The boundaries (boundaries.toml here or in decompose-report, else worked out).")  # fmt: skip
@click.option("--into", default="", help="Dotted name of the new package.")
@click.option("--no-face", is_flag=True, help="Only move: write no face and no contract.")
@click.option("--no-guard", is_flag=True, help="Write no contract.")
@click.option("--apply", "applies", is_flag=True, help="Commit on a new branch and check it out.")
@click.option("--branch", default="", help="The new branch's name (carve/BOUNDARY).")
@click.option("--allow-unfollowed", is_flag=True, help="Go on though some references cannot be followed.")
@means_options
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
def command(
    *, boundary: str, path: Path, boundaries_file: Path | None, into: str, no_face: bool, no_guard: bool, applies: bool,
    branch: str, allow_unfollowed: bool, quiet: bool, **how: Any,
) -> None:  # fmt: skip
    """Move the modules of BOUNDARY into one package, with every reference to them, and put a face in front of it.

    PATH is the checkout. Without --apply a diff goes to stdout and nothing is written. What cannot be followed is
    listed on stderr with file and line; then the exit code is 1 and nothing is applied, unless --allow-unfollowed.
    """
    with shown(quiet) as progress, means(**how) as given:
        progress("Reading modules", 0, 0)
        found = survey(path, given)
        places = _places(
            found, path, boundaries_file, lambda: pipeline.analyze(path, config.load(path, None, {}), progress, given)
        )
        progress("Carving", 0, 0)
        options = Options(into=into, face=not no_face, guard=not (no_face or no_guard))
        carving = pipeline.carving(found, places, boundary, options)
    blocked = any(lost.blocks for lost in carving.unfollowed) and not allow_unfollowed
    if not applies:
        sys.stdout.writelines(unified(found.files, carving))
    elif not blocked:
        if not found.is_git:
            raise InputError(f"{path} is not in a git repository: --apply needs one to write to")
        apply(found.repository, found.scope, carving, branch or f"carve/{boundary}")
    if not quiet:
        done = applies and not blocked
        sys.stderr.writelines(f"{line}\n" for line in _summary(carving, branch or f"carve/{boundary}" if done else ""))
    if blocked:
        if applies:
            click.echo("nothing was written; --allow-unfollowed says that somebody has looked", err=True)
        sys.exit(ExitCode.FINDINGS)


def _places(
    found: Survey, path: Path, file: Path | None, analyze: Callable[[], pipeline.Analysis]
) -> Mapping[str, frozenset[Module]]:
    """Boundary -> its modules; "" is the shared kernel."""
    standing = [path / PLACES[0], path / PLACES[1], Path(PLACES[1])]
    file = file or next((candidate for candidate in standing if candidate.is_file()), None)
    if file is not None:
        return _read_places(file, found.sources)
    partition = analyze().partition
    places = {fact.boundary.name: frozenset(fact.modules) for fact in partition.boundaries}
    return {**places, "": frozenset(partition.kernel_modules)}


def _read_places(file: Path, modules: frozenset[Module]) -> dict[str, frozenset[Module]]:
    orders = ordered(pipeline.Options(), file).cluster.orders
    if not orders.boundaries:
        raise InputError(f"{file}: has no [boundaries.NAME] tables")
    by_name = {module.name: module for module in modules}
    places = whereabouts(sorted(by_name), orders)
    del places[orders.roots.name]  # roots follow a package whose other modules all move
    places[""] = places.pop(orders.kernel.name)
    return {name: frozenset(by_name[one] for one in found) for name, found in places.items()}


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _summary(carving: Carving, branch: str) -> Iterator[str]:
    yield f"{carving.package}: {_count(len(carving.renamed), 'module')} moved, {_count(len(carving.commits), 'commit')}"
    if carving.exports:
        yield f"the face exports {_count(len(carving.exports), 'name')}"
    if carving.exposed:
        yield "of these others should not need:"
    for each in carving.exposed:
        path, line = each.used_by[0]
        more = f" and {len(each.used_by) - 1} more" if len(each.used_by) > 1 else ""
        yield printable(f"  {each.why:8} {each.home}, used at {path}:{line}{more}")
    for blocks, title in ((True, "cannot be followed:"), (False, "worth a look:")):
        lost = [each for each in carving.unfollowed if each.blocks is blocks]
        if lost:
            yield title
        yield from (printable(f"  {each.kind}  {each.path}:{each.line}  {each.text}") for each in lost)
    if branch:
        yield f"committed on branch {branch}; undo with: git checkout - && git branch -D {branch}"
