"""decompose trend: the key figures at points along the history."""

import json
from pathlib import Path
from typing import Any

import click

from .. import config, pipeline
from ..render.analysis import plain
from ..render.answers import trend_text
from .changes import change_options, taken
from .means import means, means_options
from .progress import shown
from .terminal import say

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  decompose trend                     six points along the history of this folder's repository
  decompose trend ~/src/shop -n 12 --json
"""


@click.command("trend", epilog=EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("-n", "--points", default=6, show_default=True, help="How many commits to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Read [tool.decompose] from this file.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@change_options
@means_options
def command(*, path: Path, points: int, as_json: bool, config_file: Path | None, quiet: bool, **how: Any) -> None:
    """Show how imports between packages, shared tables, cycles and contained changes developed.

    Each point is read from git's objects; the work tree is not touched.
    """
    options = config.load(path, config_file, taken(how))
    with shown(quiet) as progress, means(**how) as given:
        answer = pipeline.ask_trend(path, points, options, progress, given)
    document = {"format": "decompose/trend", "version": 1} | plain(answer)
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        say(trend_text(answer).splitlines())
