"""decompose boundaries: propose boundaries, check a person's own, or propose again around orders."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from .. import config, pipeline
from ..cluster import CLUSTERERS, Orders, alternatives, judge, read_orders
from ..errors import InputError
from ..model.counts import count
from ..model.judgements import Partition
from ..render import boundaries_toml
from ..render.escape import visible
from .means import means, means_options
from .output import write_report
from .progress import shown
from .terminal import all_option, say, shortened

__all__ = ["command", "ordered"]

EXAMPLES = """
\b
Examples:
  decompose boundaries                                   a proposal, with a coarser and a finer one beside it
  decompose boundaries --orders boundaries.toml          the same file around its orders, with the fewest moves
  decompose boundaries --orders boundaries.toml --check  is every order and entry good for this checkout?
  decompose boundaries --start packages --count 8 -o boundaries.toml
"""


@click.command("boundaries", epilog=EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option(
    "--orders", "file", type=click.Path(path_type=Path), help="A boundaries.toml: where to start, and orders."
)
@click.option("--check", is_flag=True, help="Only say whether the file fits this checkout.")
@click.option("--afresh", is_flag=True, help="Find boundaries anew; the file gives names and orders alone.")
@click.option("--start", type=click.Choice(["packages", "owners"]), help="Start from packages, or from CODEOWNERS.")
@click.option("--method", type=click.Choice(list(CLUSTERERS)), help="How boundaries are found (consensus).")
@click.option("--count", type=click.IntRange(1), help="Number of boundaries wanted.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the proposal to this file.")
@all_option
@means_options
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(
    *, path: Path, file: Path | None, check: bool, afresh: bool, start: str | None, method: str | None,
    count: int | None, output: Path | None, every: bool, quiet: bool, **how: Any,
) -> None:  # fmt: skip
    """Propose the boundaries of the checkout at PATH, obeying the orders of a boundaries.toml."""
    if check and file is None:
        raise click.UsageError("--check needs --orders FILE.")
    options = ordered(config.load(path, None, {}), file, afresh=afresh)
    wanted = replace(options.cluster, method="package" if start == "packages" else method or options.cluster.method)
    if count:
        wanted = replace(wanted, orders=replace(wanted.orders, count=count))
    options = replace(options, cluster=wanted)
    with shown(quiet) as progress, means(**how) as given:
        found = pipeline.bounds(path, options, progress, given, by_owner=start == "owners")
        if check:
            click.echo(_checked(found, wanted.orders))
            return
        drawn = start is None and wanted.method != "package" and (wanted.afresh or not wanted.orders.boundaries)
        say(_told(found.partition, drawn, every))
        if wanted.method == "consensus" and not wanted.orders.boundaries:
            others = alternatives(found.graph, wanted, len(found.partition.boundaries))
            sizes = {word: f"{size} boundaries at resolution {resolution:g}" for word, resolution, size in others}
            for word in ("coarser", "finer"):
                click.echo(f"{word}: {sizes.get(word, 'no resolution that was tried gives another number')}")
        if output:
            document = pipeline.document(pipeline.analyze(path, options, progress, given))
            write_report(output.parent, {output.name: boundaries_toml(document).encode("utf-8", "replace")})
            click.echo(str(output))


def ordered(
    options: pipeline.Options, file: Path | None, frozen: bool = False, afresh: bool = False
) -> pipeline.Options:
    """`options` with the orders of `file`. Raises InputError where it cannot be read or is no boundaries.toml."""
    if file is None:
        if frozen:
            raise InputError("--frozen needs --boundaries FILE, which says what to judge")
        return options
    orders: Orders = read_orders(_text(file), str(file))
    return replace(options, cluster=replace(options.cluster, orders=orders, frozen=frozen, afresh=afresh))


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8: {error}") from None


def _checked(found: pipeline.Bounds, orders: Orders) -> str:
    """One line where the file fits, else what does not; orders that cannot be obeyed were refused before."""
    notes = judge(found.graph, orders).notes if orders.boundaries else found.partition.notes
    kinds = (orders.pins, orders.forbidden, orders.together, orders.apart, orders.merged, orders.renamed)
    given = sum(map(len, kinds)) + bool(orders.count)
    fits = f"{count(len(orders.boundaries), 'boundary', 'boundaries')}, {count(given, 'order')}"
    return "\n".join(notes) or f"{orders.file} fits: {fits}"


_LISTED, _NAMED, _WIDEST = 25, 5, 24


def _told(partition: Partition, drawn: bool, every: bool) -> Iterator[str]:
    """A row for each boundary, the kernel, the roots, and each note; runs agree on what was `drawn` by clustering."""
    sure: dict[str, list[float]] = {}
    for placed in partition.placements:
        sure.setdefault(placed.boundary.name, []).append(placed.confidence)
    wide = max((len(_short(fact.boundary.name)) for fact in partition.boundaries), default=0)
    yield f"{'boundary':{wide}}  modules  tables{'  agreed' if drawn else ''}  why"
    rows = []
    for fact in partition.boundaries:
        agreed = f"{sum(sure.get(fact.boundary.name, ())) / (len(fact.modules) or 1):>8.0%}" if drawn else ""
        size = f"{len(fact.modules):>9,}{len(fact.tables):>8,}"
        rows.append(f"{_short(fact.boundary.name):{wide}}{size}{agreed}  {_bond(fact.why)}")
    yield from shortened(rows, _LISTED, every, "")
    yield "agreed: the share of clustering runs that put its modules together" if drawn else ""
    for word, modules in (("shared kernel", partition.kernel_modules), ("composition roots", partition.roots)):
        if modules:
            names = [module.name for module in modules]
            more = f" and {len(names) - _NAMED:,} more: --all lists them" if len(names) > _NAMED and not every else ""
            yield f"{word}: {', '.join(names if every else names[:_NAMED])}{more}"
    yield from partition.notes


def _short(name: str) -> str:
    plain = visible(name)
    return plain if len(plain) <= _WIDEST else f"{plain[: _WIDEST - 1]}…"


def _bond(why: str) -> str:
    """Of a boundary's reason what binds it; all of it where it says no such thing. The size has columns of its own."""
    return next((part.removeprefix("bound by ") for part in why.split("; ") if part.startswith("bound by ")), why)
