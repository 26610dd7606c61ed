"""decompose analyze: the whole pipeline, from a checkout to a folder with its report."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError
from ..extract.remote import remote
from .changes import change_options, taken
from .clock import Clock
from .edits import rewrite
from .kept import Made, kept_or_made
from .means import means, means_options
from .progress import shown
from .terminal import say

if TYPE_CHECKING:
    from ..assess import AssessOptions
    from ..extract.source import Tree

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose analyze                         the checkout in this folder
  decompose analyze ~/src/shop -o review    another one, its report in ./review
  decompose analyze --package shop --exclude 'shop/legacy/**'
  decompose analyze --boundaries mine.toml --frozen   what would my own cut cost?
  decompose analyze --json | jq .plan       the analysis on stdout, nothing written
"""


@click.command("analyze", epilog=EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("-o", "--output", type=click.Path(path_type=Path), default="decompose-report", show_default=True,
              help="Folder that gets the report.")  # fmt: skip
@click.option("--package", "packages", multiple=True, help="Top-level package to analyse (all that are found).")
@click.option("--exclude", multiple=True, help="Glob of paths to leave out; may be given several times.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Read [tool.decompose] from this file.")
@click.option("--runtime", type=click.Path(path_type=Path),
              help="Measured calls or times (CSV, JSON), such as a pg_stat_statements export.")  # fmt: skip
@click.option("--boundaries", "orders", type=click.Path(path_type=Path),
              help="A boundaries.toml: the proposal starts from it and obeys its orders.")  # fmt: skip
@click.option("--frozen", is_flag=True, help="Judge the boundaries of that file as they are; propose none.")
@click.option("--json", "as_json", is_flag=True, help="Print analysis.json and write nothing.")
@click.option("--no-links", is_flag=True, help="No links to the repository's web host in the page.")
@click.option(
    "--held-out/--no-held-out",
    default=True,
    show_default=True,
    help="Judge the proposal by a backtest: the one of a year ago, on the changes since.",
)
@click.option("--trend", "points", type=click.IntRange(2), help="Points of the trend [a year ago and now].")
@change_options
@means_options
@click.option("--profile", is_flag=True, help="Say on stderr where the time went, by stage.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
def command(
    *, path: Path, output: Path, packages: tuple[str, ...], exclude: tuple[str, ...], config_file: Path | None,
    runtime: Path | None, orders: Path | None, frozen: bool, as_json: bool, no_links: bool,
    held_out: bool, points: int | None, profile: bool, quiet: bool, **how: Any,
) -> None:  # fmt: skip
    """Analyse the checkout at PATH and write a report: where to cut, what each cut costs, in which order.

    PATH is any folder with Python code. It is neither installed nor imported, and nothing in it is run.
    """
    changed, clock = taken(how), Clock()

    def make(seen: "Tree | None") -> Made:
        clock("Loading")
        from .. import config, pipeline
        from ..extract import aside
        from ..hindsight import NO_HINDSIGHT, hindsight
        from ..render import RENDERERS, source_link, summary
        from ..render.analysis import plain
        from .boundaries import ordered
        from .report import drawings, report_files

        options = config.load(path, config_file, {"packages": packages, "exclude": exclude} | changed)
        if runtime:
            options = replace(options, assess=_measured(runtime))
        options = ordered(options, orders, frozen)
        using = replace(given, seen=seen)
        with shown(quiet) as bars:
            progress = clock.beside(bars)
            back = hindsight(path, options, progress, using, points or 0) if held_out else NO_HINDSIGHT
            done = pipeline.analyze(path, options, progress, using, back.begin)
            document = pipeline.document(done)
            drawn = None
            if not as_json:  # drawn by a process of its own, while another looks back
                progress("Drawing", 0, 0)
                drawn = aside(partial(drawings, document, given.cache)).result
            document = document | plain(back.found(done))
            if as_json:
                return Made({"analysis.json": RENDERERS["json"](document).encode("utf-8", "backslashreplace")}, "", "")
            progress("Writing", 0, 0)
            links = ("", "") if no_links else source_link(remote(path), document["project"]["head"])
            made = report_files(document, links, made=drawn)
            return Made(made, summary(document), summary(document, colour=True))

    clock("Looking for a kept result")
    with means(**how) as given:
        report = kept_or_made(given.cache, path, click.get_current_context().params, make)
    clock("Writing")
    files = dict(report.files)
    if as_json:
        click.echo(files["analysis.json"], nl=False)
    else:
        _write(output, files, report, quiet)
    if profile:
        click.echo(clock.table(), err=True)


def _write(output: Path, files: dict[str, bytes], report: Made, quiet: bool) -> None:
    from ..render import ANALYSIS

    rewrite(output, files)
    if not quiet:
        said = report.coloured if sys.stdout.isatty() else report.plain
        say(said.replace(ANALYSIS, str(output / "analysis.json")).splitlines(), styled=True)
        click.echo(f"\n{output / 'index.html'}")


def _measured(file: Path) -> "AssessOptions":
    from ..assess import AssessOptions, read_runtime

    try:
        return AssessOptions(read_runtime(file.read_text("utf-8")))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{file} is not UTF-8 text") from None
