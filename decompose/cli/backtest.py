"""decompose backtest: the proposal of a past day, held against the changes that came after it."""

import json
from pathlib import Path
from typing import Any

import click

from .. import config, pipeline
from ..render.analysis import plain
from ..render.answers import backtest_text
from .changes import change_options, taken
from .means import means, means_options
from .progress import shown
from .terminal import say

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose backtest                          the proposal of a year before the head
  decompose backtest ~/src/shop --at 2024-01-31
  decompose backtest --at v2.0 --json
"""


@click.command("backtest", epilog=EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--at", default="", help="The day (2024-01-31) or revision to go back to (a year before the head).")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Read [tool.decompose] from this file.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@change_options
@means_options
def command(*, path: Path, at: str, as_json: bool, config_file: Path | None, quiet: bool, **how: Any) -> None:
    """Go back to a day, propose boundaries from what was known then, and see what later changes say about them.

    Tree, imports, tables and history are read from git's objects; the work tree is not touched. The proposal is
    compared with packages and with random groups of the same sizes, and the ranking of `decompose blast` with simpler
    ones.
    """
    options = config.load(path, config_file, taken(how))
    with shown(quiet) as progress, means(**how) as given:
        answer = pipeline.ask_backtest(path, at, options, progress, given)
    document = {"format": "decompose/backtest", "version": 1} | plain(answer)
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        say(backtest_text(answer).splitlines())
